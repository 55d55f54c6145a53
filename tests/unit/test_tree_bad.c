/* Documents that are refused: where, in which words, and how soon. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "conf/tree.h"
#include "support/fake_document.h"

struct bad {
    const char *yaml, *want; /* want: every message, "t.yaml:" left out */
};

static const struct bad bad[] = {
    {"", "1:1: error: the document is empty, expected a mapping\n"},
    {"# nothing\n", "1:1: error: the document is empty, expected a mapping\n"},
    {"---\n", "1:1: error: the document is empty, expected a mapping\n"},
    {"~\n", "1:1: error: the document is empty, expected a mapping\n"},
    {"\n hello", "2:2: error: expected a mapping of sections, got 'hello'\n"},
    {"- a\n", "1:1: error: expected a mapping of sections, got a list\n"},
    {"a: 1\n---\nb: 2\n",
     "2:1: error: a second document starts here, expected one\n"},
    {"a: 1\n...\nb: 2\n", "3:1: error: not valid YAML: did not find expected "
                          "<document start>\n"},
    {"a: !!str 1", "1:4: error: a: explicit tags are not supported, found "
                   "tag:yaml.org,2002:str\n"},
    {"a: ! 1", "1:4: error: a: explicit tags are not supported, found !\n"},
    {"a: !x [1]\nb: !y {c: 1}",
     "1:4: error: a: explicit tags are not supported, found !x\n"
     "2:4: error: b: explicit tags are not supported, found !y\n"},
    {"!k a: 1", "1:1: error: explicit tags are not supported, found !k\n"},
    {"a: 1\nb: 2\na: 3", "3:1: error: a: given twice\n"},
    {"t:\n  m: 1\n  m: 2\n  m: 3\n",
     "3:3: error: t.m: given twice\n4:3: error: t.m: given twice\n"},
    {"t: {b: 1, a: 2, b: 3, a: 4}",
     "1:17: error: t.b: given twice\n1:23: error: t.a: given twice\n"},
    {"a: {<<: {b: 1}, <<: {c: 1}}", "1:17: error: a.<<: given twice\n"},
    {"a: {<<: 1}",
     "1:9: error: a.<<: expected a mapping or a list of mappings, got '1'\n"},
    {"a: {<<: [{b: 1}, 2]}",
     "1:18: error: a.<<[1]: expected a mapping, got '2'\n"},
    {"a: {<<: *x}", "1:9: error: a.<<: unknown alias *x; a word that begins "
                    "with * stands in quotes\n"},
    {"[a]: 1\nb: 1", "1:1: error: a key must be a plain or quoted word\n"},
    {"t: {{a: b}: 1}", "1:5: error: t: a key must be a plain or quoted word\n"},
    {"? |\n  a\n: 1", "1:3: error: a key must be a plain or quoted word\n"},
    {"a: &x k\n*x : 1", "2:1: error: a key must be a plain or quoted word\n"},
    {"'': 1", "1:1: error: a key is empty\n"},
    {": 1", "1:1: error: not valid YAML: did not find expected key\n"},
    {"?\n: 1", "1:2: error: a key is empty\n"},
    {"a: *x", "1:4: error: a: unknown alias *x; a word that begins with * "
              "stands in quotes\n"},
    {"a: [*x, *y]",
     "1:5: error: a[0]: unknown alias *x; a word that begins with * stands in "
     "quotes\n1:9: error: a[1]: "
     "unknown alias *y; a word that begins with * stands in quotes\n"},
    {"a: &x [*x]", "1:8: error: a[0]: alias *x stands inside what it names\n"},
    {"a: &x {b: {c: *x}}",
     "1:15: error: a.b.c: alias *x stands inside what it names\n"},
    {"a: \xff", "1:4: error: byte 0xff is not part of UTF-8 text\n"},
    {"\xc3\xa4: \xc3(", "1:4: error: byte 0xc3 is not part of UTF-8 text\n"},
    {"a: \xc0\x80", "1:4: error: byte 0xc0 is not part of UTF-8 text\n"},
    {"a: \xed\xa0\x80", "1:4: error: byte 0xed is not part of UTF-8 text\n"},
    {"a: \xf4\x90\x80\x80",
     "1:4: error: byte 0xf4 is not part of UTF-8 text\n"},
    {"a: \xe2\x82", "1:4: error: byte 0xe2 is not part of UTF-8 text\n"},
    {"\xff\xfe"
     "a",
     "1:1: error: byte 0xff is not part of UTF-8 text\n"},
    {"a: x\n\n  \x07", "3:3: error: control character U+0007 is not allowed\n"},
    {"a: \x1b[31m", "1:4: error: control character U+001B is not allowed\n"},
    {"a: \"\\0\"", "1:4: error: the character NUL is not allowed\n"},
    {"a: [1, 2", "1:9: error: not valid YAML: did not find expected ',' or "
                 "']'\n"},
    {"a: {b: 1\nc: 2", "2:2: error: not valid YAML: did not find expected ',' "
                       "or '}' while parsing a flow mapping begun in line "
                       "1\n"},
    {"a:\n\tb: 1", "2:1: error: not valid YAML: a tab cannot indent or start a "
                   "value, use blanks\n"},
    {"a: 'x", "1:6: error: not valid YAML: found unexpected end of stream\n"},
    {"a: b: c", "1:5: error: not valid YAML: mapping values are not allowed in "
                "this context\n"},
    {"a: 1\n b: 2", "2:3: error: not valid YAML: mapping values are not "
                    "allowed in this context\n"},
    {"a: @x", "1:4: error: not valid YAML: found character that cannot start "
              "any token\n"},
    {"a: 1\na: 2\nb: [",
     "3:5: error: not valid YAML: did not find expected node content\n"},
};

