/*
 * gelu.c - Gaussian error linear units, in their exact form.
 *
 * f(z) = z P(z) with the normal distribution's P, hence f'(z) = P(z) + z p(z).
 * f is not monotonic, so the slope is computed from z.
 *
 * Ref: Hendrycks, Gimpel: Gaussian Error Linear Units, 2016.
 */
#include "activation/activation.h"
#include "activation/smooth.h"

HOT_CLONES
static void gelu_forward(const void *config, int64_t rows, int64_t width,
                         real *y)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++) {
        const double z = (double)y[i];
        y[i] = (real)(z * smooth_normal(z).below);
    }
}

HOT_CLONES
static void gelu_backward(const void *config, int64_t rows, int64_t width,
                          const real *restrict from, real *restrict dy)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++) {
        const double z = (double)from[i];
        const struct normal at = smooth_normal(z);
        dy[i] = (real)((double)dy[i] * (at.below + z * at.density));
    }
}

const struct activation_ops gelu_activation = {
    .kind = {.name = "gelu",
             .doc = "z times the part of the normal distribution below z."},
    .reads_z = activation_always,
    .forward = gelu_forward,
    .backward = gelu_backward,
};
