/*
 * pictures.h - files of images, each the pixels of a sample.
 *
 * What folders and lists share; the formats belong to image/.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "image/image.h"
#include "source/source.h"

struct pictures {
    struct image_rule rule;
    struct shape shape; /* of all of them */
};

/* pictures_open - the shape of the samples: what the request's rule says, else
 * that of the image `first`.  ERR_NOINPUT, ERR_DATA, ERR_IO, ERR_MEMORY. */
MUST_USE enum status pictures_open(struct pictures *p,
                                   const struct source_request *q,
                                   const char *first, struct err *e);

/* pictures_read - the pixels of one, [shape..] of bytes; by any thread.  One of
 * another shape is ERR_DATA. */
MUST_USE enum status pictures_read(const struct pictures *p, const char *path,
                                   unsigned char *pixels, struct err *e);

/* picture_named - has the path the ending of an image's name? */
bool picture_named(const char *path);

/* picture_check - is the file an image by its first bytes?  ERR_NOINPUT,
 * ERR_DATA, ERR_IO. */
MUST_USE enum status picture_check(const char *path, struct err *e);
