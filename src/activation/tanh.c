/*
 * tanh.c - the hyperbolic tangent.
 */
#include <tgmath.h>

#include "activation/list.h"

static void tanh_forward(const void *config, int64_t rows, int64_t width,
                         real *y)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++)
        y[i] = tanh(y[i]);
}

/* y = tanh(z), so dz = dy * (1 - y^2). */
static void tanh_backward(const void *config, int64_t rows, int64_t width,
                          const real *restrict y, real *restrict dy)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++)
        dy[i] *= 1 - y[i] * y[i];
}

const struct activation_ops tanh_activation = {
    .kind = {.name = "tanh",
             .doc = "Hyperbolic tangent.",
             .fields = activation_no_fields},
    .forward = tanh_forward,
    .backward = tanh_backward,
};
