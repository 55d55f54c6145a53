/*
 * sums.c - operators that compute a number from many.
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "evaluate/evaluate.h"

/* y[m, n] = alpha sum over k of a[m, k] b[k, n], transposed where asked. */
static enum status multiply(struct evaluation *v, const struct onnx_tensor *a,
                            const struct onnx_tensor *b, bool trans_a,
                            bool trans_b, double alpha)
{
    if (a->rank != 2 || b->rank != 2)
        return node_refuse(&v->place, v->e, "an input is no matrix");
    const int64_t inner = a->dims[trans_a ? 0 : 1];
    const int64_t dims[] = {a->dims[trans_a ? 1 : 0], b->dims[trans_b ? 0 : 1]};
    if (inner != b->dims[trans_b ? 1 : 0])
        return node_refuse(&v->place, v->e, "rows of %lld meet columns of %lld",
                           (long long)inner,
                           (long long)b->dims[trans_b ? 1 : 0]);
    const enum status s = evaluate_take(v, ONNX_FLOAT, 2, dims);
    if (s != OK || !evaluate_steps(v, v->out.count, inner))
        return s;
    for (int64_t i = 0; i < v->out.count; i++) {
        const int64_t m = i / dims[1], n = i % dims[1];
        double sum = 0;
        for (int64_t k = 0; k < inner; k++)
            sum += (double)a->reals[trans_a ? k * dims[0] + m : m * inner + k] *
                   (double)b->reals[trans_b ? n * inner + k : k * dims[1] + n];
        v->reals[i] = (float)(alpha * sum);
    }
    return OK;
}

/* A product of matrices for every cell of the axes before, which both have. */
static enum status multiply_each(struct evaluation *v,
                                 const struct onnx_tensor *a,
                                 const struct onnx_tensor *b)
{
    const int64_t rank = a->rank;
    const int64_t rows = a->dims[rank - 2], inner = a->dims[rank - 1];
    const int64_t columns = b->dims[rank - 1];
    int64_t dims[NODE_MOST];

    memcpy(dims, a->dims, (size_t)rank * sizeof *dims);
    dims[rank - 1] = columns;
    for (int64_t k = 0; k < rank - 2; k++)
        if (a->dims[k] != b->dims[k])
            return node_refuse(&v->place, v->e, "its inputs do not fit");
    if (b->dims[rank - 2] != inner)
        return node_refuse(&v->place, v->e, "rows of %lld meet columns of %lld",
                           (long long)inner, (long long)b->dims[rank - 2]);
    const enum status s = evaluate_take(v, ONNX_FLOAT, rank, dims);
    if (s != OK || !evaluate_steps(v, v->out.count, inner))
        return s;
    for (int64_t i = 0; i < v->out.count; i++) {
        const int64_t each = i / (rows * columns);
        const float *row =
            a->reals + (each * rows + i / columns % rows) * inner;
        const float *column = b->reals + each * inner * columns + i % columns;
        double sum = 0;
        for (int64_t k = 0; k < inner; k++)
            sum += (double)row[k] * (double)column[k * columns];
        v->reals[i] = (float)sum;
    }
    return OK;
}

enum status evaluate_matmul(struct evaluation *v)
{
    const struct onnx_tensor *a = evaluate_in(v, 0);
    const struct onnx_tensor *b = a ? evaluate_in(v, 1) : NULL;

    if (!b)
        return ERR_DATA;
    return a->rank == b->rank && a->rank > 2
               ? multiply_each(v, a, b)
               : multiply(v, a, b, false, false, 1);
}

enum status evaluate_gemm(struct evaluation *v)
{
    const struct onnx_node *n = v->place.node;
    const struct onnx_tensor *a = evaluate_in(v, 0);
    const struct onnx_tensor *b = a ? evaluate_in(v, 1) : NULL;
    const struct onnx_tensor *c =
        b && n->input_count > 2 && v->in[2] ? evaluate_in(v, 2) : NULL;
    int64_t at[2] = {0};

    if (!b || (n->input_count > 2 && v->in[2] && !c))
        return ERR_DATA;
    const enum status s =
        multiply(v, a, b, node_int(n, "transA", 0) != 0,
                 node_int(n, "transB", 0) != 0, node_real(n, "alpha", 1));
    if (s != OK || !c)
        return s;
    for (int64_t i = 0; i < c->rank; i++)
        if (c->rank > 2 ||
            (c->dims[i] != 1 && c->dims[i] != v->out.dims[2 - c->rank + i]))
            return node_refuse(&v->place, v->e, "input 2 does not fit");
    const double beta = node_real(n, "beta", 1);
    for (int64_t i = 0; i < v->out.count; i++) {
        v->reals[i] +=
            (float)(beta * (double)c->reals[broadcast_index(c, 2, at)]);
        next_cell(2, v->out.dims, at);
    }
    return s;
}

