/*
 * Model files: what is written is read back, anything less is refused.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "codec/digest.h"
#include "store/safetensors.h"
#include "support/scratch.h"

static struct err e;
static struct stored got;
static struct bytes held[2]; /* what content_of returned */

static void begin(void)
{
    e = (struct err){0};
    scratch_begin();
}

static void end(void)
{
    mem_free(held[0].at);
    mem_free(held[1].at);
    scratch_end();
}

#define STORE_TEST(name) Test(store, name, .init = begin, .fini = end)

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

static const struct stored_content sample = {texts, ARRAY_LEN(texts), tensors,
                                             ARRAY_LEN(tensors)};

static void write_sample(const char *path)
{
    cr_assert_eq(store_write(path, &sample, &e), OK, "%s", e.text);
}

/* A whole file; at most two in a test, given back at its end. */
static unsigned char *content_of(const char *path, size_t *length)
{
    struct bytes *b = held[0].at ? &held[1] : &held[0];

    cr_assert_eq(file_read_all(path, 1 << 20, b, &e), OK);
    *length = b->length;
    return b->at;
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
    const struct stored_content other = {other_texts, 3, other_order, 3};
    size_t length, other_length;

    write_sample("m");
    cr_assert_eq(store_write("n", &other, &e), OK);
    const unsigned char *m = content_of("m", &length);
    const unsigned char *n = content_of("n", &other_length);
    cr_assert_eq(length, other_length);
    cr_assert_arr_eq(m, n, length);
}

STORE_TEST(a_file_without_tensors)
{
    const struct stored_content c = {texts, 1, NULL, 0};

    cr_assert_eq(store_write("m", &c, &e), OK);
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
    const struct stored_tensor same[] = {tensors[0], tensors[0]};
    const struct stored_tensor own = {"__metadata__", {0, {0}}, bias};
    const struct stored_content twice = {texts, 1, same, 2};
    const struct stored_content reserved = {texts, 1, &own, 1};
    size_t length;

    write_sample("m");
    const unsigned char *m = content_of("m", &length);
    cr_assert_eq(store_write("m", &twice, &e), ERR_INTERNAL);
    cr_assert_eq(store_write("m", &reserved, &e), ERR_INTERNAL);
    cr_assert_eq(store_write("no/m", &sample, &e), ERR_CANTCREATE);
    cr_assert(scratch_holds("m", m, length));
    cr_assert_eq(scratch_count(), 1);
}

STORE_TEST(a_full_device_is_reported)
{
    scratch_drop_root();
    cr_assert_eq(store_write("/dev/full", &sample, &e), ERR_IO);
}
