/*
 * step_plan.c - how a batch is cut, and what memory a step takes for it.
 */
#include "base/arena.h"
#include "base/num.h"
#include "train/feed.h"
#include "train/gradients.h"
#include "train/step.h"

struct plan_rows step_rows_of(const struct step_config *c, int64_t threads)
{
    return (struct plan_rows){
        .slice = num_ceil_div(c->batch_size, c->slices),
        .batch = c->batch_size,
        .threads = threads,
    };
}

int64_t step_slice_count(const struct plan *p, int64_t rows)
{
    return num_ceil_div(rows, p->rows.slice);
}

struct step_crew step_crew(int64_t slices, struct pool *pool, size_t work_bytes)
{
    const bool share = slices <= pool_size(pool) / 2;

    return (struct step_crew){{share ? NULL : pool, 0},
                              {share ? pool : NULL, work_bytes}};
}

size_t step_lane_count(const struct plan *p, int64_t slices, int64_t threads)
{
    return (size_t)(p->cut_count > 0 ? slices : threads);
}

size_t step_work_bytes(const struct plan *p, const struct graph *g)
{
    const size_t bytes = apply_work(g);

    return bytes > p->work_bytes ? bytes : p->work_bytes;
}

enum status step_sizes_of(const struct step_config *c, const struct graph *g,
                          int64_t threads, int64_t processes,
                          struct step_sizes *out, struct err *e)
{
    struct arena arena = {0};
    struct plan p;
    const enum status s =
        plan_build(&p, &arena, g, step_rows_of(c, threads), e);
    const int64_t slices = step_slice_count(&p, c->batch_size);
    const int64_t rooms = gradients_rooms(g, num_ceil_div(slices, processes),
                                          threads, processes == 1);
    const size_t sums = (size_t)(slices * p.most_sums + p.sum_count);

    *out = (struct step_sizes){
        .gradients = ((size_t)(rooms * g->grad_size) +
                      (c->clip_norm > 0 ? (size_t)g->param_size : 0)) *
                     sizeof(real),
        .activations =
            step_lane_count(&p, slices, threads) * p.lane_bytes +
            p.batch_bytes + sums * sizeof(double) +
            (c->of_inputs
                 ? (size_t)(c->batch_size * shape_count(g->in)) * sizeof(float)
                 : 0),
        .scratch =
            (size_t)threads * (step_work_bytes(&p, g) +
                               feed_work(&c->augment, g->in, &arena)) +
            feed_staged(&c->augment, &(struct feed_size){.in = g->in,
                                                         .rows = c->batch_size,
                                                         .apart = c->apart}),
        .weights = (size_t)p.laid * sizeof(real),
        .lanes = step_lane_count(&p, slices, threads),
        .of_slice = p.cut_count > 0,
    };
    arena_free(&arena);
    return s;
}
