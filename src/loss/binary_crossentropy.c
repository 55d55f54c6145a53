/*
 * binary_crossentropy.c - sigmoid and cross-entropy as one function of z.
 *
 *   f(m) = -log sigmoid(m) = log(1 + exp(-m)), f'(m) = -1 / (1 + exp(m))
 *
 * m is z where the answer is yes, -z where it is no; so no
 * logarithm of a stored probability is taken, and a confident output keeps its
 * digits.
 */
#include <math.h>

#include "loss/margin.h"

static struct margin surprise(const void *config, double m)
{
    (void)config;
    return (struct margin){(m > 0 ? 0 : -m) + log1p(exp(-fabs(m))),
                           -1 / (1 + exp(m))};
}

static void value(const void *config, const struct loss_rows *of,
                  double *row_loss)
{
    margin_value(surprise, config, of, row_loss);
}

static void gradient(const void *config, const struct loss_rows *of,
                     double scale, real *dz)
{
    margin_gradient(surprise, config, of, scale, dz);
}

const struct loss_ops binary_crossentropy_loss = {
    .kind = {.name = "binary_crossentropy",
             .doc = "Minus the logarithm of the probability of the right "
                    "answer to each label, its mean over the labels; of two "
                    "classes one output is the probability of the second.  "
                    "The last layer is a sigmoid.",
             .aka = "bce bce_loss bce_with_logits bce_with_logits_loss "
                    "binary_cross_entropy sigmoid_cross_entropy_loss "
                    "logistic_loss"},
    .takes = 1U << TARGET_CLASS | 1U << TARGET_LABELS,
    .binary = true,
    .activation = "sigmoid",
    .value = value,
    .gradient = gradient,
};
