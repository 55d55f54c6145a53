/*
 * slopes.c - samples forward and backward, one at a time on each thread.
 */
#include "train/slopes.h"

#include <assert.h>
#include <string.h>

#include "activation/activation.h"
#include "base/arena.h"
#include "graph/cut.h"
#include "graph/run.h"
#include "tensor/gemm.h"
#include "train/objective.h"

struct slopes {
    const struct slope_rows *rows;
    const real *weights;
    real *dx;
    struct arena arena;
    struct graph graph;   /* to be run */
    struct variant loss;  /* -log p, fused with the last nonlinearity */
    struct plan plan;     /* of slices of one sample */
    unsigned char *lanes; /* [threads][lane_bytes]: a lane, what outlives it,
                             scratch */
    size_t lane_bytes;
};

/* The parts of a lane are multiples of 64 bytes but for the last. */
static size_t lane_bytes(const struct slopes *s)
{
    const size_t bytes =
        s->plan.lane_bytes + s->plan.batch_bytes + s->plan.work_bytes;

    return (bytes + 63) / 64 * 64;
}

/* d -log p / d z of the sample's output, as the loss whose answer it is has
 * it; outputs of their own have nothing to do with it. */
static void output_gradient(const struct slopes *s, int64_t output,
                            const real *z, real *dz)
{
    const int64_t width = shape_count(s->graph.out);
    const bool apart = !activation_of(s->graph.output_nonlinearity)->by_row;
    const int32_t label = !apart || s->rows->pair ? (int32_t)output : 1;
    const struct loss_rows of = {
        .rows = 1, .width = width, .z = z, .labels = &label};

    objective_gradient(s->loss, &s->graph, &of, apart ? -(double)width : -1,
                       dz);
    for (int64_t i = 0; apart && i < width; i++)
        if (width > 1 && i != output)
            dz[i] = 0;
}

static void run_sample(void *context, int64_t sample, int64_t worker)
{
    const struct slopes *s = context;
    const struct plan *p = &s->plan;
    unsigned char *lane = s->lanes + (size_t)worker * s->lane_bytes;
    const size_t size = (size_t)shape_count(s->graph.in);
    const int64_t id = 0;
    const struct run run = {
        .graph = &s->graph,
        .plan = p,
        .memory = {.lane = lane, .batch = lane + p->lane_bytes},
        .work = lane + p->lane_bytes + p->batch_bytes,
        .params = s->weights,
        .rows = 1,
        .ids = &id,
        .epoch = 1,
    };

    memcpy(run_input(&run), s->rows->x + (size_t)sample * size,
           size * sizeof(real));
    const real *z = run_forward(&run);
    output_gradient(s, s->rows->of[sample], z,
                    run_gradient(&run, s->graph.count - 1));
    run_backward(&run, NULL);
    memcpy(s->dx + (size_t)sample * size, run_gradient(&run, 0),
           size * sizeof(real));
}

static enum status prepare(struct slopes *s, const struct graph *g,
                           int64_t threads, struct err *e)
{
    enum status status = graph_still(&s->graph, g, &s->arena, e);

    if (status == OK)
        status = plan_build(&s->plan, &s->arena, &s->graph,
                            (struct plan_rows){.slice = 1, .batch = 1}, e);
    if (status != OK)
        return status;
    assert(s->plan.cut_count == 0 && s->graph.weight_size == g->weight_size);
    const struct activation_ops *last =
        activation_of(s->graph.output_nonlinearity);
    assert(last->probable);
    s->loss.kind =
        kind_find(loss_kinds, last->by_row ? "categorical_crossentropy"
                                           : "binary_crossentropy");
    s->lane_bytes = lane_bytes(s);
    s->lanes = mem_take((size_t)threads, s->lane_bytes);
    if (!s->lanes)
        return err_memory(e, "computing gradients of the input");
    return graph_needs_blas(&s->graph, true) ? gemm_load(threads, e) : OK;
}

enum status slopes_of(const struct graph *g, const real *weights,
                      const struct slope_rows *rows, real *dx,
                      struct pool *pool, struct err *e)
{
    struct slopes s = {.rows = rows, .weights = weights, .dx = dx};
    const enum status status = prepare(&s, g, pool_size(pool), e);

    if (status == OK)
        pool_run(pool, rows->count, run_sample, &s);
    mem_free(s.lanes);
    arena_free(&s.arena);
    return status;
}
