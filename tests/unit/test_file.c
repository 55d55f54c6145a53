/* Reading, atomic replacement and locks, with the failures one can provoke. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "support/scratch.h"

static struct err e;

static void begin(void)
{
    e = (struct err){0};
    scratch_begin();
}

#define FILE_TEST(name) Test(file, name, .init = begin, .fini = scratch_end)

FILE_TEST(reads_whole_files)
{
    static char content[300001];
    struct bytes b;

    for (size_t i = 0; i < sizeof content; i++)
        content[i] = (char)(i * 31 % 251);
    for (size_t n = 0; n <= sizeof content; n += 60000) {
        scratch_write("f", content, n);
        cr_assert_eq(file_read_all("f", n, &b, &e), OK, "%s", e.text);
        cr_assert_eq(b.length, n);
        cr_assert_eq(memcmp(b.at, content, n), 0, "%zu bytes", n);
        cr_assert_eq(b.at[n], 0);
        mem_free(b.at);
    }
    cr_assert_eq(file_read_all("f", 299999, &b, &e), ERR_DATA);
    cr_assert_null(b.at);
    cr_assert_str_eq(e.text,
                     "f: error: longer than the 299999 bytes allowed\n");
}

FILE_TEST(refuses_what_is_no_input)
{
    struct bytes b;
    int fd;

    cr_assert_eq(file_open("missing", &fd, &e), ERR_NOINPUT);
    cr_assert_eq(file_open(".", &fd, &e), ERR_NOINPUT);
    cr_assert_eq(fd, -1);
    cr_assert_eq(file_read_all("missing/x", 10, &b, &e), ERR_NOINPUT);
    cr_assert_str_eq(
        e.text, "missing: error: cannot open: No such file or directory\n"
                ".: error: cannot read: Is a directory\n"
                "missing/x: error: cannot open: No such file or directory\n");
    close(STDIN_FILENO);
    cr_assert_eq(file_open("-", &fd, &e), ERR_NOINPUT);
    cr_assert(strstr(e.text, "standard input: error: is closed\n"));
}

FILE_TEST(reads_standard_input)
{
    struct bytes b;

    scratch_write("f", "hello", 5);
    const int fd = open("f", O_RDONLY);
    cr_assert_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    cr_assert_eq(file_read_all("-", 100, &b, &e), OK, "%s", e.text);
    cr_assert_str_eq((char *)b.at, "hello");
    mem_free(b.at);
}

FILE_TEST(never_takes_the_place_of_a_standard_stream)
{
    int fd;

    scratch_write("f", "x", 1);
    close(STDIN_FILENO);
    cr_assert_eq(file_open("f", &fd, &e), OK);
    cr_assert_geq(fd, 3);
    close(fd);
}

FILE_TEST(peeks_at_regular_files_alone)
{
    char first[4];

    scratch_write("f", "abcdef", 6);
    cr_assert_eq(file_peek("f", first, 4), 4);
    cr_assert_arr_eq(first, "abcd", 4);
    cr_assert_eq(file_peek("missing", first, 4), 0);
    cr_assert_eq(file_peek(".", first, 4), 0);
    cr_assert_eq(mkfifo("pipe", 0600), 0);
    cr_assert_eq(file_peek("pipe", first, 4), 0);
    cr_assert(file_exists("f") && !file_exists("missing"));
}

Test(file, base)
{
    cr_assert_str_eq(file_base("a/b/c.x"), "c.x");
    cr_assert_str_eq(file_base("c.x"), "c.x");
    cr_assert_str_eq(file_base("a/"), "");
}

static enum status replace(const char *path, const char *content)
{
    struct file_replace r;

    enum status s = file_replace_begin(&r, path, &e);
    if (s == OK)
        s = file_replace_write(&r, content, strlen(content), &e);
    if (s == OK)
        s = file_replace_commit(&r, &e);
    file_replace_abort(&r);
    return s;
}

FILE_TEST(replaces_whole_or_not_at_all)
{
    struct file_replace r;
    struct stat info;

    scratch_write("m", "old", 3);
    cr_assert_eq(chmod("m", 0640), 0);
    cr_assert_eq(file_replace_begin(&r, "./m", &e), OK, "%s", e.text);
    cr_assert_eq(file_replace_write(&r, "new content", 11, &e), OK);
    cr_assert_str_eq(r.temporary, "./.m.tmp");
    cr_assert(scratch_holds("m", "old", 3), "replaced before the commit");
    cr_assert(scratch_holds(".m.tmp", "new content", 11));
    cr_assert_eq(file_replace_commit(&r, &e), OK, "%s", e.text);
    cr_assert(scratch_holds("m", "new content", 11));
    cr_assert_eq(stat("m", &info), 0);
    cr_assert_eq(info.st_mode & 0777, 0640, "the access rights changed");
    file_replace_abort(&r);
    cr_assert_eq(scratch_count(), 1, "something was left behind");

    cr_assert_eq(file_replace_begin(&r, "m", &e), OK);
    cr_assert_eq(file_replace_write(&r, "half", 4, &e), OK);
    file_replace_abort(&r);
    cr_assert(scratch_holds("m", "new content", 11));
    cr_assert_eq(scratch_count(), 1, "something was left behind");
}

FILE_TEST(reuses_what_an_interrupted_run_left)
{
    scratch_write(".m.tmp", "a long forgotten half", 21);
    cr_assert_eq(replace("m", "short"), OK, "%s", e.text);
    cr_assert(scratch_holds("m", "short", 5));
    cr_assert_eq(scratch_count(), 1);
}

FILE_TEST(keeps_symbolic_links)
{
    struct stat info;

    cr_assert_eq(mkdir("d", 0700), 0);
    scratch_write("d/m", "old", 3);
    cr_assert_eq(symlink("d/m", "link"), 0);
    cr_assert_eq(replace("link", "new"), OK, "%s", e.text);
    cr_assert_eq(lstat("link", &info), 0);
    cr_assert(S_ISLNK(info.st_mode));
    cr_assert(scratch_holds("d/m", "new", 3));
    /* A link planted under the temporary name is not followed. */
    scratch_write("victim", "precious", 8);
    cr_assert_eq(symlink("victim", ".n.tmp"), 0);
    cr_assert_eq(replace("n", "new"), ERR_CANTCREATE);
    cr_assert(scratch_holds("victim", "precious", 8));
}

