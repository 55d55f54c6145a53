/*
 * make_conv.c - convolutions and what is multiplied by a matrix.
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "import/importer.h"

/* The weights [a, b, rows, columns] of a convolution. */
static enum status filters_of(const struct step *s,
                              const struct onnx_tensor **w)
{
    const enum status status = step_needs(s, 1, -1, w);

    return status != OK || (*w)->rank == 4
               ? status
               : step_refuse(s,
                             "its weights have %lld axes, only those of "
                             "images of rows and columns are read",
                             (long long)(*w)->rank);
}

/* The bias, a number for each channel; without one `b` is null. */
static enum status take_bias(const struct step *s, struct made *m,
                             int64_t channels, struct variant *b)
{
    const struct onnx_tensor *bias;

    if (!step_in(s, 2)) {
        *b = (struct variant){NULL, NULL};
        return OK;
    }
    const enum status status = step_needs(s, 2, channels, &bias);
    if (status == OK)
        made_weight(m, "bias", bias->reals, channels);
    return status;
}

/* Is the cell behind the image that a window needs a zero of the pad before it
 * on both sides? */
static bool is_even(const struct reach1 *r)
{
    const int64_t extent = r->dilation * (r->kernel - 1) + 1;

    const int64_t room = r->in + 2 * r->begin - extent;

    return room >= 0 && room / r->stride + 1 == r->out;
}

enum status make_conv(struct step *s)
{
    const struct onnx_tensor *w;
    struct reach1 r[NODE_AXES];
    struct value *x;
    struct made *m = made_new(s, "conv2d");

    if (!m)
        return import_memory(s->im);
    enum status status = import_whole(s, 0, 3, &x);
    if (status == OK)
        status = filters_of(s, &w);
    if (status == OK)
        status =
            windows_of(&s->place, x->shape.dim + 1, w->dims + 2, r, s->im->e);
    if (status != OK)
        return status;
    struct conv2d_config *c = m->config;
    c->num_filters = w->dims[0];
    c->filter_size = (struct pair){r[0].kernel, r[1].kernel};
    c->stride = (struct pair){r[0].stride, r[1].stride};
    c->dilation = (struct pair){r[0].dilation, r[1].dilation};
    c->num_groups = node_int(s->node, "group", 1);
    c->nonlinearity = made_linear();
    made_weight(m, "weight", w->reals, w->count);
    status = take_bias(s, m, w->dims[0], &c->b);
    if (is_even(&r[0]) && is_even(&r[1]))
        c->pad.pair = (struct pair){r[0].begin, r[1].begin};
    else if (status == OK)
        status = import_padded(
            s, &x,
            (struct pair[]){{r[0].begin, r[0].end}, {r[1].begin, r[1].end}}, 0);
    if (status == OK)
        status = made_on(s, m, x);
    return status == OK
               ? made_gives(s, m, SHAPE(w->dims[0], r[0].out, r[1].out))
               : status;
}

/* How much is cut off on both sides along an axis, the cells there are then
 * and the first that is kept.  Where the file cuts off more at the end than at
 * the beginning, or less than what the stride leaves open, a slice does the
 * rest. */
static int64_t crop_of(const struct reach1 *r, int64_t *crop, int64_t *first)
{
    const int64_t whole = (r->in - 1) * r->stride + r->kernel;
    const int64_t more = r->out - (whole - 2 * r->begin);

    *first = 0;
    *crop = r->begin;
    if (r->begin >= 0 && more >= 0 && more < r->stride)
        return r->out;
    *crop = num_max(0, num_min(r->begin, r->end));
    *first = r->begin - *crop;
    return *first >= 0 && *first + r->out <= whole - 2 * *crop
               ? whole - 2 * *crop
               : 0;
}

/* The pixels of the layer's output; 0: it has no such output. */
static struct pair choose_crop(const struct reach1 r[NODE_AXES],
                               struct transposedconv2d_config *c,
                               struct pair keep[NODE_AXES])
{
    struct pair wide = {
        crop_of(&r[0], &c->crop.pair.y, &keep[0].y),
        crop_of(&r[1], &c->crop.pair.x, &keep[1].y),
    };
    const int64_t least[] = {
        (r[0].in - 1) * r[0].stride + r[0].kernel - 2 * c->crop.pair.y,
        (r[1].in - 1) * r[1].stride + r[1].kernel - 2 * c->crop.pair.x,
    };

    for (int a = 0; a < NODE_AXES; a++)
        keep[a].x = r[a].out;
    if (wide.y != least[0] || wide.x != least[1])
        c->output_size = wide;
    return wide;
}

enum status make_transposed(struct step *s)
{
    const int64_t groups = node_int(s->node, "group", 1);
    const struct onnx_tensor *w;
    struct reach1 r[NODE_AXES];
    struct value *x;
    struct made *m = made_new(s, "transposedconv2d");

