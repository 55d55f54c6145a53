/*
 * noise.c - x + sigma R N(0, 1), for every value on its own.
 */
#include "augment/resample.h"
#include "base/compiler.h"
#include "base/normal.h"
#include "base/num.h"

struct noise_config {
    double p;
    struct span sigma;
};

static const struct field noise_fields[] = {
    FIELD(noise_config, sigma, .max = 10, .sample = "0.05",
          .aka = "stddev std var",
          .doc = "Standard deviation, as a share of the largest value."),
    P_FIELD(noise_config, "1"),
    {0},
};

HOT_CLONES
static void add(const float *normal, real sigma, int64_t n, real *x)
{
    NO_CARRY
    for (int64_t i = 0; i < n; i++)
        x[i] += sigma * (real)normal[i];
}

static void paint_noise(const void *config, struct draw *d, struct picture *p)
{
    const struct noise_config *c = config;
    const double sigma = draw_span(d, c->sigma, SPAN_VALUE, 0) * p->range;
    uint32_t word[DRAW_WORDS], block = DRAW_PIXELS;
    float normal[DRAW_WORDS];

    picture_reals(p);
    for (int64_t i = 0; i < p->count; i += DRAW_WORDS, block += RNG_BATCH) {
        draw_words(d, block, word);
        normal_batch((const uint32_t(*)[RNG_BATCH])word, normal);
        add(normal, (real)sigma, num_min(DRAW_WORDS, p->count - i), p->x + i);
    }
    picture_clip(p);
}

const struct augment_ops noise_augment = {
    .kind = {.name = "noise",
             .doc = "Adds normal noise to every value.",
             CONFIG(noise),
             .aka = "gaussian_noise gaussiannoise random_noise gauss_noise"},
    .paint = paint_noise,
    .amounts = {{.key = "sigma", .still = 0}},
};
