/*
 * format.h - the contract of an image format: one file each, one row of the
 * list in image.c.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* What a file holds, in 8 bits. */
struct raw {
    int64_t height, width, channels; /* 1 grey, 2 grey and alpha, 3 colour, 4
                                        colour and alpha */
    int orientation;       /* of Exif, 1 (upright) .. 8; 0: not said */
    unsigned char *pixels; /* [height, width, channels], mem_take'n */
};

struct image_format {
    const char *name; /* as messages have it */
    bool (*knows)(const unsigned char *head, size_t length);

    /* The whole file.  `out` is {0}; its pixels are given back by the caller,
     * after a failure too.  Nothing is printed.  ERR_DATA, ERR_MEMORY. */
    enum status (*decode)(const unsigned char *bytes, size_t length,
                          const char *name, struct raw *out, struct err *e);
};

extern const struct image_format image_png, image_jpeg, image_pnm;

/* raw_bounded - are the extents of `out` within the limits?  ERR_DATA. */
MUST_USE enum status raw_bounded(const struct raw *out, const char *name,
                                 struct err *e);

/* raw_take - memory for the extents of `out`, which are bounded. */
MUST_USE enum status raw_take(struct raw *out, struct err *e);

/* exif_orientation - what a block of TIFF, as Exif holds it, says of tag
 * 0x0112 in its first directory: 1 .. 8, or 0 when it says nothing that can be
 * understood.  Ref: Exif 2.32, 4.5 and 4.6.4; TIFF 6.0, section 2. */
int exif_orientation(const unsigned char *tiff, size_t length);
