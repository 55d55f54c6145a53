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

#define ACTS "linear, rectify, leaky_rectify"

/* A section and its messages, "t.yaml:" left out. */
static const struct row bad[] = {
    {"t: {}", "1:1: error: t.count: missing, expected an integer in [1, "
              "4096]\n"},
    {"t: 1", "1:4: error: t: expected a mapping, got '1'\n"},
    {"t:", "1:3: error: t: expected a mapping, got an empty value\n"},
    {"t: []", "1:4: error: t: expected a mapping, got a list\n"},
    {"t: {cuont: 1}", "1:5: error: t.cuont: unknown key; did you mean count?\n"
                      "1:1: error: t.count: missing, expected an integer in "
                      "[1, 4096]\n"},
    {"t: {count: 1, lr: 1}",
     "1:15: error: t.lr: unknown key; did you mean rate?\n"},
    {"t: {count: 1, learning_rat: 1}",
     "1:15: error: t.learning_rat: unknown key; did you mean rate?\n"},
    {"t: {count: 1, out_channels: 1}",
     "1:15: error: t.out_channels: unknown key; did you mean count?\n"},
    {"t: {count: 1, nestd: 1}",
     "1:15: error: t.nestd: unknown key; did you mean nested?\n"},
    {"t: {count: 1, zzz: 1}",
     "1:15: error: t.zzz: unknown key, expected one of count, rate, flag, "
     "name, "
     "mode, size, pad, shape, mean, from, share, file, act, init, maybe, "
     "nested\n"},
    {"t: {count: 1, warmth: 1}",
     "1:15: error: t.warmth: has no effect here: the mode is max\n"},
    {"t: {count: 1e3}", "1:12: error: t.count: expected an integer in [1, "
                        "4096], got '1e3'\n"},
    {"t: {count: '1'}", "1:12: error: t.count: expected an integer in [1, "
                        "4096], got the quoted '1'\n"},
    {"t: {count: 1.0}", "1:12: error: t.count: expected an integer in [1, "
                        "4096], got '1.0'\n"},
    {"t: {count: 010}", "1:12: error: t.count: expected an integer in [1, "
                        "4096], got '010'\n"},
    {"t: {count: 0x10}", "1:12: error: t.count: expected an integer in [1, "
                         "4096], got '0x10'\n"},
    {"t: {count: 1_000}", "1:12: error: t.count: expected an integer in [1, "
                          "4096], got '1_000'\n"},
    {"t: {count: 99999999999999999999}",
     "1:12: error: t.count: expected an integer in [1, 4096], got "
     "'99999999999999999999'\n"},
    {"t: {count: 0}", "1:12: error: t.count: 0 is not in [1, 4096]\n"},
    {"t: {count: 4097}", "1:12: error: t.count: 4097 is not in [1, 4096]\n"},
    {"t: {count: }", "1:12: error: t.count: expected an integer in [1, 4096], "
                     "got an empty value\n"},
    {"t: {count: null}", "1:12: error: t.count: expected an integer in [1, "
                         "4096], got null\n"},
    {"t: {count: [1]}", "1:12: error: t.count: expected an integer in [1, "
                        "4096], got a list\n"},
    {"t: {count: {a: 1}}", "1:12: error: t.count: expected an integer in [1, "
                           "4096], got a mapping\n"},
    {"t: {count: 1, rate: -1}",
     "1:21: error: t.rate: -1 is not in [1e-12, 1000]\n"},
    {"t: {count: 1, rate: inf}", "1:21: error: t.rate: expected a number in "
                                 "[1e-12, 1000], got 'inf'\n"},
    {"t: {count: 1, rate: .nan}", "1:21: error: t.rate: expected a number in "
                                  "[1e-12, 1000], got '.nan'\n"},
    {"t: {count: 1, rate: 1e999}", "1:21: error: t.rate: expected a number in "
                                   "[1e-12, 1000], got '1e999'\n"},
    {"t: {count: 1, rate: 0x1p3}", "1:21: error: t.rate: expected a number in "
                                   "[1e-12, 1000], got '0x1p3'\n"},
    {"t: {count: 1, rate: \"1\"}", "1:21: error: t.rate: expected a number in "
                                   "[1e-12, 1000], got the quoted '1'\n"},
    {"t: {count: 1, flag: yes}",
     "1:21: error: t.flag: expected true or false, got 'yes'\n"},
    {"t: {count: 1, flag: True}",
     "1:21: error: t.flag: expected true or false, got 'True'\n"},
    {"t: {count: 1, flag: 'true'}",
     "1:21: error: t.flag: expected true or false, got the quoted 'true'\n"},
    {"t: {count: 1, flag: 1}",
     "1:21: error: t.flag: expected true or false, got '1'\n"},
    {"t: {count: 1, name: null}",
     "1:21: error: t.name: expected text, got null\n"},
    {"t: {count: 1, name: }",
     "1:21: error: t.name: expected text, got an empty value\n"},
    {"t: {count: 1, name: [a]}",
     "1:21: error: t.name: expected text, got a list\n"},
    {"t: {count: 1, mode: avg}",
     "1:21: error: t.mode: 'avg' is not one of max, average_inc_pad, "
     "average_exc_pad\n"},
    {"t: {count: 1, mode: average_in_pad}",
     "1:21: error: t.mode: 'average_in_pad' is not one of max, "
     "average_inc_pad, average_exc_pad; did you mean average_inc_pad?\n"},
    {"t: {count: 1, mode: 'mx'}",
     "1:21: error: t.mode: the quoted 'mx' is not one of max, "
     "average_inc_pad, average_exc_pad\n"},
    {"t: {count: 1, size: 0}", "1:21: error: t.size: 0 is less than 1\n"},
    {"t: {count: 1, size: [1, 0]}",
     "1:25: error: t.size[1]: 0 is less than 1\n"},
    {"t: {count: 1, size: [x, y]}",
     "1:22: error: t.size[0]: expected an integer of at least 1, got 'x'\n"
     "1:25: error: t.size[1]: expected an integer of at least 1, got 'y'\n"},
    {"t: {count: 1, size: [1, 2, 3]}",
     "1:21: error: t.size: expected one integer or two, got a list of more\n"},
    {"t: {count: 1, size: [1]}",
     "1:21: error: t.size: expected one integer or two, got a list of one\n"},
    {"t: {count: 1, pad: sam}",
     "1:20: error: t.pad: expected an integer or a pair of integers in [0, "
     "9] or one of valid, same, full, got 'sam'; did you mean same?\n"},
    {"t: {count: 1, pad: 10}", "1:20: error: t.pad: 10 is not in [0, 9]\n"},
    {"t: {count: 1, pad: -1}", "1:20: error: t.pad: -1 is not in [0, 9]\n"},
    {"t: {count: 1, shape: 3}",
     "1:22: error: t.shape: expected a list of integers of at least 1, 1 to 3 "
     "of them, got '3'\n"},
    {"t: {count: 1, shape: []}",
     "1:22: error: t.shape: expected a list of integers of at least 1, 1 to 3 "
     "of them, got 0 of them\n"},
    {"t: {count: 1, shape: [1, 2, 3, 4]}",
     "1:22: error: t.shape: expected a list of integers of at least 1, 1 to 3 "
     "of them, got 4 of them\n"},
    {"t: {count: 1, shape: [1, 0, x]}",
     "1:26: error: t.shape[1]: 0 is less than 1\n1:29: error: t.shape[2]: "
     "expected an integer of at least 1, got 'x'\n"},
    {"t: {count: 1, mean: {a: 1}}",
     "1:21: error: t.mean: expected a number or a list of numbers, at least 1, "
     "got a mapping\n"},
    {"t: {count: 1, mean: [1, nan]}",
     "1:25: error: t.mean[1]: expected a number, got 'nan'\n"},
    {"t: {count: 1, from: [a, null]}",
     "1:25: error: t.from[1]: expected text, got null\n"},
    {"t: {count: 1, from: [a, [b]]}",
     "1:25: error: t.from[1]: expected text, got a list\n"},
    {"t: {count: 1, from: [a, b, c, d]}",
     "1:21: error: t.from: expected a word or a list of words, at most 3, got "
     "4 of them\n"},
    {"t: {count: 1, share: 1}", "1:22: error: t.share: 1 is not in [0, 1)\n"},
    {"t: {count: 1, share: 3/2}",
     "1:22: error: t.share: 3/2 is not in [0, 1)\n"},
    {"t: {count: 1, share: -1/2}",
     "1:22: error: t.share: -1/2 is not in [0, 1)\n"},
    {"t: {count: 1, share: 1/0}",
     "1:22: error: t.share: expected a number or a fraction such as 1/3 in [0, "
     "1), got '1/0'\n"},
    {"t: {count: 1, share: 1 / 3}",
     "1:22: error: t.share: expected a number or a fraction such as 1/3 in [0, "
     "1), got '1 / 3'\n"},
    {"t: {count: 1, file: '${FIELD_TEST_UNSET}/x'}",
     "1:21: error: t.file: the environment variable FIELD_TEST_UNSET is not "
     "set\n"},
    {"t: {count: 1, file: '${1X}'}",
     "1:21: error: t.file: expected ${NAME} or ${NAME:-default}, got "
     "'${1X}'\n"},
    {"t: {count: 1, file: 'a/${X'}",
     "1:21: error: t.file: expected ${NAME} or ${NAME:-default}, got '${X'\n"},
    {"t: {count: 1, file: '${X-y}'}",
     "1:21: error: t.file: expected ${NAME} or ${NAME:-default}, got "
     "'${X-y}'\n"},
    {"t: {count: 1, file: '${FIELD_TEST_UNSET:-}'}",
     "1:21: error: t.file: expected a path, got an empty one\n"},
    {"t: {count: 1, file: null}",
     "1:21: error: t.file: expected a path, got null\n"},
    {"t: {count: 1, act: relu}",
     "1:20: error: t.act: 'relu' is not one of " ACTS "; did you mean "
     "rectify?\n"},
    {"t: {count: 1, act: linaer}",
     "1:20: error: t.act: 'linaer' is not one of " ACTS "; did you mean "
     "linear?\n"},
    {"t: {count: 1, act: {relu: {}}}",
     "1:21: error: t.act: 'relu' is not one of " ACTS "; did you mean "
     "rectify?\n"},
    {"t: {count: 1, act: null}",
     "1:20: error: t.act: expected one of " ACTS ", got null\n"},
    {"t: {count: 1, act: 1}",
     "1:20: error: t.act: '1' is not one of " ACTS "\n"},
    {"t: {count: 1, act: [linear]}",
     "1:20: error: t.act: expected one of " ACTS ", got a list\n"},
    {"t: {count: 1, act: {}}", "1:20: error: t.act: expected one name with its "
                               "parameters, got an empty mapping\n"},
    {"t: {count: 1, act: {linear: {}, rectify: {}}}",
     "1:20: error: t.act: expected one name with its parameters, got more than "
     "one key\n"},
    {"t: {count: 1, act: {rectify: }}",
     "1:30: error: t.act.rectify: expected a mapping of parameters, got an "
     "empty value\n"},
    {"t: {count: 1, act: {linear: {a: 1}}}",
     "1:30: error: t.act.linear.a: unknown key\n"},
    {"t: {count: 1, act: {leaky_rectify: {leakines: 1}}}",
     "1:37: error: t.act.leaky_rectify.leakines: unknown key; did you mean "
     "leakiness?\n"},
    {"t: {count: 1, act: {leaky_rectify: {leakiness: 2}}}",
     "1:48: error: t.act.leaky_rectify.leakiness: 2 is not in [0, 1]\n"},
    {"t: {count: 1, init: 11}",
     "1:21: error: t.init.val: 11 is not in [-10, 10]\n"},
    {"t: {count: 1, init: constant}",
     "1:15: error: t.init.val: missing, expected a number in [-10, 10]\n"},
    {"t: {count: 1, init: {constant: {}}}",
     "1:22: error: t.init.constant.val: missing, expected a number in [-10, "
     "10]\n"},
    {"t: {count: 1, init: '1'}",
     "1:21: error: t.init: expected a number or one of constant, power or "
     "null, got the quoted '1'\n"},
    {"t: {count: 1, init: constnat}",
     "1:21: error: t.init: expected a number or one of constant, power or "
     "null, got 'constnat'; did you mean constant?\n"},
    {"t: {count: 0, rate: x, mode: y, zzzzzzzzz: 1}",
     "1:33: error: t.zzzzzzzzz: unknown key, expected one of count, rate, "
     "flag, "
     "name, mode, size, pad, shape, mean, from, share, file, act, init, maybe, "
     "nested\n"
     "1:12: error: t.count: 0 is not in [1, 4096]\n"
     "1:21: error: t.rate: expected a number in [1e-12, 1000], got 'x'\n"
     "1:30: error: t.mode: 'y' is not one of max, average_inc_pad, "
     "average_exc_pad\n"},
};

