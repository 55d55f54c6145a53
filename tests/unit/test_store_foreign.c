/*
 * Model files of others, hostile ones among them, written by hand here so that
 * the reader is not tested against the writer alone.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "store/safetensors.h"
#include "support/scratch.h"

static struct err e;
static struct stored got;

static void begin(void)
{
    e = (struct err){0};
    scratch_begin();
}

#define FOREIGN_TEST(name)                                                     \
    Test(store_foreign, name, .init = begin, .fini = scratch_end)

static void expect_refusal(const char *what)
{
    e.count = 0;
    e.used = 0;
    cr_assert_eq(store_read("x", &got, &e), ERR_DATA, "accepted: %s", what);
    cr_assert_eq(strncmp(e.text, "x: error: ", 10), 0, "%s", e.text);
    cr_assert(got.tensors == NULL && got.content.at == NULL &&
              got.arena.blocks == NULL);
}

/* A foreign file: this header, then `data` zero bytes. */
static void write_raw(const char *header, size_t data)
{
    struct text t = {0};
    const size_t length = strlen(header);

    for (int i = 0; i < 8; i++)
        text_pad(&t, (char)(length >> (8 * i)), 1);
    text_puts(&t, header);
    text_pad(&t, '\0', (int64_t)data);
    scratch_write("x", t.at, t.length);
    text_free(&t);
}

/* No metadata of ours, another order, an unpadded header of odd length. */
FOREIGN_TEST(reads_files_of_others)
{
    write_raw("{\"__metadata__\":{\"format\":\"pt\"},"
              "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
              "\"a\":{\"dtype\":\"F32\",\"shape\":[1,1],"
              "\"data_offsets\":[8,12]}} ",
              12);
    cr_assert_eq(store_read("x", &got, &e), OK, "%s", e.text);
    cr_assert_eq(got.tensor_count, 2);
    cr_assert_str_eq(got.tensors[0].name, "a");
    cr_assert_eq(got.tensors[0].data - got.tensors[1].data, 2);
    cr_assert_eq((uintptr_t)got.tensors[0].data % sizeof(float), 0);
    store_free(&got);
    write_raw("{}", 0);
    cr_assert_eq(store_read("x", &got, &e), OK, "%s", e.text);
    store_free(&got);
}

/* Types that are not read stand aside, an empty and an unknown one too. */
FOREIGN_TEST(sets_other_types_aside)
{
    write_raw("{\"w\":{\"dtype\":\"F32\",\"shape\":[2],"
              "\"data_offsets\":[8,16]},"
              "\"n\":{\"dtype\":\"I64\",\"shape\":[],"
              "\"data_offsets\":[0,8]},"
              "\"c\":{\"dtype\":\"Q7\",\"shape\":[3],"
              "\"data_offsets\":[16,17]},"
              "\"b\":{\"dtype\":\"Q7\",\"shape\":[3],"
              "\"data_offsets\":[16,16]}}",
              17);
    cr_assert_eq(store_read("x", &got, &e), OK, "%s", e.text);
    cr_assert_eq(got.tensor_count, 1);
    cr_assert_str_eq(got.tensors[0].name, "w");
    cr_assert_eq((const unsigned char *)got.tensors[0].data - got.content.at,
                 8);
    cr_assert_eq(got.other_count, 3);
    cr_assert_str_eq(got.others[0].name, "b");
    cr_assert_str_eq(got.others[2].name, "n");
    cr_assert_str_eq(got.others[2].dtype, "I64");
    cr_assert(!store_is_own(&got));
    store_free(&got);
}

/* One tensor `a` with these values. */
#define ONE(dtype, shape, offsets)                                             \
    "{\"a\":{\"dtype\":" dtype ",\"shape\":" shape                             \
    ",\"data_offsets\":" offsets "}}"

/* A file of one tensor with these bytes. */
static void write_numbers(const char *dtype, const unsigned char *bytes,
                          size_t length, int64_t count)
{
    struct text header = {0}, t = {0};

    text_printf(&header, ONE("\"%s\"", "[%lld]", "[0,%zu]"), dtype,
                (long long)count, length);
    for (int i = 0; i < 8; i++)
        text_pad(&t, (char)(header.length >> (8 * i)), 1);
    text_add(&t, header.at, header.length);
    text_add(&t, (const char *)bytes, length);
    scratch_write("x", t.at, t.length);
    text_free(&header);
    text_free(&t);
}

