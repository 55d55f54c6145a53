/*
 * The gradient that a whole training step applies, against central differences
 * of the loss that it reports: a batch cut into slices, layers with sums over
 * it, several inputs, dropout, penalty.  Double precision alone, see
 * test_gradients.c.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "base/arena.h"
#include "support/defaults.h"
#include "support/rig.h"
#include "train/fit.h"

#ifdef REAL_DOUBLE
static double objective(struct step *s, struct rig *r)
{
    struct step_batch batch = rig_batch(r, 0, r->config.batch_size);

    batch.learning_rate = 0;
    const struct step_result result = step_run(s, &r->state, &batch);
    return result.data_loss + result.penalty;
}

/* The gradient is what a step of rate 1 moves the weights by. */
static void apply(struct step *s, struct rig *r, real *before)
{
    struct step_batch batch = rig_batch(r, 0, r->config.batch_size);

    batch.learning_rate = 1;
    for (int64_t i = 0; i < r->g.param_size; i++)
        before[i] = r->state.params[i];
    (void)step_run(s, &r->state, &batch);
    for (int64_t i = 0; i < r->g.param_size; i++) {
        const real after = r->state.params[i];
        r->state.params[i] = before[i];
        before[i] -= after;
    }
}

static void check_param(struct step *s, struct rig *r, const struct param *p,
                        const real *got, const char *net)
{
    const double h = cbrt(REAL_EPSILON), tolerance = 1e-8;
    real *value = r->state.params + p->offset;

    for (int64_t i = 0; i < p->count; i++) {
        const real before = value[i];
        value[i] = before + h;
        const double above = objective(s, r);
        value[i] = before - h;
        const double below = objective(s, r);
        value[i] = before;
        const double want = p->trainable ? (above - below) / (2 * h) : 0;
        cr_assert(fabs(got[i] - want) <= tolerance * fmax(1, fabs(want)),
                  "%s, %s[%d]: got %.10g want %.10g", net, p->name, (int)i,
                  got[i], want);
    }
}

static void check_net(const struct rig_net *net, bool weighted,
                      struct pool *pool)
{
    static const double weights[] = {0.5, 2, 1.375, 0.25, 3, 1, 4, 2};
    static const double rate = 1;
    const struct exchange x = exchange_local(pool);
    struct err e = {0};
    struct step *s;
    struct rig r;

    rig_open(&r, net);
    r.class_weights = weighted ? weights : NULL;
    r.config.update =
        (struct variant){defaults_find(update_kinds, "sgd"), &rate};
    cr_assert_eq(step_new(&s, &r.config, &r.g, &x, &e), OK);
    real *grad = mem_take((size_t)r.g.param_size, sizeof *grad);
    cr_assert_not_null(grad);
    apply(s, &r, grad);
    for (int64_t i = 0; i < r.g.param_count; i++)
        check_param(s, &r, &r.g.params[i], grad + r.g.params[i].offset,
                    net->name);
    mem_free(grad);
    step_free(s);
    rig_close(&r);
}

Test(batch, central_differences)
{
    struct err e = {0};
    struct pool *pool;

    cr_assert_eq(pool_new(&pool, 2, &e), OK);
    for (const struct rig_net *net = rig_nets; net->name; net++)
        for (int weighted = 0; weighted < 2; weighted++)
            check_net(net, weighted, pool);
    pool_free(pool);
}
#endif
