/*
 * feed.h - samples as the network sees them while training: augmented, if
 * anything is to be, then normalized.
 *
 * Samples whose pixels are apart are loaded before they are fed.
 */
#pragma once

#include "augment/augment.h"
#include "base/err.h"
#include "data/dataset.h"
#include "graph/run.h"
#include "loss/loss.h"
#include "train/stage.h"

struct feed {
    struct augment *augment; /* NULL: samples are as they are */
    size_t other;            /* offset of room for a partner in the work */
    unsigned char *work;     /* [threads][work_bytes] */
    size_t work_bytes;
    int32_t *labels;        /* [rows] of the batch */
    struct loss_mix *mixes; /* [rows]; NULL: nothing is mixed */
    struct stage *stage;    /* NULL: pixels are in memory */
    int64_t *partners[2];   /* [rows] of this batch and of the next */
    struct arena arena;
};

/* feed_work - bytes that a thread needs; memory on `arena`, which need not be
 * asked. */
size_t feed_work(const struct augment_config *c, struct shape in,
                 struct arena *arena);

/* How much is fed at a time, and by whom. */
struct feed_size {
    struct shape in;
    int64_t rows; /* of the largest batch */
    size_t apart; /* bytes of a pixel when they are apart; 0: they are not */
    struct pool *pool;
};

/* feed_staged - bytes that loading takes. */
size_t feed_staged(const struct augment_config *c,
                   const struct feed_size *size);

/* feed_open - ERR_MEMORY.  Always to be closed. */
MUST_USE enum status feed_open(struct feed *f, const struct augment_config *c,
                               const struct feed_size *size, struct err *e);
void feed_close(struct feed *f);

/* Some samples of a set in an epoch. */
struct feed_rows {
    const struct dataset *set;
    const struct subset *part; /* of the set, where partners are drawn from;
                                  NULL unless samples are mixed */
    const struct normalization *norm;
    const int64_t *ids;   /* [count] */
    int64_t first, count; /* rows of the batch */
    uint64_t epoch;
    const struct run_watch *watch; /* told of augmentation as of the forward
                                      call of node 0; NULL: nobody */
};

/* feed_load - have the pixels of all rows of a batch, and let those of `next`
 * (NULL: there is none) be read while the batch is computed.  Nothing to do
 * when pixels are in memory; else fails as their store does. */
MUST_USE enum status feed_load(const struct feed *f,
                               const struct feed_rows *rows,
                               const struct feed_rows *next, struct err *e);

/* feed_fill - assemble rows of a batch, on thread `worker`: x [count, in..]
 * and, of classes, f->labels and f->mixes from row `first` on are overwritten.
 */
void feed_fill(const struct feed *f, const struct feed_rows *rows,
               int64_t worker, real *x);

/* feed_raw - what augmentation makes of number `i` of the rows: raw values x
 * [in..], overwritten.  Returns whose class is mixed in. */
struct loss_mix feed_raw(const struct feed *f, const struct feed_rows *rows,
                         int64_t i, int64_t worker, real *x);
