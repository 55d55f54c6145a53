/* Fused cross-entropy against PyTorch, against differences, and by hand where a
 * naive formula loses everything. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/compiler.h"
#include "golden/losses.h"
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
    return (struct loss_rows){.rows = GOLDEN_SAMPLES,
                              .width = GOLDEN_CLASSES,
                              .z = z,
                              .labels = golden_labels};
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
    const struct loss_rows rows = {
        .rows = 1, .width = 2, .z = z, .labels = &label};
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

/* A golden case with its loss, parameters bound. */
struct cost {
    const struct loss_ops *ops;
    struct defaults d;
    struct loss_rows rows;
};

static struct cost cost_of(const struct golden_cost *g, const real *z)
{
    static const int64_t ids[GOLDEN_SAMPLES] = {0, 1, 2, 3};
    const struct kind *kind = defaults_find(loss_kinds, g->name);
    struct cost c = {.ops = loss_of((struct variant){kind, NULL})};
    const bool of_class =
        !c.ops->binary && (c.ops->takes & target_bit(TARGET_CLASS)) != 0;

    defaults_fill(kind, &c.d);
    for (const struct golden_setting *s = g->settings; s->key; s++)
        defaults_set(kind, &c.d, s->key, s->value);
    c.rows = (struct loss_rows){
        .rows = GOLDEN_SAMPLES,
        .width = GOLDEN_CLASSES,
        .z = z,
        .labels = of_class ? golden_labels : NULL,
        .targets = of_class ? NULL : golden_targets,
        .ids = ids,
    };
    return c;
}

/* Values in double of sums of a few terms; gradients rounded to real, in place,
 * which smoothing does twice. */
Test(loss, all_give_the_golden_numbers)
{
    for (size_t k = 0; k < ARRAY_LEN(golden_costs); k++) {
        const struct golden_cost *g = &golden_costs[k];
        real z[LOGITS];
        double got[GOLDEN_SAMPLES];
        (void)load_logits(z);
        const struct cost c = cost_of(g, z);
        /* Of a share of at most 0.25, before the target is taken away. */
        const double rounded = g->settings[0].key && c.ops->trains_otherwise
                                   ? 0.25 * (double)REAL_EPSILON
                                   : 0x1p-50;

        c.ops->value(c.d.config, &c.rows, got);
        for (int i = 0; i < GOLDEN_SAMPLES; i++)
            cr_expect(fabs(got[i] - g->loss[i]) <=
                          1000 * 0x1p-52 + 8 * 0x1p-52 * g->loss[i],
                      "%s %zu, row %d: got %.17g want %.17g", g->name, k, i,
                      got[i], g->loss[i]);
        c.ops->gradient(c.d.config, &c.rows, 0.25, z);
        for (int i = 0; i < LOGITS; i++) {
            const double want = 0.25 * g->gradient[i];
            cr_expect(fabs((double)z[i] - want) <=
                          3 * (double)REAL_EPSILON * fabs(want) + rounded,
                      "%s %zu, element %d: got %.17g want %.17g", g->name, k, i,
                      (double)z[i], want);
        }
    }
}

/* Of every loss, at points where none has a corner.  The step is large enough
 * for the rounding of values up to 2000, small enough for a third derivative
 * below 10. */
Test(loss, every_gradient_is_the_slope)
{
    const double h = 0x1p-9;

    for (size_t k = 0; k < ARRAY_LEN(golden_costs); k++)
        for (int i = 0; i < LOGITS; i++) {
            real z[LOGITS], dz[LOGITS];
            double up[GOLDEN_SAMPLES], down[GOLDEN_SAMPLES];
            const struct cost c = cost_of(&golden_costs[k], z);
            const int row = i / GOLDEN_CLASSES;

            (void)load_logits(z);
            for (int j = 0; j < LOGITS; j++)
                z[j] += (real)(j % 5) / 32 + (real)0x1p-6;
            c.ops->gradient(c.d.config, &c.rows, 1, dz);
            z[i] += (real)h;
            c.ops->value(c.d.config, &c.rows, up);
            z[i] -= (real)(2 * h);
            c.ops->value(c.d.config, &c.rows, down);
            const double want = (up[row] - down[row]) / (2 * h);
            cr_expect(fabs((double)dz[i] - want) <=
                          10 * h * h / 6 +
                              3 * (double)REAL_EPSILON * (1 + fabs(want)) +
                              2000 * 0x1p-52 / h,
                      "%s %zu, element %d: got %.9g want %.9g",
                      golden_costs[k].name, k, i, (double)dz[i], want);
        }
}

