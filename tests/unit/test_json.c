/* JSON written and read, refusals, memory that runs short. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <string.h>
#include <sys/resource.h>

#include "codec/json.h"

static struct err e;

static void begin(void)
{
    e = (struct err){0};
}

static void write_sample(struct json_writer *w)
{
    json_begin_map(w, NULL);
    json_put_int(w, "epoch", INT64_MIN);
    json_put_real(w, "loss", 0.1);
    json_put_real(w, "nan", (double)NAN);
    json_put_real(w, "inf", (double)INFINITY);
    json_begin_list(w, "classes");
    json_put_text(w, NULL, "caf\xc3\xa9 \"x\"\n");
    json_put_null(w, NULL);
    json_begin_map(w, NULL);
    json_end(w);
    json_end(w);
    json_put_text(w, "a", "last");
    json_end(w);
}

struct style_case {
    enum json_style style;
    char want[256];
};

ParameterizedTestParameters(json, styles)
{
    static struct style_case cases[] = {
        {JSON_COMPACT,
         "{\"epoch\":-9223372036854775808,\"loss\":0.10000000000000001,"
         "\"nan\":null,\"inf\":null,\"classes\":[\"caf\xc3\xa9 \\\"x\\\"\\n\","
         "null,{}],\"a\":\"last\"}"},
        {JSON_SORTED,
         "{\"a\":\"last\",\"classes\":[\"caf\xc3\xa9 \\\"x\\\"\\n\","
         "null,{}],\"epoch\":-9223372036854775808,\"inf\":null,"
         "\"loss\":0.10000000000000001,\"nan\":null}"},
        {JSON_INDENTED, "{\n  \"epoch\": -9223372036854775808,\n"
                        "  \"loss\": 0.10000000000000001,\n  \"nan\": null,\n"
                        "  \"inf\": null,\n  \"classes\": [\n"
                        "    \"caf\xc3\xa9 \\\"x\\\"\\n\",\n    null,\n    {}\n"
                        "  ],\n  \"a\": \"last\"\n}"},
        {JSON_LINE,
         "{\"epoch\": -9223372036854775808, \"loss\": 0.10000000000000001, "
         "\"nan\": null, \"inf\": null, "
         "\"classes\": [\"caf\xc3\xa9 \\\"x\\\"\\n\", null, {}], "
         "\"a\": \"last\"}"},
        {JSON_FLOATS, "{\"epoch\": -9223372036854775808, \"loss\": 0.1, "
                      "\"nan\": null, \"inf\": null, "
                      "\"classes\": [\"caf\xc3\xa9 \\\"x\\\"\\n\", null, {}], "
                      "\"a\": \"last\"}"},
    };
    return cr_make_param_array(struct style_case, cases, ARRAY_LEN(cases));
}

ParameterizedTest(struct style_case *c, json, styles, .init = begin)
{
    struct json_writer w = {0};
    struct text out = {0};

    write_sample(&w);
    json_finish(&w, c->style, &out);
    cr_assert_not(out.failed);
    cr_assert_str_eq(text_string(&out), c->want);
    text_free(&out);
}

Test(json, any_value_is_a_document_and_is_appended, .init = begin)
{
    struct json_writer w = {0};
    struct text out = {0};

    text_puts(&out, "x=");
    json_put_text(&w, NULL, "");
    json_finish(&w, JSON_COMPACT, &out);
    cr_assert_not(out.failed);
    json_put_null(&w, NULL);
    json_finish(&w, JSON_COMPACT, &out);
    cr_assert_not(out.failed);
    cr_assert_str_eq(text_string(&out), "x=\"\"null");
    text_free(&out);
}

struct utf8_case {
    char bytes[16], want[32];
};

#define BAD "\xef\xbf\xbd"

ParameterizedTestParameters(json, utf8)
{
    static struct utf8_case cases[] = {
        {"plain", "plain"},
        {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
         "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
        {"a\xff"
         "b",
         "a" BAD "b"},
        {"\xc3", BAD},                               /* cut */
        {"\xe2\x82", BAD BAD},                       /* cut */
        {"\xc0\xaf", BAD BAD},                       /* overlong */
        {"\xe0\x9f\xbf", BAD BAD BAD},               /* overlong */
        {"\xed\xa0\x80", BAD BAD BAD},               /* surrogate */
        {"\xf0\x8f\xbf\xbf", BAD BAD BAD BAD},       /* overlong */
        {"\xf4\x90\x80\x80", BAD BAD BAD BAD},       /* above U+10FFFF */
        {"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf", /* the last that are */
         "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf"},
    };
    return cr_make_param_array(struct utf8_case, cases, ARRAY_LEN(cases));
}

