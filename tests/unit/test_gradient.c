/* The check of gradients finds an error that is really there, and where. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "app/gradient.h"
#include "base/arena.h"

static const char document[] =
    "data: {train: {digits: {count: 40, seed: 1}}}\n"
    "layers:\n"
    "  - input: {shape: [1, 28, 28]}\n"
    "  - conv2d: {num_filters: 3, filter_size: 5, stride: 3, l1: 0.001}\n"
    "  - batchnorm\n"
    "  - prelu\n"
    "  - dropout\n"
    "  - dense: {num_units: 10, nonlinearity: softmax}\n"
    "train: {update: adam, batch_size: 12, l2: 0.01, clip_norm: 0.1}\n";

struct told {
    int64_t calls, done, total;
};

static void count(void *context, int64_t done, int64_t total)
{
    struct told *t = context;

    t->calls++;
    t->done = done;
    t->total = total;
}

struct checked {
    struct experiment x;
    struct samples samples;
    struct pool *pool;
    real *weights;
    struct told told;
    struct arena arena;
    struct gradient_check c;
    struct err e;
};

static void open(struct checked *k)
{
    *k = (struct checked){0};
    cr_assert_eq(experiment_parse_stored(&k->x, "c.yaml", document,
                                         strlen(document), NULL, &k->e),
                 OK, "%s", k->e.text);
    cr_assert_eq(samples_load(&k->samples, &k->x, NULL, 1, &k->e), OK, "%s",
                 k->e.text);
    cr_assert_eq(pool_new(&k->pool, 2, &k->e), OK);
    k->weights = mem_take((size_t)k->x.graph.weight_size, sizeof(real));
    graph_init_params(&k->x.graph, k->weights);
}

static enum status check(struct checked *k)
{
    const struct gradient_progress progress = {count, &k->told};

    return gradient_run(&k->c, &k->x, &k->samples, k->weights, k->pool,
                        &progress, &k->arena, &k->e);
}

static void give_back(struct checked *k)
{
    mem_free(k->weights);
    pool_free(k->pool);
    samples_free(&k->samples);
    experiment_free(&k->x);
    arena_free(&k->arena);
}

Test(gradient, agrees_to_rounding)
{
    struct checked k;

    open(&k);
    cr_assert_eq(check(&k), OK, "%s", k.e.text);
    cr_assert_eq(k.c.samples, 12);
    cr_assert_eq(k.c.count, 7); /* two each, and one of prelu */
    for (int64_t i = 0; i < k.c.count; i++) {
        const struct gradient_row *row = &k.c.rows[i];
        cr_assert_lt(row->error, 1e-4, "%s: %g", row->param->name, row->error);
        cr_assert_eq(row->checked, row->param->count < 4 ? 3 : 4);
    }
    cr_assert_eq(k.told.calls, 4 * 3 + 3 * 4);
    cr_assert_eq(k.told.total, k.c.count * GRADIENT_CHECKED);
    /* The largest element is among them. */
    cr_assert_gt(fabs(k.c.rows[0].gradient), 1e-4);
    give_back(&k);
}

/* A coefficient that the network in double precision knows nothing of. */
Test(gradient, finds_the_parameter_that_is_wrong)
{
    struct checked k;

    open(&k);
    k.x.graph.params[0].l1 += 0.01;
    cr_assert_eq(check(&k), OK, "%s", k.e.text);
    for (int64_t i = 0; i < k.c.count; i++)
        cr_assert_eq(k.c.rows[i].error > gradient_tolerance, i == 0, "%s: %g",
                     k.c.rows[i].param->name, k.c.rows[i].error);
    cr_assert_eq(k.c.worst, 0);
    cr_assert_str_eq(k.c.rows[0].param->name, "conv2d1.weight");
    cr_assert_float_eq(fabs(k.c.rows[0].gradient - k.c.rows[0].difference),
                       0.01, 1e-5);
    give_back(&k);
}

Test(gradient, of_no_number_is_refused)
{
    struct checked k;

    open(&k);
    k.weights[k.x.graph.params[0].offset] = NAN;
    cr_assert_eq(check(&k), ERR_DIVERGED);
    give_back(&k);
}
