/* Fused cross-entropy against PyTorch, against differences, and by hand where a
 * naive formula loses everything. */
#include <criterion/criterion.h>
#include <math.h>

#include "golden/rules.h"
#include "loss/loss.h"
#include "support/defaults.h"

enum { LOGITS = GOLDEN_SAMPLES * GOLDEN_CLASSES };

static const struct loss_ops *crossentropy(void)
{
    const struct kind *kind =
        defaults_find(loss_kinds, "categorical_crossentropy");

    return loss_of((struct variant){kind, NULL});
}

/* Copies the golden logits to `z` and returns them with their labels. */
static struct loss_rows load_logits(real *z)
{
    for (int i = 0; i < LOGITS; i++)
        z[i] = (real)golden_logits[i];
    return (struct loss_rows){GOLDEN_SAMPLES, GOLDEN_CLASSES, z, golden_labels};
}

/* Logits reach 1000, so a sum with them carries 1000 double epsilons. */
Test(loss, values)
{
    real z[LOGITS];
    double got[GOLDEN_SAMPLES];
    const struct loss_rows rows = load_logits(z);

    crossentropy()->value(NULL, &rows, got);
    for (int i = 0; i < GOLDEN_SAMPLES; i++)
        cr_assert(fabs(got[i] - golden_loss[i]) < 1000 * 0x1p-52,
                  "row %d: got %.17g want %.17g", i, got[i], golden_loss[i]);
}

/* Two roundings to real, of exp and of the quotient. */
Test(loss, gradient_in_place)
{
    const double scale = 0.25;
    real z[LOGITS];
    const struct loss_rows rows = load_logits(z);

    crossentropy()->gradient(NULL, &rows, scale, z);
    for (int i = 0; i < LOGITS; i++) {
        const double want = scale * golden_loss_gradient[i];
        cr_assert(fabs((double)z[i] - want) <=
                      2 * (double)REAL_EPSILON * fabs(want) + 0x1p-50,
                  "element %d: got %.17g want %.17g", i, (double)z[i], want);
    }
}

/* z = (40, 0), label 0: loss log(1 + e^-40), gradient -+ e^-40 / (1 + e^-40).
 * Taken as differences of numbers near 1 both would be 0. */
Test(loss, confident_row_keeps_its_digits)
{
    const real z[2] = {40, 0};
    const int32_t label = 0;
    const struct loss_rows rows = {1, 2, z, &label};
    const double want = exp(-40.0);
    double value;
    real dz[2];

    crossentropy()->value(NULL, &rows, &value);
    crossentropy()->gradient(NULL, &rows, 1, dz);
    cr_assert(fabs(value / want - 1) < 1e-14, "got %.17g want %.17g", value,
              want);
    for (int i = 0; i < 2; i++)
        cr_assert(fabs((double)dz[i] / (i ? want : -want) - 1) <
                      2 * (double)REAL_EPSILON,
                  "dz[%d]: got %.9g want %.9g", i, (double)dz[i], want);
}

/* The gradient of a row against central differences of its value, which is
 * computed in double whatever the type of z: the step is a power of two that z
 * holds exactly, the error h^2 / 6 times a third derivative below 1, plus
 * rounding of the value over h. */
Test(loss, gradient_is_the_slope)
{
    const double h = 0x1p-10;

    for (int i = 0; i < LOGITS; i++) {
        real z[LOGITS], dz[LOGITS];
        double up[GOLDEN_SAMPLES], down[GOLDEN_SAMPLES];
        const int row = i / GOLDEN_CLASSES;
        const struct loss_rows rows = load_logits(z);

        crossentropy()->gradient(NULL, &rows, 1, dz);
        z[i] = (real)(golden_logits[i] + h);
        crossentropy()->value(NULL, &rows, up);
        z[i] = (real)(golden_logits[i] - h);
        crossentropy()->value(NULL, &rows, down);
        const double want = (up[row] - down[row]) / (2 * h);
        cr_assert(fabs((double)dz[i] - want) <
                      h * h / 6 + 2 * (double)REAL_EPSILON + 1e-9,
                  "element %d: got %.9g want %.9g", i, (double)dz[i], want);
    }
}

/* A NaN or an infinity where it must not be is seen in the loss and nowhere
 * hidden; other rows do not notice. */
Test(loss, nan_travels_in_its_row)
{
    static const int32_t labels[2] = {1, 1};

    for (int at = 0; at < 3; at++) {
        real z[6] = {1, 2, 3, 1, 2, 3}, dz[6];
        double loss[2];
        const struct loss_rows rows = {2, 3, z, labels};

        z[at] = (real)NAN;
        crossentropy()->value(NULL, &rows, loss);
        crossentropy()->gradient(NULL, &rows, 1, dz);
        cr_assert(isnan(loss[0]), "at %d", at);
        cr_assert(isfinite(loss[1]), "at %d", at);
        for (int j = 0; j < 6; j++)
            cr_assert_eq(isnan(dz[j]) != 0, j < 3, "at %d, dz[%d]=%g", at, j,
                         (double)dz[j]);
    }
}

Test(loss, takes_over_softmax)
{
    cr_assert_str_eq(crossentropy()->activation, "softmax");
}
