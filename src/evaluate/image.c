/*
 * image.c - operators on images of rows and columns: convolutions,
 * pools, neighbours of channels, other sizes.
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "evaluate/evaluate.h"

/* An input [N, C, rows, columns]. */
static const struct onnx_tensor *image_in(struct evaluation *v)
{
    const struct onnx_tensor *x = evaluate_in(v, 0);

    if (!x || x->rank == 4)
        return x;
    node_refuse(&v->place, v->e, "its input is no image of rows and columns");
    return NULL;
}

static float at4(const struct onnx_tensor *t, int64_t n, int64_t c, int64_t y,
                 int64_t x)
{
    const int64_t *d = t->dims;

    return t->reals[((n * d[1] + c) * d[2] + y) * d[3] + x];
}

/* The weights [a, b, rows, columns] beside an image; NULL: they are none. */
static const struct onnx_tensor *weights_in(struct evaluation *v,
                                            const struct onnx_tensor *x)
{
    const struct onnx_tensor *w = x ? evaluate_in(v, 1) : NULL;
    const int64_t groups = node_int(v->place.node, "group", 1);

    if (!w)
        return NULL;
    if (w->rank == 4 && w->dims[0] > 0 && groups >= 1 &&
        w->dims[0] % groups == 0)
        return w;
    node_refuse(&v->place, v->e, "its weights do not fit its image");
    return NULL;
}

static enum status bias_in(struct evaluation *v, int64_t channels,
                           const struct onnx_tensor **bias)
{
    *bias = NULL;
    if (v->place.node->input_count < 3 || !v->in[2])
        return OK;
    *bias = evaluate_in(v, 2);
    if (!*bias)
        return ERR_DATA;
    return (*bias)->count == channels
               ? OK
               : node_refuse(&v->place, v->e,
                             "its bias has not one number per channel");
}

static bool inside(int64_t at, int64_t extent)
{
    return at >= 0 && at < extent;
}

/* One output of a convolution: filter f over image n at window (oy, ox). */
static double correlate(const struct onnx_tensor *x,
                        const struct onnx_tensor *w,
                        const struct reach1 r[NODE_AXES], int64_t first,
                        const int64_t at[4])
{
    double sum = 0;

    for (int64_t c = 0; c < w->dims[1]; c++)
        for (int64_t i = 0; i < r[0].kernel * r[1].kernel; i++) {
            const int64_t ky = i / r[1].kernel, kx = i % r[1].kernel;
            const int64_t y =
                at[2] * r[0].stride + ky * r[0].dilation - r[0].begin;
            const int64_t col =
                at[3] * r[1].stride + kx * r[1].dilation - r[1].begin;
            if (inside(y, r[0].in) && inside(col, r[1].in))
                sum += (double)at4(x, at[0], first + c, y, col) *
                       (double)at4(w, at[1], c, ky, kx);
        }
    return sum;
}

enum status evaluate_conv(struct evaluation *v)
{
    const struct onnx_tensor *x = image_in(v), *w = weights_in(v, x), *bias;
    const int64_t groups = node_int(v->place.node, "group", 1);
    struct reach1 r[NODE_AXES];
    int64_t at[4] = {0};

    if (!w)
        return ERR_DATA;
    if (w->dims[1] * groups != x->dims[1])
        return node_refuse(&v->place, v->e, "its weights do not fit its image");
    enum status s = windows_of(&v->place, x->dims + 2, w->dims + 2, r, v->e);
    if (s != OK)
        return s;
    const int64_t dims[] = {x->dims[0], w->dims[0], r[0].out, r[1].out};
    s = bias_in(v, w->dims[0], &bias);
    if (s == OK)
        s = evaluate_take(v, ONNX_FLOAT, 4, dims);
    if (s != OK || !evaluate_steps(v, v->out.count, w->count / w->dims[0]))
        return s;
    const int64_t per_group = w->dims[0] / groups;
    for (int64_t i = 0; i < v->out.count; i++) {
        const double sum =
            correlate(x, w, r, at[1] / per_group * w->dims[1], at);
        v->reals[i] = (float)(sum + (bias ? (double)bias->reals[at[1]] : 0));
        next_cell(4, dims, at);
    }
    return OK;
}

