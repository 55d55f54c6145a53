/* Files that are damaged, cut short, hostile or no images at all: an error with
 * the file's name and a reason, or an image, and never anything worse. */
#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/rng.h"
#include "codec/digest.h"
#include "image/image.h"

#define FOLDER "tests/data/images/"

static enum status try_bytes(const void *bytes, size_t length, struct err *e)
{
    struct image m;

    err_clear(e);
    const enum status s = image_decode(bytes, length, "p", NULL, &m, e);
    cr_assert_eq(s == OK, e->count == 0, "%s", e->text);
    cr_assert_eq(s == OK, m.pixels != NULL);
    cr_assert(s == OK || s == ERR_DATA, "%d: %s", (int)s, e->text);
    cr_assert(s == OK || strncmp(e->text, "p: error: ", 10) == 0, "%s",
              e->text);
    image_free(&m);
    return s;
}

static void expect(const void *bytes, size_t length, const char *message)
{
    struct err e = {0};
    char want[256];

    snprintf(want, sizeof want, "p: error: %s\n", message);
    (void)try_bytes(bytes, length, &e);
    cr_expect_str_eq(e.text, want, "got %swant %s", e.text, want);
}

/* One round over the files of tests/data/images. */
static void each_file(const char *pattern,
                      void (*look)(const char *path, struct bytes *b))
{
    glob_t found;
    struct err e = {0};

    cr_assert_eq(glob(pattern, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct bytes b = {0};
        cr_assert_eq(file_read_all(found.gl_pathv[i], 1 << 20, &b, &e), OK);
        look(found.gl_pathv[i], &b);
        mem_free(b.at);
    }
    globfree(&found);
}

/* Memory of exactly so many bytes, so that a step beyond them is seen. */
static enum status try_prefix(const struct bytes *b, size_t length,
                              struct err *e)
{
    unsigned char *part = mem_take(length > 0 ? length : 1, 1);

    memcpy(part, b->at, length);
    const enum status s = try_bytes(part, length, e);
    mem_free(part);
    return s;
}

static void cut(const char *path, struct bytes *b)
{
    struct err e = {0};

    for (size_t length = 0; length < b->length; length++)
        cr_assert_eq(try_prefix(b, length, &e), ERR_DATA, "%s, %zu bytes", path,
                     length);
}

Test(image_bad, every_prefix_is_refused)
{
    each_file(FOLDER "*.png", cut);
    each_file(FOLDER "*.pnm", cut);
    each_file(FOLDER "*.jpg", cut);
}

enum { FLIPS = 150 };

static void flip(const char *path, struct bytes *b)
{
    const struct rng_key key = rng_key(11, path);
    struct err e = {0};
    int refused = 0;

    for (uint64_t i = 0; i < FLIPS; i++) {
        const uint64_t bit = rng_below(key, i, b->length * 8);
        const unsigned char mask = (unsigned char)(1 << bit % 8);
        b->at[bit / 8] ^= mask;
        refused += try_bytes(b->at, b->length, &e) != OK;
        b->at[bit / 8] ^= mask;
    }
    /* A chunk of PNG has a checksum, of which the case of some letters is no
     * part that matters. */
    if (strstr(path, ".png"))
        cr_expect(refused >= FLIPS * 9 / 10, "%s: %d", path, refused);
}

Test(image_bad, every_bit_may_be_wrong)
{
    each_file(FOLDER "*.png", flip);
    each_file(FOLDER "*.pnm", flip);
    each_file(FOLDER "*.jpg", flip);
}

struct bad_case {
    const char *bytes;
    size_t length;
    const char *message;
};

#define BAD(text, message)                                                     \
    {                                                                          \
        text, sizeof(text) - 1, message                                        \
    }

static const struct bad_case bad_cases[] = {
    BAD("", "is empty, expected a PNG, JPEG or PNM image"),
    BAD("hello", "is no PNG, JPEG or PNM image"),
    BAD("GIF89a..", "is a GIF image, expected a PNG, JPEG or PNM image"),
    BAD("RIFF\1\2\3\4WEBPVP8 ",
        "is a WebP image, expected a PNG, JPEG or PNM image"),
    BAD("BM......", "is a BMP image, expected a PNG, JPEG or PNM image"),
    BAD("II*\0....", "is a TIFF image, expected a PNG, JPEG or PNM image"),
    BAD("MM\0*....", "is a TIFF image, expected a PNG, JPEG or PNM image"),
    BAD("\0\0\0\x18"
        "ftypheic",
        "is an HEIF or AVIF image, expected a PNG, JPEG or PNM image"),
    BAD("P7\nWIDTH 1\n", "is a PAM image, expected a PNG, JPEG or PNM image"),
    BAD("P5 ", "PNM image is cut short"),
    BAD("P5 2 x 255\n", "height of the PNM image is no number: byte 0x78"),
    BAD("P5 -2 1 255\n", "width of the PNM image is no number: byte 0x2d"),
    BAD("P5 0 1 255\n", "image has no pixels: 1x0 (height x width)"),
    BAD("P5 2 0 255\n", "image has no pixels: 0x2 (height x width)"),
    BAD("P5 99999999999999999999 1 255\n",
        "width of the PNM image is over 2147483647"),
    BAD("P5 1000001 1 255\n",
        "image of 1x1000001 pixels is too large, at most 134217728 pixels are "
        "read, and 1000000 a side"),
    BAD("P5 20000 20000 255\n",
        "image of 20000x20000 pixels is too large, at most 134217728 pixels "
        "are read, and 1000000 a side"),
    BAD("P6 1 1 65536\n", "maxval of the PNM image is over 65535"),
    BAD("P6 1 1 0\n", "maxval of the PNM image is 0"),
    BAD("P5 1 1 255x", "expected a blank before the pixels of the PNM image"),
    BAD("P5 2 2 255\nabc", "PNM image is cut short"),
    BAD("P5 2 2 256\nabcdefg", "PNM image is cut short"),
    BAD("P5 2 2 255\nabcde", "1 bytes follow the PNM image of 2x2 pixels"),
    BAD("P4 9 1\nabc", "1 bytes follow the PNM image of 1x9 pixels"),
    BAD("P5 1 1 100\nz", "a pixel of the PNM image is over its maxval, 100"),
    BAD("P2 1 1 100 101", "a pixel of the PNM image is over its maxval, 100"),
    BAD("P2 2 1 255 7 999999", "a pixel of the PNM image is over 65535"),
    BAD("P2 2 1 255 7", "PNM image is cut short"),
    BAD("P2 2 1 255 7 8 9", "1 bytes follow the PNM image of 1x2 pixels"),
    BAD("P1 2 1 02", "a pixel of the PBM image is neither 0 nor 1: byte 0x32"),
    BAD("\x89PNG\r\n\x1a\n",
        "PNG image cannot be decoded: the file is cut short"),
    BAD("\xff\xd8\xff\xd9",
        "JPEG image cannot be decoded: JPEG datastream contains no image"),
    BAD("\xff\xd8\xff",
        "JPEG image cannot be decoded: Premature end of JPEG file"),
};

Test(image_bad, is_told_what_it_is)
{
    for (size_t i = 0; i < ARRAY_LEN(bad_cases); i++)
        expect(bad_cases[i].bytes, bad_cases[i].length, bad_cases[i].message);
}

static void put_be(unsigned char *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(value >> (24 - 8 * i));
}

/* A PNG file of a header alone, with its checksum. */
static size_t png_of(unsigned char out[64], uint32_t width, uint32_t height,
                     unsigned char depth, unsigned char kind)
{
    memcpy(out, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
    put_be(out + 16, width);
    put_be(out + 20, height);
    memcpy(out + 24, (unsigned char[]){depth, kind, 0, 0, 0}, 5);
    put_be(out + 29, crc32_of(out + 12, 17));
    memcpy(out + 33, "\0\0\0\0IDAT\x35\xaf\x06\x1e", 12);
    return 45;
}

/* Nothing is allocated by a number that the file cannot keep. */
Test(image_bad, sizes_are_looked_at_first)
{
    unsigned char png[64];

    expect(png, png_of(png, 1, 1, 8, 2),
           "PNG image cannot be decoded: the file is cut short");
    expect(png, png_of(png, 10000, 10000, 16, 6),
           "PNG image cannot be decoded: the file is cut short");
    expect(png, png_of(png, 20000, 20000, 8, 0),
           "image of 20000x20000 pixels is too large, at most 134217728 pixels "
           "are read, and 1000000 a side");
    expect(png, png_of(png, 0, 1, 8, 2),
           "PNG image cannot be decoded: Image width is zero in IHDR");
    expect(png, png_of(png, 0xffffffff, 1, 8, 2),
           "PNG image cannot be decoded: PNG unsigned integer out of range");
    expect(png, png_of(png, 1, 1, 3, 2),
           "PNG image cannot be decoded: Invalid bit depth in IHDR");
}

static void refused(const char *path, struct bytes *b)
{
    (void)path;
    expect(b->at, b->length, "JPEG image is CMYK, expected grey or RGB");
}

Test(image_bad, cmyk_is_refused)
{
    each_file(FOLDER "cmyk.jpg", refused);
}

/* Whatever is wrong, the libraries say nothing themselves. */
Test(image_bad, nothing_is_printed)
{
    char name[] = "/tmp/cnnctl-image-XXXXXX";
    const int fd = mkstemp(name), before = dup(STDERR_FILENO);

    cr_assert(fd >= 0);
    cr_assert(dup2(fd, STDERR_FILENO) >= 0);
    each_file(FOLDER "*.png", flip);
    each_file(FOLDER "jpeg-4*.jpg", flip);
    dup2(before, STDERR_FILENO);
    cr_expect_eq(lseek(fd, 0, SEEK_END), 0, "something was printed");
    close(before);
    close(fd);
    unlink(name);
}
