/*
 * feature.c - groups of channels and their winners.
 */
#include "layer/feature.h"

#include "base/compiler.h"
#include "base/num.h"
#include "layer/axes.h"

enum status feature_groups(struct layer_spec *s, int64_t axis, int64_t size,
                           struct shape in, struct feature_groups *out)
{
    const struct int_list list = {&axis, 1};
    struct axes named;
    const enum status status = axes_read_sample(s, "axis", list, in, &named);

    if (status != OK)
        return status;
    *out = (struct feature_groups){.size = size, .outer = 1, .inner = 1};
    while (!named.has[1 + out->axis])
        out->outer *= in.dim[out->axis++];
    for (int64_t i = out->axis + 1; i < in.axes; i++)
        out->inner *= in.dim[i];
    const int64_t extent = in.dim[out->axis];
    out->groups = extent / size;
    if (extent % size == 0)
        return OK;
    return layer_refuse(s, "pool_size",
                        "%lld does not divide the %lld elements of axis %lld",
                        (long long)size, (long long)extent, (long long)axis);
}

HOT_CLONES
void feature_find(const struct feature_groups *g, const real *x, int64_t count,
                  struct feature_winners *w)
{
    for (int64_t i = 0; i < count; i++) {
        w->value[i] = x[i];
        w->place[i] = 0;
    }
    for (int32_t k = 1; k < g->size; k++) {
        const real *next = x + k * g->inner;
        for (int64_t i = 0; i < count; i++) {
            const real best = w->value[i];
            const bool wins =
                (next[i] > best) | ((next[i] != next[i]) & (best == best));
            w->value[i] = wins ? next[i] : best;
            w->place[i] = wins ? k : w->place[i];
        }
    }
}

void feature_each(const struct layer *l, const struct pass *p,
                  feature_run_fn *run)
{
    const struct feature_groups *g = feature_groups_of(l);
    struct feature_run r = {.layer = l, .pass = p, .groups = g};
    const int64_t groups = p->batch * g->outer * g->groups;

    for (int64_t k = 0; k < groups; k++)
        for (int64_t i = 0; i < g->inner; i += r.count) {
            r.x_at = k * g->size * g->inner + i;
            r.y_at = k * g->inner + i;
            r.count = num_min(FEATURE_RUN, g->inner - i);
            run(&r);
        }
}
