/* Tables of rows: what binds, what is refused, where and in which words; what
 * is printed binds again. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/field.h"
#include "support/fake_document.h"

struct nothing {
    int64_t warmth;
};

static const struct field inert_fields[] = {
    FIELD(nothing, warmth, .def = "1", .doc = "Unused."),
    {0},
};

static const char *const also[] = {"nested", NULL};

/* Binds the mapping `t` of a document to `every`. */
static enum status bind_section(struct document *d, const char *yaml,
                                struct every *out)
{
    const struct binding bindings[] = {{every_fields, out}, {0}};
    const struct inert inert[] = {{inert_fields, "the mode is max"}, {0}};

    cr_assert_eq(document_parse(d, yaml), OK, "%s\n%s", yaml, d->e.text);
    return field_bind(&d->tree, node_find(d->tree.root, "t"), bindings, inert,
                      also, &d->e);
}

struct row {
    const char *yaml, *want;
};

#define DEFAULTS(before, after)                                                \
    "count: 5, rate: 0.5, flag: false, " before                                \
    "mode: max, size: 3, pad: 0, shape: [1, 28], mean: [0.5], " after          \
    "share: 1/4, act: rectify, init: {constant: {val: 0}}, maybe: null"

#define TAIL "share: 1/4, act: rectify, init: {constant: {val: 0}}, maybe: null"

/* A section and what it prints as. */
static const struct row good[] = {
    {"t: {count: 5}", DEFAULTS("", "")},
    {"t: {count: 5, nested: {x: 1}}", DEFAULTS("", "")},
    {"t: {count: 5, rate: 0.5, flag: false, mode: 'max', size: [3, 3], pad: "
     "[0, 0], shape: [1, 28], mean: 0.5, share: 1/4, act: {rectify: {}}, init: "
     "{constant: {val: 0}}, maybe: null}",
     DEFAULTS("", "")},
    {"t: {count: +5, rate: 5e-1, maybe: ~, mean: [.5]}", DEFAULTS("", "")},
    {"t: {count: 5, name: no}", DEFAULTS("name: 'no', ", "")},
    {"t: {count: 5, name: 010}", DEFAULTS("name: '010', ", "")},
    {"t: {count: 5, name: 1:30}", DEFAULTS("name: '1:30', ", "")},
    {"t: {count: 5, name: 1e3}", DEFAULTS("name: '1e3', ", "")},
    {"t: {count: 5, name: 'null'}", DEFAULTS("name: 'null', ", "")},
    {"t: {count: 5, name: ''}", DEFAULTS("name: '', ", "")},
    {"t: {count: 5, name: 'a: b'}", DEFAULTS("name: 'a: b', ", "")},
    {"t: {count: 5, name: 'a #b'}", DEFAULTS("name: 'a #b', ", "")},
    {"t: {count: 5, name: '[a, {b}]'}", DEFAULTS("name: '[a, {b}]', ", "")},
    {"t: {count: 5, name: 'it''s'}", DEFAULTS("name: 'it''s', ", "")},
    {"t: {count: 5, name: '*a'}", DEFAULTS("name: '*a', ", "")},
    {"t: {count: 5, name: ' a '}", DEFAULTS("name: ' a ', ", "")},
    {"t: {count: 5, name: \"a\\nb\\t\\x01\\\"\\\\\"}",
     DEFAULTS("name: \"a\\nb\\t\\u0001\\\"\\\\\", ", "")},
    {"t: {count: 5, name: \"\\L\\N\\uFEFF\\uFFFF\"}",
     DEFAULTS("name: \"\\u2028\\u0085\\uFEFF\\uFFFF\", ", "")},
    {"t: {count: 5, name: \xc3\xa4}", DEFAULTS("name: '\xc3\xa4', ", "")},
    {"t: {count: 5, name: \"\\U0001F600\"}",
     DEFAULTS("name: '\xf0\x9f\x98\x80', ", "")},
    {"t: {count: 5, name: conv2d-1_a}", DEFAULTS("name: conv2d-1_a, ", "")},
    {"t:\n  count: 5\n  name: |-\n    two\n    lines\n",
     DEFAULTS("name: \"two\\nlines\", ", "")},
    {"t: {count: 5, gain: relu, shape: [1, 28]}",
     "count: 5, rate: 0.5, flag: false, mode: max, size: 3, pad: 0, gain: "
     "relu, "
     "shape: [1, 28], mean: [0.5], " TAIL},
    {"t: {count: 5, gain: 1.5, shape: [1, 28]}",
     "count: 5, rate: 0.5, flag: false, mode: max, size: 3, pad: 0, gain: 1.5, "
     "shape: [1, 28], mean: [0.5], " TAIL},
    {"t: {count: 5, from: a}", DEFAULTS("", "from: [a], ")},
    {"t: {count: 5, from: []}", DEFAULTS("", "from: [], ")},
    {"t: {count: 5, from: [a, no, '1']}",
     DEFAULTS("", "from: [a, 'no', '1'], ")},
    {"t: {count: 5, rate: 0.1, flag: true, mode: average_inc_pad, size: [1, "
     "2], "
     "pad: same, shape: [7], mean: [1, 2.5, -3e-300]}",
     "count: 5, rate: 0.1, flag: true, mode: average_inc_pad, size: [1, 2], "
     "pad: same, shape: [7], mean: [1, 2.5, -3e-300], " TAIL},
    {"t: {count: 5, rate: 0.30000000000000004, mean: [1e308, -0.0, "
     "5e-324, 0.1]}",
     "count: 5, rate: 0.30000000000000004, flag: false, mode: max, size: 3, "
     "pad: 0, shape: [1, 28], mean: [1e+308, -0, 4.94065645841247e-324, "
     "0.1], " TAIL},
    {"t: {count: 5, share: 0.25, act: leaky_rectify, init: -2.5, maybe: "
     "linear}",
     "count: 5, rate: 0.5, flag: false, mode: max, size: 3, pad: 0, shape: [1, "
     "28], mean: [0.5], share: 0.25, act: {leaky_rectify: {leakiness: 0.01}}, "
     "init: {constant: {val: -2.5}}, maybe: linear"},
    {"t: {count: 5, share: 0, act: {leaky_rectify: {leakiness: 0.2}}, init: "
     "{power: {inner: {leaky_rectify: {}}}}}",
     "count: 5, rate: 0.5, flag: false, mode: max, size: 3, pad: 0, shape: [1, "
     "28], mean: [0.5], share: 0, act: {leaky_rectify: {leakiness: 0.2}}, "
     "init: {power: {exponent: 2, inner: {leaky_rectify: {leakiness: "
     "0.01}}}}, maybe: null"},
    {"t: {count: 5, init: null}",
     "count: 5, rate: 0.5, flag: false, mode: max, size: 3, pad: 0, shape: [1, "
     "28], mean: [0.5], share: 1/4, act: rectify, init: null, maybe: null"},
    {"t: {count: 5, file: ../a/b.gz}",
     "count: 5, rate: 0.5, flag: false, mode: max, size: 3, pad: 0, shape: [1, "
     "28], mean: [0.5], share: 1/4, file: ../a/b.gz, act: rectify, init: "
     "{constant: {val: 0}}, maybe: null"},
    {"t: {count: 5, file: '${FIELD_TEST_UNSET:-x}/b'}",
     "count: 5, rate: 0.5, flag: false, mode: max, size: 3, pad: 0, shape: [1, "
     "28], mean: [0.5], share: 1/4, file: '${FIELD_TEST_UNSET:-x}/b', act: "
     "rectify, init: {constant: {val: 0}}, maybe: null"},
    {"x: &x {count: 1, rate: 7}\nt: {<<: *x, count: 5}",
     "count: 5, rate: 7, flag: false, mode: max, size: 3, pad: 0, shape: [1, "
     "28], mean: [0.5], " TAIL},
};

