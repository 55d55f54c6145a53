/*
 * cells.c - operators that pick cells, put some around them, or change their
 * type.
 */
#include <string.h>

#include "base/num.h"
#include "evaluate/evaluate.h"

enum { TO_FLOAT = 1, TO_INT32 = 6, TO_INT64 = 7, TO_BOOL = 9, TO_DOUBLE = 11 };

/* Where a slice begins, in which steps, and of how many. */
struct cut {
    int64_t start, step, count;
};

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return num_min(num_max(value, low), high);
}

static struct cut cut_of(int64_t start, int64_t end, int64_t step,
                         int64_t extent)
{
    const int64_t last = step < 0 ? extent - 1 : extent;

    start = clamp(start + (start < 0 ? extent : 0), 0, num_max(last, 0));
    end = clamp(end + (end < 0 ? extent : 0), step < 0 ? -1 : 0, last);
    const int64_t room = step < 0 ? start - end : end - start;
    const int64_t stride = step < 0 ? -num_max(step, -extent - 1) : step;
    return (struct cut){
        start, step, room <= 0 || extent == 0 ? 0 : num_ceil_div(room, stride)};
}

static enum status read_cuts(struct evaluation *v, const struct onnx_tensor *x,
                             struct cut cuts[NODE_MOST])
{
    static const char *const names[] = {"starts", "ends", "axes", "steps"};
    struct node_list list[4];
    enum status s = OK;

    for (int64_t a = 0; a < x->rank; a++)
        cuts[a] = (struct cut){0, 1, x->dims[a]};
    for (int k = 0; s == OK && k < 4; k++)
        s = node_list_of(&v->place, names[k], evaluate_maybe(v, k + 1),
                         &list[k], v->e);
    for (int k = 1; s == OK && k < 4; k++)
        if (list[0].count < 0 ||
            (list[k].count != list[0].count && (k == 1 || list[k].count >= 0)))
            return node_refuse(&v->place, v->e,
                               "%s has not as many entries as starts",
                               names[k]);
    for (int64_t i = 0; s == OK && i < list[0].count; i++) {
        const int64_t step = list[3].count < 0 ? 1 : list[3].at[i];
        int64_t a;
        s = node_axis(&v->place, list[2].count < 0 ? i : list[2].at[i], x->rank,
                      &a, v->e);
        if (s == OK && step == 0)
            return node_refuse(&v->place, v->e, "a step is 0");
        if (s == OK && (list[0].at[i] == BATCH_EXTENT ||
                        (list[1].at[i] == BATCH_EXTENT && step > 0)))
            return node_refuse(&v->place, v->e,
                               "cuts at the number of samples");
        if (s == OK)
            cuts[a] = cut_of(list[0].at[i], list[1].at[i], step, x->dims[a]);
    }
    return s;
}

enum status evaluate_slice(struct evaluation *v)
{
    const struct onnx_tensor *x = evaluate_numbers(v, 0);
    int64_t dims[NODE_MOST], at[NODE_MOST] = {0};
    struct cut cuts[NODE_MOST];

    if (!x)
        return ERR_DATA;
    enum status s = read_cuts(v, x, cuts);
    for (int64_t a = 0; s == OK && a < x->rank; a++)
        dims[a] = cuts[a].count;
    if (s == OK)
        s = evaluate_take(v, x->type, x->rank, dims);
    for (int64_t i = 0; s == OK && i < v->out.count; i++) {
        int64_t index = 0;
        for (int64_t a = 0; a < x->rank; a++)
            index = index * x->dims[a] + cuts[a].start + at[a] * cuts[a].step;
        evaluate_put(v, x, i, index);
        next_cell(x->rank, dims, at);
    }
    return s;
}

/* Its extents, from `start` up to `end`. */
enum status evaluate_shape(struct evaluation *v)
{
    const struct onnx_node *n = v->place.node;
    const struct onnx_tensor *x = evaluate_numbers(v, 0);

    if (!x)
        return ERR_DATA;
    const struct cut cut = cut_of(node_int(n, "start", 0),
                                  node_int(n, "end", x->rank), 1, x->rank);
    const enum status s = evaluate_take(v, ONNX_INT64, 1, &cut.count);
    for (int64_t i = 0; s == OK && i < cut.count; i++)
        v->ints[i] = x->dims[cut.start + i];
    return s;
}

enum status evaluate_gather(struct evaluation *v)
{
    const struct onnx_tensor *x = evaluate_numbers(v, 0),
                             *which = x ? evaluate_numbers(v, 1) : NULL;
    int64_t axis, dims[2 * NODE_MOST], rank = 0, inner = 1;

