/*
 * normal.h - normal numbers by the hundred.
 *
 * Pairs of normals are made of pairs of random words by the method of Box and
 * Muller, a, b = sqrt(-2 log u) * (cos, sin)(2 pi v), in single precision under
 * every type of `real`; logarithm, sine and cosine are series and the same on
 * all processors.  No number is larger than 6.8.
 */
#pragma once

#include "base/rng.h"

/* normal_batch - of rng_batch's words, of which words 0 and 1 of a block become
 * numbers 0 and 1, words 2 and 3 the others, in the same order of planes.
 * normal is overwritten, no alias of word. */
void normal_batch(const uint32_t word[4][RNG_BATCH],
                  float normal[4 * RNG_BATCH]);
