/*
 * gradients.h - what the slices of a batch leave for the weights.
 *
 * A slice adds to a room of its own; rooms are summed left to right in slice
 * order.  One process does so while later slices are computed, so that a few
 * rooms serve all of them; of several, each keeps those of all its slices,
 * since what it adds them to comes from the process before.  The bits are the
 * same.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

#include "base/arena.h"
#include "graph/plan.h"
#include "tensor/window.h"

struct gradients {
    const struct plan *plan;
    int64_t slices, rooms; /* fewer rooms than slices: they are joined */
    real *at;              /* [rooms][grad_size]; the first is slice 0's, and
                              of joined ones becomes the sum */
    struct range *ranges;  /* [segments] of a room, that a segment adds to */
    int64_t *bad;          /* [slices] the parameter nearest to the output with
                              a gradient that is not finite; -1: none */
    atomic_bool *ready;    /* [slices] computed, and not yet joined */
    atomic_int_least64_t joined; /* slices, of this segment */
    atomic_bool joining;         /* a thread is about to */
};

/* gradients_rooms - how many a process of so many takes for `slices` slices of
 * the batch, its own alone where there are several. */
int64_t gradients_rooms(const struct graph *g, int64_t slices, int64_t threads,
                        bool alone);

/* gradients_open - memory for slices of a plan, which lives as long.  Where it
 * is short, the arena has failed or `at` is NULL.  gradients_close gives it
 * back. */
void gradients_open(struct gradients *s, struct arena *a, const struct plan *p,
                    int64_t slices, int64_t rooms);
void gradients_close(struct gradients *s);

/* gradients_segment - before the slices of a segment are begun, in order. */
void gradients_segment(struct gradients *s, int64_t segment);

/* gradients_begin - the room that slice number `slice` adds to in a segment of
 * backward; waits until it is free, which slices before will see to. */
real *gradients_begin(struct gradients *s, int64_t slice, int64_t segment);

/* gradients_end - the slice has added in that segment. */
void gradients_end(struct gradients *s, int64_t slice, int64_t segment);

/* gradients_count - rooms that hold terms, when `slices` slices have ended. */
int64_t gradients_count(const struct gradients *s, int64_t slices);
