/*
 * feed.h - samples as the network sees them while training: augmented, if
 * anything is to be, then normalized.
 */
#pragma once

#include "augment/augment.h"
#include "base/err.h"
#include "data/dataset.h"
#include "graph/run.h"
#include "loss/loss.h"

struct feed {
    struct augment *augment; /* NULL: samples are as they are */
    size_t other;            /* offset of room for a partner in the work */
    unsigned char *work;     /* [threads][work_bytes] */
    size_t work_bytes;
    int32_t *labels;        /* [rows] of the batch */
    struct loss_mix *mixes; /* [rows]; NULL: nothing is mixed */
    struct arena arena;
};

/* feed_work - bytes that a thread needs; memory on `arena`, which need not be
 * asked. */
size_t feed_work(const struct augment_config *c, struct shape in,
                 struct arena *arena);

/* How much is fed at a time. */
struct feed_size {
    struct shape in;
    int64_t threads, rows; /* of the largest batch */
};

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

/* feed_fill - assemble rows of a batch, on thread `worker`: x [count, in..]
 * and, of classes, f->labels and f->mixes from row `first` on are overwritten.
 */
void feed_fill(const struct feed *f, const struct feed_rows *rows,
               int64_t worker, real *x);

/* feed_raw - what augmentation makes of sample `id`: raw values x [in..],
 * overwritten.  Returns whose class is mixed in. */
struct loss_mix feed_raw(const struct feed *f, const struct feed_rows *rows,
                         int64_t id, int64_t worker, real *x);
