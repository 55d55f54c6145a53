/*
 * blocked.h - two layouts of images, and the way between them.
 *
 * Plain   [samples, C, H, W].
 * Blocked [samples, ceil(C / lanes), H, W, lanes]: a vector holds one pixel of
 *         `lanes` consecutive channels, so a stencil over pixels and a product
 *         over channels both read it as it is.  Lanes beyond C are zeros, which
 *         products of pairs multiply by zeros; else nobody relies on them.
 *
 * Both have the form [samples, blocks, H, W, lanes], plain with 1 lane.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tensor/kernels.h"
#include "tensor/real.h"
#include "tensor/shape.h"

/* Images in one of the layouts. */
struct layout {
    int64_t channels, pixels; /* of a sample */
    int64_t lanes;            /* of the level, or 1: plain */
};

/* Cell i of a channel stands `first` + i * `step` reals behind its sample. */
struct plane_at {
    int64_t first, step;
};

/* layout_for - of samples [C, H, W]; those of another form are one channel, and
 * plain. */
struct layout layout_for(const struct kernels *kern, struct shape sample,
                         bool blocked);

/* layout_reals - of a sample, the lanes beyond C counted. */
int64_t layout_reals(const struct layout *l);

/* layout_plane - where a channel stands. */
struct plane_at layout_plane(const struct layout *l, int64_t channel);
