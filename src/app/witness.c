/*
 * witness.c - compiled with `real` double alone.
 */
#include "app/witness.h"

#include <string.h>

#include "base/arena.h"
#include "document/experiment.h"

struct witness {
    struct experiment x;
    const struct dataset *set;
    const double *class_weights; /* of step_batch */
    int64_t *ids;                /* [set.count] 0, 1, .. */
    struct pool *pool;
    struct exchange exchange;
    struct train_state state;
    struct step *step;
};

static enum status open(struct witness *w, const struct witness_batch *batch,
                        int64_t count, struct err *e)
{
    enum status s =
        experiment_parse_stored(&w->x, "the configuration", batch->document,
                                strlen(batch->document), NULL, e);

    if (s == OK && w->x.graph.weight_size != count)
        s = err_add(e, ERR_INTERNAL, NULL,
                    "the network in double precision is another one");
    if (s == OK)
        s = pool_new(&w->pool, batch->threads, e);
    if (s != OK)
        return s;
    struct step_config config = experiment_fit_config(&w->x).step;
    config.batch_size = batch->set->count;
    config.augment = (struct augment_config){0};
    w->exchange = exchange_local(w->pool);
    w->ids = mem_take((size_t)batch->set->count, sizeof *w->ids);
    if (!w->ids)
        return err_memory(e, "checking gradients");
    for (int64_t i = 0; i < batch->set->count; i++)
        w->ids[i] = i;
    s = state_new(&w->state, &w->x.graph, NULL, NULL, e);
    return s == OK ? step_new(&w->step, &config, &w->x.graph, &w->exchange, e)
                   : s;
}

enum status witness_new(struct witness **out, const struct witness_batch *batch,
                        const float *weights, int64_t count, struct err *e)
{
    struct witness *w = mem_take(1, sizeof *w);

    *out = NULL;
    if (!w)
        return err_memory(e, "checking gradients");
    w->set = batch->set;
    w->class_weights = batch->class_weights;
    const enum status s = open(w, batch, count, e);
    if (s != OK) {
        witness_free(w);
        return s;
    }
    for (int64_t i = 0; i < count; i++)
        w->state.params[i] = (real)weights[i];
    *out = w;
    return OK;
}

void witness_free(struct witness *w)
{
    if (!w)
        return;
    step_free(w->step);
    state_free(&w->state);
    pool_free(w->pool);
    mem_free(w->ids);
    experiment_free(&w->x);
    mem_free(w);
}

double witness_objective(struct witness *w, int64_t at, double by)
{
    static const double mean = 0, std = 1;
    const struct normalization none = {1, &mean, &std};
    const struct step_batch batch = {
        .set = w->set,
        .norm = &none,
        .ids = w->ids,
        .count = w->set->count,
        .epoch = 1,
        .only_loss = true,
        .class_weights = w->class_weights,
    };
    real *weight = &w->state.params[at];
    const real before = *weight;

    *weight = (real)((double)before + by);
    const struct step_result r = step_run(w->step, &w->state, &batch);
    *weight = before;
    return r.data_loss + r.penalty;
}
