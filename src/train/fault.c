/*
 * fault.c - a scan of outputs, gradients and weights after the event.
 */
#include "train/fault.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "tensor/finite.h"

/* The first bad output of a slice. */
struct finding {
    int64_t node, row; /* node -1: none */
};

static void look_at(struct finding *f, const struct run *r, int64_t node)
{
    const int64_t width = graph_node_reals(&r->graph->nodes[node]);
    const int64_t at = first_nonfinite(run_output(r, node), r->rows * width);

    if (f->node >= 0 || at == r->rows * width)
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
    if (!r)
        return;
    if (node == 1)
        look_at(f, r, 0);
    look_at(f, r, node);
}

/* All slices go through a segment before the next: what is bad in an earlier
 * one was first, and in one segment the first slice speaks. */
static bool find_output(struct step *s, const struct train_state *state,
                        const struct step_batch *b, char text[FAULT_BYTES])
{
    int64_t least = INT64_MAX;

    for (int64_t i = 0; least > 0; i++) {
        const struct run r = step_slice_of(s, state, b, i).run;
        struct finding f = {.node = -1};
        const struct run_watch watch = {&f, NULL, look};
        if (r.rows == 0)
            break;
        step_replay(s, state, b, i, &watch);
        const int64_t at = f.node < 0 ? least : plan_segment(r.plan, f.node);
        if (at >= least)
            continue;
        least = at;
        snprintf(text, FAULT_BYTES, "the output of %s (forward, sample %lld)",
                 r.graph->nodes[f.node].layer.name, (long long)r.ids[f.row]);
    }
    return least < INT64_MAX;
}

/* A weight that is no number. */
static const struct param *bad_weight(const struct graph *g,
                                      const struct train_state *s)
{
    for (int64_t i = g->param_count - 1; i >= 0; i--)
        if (!all_finite(s->params + g->params[i].offset, g->params[i].count))
            return &g->params[i];
    return NULL;
}

/* Is a batch gradient of finite terms?  x has been looked at as an output. */
static bool terms_finite(const struct run *r, int64_t node)
{
    const int64_t width = shape_count(r->graph->nodes[node].layer.spec.out);
    const real *dy = run_gradient(r, node);

    return !dy || all_finite(dy, r->rows * width);
}

/* The parameter whose gradient is bad and that backward meets first: the one
 * nearest to the output.  -1: none. */
static int64_t bad_gradient(const struct step_slice *c)
{
    const struct graph *g = c->run.graph;

    for (int64_t i = g->param_count - 1; i >= 0; i--) {
        const struct param *p = &g->params[i];
        const bool finite = p->grad_offset == GRADIENT_NONE
                                ? terms_finite(&c->run, p->node)
                                : i != c->bad;
        if (!finite)
            return i;
    }
    return -1;
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

/* Where a parameter's gradient was bad first, for all processes: its segment,
 * the slice, and the parameter, one number; INT64_MAX: nowhere. */
static int64_t first_gradient(struct step *s, const struct train_state *state,
                              const struct step_batch *b)
{
    const struct exchange *x = step_exchange(s);
    int64_t least = INT64_MAX;

    for (int64_t i = 0;; i++) {
        const struct step_slice c = step_slice_of(s, state, b, i);
        if (c.run.rows == 0)
            return x->ops->least(x, least);
        const struct graph *g = c.run.graph;
        const int64_t bad = c.is_own ? bad_gradient(&c) : -1;
        if (bad < 0)
            continue;
        const int64_t moment = 2 * g->count - g->params[bad].node;
        const int64_t at = plan_segment(c.run.plan, moment) * b->count + i;
        least = num_min(least, at * g->param_count + bad);
    }
}

static bool find_gradient(struct step *s, const struct train_state *state,
                          const struct step_batch *b, char text[FAULT_BYTES])
{
    const struct graph *g = step_slice_of(s, state, b, 0).run.graph;
    const int64_t first = first_gradient(s, state, b);

    if (first < INT64_MAX) {
        const int64_t slice = first / g->param_count % b->count;
        const struct run r = step_slice_of(s, state, b, slice).run;
        char samples[300];
        list_samples(samples, sizeof samples, r.ids, r.rows);
        snprintf(text, FAULT_BYTES, "the gradient of %s (backward, samples%s)",
                 g->params[first % g->param_count].name, samples);
        return true;
    }
    const struct param *p = step_bad_gradient(s);
    if (p)
        snprintf(text, FAULT_BYTES, "the gradient of %s (backward)", p->name);
    return p != NULL;
}

void fault_describe(struct step *s, const struct train_state *state,
                    const struct step_batch *batch, struct step_result result,
                    char text[FAULT_BYTES])
{
    if (!isfinite(result.data_loss)) {
        if (!find_output(s, state, batch, text))
            snprintf(text, FAULT_BYTES, "the loss");
    } else if (!find_gradient(s, state, batch, text)) {
        const struct param *p =
            bad_weight(step_slice_of(s, state, batch, 0).run.graph, state);
        snprintf(text, FAULT_BYTES, "%s (update)", p ? p->name : "a weight");
    }
}
