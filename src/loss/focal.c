/*
 * focal.c - cross-entropy that looks away from what is already right.
 *
 *   p = softmax(z)[label], q = 1 - p
 *   loss = -q^gamma log p
 *   d loss / d z[j] = (gamma p q^(gamma-1) log p - q^gamma)
 *                     ([j = label] - softmax(z)[j])
 *
 * q is the sum of the other classes' shares, so that a confident row keeps its
 * digits; the factor is written as q^gamma (gamma p (log p / q) - 1), whose
 * quotient goes to -1 with q.  Lin et al.: Focal Loss for Dense Object
 * Detection, 2017, without its alpha.
 */
#include <math.h>

#include "loss/softmax_row.h"

struct focal_config {
    double gamma;
};

static const struct field focal_fields[] = {
    FIELD(focal_config, gamma, .def = "2", .min = 0, .max = 100,
          .doc = "How much less a sample counts that is right already; 0: "
                 "categorical_crossentropy."),
    {0},
};

static void value(const void *config, const struct loss_rows *of,
                  double *row_loss)
{
    const struct focal_config *c = config;

    for (int64_t n = 0; n < of->rows; n++) {
        const struct softmax_row row = softmax_row_of(of, n, NULL);
        row_loss[n] =
            pow(row.others / row.sum, c->gamma) * softmax_row_cost(of, n);
    }
}

static void gradient(const void *config, const struct loss_rows *of,
                     double scale, real *dz)
{
    const struct focal_config *c = config;

    for (int64_t n = 0; n < of->rows; n++) {
        const double cost = softmax_row_cost(of, n);
        real *out = dz + n * of->width;
        const struct softmax_row row = softmax_row_of(of, n, out);
        const double q = row.others / row.sum, p = row.of_label / row.sum;
        const double slope = 1 + c->gamma * p * (q > 0 ? cost / q : 1);
        softmax_row_gradient(&row, of->width, scale * pow(q, c->gamma) * slope,
                             out);
    }
}

const struct loss_ops focal_loss = {
    .kind = {.name = "focal",
             .doc = "Cross-entropy times (1 - p)^gamma, p being the "
                    "probability of the true class; the last layer is a "
                    "softmax.",
             CONFIG(focal),
             .aka = "focal_loss sigmoid_focal_loss "
                    "categorical_focal_crossentropy"},
    .takes = 1U << TARGET_CLASS,
    .activation = "softmax",
    .value = value,
    .gradient = gradient,
};
