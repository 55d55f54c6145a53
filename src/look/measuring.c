/*
 * measuring.c - metrics of rows as they come, and of all rows.
 */
#include "look/measuring.h"

#include "train/infer.h"

bool measuring_takes(const struct model *m, struct variant of)
{
    return metric_takes(of, m->target.kind) &&
           (!metric_of(of)->of_probabilities ||
            infer_has_probabilities(&m->experiment.graph));
}

void measuring_begin(struct measuring *g, const struct model *m,
                     int64_t samples, int64_t top_k, struct arena *a)
{
    struct top_k_config *top = arena_take(a, 1, sizeof *top);
    const int64_t width = m->target.width;
    int64_t count = 0;

    *g = (struct measuring){0};
    while (metric_kinds[count])
        count++;
    g->at = arena_take(a, (size_t)count, sizeof *g->at);
    if (!top || !g->at)
        return;
    top->k = top_k;
    for (int64_t i = 0; i < count; i++) {
        const struct variant of = {metric_kinds[i], top};
        if (!measuring_takes(m, of))
            continue;
        g->at[g->count++] = metric_new(of, width, samples, a);
        g->keeps = g->keeps || metric_of(of)->whole;
    }
    if (g->keeps)
        kept_begin(&g->kept, samples, width, a);
}

void measuring_add(struct measuring *g, const struct metric_rows *of)
{
    for (int64_t i = 0; i < g->count; i++)
        if (!metric_of(g->at[i].of)->whole)
            metric_add(&g->at[i], of);
    if (g->keeps)
        kept_add(&g->kept, of);
}

void measuring_end(struct measuring *g)
{
    for (int64_t i = 0; i < g->count; i++)
        if (metric_of(g->at[i].of)->whole)
            metric_add(&g->at[i], &g->kept.all);
}

const struct metric *measuring_by_class(const struct measuring *g)
{
    for (int64_t i = 0; i < g->count; i++)
        if (metric_of(g->at[i].of)->by_class)
            return &g->at[i];
    return NULL;
}

const struct metric *measuring_find(const struct measuring *g,
                                    const struct kind *kind)
{
    for (int64_t i = 0; i < g->count; i++)
        if (g->at[i].of.kind == kind)
            return &g->at[i];
    return NULL;
}
