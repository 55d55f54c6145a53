/*
 * rng.h - random numbers as a function of what they are for.
 *
 * There is no state to save or to disturb: a number is a function of (seed,
 * purpose, counter).  The generator is Philox4x32-10 (Salmon, Moraes, Dror,
 * Shaw: Parallel Random Numbers: As Easy as 1, 2, 3; SC 2011).
 */
#pragma once

#include <stdint.h>

struct rng_key {
    uint32_t word[2];
};

/* Four words of counter: what is drawn.  The caller gives them a meaning, such
 * as {element / 4, sample, sample >> 32, epoch}. */
struct rng_counter {
    uint32_t word[4];
};

struct rng_block {
    uint32_t word[4];
};

/* rng_key - the stream of numbers of `seed` for a purpose such as "shuffle" or
 * "init/conv2d1.weight".  Different purposes are independent. */
struct rng_key rng_key(uint64_t seed, const char *purpose);

/* rng_block - 128 random bits for (key, counter). */
struct rng_block rng_block(struct rng_key key, struct rng_counter counter);

enum { RNG_BATCH = 64 };

/* rng_batch - RNG_BATCH blocks at once: out[j][i] is word j of the block whose
 * counter is `first` with i added to word 0 (modulo 2^32).  Many times faster
 * than one by one. */
void rng_batch(struct rng_key key, struct rng_counter first,
               uint32_t out[4][RNG_BATCH]);

/* rng_unit - 53 random bits as a double in [0, 1), element `index` of a
 * stream; two elements share a block. */
double rng_unit(struct rng_key key, uint64_t index);

/* rng_normal - element `index` of a stream of N(0, 1) numbers (Box-Muller, one
 * block per element). */
double rng_normal(struct rng_key key, uint64_t index);

/* rng_below - an integer in [0, bound), unbiased to 2^-64 * bound. */
uint64_t rng_below(struct rng_key key, uint64_t index, uint64_t bound);

/* rng_permutation - order[0..count) becomes a permutation of 0..count-1 that
 * depends on the key alone (Fisher and Yates, Durstenfeld's form). */
void rng_permutation(struct rng_key key, int64_t count, int64_t *order);
