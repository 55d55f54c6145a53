/* Tables of rows as help, man page and JSON Schema. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "conf/describe.h"
#include "conf/schema.h"
#include "support/fake_document.h"

static void expect(struct text *got, const char *want)
{
    cr_assert_not(got->failed);
    cr_assert_str_eq(text_string(got), want, "got\n%s\nwant\n%s",
                     text_string(got), want);
    text_free(got);
}

static const struct field *row(const char *key)
{
    return field_find(every_fields, key);
}

Test(describe, one_key)
{
    struct text out = {0};

    describe_field(&out, row("count"), "t");
    expect(&out, "t.count\n"
                 "  value    an integer in [1, 4096]\n"
                 "  default  required\n"
                 "  unit     samples\n"
                 "  aka      out_channels, filters\n"
                 "  How many.  Not too many.\n");
    describe_field(&out, row("name"), "");
    expect(&out, "name\n"
                 "  value    text\n"
                 "  default  none\n"
                 "  What it is called.\n");
    describe_field(&out, row("act"), "t");
    expect(&out, "t.act\n"
                 "  value    one of linear, rectify, leaky_rectify\n"
                 "  default  rectify\n"
                 "  Nonlinearity.\n"
                 "\n"
                 "  linear         Identity.\n"
                 "  rectify        Cut below 0.\n"
                 "  leaky_rectify  Leak below 0.\n");
}

Test(describe, columns)
{
    struct text out = {0};

    describe_table(&out, power_fields);
    expect(&out, "  exponent  2       The exponent.\n"
                 "  inner     linear  What is raised.\n");
    describe_table(&out, NULL);
    expect(&out, "");
    describe_kinds(&out, act_kinds);
    expect(&out, "  linear         Identity.\n"
                 "  rectify        Cut below 0.\n"
                 "  leaky_rectify  Leak below 0.\n");
}

struct wanted {
    const char *key, *want;
};

Test(describe, values_in_words)
{
    static const struct wanted rows[] = {
        {"rate", "a number in [1e-12, 1000]"},
        {"flag", "true or false"},
        {"mode", "one of max, average_inc_pad, average_exc_pad"},
        {"size", "an integer or a pair of integers of at least 1"},
        {"pad", "an integer or a pair of integers in [0, 9] or one of valid, "
                "same,\n           full"},
        {"gain", "a number of at least 0.5 or one of relu"},
        {"shape", "a list of integers of at least 1, 1 to 3 of them"},
        {"mean", "a number or a list of numbers, at least 1"},
        {"from", "a word or a list of words, at most 3"},
        {"share", "a number or a fraction such as 1/3 in [0, 1)"},
        {"file", "a path"},
        {"init", "a number or one of constant, power or null"},
        {"maybe", "one of linear, rectify, leaky_rectify or null"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct text out = {0};
        char want[160];
        snprintf(want, sizeof want, "\n  value    %s\n", rows[i].want);
        describe_field(&out, row(rows[i].key), "");
        cr_assert(strstr(text_string(&out), want), "want %s got %s", want,
                  text_string(&out));
        text_free(&out);
    }
}

Test(schema, strings)
{
    struct text out = {0};

    field_print_quoted(&out, "a\"b\\c\nd\x7f\xc3\xa4");
    expect(&out, "\"a\\\"b\\\\c\\nd\\u007F\xc3\xa4\"");
}

Test(schema, values)
{
    struct text out = {0};

    schema_value(&out, row("count"));
    expect(&out, "{\"anyOf\": [{\"type\": \"integer\", \"minimum\": 1, "
                 "\"maximum\": 4096}], \"description\": \"How many.  Not too "
                 "many.\"}");
    schema_value(&out, row("mode"));
    expect(&out, "{\"anyOf\": [{\"enum\": [\"max\", \"average_inc_pad\", "
                 "\"average_exc_pad\"]}], \"default\": \"max\", "
                 "\"description\": \"How.\"}");
    schema_value(&out, row("shape"));
    expect(&out, "{\"anyOf\": [{\"type\": \"array\", \"items\": {\"type\": "
                 "\"integer\", \"minimum\": 1}, \"minItems\": 1, \"maxItems\": "
                 "3}], \"default\": [1, 28], \"description\": \"Extents.\"}");
    schema_value(&out, row("maybe"));
    cr_assert(strstr(text_string(&out), "{\"type\": \"null\"}], \"default\": "
                                        "null, "),
              "%s", text_string(&out));
    text_free(&out);
}

/* An independent parser reads the schema of every type, and finds each key. */
Test(schema, is_json_and_names_every_key)
{
    const struct field *const tables[] = {every_fields, power_fields, NULL};
    struct text out = {0}, more = {0};
    json_error_t error;

    text_puts(&more, "\"more\": {\"type\": \"object\"}");
    schema_object(&out, tables, &more, NULL);
    json_t *schema =
        json_loads(text_string(&out), JSON_REJECT_DUPLICATES, &error);
    cr_assert(schema, "%s at %d: %s", error.text, error.position,
              text_string(&out));
    const json_t *properties = json_object_get(schema, "properties");
    for (const struct field *f = every_fields; f->key; f++)
        cr_assert(json_object_get(properties, f->key), "%s", f->key);
    cr_assert(json_object_get(properties, "inner"));
    cr_assert(json_object_get(properties, "more"));
    cr_assert_eq(json_object_size(properties), 19);
    cr_assert(json_is_false(json_object_get(schema, "additionalProperties")));
    const json_t *required = json_object_get(schema, "required");
    cr_assert_eq(json_array_size(required), 1);
    cr_assert_str_eq(json_string_value(json_array_get(required, 0)), "count");
    json_decref(schema);
    text_free(&out);
}

Test(schema, without_rows)
{
    const struct field *const tables[] = {NULL};
    struct text out = {0}, more = {0};

    schema_object(&out, tables, NULL, NULL);
    expect(&out, "{\"type\": \"object\", \"properties\": {}, \"required\": [], "
                 "\"additionalProperties\": false}");
    text_puts(&more, "\"a\": {}");
    schema_object(&out, tables, &more, NULL);
    expect(&out, "{\"type\": \"object\", \"properties\": {\"a\": {}}, "
                 "\"required\": [], \"additionalProperties\": false}");
}