static void expect_numbers(const char *dtype, const unsigned char *bytes,
                           size_t length, const float *want, int64_t count)
{
    write_numbers(dtype, bytes, length, count);
    cr_assert_eq(store_read("x", &got, &e), OK, "%s", e.text);
    cr_assert_eq(got.tensor_count, 1, "%s", dtype);
    for (int64_t i = 0; i < count; i++) {
        const float value = got.tensors[0].data[i];
        cr_assert(isnan(want[i]) ? isnan(value)
                                 : memcmp(&value, &want[i], 4) == 0,
                  "%s %lld: %a, expected %a", dtype, (long long)i,
                  (double)value, (double)want[i]);
    }
    store_free(&got);
}

FOREIGN_TEST(converts_floats_of_other_widths)
{
    /* 1, -2, 65504, the least subnormal, the least normal, -0, inf, nan. */
    const unsigned char half[] = {0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b,
                                  0x01, 0x00, 0x00, 0x04, 0x00, 0x80,
                                  0x00, 0x7c, 0x01, 0x7c};
    const float halves[] = {1,        -2,    65504.0F, 0x1p-24F,
                            0x1p-14F, -0.0F, INFINITY, NAN};
    const unsigned char brain[] = {0x80, 0x3f, 0x49, 0xc0, 0x80, 0xff};
    const float brains[] = {1, -3.140625F, -INFINITY};
    const double wide[] = {0.1, -1e300, 1e-60};
    const float narrow[] = {0.1F, -INFINITY, 0};
    unsigned char bytes[sizeof wide];

    memcpy(bytes, wide, sizeof wide);
    expect_numbers("F16", half, sizeof half, halves, 8);
    expect_numbers("BF16", brain, sizeof brain, brains, 3);
    expect_numbers("F64", bytes, sizeof bytes, narrow, 3);
}

/* Three bytes before the floats; nothing in between; seven axes. */
FOREIGN_TEST(tensors_of_any_place_and_shape)
{
    write_raw("{\"u\":{\"dtype\":\"U8\",\"shape\":[3],"
              "\"data_offsets\":[0,3]},"
              "\"e\":{\"dtype\":\"F32\",\"shape\":[0,3],"
              "\"data_offsets\":[3,3]},"
              "\"w\":{\"dtype\":\"F32\",\"shape\":[2],"
              "\"data_offsets\":[3,11]},"
              "\"x\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,2],"
              "\"data_offsets\":[11,19]}}",
              19);
    cr_assert_eq(store_read("x", &got, &e), OK, "%s", e.text);
    cr_assert_eq(got.tensor_count, 1);
    cr_assert_str_eq(got.tensors[0].name, "w");
    cr_assert_eq((uintptr_t)got.tensors[0].data % sizeof(float), 0);
    cr_assert_eq(got.tensors[0].data[1], 0);
    cr_assert_eq(got.other_count, 3);
    cr_assert(got.others[0].is_empty && got.others[0].is_float);
    cr_assert_str_eq(got.others[0].extents, "0x3");
    cr_assert(!got.others[1].is_empty && !got.others[1].is_float);
    cr_assert_str_eq(got.others[2].extents, "1x1x1x1x1x1x2");
    store_free(&got);
}

struct hostile_case {
    char header[200];
    size_t data;
    char want[80]; /* part of the message */
};

#define F32 "\"F32\""
#define FOUR(name, begin, end)                                                 \
    "\"" name "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" begin   \
    "," end "]}"

