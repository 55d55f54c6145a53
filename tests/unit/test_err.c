/* Error messages: place, text, first status, no control characters. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <errno.h>
#include <string.h>

#include "base/err.h"

static struct err e;

static void begin(void)
{
    e = (struct err){0};
}

Test(err, one_line_per_error_first_status_wins, .init = begin)
{
    cr_assert_eq(err_add(&e, ERR_DATA, "x.csv:3:1", "bad %d", 7), ERR_DATA);
    cr_assert_eq(err_add(&e, ERR_IO, NULL, "worse"), ERR_IO);
    cr_assert_str_eq(e.text, "x.csv:3:1: error: bad 7\ncnnctl: error: worse\n");
    cr_assert_eq(e.status, ERR_DATA);
    cr_assert_eq(e.count, 2);
    cr_assert_eq(e.used, strlen(e.text));
}

Test(err, what_may_not_be_shown_is_escaped, .init = begin)
{
    err_add(&e, ERR_DATA, "a\nb", "\x1b[2J\x7f\xc2\x9b\t caf\xc3\xa9\xe9");
    cr_assert_str_eq(e.text,
                     "a\\x0ab: error: \\x1b[2J\\x7f\\xc2\\x9b\\x09 "
                     "caf\xc3\xa9\\xe9\n",
                     "got %s", e.text);
    err_source(&e, "  x:\t1\x1b\n  ^\n");
    cr_assert(strstr(e.text, "\n  x:\t1?\n  ^\n"), "got %s", e.text);
}

Test(err, an_endless_place_leaves_room_for_the_message, .init = begin)
{
    char place[5000];

    memset(place, 'p', sizeof place - 1);
    place[sizeof place - 1] = '\0';
    err_add(&e, ERR_IO, place, "it broke");
    cr_assert(strstr(e.text, ": error: it broke\n"), "got %s", e.text);
}

Test(err, a_full_block_counts_on_and_keeps_whole_lines, .init = begin)
{
    char word[900];

    memset(word, 'w', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    for (int i = 0; i < 100; i++)
        err_add(&e, ERR_CONFIG, "f", "%s", word);
    cr_assert_eq(e.count, 100);
    cr_assert_lt(e.used, sizeof e.text);
    cr_assert_eq(e.text[e.used - 1], '\n');
    cr_assert_eq(e.text[e.used], '\0');
    err_source(&e, word);
    cr_assert_eq(e.used, strlen(e.text));
}

struct errno_case {
    int errnum;
    enum status want;
};

ParameterizedTestParameters(err, status_of_errno)
{
    static struct errno_case cases[] = {
        {ENOENT, ERR_NOINPUT}, {EISDIR, ERR_NOINPUT}, {EACCES, ERR_NOINPUT},
        {ENOMEM, ERR_MEMORY},  {EMFILE, ERR_MEMORY},  {EPIPE, ERR_PIPE},
        {EIO, ERR_IO},         {ENOSPC, ERR_IO},
    };
    return cr_make_param_array(struct errno_case, cases, ARRAY_LEN(cases));
}

ParameterizedTest(struct errno_case *c, err, status_of_errno, .init = begin)
{
    const enum status got = err_file(&e, "f", "cannot open", c->errnum);

    cr_assert_eq(got, c->want, "%s: got %d want %d", strerror(c->errnum),
                 (int)got, (int)c->want);
    cr_assert(strstr(e.text, strerror(c->errnum)));
}

Test(err, memory_and_meanings, .init = begin)
{
    cr_assert_eq(err_memory(&e, "testing"), ERR_MEMORY);
    cr_assert_str_eq(e.text, "cnnctl: error: out of memory while testing\n");
    cr_assert_str_eq(status_text(ERR_USAGE), "wrong usage");
    cr_assert_eq((int)ERR_DATA, 65);
    cr_assert_eq((int)ERR_PIPE, 141);
}

Test(err, a_prefix_stands_before_every_line, .init = begin)
{
    err_prefix(&e, "p: ");
    cr_assert_str_eq(e.text, "");
    err_add(&e, ERR_DATA, "a", "one");
    err_add(&e, ERR_DATA, "bb", "two");
    err_prefix(&e, "p: ");
    cr_assert_str_eq(e.text, "p: a: error: one\np: bb: error: two\n");
    cr_assert_eq(e.used, strlen(e.text));
    err_add(&e, ERR_DATA, "c", "three");
    cr_assert(strstr(e.text, "two\nc: error: three\n"));
}

/* Lines without room are counted, those that are left are whole. */
Test(err, a_prefix_takes_room, .init = begin)
{
    int64_t lines = 0;

    while (e.unsaid == 0)
        err_add(&e, ERR_DATA, "x", "%0100d", 7);
    err_prefix(&e, "rank 1: ");
    for (const char *at = e.text; *at; at = strchr(at, '\n') + 1, lines++)
        cr_assert_eq(strncmp(at, "rank 1: x: error: 00", 20), 0);
    cr_assert_gt(lines, ERR_TEXT_BYTES / 130);
    cr_assert_eq(lines + e.unsaid, e.count);
    cr_assert_eq(e.used, strlen(e.text));
}
