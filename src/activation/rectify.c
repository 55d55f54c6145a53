/*
 * rectify.c - the rectified linear unit.
 *
 * Ref: Glorot, Bordes, Bengio: Deep Sparse Rectifier Neural Networks, 2011.
 */
#include "activation/activation.h"
#include "base/compiler.h"

HOT_CLONES
static void rectify_forward(const void *config, int64_t rows, int64_t width,
                            real *y)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++)
        y[i] = y[i] < 0 ? 0 : y[i]; /* NaN passes through */
}

/* y = max(z, 0), so dz = dy where z > 0, which is where y > 0, and 0
 * elsewhere: the derivative at 0 is 0. */
HOT_CLONES
static void rectify_backward(const void *config, int64_t rows, int64_t width,
                             const real *restrict y, real *restrict dy)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++)
        dy[i] = y[i] > 0 ? dy[i] : 0;
}

const struct activation_ops rectify_activation = {
    .kind = {.name = "rectify",
             .doc = "Rectified linear unit, max(0, z).",
             .aka = "relu rectifier"},
    .forward = rectify_forward,
    .backward = rectify_backward,
};
