/*
 * place.h - offsets for tensors that hold values over intervals of time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* A tensor in a lane, or one in the memory of the whole batch. */
struct plan_tensor {
    size_t bytes, offset;
    int64_t begin, end; /* first and last moment at which it holds a value */
    size_t row_bytes;   /* of a sample */
    bool of_batch;
};

/* The tensors of a lane. */
struct lane {
    struct plan_tensor *tensors; /* those of the batch are left out */
    int64_t count;
    int64_t moments; /* all lie in [0, moments) */
    int64_t loss;    /* the moment in their middle; -1: there is none */
    size_t bytes;    /* becomes the room that they need */
};

/*
 * place_tensors - give every tensor its offset, so that those alive at one
 * moment lie apart.
 *
 * Those alive at the moment of the loss, all at once, are stacked, the first to
 * come at the bottom, as they come and go in nested order; the others find the
 * lowest gap above the stack of their time, the largest first.  That looks at
 * all that meet: where hundreds of them are alive together outside of the loss,
 * as in mirrored skips, they find it as they come on the way from the loss,
 * which costs a tenth of room at worst where sizes differ much.  The placement
 * is a function of the tensors alone; the time it takes grows with their number
 * n like n log n.
 */
MUST_USE enum status place_tensors(struct lane *lane, struct err *e);
