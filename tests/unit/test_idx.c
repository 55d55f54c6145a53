/* IDX files: every type, exact sizes, hostile headers. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "data/prepare.h"
#include "source/idx.h"
#include "source/source.h"
#include "support/files.h"
#include "support/scratch.h"

static enum status preflight(const struct source_ops *kind, const void *config,
                             struct err *e)
{
    struct column_names names = {0};
    struct arena arena = {0};
    const enum status s = source_preflight(kind, config, &names, &arena, e);

    arena_free(&arena);
    return s;
}

TestSuite(idx, .init = scratch_begin, .fini = scratch_end);

static const struct idx_source source = {{"i", "i"}, {"l", "l"}};

/* Two images of 1x3 pixels and two labels, as bytes. */
static const unsigned char images[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0,
                                       1, 0, 0, 0, 3, 0, 1, 2, 3, 4, 255};
static const unsigned char labels[] = {0, 0, 8, 1, 0, 0, 0, 2, 10, 9};

static enum status load(struct dataset *d, struct err *e)
{
    return source_load(&idx_source_ops, &source, NULL, d, e);
}

static void expect_failure(const char *message, const char *what)
{
    struct dataset d;
    struct err e = {0};

    cr_expect_eq(load(&d, &e), ERR_DATA, "%s: %s", what, e.text);
    cr_expect_str_eq(e.text, message, "%s: got %swant %s", what, e.text,
                     message);
    cr_expect_null(d.pixels, "%s leaves memory", what);
}

/* The first samples of a set, at most 60000. */
static struct subset first_of(const struct dataset *d, int64_t count)
{
    static int64_t ids[60000];

    for (int64_t i = 0; i < count; i++)
        ids[i] = i;
    return (struct subset){d, ids, count};
}

Test(idx, bytes_stay_bytes)
{
    struct dataset d;
    struct err e = {0};

    scratch_write("i", images, sizeof images);
    put_gzip("l", labels, sizeof labels);
    cr_assert_eq(load(&d, &e), OK, "%s", e.text);
    cr_expect_eq(d.count, 2);
    cr_expect_eq(d.pixel, PIXEL_U8);
    cr_expect(shape_equal(d.shape, SHAPE(1, 1, 3)));
    cr_expect_eq(memcmp(d.pixels, images + 16, 6), 0);
    cr_expect_eq(d.target.width, 2);
    cr_expect_str_eq(d.target.names[0], "9");
    cr_expect_str_eq(d.target.names[1], "10");
    cr_expect_eq(d.labels[0], 1);
    cr_expect_eq(d.labels[1], 0);
    dataset_free(&d);
}

struct type_case {
    unsigned char type, size;
    unsigned char bytes[8]; /* one element, big endian */
    float value;
    const char *label; /* NULL: not allowed as a label */
};

static const struct type_case type_cases[] = {
    {0x08, 1, {0xfe}, 254, "254"},
    {0x09, 1, {0xfe}, -2, "-2"},
    {0x0b, 2, {0xff, 0x00}, -256, "-256"},
    {0x0c, 4, {0x80, 0, 0, 0}, -2147483648.0f, "-2147483648"},
    {0x0d, 4, {0xc0, 0x20, 0, 0}, -2.5f, NULL},
    {0x0e, 8, {0x3f, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a}, 0.1f, NULL},
};

Test(idx, every_type_of_image_in_four_axes)
{
    for (size_t i = 0; i < ARRAY_LEN(type_cases); i++) {
        const struct type_case *c = &type_cases[i];
        unsigned char file[20 + 2 * 8] = {0, 0, c->type, 4, 0, 0, 0, 1, 0, 0,
                                          0, 2, 0,       0, 0, 1, 0, 0, 0, 1};
        static const unsigned char one[] = {0, 0, 8, 1, 0, 0, 0, 1, 3};
        struct dataset d;
        struct err e = {0};
        memcpy(file + 20, c->bytes, c->size);
        memcpy(file + 20 + c->size, c->bytes, c->size);
        scratch_write("i", file, 20 + 2 * (size_t)c->size);
        scratch_write("l", one, sizeof one);
        cr_assert_eq(load(&d, &e), OK, "type %02x: %s", c->type, e.text);
        cr_expect(shape_equal(d.shape, SHAPE(2, 1, 1)));
        cr_expect_eq(d.pixel, c->type == 8 ? PIXEL_U8 : PIXEL_F32);
        for (int j = 0; j < 2; j++) {
            const float got = d.pixel == PIXEL_U8
                                  ? (float)((unsigned char *)d.pixels)[j]
                                  : ((float *)d.pixels)[j];
            cr_expect(got == c->value, "type %02x: got %g want %g", c->type,
                      (double)got, (double)c->value);
        }
        dataset_free(&d);
    }
}