ParameterizedTestParameters(field, refuses)
{
    static size_t rows[ARRAY_LEN(bad)];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        rows[i] = i;
    return cr_make_param_array(size_t, rows, ARRAY_LEN(rows));
}

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

ParameterizedTest(size_t *row, field, refuses)
{
    static struct document d;
    struct every to;

    unsetenv("FIELD_TEST_UNSET");
    cr_assert_eq(bind_section(&d, bad[*row].yaml, &to), ERR_CONFIG, "%s",
                 bad[*row].yaml);
    expect_messages(&d.e, bad[*row].want, bad[*row].yaml);
    document_free(&d);
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
    cr_assert_not(field_given(NULL, "warmth"));
    cr_assert(field_given(d.tree.root, "a"));
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

struct where {
    const char *name, *path, *at, *written;
};

Test(field, paths)
{
    static const struct where rows[] = {
        {"x/t.yaml", "a", "x/a", "a"},
        {"x/t.yaml", "../a", "x/../a", "../a"},
        {"x/t.yaml", "/b/a", "/b/a", "a"},
        {"/t.yaml", "a", "/a", "a"},
        {"t.yaml", "a", "a", "a"},
        {"-", "a", "a", "a"},
        {"x/t.yaml", "'${FIELD_TEST_DIR}/a'", "/d/a", "'${FIELD_TEST_DIR}/a'"},
        {"x/t.yaml", "'${FIELD_TEST_DIR:-q}/a'", "/d/a",
         "'${FIELD_TEST_DIR:-q}/a'"},
        {"x/t.yaml", "'${FIELD_TEST_UNSET:-q/r}/a'", "x/q/r/a",
         "'${FIELD_TEST_UNSET:-q/r}/a'"},
        {"x/t.yaml", "'${FIELD_TEST_EMPTY:-q}/a'", "x/q/a",
         "'${FIELD_TEST_EMPTY:-q}/a'"},
        {"x/t.yaml", "'${FIELD_TEST_EMPTY}a$b'", "x/a$b",
         "'${FIELD_TEST_EMPTY}a$b'"},
    };

    setenv("FIELD_TEST_DIR", "/d", 1);
    setenv("FIELD_TEST_EMPTY", "", 1);
    unsetenv("FIELD_TEST_UNSET");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        static struct document d;
        struct every to;
        struct text out = {0};
        const struct binding bindings[] = {{every_fields, &to}, {0}};
        char yaml[128], want[128];
        snprintf(yaml, sizeof yaml, "count: 1\nfile: %s\n", rows[i].path);
        snprintf(want, sizeof want, "file: %s,", rows[i].written);
        cr_assert_eq(tree_parse(&d.tree, &d.arena, rows[i].name, yaml,
                                strlen(yaml), &d.e),
                     OK);
        cr_assert_eq(
            field_bind(&d.tree, d.tree.root, bindings, NULL, NULL, &d.e), OK,
            "%s: %s", yaml, d.e.text);
        cr_assert_str_eq(to.file.at, rows[i].at, "%s: got %s", yaml,
                         to.file.at);
        field_print(&out, every_fields, &to);
        cr_assert(strstr(text_string(&out), want), "%s: got %s", want,
                  text_string(&out));
        text_free(&out);
        document_free(&d);
    }
}

