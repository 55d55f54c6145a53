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
    cr_assert(scratch_holds("m", "old", 3), "replaced before the commit");
    cr_assert_eq(fstat(r.fd, &info), 0);
    cr_assert_eq(info.st_mode & 0777, 0640, "others may read it");
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

FILE_TEST(new_files_have_the_usual_rights)
{
    struct stat info;

    umask(027);
    cr_assert_eq(replace("m", "new"), OK, "%s", e.text);
    cr_assert_eq(stat("m", &info), 0);
    cr_assert_eq(info.st_mode & 0777, 0640, "got %o", info.st_mode);
}

/* Names that a temporary file might have, taken by whatever does harm. */
FILE_TEST(planted_files_are_left_alone)
{
    scratch_write("victim", "precious", 8);
    cr_assert_eq(link("victim", ".m.tmp"), 0);
    cr_assert_eq(symlink("victim", "m.tmp"), 0);
    cr_assert_eq(mkfifo(".m", 0666), 0);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(replace("m", "short"), OK, "%s", e.text);
    cr_assert(scratch_holds("m", "short", 5));
    cr_assert(scratch_holds("victim", "precious", 8));
    cr_assert_eq(scratch_count(), 5);
}

FILE_TEST(what_is_written_can_be_read_before_it_has_a_name)
{
    struct file_replace r;
    struct bytes b;

    cr_assert_eq(file_replace_begin(&r, "m", &e), OK);
    cr_assert_eq(file_replace_write(&r, "half", 4, &e), OK);
    const struct file_view view = file_replace_view(&r);
    cr_assert_eq(file_read_all(view.path, 9, &b, &e), OK, "%s", e.text);
    cr_assert_str_eq((char *)b.at, "half");
    mem_free(b.at);
    file_replace_abort(&r);
    cr_assert_eq(scratch_count(), 0);
}

FILE_TEST(a_hard_link_keeps_its_content)
{
    scratch_write("m", "old", 3);
    cr_assert_eq(link("m", "other"), 0);
    cr_assert_eq(replace("m", "new"), OK, "%s", e.text);
    cr_assert(scratch_holds("m", "new", 3));
    cr_assert(scratch_holds("other", "old", 3), "written through");
}

/* What somebody else put under the output's name: root can play both. */
FILE_TEST(foreign_files_are_replaced)
{
    struct stat info;

    if (geteuid() != 0)
        cr_skip_test("needs root");
    scratch_write("victim", "precious", 8);
    scratch_write("m", "old", 3);
    cr_assert_eq(chmod("m", 0666), 0);
    cr_assert_eq(symlink("victim", "link"), 0);
    cr_assert_eq(mkfifo("pipe", 0666), 0);
    static const char *const names[] = {"m", "link", "pipe"};
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(lchown(names[i], 1, 1), 0);
        cr_assert_eq(replace(names[i], "new"), OK, "%s", e.text);
        cr_assert(scratch_holds(names[i], "new", 3));
        cr_assert_eq(lstat(names[i], &info), 0);
        cr_assert(S_ISREG(info.st_mode) && info.st_uid == 0);
        cr_assert_eq(info.st_mode & 022, 0, "%s: others may write", names[i]);
    }
    cr_assert(scratch_holds("victim", "precious", 8));
}

/* Ten writers, and a reader that must never see a mixture or nothing. */
FILE_TEST(concurrent_writers_leave_one_whole_file)
{
    enum { WRITERS = 10, ROUNDS = 30, BYTES = 20000 };
    static char content[BYTES + 1];
    int running = WRITERS, status;

    memset(content, '0', BYTES);
    cr_assert_eq(replace("m", content), OK);
    for (int p = 0; p < WRITERS; p++)
        if (fork() == 0) {
            memset(content, 'a' + p, BYTES);
            for (int i = 0; i < ROUNDS; i++)
                if (replace("m", content) != OK)
                    _exit(1);
            _exit(0);
        }
    while (running > 0) {
        struct bytes b;
        cr_assert_eq(file_read_all("m", BYTES, &b, &e), OK, "%s", e.text);
        cr_assert_eq(b.length, BYTES);
        for (size_t i = 0; i < BYTES; i++)
            cr_assert_eq(b.at[i], b.at[0], "a mixture");
        mem_free(b.at);
        if (waitpid(-1, &status, WNOHANG) > 0) {
            cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
            running--;
        }
    }
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
    /* One that leads to nothing yet is no less a link. */
    cr_assert_eq(symlink("../d/n", "d/second"), 0);
    cr_assert_eq(symlink("d/second", "first"), 0);
    cr_assert_eq(replace("first", "new"), OK, "%s", e.text);
    cr_assert(scratch_holds("d/n", "new", 3));
    cr_assert_eq(lstat("first", &info), 0);
    cr_assert(S_ISLNK(info.st_mode));
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
