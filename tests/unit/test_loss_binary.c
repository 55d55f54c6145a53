/* Losses of one output for two classes, which says yes to the second. */
#include <criterion/criterion.h>
#include <math.h>

#include "base/compiler.h"
#include "loss/loss.h"
#include "support/defaults.h"

static const struct loss_ops *loss_named(const char *name)
{
    return loss_of((struct variant){defaults_find(loss_kinds, name), NULL});
}

static const real scores[] = {0, 2.5, -2.5, 40, -40, 700, -700, 0.125};
enum { ROWS = ARRAY_LEN(scores) };

/* A sigmoid of z is a softmax of (0, z); that loss is a witness with digits of
 * its own for confident rows. */
Test(loss_binary, crossentropy_is_that_of_two_scores)
{
    for (int32_t label = 0; label < 2; label++) {
        int32_t labels[ROWS];
        real both[2 * ROWS], got_slope[ROWS], want_slope[2 * ROWS];
        double got[ROWS], want[ROWS];
        for (int i = 0; i < ROWS; i++) {
            labels[i] = label;
            both[2 * i] = 0;
            both[2 * i + 1] = scores[i];
        }
        const struct loss_rows one = {
            .rows = ROWS, .width = 1, .z = scores, .labels = labels};
        const struct loss_rows two = {
            .rows = ROWS, .width = 2, .z = both, .labels = labels};
        const struct loss_ops *binary = loss_named("binary_crossentropy");
        const struct loss_ops *softmax = loss_named("categorical_crossentropy");
        binary->value(NULL, &one, got);
        softmax->value(NULL, &two, want);
        binary->gradient(NULL, &one, 0.5, got_slope);
        softmax->gradient(NULL, &two, 0.5, want_slope);
        for (int i = 0; i < ROWS; i++) {
            const double slope = (double)want_slope[2 * i + 1];
            cr_expect(fabs(got[i] - want[i]) <= 4 * 0x1p-52 * (1 + want[i]),
                      "z=%g label=%d: got %.17g want %.17g", (double)scores[i],
                      label, got[i], want[i]);
            cr_expect(fabs((double)got_slope[i] - slope) <=
                          3 * (double)REAL_EPSILON * fabs(slope),
                      "z=%g label=%d: slope %.9g want %.9g", (double)scores[i],
                      label, (double)got_slope[i], slope);
        }
    }
}

/* z = 40 where the answer is yes: exp(-40), not 0. */
Test(loss_binary, confident_output_keeps_its_digits)
{
    static const int32_t yes = 1;
    static const real z = 40;
    const struct loss_rows of = {
        .rows = 1, .width = 1, .z = &z, .labels = &yes};
    double value;

    loss_named("binary_crossentropy")->value(NULL, &of, &value);
    cr_assert(fabs(value / exp(-40.0) - 1) < 1e-14, "got %.17g", value);
}

Test(loss_binary, hinge_by_hand)
{
    static const int32_t labels[] = {1, 1, 1, 0, 0, 0};
    static const real z[] = {2, 1, -0.5, -2, -1, 0.5};
    static const double want[] = {0, 0, 1.5, 0, 0, 1.5};
    static const double slope[] = {0, 0, -2, 0, 0, 2};
    const double delta = 1;
    const struct loss_rows of = {
        .rows = 6, .width = 1, .z = z, .labels = labels};
    double got[6];
    real dz[6];

    loss_named("binary_hinge")->value(&delta, &of, got);
    loss_named("binary_hinge")->gradient(&delta, &of, 2, dz);
    for (int i = 0; i < 6; i++) {
        cr_expect_eq(got[i], want[i], "row %d: %g", i, got[i]);
        cr_expect_eq((double)dz[i], slope[i], "row %d: %g", i, (double)dz[i]);
    }
}

/* Several labels: a NaN is seen in its row alone. */
Test(loss_binary, nan_travels_in_its_row)
{
    static const char *const names[] = {"binary_crossentropy", "binary_hinge"};
    static const float targets[] = {1, 0, 0, 1};
    static const real z[] = {(real)NAN, 1, 2, 3};
    const double delta = 1;
    const struct loss_rows of = {
        .rows = 2, .width = 2, .z = z, .targets = targets};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        double loss[2];
        loss_named(names[i])->value(&delta, &of, loss);
        cr_expect(isnan(loss[0]) && isfinite(loss[1]), "%s", names[i]);
    }
}