    if (!m)
        return import_memory(s->im);
    enum status status = import_whole(s, 0, 3, &x);
    if (status == OK)
        status = filters_of(s, &w);
    if (status == OK && (groups < 1 || groups > w->count))
        return step_refuse(s, "attribute 'group': %lld", (long long)groups);
    if (status == OK)
        status =
            spread_of(&s->place, x->shape.dim + 1, w->dims + 2, r, s->im->e);
    if (status != OK)
        return status;
    if (r[0].dilation != 1 || r[1].dilation != 1)
        return step_refuse(s, "attribute 'dilations': transposedconv2d has "
                              "none");
    struct transposedconv2d_config *c = m->config;
    const int64_t channels = w->dims[1] * groups;
    c->num_filters = channels;
    c->filter_size = (struct pair){r[0].kernel, r[1].kernel};
    c->stride = (struct pair){r[0].stride, r[1].stride};
    c->num_groups = groups;
    c->nonlinearity = made_linear();
    struct pair keep[NODE_AXES];
    struct pair wide = choose_crop(r, c, keep);
    if (wide.y < 1 || wide.x < 1)
        return step_refuse(s,
                           "attributes 'pads', 'output_padding' and "
                           "'output_shape' cut off %lld cells before and "
                           "%lld after: transposedconv2d has no such output",
                           (long long)r[0].begin, (long long)r[0].end);
    made_weight(m, "weight", w->reals, w->count);
    status = take_bias(s, m, channels, &c->b);
    if (status == OK)
        status = made_on(s, m, x);
    if (status == OK)
        status = made_gives(s, m, SHAPE(channels, wide.y, wide.x));
    return status == OK ? import_cropped(s, keep) : status;
}

/* factor * b, [units, inner] of [inner, units] where `turns`. */
static const float *turn(const struct step *s, const struct onnx_tensor *b,
                         bool turns, double factor)
{
    float *out;

    if (!turns && factor == 1)
        return b->reals;
    out = arena_take(s->im->arena, (size_t)b->count, sizeof *out);
    const int64_t rows = b->dims[0], columns = b->dims[1];
    for (int64_t i = 0; out && i < b->count; i++) {
        const int64_t to = turns ? i % columns * rows + i / columns : i;
        out[to] = (float)((double)b->reals[i] * factor);
    }
    return out;
}

/* Matrix `b` [units, inputs], turned round where it `turns`, and what it
 * multiplies. */
static enum status matrix_of(struct step *s, bool turns,
                             const struct onnx_tensor **b, struct value **x)
{
    enum status status = import_any(s, 0, x);

    if (status == OK)
        status = step_needs(s, 1, -1, b);
    if (status != OK)
        return status;
    if ((*x)->shape.axes != 1 || (*b)->rank != 2)
        return step_refuse(s,
                           "multiplies %s of a sample by a constant of "
                           "%lld axes; only lists of numbers by matrices "
                           "are read",
                           shape_text((*x)->shape).text, (long long)(*b)->rank);
    return (*b)->dims[turns ? 0 : 1] == (*x)->shape.dim[0]
               ? OK
               : step_refuse(s, "its matrix does not fit %lld inputs",
                             (long long)(*x)->shape.dim[0]);
}

/* A dense layer without a bias; NULL: no memory. */
static struct made *new_dense(const struct step *s, const struct onnx_tensor *b,
                              bool turns, double factor)
{
    struct made *m = made_new(s, "dense");
    const float *weights = turn(s, b, turns, factor);

    if (!m || !weights)
        return NULL;
    struct dense_config *c = m->config;
    c->num_units = b->dims[turns ? 1 : 0];
    c->nonlinearity = made_linear();
    made_weight(m, "weight", weights, b->count);
    return m;
}

enum status make_matmul(struct step *s)
{
    const struct onnx_tensor *b;
    struct value *x;
    const enum status status = matrix_of(s, true, &b, &x);
    struct made *m = status == OK ? new_dense(s, b, true, 1) : NULL;

    if (!m)
        return status != OK ? status : import_memory(s->im);
    ((struct dense_config *)m->config)->b = (struct variant){NULL, NULL};
    return made_on(s, m, x);
}

/* beta * c for each of `units`; c is a number, a list or a row. */
static enum status gemm_bias(const struct step *s, struct made *m,
                             int64_t units)
{
    const double beta = node_real(s->node, "beta", 1);
    const struct onnx_tensor *c;
    const enum status status = step_needs(s, 2, -1, &c);

    if (status != OK)
        return status;
    if ((c->count != 1 && c->count != units) || c->rank > 2 ||
        (c->rank > 0 && c->dims[c->rank - 1] != c->count))
        return step_refuse(s, "input 2, '%s', is no row of %lld numbers",
                           step_in(s, 2)->name, (long long)units);
    float *bias = arena_take(s->im->arena, (size_t)units, sizeof *bias);
    if (!bias)
        return import_memory(s->im);
    for (int64_t i = 0; i < units; i++)
        bias[i] = (float)((double)c->reals[c->count == 1 ? 0 : i] * beta);
    made_weight(m, "bias", bias, units);
    return OK;
}

enum status make_gemm(struct step *s)
{
    const bool turns = node_int(s->node, "transB", 0) == 0;
    const double alpha = node_real(s->node, "alpha", 1);
    const struct onnx_tensor *b;
    struct value *x;

    if (node_int(s->node, "transA", 0) != 0)
        return step_refuse(s, "attribute 'transA': samples cannot be "
                              "transposed");
    enum status status = matrix_of(s, turns, &b, &x);
    struct made *m = status == OK ? new_dense(s, b, turns, alpha) : NULL;
    if (!m)
        return status != OK ? status : import_memory(s->im);
    struct dense_config *c = m->config;
    if (step_in(s, 2))
        status = gemm_bias(s, m, c->num_units);
    else
        c->b = (struct variant){NULL, NULL};
    return status == OK ? made_on(s, m, x) : status;
}
