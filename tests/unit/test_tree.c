/* Documents as trees: what is read, what is refused, where and in which words;
 * --set. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "conf/tree.h"
#include "support/fake_document.h"

struct good {
    const char *yaml, *want;
};

/* Pointers of a static table live in the program's image, which the worker
 * processes of parametrised tests share; so rows are passed by number. */
static const struct good good[] = {
    {"a: 1", "{a: 1}"},
    {"\xef\xbb\xbf"
     "a: 1\r\n",
     "{a: 1}"},
    {"a: '1'\nb: \"x\\ty\"", "{a: '1', b: 'x\ty'}"},
    {"a:\nb: ~", "{a: , b: ~}"},
    {"a: |\n  two\n  lines\n", "{a: 'two\nlines\n'}"},
    {"a: [1, [2, {b: 3}]]\nc: {}", "{a: [1, [2, {b: 3}]], c: {}}"},
    {"--- # start\na: 010\n...\n", "{a: 010}"},
    {"%YAML 1.2\n---\na: 1:30", "{a: 1:30}"},
    {"a: &x {b: 1}\nc: *x\nd: [*x]", "{a: {b: 1}, c: {b: 1}, d: [{b: 1}]}"},
    {"a: &x 1\nb: &x 2\nc: *x", "{a: 1, b: 2, c: 2}"},
    {"a: &x {b: 1, c: 2}\nd: {<<: *x, b: 3}",
     "{a: {b: 1, c: 2}, d: {b: 3, c: 2}}"},
    {"a: &x {b: 1, c: 2}\nd: {b: 3, <<: *x}",
     "{a: {b: 1, c: 2}, d: {b: 3, c: 2}}"},
    {"a: &x {b: 1}\nc: &y {b: 2, d: 3}\ne: {<<: [*x, *y], f: 4}",
     "{a: {b: 1}, c: {b: 2, d: 3}, e: {f: 4, b: 1, d: 3}}"},
    {"a: &x {b: 1}\nc: &y {<<: *x, d: 2}\ne: {<<: *y}",
     "{a: {b: 1}, c: {d: 2, b: 1}, e: {d: 2, b: 1}}"},
    {"a: {<<: {b: 1}}", "{a: {b: 1}}"},
    {"a: {<<: []}", "{a: {}}"},
    {"a: {'<<': 1}", "{a: {<<: 1}}"},
    {"&k a: 1\nb: *k", "{a: 1, b: a}"},
    {"\"a\": \xc3\xa4", "{a: \xc3\xa4}"},
};

ParameterizedTestParameters(tree, reads)
{
    static size_t rows[ARRAY_LEN(good)];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        rows[i] = i;
    return cr_make_param_array(size_t, rows, ARRAY_LEN(rows));
}

ParameterizedTest(size_t *row, tree, reads)
{
    static struct document d;
    struct text got = {0};
    const struct good *g = &good[*row];

    cr_assert_eq(document_parse(&d, g->yaml), OK, "%s\n%s", g->yaml, d.e.text);
    document_print(&got, d.tree.root);
    cr_assert_str_eq(text_string(&got), g->want, "%s\ngot  %s\nwant %s",
                     g->yaml, text_string(&got), g->want);
    text_free(&got);
    document_free(&d);
}

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
    {"a: {<<: *x}", "1:9: error: a.<<: unknown alias *x\n"
                    "1:9: error: a.<<: expected a mapping or a list of "
                    "mappings, got an empty value\n"},
    {"[a]: 1\nb: 1", "1:1: error: a key must be a plain or quoted word\n"},
    {"t: {{a: b}: 1}", "1:5: error: t: a key must be a plain or quoted word\n"},
    {"? |\n  a\n: 1", "1:3: error: a key must be a plain or quoted word\n"},
    {"a: &x k\n*x : 1", "2:1: error: a key must be a plain or quoted word\n"},
    {"'': 1", "1:1: error: a key is empty\n"},
    {": 1", "1:1: error: not valid YAML: did not find expected key\n"},
    {"?\n: 1", "1:2: error: a key is empty\n"},
    {"a: *x", "1:4: error: a: unknown alias *x\n"},
    {"a: [*x, *y]", "1:5: error: a[0]: unknown alias *x\n1:9: error: a[1]: "
                    "unknown alias *y\n"},
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

/* Compares messages after dropping "t.yaml:" at the start of each line. */
static void expect_messages(const struct err *e, const char *want,
                            const char *yaml)
{
    char got[4096] = "";
    size_t used = 0;

    for (const char *p = e->text; *p && used + 1 < sizeof got;) {
        if ((p == e->text || p[-1] == '\n') && strncmp(p, "t.yaml:", 7) == 0)
            p += 7;
        got[used++] = *p++;
    }
    cr_assert_str_eq(got, want, "%s\ngot:\n%swant:\n%s", yaml, got, want);
}

