/*
 * augmenting.h - a list of transformations from YAML, a sample to try it on,
 * and what it should do, computed slowly in double.
 */
#pragma once

#include "augment/augment.h"

/* A list, ready to be applied to samples of one shape. */
struct augmenting {
    struct arena arena;
    struct augment *augment;
    struct shape shape;
    int64_t channels, height, width, count;
    double range; /* of the samples, 0 .. range */
    unsigned char *bytes;
    float *floats; /* the same with a fraction, if `bytes` is not used */
    void *work;
    real *x; /* [count] what augment_apply made */
};

enum { AUGMENTING_SEED = 11 };

/* augmenting_list - "[{shift: 2}]".  Fails the test if it is wrong. */
struct variant_list augmenting_list(struct arena *arena, const char *yaml);

/* augmenting_open - "[{shift: 2}]" for samples of random bytes, or of random
 * floats from -1 to 2. */
void augmenting_open(struct augmenting *a, const char *yaml, struct shape shape,
                     bool bytes);
void augmenting_run(struct augmenting *a, int64_t id, uint64_t epoch);
void augmenting_close(struct augmenting *a);

/* augmenting_raw - value i of the sample. */
double augmenting_raw(const struct augmenting *a, int64_t i);

/* naive_draw - number `i` that entry "NAME/k" draws for a sample, by the
 * documented counter. */
double naive_draw(const char *entry, int64_t id, uint64_t epoch, int64_t i);

/* naive_noise - number `i` in [-1, 1) of what an elastic entry draws pixel by
 * pixel. */
double naive_noise(const char *entry, int64_t id, uint64_t epoch, int64_t i);

/* naive_pixel - what the sample has at (y, x), inside or outside; fill "zero",
 * "edge", "reflect" or a number. */
double naive_pixel(const struct augmenting *a, int64_t channel, int64_t y,
                   int64_t x, const char *fill);

/* naive_between - the bilinear value there. */
double naive_between(const struct augmenting *a, int64_t channel, double y,
                     double x, const char *fill);
