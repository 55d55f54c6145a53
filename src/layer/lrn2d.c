/*
 * lrn2d.c - each number divided by a power of what its neighbours in other
 * channels amount to.
 *
 * Lasagne's LocalResponseNormalization2DLayer: over the n channels around c,
 *
 *   s_c = k + alpha * sum x^2           (alpha is not divided by n)
 *   y_c = x_c * s_c^-beta
 *   dx_c = dy_c * s_c^-beta - 2 alpha beta x_c * sum dy x s^(-beta - 1)
 *
 * where the last sum runs over the same channels.  Ref: Krizhevsky, Sutskever,
 * Hinton: ImageNet Classification with Deep Convolutional Neural Networks,
 * 2012, section 3.3.
 */
#include <math.h>
#include <string.h>

#include "base/compiler.h"
#include "base/num.h"
#include "layer/config.h"
#include "layer/image.h"

/* clang-format off */
static const struct field lrn2d_fields[] = {
    FIELD(lrn2d_config, alpha, .def = "1e-4", .max = 1e6,
          .doc = "Factor of the sum of squares."),
    FIELD(lrn2d_config, k, .def = "2", .min = 1e-6, .max = 1e6,
          .aka = "bias knorm", .doc = "What the sum is added to."),
    FIELD(lrn2d_config, beta, .def = "0.75", .max = 100,
          .doc = "Exponent."),
    FIELD(lrn2d_config, n, .def = "5", .min = 1, .max = 1 << 20,
          .aka = "size local_size depth_radius", .unit = "channels",
          .doc = "Channels that are summed over, an odd number of them."),
    {0},
};
/* clang-format on */

/* Pixels of all channels that are looked at together. */
enum { RUN = 64 };

static enum status lrn2d_infer(const void *config, const struct shape *in,
                               int64_t inputs, struct layer_spec *spec)
{
    const struct lrn2d_config *c = config;
    const enum status s = image_expect(spec, in[0]);

    (void)inputs;
    if (s != OK)
        return s;
    if (c->n % 2 == 0)
        return layer_refuse(spec, "n", "%lld is even, expected an odd number",
                            (long long)c->n);
    spec->out = in[0];
    spec_work(spec, in[0].dim[IMAGE_CHANNELS] * RUN * (int64_t)sizeof(real), 0);
    return OK;
}

/* A run of pixels of a sample, all channels. */
struct run {
    const struct lrn2d_config *config;
    int64_t channels, stride; /* from channel to channel */
    int64_t count;            /* pixels */
};

/* The channels around one. */
INLINE struct range around(const struct run *r, int64_t channel)
{
    const int64_t half = r->config->n / 2;

    return (struct range){num_max(0, channel - half),
                          num_min(r->channels, channel + half + 1)};
}

/* s [count] of a channel. */
INLINE void find_scale(const struct run *r, const real *x, int64_t channel,
                       real *s)
{
    const struct range near = around(r, channel);
    const real alpha = (real)r->config->alpha, k = (real)r->config->k;

    for (int64_t i = 0; i < r->count; i++)
        s[i] = 0;
    for (int64_t c = near.begin; c < near.end; c++)
        for (int64_t i = 0; i < r->count; i++)
            s[i] += x[c * r->stride + i] * x[c * r->stride + i];
    for (int64_t i = 0; i < r->count; i++)
        s[i] = k + alpha * s[i];
}

INLINE real root(real s)
{
    return sizeof s == sizeof(float) ? (real)sqrtf((float)s)
                                     : (real)sqrt((double)s);
}

/* power [count] = s^-beta; the usual exponents without pow, in vectors. */
INLINE void find_power(const struct run *r, const real *s, real *power)
{
    const double beta = r->config->beta;

    if (beta == 0.75)
        for (int64_t i = 0; i < r->count; i++)
            power[i] = 1 / (root(s[i]) * root(root(s[i])));
    else if (beta == 0.5)
        for (int64_t i = 0; i < r->count; i++)
            power[i] = 1 / root(s[i]);
    else if (beta == 1)
        for (int64_t i = 0; i < r->count; i++)
            power[i] = 1 / s[i];
    else
        for (int64_t i = 0; i < r->count; i++)
            power[i] = (real)pow((double)s[i], -beta);
}

HOT_CLONES
static void forward_run(const struct run *r, const real *x, real *y)
{
    real s[RUN], power[RUN];

    for (int64_t c = 0; c < r->channels; c++) {
        const int64_t at = c * r->stride;
        find_scale(r, x, c, s);
        find_power(r, s, power);
        for (int64_t i = 0; i < r->count; i++)
            y[at + i] = x[at + i] * power[i];
    }
}

/* work [channels, RUN]: dy x s^(-beta - 1).  dx may be dy. */
HOT_CLONES
static void backward_run(const struct run *r, const real *x, const real *dy,
                         real *work, real *dx)
{
    const real factor = (real)(2 * r->config->alpha * r->config->beta);
    real s[RUN], power[RUN];

    for (int64_t c = 0; c < r->channels; c++) {
        const int64_t at = c * r->stride;
        real *term = work + c * RUN;
        find_scale(r, x, c, s);
        find_power(r, s, power);
        NO_CARRY
        for (int64_t i = 0; i < r->count; i++) {
            const real direct = dy[at + i] * power[i];
            term[i] = direct * x[at + i] / s[i];
            dx[at + i] = direct;
        }
    }
    for (int64_t c = 0; c < r->channels; c++) {
        const struct range near = around(r, c);
        const int64_t at = c * r->stride;
        memset(s, 0, sizeof s);
        for (int64_t k = near.begin; k < near.end; k++)
            for (int64_t i = 0; i < r->count; i++)
                s[i] += work[k * RUN + i];
        for (int64_t i = 0; i < r->count; i++)
            dx[at + i] -= factor * x[at + i] * s[i];
    }
}

static void lrn2d_forward(const struct layer *l, const struct pass *p)
{
    const struct shape in = l->in[0];
    const int64_t plane = in.dim[IMAGE_ROWS] * in.dim[IMAGE_COLUMNS];
    struct run r = {l->config, in.dim[IMAGE_CHANNELS], plane, 0};

    for (int64_t n = 0; n < p->batch; n++)
        for (int64_t i = 0; i < plane; i += r.count) {
            const int64_t at = n * r.channels * plane + i;
            r.count = num_min(RUN, plane - i);
            forward_run(&r, p->x[0] + at, p->y + at);
        }
}

static void lrn2d_backward(const struct layer *l, const struct pass *p)
{
    const struct shape in = l->in[0];
    const int64_t plane = in.dim[IMAGE_ROWS] * in.dim[IMAGE_COLUMNS];
    struct run r = {l->config, in.dim[IMAGE_CHANNELS], plane, 0};

    for (int64_t n = 0; p->dx[0] && n < p->batch; n++)
        for (int64_t i = 0; i < plane; i += r.count) {
            const int64_t at = n * r.channels * plane + i;
            r.count = num_min(RUN, plane - i);
            backward_run(&r, p->x[0] + at, p->dy + at, p->work, p->dx[0] + at);
        }
}

const struct layer_ops lrn2d_layer = {
    .kind = {.name = "lrn2d",
             .doc = "Divides by what neighbouring channels amount to (local "
                    "response normalization).",
             CONFIG(lrn2d),
             .aka = "lrn local_response_norm local_response_normalization "
                    "localresponsenorm normalize"},
    .family = FAMILY_NORMALIZATION,
    ONE_INPUT,
    .backward_reads_x = true,
    .infer = lrn2d_infer,
    .forward = lrn2d_forward,
    .backward = lrn2d_backward,
};
