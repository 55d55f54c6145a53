/*
 * featurepool.c - one number of each group of channels: maxout.
 *
 * Lasagne's FeaturePoolLayer: y = the maximum, mean or sum of `pool_size`
 * consecutive elements along an axis.  The gradient of a maximum goes to the
 * first element that has it, and a NaN is one.  Ref: Goodfellow et al.: Maxout
 * Networks, 2013.
 */
#include <string.h>

#include "base/compiler.h"
#include "layer/config.h"
#include "layer/feature.h"

static const char *const function_words[] = {"max", "mean", "sum", NULL};

/* clang-format off */
static const struct field featurepool_fields[] = {
    FEATURE_FIELDS(featurepool_config),
    FIELD(featurepool_config, pool_function, .def = "max",
          .choices = function_words, .aka = "mode function",
          .doc = "What is taken of a group."),
    {0},
};
/* clang-format on */

static enum status featurepool_infer(const void *config, const struct shape *in,
                                     int64_t inputs, struct layer_spec *spec)
{
    const struct featurepool_config *c = config;
    struct feature_groups *g = spec_prepared(spec, sizeof *g);

    (void)inputs;
    spec->out = in[0];
    const enum status s = feature_groups(spec, c->axis, c->pool_size, in[0], g);
    if (s == OK)
        spec->out.dim[g->axis] = g->groups;
    return s;
}

static bool is_max(const struct layer *l)
{
    const struct featurepool_config *c = l->config;

    return strcmp(c->pool_function, "max") == 0;
}

/* What each element adds to a sum or a mean. */
static real share_of(const struct layer *l)
{
    const struct featurepool_config *c = l->config;

    return strcmp(c->pool_function, "mean") == 0 ? 1 / (real)c->pool_size : 1;
}

HOT_CLONES
static void sum_run(const struct feature_run *r)
{
    const struct feature_groups *g = r->groups;
    const real *restrict x = r->pass->x[0] + r->x_at;
    real *restrict y = r->pass->y + r->y_at;
    const real share = share_of(r->layer);

    memcpy(y, x, (size_t)r->count * sizeof *y);
    for (int64_t k = 1; k < g->size; k++)
        for (int64_t i = 0; i < r->count; i++)
            y[i] += x[k * g->inner + i];
    for (int64_t i = 0; i < r->count; i++)
        y[i] *= share;
}

static void max_run(const struct feature_run *r)
{
    struct feature_winners w;

    feature_find(r->groups, r->pass->x[0] + r->x_at, r->count, &w);
    memcpy(r->pass->y + r->y_at, w.value, (size_t)r->count * sizeof *w.value);
}

static void featurepool_forward(const struct layer *l, const struct pass *p)
{
    feature_each(l, p, is_max(l) ? max_run : sum_run);
}

HOT_CLONES
static void sum_back(const struct feature_run *r)
{
    const struct feature_groups *g = r->groups;
    const real *restrict dy = r->pass->dy + r->y_at;
    real *restrict dx = r->pass->dx[0] + r->x_at;
    const real share = share_of(r->layer);

    for (int64_t k = 0; k < g->size; k++)
        for (int64_t i = 0; i < r->count; i++)
            dx[k * g->inner + i] = share * dy[i];
}

HOT_CLONES
static void max_back(const struct feature_run *r)
{
    const struct feature_groups *g = r->groups;
    const real *restrict dy = r->pass->dy + r->y_at;
    real *restrict dx = r->pass->dx[0] + r->x_at;
    struct feature_winners w;

    feature_find(g, r->pass->x[0] + r->x_at, r->count, &w);
    for (int32_t k = 0; k < g->size; k++)
        for (int64_t i = 0; i < r->count; i++)
            dx[k * g->inner + i] = w.place[i] == k ? dy[i] : 0;
}

static void featurepool_backward(const struct layer *l, const struct pass *p)
{
    if (p->dx[0])
        feature_each(l, p, is_max(l) ? max_back : sum_back);
}

const struct layer_ops featurepool_layer = {
    .kind = {.name = "featurepool",
             .doc = "The maximum of each group of channels (maxout).",
             CONFIG(featurepool),
             .aka = "maxout feature_pool channel_pool"},
    .family = FAMILY_POOLING,
    ONE_INPUT,
    .backward_reads_x = true,
    .infer = featurepool_infer,
    .forward = featurepool_forward,
    .backward = featurepool_backward,
};