/* Softmax and LogSoftmax.  Before opset 13 all axes from `axis` on are one. */
enum status evaluate_softmax(struct evaluation *v)
{
    const struct onnx_node *n = v->place.node;
    const struct onnx_tensor *x = evaluate_in(v, 0);
    const bool flat = v->opset < 13, is_log = *n->op == 'L';
    int64_t axis, width = 1, inner = 1;

    if (!x)
        return ERR_DATA;
    enum status s = node_axis(&v->place, node_int(n, "axis", flat ? 1 : -1),
                              x->rank, &axis, v->e);
    if (s == OK)
        s = evaluate_take(v, ONNX_FLOAT, x->rank, x->dims);
    for (int64_t a = 0; s == OK && a < x->rank; a++) {
        width *= a == axis || (flat && a > axis) ? x->dims[a] : 1;
        inner *= a > axis && !flat ? x->dims[a] : 1;
    }
    for (int64_t i = 0; s == OK && i < x->count; i++) {
        const int64_t first = i / (width * inner) * width * inner + i % inner;
        double most = -(double)INFINITY, sum = 0;
        if (!evaluate_steps(v, 2, width))
            return OK;
        for (int64_t k = 0; k < width; k++)
            most = fmax(most, (double)x->reals[first + k * inner]);
        for (int64_t k = 0; k < width; k++)
            sum += exp((double)x->reals[first + k * inner] - most);
        const double z = (double)x->reals[i] - most;
        v->reals[i] = (float)(is_log ? z - log(sum) : exp(z) / sum);
    }
    return s;
}

/* Which axes a reduction takes: all where it names none, be it by an empty
 * list. */
static enum status read_axes(struct evaluation *v, int64_t rank,
                             bool gone[NODE_MOST])
{
    struct node_list axes;
    enum status s =
        node_list_of(&v->place, "axes", evaluate_maybe(v, 1), &axes, v->e);

    for (int64_t a = 0; a < NODE_MOST; a++)
        gone[a] = axes.count <= 0;
    for (int64_t i = 0; s == OK && i < axes.count; i++) {
        int64_t a = 0;
        s = node_axis(&v->place, axes.at[i], rank, &a, v->e);
        gone[a] = true;
    }
    return s;
}

/* ReduceMean, ReduceSum, ReduceMax. */
enum status evaluate_reduce(struct evaluation *v)
{
    const char which = v->place.node->op[strlen("ReduceM")]; /* e, u, a */
    const bool keeps = node_int(v->place.node, "keepdims", 1) != 0;
    const bool largest = which == 'a', is_mean = which == 'e';
    const struct onnx_tensor *x = evaluate_in(v, 0);
    int64_t dims[NODE_MOST], at[NODE_MOST] = {0}, kept[NODE_MOST], rank = 0;
    bool gone[NODE_MOST];

    if (!x)
        return ERR_DATA;
    enum status s = read_axes(v, x->rank, gone);
    for (int64_t a = 0; s == OK && a < x->rank; a++) {
        kept[a] = gone[a] ? 1 : x->dims[a];
        if (keeps || !gone[a])
            dims[rank++] = kept[a];
    }
    if (s == OK)
        s = evaluate_take(v, ONNX_FLOAT, rank, dims);
    if (s != OK || !evaluate_steps(v, x->count, 1))
        return s;
    double *sums = arena_take(v->arena, (size_t)v->out.count, sizeof *sums);
    if (!sums)
        return err_memory(v->e, "reading the network");
    for (int64_t i = 0; largest && i < v->out.count; i++)
        sums[i] = -(double)INFINITY;
    for (int64_t i = 0; i < x->count; i++) {
        int64_t to = 0;
        for (int64_t a = 0; a < x->rank; a++)
            to = to * kept[a] + (gone[a] ? 0 : at[a]);
        sums[to] = largest ? fmax(sums[to], (double)x->reals[i])
                           : sums[to] + (double)x->reals[i];
        next_cell(x->rank, x->dims, at);
    }
    for (int64_t i = 0; i < v->out.count; i++)
        v->reals[i] =
            (float)(is_mean ? sums[i] * (double)v->out.count / (double)x->count
                            : sums[i]);
    return OK;
}

