/*
 * softplus.c - the smooth rectifier.
 */
#include <tgmath.h>

#include "activation/activation.h"

/* log(1 + exp(z)) = max(z, 0) + log(1 + exp(-|z|)), which cannot overflow. */
static void softplus_forward(const void *config, int64_t rows, int64_t width,
                             real *y)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++)
        y[i] = (y[i] < 0 ? 0 : y[i]) + log1p(exp(-fabs(y[i])));
}

/* f' is the logistic function, 1 - 1 / (1 + exp(z)) = 1 - exp(-y). */
static void softplus_backward(const void *config, int64_t rows, int64_t width,
                              const real *restrict y, real *restrict dy)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++)
        dy[i] *= -expm1(-y[i]);
}

const struct activation_ops softplus_activation = {
    .kind = {.name = "softplus", .doc = "log(1 + exp(z))."},
    .forward = softplus_forward,
    .backward = softplus_backward,
};
