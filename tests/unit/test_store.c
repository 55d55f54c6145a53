/*
 * Model files: what is written is read back, anything less is refused.
 *
 * PyTorch's side of the format is written by hand here, so that the reader is
 * not tested against the writer alone.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "codec/digest.h"
#include "store/safetensors.h"
#include "support/scratch.h"

static struct err e;
static struct stored got;

static void begin(void)
{
    e = (struct err){0};
    scratch_begin();
}

#define STORE_TEST(name) Test(store, name, .init = begin, .fini = scratch_end)

static const float weight[] = {1.0f, -2.5f, 0x1p-126f, 3e38f, 0.0f, -0.0f};
static const float bias[] = {0.125f};

static const struct stored_tensor tensors[] = {
    {"fc.weight", {2, {2, 3}}, weight},
    {"fc.bias", {1, {1}}, bias},
    {"scalar", {0, {0}}, bias},
};
static const struct stored_text texts[] = {
    {"format", "cnnctl"},
    {"config", "train: {}\n# \"header_crc32\":\"00000000\" caf\xc3\xa9\n"},
};

static void write_sample(const char *path)
{
    cr_assert_eq(store_write(path, texts, ARRAY_LEN(texts), tensors,
                             ARRAY_LEN(tensors), &e),
                 OK, "%s", e.text);
}

/* The whole file "m"; freed with its process. */
static unsigned char *content_of(const char *path, size_t *length)
{
    struct bytes b;

    cr_assert_eq(file_read_all(path, 1 << 20, &b, &e), OK);
    *length = b.length;
    return b.at;
}

STORE_TEST(reads_what_it_writes)
{
    write_sample("m");
    cr_assert_eq(store_read("m", &got, &e), OK, "%s", e.text);
    cr_assert_eq(got.tensor_count, 3);
    for (size_t i = 0; i < ARRAY_LEN(tensors); i++) {
        const struct stored_tensor *t = stored_tensor_of(&got, tensors[i].name);
        cr_assert_not_null(t, "%s", tensors[i].name);
        cr_assert(shape_equal(t->shape, tensors[i].shape));
        cr_assert_eq(memcmp(t->data, tensors[i].data,
                            (size_t)shape_count(t->shape) * sizeof(float)),
                     0, "%s", t->name);
    }
    cr_assert_str_eq(got.tensors[0].name, "fc.bias");
    cr_assert_str_eq(got.tensors[1].name, "fc.weight");
    cr_assert_null(stored_tensor_of(&got, "fc"));
    cr_assert_null(stored_tensor_of(&got, "zzz"));
    cr_assert_eq(got.text_count, 4, "the two checksums are the store's own");
    cr_assert_str_eq(stored_text_of(&got, "format"), "cnnctl");
    cr_assert_str_eq(stored_text_of(&got, "config"), texts[1].value);
    cr_assert_null(stored_text_of(&got, "classes"));
    store_free(&got);
    cr_assert_eq(got.tensor_count, 0);
    cr_assert_eq(scratch_count(), 1);
}

/* The layout by the letter of the format, and the checksums by hand. */
STORE_TEST(layout)
{
    size_t length;

    write_sample("m");
    unsigned char *m = content_of("m", &length);
    char *header = (char *)m + 8;
    const size_t header_length = m[0] | (size_t)m[1] << 8;
    cr_assert_eq(header_length % 8, 0);
    cr_assert_arr_eq(m + 2, "\0\0\0\0\0\0", 6);
    cr_assert_eq(length, 8 + header_length + 8 * sizeof(float));
    const char *want = "\"fc.bias\":{\"data_offsets\":[0,4],\"dtype\":\"F32\","
                       "\"shape\":[1]},\"fc.weight\":{\"data_offsets\":[4,28],"
                       "\"dtype\":\"F32\",\"shape\":[2,3]},\"scalar\":{"
                       "\"data_offsets\":[28,32],\"dtype\":\"F32\","
                       "\"shape\":[]}}";
    cr_assert(strstr(header, want), "%s", header);
    cr_assert_eq(memcmp(header, "{\"__metadata__\":{\"config\":", 26), 0);
    char sum[9];
    char entry[40];
    snprintf(sum, sizeof sum, "%08x", crc32_of(weight, sizeof weight));
    snprintf(entry, sizeof entry, "\\\"fc.weight\\\":\\\"%s\\\"", sum);
    cr_assert(strstr(header, entry), "%s not in %s", entry, header);
    char *digits = strstr(header, "\"header_crc32\":\"") + 16;
    char found[9] = {0};
    memcpy(found, digits, 8);
    memcpy(digits, "00000000", 8);
    snprintf(sum, sizeof sum, "%08x", crc32_of(header, header_length));
    cr_assert_str_eq(found, sum);
}

