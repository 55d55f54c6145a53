/*
 * feature.h - groups of consecutive channels, or of another axis of a sample.
 *
 * Along the axis every `size` elements are a group; [outer, groups, size,
 * inner] are the extents of a sample.  The winner of a group is its first
 * maximum, or its first NaN.
 *
 * Private to layer/.
 */
#pragma once

#include "layer/layer.h"

struct feature_groups {
    int64_t axis; /* dim of the shape */
    int64_t outer, groups, size, inner;
};

/* The rows that layers over groups have in common. */
#define FEATURE_FIELDS(S)                                                      \
    FIELD(S, pool_size, .min = 1, .max = 1 << 20,                              \
          .aka = "num_pieces pieces kernel_size size",                         \
          .doc = "Elements of a group, which are neighbours along the axis."), \
        FIELD(S, axis, .def = "1", .min = -SHAPE_MAX_AXES,                     \
              .max = SHAPE_MAX_AXES, .aka = "dim",                             \
              .doc = "The axis, counted with the batch as 0: 1 are the "       \
                     "channels or features.")

/* feature_groups - find the groups; refuses an axis that is not there, and one
 * whose extent is not divided by the size. */
MUST_USE enum status feature_groups(struct layer_spec *s, int64_t axis,
                                    int64_t size, struct shape in,
                                    struct feature_groups *out);

/* The columns of a sample's groups are looked at in runs of so many. */
enum { FEATURE_RUN = 128 };

/* Of `count` <= FEATURE_RUN columns of a group whose first element is at x: the
 * values and the places (0 .. size - 1) of the winners. */
struct feature_winners {
    real value[FEATURE_RUN];
    int32_t place[FEATURE_RUN];
};

void feature_find(const struct feature_groups *g, const real *x, int64_t count,
                  struct feature_winners *w);

/* feature_each - call `run` for every run of columns of `batch` samples: x_at
 * and y_at are the places of its first elements in a tensor of the input's
 * shape, and in one with a single element for each group. */
struct feature_run {
    const struct layer *layer;
    const struct pass *pass;
    const struct feature_groups *groups;
    int64_t x_at, y_at, count;
};

typedef void feature_run_fn(const struct feature_run *r);

void feature_each(const struct layer *l, const struct pass *p,
                  feature_run_fn *run);

/* The groups that a layer's infer has prepared. */
static inline const struct feature_groups *
feature_groups_of(const struct layer *l)
{
    return (const void *)l->spec.prepared;
}
