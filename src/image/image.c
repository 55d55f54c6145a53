/*
 * image.c - from a file to upright pixels: the formats, orientation, alpha.
 */
#include "image/image.h"

#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "image/format.h"

/* In the order in which they are asked; ended by NULL. */
static const struct image_format *const formats[] = {&image_png, &image_jpeg,
                                                     &image_pnm, NULL};

/* Others that people have, by their first bytes, so that they are told. */
static const struct stranger {
    const char *name;
    size_t offset, length;
    const char *magic;
} strangers[] = {
    {"a GIF image", 0, 4, "GIF8"},
    {"a WebP image", 8, 4, "WEBP"},
    {"a TIFF image", 0, 4, "II*\0"},
    {"a TIFF image", 0, 4, "MM\0*"},
    {"an HEIF or AVIF image", 4, 4, "ftyp"},
    {"a PAM image", 0, 3, "P7\n"},
    {"a BMP image", 0, 2, "BM"},
};

static const struct image_format *format_of(const unsigned char *head,
                                            size_t length)
{
    const struct image_format *const *f = formats;

    while (*f && !(*f)->knows(head, length))
        f++;
    return *f;
}

bool image_knows(const unsigned char *head, size_t length)
{
    return format_of(head, length) != NULL;
}

const char *image_stranger(const unsigned char *head, size_t length)
{
    for (size_t i = 0; i < ARRAY_LEN(strangers); i++) {
        const struct stranger *s = &strangers[i];
        if (length >= s->offset + s->length &&
            memcmp(head + s->offset, s->magic, s->length) == 0)
            return s->name;
    }
    return NULL;
}

static enum status refuse(const unsigned char *bytes, size_t length,
                          const char *name, struct err *e)
{
    if (length == 0)
        return err_add(e, ERR_DATA, name,
                       "is empty, expected a PNG, JPEG or PNM image");
    if (image_stranger(bytes, length))
        return err_add(e, ERR_DATA, name,
                       "is %s, expected a PNG, JPEG or PNM image",
                       image_stranger(bytes, length));
    return err_add(e, ERR_DATA, name, "is no PNG, JPEG or PNM image");
}

enum status raw_bounded(const struct raw *out, const char *name, struct err *e)
{
    const int64_t h = out->height, w = out->width;

    if (h < 1 || w < 1)
        return err_add(e, ERR_DATA, name,
                       "image has no pixels: %lldx%lld (height x width)",
                       (long long)h, (long long)w);
    if (h > IMAGE_MAX_SIDE || w > IMAGE_MAX_SIDE || h * w > IMAGE_MAX_PIXELS)
        return err_add(e, ERR_DATA, name,
                       "image of %lldx%lld pixels is too large, at most %d "
                       "pixels are read, and %d a side",
                       (long long)h, (long long)w, IMAGE_MAX_PIXELS,
                       IMAGE_MAX_SIDE);
    return OK;
}

static unsigned char *take_pixels(int64_t height, int64_t width,
                                  int64_t channels, struct err *e)
{
    unsigned char *pixels =
        mem_take((size_t)height * (size_t)width, (size_t)channels);

    if (!pixels)
        (void)err_memory(e, "decoding an image");
    return pixels;
}

enum status raw_take(struct raw *out, struct err *e)
{
    out->pixels = take_pixels(out->height, out->width, out->channels, e);
    return out->pixels ? OK : ERR_MEMORY;
}

/* Where the upright image begins in the one that was stored, and what a step
 * down and to the right is there. */
struct walk {
    int64_t start, down, right;
};

static struct walk walk_of(const struct raw *raw)
{
    const int o = raw->orientation;
    const int64_t line = raw->width * raw->channels;
    const bool rows_back = o == 3 || o == 4 || o == 6 || o == 7;
    const bool columns_back = o == 2 || o == 3 || o == 7 || o == 8;
    const int64_t row = rows_back ? -line : line;
    const int64_t column = columns_back ? -raw->channels : raw->channels;
    const int64_t start = (rows_back ? (raw->height - 1) * line : 0) +
                          (columns_back ? (raw->width - 1) * raw->channels : 0);

    return o >= 5 ? (struct walk){start, column, row}
                  : (struct walk){start, row, column};
}

