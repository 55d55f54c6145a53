/*
 * late.h - gradients that are computed where the update uses them up.
 *
 * A dense layer's gradient is as large as its weights, and keeping one per
 * slice would cost more time in memory than it takes to compute.  So what it is
 * computed from, x and dy of the whole batch, is kept; see layer.h.
 */
#ifndef TRAIN_LATE_H
#define TRAIN_LATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "graph/graph.h"
#include "graph/run.h"

struct late {
    const struct graph *g;
    int64_t batch_size, slice_rows;
    real **x, **dy;  /* [graph.count], NULL for nodes without */
    real *memory;    /* all of them */
    int64_t scratch; /* reals of a worker's scratch */
    real *gradients; /* [threads][scratch] */
};

/* late_rows - rows of a late gradient that are computed at once. */
int64_t late_rows(const struct param *p);

/* late_bytes - what late_take takes. */
size_t late_bytes(const struct graph *g, int64_t batch_size, int64_t threads);

/* late_take - false when memory is short; to be freed all the same. */
MUST_USE bool late_take(struct late *l, const struct graph *g,
                        int64_t batch_size, int64_t slice_rows,
                        int64_t threads);
void late_free(struct late *l);

/* late_run - where a run that starts at row `first` of the batch keeps its x
 * and dy. */
struct run_late late_run(const struct late *l, int64_t first);

/* late_gradient - rows [first, first + count), at most late_rows, of the first
 * parameter of `node` over a batch of `batch` samples, in `worker`'s scratch.
 */
real *late_gradient(const struct late *l, int64_t node, int64_t batch,
                    int64_t first, int64_t count, int64_t worker);

#endif
