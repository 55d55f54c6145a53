/*
 * png.c - images as PNG files.
 *
 * Every row is written by the filter of Paeth, what a sample differs from the
 * nearest of three neighbours, which suits both photos and drawings.
 */
#include "codec/png.h"

#include <stdlib.h>
#include <string.h>

#include "codec/digest.h"
#include "codec/stream.h"

enum { FILTER_PAETH = 4, COLOUR_GREY = 0, COLOUR_RGB = 2, BITS = 8 };

static void put_u32(struct text *out, uint32_t value)
{
    const char bytes[4] = {(char)(value >> 24), (char)(value >> 16),
                           (char)(value >> 8), (char)value};

    text_add(out, bytes, sizeof bytes);
}

/* Length, name, content, checksum of name and content. */
static void put_chunk(struct text *out, const char *name,
                      const struct text *content)
{
    const char *bytes = text_string(content);

    put_u32(out, (uint32_t)content->length);
    text_puts(out, name);
    text_add(out, bytes, content->length);
    put_u32(out,
            crc32_more(crc32_of(name, strlen(name)), bytes, content->length));
    out->failed = out->failed || content->failed;
}

/* The one of left, above and the corner between them that is nearest to left +
 * above - corner; of equals the first. */
static int nearest(int left, int above, int corner)
{
    const int by_left = abs(above - corner), by_above = abs(left - corner);
    const int by_corner = abs(left + above - 2 * corner);

    if (by_left <= by_above && by_left <= by_corner)
        return left;
    return by_above <= by_corner ? above : corner;
}

/* Samples of all channels side by side, beyond the edges 0. */
static void put_rows(struct text *out, const unsigned char *planar,
                     int64_t channels, int64_t height, int64_t width)
{
    const int64_t plane = height * width;

    for (int64_t y = 0; y < height && !out->failed; y++) {
        text_add(out, &(char){FILTER_PAETH}, 1);
        for (int64_t k = 0; k < width * channels; k++) {
            const int64_t x = k / channels;
            const unsigned char *at =
                planar + k % channels * plane + y * width + x;
            const int left = x > 0 ? at[-1] : 0;
            const int above = y > 0 ? at[-width] : 0;
            const int corner = x > 0 && y > 0 ? at[-width - 1] : 0;
            text_add(out, &(char){(char)(*at - nearest(left, above, corner))},
                     1);
        }
    }
}

void png_print(struct text *out, const unsigned char *planar, int64_t channels,
               int64_t height, int64_t width)
{
    static const char magic[] = "\x89PNG\r\n\x1a\n";
    struct text head = {0}, rows = {0}, packed = {0}, none = {0};
    const char form[] = {BITS, channels == 1 ? COLOUR_GREY : COLOUR_RGB, 0, 0,
                         0};

    text_add(out, magic, sizeof magic - 1);
    put_u32(&head, (uint32_t)width);
    put_u32(&head, (uint32_t)height);
    text_add(&head, form, sizeof form);
    put_chunk(out, "IHDR", &head);
    put_rows(&rows, planar, channels, height, width);
    zlib_compress(&packed, text_string(&rows), rows.length);
    packed.failed = packed.failed || rows.failed;
    put_chunk(out, "IDAT", &packed);
    put_chunk(out, "IEND", &none);
    text_free(&head);
    text_free(&rows);
    text_free(&packed);
}