/* Rows and columns as they are to be seen. */
static enum status turn(struct raw *raw, struct err *e)
{
    const struct walk walk = walk_of(raw);
    const bool lies = raw->orientation >= 5;
    const int64_t height = lies ? raw->width : raw->height;
    const int64_t width = lies ? raw->height : raw->width;
    unsigned char *upright, *to;

    if (raw->orientation <= 1)
        return OK;
    to = upright = take_pixels(height, width, raw->channels, e);
    if (!upright)
        return ERR_MEMORY;
    for (int64_t y = 0; y < height; y++) {
        const unsigned char *from = raw->pixels + walk.start + y * walk.down;
        for (int64_t x = 0; x < width; x++, from += walk.right)
            for (int64_t c = 0; c < raw->channels; c++)
                *to++ = from[c];
    }
    mem_free(raw->pixels);
    *raw = (struct raw){height, width, raw->channels, 0, upright};
    return OK;
}

/* (a v + (255 - a) b) / 255, rounded half up.  With a whole b there is nothing
 * near a half that a double could miss: the next numerator is 1/255 away. */
static unsigned char blend(int a, int v, double b)
{
    return (unsigned char)((a * v + (255 - a) * b) / 255 + 0.5);
}

static bool same(double a, double b)
{
    return !(a < b) && !(a > b);
}

/* Grey over a coloured background becomes coloured. */
static enum status flatten(struct raw *raw, const double background[3],
                           struct err *e)
{
    const int64_t from = raw->channels, count = raw->height * raw->width;
    const bool grey = same(background[0], background[1]) &&
                      same(background[0], background[2]);
    const int64_t channels = from == 2 && grey ? 1 : 3;
    unsigned char *flat, *to;

    if (from == 1 || from == 3)
        return OK;
    to = flat = take_pixels(raw->height, raw->width, channels, e);
    if (!flat)
        return ERR_MEMORY;
    for (int64_t i = 0; i < count; i++) {
        const unsigned char *p = raw->pixels + i * from;
        for (int64_t c = 0; c < channels; c++)
            *to++ = blend(p[from - 1], p[from == 2 ? 0 : c], background[c]);
    }
    mem_free(raw->pixels);
    raw->pixels = flat;
    raw->channels = channels;
    return OK;
}

enum status image_decode(const unsigned char *bytes, size_t length,
                         const char *name, const struct image_rule *rule,
                         struct image *out, struct err *e)
{
    static const struct image_rule plain = {0};
    const struct image_format *format = format_of(bytes, length);
    struct raw raw = {0};

    *out = (struct image){0};
    if (!format)
        return refuse(bytes, length, name, e);
    enum status s = format->decode(bytes, length, name, &raw, e);
    if (s == OK)
        s = turn(&raw, e);
    if (s == OK)
        s = flatten(&raw, (rule ? rule : &plain)->background, e);
    if (s != OK) {
        mem_free(raw.pixels);
        return s;
    }
    *out = (struct image){raw.channels, raw.height, raw.width, raw.pixels};
    return OK;
}

void image_free(struct image *image)
{
    mem_free(image->pixels);
    *image = (struct image){0};
}

static enum status misfit(const char *path, struct shape found,
                          struct shape wanted, struct err *e)
{
    const bool size =
        found.dim[1] != wanted.dim[1] || found.dim[2] != wanted.dim[2];

    return err_add(e, ERR_DATA, path,
                   "image is %s, expected %s (channels x height x width); "
                   "data.%s makes images alike",
                   shape_text(found).text, shape_text(wanted).text,
                   size ? "resize" : "channels");
}

enum status image_read(const char *path, const struct image_rule *rule,
                       unsigned char *planar, struct shape *found,
                       struct err *e)
{
    const struct shape wanted = *found;
    struct bytes file = {0};
    struct image image = {0};

    enum status s = file_read_all(path, IMAGE_MAX_BYTES, &file, e);
    if (s == OK)
        s = image_decode(file.at, file.length, file_shown(path), rule, &image,
                         e);
    mem_free(file.at);
    if (s == OK)
        *found = image_shape(&image, rule);
    if (s == OK && wanted.axes > 0 && !shape_equal(*found, wanted))
        s = misfit(file_shown(path), *found, wanted, e);
    if (s == OK && planar)
        s = image_apply(&image, rule, planar, file_shown(path), e);
    image_free(&image);
    return s;
}
