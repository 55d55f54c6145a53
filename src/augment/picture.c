/*
 * picture.c - the numbers that transformations draw, and what several of them
 * do to a picture.
 */
#include "augment/picture.h"

#include <math.h>
#include <string.h>

#include "base/compiler.h"
#include "base/num.h"

enum { BOX_TRIES = 10 };

double draw_unit(struct draw *d)
{
    if (d->used == 4) {
        d->block = rng_block(d->key, d->next);
        d->next.word[0]++;
        d->used = 0;
    }
    const uint64_t bits =
        (uint64_t)d->block.word[d->used + 1] << 32 | d->block.word[d->used];
    d->used += 2;
    return (double)(bits >> 11) * 0x1p-53;
}

void span_ends(struct span s, enum span_rule rule, double ends[2])
{
    const bool alone = s.count == 1 && rule != SPAN_VALUE;
    const double centre = alone && rule == SPAN_AROUND_1 ? 1 : 0;

    ends[0] = alone ? centre - s.low : s.low;
    ends[1] = alone ? centre + s.low : s.high;
}

double draw_span(struct draw *d, struct span s, enum span_rule rule,
                 double otherwise)
{
    double ends[2];

    if (s.count == 0)
        return otherwise;
    span_ends(s, rule, ends);
    return ends[0] + (ends[1] - ends[0]) * draw_unit(d);
}

const char *span_fault(struct span s, enum span_rule rule, double least,
                       const char *key, struct text *why)
{
    double ends[2];

    span_ends(s, rule, ends);
    if (s.count == 0 || ends[0] >= least)
        return NULL;
    text_printf(why, "stands for [%g, %g], whose low end must be at least %g",
                ends[0], ends[1], least);
    return key;
}

double draw_log_span(struct draw *d, struct span s)
{
    return s.low * exp(log(s.high / s.low) * draw_unit(d));
}

/* N(0, 1) by Box and Muller. */
static double draw_normal(struct draw *d)
{
    const double pi = 3.14159265358979323846;
    const double radius = sqrt(-2 * log(1 - draw_unit(d)));

    return radius * cos(2 * pi * draw_unit(d));
}

/* The logarithm of a number from Gamma(a): Marsaglia, Tsang: A Simple Method
 * for Generating Gamma Variables, 2000; below 1 that of a + 1 times u^(1 / a).
 */
static double draw_log_gamma(struct draw *d, double a)
{
    const double boost = a < 1 ? log(1 - draw_unit(d)) / a : 0;
    const double b = (a < 1 ? a + 1 : a) - 1.0 / 3;
    const double c = 1 / sqrt(9 * b);

    for (;;) {
        const double x = draw_normal(d), u = 1 - draw_unit(d);
        const double v = pow(1 + c * x, 3);
        if (v > 0 && log(u) < x * x / 2 + b * (1 - v + log(v)))
            return log(b * v) + boost;
    }
}

double draw_beta(struct draw *d, double a)
{
    const double x = draw_log_gamma(d, a);

    return 1 / (1 + exp(draw_log_gamma(d, a) - x));
}

void draw_words(const struct draw *d, uint32_t first, uint32_t word[DRAW_WORDS])
{
    struct rng_counter at = d->next;

    at.word[0] = first;
    rng_batch(d->key, at, (void *)word);
}

struct box draw_box(struct draw *d, struct span area, struct span aspect,
                    const struct picture *p)
{
    const double height = (double)p->height, width = (double)p->width;
    struct box b = {0};

    for (int i = 0; i < BOX_TRIES; i++) {
        const double share = draw_span(d, area, SPAN_VALUE, 1);
        const double pixels = share * height * width;
        const double ratio = draw_log_span(d, aspect);
        b.width = sqrt(pixels * ratio);
        b.height = sqrt(pixels / ratio);
        if (b.width <= width && b.height <= height)
            break;
    }
    return (struct box){fmin(b.height, height), fmin(b.width, width)};
}

HOT_CLONES
static void widen(const unsigned char *from, int64_t n, real *to)
{
    NO_CARRY
    for (int64_t i = 0; i < n; i++)
        to[i] = (real)from[i];
}

void picture_reals(struct picture *p)
{
    if (p->bytes)
        widen(p->bytes, p->count, p->x);
    p->bytes = NULL;
}

HOT_CLONES
static void scale(real factor, real summand, int64_t n, real *x)
{
    NO_CARRY
    for (int64_t i = 0; i < n; i++)
        x[i] = x[i] * factor + summand;
}

/* NaN stays NaN. */
HOT_CLONES
static void clip(real high, int64_t n, real *x)
{
    NO_CARRY
    for (int64_t i = 0; i < n; i++) {
        const real least = x[i] < 0 ? 0 : x[i];
        x[i] = least > high ? high : least;
    }
}

void picture_scale(struct picture *p, double factor, double summand)
{
    picture_reals(p);
    scale((real)factor, (real)summand, p->count, p->x);
    picture_clip(p);
}

void picture_clip(struct picture *p)
{
    if (p->clips)
        clip((real)p->range, p->count, p->x);
}
