/* Sections that do not bind: every message and its place. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>

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

#define ACTS "linear, rectify, leaky_rectify"

/* A section and its messages, "t.yaml:" left out. */
static const struct row bad[] = {
    {"t: {}", "1:1: error: t.count: missing, expected an integer in [1, "
              "4096]\n"},
    {"t: 1", "1:4: error: t: expected a mapping, got '1'\n"},
    {"t:", "1:3: error: t: expected a mapping, got an empty value\n"},
    {"t: []", "1:4: error: t: expected a mapping, got a list\n"},
    {"t: {cuont: 1}",
     "1:5: error: t.cuont: unknown key; did you mean count?\n"},
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
     "mode, size, pad, gain, shape, mean, from, share, file, act, init, maybe, "
     "nested\n"},
    {"t: {count: 1, warmth: 1}", "1:15: error: t.warmth: the mode is max\n"},
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
    {"t: {count: 1, gain: rleu}",
     "1:21: error: t.gain: expected a number of at least 0.5 or one of relu, "
     "got 'rleu'; did you mean relu?\n"},
    {"t: {count: 1, gain: 0}", "1:21: error: t.gain: 0 is less than 0.5\n"},
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
     "1:15: error: t.init.constant.val: missing, expected a number in [-10, "
     "10]\n"},
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
     "1:12: error: t.count: 0 is not in [1, 4096]\n"
     "1:21: error: t.rate: expected a number in [1e-12, 1000], got 'x'\n"
     "1:30: error: t.mode: 'y' is not one of max, average_inc_pad, "
     "average_exc_pad\n"
     "1:33: error: t.zzzzzzzzz: unknown key, expected one of count, rate, "
     "flag, name, mode, size, pad, gain, shape, mean, from, share, file, act, "
     "init, maybe, nested\n"},
};

ParameterizedTestParameters(field, refuses)
{
    static size_t rows[ARRAY_LEN(bad)];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        rows[i] = i;
    return cr_make_param_array(size_t, rows, ARRAY_LEN(rows));
}

ParameterizedTest(size_t *row, field, refuses)
{
    static struct document d;
    struct every to;

    unsetenv("FIELD_TEST_UNSET");
    cr_assert_eq(bind_section(&d, bad[*row].yaml, &to), ERR_CONFIG, "%s",
                 bad[*row].yaml);
    document_expect(&d, bad[*row].want, bad[*row].yaml);
    document_free(&d);
}
