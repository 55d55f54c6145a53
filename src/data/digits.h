/*
 * digits.h - the built-in generator of handwritten-looking digits.
 *
 * Samples of 28x28 bytes in ten classes, so that everything runs with no data
 * at all.  Sample i is a function of (seed, i) alone, computed from base/rng
 * with + - * / and sqrt, which IEEE 754 rounds the same way everywhere; every
 * ten consecutive samples hold each digit once.
 */
#ifndef DATA_DIGITS_H
#define DATA_DIGITS_H

#include <stdint.h>

enum { DIGITS_SIDE = 28, DIGITS_PIXELS = DIGITS_SIDE * DIGITS_SIDE };

/* The keys under `digits:`. */
struct digits_source {
    int64_t count, seed;
};

struct source_ops;
extern const struct source_ops digits_source_ops; /* source.h */

/* digits_draw - sample `index`: pixels [28, 28] are overwritten; returns the
 * digit. */
int32_t digits_draw(uint64_t seed, int64_t index,
                    uint8_t pixels[DIGITS_PIXELS]);

#endif