/* As a text and as a key; jansson, which checks UTF-8 itself, is the witness
 * that what comes out is well formed. */
ParameterizedTest(struct utf8_case *c, json, utf8, .init = begin)
{
    struct json_writer w = {0};
    struct text out = {0}, want = {0};
    struct json *read;

    json_begin_map(&w, NULL);
    json_put_text(&w, c->bytes, c->bytes);
    json_end(&w);
    json_finish(&w, JSON_COMPACT, &out);
    cr_assert_not(out.failed);
    text_printf(&want, "{\"%s\":\"%s\"}", c->want, c->want);
    cr_assert_str_eq(text_string(&out), text_string(&want));
    cr_assert_eq(json_parse(out.at, out.length, "f", &read, &e), OK, "%s",
                 e.text);
    json_free(read);
    text_free(&out);
    text_free(&want);
}

static enum status parse(const char *text, struct json **out)
{
    return json_parse(text, strlen(text), "f", out, &e);
}

Test(json, reads, .init = begin)
{
    struct json *d;
    int64_t i;
    double r;

    cr_assert_eq(parse("{\"z\": [1, 2.5, null], \"t\": \"x\", \"s\": {},"
                       " \"after\": 1}",
                       &d),
                 OK, "%s", e.text);
    const struct json *list = json_member(d, "z");
    cr_assert(json_is_map(d) && !json_is_map(list) && !json_is_map(NULL));
    cr_assert_eq(json_count(d), 4);
    cr_assert_eq(json_count(list), 3);
    cr_assert_eq(json_count(json_member(d, "t")), -1);
    cr_assert_eq(json_count(NULL), -1);
    cr_assert(json_int_of(json_entry(list, 0), &i) && i == 1);
    cr_assert(!json_int_of(json_entry(list, 1), &i));
    cr_assert(json_real_of(json_entry(list, 0), &r) && r == 1.0);
    cr_assert(json_real_of(json_entry(list, 1), &r) && r == 2.5);
    cr_assert(json_real_of(json_entry(list, 2), &r) && isnan(r));
    cr_assert(!json_real_of(json_member(d, "t"), &r));
    cr_assert(!json_real_of(NULL, &r) && !json_int_of(NULL, &i));
    cr_assert_str_eq(json_text_of(json_member(d, "t")), "x");
    cr_assert_null(json_text_of(list));
    cr_assert_null(json_text_of(NULL));
    cr_assert_null(json_entry(list, 3));
    cr_assert_null(json_entry(list, -1));
    cr_assert_null(json_entry(d, 0));
    cr_assert_null(json_member(list, "z"));
    cr_assert_null(json_member(NULL, "z"));
    json_free(d);
    json_free(NULL);
}

static enum status note_member(void *context, const char *key,
                               const struct json_slice *value, struct err *err)
{
    struct text *seen = context;

    (void)err;
    text_printf(seen, "%s@%zu=", key, value->offset);
    text_add(seen, value->at, value->length);
    text_puts(seen, ";");
    return key[0] == 's' ? ERR_STOPPED : OK;
}

static enum status scan(const char *text, struct text *seen, int64_t *count)
{
    const struct json_slice whole = {text, strlen(text), 100};

    return json_scan(&whole, "f", seen ? note_member : NULL, seen, count, &e);
}

Test(json, scans_members_without_looking_into_them, .init = begin)
{
    static const char text[] =
        " {\"a\" : [1, {\"}\": \"]\"}] , \"b\\\"\\u0041\":\"\\\\\",\"c\":?? ,"
        "\"stop\":{},\"after\":1} ";
    struct text seen = {0};
    int64_t count;

    cr_assert_eq(scan(text, NULL, &count), OK, "%s", e.text);
    cr_assert_eq(count, 5);
    cr_assert_eq(scan(text, &seen, &count), ERR_STOPPED);
    cr_assert_str_eq(text_string(&seen), "a@108=[1, {\"}\": \"]\"}] ;b\"A@138="
                                         "\"\\\\\";c@147=?? ;stop@158={};");
    cr_assert_eq(scan("{}", &seen, &count), OK);
    cr_assert_eq(count, 0);
    text_free(&seen);
}

