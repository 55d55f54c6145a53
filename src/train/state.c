/*
 * state.c - weights, slots, counters and history of a run.
 */
#include "train/state.h"

#include <string.h>

#include "base/arena.h"

static real *take(int64_t count)
{
    return mem_take((size_t)count, sizeof(real));
}

enum status state_new(struct train_state *s, const struct graph *g,
                      const struct update_ops *update,
                      const struct metric_columns *columns, struct err *e)
{
    *s = (struct train_state){.columns = columns};
    s->params = take(g->weight_size);
    s->best_params = take(g->weight_size);
    bool complete = s->params && s->best_params;
    for (int i = 0; update && update->slots[i]; i++) {
        s->slots[i] = take(g->param_size);
        complete = complete && s->slots[i];
    }
    if (complete)
        return OK;
    state_free(s);
    return err_memory(e, "allocating the weights");
}

void state_free(struct train_state *s)
{
    mem_free(s->params);
    mem_free(s->best_params);
    for (int i = 0; i < UPDATE_MAX_SLOTS; i++)
        mem_free(s->slots[i]);
    average_free(&s->average);
    mem_free(s->history);
    *s = (struct train_state){0};
}

const real *state_current(const struct train_state *s, const struct graph *g)
{
    return s->average.decay > 0
               ? average_values(&s->average, g, s->params, s->update_count)
               : s->params;
}

void state_keep_best(struct train_state *s, const struct graph *g)
{
    memcpy(s->best_params, state_current(s, g),
           (size_t)g->weight_size * sizeof *s->params);
}

const real *state_predicting(const struct train_state *s, const struct graph *g)
{
    return s->best_epoch > 0 ? s->best_params : state_current(s, g);
}

const struct history_row *state_best(const struct train_state *s)
{
    for (int64_t i = s->history_count - 1; i >= 0 && s->best_epoch > 0; i--)
        if (s->history[i].epoch == s->best_epoch)
            return &s->history[i];
    return NULL;
}

enum status state_append(struct train_state *s, const struct history_row *row,
                         struct err *e)
{
    if (!mem_grow(&s->history, &s->history_room, (size_t)s->history_count + 1,
                  sizeof *s->history))
        return err_memory(e, "extending the history");
    s->history[s->history_count++] = *row;
    s->epoch = row->epoch;
    return OK;
}