STORE_TEST(equal_content_gives_equal_bytes)
{
    const struct stored_tensor other_order[] = {tensors[2], tensors[0],
                                                tensors[1]};
    const struct stored_text other_texts[] = {
        texts[1], texts[0], {"crc32", "stale"}};
    size_t length, other_length;

    write_sample("m");
    cr_assert_eq(store_write("n", other_texts, 3, other_order, 3, &e), OK);
    const unsigned char *m = content_of("m", &length);
    const unsigned char *n = content_of("n", &other_length);
    cr_assert_eq(length, other_length);
    cr_assert_arr_eq(m, n, length);
}

STORE_TEST(a_file_without_tensors)
{
    cr_assert_eq(store_write("m", texts, 1, NULL, 0, &e), OK);
    cr_assert_eq(store_read("m", &got, &e), OK, "%s", e.text);
    cr_assert_eq(got.tensor_count, 0);
    store_free(&got);
}

static void expect_damage(const char *what, size_t where)
{
    e.count = 0;
    e.used = 0;
    cr_assert_eq(store_read("x", &got, &e), ERR_DATA, "%s %zu was accepted",
                 what, where);
    cr_assert_eq(strncmp(e.text, "x: error: ", 10), 0, "%s", e.text);
    cr_assert(got.tensors == NULL && got.content.at == NULL &&
              got.arena.blocks == NULL);
}

STORE_TEST(every_prefix_is_refused)
{
    size_t length;

    write_sample("m");
    const unsigned char *m = content_of("m", &length);
    for (size_t n = 0; n < length; n++) {
        scratch_write("x", m, n);
        expect_damage("prefix", n);
        cr_assert(n < 5 || store_looks_like("x"), "prefix %zu: read as YAML",
                  n);
    }
}

STORE_TEST(every_flipped_bit_is_refused)
{
    size_t length;

    write_sample("m");
    unsigned char *m = content_of("m", &length);
    for (size_t bit = 0; bit < length * 8; bit++) {
        m[bit / 8] ^= (unsigned char)(1 << bit % 8);
        scratch_write("x", m, length);
        m[bit / 8] ^= (unsigned char)(1 << bit % 8);
        expect_damage("bit", bit);
        cr_assert(store_looks_like("x"), "bit %zu: read as YAML", bit);
    }
    scratch_write("x", m, length);
    cr_assert_eq(store_read("x", &got, &e), OK, "the undamaged file");
    store_free(&got);
}