ParameterizedTestParameters(field, binds_and_prints)
{
    static size_t rows[ARRAY_LEN(good)];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        rows[i] = i;
    return cr_make_param_array(size_t, rows, ARRAY_LEN(rows));
}

/* Prints, binds what was printed, prints again: both must be equal. */
ParameterizedTest(size_t *row, field, binds_and_prints)
{
    static struct document d, again;
    const struct row *g = &good[*row];
    struct every first, second;
    struct text printed = {0}, yaml = {0}, reprinted = {0};

    unsetenv("FIELD_TEST_UNSET");
    cr_assert_eq(bind_section(&d, g->yaml, &first), OK, "%s\n%s", g->yaml,
                 d.e.text);
    field_print(&printed, every_fields, &first);
    cr_assert_str_eq(text_string(&printed), g->want, "%s\ngot  %s\nwant %s",
                     g->yaml, text_string(&printed), g->want);

    text_printf(&yaml, "t: {%s}\n", text_string(&printed));
    cr_assert_eq(bind_section(&again, text_string(&yaml), &second), OK,
                 "%s\n%s", text_string(&yaml), again.e.text);
    field_print(&reprinted, every_fields, &second);
    cr_assert_str_eq(text_string(&reprinted), text_string(&printed));
    if (first.name)
        cr_assert_str_eq(first.name, second.name);
    cr_assert_eq(first.rate, second.rate);
    text_free(&printed);
    text_free(&yaml);
    text_free(&reprinted);
    document_free(&d);
    document_free(&again);
}

Test(field, missing_at_the_top_is_at_1_1)
{
    static struct document d;
    struct every to;
    const struct binding bindings[] = {{every_fields, &to}, {0}};

    cr_assert_eq(document_parse(&d, "# x\nflag: true\n"), OK);
    cr_assert_eq(field_bind(&d.tree, d.tree.root, bindings, NULL, NULL, &d.e),
                 ERR_CONFIG);
    cr_assert_str_eq(d.e.text, "t.yaml:1:1: error: count: missing, expected an "
                               "integer in [1, 4096]\n");
    document_free(&d);
}

