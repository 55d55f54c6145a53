/*
 * bytes.c - scales, weights and factors of a network in integers.
 */
#include "export/bytes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "activation/activation.h"
#include "base/num.h"
#include "layer/config.h"
#include "layer/facts.h"

enum { LEVELS = 255, MOST_WEIGHT = 127 };

/* How a layer's bytes come to be. */
enum form {
    FORM_LINEAR, /* products with weights */
    FORM_SAME,   /* bytes of the input, or their means */
    FORM_SUM,    /* sums of inputs, each with a factor */
    FORM_TABLE,  /* a byte for each byte */
};

static const struct row {
    const char *kind;
    enum form form;
} rows[] = {
    {"input", FORM_SAME},      {"conv2d", FORM_LINEAR},
    {"dense", FORM_LINEAR},    {"nin", FORM_LINEAR},
    {"maxpool2d", FORM_SAME},  {"avgpool2d", FORM_SAME},
    {"globalpool", FORM_SAME}, {"nonlinearity", FORM_TABLE},
    {"elemwisesum", FORM_SUM}, {"concat", FORM_SUM},
    {"flatten", FORM_SAME},    {"reshape", FORM_SAME},
    {"dropout", FORM_SAME},
};

static const struct row *row_of(const struct layer *l)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strcmp(rows[i].kind, l->ops->kind.name) == 0)
            return &rows[i];
    return NULL;
}

/* Of a layer that has passed check_layer. */
static enum form form_of(const struct layer *l)
{
    const struct row *row = row_of(l);

    return row ? row->form : FORM_SAME;
}

/* Rectified units, a slope above 0 below 0: *slope; 1 where it is linear. */
static bool is_leaky(struct variant v, double *slope)
{
    real z = -1;

    *slope = 1;
    if (!v.kind || activation_is_linear(v))
        return true;
    if (strcmp(v.kind->name, "rectify") != 0 &&
        strcmp(v.kind->name, "leaky_rectify") != 0 &&
        strcmp(v.kind->name, "very_leaky_rectify") != 0)
        return false;
    activation_of(v)->forward(v.config, 1, 1, &z);
    *slope = -(double)z;
    return *slope >= 0 && *slope <= 1;
}

/* Has a global pool a scale of its own? */
static bool is_total(const struct layer *l)
{
    const struct globalpool_config *c = l->config;

    return strcmp(l->ops->kind.name, "globalpool") == 0 &&
           strcmp(c->pool_function, "sum") == 0;
}

static bool is_untied(const struct layer *l)
{
    return l->spec.param_count > 1 &&
           shape_count(l->spec.params[1].shape) != l->spec.out.dim[0];
}

static void check_layer(const struct graph_node *n, struct err *e)
{
    const struct layer *l = &n->layer;
    double slope;

    if (n->folded)
        return;
    if (!row_of(l))
        err_add(e, ERR_CONFIG, NULL,
                "layer %s: %s has no form in integers; expected conv2d, dense, "
                "nin, maxpool2d, avgpool2d, globalpool, nonlinearity, "
                "elemwisesum, concat, flatten, reshape, dropout, or a "
                "batchnorm behind one of the first three",
                l->name, l->ops->kind.name);
    else if (!is_leaky(l->spec.nonlinearity, &slope))
        err_add(e, ERR_CONFIG, NULL,
                "layer %s: %s has no form in integers; expected linear, "
                "rectify, or leaky_rectify with a leakiness in [0, 1]",
                l->name, l->spec.nonlinearity.kind->name);
    else if (is_untied(l))
        err_add(e, ERR_CONFIG, NULL,
                "layer %s: a bias for every pixel has no form in integers",
                l->name);
}

bool bytes_is_last(const struct network *n, int64_t node)
{
    const struct layer *l = &n->fold.graph.nodes[node].layer;

    return node == n->fold.graph.count - 1 && form_of(l) == FORM_LINEAR &&
           !l->spec.nonlinearity.kind;
}

static struct byte_scale scale_between(double low, double high)
{
    const double from = fmin(low, 0), to = fmax(high, 0);
    const double scale = to > from ? (to - from) / LEVELS : 1;

