/*
 * moves.c - operators that give numbers other extents or another order.
 */
#include <string.h>

#include "base/num.h"
#include "evaluate/evaluate.h"

/* All of x in its order under other extents. */
static enum status rename_axes(struct evaluation *v,
                               const struct onnx_tensor *x, int64_t rank,
                               const int64_t *dims)
{
    const enum status s = evaluate_take(v, x->type, rank, dims);

    if (s == OK && v->out.count != x->count)
        return node_refuse(&v->place, v->e, "cannot make %lld numbers of %lld",
                           (long long)v->out.count, (long long)x->count);
    for (int64_t i = 0; s == OK && i < x->count; i++)
        evaluate_put(v, x, i, i);
    return s;
}

enum status evaluate_identity(struct evaluation *v)
{
    const struct onnx_tensor *x = evaluate_numbers(v, 0);

    return x ? rename_axes(v, x, x->rank, x->dims) : ERR_DATA;
}

static enum status take_list(struct evaluation *v,
                             const struct onnx_attribute *a)
{
    const bool real = a->kind == ONNX_REAL || a->kind == ONNX_REALS;
    const bool alone = a->kind == ONNX_REAL || a->kind == ONNX_INT;
    const enum status s = evaluate_take(v, real ? ONNX_FLOAT : ONNX_INT64,
                                        alone ? 0 : 1, &a->count);

    for (int64_t i = 0; s == OK && i < a->count; i++)
        if (real)
            v->reals[i] = a->reals[i];
        else
            v->ints[i] = a->ints[i];
    return s;
}

enum status evaluate_constant(struct evaluation *v)
{
    const struct onnx_node *n = v->place.node;

    if (n->attribute_count != 1)
        return node_refuse(&v->place, v->e, "has not one value");
    if (n->attributes[0].kind != ONNX_TENSOR)
        return take_list(v, &n->attributes[0]);
    v->out = *n->attributes[0].tensor;
    return OK;
}

enum status evaluate_constant_of_shape(struct evaluation *v)
{
    const struct onnx_attribute *a = onnx_attribute_of(v->place.node, "value");
    const struct onnx_tensor *t = a ? a->tensor : NULL;
    struct node_list shape;
    enum status s =
        node_list_of(&v->place, "shape", evaluate_numbers(v, 0), &shape, v->e);

    if (s == OK &&
        (shape.count < 0 || (t && (t->count != 1 || t->type == ONNX_UNKNOWN))))
        return node_refuse(&v->place, v->e, "its value is not one number");
    if (s == OK)
        s = evaluate_take(v, t ? t->type : ONNX_FLOAT, shape.count, shape.at);
    for (int64_t i = 0; s == OK && t && i < v->out.count; i++)
        evaluate_put(v, t, i, 0);
    return s;
}

enum status evaluate_reshape(struct evaluation *v)
{
    const struct onnx_tensor *x = evaluate_numbers(v, 0);
    const bool zero = node_int(v->place.node, "allowzero", 0) != 0;
    int64_t known = 1, open = -1;
    struct node_list to;

    if (!x)
        return ERR_DATA;
    const enum status s =
        node_list_of(&v->place, "shape", evaluate_maybe(v, 1), &to, v->e);
    if (s != OK || to.count < 0)
        return s != OK ? s : node_refuse(&v->place, v->e, "shape is missing");
    for (int64_t a = 0; a < to.count; a++) {
        if (to.at[a] == 0 && !zero && a < x->rank)
            to.at[a] = x->dims[a];
        if (to.at[a] == -1 && open < 0)
            open = a;
        else if (to.at[a] < 0 || !num_mul(known, to.at[a], &known))
            return node_refuse(&v->place, v->e, "its shape is no shape");
    }
    if (open >= 0)
        to.at[open] = known > 0 ? x->count / known : 0;
    return rename_axes(v, x, to.count, to.at);
}

enum status evaluate_flatten(struct evaluation *v)
{
    const struct onnx_tensor *x = evaluate_numbers(v, 0);
    int64_t axis = node_int(v->place.node, "axis", 1), dims[2] = {1, 1};

    if (!x)
        return ERR_DATA;
    if (axis < -x->rank || axis > x->rank)
        return node_refuse(&v->place, v->e, "there is no axis %lld",
                           (long long)axis);
    axis += axis < 0 ? x->rank : 0;
    for (int64_t a = 0; a < x->rank; a++)
        dims[a >= axis] *= x->dims[a];
    return rename_axes(v, x, 2, dims);
}

/* Which axes a list means, of `rank`. */
static enum status mark_axes(struct evaluation *v, const struct node_list *list,
                             int64_t rank, bool has[2 * NODE_MOST])
{
    memset(has, 0, 2 * NODE_MOST * sizeof *has);
    for (int64_t i = 0; i < list->count; i++) {
        int64_t a;
        const enum status s = node_axis(&v->place, list->at[i], rank, &a, v->e);
        if (s != OK)
            return s;
        if (has[a])
            return node_refuse(&v->place, v->e, "axes names one twice");
        has[a] = true;
    }
    return OK;
}

enum status evaluate_squeeze(struct evaluation *v)
{
    const struct onnx_tensor *x = evaluate_numbers(v, 0);
    int64_t dims[NODE_MOST], rank = 0;
    struct node_list axes;
    bool has[2 * NODE_MOST];