FILE_TEST(refuses_what_cannot_be_created)
{
    cr_assert_eq(mkdir("d", 0700), 0);
    cr_assert_eq(replace("missing/m", "x"), ERR_CANTCREATE);
    cr_assert_eq(replace("d", "x"), ERR_CANTCREATE);
    cr_assert_eq(replace("d/", "x"), ERR_CANTCREATE);
    cr_assert_eq(replace("", "x"), ERR_CANTCREATE);
    cr_assert_str_eq(
        e.text, "missing/m: error: cannot create: No such file or directory\n"
                "d: error: cannot create: Is a directory\n"
                "d/: error: names no file\n"
                ": error: names no file\n");
    cr_assert_eq(scratch_count(), 1);
    scratch_drop_root();
    cr_assert_eq(replace("/usr/m", "x"), ERR_CANTCREATE);
}

FILE_TEST(a_full_device_is_an_error_and_stays)
{
    struct stat info;

    scratch_drop_root();
    cr_assert_eq(replace("/dev/full", "x"), ERR_IO);
    cr_assert_str_eq(
        e.text, "/dev/full: error: cannot write: No space left on device\n");
    cr_assert_eq(stat("/dev/full", &info), 0);
    cr_assert(S_ISCHR(info.st_mode), "the device was replaced by a file");
    cr_assert_eq(replace("/dev/null", "x"), OK, "%s", e.text);
    cr_assert_eq(stat("/dev/null", &info), 0);
    cr_assert(S_ISCHR(info.st_mode), "the device was replaced by a file");
}

/* A limit on the file size stops the write half way. */
FILE_TEST(a_failed_write_leaves_the_old_file)
{
    const struct rlimit limit = {1000, 1000};
    char content[5000];

    memset(content, 'x', sizeof content - 1);
    content[sizeof content - 1] = '\0';
    scratch_write("m", "old", 3);
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_assert_eq(replace("m", content), ERR_IO);
    cr_assert_str_eq(e.text, "m: error: cannot write: File too large\n");
    cr_assert(scratch_holds("m", "old", 3));
    cr_assert_eq(scratch_count(), 1, "the temporary file was left behind");
}

FILE_TEST(a_failed_rename_cleans_up)
{
    struct file_replace r;

    cr_assert_eq(file_replace_begin(&r, "m", &e), OK);
    cr_assert_eq(file_replace_write(&r, "new", 3, &e), OK);
    cr_assert_eq(mkdir("m", 0700), 0); /* meanwhile, someone else */
    cr_assert_eq(file_replace_commit(&r, &e), ERR_IO);
    cr_assert(strstr(e.text, "m: error: cannot rename the finished file: "));
    cr_assert_eq(scratch_count(), 1);
}

static void on_alarm(int number)
{
    (void)number;
}

/* A slow reader and a timer make write(2) come back early and interrupted. */
FILE_TEST(short_and_interrupted_writes)
{
    enum { BYTES = 1 << 20 };
    static unsigned char content[BYTES];
    int ends[2];
    const struct itimerval often = {{0, 500}, {0, 500}};

    for (size_t i = 0; i < BYTES; i++)
        content[i] = (unsigned char)(i * 7 % 253);
    cr_assert_eq(pipe(ends), 0);
    const pid_t reader = fork();
    if (reader == 0) {
        static unsigned char got[BYTES + 1];
        size_t length = 0;
        close(ends[1]);
        for (ssize_t n = 1; n > 0 && length <= BYTES; length += (size_t)n) {
            usleep((useconds_t)(length % 3 * 100));
            n = read(ends[0], got + length, 5000);
        }
        _exit(length == BYTES && memcmp(got, content, BYTES) == 0 ? 0 : 1);
    }
    close(ends[0]);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    cr_assert_eq(file_write_all(ends[1], "pipe", content, BYTES, &e), OK);
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    close(ends[1]);
    int status;
    cr_assert_eq(waitpid(reader, &status, 0), reader);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0,
              "the reader got something else");
}

FILE_TEST(a_vanished_reader_has_its_own_status)
{
    int ends[2];

    signal(SIGPIPE, SIG_IGN);
    cr_assert_eq(pipe(ends), 0);
    close(ends[0]);
    cr_assert_eq(file_write_all(ends[1], "pipe", "x", 1, &e), ERR_PIPE);
    cr_assert_eq(file_write_all(99, "gone", "x", 1, &e), ERR_IO);
}

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

FILE_TEST(one_process_has_the_lock)
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

FILE_TEST(locks_that_cannot_be)
{
    struct file_lock l;

    scratch_drop_root();
    cr_assert_eq(file_lock_take(&l, "missing/m", &e), ERR_CANTCREATE);
    cr_assert_eq(file_lock_take(&l, ".", &e), ERR_CANTCREATE);
    cr_assert_eq(file_lock_take(&l, "/dev/null", &e), OK);
    file_lock_drop(&l);
    cr_assert_eq(e.count, 2);
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
FILE_TEST(the_lock_excludes_while_it_comes_and_goes)
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
