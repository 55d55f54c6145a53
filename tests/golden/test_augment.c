/* Augmented pictures against PyTorch's and Python's, shared targets against
 * PyTorch's. */
#include <criterion/criterion.h>
#include <math.h>

#include "base/compiler.h"
#include "data/golden/augment.inc"
#include "loss/loss.h"
#include "support/augmenting.h"

static void check(const struct golden_augmented *g, bool bytes)
{
    struct augmenting a;

    augmenting_open(&a, g->list,
                    SHAPE(GOLDEN_CHANNELS, GOLDEN_HEIGHT, GOLDEN_WIDTH), bytes);
    for (int64_t i = 0; bytes && i < a.count; i++)
        a.bytes[i] = (unsigned char)golden_picture[i];
    for (int64_t i = 0; !bytes && i < a.count; i++)
        a.floats[i] = (float)golden_picture[i];
    augmenting_run(&a, 1, 1);
    for (int64_t i = 0; i < a.count; i++)
        cr_assert_lt(fabs((double)a.x[i] - g->want[i]), 255 * 1e-5,
                     "%s: value %ld is %.9g, expected %.9g", g->list, (long)i,
                     (double)a.x[i], g->want[i]);
    augmenting_close(&a);
}

Test(augment, pictures)
{
    for (size_t i = 0; i < ARRAY_LEN(golden_augmented); i++) {
        check(&golden_augmented[i], false);
        check(&golden_augmented[i], true);
    }
}

static void check_shared(const struct golden_shared *g)
{
    const struct variant v = {kind_find(loss_kinds, "categorical_crossentropy"),
                              &g->smoothing};
    struct loss_mix mixes[GOLDEN_ROWS];
    real z[GOLDEN_ROWS * GOLDEN_OUTPUTS], dz[GOLDEN_ROWS * GOLDEN_OUTPUTS];
    double loss[GOLDEN_ROWS];

    for (int i = 0; i < GOLDEN_ROWS; i++)
        mixes[i] = (struct loss_mix){golden_others[i], golden_shares[i]};
    for (int i = 0; i < GOLDEN_ROWS * GOLDEN_OUTPUTS; i++)
        z[i] = (real)golden_z[i];
    const struct loss_rows of = {.rows = GOLDEN_ROWS,
                                 .width = GOLDEN_OUTPUTS,
                                 .z = z,
                                 .labels = golden_row_labels,
                                 .mixes = mixes};
    loss_of(v)->value(v.config, &of, loss);
    loss_of(v)->gradient(v.config, &of, 1, dz);
    for (int i = 0; i < GOLDEN_ROWS; i++)
        cr_assert_float_eq(loss[i], g->loss[i], 1e-6);
    for (int i = 0; i < GOLDEN_ROWS * GOLDEN_OUTPUTS; i++)
        cr_assert_float_eq((double)dz[i], g->gradient[i], 1e-6);
}

Test(augment, shared_targets)
{
    for (size_t i = 0; i < ARRAY_LEN(golden_shared); i++)
        check_shared(&golden_shared[i]);
}