static struct hostile_case cases[] = {
    {"{" FOUR("a", "0", "4") "," FOUR("b", "0", "4") "}", 4, "overlap"},
    {"{" FOUR("a", "0", "4") "," FOUR("b", "2", "6") "}", 6, "overlap"},
    {"{" FOUR("a", "0", "4") "," FOUR("b", "8", "12") "}", 12, "gap"},
    {"{" FOUR("a", "4", "8") "}", 8, "gap"},
    {"{" FOUR("a", "0", "4") "," FOUR("a", "4", "8") "}", 8, "duplicate"},
    {"{\"__metadata__\":{\"k\":\"a\",\"k\":\"b\"}}", 0, "duplicate"},
    {ONE(F32, "[1]", "[0,4]"), 3, "truncated: 3 bytes"},
    {ONE(F32, "[1]", "[0,4]"), 5, "goes on after"},
    {ONE(F32, "[1]", "[4,0]"), 4, "two offsets"},
    {ONE(F32, "[1]", "[-4,0]"), 4, "two offsets"},
    {ONE(F32, "[1]", "[0,8]"), 8, "4 bytes apart"},
    {ONE(F32, "[1]", "[0]"), 4, "two offsets"},
    {ONE(F32, "[1]", "[0,4,4]"), 4, "two offsets"},
    {ONE(F32, "[1]", "[0,4.0]"), 4, "two offsets"},
    {ONE(F32, "[1]", "{\"x\":0,\"y\":4}"), 4, "two offsets"},
    {ONE(F32, "[1]", "[-9223372036854775808,9223372036854775807]"), 4,
     "two offsets"},
    {ONE(F32, "[-1]", "[0,4]"), 4, "shape"},
    {ONE(F32, "[0]", "[0,4]"), 4, "0 bytes apart"},
    {ONE(F32, "[1.0]", "[0,4]"), 4, "shape"},
    {ONE(F32, "[\"1\"]", "[0,4]"), 4, "shape"},
    {ONE(F32, "1", "[0,4]"), 4, "shape"},
    {ONE(F32, "[1,1,1,1,1,1,2]", "[0,4]"), 4, "8 bytes apart"},
    {ONE(F32, "[4294967296,4294967296]", "[0,0]"), 0, "shape"},
    {ONE(F32, "[9223372036854775807]", "[0,4]"), 4, "shape"},
    {ONE(F32, "[4611686018427387905]", "[0,4]"), 4, "shape"},
    {ONE(F32, "[99999999999999999999]", "[0,4]"), 4, "JSON"},
    {ONE(F32, "[1099511627776]", "[0,4398046511104]"), 4, "shape"},
    {ONE(F32, "[274877906944]", "[0,1099511627776]"), 4, "truncated"},
    {ONE("\"F64\"", "[1]", "[0,4]"), 4, "8 bytes apart"},
    {ONE("\"Q7\"", "[1]", "[4,0]"), 4, "two offsets"},
    {"{\"__metadata__\":{\"format\":\"cnnctl\"},\"a\":{\"dtype\":\"F32\","
     "\"shape\":[0],\"data_offsets\":[0,0]}}",
     0, "'F32' of shape [0] cannot be read"},
    {ONE(F32, "[0,9223372036854775807,9223372036854775807]", "[0,0]"), 0,
     "shape"},
    {"{\"__metadata__\":{\"format\":\"cnnctl\"},\"a\":{\"dtype\":\"I64\","
     "\"shape\":[1],\"data_offsets\":[0,8]}}",
     8, "'I64' of shape [1] cannot be read"},
    {ONE("1", "[1]", "[0,4]"), 4, "expected dtype"},
    {"{\"a\":[]}", 0, "expected dtype"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "expected dtype"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],"
     "\"x\":1}}",
     4, "nothing else"},
    {"{\"__metadata__\":{\"k\":1}}", 0, "metadata 'k' is not a string"},
    {"{\"__metadata__\":[]}", 0, "not a map"},
    {"{\"__metadata__\":{\"k\":{\"x\":\"y\"}}}", 0, "not a string"},
    {"{\"__metadata__\":{\"k\":\"\\u0000\"}}", 0, "JSON"},
    {" {}", 0, "not a model file"},
    {"[]", 0, "not a model file"},
    {"{", 0, "not a model file"},
    {"{} {}", 0, "JSON"},
    {"{\"\xff\":1}", 0, "JSON"},
    {"{\"__metadata__\":{\"format\":\"cnnctl\"}}", 0, "is missing"},
    {"{\"__metadata__\":{\"crc32\":\"{}\",\"format\":\"cnnctl\"}}", 0,
     "header_crc32 is missing"},
    {"{\"__metadata__\":{\"header_crc32\":\"00000000\"}}", 0,
     "the header is damaged"},
    {"{\"__metadata__\":{\"header_crc32\": \"00000000\"}}", 0,
     "the header is damaged"},
    {"{\"__metadata__\":{\"header_crc32\":\"0\"}}", 0, "the header is damaged"},
    {"{\"__metadata__\":{\"crc32\":\"{\\\"b\\\":\\\"0\\\"}\"}}", 0,
     "one checksum per tensor"},
    {"{\"__metadata__\":{\"crc32\":\"[]\"}}", 0, "one checksum per"},
    {"{\"__metadata__\":{\"crc32\":\"x\"}}", 0, "JSON"},
    {"{\"__metadata__\":{\"crc32\":\"{\\\"b\\\":\\\"00000000\\\"}\"}," FOUR(
         "a", "0", "4") "}",
     4, "tensor 'a' has no checksum"},
    {"{\"__metadata__\":{\"crc32\":\"{\\\"a\\\":\\\"00000000\\\"}\"}," FOUR(
         "a", "0", "4") "}",
     4, "tensor 'a' is damaged"},
};