    if (!which)
        return ERR_DATA;
    if (which->type != ONNX_INT64 || x->rank + which->rank > NODE_MOST)
        return node_refuse(&v->place, v->e, "its indices are not read");
    enum status s = node_axis(&v->place, node_int(v->place.node, "axis", 0),
                              x->rank, &axis, v->e);
    for (int64_t a = 0; s == OK && a < x->rank; a++) {
        inner *= a > axis ? x->dims[a] : 1;
        for (int64_t b = 0; a == axis && b < which->rank; b++)
            dims[rank++] = which->dims[b];
        if (a != axis)
            dims[rank++] = x->dims[a];
    }
    if (s == OK)
        s = evaluate_take(v, x->type, rank, dims);
    for (int64_t i = 0; s == OK && i < v->out.count; i++) {
        const int64_t k = i / inner % which->count;
        int64_t row;
        s = node_axis(&v->place, which->ints[k], x->dims[axis], &row, v->e);
        if (s == OK)
            evaluate_put(v, x, i,
                         (i / inner / which->count * x->dims[axis] + row) *
                                 inner +
                             i % inner);
    }
    return s;
}

enum status evaluate_cast(struct evaluation *v)
{
    const struct onnx_tensor *x = evaluate_numbers(v, 0);
    const int64_t to = node_int(v->place.node, "to", 0);
    const bool real = to == TO_FLOAT || to == TO_DOUBLE;

    if (!x)
        return ERR_DATA;
    if (!real && to != TO_INT32 && to != TO_INT64 && to != TO_BOOL)
        return node_refuse(&v->place, v->e,
                           "attribute 'to': type %lld is not read",
                           (long long)to);
    const enum status s =
        evaluate_take(v, real ? ONNX_FLOAT : ONNX_INT64, x->rank, x->dims);
    for (int64_t i = 0; s == OK && i < x->count; i++) {
        const bool is_real = x->type == ONNX_FLOAT;
        if (real && !is_real && x->ints[i] == BATCH_EXTENT)
            return node_refuse(&v->place, v->e,
                               "computes with the number of samples");
        if (real)
            v->reals[i] = is_real ? x->reals[i] : (float)x->ints[i];
        else if (is_real && !(x->reals[i] > -0x1p62F && x->reals[i] < 0x1p62F))
            return node_refuse(&v->place, v->e, "%g cannot become an integer",
                               (double)x->reals[i]);
        else
            v->ints[i] = is_real ? (int64_t)x->reals[i] : x->ints[i];
        if (to == TO_BOOL)
            v->ints[i] = is_real ? x->reals[i] != 0 : x->ints[i] != 0;
    }
    return s;
}

/* Is it a way to pad, and can it be of `extent` cells? */
static bool can_pad(const char *mode, int64_t before, int64_t after,
                    int64_t extent)
{
    const int64_t most = num_max(before, after);

    return strcmp(mode, "constant") == 0 ||
           (strcmp(mode, "edge") == 0 && (extent > 0 || most == 0)) ||
           (strcmp(mode, "reflect") == 0 && (extent > most || most == 0));
}

/* Which cell a border repeats; -1: the constant. */
static int64_t mirror(int64_t at, int64_t extent, char mode)
{
    if (at >= 0 && at < extent)
        return at;
    if (mode == 'c')
        return -1;
    if (mode == 'e')
        return at < 0 ? 0 : extent - 1;
    return at < 0 ? -at : 2 * (extent - 1) - at;
}

enum status evaluate_pad(struct evaluation *v)
{
    const struct onnx_tensor *x = evaluate_numbers(v, 0),
                             *fill = evaluate_maybe(v, 2);
    const char *mode = node_text(v->place.node, "mode", "constant");
    int64_t dims[NODE_MOST], at[NODE_MOST] = {0};
    struct node_list pads;

    if (!x)
        return ERR_DATA;
    const double value = fill && fill->type == ONNX_FLOAT && fill->count == 1
                             ? (double)fill->reals[0]
                             : node_real(v->place.node, "value", 0);
    enum status s =
        node_list_of(&v->place, "pads", evaluate_maybe(v, 1), &pads, v->e);
    if (s == OK && (pads.count != 2 * x->rank || x->type != ONNX_FLOAT))
        return node_refuse(&v->place, v->e, "pads has not two per axis");
    for (int64_t a = 0; s == OK && a < x->rank; a++) {
        dims[a] = x->dims[a];
        if (pads.at[a] < 0 || pads.at[a] > INT32_MAX ||
            pads.at[x->rank + a] < 0 || pads.at[x->rank + a] > INT32_MAX)
            return node_refuse(&v->place, v->e,
                               "a pad is negative or too wide");
        if (!can_pad(mode, pads.at[a], pads.at[x->rank + a], dims[a]))
            return node_refuse(&v->place, v->e,
                               "attribute 'mode': '%s' of %lld cells is not "
                               "read",
                               mode, (long long)dims[a]);
        dims[a] += pads.at[a] + pads.at[x->rank + a];
    }
    if (s == OK)
        s = evaluate_take(v, x->type, x->rank, dims);
    for (int64_t i = 0; s == OK && i < v->out.count; i++) {
        int64_t index = 0;
        for (int64_t a = 0; a < x->rank && index >= 0; a++) {
            const int64_t cell = mirror(at[a] - pads.at[a], x->dims[a], *mode);
            index = cell < 0 ? -1 : index * x->dims[a] + cell;
        }
        v->reals[i] = (float)value;
        evaluate_put(v, x, i, index);
        next_cell(x->rank, dims, at);
    }
    return s;
}
