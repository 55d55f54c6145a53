/* Two outputs that belong together. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "support/scratch.h"

TestSuite(file_both, .init = scratch_begin, .fini = scratch_end);

static struct file_replace begin(const char *path, const char *content)
{
    struct file_replace r;
    struct err e = {0};

    cr_assert_eq(file_replace_begin(&r, path, &e), OK, "%s", e.text);
    cr_assert_eq(file_replace_write(&r, content, strlen(content), &e), OK);
    return r;
}

static bool holds(const char *path, const char *content)
{
    return scratch_holds(path, content, strlen(content));
}

/* What becomes of both, and that nothing else is left. */
static enum status commit(struct file_replace *a, struct file_replace *b,
                          int files)
{
    struct err e = {0};
    const enum status s = file_replace_commit_both(a, b, &e);

    cr_expect_eq(s == OK, e.text[0] == '\0', "%s", e.text);
    file_replace_abort(a);
    file_replace_abort(b);
    cr_expect_eq(scratch_count(), files, "%d files", scratch_count());
    return s;
}

Test(file_both, both_appear)
{
    scratch_write("a", "old", 3);
    struct file_replace a = begin("a", "new a"), b = begin("b", "new b");
    cr_expect_eq(commit(&a, &b, 2), OK);
    cr_expect(holds("a", "new a"));
    cr_expect(holds("b", "new b"));
}

/* A folder has come to stand where the second was to be. */
Test(file_both, the_first_goes_when_the_second_fails)
{
    struct file_replace a = begin("a", "new a"), b = begin("b", "new b");
    cr_assert_eq(mkdir("b", 0700), 0);
    cr_expect_eq(commit(&a, &b, 1), ERR_IO);
    cr_expect_neq(access("a", F_OK), 0);
}

Test(file_both, what_stood_there_stands_there_again)
{
    struct stat before, after;

    scratch_write("a", "old a", 5);
    cr_assert_eq(stat("a", &before), 0);
    struct file_replace a = begin("a", "new a"), b = begin("b", "new b");
    cr_assert_eq(mkdir("b", 0700), 0);
    cr_expect_eq(commit(&a, &b, 2), ERR_IO);
    cr_expect(holds("a", "old a"));
    cr_assert_eq(stat("a", &after), 0);
    cr_expect_eq(before.st_ino, after.st_ino);
}

/* What somebody else has put there meanwhile is not ours to remove. */
Test(file_both, what_is_not_ours_stays)
{
    struct file_replace a = begin("a", "new a"), b = begin("b", "new b");

    a.fresh = b.fresh = true;
    scratch_write("a", "theirs", 6);
    cr_expect_eq(commit(&a, &b, 1), ERR_CANTCREATE);
    cr_expect(holds("a", "theirs"));
    a = begin("c", "new c");
    b = begin("b", "new b");
    a.fresh = b.fresh = true;
    scratch_write("b", "theirs", 6);
    cr_expect_eq(commit(&a, &b, 2), ERR_CANTCREATE);
    cr_expect(holds("b", "theirs"));
    cr_expect_neq(access("c", F_OK), 0);
}

Test(file_both, one_may_be_none_or_a_device)
{
    struct file_replace a = {0}, b = begin("b", "new b");

    cr_expect_eq(commit(&a, &b, 1), OK);
    cr_expect(holds("b", "new b"));
    a = begin("/dev/null", "x");
    b = begin("b", "newer");
    cr_expect_eq(commit(&a, &b, 1), OK);
    cr_expect(holds("b", "newer"));
}