Test(field, no_mapping_means_defaults)
{
    static struct document d;
    struct nothing to = {0};
    const struct binding bindings[] = {{inert_fields, &to}, {0}};

    cr_assert_eq(document_parse(&d, "a: 1\n"), OK);
    cr_assert_eq(field_bind(&d.tree, NULL, bindings, NULL, NULL, &d.e), OK);
    cr_assert_eq(to.warmth, 1);
    document_free(&d);
}

Test(field, values_arrive)
{
    static struct document d;
    struct every to;

    cr_assert_eq(bind_section(&d,
                              "t: {count: 7, size: [3, 5], pad: full, shape: "
                              "[1, 2, 3], mean: 2, from: [a, b], share: 1/3, "
                              "act: {leaky_rectify: {leakiness: 0.25}}, init: "
                              "1.5}",
                              &to),
                 OK);
    const struct leak *leak = to.act.config;
    const struct value *value = to.init.config;
    cr_assert_eq(to.count, 7);
    cr_assert_eq(to.size.y, 3);
    cr_assert_eq(to.size.x, 5);
    cr_assert_str_eq(to.pad.word, "full");
    cr_assert_eq(to.shape.count, 3);
    cr_assert_eq(to.shape.at[2], 3);
    cr_assert_eq(to.mean.count, 1);
    cr_assert_eq(to.mean.at[0], 2.0);
    cr_assert_eq(to.from.count, 2);
    cr_assert_str_eq(to.from.at[1], "b");
    cr_assert_eq(to.share.value, 1.0 / 3.0);
    cr_assert_str_eq(to.act.kind->name, "leaky_rectify");
    cr_assert_eq(leak->leakiness, 0.25);
    cr_assert_eq(value->val, 1.5);
    cr_assert_null(to.maybe.kind);
    cr_assert_null(to.name);
    cr_assert_null(to.file.at);
    document_free(&d);
}

/* Every number that text can hold reads back to the same bits. */
Test(field, reals_print_shortest)
{
    static const struct row rows[] = {
        {"0.1", "0.1"},
        {"1e23", "1e+23"},
        {"1e-5", "1e-05"},
        {"123456789012345678", "1.2345678901234568e+17"},
        {"0.2", "0.2"},
        {"2.2250738585072014e-308", "2.2250738585072014e-308"},
        {"3", "3"},
        {"1.7976931348623157e308", "1.7976931348623157e+308"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        static struct document d;
        struct every to;
        struct text out = {0};
        char yaml[128], want[128];
        snprintf(yaml, sizeof yaml, "t: {count: 1, mean: %s}", rows[i].yaml);
        snprintf(want, sizeof want, "mean: [%s],", rows[i].want);
        cr_assert_eq(bind_section(&d, yaml, &to), OK);
        field_print(&out, every_fields, &to);
        cr_assert(strstr(text_string(&out), want), "want %s got %s", want,
                  text_string(&out));
        text_free(&out);
        document_free(&d);
    }
}

Test(field, prints_lines)
{
    static const struct value value = {2.5};
    const struct power power = {3, {act_kinds[0], NULL}};
    struct text out = {0};

    field_print_lines(&out, init_kinds_of_test[0]->fields, &value, 4);
    field_print_lines(&out, power_fields, &power, 0);
    cr_assert_str_eq(text_string(&out),
                     "    val: 2.5\nexponent: 3\ninner: linear\n");
    text_free(&out);
}

/* `- dropout` in a list stands for no parameters; `train: 1` is a mistake. */
Test(field, bare_names)
{
    static struct document d;
    struct leak leak;
    struct value value;
    const struct binding leaks[] = {{act_kinds[2]->fields, &leak}, {0}};
    const struct binding values[] = {{init_kinds_of_test[0]->fields, &value},
                                     {0}};

    cr_assert_eq(document_parse(&d, "layers: [a]"), OK);
    const struct node *bare = node_find(d.tree.root, "layers")->first;
    cr_assert_eq(field_bind(&d.tree, bare, leaks, NULL, NULL, &d.e), OK);
    cr_assert_eq(leak.leakiness, 0.01);
    cr_assert_eq(field_bind(&d.tree, bare, values, NULL, NULL, &d.e),
                 ERR_CONFIG);
    cr_assert_str_eq(d.e.text, "t.yaml:1:10: error: layers[0] a0.val: missing, "
                               "expected a number in [-10, 10]\n");
    document_free(&d);
}

struct suggestion {
    const char *word, *want;
};

Test(field, suggests_kinds)
{
    static const struct suggestion rows[] = {
        {"relu", "rectify"},      {"linaer", "linear"},
        {"leaky", NULL},          {"leaky_rectfy", "leaky_rectify"},
        {"rectifier", "rectify"}, {"x", NULL},
        {"ReLU", "rectify"},      {"Leaky-Rectify", "leaky_rectify"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct kind *kind = kind_meant(act_kinds, rows[i].word);
        const char *got = kind ? kind->name : NULL;
        const char *want = rows[i].want ? rows[i].want : "(none)";
        cr_assert_str_eq(got ? got : "(none)", want, "%s: got %s want %s",
                         rows[i].word, got ? got : "(none)", want);
    }
}