    if (!x)
        return ERR_DATA;
    enum status s =
        node_list_of(&v->place, "axes", evaluate_maybe(v, 1), &axes, v->e);
    if (s == OK)
        s = mark_axes(v, &axes, x->rank, has);
    for (int64_t a = 0; s == OK && a < x->rank; a++) {
        const bool goes = axes.count < 0 ? x->dims[a] == 1 : has[a];
        if (goes && x->dims[a] != 1)
            return node_refuse(&v->place, v->e, "axis %lld is not of extent 1",
                               (long long)a);
        if (!goes)
            dims[rank++] = x->dims[a];
    }
    return s == OK ? rename_axes(v, x, rank, dims) : s;
}

enum status evaluate_unsqueeze(struct evaluation *v)
{
    const struct onnx_tensor *x = evaluate_numbers(v, 0);
    int64_t dims[2 * NODE_MOST], next = 0;
    struct node_list axes;
    bool has[2 * NODE_MOST];

    if (!x)
        return ERR_DATA;
    enum status s =
        node_list_of(&v->place, "axes", evaluate_maybe(v, 1), &axes, v->e);
    if (s == OK && axes.count < 0)
        return node_refuse(&v->place, v->e, "axes is missing");
    const int64_t rank = x->rank + (s == OK ? axes.count : 0);
    if (s == OK)
        s = mark_axes(v, &axes, rank, has);
    for (int64_t a = 0; s == OK && a < rank; a++)
        dims[a] = has[a] ? 1 : x->dims[next++];
    return s == OK ? rename_axes(v, x, rank, dims) : s;
}

enum status evaluate_transpose(struct evaluation *v)
{
    const struct onnx_tensor *x = evaluate_numbers(v, 0);
    int64_t perm[NODE_MOST], dims[NODE_MOST], at[NODE_MOST] = {0};
    bool seen[NODE_MOST] = {false};

    if (!x)
        return ERR_DATA;
    for (int64_t a = 0; a < x->rank; a++)
        perm[a] = x->rank - 1 - a;
    if (node_has(v->place.node, "perm") &&
        !node_ints(v->place.node, "perm", x->rank, 0, perm))
        return node_refuse(&v->place, v->e,
                           "attribute 'perm' has not one "
                           "entry per axis");
    for (int64_t a = 0; a < x->rank; a++) {
        if (perm[a] < 0 || perm[a] >= x->rank || seen[perm[a]])
            return node_refuse(&v->place, v->e,
                               "attribute 'perm' is no order of the axes");
        seen[perm[a]] = true;
        dims[a] = x->dims[perm[a]];
    }
    const enum status s = evaluate_take(v, x->type, x->rank, dims);
    for (int64_t i = 0; s == OK && i < x->count; i++) {
        int64_t from[NODE_MOST], index = 0;
        for (int64_t a = 0; a < x->rank; a++)
            from[perm[a]] = at[a];
        for (int64_t a = 0; a < x->rank; a++)
            index = index * x->dims[a] + from[a];
        evaluate_put(v, x, i, index);
        next_cell(x->rank, dims, at);
    }
    return s;
}

/* Is `x` like `first` but for its extent along `axis`? */
static bool is_alike(const struct onnx_tensor *first,
                     const struct onnx_tensor *x, int64_t axis)
{
    if (x->rank != first->rank || x->type != first->type)
        return false;
    for (int64_t a = 0; a < x->rank; a++)
        if (a != axis && x->dims[a] != first->dims[a])
            return false;
    return true;
}

enum status evaluate_concat(struct evaluation *v)
{
    const int64_t count = v->place.node->input_count;
    const struct onnx_tensor *first = count > 0 ? evaluate_numbers(v, 0) : NULL;
    int64_t axis, dims[NODE_MOST], inner = 1, outer = 1, before = 0;

    if (!first)
        return ERR_DATA;
    enum status s = node_axis(&v->place, node_int(v->place.node, "axis", 1),
                              first->rank, &axis, v->e);
    if (s != OK)
        return s;
    memcpy(dims, first->dims, (size_t)first->rank * sizeof *dims);
    dims[axis] = 0;
    for (int64_t k = 0; k < count; k++) {
        const struct onnx_tensor *x = evaluate_numbers(v, k);
        if (!x)
            return ERR_DATA;
        if (!is_alike(first, x, axis))
            return node_refuse(&v->place, v->e,
                               "input %lld does not fit the first",
                               (long long)k);
        dims[axis] += x->dims[axis];
        if (dims[axis] > EVALUATE_MOST)
            return node_refuse(&v->place, v->e, "its output has no size");
    }
    for (int64_t a = 0; a < first->rank; a++) {
        outer *= a < axis ? dims[a] : 1;
        inner *= a > axis ? dims[a] : 1;
    }
    s = evaluate_take(v, first->type, first->rank, dims);
    for (int64_t k = 0; s == OK && k < count; k++) {
        const int64_t run = v->in[k]->dims[axis] * inner;
        for (int64_t i = 0; i < outer * run; i++)
            evaluate_put(v, v->in[k],
                         i / run * dims[axis] * inner + before + i % run, i);
        before += run;
    }
    return s;
}
