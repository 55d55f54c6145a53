/*
 * frame.c - what all evaluations share: memory, inputs, cells.
 */
#include <string.h>

#include "base/num.h"
#include "evaluate/evaluate.h"

/* Are these extents that no index, no sum of two of them and no product of some
 * overflows, even where an extent of 0 leaves nothing? */
static bool is_held(int64_t rank, const int64_t *dims)
{
    int64_t count = 1;

    if (rank > NODE_MOST)
        return false;
    for (int64_t a = 0; a < rank; a++)
        if (dims[a] < 0 || !num_mul(count, num_max(dims[a], 1), &count) ||
            count > EVALUATE_MOST)
            return false;
    return true;
}

enum status evaluate_take(struct evaluation *v, enum onnx_type type,
                          int64_t rank, const int64_t *dims)
{
    int64_t count = 1, *kept = arena_take(v->arena, NODE_MOST, sizeof *kept);

    if (rank > NODE_MOST)
        return node_refuse(&v->place, v->e, "has more than %d axes", NODE_MOST);
    if (!is_held(rank, dims))
        return node_refuse(&v->place, v->e, "its output has no size");
    for (int64_t a = 0; a < rank; a++)
        count *= dims[a];
    if (count > *v->room)
        return node_refuse(&v->place, v->e,
                           "its output of %lld numbers is too large",
                           (long long)count);
    *v->room -= count;
    if (type == ONNX_FLOAT)
        v->reals = arena_take(v->arena, (size_t)count, sizeof *v->reals);
    else
        v->ints = arena_take(v->arena, (size_t)count, sizeof *v->ints);
    if (!kept || (!v->reals && !v->ints))
        return err_memory(v->e, "reading the network");
    memcpy(kept, dims, (size_t)rank * sizeof *kept);
    v->out = (struct onnx_tensor){
        .name = "",
        .type = type,
        .type_name = type == ONNX_FLOAT ? "float32" : "int64",
        .rank = rank,
        .dims = kept,
        .count = count,
        .reals = v->reals,
        .ints = v->ints,
    };
    return OK;
}

bool evaluate_steps(struct evaluation *v, int64_t count, int64_t each)
{
    int64_t steps;

    if (*v->work < 0 || !num_mul(count, each, &steps) || steps > *v->work) {
        *v->work = -1;
        return false;
    }
    *v->work -= steps;
    return true;
}

const struct onnx_tensor *evaluate_numbers(struct evaluation *v, int64_t k)
{
    const struct onnx_tensor *t = evaluate_maybe(v, k);

    if (t && t->type != ONNX_UNKNOWN && is_held(t->rank, t->dims))
        return t;
    if (!t)
        node_refuse(&v->place, v->e, "input %lld is missing", (long long)k);
    else if (t->type == ONNX_UNKNOWN)
        node_refuse(&v->place, v->e, "input %lld has no numbers that are read",
                    (long long)k);
    else
        node_refuse(&v->place, v->e,
                    "input %lld has more than %d axes, or extents that are too "
                    "large",
                    (long long)k, NODE_MOST);
    return NULL;
}

const struct onnx_tensor *evaluate_in(struct evaluation *v, int64_t k)
{
    const struct onnx_tensor *t = evaluate_maybe(v, k);

    if (!t || t->type == ONNX_FLOAT)
        return evaluate_numbers(v, k);
    node_refuse(&v->place, v->e, "input %lld has no floating-point numbers",
                (long long)k);
    return NULL;
}

const struct onnx_tensor *evaluate_maybe(const struct evaluation *v, int64_t k)
{
    return k < v->place.node->input_count ? v->in[k] : NULL;
}

void next_cell(int64_t rank, const int64_t *dims, int64_t *at)
{
    for (int64_t a = rank - 1; a >= 0 && ++at[a] == dims[a]; a--)
        at[a] = 0;
}

int64_t broadcast_index(const struct onnx_tensor *t, int64_t rank,
                        const int64_t *at)
{
    int64_t index = 0;

    for (int64_t a = 0; a < t->rank; a++)
        index =
            index * t->dims[a] + (t->dims[a] == 1 ? 0 : at[rank - t->rank + a]);
    return index;
}

void evaluate_put(struct evaluation *v, const struct onnx_tensor *x, int64_t i,
                  int64_t from)
{
    if (from < 0)
        return;
    if (v->reals)
        v->reals[i] = x->reals[from];
    else
        v->ints[i] = x->ints[from];
}

enum status evaluate_extents(struct evaluation *v, const struct onnx_tensor *a,
                             const struct onnx_tensor *b, int64_t *rank,
                             int64_t dims[NODE_MOST])
{
    *rank = num_max(a->rank, b->rank);
    if (*rank > NODE_MOST)
        return node_refuse(&v->place, v->e, "has more than %d axes", NODE_MOST);
    for (int64_t i = 0; i < *rank; i++) {
        const int64_t at_a = i - (*rank - a->rank);
        const int64_t at_b = i - (*rank - b->rank);
        const int64_t m = at_a < 0 ? 1 : a->dims[at_a];
        const int64_t n = at_b < 0 ? 1 : b->dims[at_b];
        if (m != n && m != 1 && n != 1)
            return node_refuse(&v->place, v->e,
                               "its inputs have extents %lld and %lld along "
                               "an axis",
                               (long long)m, (long long)n);
        dims[i] = m == 1 ? n : m;
    }
    return OK;
}