/* One input, spread over the outputs [channels, rows, columns] of its group. */
static void spread(const struct onnx_tensor *w,
                   const struct reach1 r[NODE_AXES], double value,
                   const int64_t at[4], double *sums)
{
    for (int64_t c = 0; c < w->dims[1]; c++)
        for (int64_t i = 0; i < r[0].kernel * r[1].kernel; i++) {
            const int64_t ky = i / r[1].kernel, kx = i % r[1].kernel;
            const int64_t y =
                at[2] * r[0].stride + ky * r[0].dilation - r[0].begin;
            const int64_t col =
                at[3] * r[1].stride + kx * r[1].dilation - r[1].begin;
            if (inside(y, r[0].out) && inside(col, r[1].out))
                sums[(c * r[0].out + y) * r[1].out + col] +=
                    value * (double)at4(w, at[1], c, ky, kx);
        }
}

enum status evaluate_transposed(struct evaluation *v)
{
    const struct onnx_tensor *x = image_in(v), *w = weights_in(v, x), *bias;
    const int64_t groups = node_int(v->place.node, "group", 1);
    struct reach1 r[NODE_AXES];
    int64_t at[4] = {0};

    if (!w)
        return ERR_DATA;
    if (w->dims[0] != x->dims[1])
        return node_refuse(&v->place, v->e, "its weights do not fit its image");
    enum status s = spread_of(&v->place, x->dims + 2, w->dims + 2, r, v->e);
    if (s != OK)
        return s;
    const int64_t dims[] = {x->dims[0], w->dims[1] * groups, r[0].out,
                            r[1].out};
    s = bias_in(v, dims[1], &bias);
    if (s == OK)
        s = evaluate_take(v, ONNX_FLOAT, 4, dims);
    if (s != OK || !evaluate_steps(v, x->count, w->count / w->dims[0]))
        return s;
    const int64_t plane = dims[2] * dims[3], count = v->out.count;
    double *sums = arena_take(v->arena, (size_t)count, sizeof *sums);
    if (!sums)
        return err_memory(v->e, "reading the network");
    for (int64_t i = 0; i < x->count; i++) {
        const int64_t group = at[1] / (w->dims[0] / groups);
        spread(w, r, (double)x->reals[i], at,
               sums + (at[0] * dims[1] + group * w->dims[1]) * plane);
        next_cell(4, x->dims, at);
    }
    for (int64_t i = 0; i < count; i++)
        v->reals[i] =
            (float)(sums[i] +
                    (bias ? (double)bias->reals[i / plane % dims[1]] : 0));
    return OK;
}

/* What is taken of a window: the largest cell or the mean, padded cells
 * counting as zeros where `padded`. */
static double pool_window(const struct onnx_tensor *x,
                          const struct reach1 r[NODE_AXES], const int64_t at[4],
                          bool largest, bool padded)
{
    double most = -(double)INFINITY, sum = 0;
    int64_t count = 0;

    for (int64_t i = 0; i < r[0].kernel * r[1].kernel; i++) {
        const int64_t y =
            at[2] * r[0].stride + i / r[1].kernel * r[0].dilation - r[0].begin;
        const int64_t col =
            at[3] * r[1].stride + i % r[1].kernel * r[1].dilation - r[1].begin;
        const bool cell = inside(y, r[0].in) && inside(col, r[1].in);
        if (cell)
            most = fmax(most, (double)at4(x, at[0], at[1], y, col));
        if (cell)
            sum += (double)at4(x, at[0], at[1], y, col);
        count += cell ||
                 (padded && y < r[0].in + r[0].end && col < r[1].in + r[1].end);
    }
    return largest ? most : sum / (double)count;
}

enum status evaluate_pool(struct evaluation *v)
{
    const struct onnx_node *n = v->place.node;
    const struct onnx_tensor *x = image_in(v);
    const bool padded = node_int(n, "count_include_pad", 0) != 0;
    struct reach1 r[NODE_AXES];
    int64_t at[4] = {0};

    if (!x)
        return ERR_DATA;
    enum status s = windows_of(&v->place, x->dims + 2, NULL, r, v->e);
    if (s != OK)
        return s;
    const int64_t dims[] = {x->dims[0], x->dims[1], r[0].out, r[1].out};
    s = evaluate_take(v, ONNX_FLOAT, 4, dims);
    if (s != OK || !evaluate_steps(v, v->out.count, r[0].kernel * r[1].kernel))
        return s;
    for (int64_t i = 0; i < v->out.count; i++) {
        v->reals[i] = (float)pool_window(x, r, at, *n->op == 'M', padded);
        next_cell(4, dims, at);
    }
    return OK;
}

enum status evaluate_globalpool(struct evaluation *v)
{
    const bool largest = strcmp(v->place.node->op, "GlobalMaxPool") == 0;
    const struct onnx_tensor *x = image_in(v);

