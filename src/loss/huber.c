/*
 * huber.c - squared near the target, linear far from it.
 *
 *   f(d) = d^2 / 2 where |d| <= delta, else delta (|d| - delta / 2)
 *   f'(d) = d clipped to [-delta, delta]
 *
 * Huber: Robust Estimation of a Location Parameter, 1964.
 */
#include <math.h>

#include "loss/pointwise.h"

struct huber_config {
    double delta;
};

static const struct field huber_fields[] = {
    FIELD(huber_config, delta, .def = "1", .min = 1e-12, .max = 1e30,
          .doc = "The distance from which on the loss grows linearly."),
    {0},
};

static struct point both(const void *config, double off)
{
    const struct huber_config *c = config;
    const double far = fabs(off);

    if (far > c->delta)
        return (struct point){c->delta * (far - c->delta / 2),
                              copysign(c->delta, off)};
    return (struct point){off * off / 2, off};
}

static void value(const void *config, const struct loss_rows *of,
                  double *row_loss)
{
    pointwise_value(both, config, of, row_loss);
}

static void gradient(const void *config, const struct loss_rows *of,
                     double scale, real *dy)
{
    pointwise_gradient(both, config, of, scale, dy);
}

const struct loss_ops huber_loss = {
    .kind = {.name = "huber",
             .doc = "For regression: half the square of output minus target up "
                    "to delta, linear beyond; its mean over the outputs.",
             CONFIG(huber),
             .aka = "huber_loss smooth_l1 smooth_l1_loss"},
    .takes = 1U << TARGET_REAL | 1U << TARGET_INPUTS,
    .value = value,
    .gradient = gradient,
};
