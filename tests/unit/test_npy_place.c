/* Arrays of NumPy whose samples stay in their file until they are needed. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/rng.h"
#include "data/pixels.h"
#include "source/npy.h"
#include "support/arrays.h"
#include "support/scratch.h"

TestSuite(npy_place, .init = scratch_begin, .fini = scratch_end);

#define DICTIONARY(descr, shape)                                               \
    "{'descr': '" descr "', 'fortran_order': False, 'shape': " shape ", }"

static const struct npy_source plain = {
    .npy = {"x", "x"}, .labels = {"y", "y"}, .layout = "first"};

static const unsigned char bytes[] = {0, 1, 2, 3, 4, 255};

/* Samples that stay in their file: 5 of 37 x 29 pixels in 3 channels, more
 * numbers than are converted at once. */
enum { MANY = 5, NUMBERS = 37 * 29 * 3, WIDEST = 8 };

/* Any bytes, but bools are 0 or 1 and floats finite: an exponent's highest bit
 * is 0. */
static size_t draw_elements(const char *descr, unsigned char *to)
{
    const struct rng_key key = rng_key(5, descr);
    const size_t size = (size_t)(descr[2] - '0'), all = MANY * NUMBERS * size;
    const size_t high = *descr == '>' ? 0 : size - 1;

    for (size_t i = 0; i < all; i++) {
        to[i] = (unsigned char)rng_below(key, i, descr[1] == 'b' ? 2 : 256);
        if (descr[1] == 'f' && i % size == high)
            to[i] &= 0xbf;
    }
    return all;
}

static void load_from(struct dataset *d, const struct npy_source *source,
                      enum source_cache cache)
{
    const struct source_request q = {.answers = ANSWERS_READ, .cache = cache};
    struct err e = {0};

    cr_assert_eq(source_load(&npy_source_ops, source, &q, d, &e), OK, "%s",
                 e.text);
    cr_assert_eq(d->apart, cache == CACHE_NONE);
}

static void expect_same_pixels(const struct dataset *held,
                               const struct dataset *left, const char *what)
{
    static const int64_t runs[][MANY] = {
        {0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {1, 2, 3, 0, 4}, {2, 2, 3, 4, 1}};
    static float a[MANY * NUMBERS], b[MANY * NUMBERS];
    struct err e = {0};

    for (size_t i = 0; i < ARRAY_LEN(runs); i++) {
        memset(b, 0xff, sizeof b);
        cr_assert_eq(pixels_read(held, runs[i], MANY, a, &e), OK);
        cr_assert_eq(pixels_read(left, runs[i], MANY, b, &e), OK, "%s", e.text);
        cr_expect_eq(memcmp(a, b, MANY * sample_bytes(held)), 0,
                     "%s, order %zu", what, i);
    }
}

Test(npy_place, samples_that_stay_in_their_file)
{
    static const char *const descrs[] = {"|u1", "|b1", "<f4", ">f4",
                                         "<f8", ">i2", "<u8", "|i1"};
    static unsigned char elements[MANY * NUMBERS * WIDEST];

    write_array("y", DICTIONARY("|u1", "(5,)"), bytes, MANY);
    for (size_t i = 0; i < 2 * ARRAY_LEN(descrs); i++) {
        struct npy_source source = plain;
        struct dataset held, left;
        char dictionary[100];
        const char *descr = descrs[i / 2];
        source.layout = i % 2 ? "last" : "first";
        snprintf(dictionary, sizeof dictionary,
                 "{'descr': '%s', 'fortran_order': False, 'shape': (5, %s)}",
                 descr, i % 2 ? "37, 29, 3" : "3, 37, 29");
        write_array("x", dictionary, elements, draw_elements(descr, elements));
        load_from(&held, &source, CACHE_MEMORY);
        load_from(&left, &source, CACHE_NONE);
        cr_expect_eq(held.pixel, left.pixel);
        cr_expect(shape_equal(left.shape, SHAPE(3, 37, 29)));
        expect_same_pixels(&held, &left, dictionary);
        dataset_free(&held);
        dataset_free(&left);
    }
}

static enum status load_left(struct dataset *d, bool holes, struct err *e)
{
    const struct source_request q = {.cache = CACHE_NONE, .holes = holes};

    *e = (struct err){0};
    return source_load(&npy_source_ops, &plain, &q, d, e);
}

Test(npy_place, files_that_are_wrong_where_samples_stay)
{
    const float some[] = {1, 2, 3, INFINITY, NAN, 6};
    static const struct {
        int64_t sample;
        const char *message;
    } cases[] = {
        {1, "x: error: sample 1: a number is no finite 32-bit float\n"},
        {2, "x: error: sample 2: a number is NaN; data.missing fills such "
            "ones\n"},
    };
    struct dataset d;
    struct err e;
    float got[4];

    write_array("y", DICTIONARY("|u1", "(3,)"), bytes, 3);
    write_array("x", DICTIONARY("<f4", "(3, 2)"), some, sizeof some - 1);
    cr_expect_eq(load_left(&d, false, &e), ERR_DATA);
    cr_expect_str_eq(e.text, "x: error: ends after 23 of the 24 bytes of "
                             "elements that its header says\n");
    write_array("x", DICTIONARY("<f4", "(3, 1)"), some, sizeof some);
    cr_expect_eq(load_left(&d, false, &e), ERR_DATA);
    cr_expect_str_eq(e.text, "x: error: longer than its header says\n");
    write_array("x", DICTIONARY("<f4", "(3, 2)"), some, sizeof some);
    cr_expect_eq(load_left(&d, true, &e), ERR_CONFIG);
    cr_expect_str_eq(e.text, "x: error: data.cache: none has no effect, what "
                             "data.missing fills is held in memory\n");
    cr_assert_eq(load_left(&d, false, &e), OK, "%s", e.text);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        e = (struct err){0};
        cr_expect_eq(pixels_read(&d, &cases[i].sample, 1, got, &e), ERR_DATA);
        cr_expect_str_eq(e.text, cases[i].message);
    }
    dataset_free(&d);
}

/* What was there when it was opened is gone. */
Test(npy_place, a_file_that_is_cut_while_its_samples_stay)
{
    const int64_t last = 1;
    unsigned char got[3];
    struct dataset d;
    struct err e;

    write_array("x", DICTIONARY("|u1", "(2, 3)"), bytes, sizeof bytes);
    write_array("y", DICTIONARY("|u1", "(2,)"), bytes, 2);
    cr_assert_eq(load_left(&d, false, &e), OK, "%s", e.text);
    cr_assert_eq(
        truncate("x", (off_t)(10 + strlen(DICTIONARY("|u1", "(2, 3)")) + 5)),
        0);
    cr_expect_eq(pixels_read(&d, &(int64_t){0}, 1, got, &e), OK);
    cr_expect_eq(memcmp(got, bytes, 3), 0);
    cr_expect_eq(pixels_read(&d, &last, 1, got, &e), ERR_IO);
    dataset_free(&d);
}