    if (!x)
        return ERR_DATA;
    const int64_t dims[] = {x->dims[0], x->dims[1], 1, 1};
    const enum status s = evaluate_take(v, ONNX_FLOAT, 4, dims);
    const int64_t size = x->dims[2] * x->dims[3];
    if (s != OK || !evaluate_steps(v, x->count, 1))
        return s;
    for (int64_t i = 0; i < v->out.count; i++) {
        double most = -(double)INFINITY, sum = 0;
        for (int64_t k = 0; k < size; k++) {
            most = fmax(most, (double)x->reals[i * size + k]);
            sum += (double)x->reals[i * size + k];
        }
        v->reals[i] = (float)(largest ? most : sum / (double)size);
    }
    return s;
}

/* x / (bias + alpha / size * sum of squares)^beta over `size` channels, more of
 * them behind than before where it is even. */
enum status evaluate_lrn(struct evaluation *v)
{
    const struct onnx_node *n = v->place.node;
    const struct onnx_tensor *x = image_in(v);
    const int64_t size = node_int(n, "size", 0);
    const double bias = node_real(n, "bias", 1);
    const double alpha = node_real(n, "alpha", 1e-4);
    const double beta = node_real(n, "beta", 0.75);
    int64_t at[4] = {0};

    if (!x)
        return ERR_DATA;
    if (size < 1)
        return node_refuse(&v->place, v->e, "attribute 'size' is missing");
    const enum status s = evaluate_take(v, ONNX_FLOAT, 4, x->dims);
    if (s != OK || !evaluate_steps(v, v->out.count, num_min(size, x->dims[1])))
        return s;
    for (int64_t i = 0; i < v->out.count; i++) {
        const int64_t first = num_max(0, at[1] - (size - 1) / 2);
        const int64_t last = num_min(x->dims[1] - 1, at[1] + size / 2);
        double sum = 0;
        for (int64_t c = first; c <= last; c++)
            sum += pow((double)at4(x, at[0], c, at[2], at[3]), 2);
        v->reals[i] = (float)((double)x->reals[i] *
                              pow(bias + alpha / (double)size * sum, -beta));
        next_cell(4, x->dims, at);
    }
    return OK;
}

/* A cell between those that it lies between. */
static double between(const struct onnx_tensor *x,
                      const struct resize1 r[NODE_AXES], const int64_t at[4])
{
    int64_t low[NODE_AXES], high[NODE_AXES];
    double share[NODE_AXES];

    for (int a = 0; a < NODE_AXES; a++) {
        const double place = fmin(fmax(resize_place(&r[a], at[2 + a]), 0),
                                  (double)(r[a].in - 1));
        low[a] = (int64_t)floor(place);
        high[a] = num_min(low[a] + 1, r[a].in - 1);
        share[a] = place - (double)low[a];
    }
    const double upper =
        (double)at4(x, at[0], at[1], low[0], low[1]) * (1 - share[1]) +
        (double)at4(x, at[0], at[1], low[0], high[1]) * share[1];
    const double lower =
        (double)at4(x, at[0], at[1], high[0], low[1]) * (1 - share[1]) +
        (double)at4(x, at[0], at[1], high[0], high[1]) * share[1];
    return upper * (1 - share[0]) + lower * share[0];
}

enum status evaluate_resize(struct evaluation *v)
{
    const struct onnx_tensor *x = image_in(v);
    const char *mode = node_text(v->place.node, "mode", "nearest");
    const bool nearest = strcmp(mode, "nearest") == 0;
    struct resize1 r[NODE_AXES];
    int64_t at[4] = {0};

    if (!x)
        return ERR_DATA;
    if (!nearest && strcmp(mode, "linear") != 0)
        return node_refuse(&v->place, v->e,
                           "attribute 'mode': '%s' is not read", mode);
    enum status s = resize_of(&v->place, v->opset, v->in, x->dims + 1, r, v->e);
    if (s != OK)
        return s;
    const int64_t dims[] = {x->dims[0], x->dims[1], r[0].out, r[1].out};
    s = evaluate_take(v, ONNX_FLOAT, 4, dims);
    if (s != OK || !evaluate_steps(v, v->out.count, 1))
        return s;
    for (int64_t i = 0; i < v->out.count; i++) {
        v->reals[i] = nearest
                          ? at4(x, at[0], at[1], resize_nearest(&r[0], at[2]),
                                resize_nearest(&r[1], at[3]))
                          : (float)between(x, r, at);
        next_cell(4, dims, at);
    }
    return OK;
}
