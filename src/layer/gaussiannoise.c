/*
 * gaussiannoise.c - normal noise added while training.
 *
 * Lasagne's GaussianNoiseLayer: y = x + sigma * N(0, 1), in inference y = x; dx
 * = dy.  The noise of element i of a sample is a function of the layer's key,
 * the sample's number, the epoch and i alone.
 */
#include "base/compiler.h"
#include "base/normal.h"
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
            normal_batch((const uint32_t(*)[RNG_BATCH])word, normal);
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

static void gaussiannoise_still(void *config)
{
    ((struct gaussiannoise_config *)config)->sigma = 0;
}

const struct layer_ops gaussiannoise_layer = {
    .kind = {.name = "gaussiannoise",
             .doc = "Adds normal noise to its input while training.",
             CONFIG(gaussiannoise),
             .aka = "gaussian_noise noise"},
    .family = FAMILY_NOISE,
    ONE_INPUT,
    .random = true,
    .infer = gaussiannoise_infer,
    .forward = gaussiannoise_forward,
    .backward = gaussiannoise_backward,
    .still = gaussiannoise_still,
};