    return (struct byte_scale){
        scale,
        (int32_t)fmax(INT8_MIN,
                      fmin(INT8_MAX, nearbyint(INT8_MIN - from / scale)))};
}

/* Of a number that is not negative. */
static struct byte_factor factor_of(double value)
{
    int exponent;
    const double fraction = frexp(value, &exponent);
    int64_t multiplier = (int64_t)nearbyint(ldexp(fraction, 31));
    int64_t shift = 31 - exponent;

    if (multiplier > INT32_MAX) {
        multiplier /= 2;
        shift--;
    }
    if (shift < 1) /* the result is cut off anyway */
        return (struct byte_factor){INT32_MAX, 1};
    if (shift > 62) /* less than half of what is rounded away */
        return (struct byte_factor){0, 62};
    return (struct byte_factor){(int32_t)multiplier, (int32_t)shift};
}

/* One network becoming integers. */
struct maker {
    struct byte_network *b;
    const struct graph *g;
    const struct byte_ranges *ranges;
    struct err *e;
};

static const struct byte_scale *input_scale(const struct maker *m, int64_t node,
                                            int64_t k)
{
    return &m->b->nodes[m->g->nodes[node].inputs[k]].y;
}

/* What a slope below 0 makes of every byte. */
static void make_table(const struct maker *m, int64_t node,
                       struct byte_scale from, double slope)
{
    struct byte_node *n = &m->b->nodes[node];

    n->before = from;
    n->table = arena_take(&m->b->arena, 256, 1);
    for (int i = 0; n->table && i < 256; i++) {
        const double z = from.scale * (i + INT8_MIN - from.zero);
        const double y = z < 0 ? slope * z : z;
        n->table[i] = byte_clamp((int64_t)nearbyint(y / n->y.scale) + n->y.zero,
                                 INT8_MIN);
    }
}

/* Weights of a channel and what an integer of it stands for.  The scale is
 * large enough for the bias to be an integer, too.  False: sums may not fit. */
static bool make_channel(const struct maker *m, int64_t node, int64_t o,
                         int64_t row, double input)
{
    const struct graph_node *g = &m->g->nodes[node];
    const struct param *p = &m->g->params[g->first_param];
    const real *w = m->b->net->weights + p->offset + o * row;
    const double bias =
        g->layer.spec.param_count > 1
            ? (double)m->b->net
                  ->weights[m->g->params[g->first_param + 1].offset + o]
            : 0;
    struct byte_node *n = &m->b->nodes[node];
    double most = 0, sum = 0;

    for (int64_t i = 0; i < row; i++)
        most = fmax(most, fabs((double)w[i]));
    const double unit =
        fmax(fmax(most / MOST_WEIGHT, fabs(bias) / input / (1 << 30)), 1e-30);
    for (int64_t i = 0; i < row; i++) {
        n->weight[o * row + i] = (int8_t)nearbyint((double)w[i] / unit);
        sum += abs(n->weight[o * row + i]);
    }
    n->bias[o] = (int32_t)nearbyint(bias / (unit * input));
    n->scale[o] = (real)(unit * input);
    return sum * (LEVELS + 1) + fabs((double)n->bias[o]) <= INT32_MAX;
}

static void make_linear(const struct maker *m, int64_t node)
{
    const struct layer *l = &m->g->nodes[node].layer;
    const struct param *p = &m->g->params[m->g->nodes[node].first_param];
    const int64_t channels = l->spec.out.dim[0], row = p->count / channels;
    const double input = input_scale(m, node, 0)->scale;
    struct byte_node *n = &m->b->nodes[node];
    struct arena *a = &m->b->arena;
    double slope;

    is_leaky(l->spec.nonlinearity, &slope);
    n->weight = arena_take(a, (size_t)p->count, 1);
    n->bias = arena_take(a, (size_t)channels, sizeof *n->bias);
    n->factor = arena_take(a, (size_t)channels, sizeof *n->factor);
    n->scale = arena_take(a, (size_t)channels, sizeof *n->scale);
    if (!n->weight || !n->bias || !n->factor || !n->scale)
        return;
    n->rectify = slope == 0;
    if (slope > 0 && slope < 1)
        make_table(m, node,
                   scale_between((double)m->ranges->low[node] / slope,
                                 (double)m->ranges->high[node]),
                   slope);
    for (int64_t o = 0; o < channels; o++) {
        if (!make_channel(m, node, o, row, input))
            err_add(m->e, ERR_CONFIG, NULL,
                    "layer %s: sums of %lld products do not fit 32 bits",
                    l->name, (long long)row);
        n->factor[o] = factor_of((double)n->scale[o] / n->before.scale);
    }
}

