/*
 * The clock over layers: every call of a network with sums over the batch.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "support/rig.h"
#include "train/bench.h"

Test(bench, measures_layers_that_wait_for_the_batch)
{
    const struct rig_net *net = rig_net("sums two in a row");
    struct err e = {0};
    struct pool *pool;
    struct bench out;
    struct rig r;

    cr_assert_eq(pool_new(&pool, 2, &e), OK);
    rig_open(&r, net);
    const struct bench_config config = {.step = r.config, .training = true};
    const struct exchange x = exchange_local(pool);
    cr_assert_eq(bench_run(&out, &config, &r.g, &x, &r.arena, &e), OK);
    cr_assert_gt(out.training, 0);
    cr_assert_gt(out.inference, 0);
    cr_assert_eq(out.threads, 2);
    cr_assert(out.limits.plain > 1e6 && isfinite(out.limits.plain), "limit %g",
              out.limits.plain);
    for (int64_t i = 1; i < r.g.count; i++) {
        const double *calls = out.calls + i * BENCH_PASSES;
        cr_assert(calls[BENCH_FORWARD] > 0 && calls[BENCH_BACKWARD] > 0 &&
                      calls[BENCH_INFERENCE] > 0,
                  "%s", r.g.nodes[i].layer.name);
    }
    rig_close(&r);
    pool_free(pool);
}