/* One class has no rival. */
Test(loss, hinge_of_a_single_class)
{
    const double delta = 1;
    const real z[2] = {3, 7};
    static const int32_t labels[2] = {0, 0};
    const struct loss_rows rows = {
        .rows = 2, .width = 1, .z = z, .labels = labels};
    const struct loss_ops *hinge = loss_of(
        (struct variant){defaults_find(loss_kinds, "multiclass_hinge"), NULL});
    double loss[2];
    real dz[3] = {9, 9, 9};

    hinge->value(&delta, &rows, loss);
    hinge->gradient(&delta, &rows, 1, dz);
    cr_assert(loss[0] == 0 && loss[1] == 0);
    cr_assert(dz[0] == 0 && dz[1] == 0 && dz[2] == 9);
}

/* Validation does not see what training does to its targets. */
Test(loss, plain_is_without_smoothing)
{
    const double e = 0.25;
    const struct variant smoothed = {
        defaults_find(loss_kinds, "categorical_crossentropy"), &e};
    const struct variant huber = {defaults_find(loss_kinds, "huber"), &e};

    cr_assert_null(loss_plain(smoothed).config);
    cr_assert_eq(loss_plain(smoothed).kind, smoothed.kind);
    cr_assert_eq(loss_plain(huber).config, &e);
    cr_assert_null(loss_plain((struct variant){NULL, NULL}).kind);
}

/* A NaN or an infinity where it must not be is seen in the loss and nowhere
 * hidden; other rows do not notice. */
Test(loss, nan_travels_in_its_row)
{
    static const int32_t labels[2] = {1, 1};

    for (int at = 0; at < 3; at++) {
        real z[6] = {1, 2, 3, 1, 2, 3}, dz[6];
        double loss[2];
        const struct loss_rows rows = {
            .rows = 2, .width = 3, .z = z, .labels = labels};

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

static const struct loss_ops *squared_error(void)
{
    return loss_of(
        (struct variant){defaults_find(loss_kinds, "squared_error"), NULL});
}

/* Rows of two outputs against the targets of samples 2 and 0, all exact:
 * ((1 - 3)^2 + (2 - -2)^2) / 2 = 10 and ((0.5 - 0)^2 + 0) / 2 = 0.125; slopes
 * 2 (y - t) / 2 = y - t.  No factor 1/2. */
Test(loss, squared_error_by_hand)
{
    static const float targets[] = {0, -1, 9, 9, 3, -2};
    static const int64_t ids[] = {2, 0};
    static const real want[] = {-2, 4, (real)0.5, 0};
    real y[] = {1, 2, (real)0.5, -1};
    double value[2];
    const struct loss_rows rows = {
        .rows = 2, .width = 2, .z = y, .targets = targets, .ids = ids};

    cr_assert_eq(squared_error()->takes,
                 target_bit(TARGET_REAL) | target_bit(TARGET_INPUTS));
    cr_assert_null(squared_error()->activation);
    squared_error()->value(NULL, &rows, value);
    cr_expect_eq(value[0], 10, "got %g", value[0]);
    cr_expect_eq(value[1], 0.125, "got %g", value[1]);
    squared_error()->gradient(NULL, &rows, 0.25, y);
    for (int i = 0; i < 4; i++)
        cr_expect_eq(y[i], want[i] / 4, "element %d: got %g want %g", i,
                     (double)y[i], (double)want[i] / 4);
}

/* A central difference of a square is exact but for rounding: values below 100
 * in double over h. */
Test(loss, squared_error_gradient_is_the_slope)
{
    static const float targets[] = {1.5f, -2, 0.25f};
    static const int64_t id = 0;
    const double h = 0x1p-6;

    for (int i = 0; i < 3; i++) {
        real y[] = {-1, 4, (real)0.125}, dy[3];
        double up, down;
        const struct loss_rows rows = {
            .rows = 1, .width = 3, .z = y, .targets = targets, .ids = &id};

        squared_error()->gradient(NULL, &rows, 1, dy);
        y[i] += (real)h;
        squared_error()->value(NULL, &rows, &up);
        y[i] -= (real)(2 * h);
        squared_error()->value(NULL, &rows, &down);
        const double want = (up - down) / (2 * h);
        cr_expect(fabs((double)dy[i] - want) <=
                      (double)REAL_EPSILON * fabs(want) + 100 * 0x1p-52 / h,
                  "element %d: got %.9g want %.9g", i, (double)dy[i], want);
    }
}

Test(loss, defaults_of_classes_and_numbers)
{
    cr_expect_str_eq(loss_default(TARGET_CLASS).kind->name,
                     "categorical_crossentropy");
    cr_expect_str_eq(loss_default(TARGET_REAL).kind->name, "squared_error");
}
