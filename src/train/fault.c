/*
 * fault.c - a scan of outputs, gradients and weights after the event.
 */
#include "train/fault.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tensor/finite.h"

/* The first bad output of a slice. */
struct finding {
    int64_t rows;
    int64_t node, row; /* node -1: none yet */
};

static void ignore(void *context)
{
    (void)context;
}

static void look_at(struct finding *f, const struct run *r, int64_t node)
{
    const int64_t width = shape_count(r->graph->nodes[node].layer.spec.out);
    const int64_t at = first_nonfinite(run_output(r, node), f->rows * width);

    if (f->node >= 0 || at == f->rows * width)
        return;
    f->node = node;
    f->row = at / width;
}

/* The first layer's call also answers for the input that it has read. */
static void look(void *context, const struct run *r, int64_t node,
                 enum run_call call)
{
    struct finding *f = context;

    (void)call;
    if (node == 1)
        look_at(f, r, 0);
    look_at(f, r, node);
}

static bool find_output(struct step *s, const struct graph *g,
                        const struct train_state *state,
                        const struct step_batch *b, char text[FAULT_BYTES])
{
    struct finding f = {.node = -1};
    const struct run_watch watch = {&f, ignore, look};
    struct step_slice c = {0};

    for (int64_t i = 0; f.node < 0; i++) {
        c = step_replay(s, state, b, i, NULL);
        if (c.rows == 0)
            return false;
        f.rows = c.rows;
        step_replay(s, state, b, i, &watch);
    }
    snprintf(text, FAULT_BYTES, "the output of %s (forward, sample %lld)",
             g->nodes[f.node].layer.name, (long long)b->ids[c.first + f.row]);
    return true;
}

static bool all_finite(const real *values, int64_t count)
{
    return first_nonfinite(values, count) == count;
}

/* A weight that is no number. */
static const struct param *bad_weight(const struct graph *g, const real *params)
{
    for (int64_t i = g->param_count - 1; i >= 0; i--)
        if (!all_finite(params + g->params[i].offset, g->params[i].count))
            return &g->params[i];
    return NULL;
}

/* Is a late gradient of finite terms?  x has been looked at as an output. */
static bool late_finite(const struct graph *g, int64_t node,
                        const struct step_slice *c)
{
    const int64_t width = shape_count(g->nodes[node].layer.spec.out);

    return all_finite(c->late.dy[node] + c->late.first * width,
                      c->rows * width);
}

/* The parameter whose gradient is bad and that backward meets first: the one
 * nearest to the output. */
static const struct param *bad_gradient(const struct graph *g,
                                        const struct step_slice *c)
{
    for (int64_t node = g->count - 1; node > 0; node--) {
        const struct graph_node *n = &g->nodes[node];
        for (int64_t i = n->layer.spec.param_count - 1; i >= 0; i--) {
            const struct param *p = &g->params[n->first_param + i];
            const bool finite =
                p->grad_offset == GRADIENT_NONE
                    ? late_finite(g, node, c)
                    : all_finite(c->gradients + p->grad_offset, p->count);
            if (!finite)
                return p;
        }
    }
    return NULL;
}

/* "12 993 7", and "..." when there is no room for all. */
static void list_samples(char *text, size_t room, const int64_t *ids,
                         int64_t count)
{
    size_t used = 0;

    for (int64_t i = 0; i < count; i++) {
        const int length =
            snprintf(text + used, room - used, " %lld", (long long)ids[i]);
        if (length < 0 || used + (size_t)length + sizeof " ..." > room) {
            snprintf(text + used, room - used, " ...");
            return;
        }
        used += (size_t)length;
    }
}

static bool find_gradient(struct step *s, const struct graph *g,
                          const struct train_state *state,
                          const struct step_batch *b, char text[FAULT_BYTES])
{
    const struct param *p = NULL;
    struct step_slice c = {.rows = 1};
    int64_t i = 1;

    while (!p && c.rows > 0) {
        c = step_replay(s, state, b, i++, NULL);
        p = c.rows > 0 ? bad_gradient(g, &c) : NULL;
    }
    if (p) {
        char samples[300];
        list_samples(samples, sizeof samples, b->ids + c.first, c.rows);
        snprintf(text, FAULT_BYTES, "the gradient of %s (backward, samples%s)",
                 p->name, samples);
        return true;
    }
    p = step_bad_gradient(s);
    if (p)
        snprintf(text, FAULT_BYTES, "the gradient of %s (backward)", p->name);
    return p != NULL;
}

void fault_describe(struct step *s, const struct graph *g,
                    const struct train_state *state,
                    const struct step_batch *batch, struct step_result result,
                    char text[FAULT_BYTES])
{
    const struct param *p = bad_weight(g, state->params);

    if (!isfinite(result.data_loss)) {
        if (!find_output(s, g, state, batch, text))
            snprintf(text, FAULT_BYTES, "the loss");
        return;
    }
    if (!find_gradient(s, g, state, batch, text))
        snprintf(text, FAULT_BYTES, "%s (update)", p ? p->name : "a weight");
}
