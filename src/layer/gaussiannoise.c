/*
 * gaussiannoise.c - normal noise added while training.
 *
 * Lasagne's GaussianNoiseLayer: y = x + sigma * N(0, 1), in inference y = x; dx
 * = dy.  The noise of element i of a sample is a function of the layer's key,
 * the sample's number, the epoch and i alone.
 *
 * Pairs of normals are made of pairs of random words by the method of Box and
 * Muller, a, b = sqrt(-2 log u) * (cos, sin)(2 pi v), in single precision under
 * every type of `real`; logarithm, sine and cosine are series that become
 * vectors and are the same on all processors.  |noise| <= 6.8 sigma.
 */
#include <math.h>
#include <string.h>

#include "base/compiler.h"
#include "base/num.h"
#include "layer/config.h"
#include "layer/draw.h"

static const struct field gaussiannoise_fields[] = {
    FIELD(gaussiannoise_config, sigma, .def = "0.1", .max = 1e6,
          .aka = "stddev std stdev", .doc = "Standard deviation of the noise."),
    {0},
};

static enum status gaussiannoise_infer(const void *config,
                                       const struct shape *in, int64_t inputs,
                                       struct layer_spec *spec)
{
    (void)config;
    (void)inputs;
    spec->out = in[0];
    spec_view(spec, false);
    return OK;
}

/*
 * log(u) of u = (w + 1) / 2^32: u = m * 2^e with m in [sqrt(1/2), sqrt(2)), and
 * log(m) = 2 (s + s^3 / 3 + s^5 / 5 + ..) of s = (m - 1) / (m + 1); |s| is
 * below 0.172 and what is left out below 2e-9.
 */
INLINE float log_unit(uint32_t w)
{
    const float f = (float)w + 1; /* 1 .. 2^32 */
    uint32_t bits;
    float m;

    memcpy(&bits, &f, sizeof bits);
    /* Of the exponent that puts the mantissa around 1. */
    const int32_t shift = (int32_t)(bits - 0x3f3504f3U) >> 23;
    bits -= (uint32_t)shift << 23;
    memcpy(&m, &bits, sizeof m);
    const float s = (m - 1) / (m + 1), q = s * s;
    const float series =
        s * (2 + q * (2.0F / 3 + q * (2.0F / 5 + q * (2.0F / 7 + q * 2 / 9))));
    return (float)(shift - 32) * 0.69314718F + series;
}

/* Sine and cosine of a 2^32nd part of the circle times w: of the angle to the
 * nearest quarter, |t| <= pi / 4, by their series, and turned by quarters. */
INLINE void turn(uint32_t w, float *sine, float *cosine)
{
    const uint32_t quarter = (w + 0x20000000U) >> 30;
    const float t =
        (float)(int32_t)(w - (quarter << 30)) * (6.28318531F * 0x1p-32F);
    const float q = t * t;
    const float sin_t =
        t * (1 + q * (-1.0F / 6 + q * (1.0F / 120 + q * (-1.0F / 5040))));
    const float cos_t =
        1 + q * (-1.0F / 2 +
                 q * (1.0F / 24 + q * (-1.0F / 720 + q * (1.0F / 40320))));
    const float a = quarter & 1 ? cos_t : sin_t;
    const float b = quarter & 1 ? sin_t : cos_t;

    *sine = quarter & 2 ? -a : a;
    *cosine = (quarter + 1) & 2 ? -b : b;
}

/* Words 0 and 1 of a block become normals 0 and 1, words 2 and 3 the others. */
HOT_CLONES
static void make_normals(const uint32_t *restrict word, float *restrict normal)
{
    for (int pair = 0; pair < DRAW_WORDS; pair += 2 * RNG_BATCH)
        for (int i = pair; i < pair + RNG_BATCH; i++) {
            const float radius = sqrtf(-2 * log_unit(word[i]));
            float sine, cosine;
            turn(word[i + RNG_BATCH], &sine, &cosine);
            normal[i] = radius * cosine;
            normal[i + RNG_BATCH] = radius * sine;
        }
}

HOT_CLONES
static void add_noise(const real *x, const float *normal, real sigma,
                      int64_t count, real *y)
{
    NO_CARRY
    for (int64_t i = 0; i < count; i++)
        y[i] = x[i] + sigma * (real)normal[i];
}

static void gaussiannoise_forward(const struct layer *l, const struct pass *p)
{
    const struct gaussiannoise_config *c = l->config;
    const int64_t count = shape_count(l->spec.out);
    uint32_t word[DRAW_WORDS];
    float normal[DRAW_WORDS];

    if (!p->training) {
        pass_on(p->x[0], p->y, p->batch * count);
        return;
    }
    for (int64_t n = 0; n < p->batch; n++) {
        struct draw d = draw_begin(p, n);
        for (int64_t i = 0; i < count; i += DRAW_WORDS) {
            const int64_t at = n * count + i;
            draw_words(&d, word);
            make_normals(word, normal);
            add_noise(p->x[0] + at, normal, (real)c->sigma,
                      num_min(DRAW_WORDS, count - i), p->y + at);
        }
    }
}

static void gaussiannoise_backward(const struct layer *l, const struct pass *p)
{
    const int64_t count = p->batch * shape_count(l->spec.out);

    if (p->dx[0])
        pass_on(p->dy, p->dx[0], count);
}

const struct layer_ops gaussiannoise_layer = {
    .kind = {.name = "gaussiannoise",
             .doc = "Adds normal noise to its input while training.",
             CONFIG(gaussiannoise),
             .aka = "gaussian_noise noise"},
    ONE_INPUT,
    .random = true,
    .infer = gaussiannoise_infer,
    .forward = gaussiannoise_forward,
    .backward = gaussiannoise_backward,
};
