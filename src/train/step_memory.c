/*
 * step_memory.c - all memory of a step, taken before the first batch.
 */
#include "base/arena.h"
#include "tensor/gemm.h"
#include "train/step_inside.h"

static enum status take_memory(struct step *s, struct err *e)
{
    const size_t rows = (size_t)s->config.batch_size;
    const size_t slices = (size_t)s->own.count;
    const int64_t threads = pool_size(s->x->pool);
    struct arena *a = &s->arena;

    apply_open(&s->apply, a);
    s->slice_sums = arena_take(
        a, slices, (size_t)s->plan.most_sums * sizeof *s->slice_sums);
    s->settled = arena_take(a, (size_t)s->plan.sum_count, sizeof *s->settled);
    s->row_loss = arena_take(a, rows, sizeof *s->row_loss);
    if (s->config.of_inputs)
        s->inputs = arena_take(a, rows * (size_t)shape_count(s->g->in),
                               sizeof *s->inputs);
    s->work_bytes = step_work_bytes(&s->plan, s->g);
    s->lanes = mem_take(step_lane_count(&s->plan, s->own.count, threads),
                        s->plan.lane_bytes);
    s->batch = mem_take(s->plan.batch_bytes, 1);
    s->work = mem_take((size_t)threads, s->work_bytes);
    s->laid = mem_take((size_t)s->plan.laid, sizeof *s->laid);
    gradients_open(
        &s->gradients, a, &s->plan, s->own.count,
        gradients_rooms(s->g, s->own.count, threads, s->x->processes == 1));
    const bool clips = s->config.clip_norm > 0;
    if (clips)
        s->apply.gradient = mem_take((size_t)s->g->param_size, sizeof(real));
    if (a->failed || !s->lanes || !s->batch || !s->work || !s->laid ||
        !s->gradients.at || (clips && !s->apply.gradient))
        return err_memory(e, "allocating the memory plan of training");
    return OK;
}

enum status step_new(struct step **out, const struct step_config *c,
                     const struct graph *g, const struct exchange *x,
                     struct err *e)
{
    struct step *s = mem_take(1, sizeof *s);

    *out = NULL;
    if (!s)
        return err_memory(e, "preparing the training step");
    *s = (struct step){
        .config = *c,
        .g = g,
        .x = x,
        .apply = {.g = g,
                  .x = x,
                  .penalty = c->penalty,
                  .clip_norm = c->clip_norm,
                  .max_norm = c->max_norm,
                  .measures = c->measures,
                  .rule = c->update},
    };
    enum status status = plan_build(&s->plan, &s->arena, g,
                                    step_rows_of(c, pool_size(x->pool)), e);
    if (status == OK)
        status = feed_open(
            &s->feed, &c->augment,
            &(struct feed_size){g->in, c->batch_size, c->apart, x->pool}, e);
    s->own = x->ops->share(x, step_slice_count(&s->plan, c->batch_size));
    if (status == OK)
        status = take_memory(s, e);
    if (status == OK)
        status = apply_prepare(&s->apply, &s->plan, e);
    if (status == OK && graph_needs_blas(g, true))
        status = gemm_load(pool_size(x->pool), e);
    if (status != OK) {
        step_free(s);
        return status;
    }
    *out = s;
    return OK;
}

void step_free(struct step *s)
{
    if (!s)
        return;
    mem_free(s->lanes);
    mem_free(s->batch);
    mem_free(s->work);
    mem_free(s->laid);
    gradients_close(&s->gradients);
    mem_free(s->apply.gradient);
    feed_close(&s->feed);
    arena_free(&s->arena);
    mem_free(s);
}
