/*
 * elu.c - exponential linear units, plain and scaled.
 *
 * Ref: Clevert, Unterthiner, Hochreiter: ELU, 2016 (alpha is 1, as in Lasagne);
 * Klambauer, Unterthiner, Mayr, Hochreiter: Self-Normalizing Neural Networks,
 * 2017, eq. 2.
 */
#include <tgmath.h>

#include "activation/activation.h"

struct selu_config {
    double scale, scale_neg;
};

static const struct field selu_fields[] = {
    FIELD(selu_config, scale, .def = "1.0507009873554805", .min = -1e6,
          .max = 1e6, .doc = "Factor of the whole."),
    FIELD(selu_config, scale_neg, .def = "1.6732632423543772", .min = -1e6,
          .max = 1e6, .doc = "Factor of exp(z) - 1 where z is negative."),
    {0},
};

static void elu_forward(const void *config, int64_t rows, int64_t width,
                        real *y)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++)
        y[i] = y[i] > 0 ? y[i] : expm1(y[i]);
}

/* y = exp(z) - 1 where z <= 0, which is where y <= 0; its slope there is
 * exp(z) = y + 1. */
static void elu_backward(const void *config, int64_t rows, int64_t width,
                         const real *restrict y, real *restrict dy)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++)
        dy[i] *= y[i] > 0 ? 1 : y[i] + 1;
}

const struct activation_ops elu_activation = {
    .kind = {.name = "elu",
             .doc = "z where it is positive, exp(z) - 1 elsewhere."},
    .forward = elu_forward,
    .backward = elu_backward,
};

static void selu_forward(const void *config, int64_t rows, int64_t width,
                         real *y)
{
    const struct selu_config *c = config;
    const real above = (real)c->scale;
    const real below = (real)(c->scale * c->scale_neg);
    const int64_t count = rows * width;

    for (int64_t i = 0; i < count; i++)
        y[i] = y[i] > 0 ? above * y[i] : below * expm1(y[i]);
}

/* Two z have the same y. */
static bool selu_reads_z(const void *config)
{
    const struct selu_config *c = config;

    return c->scale_neg < 0;
}

/* y = below * (exp(z) - 1) where z <= 0; its slope there is y + below.  z > 0
 * is where y has the sign of scale, but with a negative scale_neg y is z
 * itself. */
static void selu_backward(const void *config, int64_t rows, int64_t width,
                          const real *restrict y, real *restrict dy)
{
    const struct selu_config *c = config;
    const real above = (real)c->scale;
    const real below = (real)(c->scale * c->scale_neg);
    const real sign = c->scale < 0 ? -1 : 1;
    const int64_t count = rows * width;

    if (selu_reads_z(config)) {
        for (int64_t i = 0; i < count; i++)
            dy[i] *= y[i] > 0 ? above : below * exp(y[i]);
        return;
    }
    for (int64_t i = 0; i < count; i++)
        dy[i] *= sign * y[i] > 0 ? above : y[i] + below;
}

const struct activation_ops selu_activation = {
    .kind = {.name = "selu",
             .doc = "scale * z where z is positive, scale * scale_neg * "
                    "(exp(z) - 1) elsewhere.",
             CONFIG(selu)},
    .reads_z = selu_reads_z,
    .forward = selu_forward,
    .backward = selu_backward,
};
