/*
 * strided.h - several tensors walked side by side in runs of equal steps.
 *
 * Every operand says where its first element lies and how far apart elements
 * lie along each axis: 0 repeats a value, 1 on the last axis is contiguous.  So
 * cropping, broadcasting, slicing and permuting are numbers and not loops.
 * Axes that all operands run through without a gap become one, hence tensors of
 * one shape are a single run.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tensor/real.h"
#include "tensor/shape.h"

enum {
    STRIDED_AXES = SHAPE_MAX_AXES + 1, /* the batch, and those of a sample */
    STRIDED_OPERANDS = 65, /* an output, and as many inputs as a layer has */
};

/* One operand: distances in elements. */
struct strided {
    int64_t origin, step[STRIDED_AXES];
};

struct walk {
    int64_t axes, dim[STRIDED_AXES];
    int64_t operands;
    struct strided operand[STRIDED_OPERANDS];
};

/* A run: `count` elements, of operand k at at[k], at[k] + step(k), .. */
struct walk_run {
    int64_t count;
    int64_t at[STRIDED_OPERANDS];
    int64_t index[STRIDED_AXES]; /* of the axes outside the run */
    bool live;                   /* false: there are no more */
};

/* walk_over - a walk over [batch, sample..] without operands. */
struct walk walk_over(int64_t batch, struct shape sample);

/* walk_add - one more operand, whose samples lie side by side: [batch,
 * sample..] as a contiguous tensor.  The axis 0 of the result is the batch; the
 * caller may change it. */
struct strided *walk_add(struct walk *w, struct shape sample);

/* walk_join - make one axis of those that allow it, and drop those of one
 * element.  To be called once, before the runs. */
void walk_join(struct walk *w);

/* walk_begin, walk_next - the runs in row-major order. */
struct walk_run walk_begin(const struct walk *w);
void walk_next(const struct walk *w, struct walk_run *r);

/* walk_step - the distance of operand k's elements along a run. */
static inline int64_t walk_step(const struct walk *w, int64_t k)
{
    return w->operand[k].step[w->axes - 1];
}

/* walk_copy - the elements of operand `to_k` in `to` become those of operand
 * `from_k` in `from`; the two must not overlap. */
void walk_copy(const struct walk *w, int64_t to_k, real *to, int64_t from_k,
               const real *from);

/* walk_sum - operand `to_k` in `to` grows by operand `from_k` in `from`; no
 * element of the one may be one of the other. */
void walk_sum(const struct walk *w, int64_t to_k, real *to, int64_t from_k,
              const real *from);