static struct {
    const char *text, *says;
} torn[] = {
    {"", "byte 101: expected '{'"},
    {"[]", "byte 101: expected '{'"},
    {"{", "byte 102: expected a key"},
    {"{\"a", "byte 104: expected ':'"},
    {"{\"a\\", "byte 105: expected ':'"},
    {"{\"a\" 1}", "byte 106: expected ':'"},
    {"{\"a\":1", "byte 107: expected ',' or '}'"},
    {"{\"a\":[1}", "byte 109: expected ',' or '}'"},
    {"{\"a\":1]", "byte 107: expected ',' or '}'"},
    {"{\"a\":1,}", "byte 108: expected a key"},
    {"{\"a\":1,1:2}", "byte 108: expected a key"},
    {"{\"a\":1} x", "byte 109: expected the end"},
    {"{\"\\q\":1}", "byte 10"},
};

Test(json, scan_says_where_a_map_is_torn, .init = begin)
{
    for (size_t i = 0; i < ARRAY_LEN(torn); i++) {
        struct text seen = {0};
        int64_t count;
        e = (struct err){0};
        cr_assert_eq(scan(torn[i].text, &seen, &count), ERR_DATA, "%s",
                     torn[i].text);
        cr_assert(strstr(e.text, torn[i].says), "%s: %s", torn[i].text, e.text);
        text_free(&seen);
    }
}

struct bad_case {
    char text[64];
};

ParameterizedTestParameters(json, refuses)
{
    static struct bad_case cases[] = {
        {""},
        {"{"},
        {"{} x"},
        {"{}{}"},
        {"{\"a\":1,\"a\":2}"},
        {"[1,]"},
        {"{'a':1}"},
        {"[01]"},
        {"[NaN]"},
        {"[1e999]"},
        {"[9223372036854775808]"},
        {"\"\xff\""},
        {"\"\\u0000\""},
        {"\"\\ud800\""},
        {"[\"a\nb\"]"},
    };
    return cr_make_param_array(struct bad_case, cases, ARRAY_LEN(cases));
}

ParameterizedTest(struct bad_case *c, json, refuses, .init = begin)
{
    struct json *d;

    cr_assert_eq(parse(c->text, &d), ERR_DATA, "accepted %s", c->text);
    cr_assert_null(d);
    cr_assert(strstr(e.text, "f: error: JSON byte "), "%s", e.text);
}

Test(json, deep_nesting_is_refused, .init = begin)
{
    struct text t = {0};
    struct json *d;

    text_pad(&t, '[', JSON_MAX_DEPTH);
    text_puts(&t, "\"[[[[\\\"[[[[\"");
    text_pad(&t, ']', JSON_MAX_DEPTH);
    cr_assert_eq(parse(t.at, &d), OK, "%s", e.text);
    json_free(d);
    text_free(&t);
    text_puts(&t, "[\"\\\\\", [], {}, ");
    text_pad(&t, '[', 100000);
    cr_assert_eq(parse(t.at, &d), ERR_DATA);
    cr_assert_str_eq(e.text, "f: error: JSON byte 31: more than 16 levels "
                             "deep\n");
    text_free(&t);
}

/* An address space that cannot hold the document: reading and writing report
 * it, whatever the library made of it. */
/* In memory each takes a hundred bytes and more. */
Test(json, many_maps_and_lists_are_refused, .init = begin)
{
    struct text t = {0};
    struct json *d;

    text_puts(&t, "[0");
    for (int i = 0; i < 1 << 18; i++)
        text_puts(&t, ",{}");
    text_puts(&t, "]");
    cr_assert_eq(parse(t.at, &d), ERR_DATA);
    cr_assert_str_eq(e.text, "f: error: JSON byte 786433: more than 262144 "
                             "maps and lists\n");
    text_free(&t);
}

Test(json, short_memory_is_reported, .init = begin)
{
#if !defined(__SANITIZE_ADDRESS__)
    enum { ENTRIES = 2000000 };
    const struct rlimit limit = {40 << 20, 40 << 20};
    struct json_writer w = {0};
    struct text t = {0}, out = {0};
    struct json *d;

    text_puts(&t, "[\"");
    text_pad(&t, 'x', ENTRIES);
    text_puts(&t, "\"");
    for (int i = 0; i < ENTRIES; i++)
        text_puts(&t, ",0");
    text_puts(&t, "]");
    cr_assert_eq(setrlimit(RLIMIT_AS, &limit), 0);
    cr_assert_eq(parse(t.at, &d), ERR_MEMORY, "%s", e.text);
    cr_assert_null(d);
    json_begin_list(&w, NULL);
    for (int i = 0; i < ENTRIES; i++)
        json_put_int(&w, NULL, i);
    json_end(&w);
    json_finish(&w, JSON_COMPACT, &out);
    cr_assert(out.failed);
    cr_assert_null(w.root);
    text_free(&out);
    text_free(&t);
#endif
}
