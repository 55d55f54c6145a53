/*
 * linear.c - the identity.
 */
#include "activation/activation.h"

/* NOLINTBEGIN(readability-non-const-parameter): the types are those of all
 * activations. */
static void linear_forward(const void *config, int64_t rows, int64_t width,
                           real *y)
{
    (void)config;
    (void)rows;
    (void)width;
    (void)y;
}

/* y = z, so dz = dy. */
static void linear_backward(const void *config, int64_t rows, int64_t width,
                            const real *y, real *dy)
{
    (void)config;
    (void)rows;
    (void)width;
    (void)y;
    (void)dy;
}
/* NOLINTEND(readability-non-const-parameter) */

const struct activation_ops linear_activation = {
    .kind = {.name = "linear",
             .doc = "The identity, y = z.",
             .aka = "identity none"},
    .forward = linear_forward,
    .backward = linear_backward,
};
