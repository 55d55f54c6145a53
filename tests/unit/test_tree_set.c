/* --set: what it changes, what it refuses, and the marks it leaves. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>

#include "conf/tree.h"
#include "support/fake_document.h"

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
    {"a: &x 1", "b=*x",
     "--set #1: error: b: unknown alias *x; a word that begins with * stands "
     "in quotes\n"},
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
    cr_assert_str_eq(document_place(&d, a, AT_KEY), "t.yaml:1:1");
    cr_assert_str_eq(document_place(&d, node_find(a, "b"), AT_KEY), "--set #2");
    cr_assert_str_eq(document_place(&d, node_find(a, "c"), AT_KEY),
                     "t.yaml:1:11");
    cr_assert_str_eq(document_place(&d, y, AT_KEY), "--set #3");
    cr_assert_str_eq(document_place(&d, y->first->first, AT_VALUE), "--set #3");
    cr_assert_str_eq(tree_path(&d.tree, y->first->first), "y.z[0]");
    document_free(&d);
}