STORE_TEST(bytes_behind_the_end_are_refused)
{
    size_t length;

    write_sample("m");
    const unsigned char *m = content_of("m", &length); /* one '\0' follows */
    scratch_write("x", m, length + 1);
    expect_damage("length", length + 1);
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
STORE_TEST(reads_files_of_others)
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

struct hostile_case {
    char header[200];
    size_t data;
    char want[80]; /* part of the message */
};

/* One tensor `a` with these values. */
#define ONE(dtype, shape, offsets)                                             \
    "{\"a\":{\"dtype\":" dtype ",\"shape\":" shape                             \
    ",\"data_offsets\":" offsets "}}"
#define F32 "\"F32\""
#define FOUR(name, begin, end)                                                 \
    "\"" name "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" begin   \
    "," end "]}"

ParameterizedTestParameters(store, hostile)
{
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
        {ONE(F32, "[0]", "[0,0]"), 0, "shape"},
        {ONE(F32, "[1.0]", "[0,4]"), 4, "shape"},
        {ONE(F32, "[\"1\"]", "[0,4]"), 4, "shape"},
        {ONE(F32, "1", "[0,4]"), 4, "shape"},
        {ONE(F32, "[1,1,1,1,1,1,1]", "[0,4]"), 4, "shape"},
        {ONE(F32, "[4294967296,4294967296]", "[0,0]"), 0, "shape"},
        {ONE(F32, "[9223372036854775807]", "[0,4]"), 4, "shape"},
        {ONE(F32, "[4611686018427387905]", "[0,4]"), 4, "shape"},
        {ONE(F32, "[99999999999999999999]", "[0,4]"), 4, "JSON"},
        {ONE(F32, "[1099511627776]", "[0,4398046511104]"), 4, "shape"},
        {ONE(F32, "[274877906944]", "[0,1099511627776]"), 4, "truncated"},
        {ONE("\"F64\"", "[1]", "[0,8]"), 8, "'F64'"},
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
        {"{\"__metadata__\":{\"header_crc32\":\"0\"}}", 0,
         "the header is damaged"},
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
    return cr_make_param_array(struct hostile_case, cases, ARRAY_LEN(cases));
}

ParameterizedTest(struct hostile_case *c, store, hostile, .init = begin,
                  .fini = scratch_end)
{
    write_raw(c->header, c->data);
    expect_damage(c->header, c->data);
    cr_assert(strstr(e.text, c->want), "%s: '%s' is not in: %s", c->header,
              c->want, e.text);
}

STORE_TEST(hostile_lengths)
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
        expect_damage("length", i);
    }
}

STORE_TEST(deep_nesting)
{
    struct text t = {0};

    text_puts(&t, "{\"a\":");
    text_pad(&t, '[', 1000000);
    write_raw(text_string(&t), 0);
    expect_damage("nesting", 0);
    text_free(&t);
}

STORE_TEST(unusual_sources)
{
    cr_assert_eq(store_read("missing", &got, &e), ERR_NOINPUT);
    cr_assert_eq(store_read(".", &got, &e), ERR_NOINPUT);
    cr_assert_eq(store_read("-", &got, &e), ERR_NOINPUT);
    cr_assert_eq(store_read("/dev/null", &got, &e), ERR_DATA);
    cr_assert_eq(store_read("/dev/zero", &got, &e), ERR_DATA);
}

STORE_TEST(tells_models_from_documents)
{
    scratch_write("x", "layers:\n- conv2d\n", 17);
    cr_assert(!store_looks_like("x"));
    scratch_write("x", "a: 1", 4);
    cr_assert(!store_looks_like("x"));
    scratch_write("x",
                  "\xff\xfe"
                  "a\0:\0 \0001\0",
                  10);
    cr_assert(!store_looks_like("x"), "YAML in UTF-16");
    scratch_write("x", "", 0);
    cr_assert(!store_looks_like("x") && !store_looks_like("missing") &&
              !store_looks_like("."));
    write_sample("x");
    cr_assert(store_looks_like("x"));
}

STORE_TEST(a_failed_write_leaves_the_old_file)
{
    const struct stored_tensor twice[] = {tensors[0], tensors[0]};
    const struct stored_tensor reserved = {"__metadata__", {0, {0}}, bias};
    size_t length;

    write_sample("m");
    const unsigned char *m = content_of("m", &length);
    cr_assert_eq(store_write("m", texts, 1, twice, 2, &e), ERR_INTERNAL);
    cr_assert_eq(store_write("m", texts, 1, &reserved, 1, &e), ERR_INTERNAL);
    cr_assert_eq(store_write("/dev/full", texts, 1, tensors, 3, &e), ERR_IO);
    cr_assert_eq(store_write("no/m", texts, 1, tensors, 3, &e), ERR_CANTCREATE);
    cr_assert(scratch_holds("m", m, length));
    cr_assert_eq(scratch_count(), 1);
}