/* A path given on the command line is relative to the current folder. */
Test(field, settings)
{
    static struct document d;
    struct every to;
    const char *yaml = "t: {count: 1, file: a}";
    const struct binding bindings[] = {{every_fields, &to}, {0}};

    cr_assert_eq(
        tree_parse(&d.tree, &d.arena, "x/t.yaml", yaml, strlen(yaml), &d.e),
        OK);
    cr_assert_eq(tree_set(&d.tree, 1, "t.file=b", &d.e), OK);
    const struct node *t = node_find(d.tree.root, "t");
    cr_assert_eq(field_bind(&d.tree, t, bindings, NULL, NULL, &d.e), OK);
    cr_assert_str_eq(to.file.at, "b");

    cr_assert_eq(tree_set(&d.tree, 2, "t.learnign_rate=1", &d.e), OK);
    cr_assert_eq(tree_set(&d.tree, 3, "t.flag=yes", &d.e), OK);
    cr_assert_eq(tree_set(&d.tree, 4, "t.count=null", &d.e), OK);
    cr_assert_eq(field_bind(&d.tree, t, bindings, NULL, NULL, &d.e),
                 ERR_CONFIG);
    cr_assert_str_eq(d.e.text,
                     "--set #2: error: t.learnign_rate: unknown key; did you "
                     "mean rate?\n"
                     "x/t.yaml:1:1: error: t.count: missing, expected an "
                     "integer in [1, 4096]\n"
                     "--set #3: error: t.flag: expected true or false, got "
                     "'yes'\n");
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
