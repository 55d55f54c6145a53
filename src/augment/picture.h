/*
 * picture.h - what transformations work on, and the numbers they draw.
 *
 * Private to augment/.
 */
#pragma once

#include "augment/augment.h"
#include "base/rng.h"

/* The numbers of one entry for one sample: blocks of a counter whose words are
 * {block, sample, sample >> 32, epoch}.  Parameters take blocks from 0 on, two
 * numbers a block; what is drawn pixel by pixel starts at DRAW_PIXELS. */
struct draw {
    struct rng_key key;
    struct rng_counter next;
    struct rng_block block;
    int used; /* words of the block */
};

enum { DRAW_PIXELS = 1 << 16, DRAW_WORDS = 4 * RNG_BATCH };

/* draw_unit - the next number, in [0, 1). */
double draw_unit(struct draw *d);

/* How a single number of a span is to be understood: a as [a, a], [-a, a] or
 * [1 - a, 1 + a]. */
enum span_rule { SPAN_VALUE, SPAN_AROUND_0, SPAN_AROUND_1 };

/* span_ends - the interval that a span stands for. */
void span_ends(struct span s, enum span_rule rule, double ends[2]);

/* draw_span - uniform in the span; of one that is absent `otherwise`, and
 * nothing is drawn. */
double draw_span(struct draw *d, struct span s, enum span_rule rule,
                 double otherwise);

/* draw_log_span - its logarithm is uniform; the span is above 0. */
double draw_log_span(struct draw *d, struct span s);

/* draw_beta - from Beta(a, a), a > 0: x / (x + y) of two numbers of Gamma(a).
 */
double draw_beta(struct draw *d, double a);

/* span_fault - appends why and returns `key` when the span's low end is below
 * `least`; NULL: it is not. */
const char *span_fault(struct span s, enum span_rule rule, double least,
                       const char *key, struct text *why);

/* draw_words - words 0 of the next RNG_BATCH blocks, then their words 1, 2 and
 * 3, from block `first` on. */
void draw_words(const struct draw *d, uint32_t first,
                uint32_t word[DRAW_WORDS]);

/* A part of the picture. */
struct box {
    double height, width; /* in pixels */
};

/* draw_box - its share of the picture is uniform, the logarithm of width /
 * height too; the first of ten that fits, else the last one cut to the
 * picture. */
struct box draw_box(struct draw *d, struct span area, struct span aspect,
                    const struct picture *p);

/* A sample on its way through the list. */
struct picture {
    int64_t channels, height, width; /* 1, 1, count: no image */
    int64_t count;                   /* of all three */
    double range;
    bool clips;
    const unsigned char *bytes; /* its values as long as nothing has changed
                                   them; NULL: they are in x */
    real *x;                    /* [count] */
    const real *y_of, *x_of;    /* [height, width] from the centre */
    void *border;               /* scratch of resample.h */
    unsigned char *rows;        /* likewise */
    real *field;                /* scratch of an ops' paint */
};

/* picture_reals - the values are in x from now on. */
void picture_reals(struct picture *p);

/* picture_scale - x = x * factor + summand, clipped where it clips. */
void picture_scale(struct picture *p, double factor, double summand);

/* picture_clip - values outside [0, R] become its ends, if it clips. */
void picture_clip(struct picture *p);

/* picture_grey - of pixel i of three channels, ITU-R BT.601's luma. */
static inline real picture_grey(const struct picture *p, int64_t i)
{
    const int64_t plane = p->height * p->width;

    return (real)0.299 * p->x[i] + (real)0.587 * p->x[plane + i] +
           (real)0.114 * p->x[2 * plane + i];
}
