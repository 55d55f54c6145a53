/*
 * image.h - pictures in files become pixels of one size.
 *
 * PNG (libpng), JPEG (libjpeg-turbo) and PNM, one file each, which know no
 * rule; what is done with the pixels stands here and in resize.c, which know no
 * format.  The steps, in this order, each rounding half up to 8 bits:
 *
 *   decode       v of depth m becomes v * 255 / m (16 bits: v / 257)
 *   orientation  as Exif has it (tag 0x0112), in JPEG and PNG
 *   alpha        (a * v + (255 - a) * background) / 255
 *   channels     grey = 0.299 R + 0.587 G + 0.114 B; grey as colour: R = G = B
 *   resize       per axis the average of the area when it shrinks, bilinear
 *                with half-pixel centres and clamped edges when it grows; both
 *                axes exactly, in integers, and rounded once
 *
 * Gamma and colour profiles are not looked at: pixels are what the file holds.
 * Every function may be called by any number of threads.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "tensor/shape.h"

/* What is read at most; more is ERR_DATA before any memory is asked for. */
#ifdef TINY_BUFFERS
enum { IMAGE_MAX_PIXELS = 1 << 16 };
#else
enum { IMAGE_MAX_PIXELS = 1 << 27 };
#endif
enum {
    IMAGE_MAX_SIDE = 1000000,
    IMAGE_MAX_BYTES = 1 << 30, /* of a file */
    IMAGE_MAX_SIZE = 65536,    /* of a side to resize to */
};

struct image {
    int64_t channels; /* 1, or 3: red, green, blue */
    int64_t height, width;
    unsigned char *pixels; /* [height, width, channels], mem_take'n */
};

/* How an image of another aspect becomes one of the size wanted. */
enum image_fit {
    IMAGE_STRETCH, /* each axis by itself */
    IMAGE_CROP,    /* the largest window of the aspect that is wanted, its side
                      rounded half up, centred, then stretched */
    IMAGE_PAD,     /* the largest size of its own aspect that fits, the side
                      rounded half up and at least 1, centred; the odd row or
                      column of the border comes after */
};

struct image_rule {
    int64_t channels;      /* 1 or 3; 0: as they are */
    int64_t height, width; /* 0: no resize */
    enum image_fit fit;
    double background[3]; /* red, green, blue in [0, 255]: what is below alpha,
                             and the border of pad, rounded half up */
};

/* image_stranger - "a GIF image": of a format that is not read; NULL: of none.
 * The first 12 bytes are looked at. */
const char *image_stranger(const unsigned char *head, size_t length);

/* image_knows - are these the first bytes of a PNG, JPEG or PNM file? */
bool image_knows(const unsigned char *head, size_t length);

/* image_png_library, image_jpeg_library - the versions of the libraries:
 * "1.6.39", "2.1.5"; NULL, and *why, when they cannot be loaded. */
const char *image_png_library(const char **why);
const char *image_jpeg_library(const char **why);

/*
 * image_decode - a whole file as pixels, upright and over the background.
 *
 * Grey stays grey, over a background that is grey.  `rule` NULL: background 0.
 * ERR_DATA names `name` and gives the library's reason: not one of the formats,
 * damaged or cut short (what a library would only warn of included), CMYK, too
 * large.  ERR_MEMORY.  `out` is {0} after a failure.
 */
MUST_USE enum status image_decode(const unsigned char *bytes, size_t length,
                                  const char *name,
                                  const struct image_rule *rule,
                                  struct image *out, struct err *e);

void image_free(struct image *image); /* {0} is allowed */

/* image_shape - [C, H, W] of what image_apply makes of it. */
struct shape image_shape(const struct image *from,
                         const struct image_rule *rule);

/* image_rule_makes - may samples of this shape be what the rule makes of
 * images? */
bool image_rule_makes(const struct image_rule *rule, struct shape shape);

/* image_apply - channels and size: planar [C, H, W] of image_shape is
 * overwritten; it must not alias the image.  ERR_MEMORY names `name`. */
MUST_USE enum status image_apply(const struct image *from,
                                 const struct image_rule *rule,
                                 unsigned char *planar, const char *name,
                                 struct err *e);

/*
 * image_read - read, decode and apply.
 *
 * found   [C, H, W]; without axes on entry any shape is taken, else an image
 *         that comes to another shape is ERR_DATA, which says that
 *         data.resize or data.channels makes them one
 * planar  room for *found; NULL: the shape alone is asked for
 *
 * ERR_NOINPUT, ERR_DATA, ERR_IO, ERR_MEMORY.
 */
MUST_USE enum status image_read(const char *path, const struct image_rule *rule,
                                unsigned char *planar, struct shape *found,
                                struct err *e);
