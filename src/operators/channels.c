/*
 * channels.c - layers with a number or a mean for each channel, and those that
 * look at several channels, as operators.
 */
#include <string.h>

#include "layer/config.h"
#include "layer/facts.h"
#include "operators/build.h"

enum { RUNNING_MEAN, RUNNING_VAR };

/* Numbers as they meet a sample: its extents where they vary, 1 along the axes
 * where they are the same, [C, 1, 1].  Found by the loops over the sample,
 * outermost first. */
struct beside {
    struct shape shape; /* begins as the sample's */
    int64_t axis;       /* the first that no loop has run over */
};

static void run_over(struct beside *b, int64_t extent, bool varies)
{
    while (extent > 1 && b->axis < b->shape.axes) {
        extent /= b->shape.dim[b->axis];
        if (!varies)
            b->shape.dim[b->axis] = 1;
        b->axis++;
    }
}

static void run_over_map(struct beside *b, const struct axes_map *m)
{
    for (int64_t i = 0; i < m->loops; i++)
        run_over(b, m->loop[i].extent, m->loop[i].step != 0);
}

/* `parts` of a sample have numbers of their own. */
static struct shape beside_map(struct shape in, const struct axes_map *m,
                               int64_t parts)
{
    struct beside b = {.shape = in};

    run_over(&b, parts, true);
    run_over_map(&b, m);
    run_over(&b, m->count, m->step != 0);
    return b.shape;
}

static struct shape beside_channels(struct shape in, const struct channels *c)
{
    struct beside b = {.shape = in};

    run_over_map(&b, &c->map);
    run_over(&b, c->rows, false);
    run_over(&b, c->channels, true);
    run_over(&b, c->run, false);
    return b.shape;
}

/* One of the layer's tensors as it meets its input. */
static struct shape own_shape(const struct operator_layer *l)
{
    return beside_map(l->layer->in[0], (const void *)l->layer->spec.prepared,
                      1);
}

/* Its parameters, or what stands for those that are fixed. */
struct normal {
    const char *weight, *bias, *mean, *var;
};

static struct normal normal_of(struct operators *o,
                               const struct operator_layer *l,
                               struct shape shape)
{
    const struct batchnorm_config *c = l->layer->config;

    return (struct normal){
        .weight = c->weight ? build_param(o, "weight", shape, l->param[0])
                            : build_filled(o, "weight", shape, 1),
        .bias = c->bias ? build_param(o, "bias", shape, l->param[c->weight])
                        : build_filled(o, "bias", shape, 0),
        .mean = build_param(o, "running_mean", shape, l->buffer[RUNNING_MEAN]),
        .var = build_param(o, "running_var", shape, l->buffer[RUNNING_VAR]),
    };
}

/* Along other axes than the first. */
static const char *normalize(struct operators *o,
                             const struct operator_layer *l)
{
    const struct batchnorm_config *c = l->layer->config;
    const struct channels *all = batchnorm_channels(l->layer);
    const struct normal n =
        normal_of(o, l, beside_channels(l->layer->in[0], all));
    const char *epsilon = build_number(o, "epsilon", c->epsilon);
    const char *y = build_two(o, "Sub", "centred", l->x[0], n.mean);
    const char *std = build_two(o, "Add", "variance", n.var, epsilon);

    std = build_one(o, "Sqrt", "deviation", std);
    y = build_two(o, "Div", "normal", y, std);
    y = build_two(o, "Mul", "scaled", y, n.weight);
    return build_two(o, "Add", "shifted", y, n.bias);
}

const char *build_batchnorm(struct operators *o, const struct operator_layer *l)
{
    const struct batchnorm_config *c = l->layer->config;
    const struct channels *all = batchnorm_channels(l->layer);

    if (!all->first)
        return normalize(o, l);
    const struct normal n = normal_of(o, l, SHAPE(all->map.numbers));
    const char *const inputs[] = {l->x[0], n.weight, n.bias, n.mean, n.var};
    const char *y = build_node(o, "BatchNormalization", "normal", 5, inputs);
    build_real(o, "epsilon", c->epsilon);
    build_real(o, "momentum", 1 - c->alpha); /* for who trains on */
    return y;
}

const char *build_bias(struct operators *o, const struct operator_layer *l)
{
    return build_two(o, "Add", "sum", l->x[0],
                     build_param(o, "bias", own_shape(l), l->param[0]));
}

const char *build_scale(struct operators *o, const struct operator_layer *l)
{
    const char *name = l->layer->spec.params[0].name;

    return build_two(o, "Mul", "product", l->x[0],
                     build_param(o, name, own_shape(l), l->param[0]));
}