/* The first of the largest along an axis, which stays with extent 1. */
enum status evaluate_argmax(struct evaluation *v)
{
    const struct onnx_node *n = v->place.node;
    const struct onnx_tensor *x = evaluate_in(v, 0);
    int64_t axis, dims[NODE_MOST], inner = 1;

    if (!x)
        return ERR_DATA;
    if (node_int(n, "keepdims", 1) != 1 ||
        node_int(n, "select_last_index", 0) != 0 || x->rank > NODE_MOST)
        return node_refuse(&v->place, v->e, "only keepdims 1 is read");
    enum status s =
        node_axis(&v->place, node_int(n, "axis", 0), x->rank, &axis, v->e);
    if (s != OK)
        return s;
    memcpy(dims, x->dims, (size_t)x->rank * sizeof *dims);
    dims[axis] = 1;
    for (int64_t a = axis + 1; a < x->rank; a++)
        inner *= dims[a];
    s = evaluate_take(v, ONNX_INT64, x->rank, dims);
    const int64_t width = x->dims[axis];
    if (s != OK || !evaluate_steps(v, x->count, 1))
        return s;
    for (int64_t i = 0; i < v->out.count; i++) {
        const float *from = x->reals + i / inner * inner * width + i % inner;
        for (int64_t k = 1; k < width; k++)
            if (from[k * inner] > from[v->ints[i] * inner])
                v->ints[i] = k;
    }
    return s;
}

/* Four inputs of a number per channel, the second axis. */
static bool has_channels(struct evaluation *v, const struct onnx_tensor *x,
                         int64_t first, int64_t last)
{
    for (int64_t k = first; k <= last; k++) {
        const struct onnx_tensor *t = evaluate_in(v, k);
        if (!t)
            return false;
        if (x->rank < 2 || t->count != x->dims[1]) {
            node_refuse(&v->place, v->e,
                        "input %lld has not one number per channel",
                        (long long)k);
            return false;
        }
    }
    return true;
}

enum status evaluate_batchnorm(struct evaluation *v)
{
    const struct onnx_tensor *x = evaluate_in(v, 0);
    const double epsilon = node_real(v->place.node, "epsilon", 1e-5);

    if (!x || !has_channels(v, x, 1, 4))
        return ERR_DATA;
    const enum status s = evaluate_take(v, ONNX_FLOAT, x->rank, x->dims);
    const int64_t channels = x->dims[1];
    const int64_t run =
        channels > 0 && x->dims[0] > 0 ? x->count / channels / x->dims[0] : 1;
    for (int64_t i = 0; s == OK && i < x->count; i++) {
        const int64_t c = i / run % channels;
        v->reals[i] =
            (float)(((double)x->reals[i] - (double)v->in[3]->reals[c]) /
                        sqrt((double)v->in[4]->reals[c] + epsilon) *
                        (double)v->in[1]->reals[c] +
                    (double)v->in[2]->reals[c]);
    }
    return s;
}

enum status evaluate_instancenorm(struct evaluation *v)
{
    const struct onnx_tensor *x = evaluate_in(v, 0);
    const double epsilon = node_real(v->place.node, "epsilon", 1e-5);

    if (!x || !has_channels(v, x, 1, 2))
        return ERR_DATA;
    const enum status s = evaluate_take(v, ONNX_FLOAT, x->rank, x->dims);
    const int64_t planes = x->count > 0 ? x->dims[0] * x->dims[1] : 0;
    const int64_t size = planes > 0 ? x->count / planes : 0;
    for (int64_t p = 0; s == OK && p < planes; p++) {
        const float *from = x->reals + p * size;
        double mean = 0, square = 0;
        for (int64_t i = 0; i < size; i++)
            mean += (double)from[i] / (double)size;
        for (int64_t i = 0; i < size; i++)
            square += ((double)from[i] - mean) * ((double)from[i] - mean);
        const double norm = sqrt(square / (double)size + epsilon);
        for (int64_t i = 0; i < size; i++)
            v->reals[p * size + i] =
                (float)(((double)from[i] - mean) / norm *
                            (double)v->in[1]->reals[p % x->dims[1]] +
                        (double)v->in[2]->reals[p % x->dims[1]]);
    }
    return s;
}