ParameterizedTest(size_t *row, tree, refuses)
{
    static struct document d;
    const struct bad *b = &bad[*row];

    cr_assert_eq(document_parse(&d, b->yaml), ERR_CONFIG, "%s", b->yaml);
    expect_messages(&d.e, b->want, b->yaml);
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

    /* An: 11, 111, 1111, 11111 values, with the root 12,345 in all; line 5
     * adds its list and copies of 11,111: the eighth is one too many. */
    text_puts(&t, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
        text_printf(&t, "a%d: &a%d [", i, i);
        for (int k = 0; k < 10; k++)
            text_printf(&t, "%s*a%d", k ? ", " : "", i - 1);
        text_puts(&t, "]\n");
    }
    expect_text_refused(&t, "t.yaml:5:45: error: more than 100000 values, "
                            "aliases expanded\n");
    text_free(&t);
}

Test(tree, billion_laughs_by_merging)
{
    struct text t = {0};

    /* Line i + 1 makes 1 + 2 * 2^i values, so line 16 passes the bound in its
     * second alias. */
    text_puts(&t, "a0: &a0 {k: v}\n");
    for (int i = 1; i < 64; i++)
        text_printf(&t, "a%d: &a%d {<<: *a%d, x%d: *a%d}\n", i, i, i - 1, i,
                    i - 1);
    cr_assert_not(t.failed);
    expect_text_refused(&t, "t.yaml:16:27: error: more than 100000 values");
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
    for (int i = 0; i < 100001; i++)
        text_puts(&t, "x,");
    /* Root and list are two of the hundred thousand values: entry 99,999 is
     * one too many, its column 5 + 2 * 99998. */
    expect_text_refused(&t, "t.yaml:1:200001: error: more than 100000 values");
    text_free(&t);
}

