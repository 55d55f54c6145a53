/* Targets that two classes share, against the definition in double. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "loss/loss.h"

enum { ROWS = 40, WIDTH = 5 };

struct smoothing {
    double label_smoothing;
};

struct problem {
    real z[ROWS * WIDTH], dz[ROWS * WIDTH];
    int32_t labels[ROWS];
    struct loss_mix mixes[ROWS];
    double loss[ROWS];
};

static void draw(struct problem *p)
{
    const struct rng_key key = rng_key(4, "mixes");

    for (uint64_t i = 0; i < ROWS * WIDTH; i++)
        p->z[i] = (real)(6 * rng_unit(key, i) - 3);
    for (uint64_t i = 0; i < ROWS; i++) {
        p->labels[i] = (int32_t)rng_below(key, 1000 + i, WIDTH);
        p->mixes[i].label = (int32_t)rng_below(key, 2000 + i, WIDTH);
        p->mixes[i].share = i % 4 == 0   ? 0
                            : i % 4 == 1 ? 1
                                         : rng_unit(key, 3000 + i);
    }
}

/* loss = - sum_j t_j log y_j, d loss / d z_j = y_j - t_j. */
static void check_row(const struct problem *p, int i, double e, double scale)
{
    double target[WIDTH], sum = 0, loss = 0;

    for (int j = 0; j < WIDTH; j++) {
        target[j] = e / WIDTH;
        sum += exp((double)p->z[i * WIDTH + j]);
    }
    target[p->labels[i]] += (1 - e) * (1 - p->mixes[i].share);
    target[p->mixes[i].label] += (1 - e) * p->mixes[i].share;
    for (int j = 0; j < WIDTH; j++) {
        const double y = exp((double)p->z[i * WIDTH + j]) / sum;
        loss -= target[j] * log(y);
        cr_assert_float_eq((double)p->dz[i * WIDTH + j],
                           scale * (y - target[j]), 1e-6, "row %d", i);
    }
    cr_assert_float_eq(p->loss[i], loss, 1e-6, "row %d: %g, expected %g", i,
                       p->loss[i], loss);
}

static void check(double e)
{
    const struct smoothing config = {e};
    const struct variant v = {kind_find(loss_kinds, "categorical_crossentropy"),
                              &config};
    static struct problem p;

    draw(&p);
    const struct loss_rows of = {.rows = ROWS,
                                 .width = WIDTH,
                                 .z = p.z,
                                 .labels = p.labels,
                                 .mixes = p.mixes};
    loss_of(v)->value(v.config, &of, p.loss);
    loss_of(v)->gradient(v.config, &of, 0.25, p.dz);
    for (int i = 0; i < ROWS; i++)
        check_row(&p, i, e, 0.25);
}

Test(loss_mix, shares_the_target)
{
    check(0);
    check(0.3);
}

/* A share of nothing is the same bits as none. */
Test(loss_mix, none_is_none)
{
    const struct variant v = {kind_find(loss_kinds, "categorical_crossentropy"),
                              NULL};
    static struct problem p;
    double loss[ROWS];
    real dz[ROWS * WIDTH];

    draw(&p);
    for (int i = 0; i < ROWS; i++)
        p.mixes[i].share = 0;
    struct loss_rows of = {
        .rows = ROWS, .width = WIDTH, .z = p.z, .labels = p.labels};
    loss_of(v)->value(v.config, &of, loss);
    loss_of(v)->gradient(v.config, &of, 1, dz);
    of.mixes = p.mixes;
    loss_of(v)->value(v.config, &of, p.loss);
    loss_of(v)->gradient(v.config, &of, 1, p.dz);
    cr_assert_arr_eq(loss, p.loss, sizeof loss);
    cr_assert_arr_eq(dz, p.dz, sizeof dz);
}
