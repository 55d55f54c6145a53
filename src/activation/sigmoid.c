/*
 * sigmoid.c - the logistic function.
 */
#include <tgmath.h>

#include "activation/activation.h"

/* Where exp overflows the quotient is 0, as it should be. */
static void sigmoid_forward(const void *config, int64_t rows, int64_t width,
                            real *y)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++)
        y[i] = 1 / (1 + exp(-y[i]));
}

/* y = 1 / (1 + exp(-z)), so dz = dy * y * (1 - y). */
static void sigmoid_backward(const void *config, int64_t rows, int64_t width,
                             const real *restrict y, real *restrict dy)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++)
        dy[i] *= y[i] * (1 - y[i]);
}

const struct activation_ops sigmoid_activation = {
    .kind = {.name = "sigmoid",
             .doc = "Logistic function, 1 / (1 + exp(-z)).",
             .aka = "logistic"},
    .probable = true,
    .forward = sigmoid_forward,
    .backward = sigmoid_backward,
};