ParameterizedTestParameters(tree, refuses)
{
    static size_t rows[ARRAY_LEN(bad)];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        rows[i] = i;
    return cr_make_param_array(size_t, rows, ARRAY_LEN(rows));
}

ParameterizedTest(size_t *row, tree, refuses)
{
    static struct document d;
    const struct bad *b = &bad[*row];

    cr_assert_eq(document_parse(&d, b->yaml), ERR_CONFIG, "%s", b->yaml);
    document_expect(&d, b->want, b->yaml);
    document_free(&d);
}

/* Refused, and before the time that a person notices. */
static void expect_refused(const char *text, size_t length, const char *want)
{
    static struct document d;
    const clock_t start = clock();
    const enum status s =
        tree_parse(&d.tree, &d.arena, "t.yaml", text, length, &d.e);
    const double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;

    cr_assert_eq(s, ERR_CONFIG, "%s", want);
    cr_assert(strncmp(d.e.text, want, strlen(want)) == 0, "got %s want %s",
              d.e.text, want);
    /* Milliseconds when built for release; the bound leaves room for
     * sanitizers and a busy machine, and is far below what quadratic work or
     * real expansion would take. */
    cr_assert_lt(seconds, 5.0, "%s: %g s", want, seconds);
    document_free(&d);
}

static void expect_text_refused(const struct text *t, const char *want)
{
    cr_assert_not(t->failed);
    expect_refused(text_string(t), t->length, want);
}

Test(tree, billion_laughs)
{
    struct text t = {0};

    /* An: 11, 111, .. 111,111 values, with the root 123,456 in all; line 6 adds
     * its list and copies of 111,111: the third is one too many. */
    text_puts(&t, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
        text_printf(&t, "a%d: &a%d [", i, i);
        for (int k = 0; k < 10; k++)
            text_printf(&t, "%s*a%d", k ? ", " : "", i - 1);
        text_puts(&t, "]\n");
    }
    expect_text_refused(&t, "t.yaml:6:20: error: more than 400000 values, "
                            "aliases expanded\n");
    text_free(&t);
}

Test(tree, billion_laughs_by_merging)
{
    struct text t = {0};

    /* Line i + 1 makes 1 + 2 * 2^i values, so line 18 passes the bound in its
     * second alias. */
    text_puts(&t, "a0: &a0 {k: v}\n");
    for (int i = 1; i < 64; i++)
        text_printf(&t, "a%d: &a%d {<<: *a%d, x%d: *a%d}\n", i, i, i - 1, i,
                    i - 1);
    cr_assert_not(t.failed);
    expect_text_refused(&t, "t.yaml:18:27: error: more than 400000 values");
    text_free(&t);
}

Test(tree, deep_nesting)
{
    struct text t = {0};

    text_puts(&t, "a: ");
    text_pad(&t, '[', 100000);
    expect_text_refused(&t, "t.yaml:1:67: error: nested more than 64 levels "
                            "deep\n");
    text_free(&t);
}

/* Each line is one level deeper than the one before. */
Test(tree, deep_by_aliases)
{
    struct text t = {0};

    text_puts(&t, "a0: &a0 [x]\n");
    for (int i = 1; i < 80; i++)
        text_printf(&t, "a%d: &a%d [*a%d]\n", i, i, i - 1);
    expect_text_refused(&t, "t.yaml:64:12: error: nested more than 64 levels "
                            "deep\n");
    text_free(&t);
}

Test(tree, depth_of_64_is_allowed)
{
    static struct document d;
    struct text t = {0};

    text_puts(&t, "a: ");
    text_pad(&t, '[', 63);
    text_pad(&t, ']', 63);
    cr_assert_eq(document_parse(&d, text_string(&t)), OK, "%s", d.e.text);
    text_free(&t);
    document_free(&d);
}

Test(tree, too_many_values)
{
    struct text t = {0};

    text_puts(&t, "a: [");
    for (int i = 0; i < 400001; i++)
        text_puts(&t, "x,");
    /* Root and list are two of the 400,000 values: entry 399,999 is
     * one too many, its column 5 + 2 * 399998. */
    expect_text_refused(&t, "t.yaml:1:800001: error: more than 400000 values");
    text_free(&t);
}

Test(tree, too_large)
{
    struct text t = {0};

    text_pad(&t, '#', TREE_MAX_BYTES + 1);
    expect_text_refused(&t, "t.yaml: error: larger than 4194304 bytes\n");
    text_free(&t);
}

Test(tree, many_duplicates)
{
    struct text t = {0};

    for (int i = 0; i < 40000; i++)
        text_printf(&t, "k%d: 1\n", i);
    for (int i = 0; i < 40000; i++)
        text_printf(&t, "k%d: 1\n", i);
    expect_text_refused(&t, "t.yaml:40001:1: error: k0: given twice\n");
    text_free(&t);
}

Test(tree, many_anchors)
{
    struct text t = {0};

    text_puts(&t, "a: [");
    for (int i = 0; i < 30000; i++)
        text_printf(&t, "&a%d x,*a%d,", i, i);
    text_puts(&t, "*none]");
    cr_assert_leq(t.length, (size_t)TREE_MAX_BYTES);
    expect_refused(text_string(&t), t.length, "t.yaml:1:");
    text_free(&t);
}

Test(tree, nul_in_the_middle)
{
    expect_refused("a: 1\0b", 6,
                   "t.yaml:1:5: error: control character U+0000 is not "
                   "allowed\n");
}
