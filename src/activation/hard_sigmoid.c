/*
 * hard_sigmoid.c - the logistic function in three straight pieces, and z times
 * it.
 *
 * Both as PyTorch has them: h(z) = min(max(z + 3, 0), 6) / 6.  At the corners
 * the slope of h is 0, that of z h(z) the one of the middle piece.
 *
 * Ref: Howard et al.: Searching for MobileNetV3, 2019.
 */
#include "activation/activation.h"
#include "base/compiler.h"

/* NaN passes through. */
INLINE real step_at(real z)
{
    const real shifted = z + 3, cut = shifted < 0 ? 0 : shifted;

    return (cut > 6 ? 6 : cut) / 6;
}

HOT_CLONES
static void hard_sigmoid_forward(const void *config, int64_t rows,
                                 int64_t width, real *y)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++)
        y[i] = step_at(y[i]);
}

/* The slope is 1/6 where -3 < z < 3, which is where 0 < y < 1. */
HOT_CLONES
static void hard_sigmoid_backward(const void *config, int64_t rows,
                                  int64_t width, const real *restrict y,
                                  real *restrict dy)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++)
        dy[i] = y[i] <= 0 || y[i] >= 1 ? 0 : dy[i] / 6;
}

const struct activation_ops hard_sigmoid_activation = {
    .kind = {.name = "hard_sigmoid",
             .doc = "min(max(z + 3, 0), 6) / 6.",
             .aka = "hardsigmoid h_sigmoid hsigmoid"},
    .forward = hard_sigmoid_forward,
    .backward = hard_sigmoid_backward,
};

HOT_CLONES
static void hard_swish_forward(const void *config, int64_t rows, int64_t width,
                               real *y)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++)
        y[i] *= step_at(y[i]);
}

/* f(z) = z (z + 3) / 6 for -3 <= z <= 3, which is not monotonic. */
HOT_CLONES
static void hard_swish_backward(const void *config, int64_t rows, int64_t width,
                                const real *restrict from, real *restrict dy)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++) {
        const real z = from[i], slope = z / 3 + (real)0.5;
        dy[i] *= z < -3 ? 0 : z > 3 ? 1 : slope;
    }
}

const struct activation_ops hard_swish_activation = {
    .kind = {.name = "hard_swish",
             .doc = "z * min(max(z + 3, 0), 6) / 6.",
             .aka = "hardswish h_swish hswish"},
    .reads_z = activation_always,
    .forward = hard_swish_forward,
    .backward = hard_swish_backward,
};
