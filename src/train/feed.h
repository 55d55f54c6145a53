/*
 * feed.h - samples as the network sees them while training: augmented, if
 * anything is to be, then normalized.
 */
#pragma once

#include "augment/augment.h"
#include "base/err.h"
#include "data/dataset.h"
#include "graph/run.h"

struct feed {
    struct augment *augment; /* NULL: samples are as they are */
    unsigned char *work;     /* [threads][work_bytes] */
    size_t work_bytes;
    struct arena arena;
};

/* feed_work - bytes that a thread needs; memory on `arena`, which need not be
 * asked. */
size_t feed_work(const struct augment_config *c, struct shape in,
                 struct arena *arena);

/* feed_open - ERR_MEMORY.  Always to be closed. */
MUST_USE enum status feed_open(struct feed *f, const struct augment_config *c,
                               struct shape in, int64_t threads, struct err *e);
void feed_close(struct feed *f);

/* Some samples of a set in an epoch. */
struct feed_rows {
    const struct dataset *set;
    const struct normalization *norm;
    const int64_t *ids; /* [count] */
    int64_t count;
    uint64_t epoch;
    const struct run_watch *watch; /* told of augmentation as of the forward
                                      call of node 0; NULL: nobody */
};

/*
 * feed_fill - assemble rows of a batch, on thread `worker`.
 *
 * x       [count, in..]  overwritten
 * labels  [count]        overwritten; NULL: nobody asks
 */
void feed_fill(const struct feed *f, const struct feed_rows *rows,
               int64_t worker, real *x, int32_t *labels);

/* feed_raw - what augmentation makes of sample `id`: raw values x [in..],
 * overwritten. */
void feed_raw(const struct feed *f, const struct feed_rows *rows, int64_t id,
              int64_t worker, real *x);