Test(idx, every_type_of_label)
{
    static const unsigned char one[] = {0, 0, 8, 3, 0, 0, 0, 1, 0,
                                        0, 0, 1, 0, 0, 0, 1, 5};

    scratch_write("i", one, sizeof one);
    for (size_t i = 0; i < ARRAY_LEN(type_cases); i++) {
        const struct type_case *c = &type_cases[i];
        unsigned char file[16] = {0, 0, c->type, 1, 0, 0, 0, 1};
        char message[128];
        struct dataset d;
        struct err e = {0};
        memcpy(file + 8, c->bytes, c->size);
        scratch_write("l", file, 8 + (size_t)c->size);
        snprintf(message, sizeof message,
                 "l: error: elements of type 0x%02x (real numbers), expected "
                 "integer labels\n",
                 c->type);
        if (!c->label) {
            expect_failure(message, "real labels");
            continue;
        }
        cr_assert_eq(load(&d, &e), OK, "type %02x: %s", c->type, e.text);
        cr_expect_str_eq(d.target.names[0], c->label);
        dataset_free(&d);
    }
}

struct bad_case {
    const char *what;
    size_t at; /* byte to be changed; beyond the file: none */
    unsigned char value;
    int cut; /* bytes taken off the end, negative: added */
    const char *message;
};

static const struct bad_case bad_images[] = {
    {"magic", 1, 7, 0,
     "i: error: not an IDX file: starts with 00 07 08 03, expected 00 00, a "
     "type (08 09 0b 0c 0d 0e) and the number of axes\n"},
    {"type", 2, 10, 0,
     "i: error: not an IDX file: starts with 00 00 0a 03, expected 00 00, a "
     "type (08 09 0b 0c 0d 0e) and the number of axes\n"},
    {"five axes", 3, 5, 0,
     "i: error: IDX file with 5 axes, expected 1 for labels, 3 or 4 for "
     "images\n"},
    {"two axes", 3, 2, 0,
     "i: error: 2 axes, expected images: [N, H, W] or [N, C, H, W]\n"},
    {"no rows", 11, 0, 0, "i: error: images of 1x0x3 pixels\n"},
    {"no images", 7, 0, 0, "i: error: 0 images, but l holds 2 labels\n"},
    {"counts", 7, 3, 0, "i: error: 3 images, but l holds 2 labels\n"},
    {"short", 99, 0, 1,
     "i: error: ends after 5 of the 6 bytes of elements that its header "
     "says\n"},
    {"long", 99, 0, -1, "i: error: longer than its IDX header says\n"},
    {"wide", 12, 127, 0,
     "i: error: ends after 6 of the 4261412870 bytes of elements that its "
     "header says\n"},
    {"wide floats", 2, 13, 0,
     "i: error: ends after 6 of the 24 bytes of elements that its header "
     "says\n"},
    {"header", 99, 0, 8,
     "i: error: the IDX header ends after 14 of 16 bytes\n"},
    {"almost nothing", 99, 0, 19,
     "i: error: not an IDX file: only 3 bytes long\n"},
};

Test(idx, what_is_said_of_bad_images)
{
    scratch_write("l", labels, sizeof labels);
    for (size_t i = 0; i < ARRAY_LEN(bad_images); i++) {
        const struct bad_case *c = &bad_images[i];
        unsigned char file[sizeof images + 1] = {0};
        memcpy(file, images, sizeof images);
        if (c->at < sizeof images)
            file[c->at] = c->value;
        const size_t length = (size_t)((int)sizeof images - c->cut);
        scratch_write("i", file, length);
        expect_failure(c->message, c->what);
        put_gzip("i", file, length);
        expect_failure(c->message, c->what);
    }
}

static const struct bad_case bad_labels[] = {
    {"images as labels", 3, 3, -8, "l: error: 3 axes, expected labels: [N]\n"},
    {"short", 99, 0, 1,
     "l: error: ends after 1 of the 2 bytes of elements that its header "
     "says\n"},
    {"long", 99, 0, -1, "l: error: longer than its IDX header says\n"},
};

Test(idx, what_is_said_of_bad_labels)
{
    scratch_write("i", images, sizeof images);
    for (size_t i = 0; i < ARRAY_LEN(bad_labels); i++) {
        const struct bad_case *c = &bad_labels[i];
        unsigned char file[sizeof labels + 8] = {0};
        memcpy(file, labels, sizeof labels);
        if (c->at < sizeof labels)
            file[c->at] = c->value;
        scratch_write("l", file, (size_t)((int)sizeof labels - c->cut));
        expect_failure(c->message, c->what);
    }
}

