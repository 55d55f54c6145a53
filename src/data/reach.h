/*
 * reach.h - how far from zero the numbers of samples are, by which samples of
 * another scale than those that were trained on are noticed.
 *
 * The reach of a sample is its largest |x| of what is not missing; 0, which
 * says nothing of a scale, when all its numbers are 0, or several are equal.
 */
#pragma once

#include "base/text.h"
#include "data/dataset.h"

struct reach {
    double low, high; /* what 99 of 100 samples reach, and the most that one
                         does; high 0: no sample says anything */
};

enum {
    REACH_RATIO = 10,   /* scales differ by more than this */
    REACH_SAMPLES = 256 /* so many, the first, are looked at */
};

/* reach_of_sample - of `size` numbers, at least one. */
float reach_of_sample(enum pixel_type pixel, const void *pixels, int64_t size);

/* reach_of - of [count] samples, which become sorted: low is number
 * floor(n / 100) from 0, in rising order, of those n that say something. */
struct reach reach_of(float *samples, int64_t count);

/* reach_apart - does one lie below the other, all of it, by more than the
 * ratio?  Not when one of them says nothing. */
bool reach_apart(struct reach a, struct reach b);

/* reach_tell - append the sentence for samples called `what` that are apart
 * from those that were trained on. */
void reach_tell(struct text *out, const char *what, struct reach these,
                struct reach trained);

/* reach_of_first - of the first samples of a subset, at most REACH_SAMPLES.
 * Fails only when pixels are apart. */
MUST_USE enum status reach_of_first(const struct subset *p, struct reach *out,
                                    struct err *e);
