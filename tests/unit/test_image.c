/* Pictures in files become exactly the pixels that went in. */
#include <criterion/criterion.h>
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/rng.h"
#include "image/format.h"
#include "image/image.h"
#include "support/naive_image.h"

#define FOLDER "tests/data/images/"

static struct bytes content(const char *name)
{
    struct bytes b = {0};
    struct err e = {0};
    char path[128];

    snprintf(path, sizeof path, FOLDER "%s", name);
    cr_assert_eq(file_read_all(path, 1 << 20, &b, &e), OK, "%s", e.text);
    return b;
}

static struct image decoded(const char *name, const struct image_rule *rule)
{
    struct bytes b = content(name);
    struct err e = {0};
    struct image m;

    cr_assert(image_knows(b.at, b.length), "%s", name);
    cr_assert_eq(image_decode(b.at, b.length, name, rule, &m, &e), OK, "%s",
                 e.text);
    mem_free(b.at);
    return m;
}

/* Two images as they are are alike. */
static void expect_alike(const struct image *a, const struct image *b,
                         const char *what)
{
    cr_assert(a->channels == b->channels && a->height == b->height &&
                  a->width == b->width,
              "%s: %dx%dx%d, expected %dx%dx%d", what, (int)a->channels,
              (int)a->height, (int)a->width, (int)b->channels, (int)b->height,
              (int)b->width);
    for (int64_t i = 0; i < a->channels * a->height * a->width; i++)
        cr_assert_eq(a->pixels[i], b->pixels[i],
                     "%s: byte %d is %d, expected %d", what, (int)i,
                     a->pixels[i], b->pixels[i]);
}

static void expect_file(const char *name, const struct image_rule *rule,
                        const char *expected)
{
    struct image got = decoded(name, rule), want = decoded(expected, NULL);

    expect_alike(&got, &want, name);
    image_free(&got);
    image_free(&want);
}

/* tests/data/images: NAME.png, NAME-interlaced.png and NAME.jpg are NAME.pnm.
 */
