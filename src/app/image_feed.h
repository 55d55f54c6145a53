/*
 * image_feed.h - files of images as samples, many at a time.
 */
#pragma once

#include "base/blame.h"
#include "base/pool.h"
#include "image/image.h"
#include "source/stream.h"

/* The files that are given to be predicted, in their order. */
struct image_feed {
    const char *const *paths; /* [count] */
    int64_t count, next;
    struct image_rule rule;
    struct shape shape; /* of the network's input */
    bool keep_bad; /* one that is missing, or cannot be read, is marked, not
                           an error */
    struct pool *pool;
    unsigned char *planar; /* [threads, shape..] */
    struct blame blame;
};

/* image_feed_open - prepare to read; all of `f` before `planar` is filled.  To
 * be given back.  ERR_MEMORY. */
MUST_USE enum status image_feed_open(struct image_feed *f, struct err *e);
void image_feed_close(struct image_feed *f); /* allowed on {0} */

/*
 * image_feed_next - the next images, at most `room`, decoded by all threads.
 *
 * x    [room, shape..]  raw values, overwritten (zeros for a bad one)
 * bad  [room]           overwritten
 * *got were read, also before an error; OK and 0 at the end alone.
 * ERR_NOINPUT, ERR_DATA, ERR_IO, ERR_MEMORY.
 */
MUST_USE enum status image_feed_next(struct image_feed *f, int64_t room,
                                     float *x, struct bad_record *bad,
                                     int64_t *got, struct err *e);

/* images_ahead - how many of the words, ended by NULL, are files of images from
 * the first on: by their content, or by their name when that is of no other
 * kind, or the file is not to be had; looks at regular files alone.  `told`:
 * all but standard input are. */
int64_t images_ahead(const char *const *words, bool told);

/* image_feed_piped - the image that an open input holds whole, as the only one
 * of a feed: x [shape..]. */
MUST_USE enum status image_feed_piped(struct image_feed *f, struct input *in,
                                      float *x, struct bad_record *bad,
                                      struct err *e);
