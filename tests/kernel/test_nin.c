/* nin against its definition, on random shapes. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/rng.h"
#include "layer/config.h"
#include "support/naive.h"
#include "support/trial.h"

static const struct variant some = {.kind = &(const struct kind){0}};

static struct naive_sum *take(int64_t count)
{
    struct naive_sum *sums = calloc((size_t)count + 1, sizeof *sums);

    cr_assert_not_null(sums);
    return sums;
}

static void check(struct shape in, int64_t batch, const struct nin_config *c)
{
    const struct naive_axis y = {in.dim[1], in.dim[1], 1, 1, 1, 0};
    const struct naive_axis x = {in.dim[2], in.dim[2], 1, 1, 1, 0};
    char what[120];
    struct trial t;

    cr_assert_eq(trial_open_as(&t, "nin", c, in, batch, &conv_direct), OK);
    cr_assert(shape_equal(t.layer.spec.out,
                          SHAPE(c->num_units, in.dim[1], in.dim[2])));
    cr_assert_eq(t.layer.spec.macs, c->num_units * shape_count(in));
    trial_fill(&t, 5);
    struct naive_conv n = {
        batch,
        in.dim[0],
        c->num_units,
        1,
        y,
        x,
        t.x,
        t.param[0],
        c->b.kind ? t.param[1] : NULL,
        t.dy,
        take(t.out_count),
        take(t.in_count),
        take(t.param_size[0]),
        take(t.param_size[1]),
        c->untie_biases,
    };
    naive_conv(&n);
    snprintf(what, sizeof what, "%ld x %ldx%ldx%ld, %ld units%s", (long)batch,
             (long)in.dim[0], (long)in.dim[1], (long)in.dim[2],
             (long)c->num_units, c->untie_biases ? ", untied" : "");
    trial_forward(&t, false);
    naive_check(what, t.y, n.output, t.out_count);
    trial_forward(&t, true);
    trial_backward(&t, true);
    naive_check(what, t.dx, n.dx, t.in_count);
    naive_check(what, t.grad[0], n.dweight, t.param_size[0]);
    naive_check(what, t.grad[1], n.dbias, t.param_size[1]);
    free(n.output);
    free(n.dx);
    free(n.dweight);
    free(n.dbias);
    trial_close(&t);
}

static int64_t draw(uint64_t *used, int64_t low, int64_t high)
{
    return low + (int64_t)rng_below(rng_key(5, "nin"), (*used)++,
                                    (uint64_t)(high - low + 1));
}

Test(nin, random_shapes)
{
    uint64_t used = 0;

    for (int i = 0; i < 60; i++) {
        const struct nin_config c = {
            .num_units = draw(&used, 1, 40),
            .untie_biases = draw(&used, 0, 1) == 1,
            .b = draw(&used, 0, 3) > 0 ? some : (struct variant){0},
        };
        const struct shape in =
            SHAPE(draw(&used, 1, 35), draw(&used, 1, 9), draw(&used, 1, 17));
        check(in, draw(&used, 1, 3), &c);
    }
}

Test(nin, declares)
{
    struct nin_config c = {.num_units = 6, .b = some};
    struct trial t;

    cr_assert_eq(trial_open(&t, "nin", &c, SHAPE(4, 8, 7), 1), OK);
    cr_assert(shape_equal(t.layer.spec.params[0].shape, SHAPE(6, 4, 1, 1)));
    cr_assert(t.layer.spec.params[0].regularizable);
    cr_assert(shape_equal(t.layer.spec.params[1].shape, SHAPE(6)));
    cr_assert(!t.layer.spec.params[1].regularizable);
    cr_assert_eq(t.layer.ops->window(&c).kind, WINDOW_CONV);
    trial_close(&t);
    c.untie_biases = true;
    cr_assert_eq(trial_open(&t, "nin", &c, SHAPE(4, 8, 7), 1), OK);
    cr_assert(shape_equal(t.layer.spec.params[1].shape, SHAPE(6, 8, 7)));
    trial_close(&t);
    cr_assert_eq(trial_open(&t, "nin", &c, SHAPE(9), 1), ERR_CONFIG);
}