/* A few bytes may not make the reader take memory: 2^32-1 images of 2^30
 * pixels, and extents whose product overflows. */
Test(idx, hostile_headers)
{
    static const unsigned char big[] = {0,   0, 8, 3, 255, 255, 255, 255, 0, 0,
                                        128, 0, 0, 0, 128, 0,   1,   2,   3, 4};
    static const unsigned char many[] = {0, 0, 8, 1, 255, 255, 255, 255, 1};
    static const unsigned char huge[] = {0,   0,   14,  4,   255, 255, 255,
                                         255, 255, 255, 255, 255, 255, 255,
                                         255, 255, 255, 255, 255, 255};

    put_gzip("i", big, sizeof big);
    scratch_write("l", many, sizeof many);
    expect_failure("i: error: ends after 4 of the 4611686017353646080 bytes "
                   "of elements that its header says\n",
                   "big");
    put_gzip("i", huge, sizeof huge);
    expect_failure("i: error: images of 4294967295x4294967295x4294967295 "
                   "pixels\n",
                   "huge");
}

Test(idx, pixels_are_finite)
{
    unsigned char file[20] = {0, 0, 13, 3, 0, 0, 0,    1,    0, 0,
                              0, 1, 0,  0, 0, 1, 0x7f, 0xc0, 0, 0};
    static const unsigned char one[] = {0, 0, 8, 1, 0, 0, 0, 1, 3};

    scratch_write("i", file, sizeof file);
    scratch_write("l", one, sizeof one);
    expect_failure("i: error: image 0 holds a pixel that is not a finite "
                   "32-bit float\n",
                   "NaN");
}

Test(idx, check_reads_headers_and_names_every_fault)
{
    struct err e = {0};

    cr_expect_eq(preflight(&idx_source_ops, &source, &e), ERR_NOINPUT);
    cr_expect_eq(e.count, 2, "%s", e.text);
    e = (struct err){0};
    scratch_write("i", images, 16); /* pixels are not looked at */
    scratch_write("l", labels, 8);
    cr_expect_eq(preflight(&idx_source_ops, &source, &e), OK, "%s", e.text);
}

/* Flips and prefixes of a gzip file and of the plain one. */
static void damage(const unsigned char *good, size_t length)
{
    unsigned char bytes[256];

    for (size_t i = 0; i < 9 * length; i++) {
        struct dataset d;
        struct err e = {0};
        size_t n = length;
        memcpy(bytes, good, length);
        if (i < length)
            n = i;
        else
            bytes[i % length] ^= (unsigned char)(1 << (i / length - 1));
        scratch_write("i", bytes, n);
        const enum status s = load(&d, &e);
        cr_assert_eq(s == OK, e.count == 0, "case %zu", i);
        if (s == OK)
            dataset_free(&d);
    }
}

Test(idx, damaged_files)
{
    unsigned char packed[256];

    scratch_write("l", labels, sizeof labels);
    damage(images, sizeof images);
    put_gzip("p", images, sizeof images);
    FILE *f = fopen("p", "rb");
    const size_t length = fread(packed, 1, sizeof packed, f);
    fclose(f);
    damage(packed, length);
}

Test(idx, mnist)
{
    const char *pixels = mnist_path("train-images-idx3-ubyte.gz");
    const char *classes =
        pixels ? mnist_path("train-labels-idx1-ubyte.gz") : NULL;
    const struct idx_source mnist = {{pixels, ""}, {classes, ""}};
    struct dataset d;
    struct err e = {0};
    double mean, std;

    if (!classes)
        return;
    cr_assert_eq(preflight(&idx_source_ops, &mnist, &e), OK, "%s", e.text);
    cr_assert_eq(source_load(&idx_source_ops, &mnist, NULL, &d, &e), OK, "%s",
                 e.text);
    cr_expect_eq(d.count, 60000);
    cr_expect_eq(d.target.width, 10);
    const struct subset part = first_of(&d, d.count);
    cr_assert_eq(subset_moments(&part, 1, &mean, &std, &e), OK);
    /* Published to four decimals as 0.1307 and 0.3081 of 255. */
    cr_expect_float_eq(mean, 33.3184, 5e-5, "mean %.6f", mean);
    cr_expect_float_eq(std, 78.5675, 5e-5, "std %.6f", std);
    dataset_free(&d);
}