Test(image, files_hold_what_went_in)
{
    glob_t found;
    int count = 0;

    cr_assert_eq(glob(FOLDER "*.pnm", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *pnm = found.gl_pathv[i] + strlen(FOLDER);
        static const char *const ends[] = {".png", "-interlaced.png", ".jpg"};
        for (size_t k = 0; k < ARRAY_LEN(ends); k++) {
            char name[80], path[128];
            snprintf(name, sizeof name, "%.*s%s", (int)strlen(pnm) - 4, pnm,
                     ends[k]);
            snprintf(path, sizeof path, FOLDER "%s", name);
            if (access(path, R_OK) != 0)
                continue;
            expect_file(name, NULL, pnm);
            count++;
        }
    }
    globfree(&found);
    cr_expect_eq(count, 65, "%d pictures", count);
}

Test(image, alpha_lies_over_the_background)
{
    const struct image_rule grey = {.background = {200, 200, 200}};
    const struct image_rule colour = {.background = {10, 200, 255}};

    expect_file("over.png", &grey, "over-200.pnm");
    expect_file("over.png", &colour, "over-colour.pnm");
}

Test(image, blends_round_half_up_whatever_the_background)
{
    static const double backgrounds[] = {0, 1, 77, 127.5, 254, 255};

    for (size_t k = 0; k < ARRAY_LEN(backgrounds); k++) {
        const struct image_rule rule = {
            .background = {backgrounds[k], backgrounds[k], backgrounds[k]}};
        struct image got = decoded("over.png", &rule);
        struct image bare = decoded("over.png", NULL);
        const struct image_rule white = {.background = {255, 255, 255}};
        struct image over = decoded("over.png", &white);
        /* With p over black and over white known, a = 255 - (white - black)
         * up to the rounding of both: the result is within 1 of theirs. */
        for (int64_t i = 0; i < got.height * got.width; i++) {
            const double share =
                (double)(over.pixels[i] - bare.pixels[i]) / 255;
            const double want = bare.pixels[i] + share * backgrounds[k];
            cr_assert(fabs(got.pixels[i] - want) <= 1.01);
        }
        image_free(&got);
        image_free(&bare);
        image_free(&over);
    }
}

/* 16 bits: the nearest of v / 257, of every v. */
Test(image, every_number_of_16_bits_is_rounded)
{
    enum { SIDE = 256 };
    static unsigned char pgm[24 + 2 * SIDE * SIDE];
    struct err e = {0};
    struct image m;
    int head = snprintf((char *)pgm, 24, "P5 %d %d 65535\n", SIDE, SIDE);

    for (int v = 0; v < SIDE * SIDE; v++) {
        pgm[head + 2 * v] = (unsigned char)(v >> 8);
        pgm[head + 2 * v + 1] = (unsigned char)v;
    }
    cr_assert_eq(
        image_decode(pgm, (size_t)head + 2 * SIDE * SIDE, "p", NULL, &m, &e),
        OK, "%s", e.text);
    for (int v = 0; v < SIDE * SIDE; v++)
        cr_assert_eq(m.pixels[v], (int)floor(v / 257.0 + 0.5), "%d", v);
    image_free(&m);
}

struct pnm_case {
    const char *text;
    int64_t channels, height, width;
    unsigned char pixels[12];
};

static const struct pnm_case pnm_cases[] = {
    {"P1\n3 2\n101\n0 1 0\n", 1, 2, 3, {0, 255, 0, 255, 0, 255}},
    {"P1#one\n#two\n 2#three\n1#four\n1#five\n0", 1, 1, 2, {0, 255}},
    {"P2 2 2 255 0 7\n255\t128 # end\n", 1, 2, 2, {0, 7, 255, 128}},
    {"P2\r\n2 2\r\n3\r\n0 1\r\n2 3\r\n", 1, 2, 2, {0, 85, 170, 255}},
    {"P2 4 1 2 0 1 2 1", 1, 1, 4, {0, 128, 255, 128}}, /* 127.5: up */
    {"P2 3 1 65535 0 65535 32768", 1, 1, 3, {0, 255, 128}},
    {"P2 2 1 1000 500 250", 1, 1, 2, {128, 64}},
    {"P3 1 2 100 0 50 100 25 75 1", 3, 2, 1, {0, 128, 255, 64, 191, 3}},
    {"P4 9 1\n\xaa\x7f", 1, 1, 9, {0, 255, 0, 255, 0, 255, 0, 255, 255}},
    {"P4\n1 2\n\x80\x7f", 1, 2, 1, {0, 255}},
    {"P5 2 1 255\nAB", 1, 1, 2, {'A', 'B'}},
    {"P5 2 1 255#end\n\n#", 1, 1, 2, {'\n', '#'}},
    {"P5 2 1 100\nd2", 1, 1, 2, {255, 128}},
    {"P5 1 1 256 \x01\x01\x01", 0, 0, 0, {0}},
    {"P6\n1 1\n255\nRGB", 3, 1, 1, {'R', 'G', 'B'}},
};

Test(image, pnm_in_its_six_forms)
{
    for (size_t i = 0; i < ARRAY_LEN(pnm_cases); i++) {
        const struct pnm_case *c = &pnm_cases[i];
        const unsigned char *text = (const unsigned char *)c->text;
        unsigned char pixels[12];
        struct image m, want = {c->channels, c->height, c->width, pixels};
        struct err e = {0};
        memcpy(pixels, c->pixels, sizeof pixels);
        const enum status s =
            image_decode(text, strlen(c->text), "p", NULL, &m, &e);
        cr_assert_eq(s == OK, c->channels > 0, "%s: %s", c->text, e.text);
        if (s == OK)
            expect_alike(&m, &want, c->text);
        image_free(&m);
    }
}

/* A block of Exif with the orientation as the second of its entries. */
static size_t write_exif(unsigned char *at, bool big, int orientation)
{
    static const unsigned char little_endian[] = {
        'I', 'I', '*', 0,    8, 0, 0, 0, 2, 0, 0x0f, 1, 2, 0, 1, 0, 0, 0, 'c',
        0,   0,   0,   0x12, 1, 3, 0, 1, 0, 0, 0,    0, 0, 0, 0, 0, 0, 0, 0};
    static const unsigned char big_endian[] = {
        'M', 'M', 0, '*', 0,    0, 0, 8, 0, 2, 1, 0x0f, 0, 2, 0, 0, 0, 1, 'c',
        0,   0,   0, 1,   0x12, 0, 3, 0, 0, 0, 1, 0,    0, 0, 0, 0, 0, 0, 0};

    memcpy(at, big ? big_endian : little_endian, sizeof big_endian);
    at[big ? 31 : 30] = (unsigned char)orientation;
    return sizeof big_endian;
}

/* The file with a block of Exif behind its first marker; to be given back. */
static struct bytes with_exif(const struct bytes *jpeg, bool big,
                              int orientation)
{
    unsigned char exif[64];
    const size_t length = write_exif(exif, big, orientation);
    struct bytes b = {mem_take(jpeg->length + length + 10, 1),
                      jpeg->length + length + 10};

    memcpy(b.at, "\xff\xd8\xff\xe1\0", 5);
    b.at[5] = (unsigned char)(length + 8);
    memcpy(b.at + 6, "Exif\0\0", 6);
    memcpy(b.at + 12, exif, length);
    memcpy(b.at + 12 + length, jpeg->at + 2, jpeg->length - 2);
    return b;
}

Test(image, stands_upright_as_exif_says)
{
    static const char *const names[] = {"jpeg-422.jpg", "jpeg-grey.jpg"};

    for (int i = 0; i < 2 * 2 * 8; i++) {
        const int orientation = 1 + i % 8;
        struct bytes plain = content(names[i / 16]);
        struct bytes b = with_exif(&plain, i / 8 % 2, orientation);
        struct image lying = decoded(names[i / 16], NULL), got;
        struct image want = {
            .pixels = mem_take((size_t)(lying.height * lying.width), 3)};
        struct err e = {0};
        naive_upright(&lying, orientation, &want);
        cr_assert_eq(image_decode(b.at, b.length, "j", NULL, &got, &e), OK,
                     "%s", e.text);
        expect_alike(&got, &want, names[i / 16]);
        image_free(&got);
        image_free(&want);
        image_free(&lying);
        mem_free(plain.at);
        mem_free(b.at);
    }
    expect_file("turned-behind.png", NULL, "turned.pnm");
}

/* Orientations of which nothing follows leave the image as it is. */
Test(image, exif_that_is_damaged_says_nothing)
{
    unsigned char exif[64];
    const size_t length = write_exif(exif, true, 6);

    cr_expect_eq(exif_orientation(exif, length), 6);
    /* The value stands in bytes 30 and 31. */
    for (size_t n = 0; n <= length; n++)
        cr_expect_eq(exif_orientation(exif, n), n < 34 ? 0 : 6, "%zu", n);
    for (int value = 0; value < 256; value++) {
        exif[31] = (unsigned char)value;
        cr_expect_eq(exif_orientation(exif, length),
                     value >= 1 && value <= 8 ? value : 0);
    }
    const struct rng_key key = rng_key(5, "exif");
    for (uint64_t i = 0; i < 20000; i++) {
        unsigned char hostile[64];
        const size_t room = write_exif(hostile, i % 2, 6);
        for (uint64_t k = 6 * i; k < 6 * i + 6; k += 2)
            hostile[rng_below(key, k, room)] =
                (unsigned char)rng_below(key, k + 1, 256);
        const int o = exif_orientation(hostile, room);
        cr_assert(o >= 0 && o <= 8);
    }
}

Test(image, knows_its_own_by_the_first_bytes)
{
    static const struct {
        const char *head;
        size_t length;
        bool known;
    } cases[] = {
        {"\x89PNG\r\n\x1a\n", 8, true},
        {"\x89PNG\r\n\x1a", 7, false},
        {"\xff\xd8\xff", 3, true},
        {"\xff\xd8", 2, false},
        {"P5\n", 3, true},
        {"P1#", 3, true},
        {"P6", 2, false},
        {"P7\n", 3, false},
        {"P5,1", 4, false},
        {"GIF89a", 6, false},
        {"", 0, false},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        cr_expect_eq(
            image_knows((const unsigned char *)cases[i].head, cases[i].length),
            cases[i].known, "%s", cases[i].head);
}

Test(image, is_read_from_a_file_of_the_shape_that_is_wanted)
{
    const struct image_rule as_it_is = {0};
    const struct image_rule grey = {.channels = 1, .height = 4, .width = 5};
    struct shape found = {0};
    unsigned char planar[4 * 5];
    struct err e = {0};

    cr_expect_eq(image_read(FOLDER "rgb8.png", &as_it_is, NULL, &found, &e),
                 OK);
    cr_expect(shape_equal(found, SHAPE(3, 7, 11)));
    found = SHAPE(1, 4, 5);
    cr_expect_eq(image_read(FOLDER "rgb8.png", &grey, planar, &found, &e), OK);
    found = SHAPE(3, 7, 12);
    cr_expect_eq(image_read(FOLDER "rgb8.png", &as_it_is, NULL, &found, &e),
                 ERR_DATA);
    cr_expect_str_eq(e.text,
                     FOLDER "rgb8.png: error: image is 3x7x11, expected 3x7x12 "
                            "(channels x height x width); data.resize makes "
                            "images alike\n");
    err_clear(&e);
    found = SHAPE(1, 7, 11);
    cr_expect_eq(image_read(FOLDER "rgb8.png", &as_it_is, NULL, &found, &e),
                 ERR_DATA);
    cr_expect(strstr(e.text, "; data.channels makes images alike\n"), "%s",
              e.text);
    err_clear(&e);
    cr_expect_eq(image_read(FOLDER "none.png", &as_it_is, NULL, &found, &e),
                 ERR_NOINPUT);
}
