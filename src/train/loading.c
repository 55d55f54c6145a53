/*
 * loading.c - steps of size 0 on real samples, and a clock.
 */
#include "train/loading.h"

#include "base/arena.h"
#include "base/num.h"
#include "base/system.h"
#include "train/order.h"

struct loading {
    const struct loading_job *job;
    struct step *step;
    struct train_state state;
    int64_t *order;       /* [train->count] */
    double begun, waited; /* when the first batch had been computed; 0: it has
                             not */
};

static enum status run_batch(struct loading *l, int64_t epoch, int64_t first,
                             struct err *e)
{
    const struct loading_job *j = l->job;
    const int64_t left = j->train->count - first;
    const struct step_batch batch = {
        .set = j->train->set,
        .part = j->train,
        .norm = j->norm,
        .ids = l->order + first,
        .count = num_min(j->step.batch_size, left),
        .epoch = epoch,
    };
    const enum status s = step_load(l->step, &batch, left - batch.count, e);

    if (s != OK)
        return s;
    (void)step_run(l->step, &l->state, &batch);
    if (l->begun > 0)
        return OK;
    l->begun = clock_seconds();
    l->waited = step_waited(l->step);
    return OK;
}

static enum status run_batches(struct loading *l, double *share, struct err *e)
{
    const struct loading_job *j = l->job;
    const int64_t size = j->step.batch_size;
    double spent = 0;
    enum status s = OK;

    graph_init_params(j->graph, l->state.params);
    for (int64_t epoch = 1; s == OK && spent < j->seconds; epoch++) {
        order_epoch(l->order, j->train, true, j->seed, epoch);
        for (int64_t i = 0;
             s == OK && spent < j->seconds && i < j->train->count; i += size) {
            s = run_batch(l, epoch, i, e);
            spent = clock_seconds() - l->begun;
        }
    }
    *share = spent > 0 ? (step_waited(l->step) - l->waited) / spent : 0;
    return s;
}

enum status loading_measure(double *share, const struct loading_job *j,
                            struct err *e)
{
    const struct exchange x = exchange_local(j->pool);
    struct arena arena = {0};
    struct loading l = {
        .job = j,
        .order = arena_take(&arena, (size_t)j->train->count, sizeof *l.order),
    };
    enum status s = arena_check(&arena, e, "preparing to measure");

    *share = 0;
    if (s == OK)
        s = state_new(&l.state, j->graph, update_of(j->step.update), NULL, e);
    if (s == OK)
        s = step_new(&l.step, &j->step, j->graph, &x, e);
    if (s == OK)
        s = run_batches(&l, share, e);
    step_free(l.step);
    state_free(&l.state);
    arena_free(&arena);
    return s;
}
