/*
 * binary_hinge.c - every score lies on its right side by a margin.
 *
 *   f(m) = max(0, delta - m), f'(m) = -1 where f(m) > 0, else 0
 *
 * m is y where the answer is yes, -y where it is no.  Cortes, Vapnik:
 * Support-Vector Networks, 1995.
 */
#include "loss/margin.h"

struct binary_hinge_config {
    double delta;
};

static const struct field binary_hinge_fields[] = {
    FIELD(binary_hinge_config, delta, .def = "1", .min = 1e-12, .max = 1e30,
          .aka = "margin", .doc = "The margin that a score must keep from 0."),
    {0},
};

static struct margin excess(const void *config, double m)
{
    const struct binary_hinge_config *c = config;
    const double more = c->delta - m;

    return more <= 0 ? (struct margin){0, 0} : (struct margin){more, -1};
}

static void value(const void *config, const struct loss_rows *of,
                  double *row_loss)
{
    margin_value(excess, config, of, row_loss);
}

static void gradient(const void *config, const struct loss_rows *of,
                     double scale, real *dz)
{
    margin_gradient(excess, config, of, scale, dz);
}

const struct loss_ops binary_hinge_loss = {
    .kind = {.name = "binary_hinge",
             .doc = "How far the score of each label comes nearer to 0 than "
                    "delta, or lies on the wrong side, its mean over the "
                    "labels; of two classes one output is above 0 for the "
                    "second.  The last layer is linear, its outputs are "
                    "scores.",
             CONFIG(binary_hinge),
             .aka = "hinge_embedding_loss binary_hinge_loss"},
    .takes = 1U << TARGET_CLASS | 1U << TARGET_LABELS,
    .binary = true,
    .activation = "linear",
    .value = value,
    .gradient = gradient,
};
