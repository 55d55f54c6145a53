/*
 * bfloat16.h - the kernels of a level whose convolutions multiply pairs.
 */
#pragma once

#include <stdbool.h>

#include "tensor/kernels.h"

/*
 * kernels_bfloat16 - a level's table with bfloat16 set, and native where the
 * processor has an instruction for pairs and pairs_alike says that it gives the
 * same bits as the level's own blocks.  NULL: the processor's best level's.  In
 * double precision: kern.
 */
const struct kernels *kernels_bfloat16(const struct kernels *kern);

/* bfloat16_manner - "native" or "emulated"; NULL: all is float32. */
const char *bfloat16_manner(const struct kernels *kern);

/* pairs_alike - do numbers round, and products of pairs add up, to the same
 * bits in both?  Of operands with what is awkward: ties, cancellation, numbers
 * below the normal ones and the largest, infinities, NaN (of which any is as
 * good as another). */
bool pairs_alike(const struct kernels *a, const struct kernels *b);
