/*
 * categorical_crossentropy.c - softmax and cross-entropy as one function of z.
 *
 *   t[j] = (1 - e) q[j] + e / K, e being label_smoothing, q the target: 1 for
 *          the label; where two classes share it, 1 - s for the label and s
 *          for the other
 *   loss = log sum_j exp(z[j]) - sum_j t[j] z[j]
 *   d loss / d z[j] = softmax(z)[j] - t[j]
 *
 * Smoothing: Szegedy et al., Rethinking the Inception Architecture, 2016.
 */
#include "loss/softmax_row.h"

struct categorical_crossentropy_config {
    double label_smoothing;
};

static const struct field categorical_crossentropy_fields[] = {
    FIELD(categorical_crossentropy_config, label_smoothing, .def = "0",
          .max = 0.999, .aka = "smoothing",
          .doc = "In training, this part of the target is spread over all "
                 "classes alike; 0: none."),
    {0},
};

static double smoothing_of(const void *config)
{
    const struct categorical_crossentropy_config *c = config;

    return c ? c->label_smoothing : 0;
}

/* sum_j (t[j] - [j = label]) z[j] is what smoothing takes away. */
static double smoothed_away(const struct loss_rows *of, int64_t n, double e)
{
    const real *row = of->z + n * of->width;
    const double own = (double)row[of->labels[n]];
    double sum = 0;

    for (int64_t j = 0; j < of->width; j++)
        sum += (double)row[j] - own;
    return e * sum / (double)of->width;
}

/* What the classes that share a target add to the label's cost; q[j] - [j =
 * label] is -s for the label and s for the other. */
static double mixed_in(const struct loss_rows *of, int64_t n, double e)
{
    const real *row = of->z + n * of->width;
    const struct loss_mix m = of->mixes[n];

    if (!(m.share > 0))
        return 0;
    return (1 - e) * m.share *
           ((double)row[of->labels[n]] - (double)row[m.label]);
}

static void mix_gradient(const struct loss_rows *of, int64_t n, double scale,
                         real *out)
{
    const struct loss_mix m = of->mixes[n];
    const int32_t label = of->labels[n];

    if (!(m.share > 0) || m.label == label)
        return;
    out[label] = (real)((double)out[label] + scale * m.share);
    out[m.label] = (real)((double)out[m.label] - scale * m.share);
}

static void value(const void *config, const struct loss_rows *of,
                  double *row_loss)
{
    const double e = smoothing_of(config);

    for (int64_t n = 0; n < of->rows; n++) {
        row_loss[n] = softmax_row_cost(of, n);
        if (e > 0)
            row_loss[n] -= smoothed_away(of, n, e);
        if (of->mixes)
            row_loss[n] += mixed_in(of, n, e);
    }
}

static void gradient(const void *config, const struct loss_rows *of,
                     double scale, real *dz)
{
    const double e = smoothing_of(config) * scale;
    const double share = e / (double)of->width;

    for (int64_t n = 0; n < of->rows; n++) {
        real *out = dz + n * of->width;
        const struct softmax_row row = softmax_row_of(of, n, out);
        softmax_row_gradient(&row, of->width, scale, out);
        for (int64_t j = 0; e > 0 && j < of->width; j++)
            out[j] = (real)((double)out[j] - share + (j == row.label ? e : 0));
        if (of->mixes)
            mix_gradient(of, n, scale - e, out);
    }
}

const struct loss_ops categorical_crossentropy_loss = {
    .kind = {.name = "categorical_crossentropy",
             .doc = "Minus the logarithm of the probability of the true "
                    "class; the last layer is a softmax.",
             CONFIG(categorical_crossentropy),
             .aka = "cross_entropy crossentropy cross_entropy_loss nll "
                    "nll_loss log_loss softmax_loss softmax_with_loss "
                    "sparse_categorical_crossentropy"},
    .takes = 1U << TARGET_CLASS,
    .activation = "softmax",
    .takes_mixes = true,
    .trains_otherwise = true,
    .value = value,
    .gradient = gradient,
};