const char *build_prelu(struct operators *o, const struct operator_layer *l)
{
    const char *name = l->layer->spec.params[0].name;

    return build_two(o, "PRelu", "slopes", l->x[0],
                     build_param(o, name, own_shape(l), l->param[0]));
}

const char *build_rrelu(struct operators *o, const struct operator_layer *l)
{
    const struct rrelu_config *c = l->layer->config;
    const char *y = build_one(o, "LeakyRelu", "slope", l->x[0]);

    build_real(o, "alpha", (c->lower + c->upper) / 2);
    return y;
}

const char *build_standardization(struct operators *o,
                                  const struct operator_layer *l)
{
    const struct standardization_config *c = l->layer->config;
    const struct standard *s = standardization_parts(l->layer);
    const struct shape in = l->layer->in[0];
    const struct shape means = beside_map(in, &s->map, s->parts);
    int64_t axes[SHAPE_MAX_AXES], count = 0;

    for (int64_t a = 0; a < in.axes; a++)
        if (means.dim[a] == 1)
            axes[count++] = a + 1;
    const char *epsilon = build_number(o, "epsilon", c->epsilon);
    const char *mean =
        build_reduce(o, "ReduceMean", "mean", l->x[0], count, axes, true);
    const char *y = build_two(o, "Sub", "centred", l->x[0], mean);
    const char *std = build_two(o, "Mul", "squares", y, y);
    std = build_reduce(o, "ReduceMean", "variance", std, count, axes, true);
    std = build_two(o, "Add", "variance_epsilon", std, epsilon);
    std = build_one(o, "Sqrt", "deviation", std);
    return build_two(o, "Div", "normal", y, std);
}

/* Its alpha is divided by the number of channels there. */
const char *build_response(struct operators *o, const struct operator_layer *l)
{
    const struct lrn2d_config *c = l->layer->config;
    const char *y = build_one(o, "LRN", "response", l->x[0]);

    build_real(o, "alpha", c->alpha * (double)c->n);
    build_real(o, "beta", c->beta);
    build_real(o, "bias", c->k);
    build_int(o, "size", c->n);
    return y;
}

/* x with the axis of groups cut in two, groups and what is in them: [..,
 * groups, size, ..]. */
static const char *split(struct operators *o, const struct operator_layer *l)
{
    const struct feature_groups *g = feature_groups_of(l->layer);
    const struct shape in = l->layer->in[0];
    int64_t dims[2 + SHAPE_MAX_AXES] = {0}, count = 1;

    for (int64_t a = 0; a < in.axes; a++) {
        dims[count++] = a == g->axis ? g->groups : in.dim[a];
        if (a == g->axis)
            dims[count++] = g->size;
    }
    return build_two(o, "Reshape", "groups", l->x[0],
                     build_whole(o, "groups_shape", count, dims));
}

const char *build_feature_pool(struct operators *o,
                               const struct operator_layer *l)
{
    const struct featurepool_config *c = l->layer->config;
    const int64_t axis = feature_groups_of(l->layer)->axis + 2;
    const char *op = strcmp(c->pool_function, "max") == 0    ? "ReduceMax"
                     : strcmp(c->pool_function, "mean") == 0 ? "ReduceMean"
                                                             : "ReduceSum";

    return build_reduce(o, op, "pool", split(o, l), 1, &axis, false);
}

/* 0, 1, .. along the axis within a group. */
static const char *places(struct operators *o, const struct operator_layer *l)
{
    const struct feature_groups *g = feature_groups_of(l->layer);
    int64_t *all = build_fits(o, g->size)
                       ? arena_take(&o->arena, (size_t)g->size, sizeof *all)
                       : NULL;
    struct shape shape = SHAPE(g->size);

    for (int64_t i = 0; all && i < g->size; i++)
        all[i] = i;
    for (int64_t a = g->axis + 1; a < l->layer->in[0].axes; a++)
        shape.dim[shape.axes++] = 1;
    return all ? build_grid(o, "places", shape, all) : "";
}

/* The first of the largest stays. */
const char *build_feature_wta(struct operators *o,
                              const struct operator_layer *l)
{
    const char *x = split(o, l);
    const char *winner = build_one(o, "ArgMax", "winner", x);

    build_int(o, "axis", feature_groups_of(l->layer)->axis + 2);
    build_int(o, "keepdims", 1);
    build_int(o, "select_last_index", 0);
    const char *wins = build_two(o, "Equal", "wins", winner, places(o, l));
    const char *const inputs[] = {wins, x, build_number(o, "zero", 0)};
    const char *y = build_node(o, "Where", "kept", 3, inputs);
    return build_reshape(o, "ungrouped", y, l->layer->in[0]);
}
