/* Folders and lists of images: what is listed, by which class, in which order,
 * and what happens when a file goes away. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/folder.h"
#include "base/walk.h"
#include "data/prepare.h"
#include "source/source.h"
#include "support/scratch.h"

static struct err e;

static void begin(void)
{
    e = (struct err){0};
    scratch_begin();
}

#define FOLDER_TEST(name) Test(folder, name, .init = begin, .fini = scratch_end)

static void put(const char *path, const char *content)
{
    scratch_write(path, content, strlen(content));
}

FOLDER_TEST(paths_are_sorted_by_bytes)
{
    static const char *const expected[] = {"d/a-b/1", "d/a/1", "d/a0",
                                           "d/\xff"};
    struct walk w = {0};

    mkdir("d", 0777);
    mkdir("d/a", 0777);
    mkdir("d/a-b", 0777);
    mkdir("d/.hidden", 0777);
    put("d/a/1", "");
    put("d/a-b/1", "");
    put("d/a0", "");
    put("d/\xff", "");
    put("d/.x", "");
    put("d/.hidden/x", "");
    cr_assert_eq(walk_folder(&w, "d//", &e), OK, "%s", e.text);
    cr_assert_eq(w.count, 4);
    cr_assert_eq(w.below, 2);
    for (int i = 0; i < 4; i++)
        cr_assert_str_eq(w.paths[i], expected[i]);
    walk_free(&w);
    walk_free(&w);
}

FOLDER_TEST(every_fault_is_named)
{
    struct walk w = {0};

    mkdir("d", 0777);
    cr_assert_eq(symlink("nowhere", "d/dead"), 0);
    cr_assert_eq(mkfifo("d/pipe", 0666), 0);
    cr_assert_eq(walk_folder(&w, "d", &e), e.status);
    cr_assert_eq(e.count, 2);
    cr_assert_not_null(strstr(
        e.text, "d/dead: error: cannot read: No such file or directory\n"));
    cr_assert_not_null(
        strstr(e.text, "d/pipe: error: is neither a file nor a folder\n"));
    walk_free(&w);
}

/* A folder with an image of 2x1 for each path. */
static void images(const char *const *paths)
{
    char command[200];

    for (; *paths; paths++) {
        snprintf(command, sizeof command, "mkdir -p \"$(dirname %s)\"", *paths);
        cr_assert_eq(system(command), 0);
        put(*paths, "P5 2 1 255\nab");
    }
}

FOLDER_TEST(a_file_that_vanishes_is_named)
{
    static const char *const paths[] = {"d/a/1", "d/b/1", NULL};
    const struct {
        struct path folder;
        const char *pattern;
    } config = {{"d", "d"}, NULL};
    const struct source_ops *kind = source_find("folder");
    struct arena arena = {0};
    const struct source_request q = {.arena = &arena};
    struct source_reader r;
    unsigned char pixels[2];

    images(paths);
    cr_assert_eq(source_open(&r, kind, &config, &q, &e), OK, "%s", e.text);
    cr_assert_eq(kind->fetch(&r, 1, pixels, &e), OK, "%s", e.text);
    cr_assert_eq(memcmp(pixels, "ab", 2), 0);
    cr_assert_eq(unlink("d/b/1"), 0);
    cr_assert_eq(kind->fetch(&r, 1, pixels, &e), ERR_NOINPUT);
    cr_assert_str_eq(e.text,
                     "d/b/1: error: cannot open: No such file or directory\n");
    source_close(&r);
    arena_free(&arena);
}

FOLDER_TEST(classes_take_turns)
{
    int32_t labels[] = {2, 2, 2, 0, 0, 1};
    const struct dataset d = {
        .count = 6, .labels = labels, .target = {TARGET_CLASS, 3, NULL}};
    static const int64_t expected[][6] = {
        {3}, {3, 5}, {0, 3, 5}, {0, 3, 4, 5}, {0, 1, 3, 4, 5}};
    int64_t ids[6];

    for (int64_t n = 1; n <= 5; n++) {
        cr_assert_eq(part_in_turn(&d, n, ids, &e), OK);
        cr_assert_eq(memcmp(ids, expected[n - 1], (size_t)n * sizeof *ids), 0,
                     "%lld", (long long)n);
    }
}

FOLDER_TEST(a_new_folder_is_whole_or_not_there)
{
    struct folder_new f = {0};

    cr_assert_eq(folder_check("new/", &e), OK);
    cr_assert_eq(folder_begin(&f, "new/", &e), OK, "%s", e.text);
    cr_assert_eq(folder_add(&f, "a", "1", "xy", 2, &e), OK, "%s", e.text);
    cr_assert_eq(folder_add(&f, "a", "2", "", 0, &e), OK, "%s", e.text);
    cr_assert_neq(access("new", F_OK), 0);
    folder_abort(&f);
    cr_assert_eq(system("test -z \"$(ls -A)\""), 0, "something is left");

    cr_assert_eq(folder_begin(&f, "new/", &e), OK);
    cr_assert_eq(folder_add(&f, "a", "1", "xy", 2, &e), OK);
    cr_assert_eq(folder_commit(&f, &e), OK, "%s", e.text);
    cr_assert_eq(system("test \"$(cat new/a/1)\" = xy -a \"$(ls -A)\" = new"),
                 0);

    cr_assert_eq(folder_begin(&f, "late/", &e), OK);
    cr_assert_eq(folder_add(&f, "a", "1", "xy", 2, &e), OK);
    mkdir("late", 0777);
    cr_assert_eq(folder_commit(&f, &e), ERR_CANTCREATE);
    cr_assert_str_eq(e.text, "late: error: cannot create: File exists\n");
    cr_assert_eq(system("test \"$(ls -A | tr '\\n' ' ')\" = 'late new '"), 0);
}
