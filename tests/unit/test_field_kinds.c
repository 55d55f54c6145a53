/* Lists of kinds, kinds whose first parameter stands alone, groups of keys: how
 * they are read, printed, refused and described. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#include "conf/describe.h"
#include "conf/field.h"
#include "conf/schema.h"
#include "support/fake_document.h"

struct root_config {
    double base, exponent;
};

struct rank_config {
    int64_t k;
};

struct patience_config {
    int64_t epochs;
    const char *of;
};

struct plan_config {
    struct variant form;
    double from;
};

struct all {
    struct variant_list steps;
    struct variant one;
    struct group stop, plan;
};

static const struct field root_fields[] = {
    FIELD(root_config, base, .def = "2", .max = 9, .doc = "The base."),
    FIELD(root_config, exponent, .def = "3", .max = 9, .doc = "The exponent."),
    {0},
};

static const struct field rank_fields[] = {
    FIELD(rank_config, k, .min = 1, .max = 9, .doc = "The rank."),
    {0},
};

static const struct field patience_fields[] = {
    FIELD(patience_config, epochs, .def = "10", .min = 1, .max = 99,
          .doc = "So long."),
    FIELD(patience_config, of, .optional = true, .doc = "Of what."),
    {0},
};

static const struct kind plain = {"plain", "Nothing more.", NULL, 0, "bare"};
static const struct kind power = {"power", "A power.", CONFIG(root), NULL};
static const struct kind rank = {"rank", "A rank.", CONFIG(rank), NULL};
static const struct kind patience = {"patience", "Patience.", CONFIG(patience),
                                     NULL};
static const struct kind *const kinds[] = {&plain, &power, &rank, NULL};

static const struct field plan_fields[] = {
    FIELD(plan_config, form, .def = "plain", .kinds = kinds, .doc = "How."),
    FIELD(plan_config, from, .def = "0", .max = 9, .doc = "From where."),
    {0},
};

static const struct kind plan = {"plan", "A plan.", CONFIG(plan), NULL};

static const struct field all_fields[] = {
    FIELD(all, steps, .optional = true, .kinds = kinds, .short_first = true,
          .most = 3, .doc = "Some."),
    FIELD(all, one, .def = "plain", .kinds = kinds, .doc = "One."),
    FIELD(all, stop, .optional = true, .group = &patience, .doc = "When."),
    FIELD(all, plan, .optional = true, .group = &plan, .short_first = true,
          .doc = "How and from where."),
    {0},
};

struct row {
    const char *yaml, *want;
};

static enum status bind(struct document *d, const char *yaml, struct all *out)
{
    *out = (struct all){{NULL, 0}, {NULL, NULL}, {NULL}, {NULL}};
    cr_assert_eq(document_parse(d, yaml), OK, "%s\n%s", yaml, d->e.text);
    return field_fill(&d->tree, node_find(d->tree.root, "t"), all_fields, out,
                      &d->e);
}

static const struct row good[] = {
    {"t: {one: power}", "one: {power: {base: 2, exponent: 3}}"},
    {"t: {steps: []}", "steps: [], one: plain"},
    {"t: {steps: plain}", "steps: [plain], one: plain"},
    {"t: {steps: [plain, power, {power: {exponent: 4}}]}",
     "steps: [plain, {power: {base: 2, exponent: 3}}, {power: {base: 2, "
     "exponent: 4}}], one: plain"},
    {"t: {steps: [{power: 5}, {rank: 5}, {rank: {k: 6}}]}",
     "steps: [{power: {base: 5, exponent: 3}}, {rank: 5}, {rank: 6}], one: "
     "plain"},
    {"t: {stop: {}}", "one: plain, stop: {epochs: 10}"},
    {"t: {stop: {of: it, epochs: 3}}", "one: plain, stop: {epochs: 3, of: it}"},
    {"t: {plan: plain}", "one: plain, plan: {form: plain, from: 0}"},
    {"t: {plan: {rank: {k: 4}}}",
     "one: plain, plan: {form: {rank: {k: 4}}, from: 0}"},
    {"t: {plan: {from: 2}}", "one: plain, plan: {form: plain, from: 2}"},
    {"t: {plan: {from: 2, form: {rank: {k: 1}}}}",
     "one: plain, plan: {form: {rank: {k: 1}}, from: 2}"},
};

ParameterizedTestParameters(field_kinds, reads)
{
    static size_t rows[ARRAY_LEN(good)];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        rows[i] = i;
    return cr_make_param_array(size_t, rows, ARRAY_LEN(rows));
}

ParameterizedTest(size_t *number, field_kinds, reads)
{
    static struct document d, again;
    const struct row *row = &good[*number];
    struct text printed = {0}, whole = {0}, twice = {0};
    struct all all, back;

    cr_assert_eq(bind(&d, row->yaml, &all), OK, "%s\n%s", row->yaml, d.e.text);
    field_print(&printed, all_fields, &all);
    cr_expect_str_eq(text_string(&printed), row->want);
    text_printf(&whole, "t: {%s}", row->want);
    cr_assert_eq(bind(&again, text_string(&whole), &back), OK);
    field_print(&twice, all_fields, &back);
    cr_expect_str_eq(text_string(&twice), row->want);
    text_free(&printed);
    text_free(&whole);
    text_free(&twice);
    document_free(&d);
    document_free(&again);
}

static const struct row bad[] = {
    {"t: {steps: [bare]}",
     "1:13: error: t.steps[0]: 'bare' is not one of plain, power, rank; did "
     "you mean plain?\n"},
    {"t: {steps: [plain, {rank: 0}]}",
     "1:27: error: t.steps[1].rank.k: 0 is not in [1, 9]\n"},
    {"t: {steps: [{rank: [1, 2]}]}",
     "1:20: error: t.steps[0].rank.k: expected an integer in [1, 9], got a "
     "list\n"},
    {"t: {steps: [{plain: 3}]}",
     "1:21: error: t.steps[0].plain: expected a mapping of parameters, got "
     "'3'\n"},
    {"t: {steps: [rank]}", "1:13: error: t.steps[0].rank.k: missing, expected "
                           "an integer in [1, 9]\n"},
    {"t: {steps: {rank: 3}}",
     "1:12: error: t.steps: expected a list of names, or of one name with its "
     "parameters each, at most 3, one of plain, power, rank, got a mapping\n"},
    {"t: {steps: [plain, plain, plain, plain]}",
     "1:12: error: t.steps: expected a list of names, or of one name with its "
     "parameters each, at most 3, one of plain, power, rank, got 4 of them\n"},
    {"t: {one: {power: 3}}",
     "1:18: error: t.one.power: expected a mapping of parameters, got '3'\n"},
    {"t: {stop: 3}", "1:11: error: t.stop: expected a mapping, got '3'\n"},
    {"t: {plan: bare}",
     "1:11: error: t.plan.form: 'bare' is not one of plain, power, rank; did "
     "you mean plain?\n"},
    {"t: {plan: {bare: {}}}",
     "1:12: error: t.plan.form: 'bare' is not one of plain, power, rank; did "
     "you mean plain?\n"},
    {"t: {plan: {form: plain, rank: {k: 1}}}",
     "1:25: error: t.plan.rank: unknown key; did you mean form?\n"},
    {"t: {plan: {rank: {k: 0}}}",
     "1:22: error: t.plan.rank.k: 0 is not in [1, 9]\n"},
    {"t: {plan: {fron: 1}}",
     "1:12: error: t.plan.fron: unknown key; did you mean from?\n"},
    {"t: {plan: [plain]}",
     "1:11: error: t.plan.form: expected one of plain, power, rank, got a "
     "list\n"},
    {"t: {stop: {epoch: 3}}",
     "1:12: error: t.stop.epoch: unknown key; did you mean epochs?\n"},
};

ParameterizedTestParameters(field_kinds, refuses)
{
    static size_t rows[ARRAY_LEN(bad)];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        rows[i] = i;
    return cr_make_param_array(size_t, rows, ARRAY_LEN(rows));
}

ParameterizedTest(size_t *number, field_kinds, refuses)
{
    static struct document d;
    const struct row *row = &bad[*number];
    struct all all;

    cr_expect_eq(bind(&d, row->yaml, &all), ERR_CONFIG, "%s", row->yaml);
    document_expect(&d, row->want, row->yaml);
    document_free(&d);
}

Test(field_kinds, schema)
{
    struct text out = {0};

    schema_properties(&out, all_fields);
    const char *text = text_string(&out);
    cr_expect(strstr(text, "\"rank\": {\"anyOf\": [{\"type\": \"object\""));
    cr_expect(strstr(text, "\"stop\": {\"anyOf\": [{\"type\": \"object\", "
                           "\"properties\": {\"epochs\": "));
    cr_expect(strstr(text, "\"maxItems\": 3"));
    text_free(&out);
}
