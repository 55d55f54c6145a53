/*
 * swish.c - z times a smooth step: swish and mish.
 *
 * With e = exp(-|z|) the logistic function is 1 / (1 + e) on the side of 1 and
 * e / (1 + e) on the other: no digits are lost, nothing overflows.  Neither
 * function is monotonic, so slopes are computed from z.
 *
 * Ref: Ramachandran, Zoph, Le: Searching for Activation Functions, 2017 (with
 * beta 1); Misra: Mish, 2020.
 */
#include "activation/activation.h"
#include "activation/smooth.h"

/* The logistic function of z, and of -z. */
struct step {
    double below, above;
};

INLINE struct step step_at(double z)
{
    const double e = smooth_exp(-fabs(z)), near = 1 / (1 + e), far = e * near;

    return (struct step){z < 0 ? far : near, z < 0 ? near : far};
}

HOT_CLONES
static void swish_forward(const void *config, int64_t rows, int64_t width,
                          real *y)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++) {
        const double z = (double)y[i];
        y[i] = (real)(z * step_at(z).below);
    }
}

/* f(z) = z s(z), f'(z) = s(z) (1 + z s(-z)). */
HOT_CLONES
static void swish_backward(const void *config, int64_t rows, int64_t width,
                           const real *restrict from, real *restrict dy)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++) {
        const double z = (double)from[i];
        const struct step s = step_at(z);
        dy[i] = (real)((double)dy[i] * (s.below * (1 + z * s.above)));
    }
}

const struct activation_ops swish_activation = {
    .kind = {.name = "swish",
             .doc = "z times the logistic function of z.",
             .aka = "silu"},
    .reads_z = activation_always,
    .forward = swish_forward,
    .backward = swish_backward,
};

/* tanh(log(1 + e^z)) = m / (m + 2) with m = e^z (e^z + 2); beyond 20 it is 1 to
 * the last digit, and 1 minus it, 2 / (m + 2), 0. */
INLINE double mish_m(double z)
{
    const double e = smooth_exp(z > 20 ? 20 : z);

    return e * (e + 2);
}

HOT_CLONES
static void mish_forward(const void *config, int64_t rows, int64_t width,
                         real *y)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++) {
        const double z = (double)y[i], m = mish_m(z);
        y[i] = (real)(z * (m / (m + 2)));
    }
}

/* f(z) = z t(z), f'(z) = t + z s(z) (1 - t^2). */
HOT_CLONES
static void mish_backward(const void *config, int64_t rows, int64_t width,
                          const real *restrict from, real *restrict dy)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++) {
        const double z = (double)from[i], m = mish_m(z), t = m / (m + 2);
        const double bend = 2 / (m + 2) * (1 + t) * step_at(z).below;
        dy[i] = (real)((double)dy[i] * (t + z * bend));
    }
}

const struct activation_ops mish_activation = {
    .kind = {.name = "mish", .doc = "z * tanh(log(1 + exp(z)))."},
    .reads_z = activation_always,
    .forward = mish_forward,
    .backward = mish_backward,
};
