/* Documents as trees: what is read, and where it stands. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>

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

struct shown {
    const char *yaml, *want;
};

static const struct shown shown[] = {
    {"a: 1\nb: *x\n", "t.yaml:2:4: error: b: unknown alias *x; a word that "
                      "begins with * stands in quotes\n  b: *x\n     ^\n"},
    {"\xc3\xa4: *x", "t.yaml:1:4: error: \xc3\xa4: unknown alias *x; a word "
                     "that begins with * stands in quotes\n"
                     "  \xc3\xa4: *x\n     ^\n"},
    {"\xe6\xbc\xa2: *x", "t.yaml:1:4: error: \xe6\xbc\xa2: unknown alias *x; a "
                         "word that begins with * stands in quotes\n"
                         "  \xe6\xbc\xa2: *x\n      ^\n"},
    {"a:\t\t*x", "t.yaml:1:5: error: a: unknown alias *x; a word that begins "
                 "with * stands in quotes\n"
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
    cr_assert_str_eq(document_place(&d, d.tree.root, AT_KEY), "t.yaml:1:1");
    cr_assert_str_eq(document_place(&d, d.tree.root, AT_VALUE), "t.yaml:2:1");
    cr_assert_str_eq(document_place(&d, b, AT_KEY), "t.yaml:3:3");
    cr_assert_str_eq(document_place(&d, b, AT_VALUE), "t.yaml:3:6");
    cr_assert_str_eq(document_place(&d, last, AT_KEY), "t.yaml:3:13");
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
    cr_assert_str_eq(document_place(&d, b, AT_VALUE), "t.yaml:2:4");
    cr_assert_str_eq(document_place(&d, b->first, AT_KEY), "t.yaml:1:8");
    cr_assert_str_eq(document_place(&d, c->first, AT_KEY), "t.yaml:1:8");
    cr_assert_str_eq(tree_path(&d.tree, c->first), "c.k");
    document_free(&d);
}

Test(tree, named_entries)
{
    static struct document d;

    cr_assert_eq(document_parse(&d, "layers:\n  - conv2d: {pad: 1}\n"), OK);
    const struct node *entry = node_find(d.tree.root, "layers")->first;
    const struct node *pad = entry->first->first;
    cr_assert_str_eq(tree_path(&d.tree, pad), "layers[0] conv2d0.pad");
    tree_error(&d.tree, pad, AT_VALUE, NULL, &d.e, "too %s", "big");
    tree_error(&d.tree, entry->first, AT_KEY, "num_filters", &d.e, "missing");
    cr_assert_str_eq(d.e.text,
                     "t.yaml:2:19: error: layers[0] conv2d0.pad: too big\n"
                     "t.yaml:2:5: error: layers[0] conv2d0.num_filters: "
                     "missing\n");
    document_free(&d);
}
