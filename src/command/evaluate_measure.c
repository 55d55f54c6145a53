/*
 * evaluate_measure.c - metrics of rows as they come, and of all rows.
 */
#include "command/evaluate_measure.h"

#include "train/infer.h"

bool measuring_takes(const struct model *m, struct variant of)
{
    return metric_takes(of, m->target.kind) &&
           (!metric_of(of)->of_probabilities ||
            infer_has_probabilities(&m->experiment.graph));
}

void measuring_begin(struct measuring *g, struct evaluation *v,
                     const struct model *m, int64_t top_k, struct arena *a)
{
    struct top_k_config *top = arena_take(a, 1, sizeof *top);
    const int64_t width = v->target->width;
    int64_t count = 0;

    v->probable = infer_has_probabilities(&m->experiment.graph);
    *g = (struct measuring){.into = v};
    while (metric_kinds[count])
        count++;
    v->metrics = arena_take(a, (size_t)count, sizeof *v->metrics);
    if (!top || !v->metrics)
        return;
    top->k = top_k;
    for (int64_t i = 0; i < count; i++) {
        const struct variant of = {metric_kinds[i], top};
        if (!measuring_takes(m, of))
            continue;
        v->metrics[v->metric_count++] = metric_new(of, width, v->samples, a);
        g->keeps = g->keeps || metric_of(of)->whole;
    }
    if (g->keeps)
        kept_begin(&g->kept, v->samples, width, a);
}

void measuring_add(struct measuring *g, const struct metric_rows *of)
{
    const struct evaluation *v = g->into;

    for (int64_t i = 0; i < v->metric_count; i++)
        if (!metric_of(v->metrics[i].of)->whole)
            metric_add(&v->metrics[i], of);
    if (g->keeps)
        kept_add(&g->kept, of);
}

void measuring_end(struct measuring *g)
{
    const struct evaluation *v = g->into;

    for (int64_t i = 0; i < v->metric_count; i++)
        if (metric_of(v->metrics[i].of)->whole)
            metric_add(&v->metrics[i], &g->kept.all);
}
