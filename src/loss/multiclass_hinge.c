/*
 * multiclass_hinge.c - the true class's score beats every other's by a margin.
 *
 *   loss = max(0, delta + max_{j != label} y[j] - y[label])
 *   d loss / d y: 1 at the first such j, -1 at the label, where loss > 0
 *
 * The maximum over the other classes, not their sum.  Crammer, Singer: On the
 * Algorithmic Implementation of Multiclass Kernel-based Vector Machines, 2001.
 */
#include "loss/loss.h"

struct multiclass_hinge_config {
    double delta;
};

static const struct field multiclass_hinge_fields[] = {
    FIELD(multiclass_hinge_config, delta, .def = "1", .min = 1e-12, .max = 1e30,
          .aka = "margin",
          .doc = "The margin between the true class's score and the next."),
    {0},
};

/* The first NaN, or else the first maximum; the only class has no rival but
 * itself. */
static int64_t rival_of(const real *row, int64_t width, int64_t label)
{
    int64_t best = label == 0 && width > 1;

    for (int64_t j = best + 1; j < width && row[best] == row[best]; j++)
        best = j != label && !(row[j] <= row[best]) ? j : best;
    return best;
}

/* NaN where either score is. */
static double excess(const void *config, const real *row, int64_t rival,
                     int64_t label)
{
    const struct multiclass_hinge_config *c = config;

    return rival == label
               ? 0
               : c->delta + ((double)row[rival] - (double)row[label]);
}

static void value(const void *config, const struct loss_rows *of,
                  double *row_loss)
{
    for (int64_t n = 0; n < of->rows; n++) {
        const real *row = of->z + n * of->width;
        const int64_t label = of->labels[n];
        const double more =
            excess(config, row, rival_of(row, of->width, label), label);

        row_loss[n] = more <= 0 ? 0 : more;
    }
}

static void gradient(const void *config, const struct loss_rows *of,
                     double scale, real *dz)
{
    for (int64_t n = 0; n < of->rows; n++) {
        const real *row = of->z + n * of->width;
        real *out = dz + n * of->width;
        const int64_t label = of->labels[n];
        const int64_t rival = rival_of(row, of->width, label);
        const bool pulls = !(excess(config, row, rival, label) <= 0);

        for (int64_t j = 0; j < of->width; j++)
            out[j] = 0;
        out[rival] = pulls ? (real)scale : 0;
        out[label] = pulls ? (real)-scale : 0;
    }
}

const struct loss_ops multiclass_hinge_loss = {
    .kind = {.name = "multiclass_hinge",
             .doc = "How far the best other class's score comes nearer to the "
                    "true one's than delta; the last layer is linear, its "
                    "outputs are scores.",
             CONFIG(multiclass_hinge),
             .aka = "hinge hinge_loss multi_margin_loss categorical_hinge svm"},
    .takes = 1U << TARGET_CLASS,
    .activation = "linear",
    .value = value,
    .gradient = gradient,
};