Test(tree, too_large)
{
    struct text t = {0};

    text_pad(&t, '#', TREE_MAX_BYTES + 1);
    expect_text_refused(&t, "t.yaml: error: larger than 1048576 bytes\n");
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

struct shown {
    const char *yaml, *want;
};

static const struct shown shown[] = {
    {"a: 1\nb: *x\n",
     "t.yaml:2:4: error: b: unknown alias *x\n  b: *x\n     ^\n"},
    {"\xc3\xa4: *x", "t.yaml:1:4: error: \xc3\xa4: unknown alias *x\n"
                     "  \xc3\xa4: *x\n     ^\n"},
    {"\xe6\xbc\xa2: *x", "t.yaml:1:4: error: \xe6\xbc\xa2: unknown alias *x\n"
                         "  \xe6\xbc\xa2: *x\n      ^\n"},
    {"a:\t\t*x", "t.yaml:1:5: error: a: unknown alias *x\n"
                 "  a:  *x\n      ^\n"},
    {"a: \x1b", "t.yaml:1:4: error: control character U+001B is not allowed\n"
                "  a: ?\n     ^\n"},
    {"a: [1", "t.yaml:1:6: error: not valid YAML: did not find expected ',' or "
              "']'\n  a: [1\n       ^\n"},
};

ParameterizedTestParameters(tree, shows_the_line)
{
    static size_t rows[ARRAY_LEN(shown)];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        rows[i] = i;
    return cr_make_param_array(size_t, rows, ARRAY_LEN(rows));
}

ParameterizedTest(size_t *row, tree, shows_the_line)
{
    static struct document d;

    d.e.source_lines = true;
    cr_assert_eq(document_parse(&d, shown[*row].yaml), ERR_CONFIG);
    cr_assert_str_eq(d.e.text, shown[*row].want, "got\n%swant\n%s", d.e.text,
                     shown[*row].want);
    document_free(&d);
}

Test(tree, shows_part_of_a_long_line)
{
    static struct document d;
    struct text t = {0};
    char want[256];

    d.e.source_lines = true;
    text_puts(&t, "a: [");
    text_pad(&t, 'y', 500);
    text_puts(&t, ", *x, ");
    text_pad(&t, 'z', 500);
    text_puts(&t, "]");
    cr_assert_eq(document_parse(&d, text_string(&t)), ERR_CONFIG);
    /* 60 characters before column 507, 100 in all. */
    snprintf(want, sizeof want, "  %.100s\n  %60s^\n",
             text_string(&t) + 506 - 60, "");
    cr_assert(strstr(d.e.text, want), "got\n%swant\n%s", d.e.text, want);
    text_free(&t);
    document_free(&d);
}

struct folder {
    const char *name, *want;
};

Test(tree, folder_of_the_file)
{
    static const struct folder rows[] = {
        {"-", ""},         {"a.yaml", ""},
        {"x/a.yaml", "x"}, {"../x/a.yaml", "../x"},
        {"/a.yaml", "/"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        static struct err e;
        struct arena arena = {0};
        struct tree t;
        cr_assert_eq(tree_parse(&t, &arena, rows[i].name, "a: 1", 4, &e), OK);
        cr_assert_str_eq(t.folder, rows[i].want, "%s: got '%s'", rows[i].name,
                         t.folder);
        arena_free(&arena);
    }
}

Test(tree, marks)
{
    static struct document d;

    cr_assert_eq(document_parse(&d, "# x\na:\n  b: [1, \xc3\xa4, 3]\n"), OK);
    const struct node *a = node_find(d.tree.root, "a");
    const struct node *b = node_find(a, "b");
    const struct node *last = b->first->next->next;
    cr_assert_str_eq(tree_place(&d.tree, d.tree.root, AT_KEY), "t.yaml:1:1");
    cr_assert_str_eq(tree_place(&d.tree, d.tree.root, AT_VALUE), "t.yaml:2:1");
    cr_assert_str_eq(tree_place(&d.tree, b, AT_KEY), "t.yaml:3:3");
    cr_assert_str_eq(tree_place(&d.tree, b, AT_VALUE), "t.yaml:3:6");
    cr_assert_str_eq(tree_place(&d.tree, last, AT_KEY), "t.yaml:3:13");
    cr_assert_str_eq(tree_path(&d.tree, last), "a.b[2]");
    cr_assert_str_eq(tree_path(&d.tree, d.tree.root), "");
    cr_assert_null(node_find(b, "x"));
    cr_assert_null(node_find(NULL, "x"));
    document_free(&d);
}

/* The value of an alias is blamed where it is used, its content where it
 * stands. */
Test(tree, marks_of_aliases)
{
    static struct document d;

    cr_assert_eq(document_parse(&d, "a: &x {k: 1}\nb: *x\nc: {<<: *x}\n"), OK);
    const struct node *b = node_find(d.tree.root, "b");
    const struct node *c = node_find(d.tree.root, "c");
    cr_assert_str_eq(tree_place(&d.tree, b, AT_VALUE), "t.yaml:2:4");
    cr_assert_str_eq(tree_place(&d.tree, b->first, AT_KEY), "t.yaml:1:8");
    cr_assert_str_eq(tree_place(&d.tree, c->first, AT_KEY), "t.yaml:1:8");
    cr_assert_str_eq(tree_path(&d.tree, c->first), "c.k");
    document_free(&d);
}

Test(tree, labels)
{
    static struct document d;

    cr_assert_eq(document_parse(&d, "layers:\n  - conv2d: {pad: 1}\n"), OK);
    struct node *entry = node_find(d.tree.root, "layers")->first;
    const struct node *pad = entry->first->first;
    cr_assert_str_eq(tree_path(&d.tree, pad), "layers[0].conv2d.pad");
    entry->label = "conv2d0";
    cr_assert_str_eq(tree_path(&d.tree, pad), "layers[0] conv2d0.pad");
    tree_error(&d.tree, pad, AT_VALUE, NULL, &d.e, "too %s", "big");
    tree_error(&d.tree, entry->first, AT_KEY, "num_filters", &d.e, "missing");
    cr_assert_str_eq(d.e.text,
                     "t.yaml:2:19: error: layers[0] conv2d0.pad: too big\n"
                     "t.yaml:2:5: error: layers[0] conv2d0.num_filters: "
                     "missing\n");
    document_free(&d);
}

struct setting {
    const char *yaml, *set, *want;
};

static const char layers[] = "layers:\n"
                             "- input: {shape: [1, 28, 28]}\n"
                             "- conv2d: {num_filters: 3, name: first}\n"
                             "- dropout\n"
                             "- dropout:\n"
                             "- dense: {num_units: 10}\n";
#define INPUT "{input: {shape: [1, 28, 28]}}"

/* `set`: assignments separated by '|'. */
static const struct setting settings[] = {
    {"a: 1", "b=2", "{a: 1, b: 2}"},
    {"a: 1", "a=2", "{a: 2}"},
    {"a: 1\nb: 2", "a=3|a=4", "{a: 4, b: 2}"},
    {"a: 1", "b.c.d=[1, {e: 2}]", "{a: 1, b: {c: {d: [1, {e: 2}]}}}"},
    {"a: {b: 1}", "a=2", "{a: 2}"},
    {"a: {b: 1, c: 2}", "a.b=null", "{a: {c: 2}}"},
    {"a: {b: 1}", "a.b= ~ ", "{a: {}}"},
    {"a: {b: 1}", "a.c=null|x.y.z=null", "{a: {b: 1}}"},
    {"a: 1", "a=null|a=3", "{a: 3}"},
    {"a:", "a.b=1", "{a: {b: 1}}"},
    {"a: 1", "b='x'", "{a: 1, b: 'x'}"},
    {"a: 1", "b=x=y", "{a: 1, b: x=y}"},
    {"a: 1", "b=1 # note", "{a: 1, b: 1}"},
    {"a: 1", "b='null'", "{a: 1, b: 'null'}"},
    {"a: [1, 2, 3]", "a.1=x", "{a: [1, x, 3]}"},
    {"a: [1, 2, 3]", "a.0=null", "{a: [2, 3]}"},
    {"a: [1, 2, 3]", "a.0=null|a.1=x", "{a: [2, x]}"},
    {"a: [[1, 2]]", "a.0.1=x", "{a: [[1, x]]}"},
    {layers, "layers.first.pad=1|layers.dropout3.p=0.1|layers.dropout2.p=0.2",
     "{layers: [" INPUT ", {conv2d: {num_filters: 3, name: first, pad: 1}}, "
     "{dropout: {p: 0.2}}, {dropout: {p: 0.1}}, {dense: {num_units: 10}}]}"},
    {layers,
     "layers.1.pad=1|layers.1.conv2d.stride=2|layers.2.p=0.2|"
     "layers.3.dropout.p=0.3|layers.dense4.num_units=null",
     "{layers: [" INPUT ", {conv2d: {num_filters: 3, name: first, pad: 1, "
     "stride: 2}}, {dropout: {p: 0.2}}, {dropout: {p: 0.3}}, {dense: {}}]}"},
    {layers,
     "layers.2.dropout.p=0.5|layers.first.name=null|"
     "layers.conv2d1.num_filters=5",
     "{layers: [" INPUT ", {conv2d: {num_filters: 5}}, {dropout: {p: 0.5}}, "
     "{dropout: }, {dense: {num_units: 10}}]}"},
    {layers, "layers.dropout2=dense|layers.dropout3=null",
     "{layers: [" INPUT ", {conv2d: {num_filters: 3, name: first}}, dense, "
     "{dense: {num_units: 10}}]}"},
    {layers, "layers.dropout2.p=null|layers.dropout3.p=null",
     "{layers: [" INPUT ", {conv2d: {num_filters: 3, name: first}}, dropout, "
     "{dropout: }, {dense: {num_units: 10}}]}"},
    {layers, "layers.input0.shape.0=3|layers=null", "{}"},
};

/* Applies assignments separated by '|' until one fails. */
static enum status apply(struct document *d, const char *set)
{
    char copy[512];
    enum status s = OK;
    int64_t number = 0;

    snprintf(copy, sizeof copy, "%s", set);
    for (char *one = copy; one && s == OK;) {
        char *bar = strchr(one, '|');
        if (bar)
            *bar = '\0';
        s = tree_set(&d->tree, ++number, one, &d->e);
        one = bar ? bar + 1 : NULL;
    }
    return s;
}

ParameterizedTestParameters(tree, sets)
{
    static size_t rows[ARRAY_LEN(settings)];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        rows[i] = i;
    return cr_make_param_array(size_t, rows, ARRAY_LEN(rows));
}

ParameterizedTest(size_t *row, tree, sets)
{
    static struct document d;
    struct text got = {0};
    const struct setting *g = &settings[*row];

    cr_assert_eq(document_parse(&d, g->yaml), OK);
    cr_assert_eq(apply(&d, g->set), OK, "%s: %s", g->set, d.e.text);
    document_print(&got, d.tree.root);
    cr_assert_str_eq(text_string(&got), g->want, "%s\ngot  %s\nwant %s", g->set,
                     text_string(&got), g->want);
    text_free(&got);
    document_free(&d);
}

static const struct setting bad_settings[] = {
    {"a: 1", "a", "--set #1: error: expected KEY=VALUE, got 'a'\n"},
    {"a: 1", "a=2|b", "--set #2: error: expected KEY=VALUE, got 'b'\n"},
    {"a: 1", "=1",
     "--set #1: error: the path has an empty word, expected "
     "KEY.PATH=VALUE\n"},
    {"a: 1", "a..b=1",
     "--set #1: error: the path has an empty word, expected "
     "KEY.PATH=VALUE\n"},
    {"a: 1", "a.=1",
     "--set #1: error: the path has an empty word, expected "
     "KEY.PATH=VALUE\n"},
    {"a: 1", "b=",
     "--set #1: error: b: the value is empty; null removes a "
     "key\n"},
    {"a: 1", "a.b=1",
     "--set #1: error: a: expected a mapping to set a key of, "
     "found '1'\n"},
    {"a: 1", "a.b.c=1",
     "--set #1: error: a: expected a mapping to set a key "
     "of, found '1'\n"},
    {"a: 1", "b.c=[1",
     "--set #1: error: b.c: not valid YAML: did not find "
     "expected ',' or ']'\n"},
    {"a: 1", "b={c: 1, c: 2}", "--set #1: error: b.c: given twice\n"},
    {"a: 1", "b=!x 1",
     "--set #1: error: b: explicit tags are not supported, "
     "found !x\n"},
    {"a: &x 1", "b=*x", "--set #1: error: b: unknown alias *x\n"},
    {"a: 1", "b=\xff",
     "--set #1: error: byte 0xff is not part of UTF-8 text\n"},
    {"a: [1, 2]", "a.2=1", "--set #1: error: a: no entry '2' among 2\n"},
    {"a: []", "a.x=1", "--set #1: error: a: no entry 'x' among 0\n"},
    {layers, "layers.conv2d1.pad=1",
     "--set #1: error: layers: no entry 'conv2d1' among 5\n"},
    {layers, "layers.dense5.pad=1",
     "--set #1: error: layers: no entry 'dense5' among 5; did you mean "
     "dense4?\n"},
    {layers, "layers.firts.pad=null",
     "--set #1: error: layers: no entry 'firts' among 5; did you mean "
     "first?\n"},
};

ParameterizedTestParameters(tree, refuses_settings)
{
    static size_t rows[ARRAY_LEN(bad_settings)];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        rows[i] = i;
    return cr_make_param_array(size_t, rows, ARRAY_LEN(rows));
}

ParameterizedTest(size_t *row, tree, refuses_settings)
{
    static struct document d;
    const struct setting *g = &bad_settings[*row];

    cr_assert_eq(document_parse(&d, g->yaml), OK);
    cr_assert_eq(apply(&d, g->set), ERR_CONFIG, "%s", g->set);
    cr_assert_str_eq(d.e.text, g->want, "%s\ngot  %swant %s", g->set, d.e.text,
                     g->want);
    document_free(&d);
}

Test(tree, set_bounds_depth)
{
    static struct document d;
    struct text t = {0};

    cr_assert_eq(document_parse(&d, "a: 1"), OK);
    for (int i = 0; i < 65; i++)
        text_puts(&t, i ? ".x" : "x");
    text_puts(&t, "=1");
    cr_assert_eq(tree_set(&d.tree, 1, text_string(&t), &d.e), ERR_CONFIG);
    text_free(&t);
    text_puts(&t, "x.y=");
    text_pad(&t, '[', 63);
    text_pad(&t, ']', 63);
    cr_assert_eq(tree_set(&d.tree, 2, text_string(&t), &d.e), ERR_CONFIG);
    cr_assert_str_eq(d.e.text,
                     "--set #1: error: the path has more than 64 words\n"
                     "--set #2: error: nested more than 64 levels deep\n");
    text_free(&t);
    document_free(&d);
}

Test(tree, set_marks)
{
    static struct document d;

    cr_assert_eq(document_parse(&d, "a: {b: 1, c: 2}"), OK);
    cr_assert_eq(apply(&d, "x=1|a.b=2|y.z=[1]"), OK);
    const struct node *a = node_find(d.tree.root, "a");
    const struct node *y = node_find(d.tree.root, "y");
    cr_assert_str_eq(tree_place(&d.tree, a, AT_KEY), "t.yaml:1:1");
    cr_assert_str_eq(tree_place(&d.tree, node_find(a, "b"), AT_KEY),
                     "--set #2");
    cr_assert_str_eq(tree_place(&d.tree, node_find(a, "c"), AT_KEY),
                     "t.yaml:1:11");
    cr_assert_str_eq(tree_place(&d.tree, y, AT_KEY), "--set #3");
    cr_assert_str_eq(tree_place(&d.tree, y->first->first, AT_VALUE),
                     "--set #3");
    cr_assert_str_eq(tree_path(&d.tree, y->first->first), "y.z[0]");
    document_free(&d);
}