/* Factors of one shift, so that 32-bit sums of their products do not
 * overflow. */
static void make_sum(const struct maker *m, int64_t node)
{
    const struct layer *l = &m->g->nodes[node].layer;
    const struct merge_task t = elemwisesum_task(l);
    struct byte_node *n = &m->b->nodes[node];
    double sum = 0;
    int exponent;

    for (int64_t k = 0; k < l->inputs; k++)
        sum += fabs(t.coeffs[num_min(k, t.coeff_count - 1)]) *
               input_scale(m, node, k)->scale / n->y.scale;
    frexp(LEVELS * (sum + 1e-30), &exponent);
    const int shift = (int)fmax(1, fmin(30, 29 - exponent));
    if (29 - exponent < 1)
        err_add(m->e, ERR_CONFIG, NULL, "layer %s: its sums do not fit 32 bits",
                l->name);
    for (int64_t k = 0; k < l->inputs; k++) {
        const double factor = t.coeffs[num_min(k, t.coeff_count - 1)] *
                              input_scale(m, node, k)->scale / n->y.scale;
        n->factor[k] = (struct byte_factor){
            exponent < 29 ? (int32_t)nearbyint(ldexp(factor, shift)) : 0,
            shift};
    }
}

/* Every input, or the sum of a plane, in the scale of the output. */
static void make_factors(const struct maker *m, int64_t node)
{
    const struct layer *l = &m->g->nodes[node].layer;
    struct byte_node *n = &m->b->nodes[node];

    n->factor = arena_take(&m->b->arena, (size_t)l->inputs, sizeof *n->factor);
    if (!n->factor)
        return;
    if (strcmp(l->ops->kind.name, "elemwisesum") == 0) {
        make_sum(m, node);
        return;
    }
    for (int64_t k = 0; k < l->inputs; k++)
        n->factor[k] = factor_of(input_scale(m, node, k)->scale / n->y.scale);
}

static void make_node(const struct maker *m, int64_t node)
{
    const struct graph_node *g = &m->g->nodes[node];
    const struct layer *l = &g->layer;
    struct byte_node *n = &m->b->nodes[node];
    double slope;

    is_leaky(l->spec.nonlinearity, &slope);
    const enum form form = g->folded || l->spec.applied ? FORM_SAME
                           : is_total(l)                ? FORM_SUM
                                                        : form_of(l);
    const bool same = form == FORM_SAME || (form == FORM_TABLE && slope == 1);
    n->y = n->before = node > 0 && same
                           ? *input_scale(m, node, 0)
                           : scale_between((double)m->ranges->low[node],
                                           (double)m->ranges->high[node]);
    if (form == FORM_LINEAR)
        make_linear(m, node);
    else if (form == FORM_SUM)
        make_factors(m, node);
    else if (form == FORM_TABLE && !same)
        make_table(m, node, *input_scale(m, node, 0), slope);
}

enum status bytes_new(struct byte_network *b, const struct network *n,
                      const struct byte_ranges *ranges, struct err *e)
{
    const struct graph *g = &n->fold.graph;
    const struct maker m = {b, g, ranges, e};

    *b = (struct byte_network){.net = n};
    for (int64_t i = 0; i < g->count; i++)
        check_layer(&g->nodes[i], e);
    if (e->status != OK)
        return e->status;
    b->nodes = arena_take(&b->arena, (size_t)g->count, sizeof *b->nodes);
    for (int64_t i = 0; b->nodes && i < g->count; i++)
        make_node(&m, i);
    return e->status != OK ? e->status
                           : arena_check(&b->arena, e, "making integers");
}

void bytes_free(struct byte_network *b)
{
    arena_free(&b->arena);
    *b = (struct byte_network){0};
}
