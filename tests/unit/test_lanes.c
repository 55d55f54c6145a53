/*
 * Lanes of blocked images beyond the channels: zeros behind every layer, and
 * without a trace in what the channels become.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "document/experiment.h"
#include "tensor/kernels.h"
#include "train/infer.h"

/* Channels that are zero, and factors by which what is not would grow beyond
 * all numbers. */
static const char document[] =
    "layers:\n"
    "  - input:  {shape: [2, 9, 9]}\n"
    "  - conv2d: {name: a, num_filters: 3, filter_size: 3, pad: 1, b: -200,"
    " nonlinearity: sigmoid}\n"
    "  - elemwisesum: {name: b, incoming: [a, a], coeffs: 1e+30}\n"
    "  - nonlinearity: {name: c, nonlinearity: linear}\n"
    "  - elemwisesum: {name: d, incoming: [c, c], coeffs: 1e+30}\n"
    "  - conv2d: {name: e, num_filters: 5, filter_size: 3,"
    " b: 0.5, nonlinearity: linear}\n"
    "  - dense:  {name: f, num_units: 2, nonlinearity: softmax}\n";

static void look(void *context, const struct run *r, int64_t node,
                 enum run_call call)
{
    const struct layout out = layer_writes(&r->graph->nodes[node].layer);
    const int64_t used = out.channels % out.lanes;
    int64_t *seen = context;

    (void)call;
    if (used == 0)
        return;
    const real *last =
        run_output(r, node) + layout_reals(&out) - out.pixels * out.lanes;
    for (int64_t i = 0; i < out.pixels * out.lanes; i++)
        if (i % out.lanes >= used)
            cr_assert(last[i] >= 0 && last[i] <= 0, "%s: %g",
                      r->graph->nodes[node].layer.name, (double)last[i]);
    ++*seen;
}

static void check(const char *engine, bool watched)
{
    char all[sizeof document + 80];
    int64_t seen = 0;
    const struct run_watch watch = {&seen, NULL, look};
    struct infer *infer;
    struct experiment x;
    struct pool *pool;
    struct err e = {0};
    real y[2];

    snprintf(all, sizeof all, "%sengine: %s\n", document, engine);
    cr_assert_eq(experiment_parse_stored(&x, "c.yaml", all, strlen(all),
                                         kernels_best(), &e),
                 OK, "%s", e.text);
    const size_t weights = (size_t)x.graph.weight_size, inputs = 2 * 9 * 9;
    real *w = mem_take(weights, sizeof *w), *in = mem_take(inputs, sizeof *in);
    cr_assert(w && in);
    graph_init_params(&x.graph, w);
    for (size_t i = 0; i < inputs; i++)
        in[i] = (real)(i % 7) / 7;
    cr_assert_eq(pool_new(&pool, 1, &e), OK);
    cr_assert_eq(infer_new(&infer, &x.graph, pool, 1, &e), OK);
    infer_weights(infer, w);
    infer_watch(infer, watched ? &watch : NULL);
    infer_outputs(infer, 1, in, y);
    cr_expect(isfinite(y[0]) && isfinite(y[1]), "%s: %g %g", engine,
              (double)y[0], (double)y[1]);
    cr_expect(!watched || seen >= 4, "%s: %d blocked outputs", engine,
              (int)seen);
    infer_free(infer);
    pool_free(pool);
    mem_free(w);
    mem_free(in);
    experiment_free(&x);
}

Test(lanes, beyond_the_channels_are_zeros)
{
    check("{algorithm: winograd2}", true);
    check("{algorithm: winograd2, precision: bfloat16}", true);
}

Test(lanes, beyond_the_channels_leave_no_trace)
{
    check("{algorithm: winograd2}", false);
    check("{algorithm: winograd2, precision: bfloat16}", false);
}
