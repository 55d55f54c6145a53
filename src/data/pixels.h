/*
 * pixels.h - the door to the raw pixels of a set, wherever they are.
 *
 * Pixels in memory are handed out where they lie; others are read, a block of
 * samples at a time.  Every function fails only as the set's store does, or for
 * want of the block's memory (ERR_MEMORY), and never when pixels are in memory.
 */
#pragma once

#include "data/dataset.h"

/* pixel_bytes - of one pixel. */
size_t pixel_bytes(enum pixel_type pixel);

/* sample_bytes - of the pixels of one sample. */
size_t sample_bytes(const struct dataset *d);

/* pixels_read - those of samples ids[0 .. n) to `to` [n, shape..], in the set's
 * own type; samples that follow each other are read at once. */
MUST_USE enum status pixels_read(const struct dataset *d, const int64_t *ids,
                                 int64_t n, void *to, struct err *e);

/* Some samples of a subset that follow each other in it. */
struct pixel_rows {
    enum pixel_type pixel;
    int64_t size;         /* pixels of a sample */
    const void *pixels;   /* of sample k from number at[k] * size on */
    const int64_t *at;    /* [count] */
    int64_t first, count; /* of the subset */
};

/* pixels_walk - `take` is told of all samples of a subset, in its order, one
 * block after the other. */
typedef void pixels_take(void *context, const struct pixel_rows *rows);
MUST_USE enum status pixels_walk(const struct subset *of, pixels_take *take,
                                 void *context, struct err *e);

/* pixels_scan - the same of all samples of a set, in order: `pixels` are those
 * of `count` samples. */
typedef void pixels_scanned(void *context, const void *pixels, int64_t count);
MUST_USE enum status pixels_scan(const struct dataset *d, pixels_scanned *take,
                                 void *context, struct err *e);
