/* One owner per output; what may stand under a lock's or a log's name. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "support/scratch.h"

static struct err e;

static void begin(void)
{
    e = (struct err){0};
    scratch_begin();
}

#define LOCK_TEST(name)                                                        \
    Test(file_lock, name, .init = begin, .fini = scratch_end)

/* Takes the lock of "m" in another process; returns when it has it. */
static pid_t locked_elsewhere(void)
{
    int ends[2];
    char byte;

    cr_assert_eq(pipe(ends), 0);
    const pid_t owner = fork();
    if (owner == 0) {
        struct file_lock l;
        if (file_lock_take(&l, "m", &e) != OK || write(ends[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    cr_assert_eq(read(ends[0], &byte, 1), 1);
    close(ends[0]);
    close(ends[1]);
    return owner;
}

LOCK_TEST(one_process_has_the_lock)
{
    struct file_lock l;
    const pid_t owner = locked_elsewhere();
    char want[100];

    cr_assert_eq(file_lock_take(&l, "m", &e), ERR_CANTCREATE);
    snprintf(want, sizeof want,
             "m: error: is being written by another process (%d)\n", owner);
    cr_assert_str_eq(e.text, want);
    file_lock_drop(&l);
    cr_assert(file_exists(".m.lock"), "the loser removed the lock");
    kill(owner, SIGKILL);
    waitpid(owner, NULL, 0);
    cr_assert_eq(file_lock_take(&l, "m", &e), OK,
                 "a dead process keeps the lock");
    cr_assert_str_eq(l.path, ".m.lock");
    file_lock_drop(&l);
    file_lock_drop(&l);
    cr_assert_eq(scratch_count(), 0);
}

LOCK_TEST(locks_that_cannot_be)
{
    struct file_lock l;

    scratch_drop_root();
    cr_assert_eq(file_lock_take(&l, "missing/m", &e), ERR_CANTCREATE);
    cr_assert_eq(file_lock_take(&l, ".", &e), ERR_CANTCREATE);
    cr_assert_eq(file_lock_take(&l, "/dev/null", &e), OK);
    file_lock_drop(&l);
    cr_assert_eq(e.count, 2);
}

/* Nothing that is planted under a lock's name is followed or waited for. */
LOCK_TEST(a_lock_is_a_regular_file)
{
    struct file_lock l;
    struct stat info;

    scratch_write("victim", "precious", 8);
    cr_assert_eq(mkfifo(".a.lock", 0600), 0);
    cr_assert_eq(symlink("victim", ".b.lock"), 0);
    cr_assert_eq(mkdir(".c.lock", 0700), 0);
    cr_assert_eq(link("victim", ".d.lock"), 0);
    cr_assert_eq(file_lock_take(&l, "a", &e), ERR_CANTCREATE);
    cr_assert_eq(file_lock_take(&l, "b", &e), ERR_CANTCREATE);
    cr_assert_eq(file_lock_take(&l, "c", &e), ERR_CANTCREATE);
    cr_assert_str_eq(e.text,
                     "a: error: cannot lock: .a.lock is no regular file\n"
                     "b: error: cannot lock: .b.lock is no regular file\n"
                     "c: error: cannot lock: .c.lock is no regular file\n");
    cr_assert_eq(lstat(".a.lock", &info), 0, "removed");
    cr_assert_eq(file_lock_take(&l, "d", &e), OK);
    file_lock_drop(&l);
    cr_assert(scratch_holds("victim", "precious", 8));
}

/* Adds 1 to the number in "n", in two steps that only a lock makes one. */
static void count_up(void)
{
    int value = 0;
    const int fd = open("n", O_RDWR | O_CREAT, 0600);

    if (pread(fd, &value, sizeof value, 0) < 0)
        _exit(2);
    usleep(10);
    value++;
    if (pwrite(fd, &value, sizeof value, 0) != sizeof value)
        _exit(2);
    close(fd);
}

/* Removing a lock file races with those who have just opened it. */
LOCK_TEST(the_lock_excludes_while_it_comes_and_goes)
{
    enum { PROCESSES = 4, ROUNDS = 100 };
    int value = 0;

    for (int p = 0; p < PROCESSES; p++)
        if (fork() == 0) {
            for (int done = 0; done < ROUNDS;) {
                struct file_lock l;
                e.count = 0;
                if (file_lock_take(&l, "m", &e) != OK)
                    continue;
                count_up();
                file_lock_drop(&l);
                done++;
            }
            _exit(0);
        }
    for (int p = 0; p < PROCESSES; p++) {
        int status;
        cr_assert_gt(wait(&status), 0);
        cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    const int fd = open("n", O_RDONLY);
    cr_assert_eq(read(fd, &value, sizeof value), (ssize_t)sizeof value);
    close(fd);
    cr_assert_eq(value, PROCESSES * ROUNDS, "%d updates were lost",
                 PROCESSES * ROUNDS - value);
}

LOCK_TEST(foreign_links_and_pipes_get_no_lines)
{
    int fd;

    scratch_write("own", "old", 3);
    cr_assert_eq(symlink("own", "way"), 0);
    cr_assert_eq(file_append("way", &fd, &e), OK, "%s", e.text);
    cr_assert_eq(write(fd, "new", 3), 3);
    close(fd);
    cr_assert(scratch_holds("own", "oldnew", 6));
    if (geteuid() != 0)
        cr_skip_test("needs root");
    cr_assert_eq(mkfifo("pipe", 0666), 0);
    cr_assert_eq(lchown("way", 1, 1), 0);
    cr_assert_eq(lchown("pipe", 1, 1), 0);
    cr_assert_eq(file_append("way", &fd, &e), ERR_CANTCREATE);
    cr_assert_eq(file_append("pipe", &fd, &e), ERR_CANTCREATE);
    cr_assert(scratch_holds("own", "oldnew", 6));
}