ParameterizedTestParameters(store_foreign, hostile)
{
    return cr_make_param_array(struct hostile_case, cases, ARRAY_LEN(cases));
}

ParameterizedTest(struct hostile_case *c, store_foreign, hostile, .init = begin,
                  .fini = scratch_end)
{
    write_raw(c->header, c->data);
    expect_refusal(c->header);
    cr_assert(strstr(e.text, c->want), "%s: '%s' is not in: %s", c->header,
              c->want, e.text);
}

FOREIGN_TEST(hostile_lengths)
{
    const unsigned char starts[][8] = {
        {0},
        {1},
        {0xff, 0xff},
        {0, 0, 0, 5},       /* 80 MiB, not there */
        {1, 0xe1, 0xf5, 5}, /* the cap and one */
        {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
        {0, 0, 0, 0, 0, 0, 0, 0x80},
    };

    for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
        unsigned char file[16] = {0};
        memcpy(file, starts[i], 8);
        memcpy(file + 8, "{}      ", 8);
        scratch_write("x", file, sizeof file);
        char what[32];
        snprintf(what, sizeof what, "length %zu", i);
        expect_refusal(what);
    }
}

/* Lists and maps take many times the bytes of their text. */
FOREIGN_TEST(long_values)
{
    const struct {
        const char *before, *repeated, *want;
    } values[] = {
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1", ",1",
         "'a': described by more than 65536 bytes"},
        {"{\"a\":[1", ",{}", "'a': described by more than 65536 bytes"},
        {"{\"__metadata__\":{\"a\":[1", ",{}", "metadata 'a' is not a string"},
    };

    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        struct text t = {0};
        text_puts(&t, values[i].before);
        for (int n = 0; n < 40000; n++)
            text_puts(&t, values[i].repeated);
        text_puts(&t, i == 0   ? "],\"data_offsets\":[0,4]}}"
                      : i == 1 ? "]}"
                               : "]}}");
        write_raw(text_string(&t), 4);
        expect_refusal(values[i].before);
        cr_assert(strstr(e.text, values[i].want), "%s", e.text);
        text_free(&t);
    }
}

FOREIGN_TEST(deep_nesting)
{
    struct text t = {0};

    text_puts(&t, "{\"a\":");
    text_pad(&t, '[', 1000000);
    write_raw(text_string(&t), 0);
    expect_refusal("nesting");
    text_free(&t);
}

FOREIGN_TEST(unusual_sources)
{
    cr_assert_eq(store_read("missing", &got, &e), ERR_NOINPUT);
    cr_assert_eq(store_read(".", &got, &e), ERR_NOINPUT);
    cr_assert_eq(store_read("-", &got, &e), ERR_NOINPUT);
    cr_assert_eq(store_read("/dev/null", &got, &e), ERR_DATA);
    cr_assert_eq(store_read("/dev/zero", &got, &e), ERR_DATA);
}
