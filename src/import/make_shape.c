/*
 * make_shape.c - what gives numbers other extents or another order.
 */
#include <string.h>

#include "base/num.h"
#include "import/importer.h"

enum status import_rename(struct step *s, struct value *from, struct shape to)
{
    if (!front_rename(s, from, to))
        import_same(s, from);
    s->out->shape = to;
    return OK;
}

/* Are the samples of the batch still those after it? */
static bool keeps_batch(const struct importer *im, int64_t first, bool copies)
{
    return (first == 0 && copies) || first == BATCH_EXTENT || first == -1 ||
           (im->batch > 0 && first == im->batch);
}

/* The extents of a sample that a reshape asks for. */
static enum status read_target(const struct step *s, const struct value *x,
                               const struct node_list *to, struct shape *out)
{
    const bool copies = node_int(s->node, "allowzero", 0) == 0;
    const int64_t all = shape_count(x->shape);
    int64_t known = 1, open = -1;

    if (to->count < 2 || to->count > 1 + SHAPE_MAX_AXES ||
        !keeps_batch(s->im, to->at[0], copies))
        return step_refuse(s, "shape: does not keep the samples apart");
    *out = (struct shape){.axes = to->count - 1};
    for (int64_t a = 0; a < out->axes; a++) {
        int64_t extent = to->at[1 + a];
        if (extent == 0 && copies && a < x->shape.axes)
            extent = x->shape.dim[a];
        if (extent == -1 && open < 0 && to->at[0] != -1)
            open = a;
        else if (extent < 1 || !num_mul(known, extent, &known))
            return step_refuse(s, "shape: entry %lld is no extent",
                               (long long)a + 1);
        out->dim[a] = extent;
    }
    if (open >= 0)
        out->dim[open] = all / known;
    return (open >= 0 ? all % known == 0 : known == all)
               ? OK
               : step_refuse(s, "shape: a sample of %lld numbers does not fit",
                             (long long)all);
}

enum status make_reshape(struct step *s)
{
    struct node_list to;
    struct shape shape;
    struct value *x;
    enum status status = import_any(s, 0, &x);

    if (status == OK)
        status = step_list(s, "shape", 1, &to);
    if (status == OK)
        status = read_target(s, x, &to, &shape);
    return status == OK ? import_rename(s, x, shape) : status;
}

enum status make_flatten(struct step *s)
{
    int64_t axis = node_int(s->node, "axis", 1);
    struct value *x;
    const enum status status = import_any(s, 0, &x);

    if (status != OK)
        return status;
    if (axis < 0)
        axis += 1 + x->shape.axes;
    return axis == 1 ? import_rename(s, x, SHAPE(shape_count(x->shape)))
                     : step_refuse(s,
                                   "attribute 'axis': %lld does not keep "
                                   "the samples apart",
                                   (long long)axis);
}

/* Which axes a list names of `rank`, the batch not among them. */
static enum status mark(const struct step *s, const struct node_list *list,
                        int64_t rank, bool has[2 + SHAPE_MAX_AXES + NODE_MOST])
{
    enum status status = OK;

    for (int64_t i = 0; status == OK && i < list->count; i++) {
        int64_t a;
        status = node_axis(&s->place, list->at[i], rank, &a, s->im->e);
        if (status == OK && (a == 0 || has[a]))
            return step_refuse(s, "axes: %lld, the samples, or twice",
                               (long long)a);
        if (status == OK)
            has[a] = true;
    }
    return status;
}

enum status make_squeeze(struct step *s)
{
    bool has[2 + SHAPE_MAX_AXES + NODE_MOST] = {false};
    struct node_list axes;
    struct shape to = {0};
    struct value *x;
    enum status status = import_any(s, 0, &x);

    if (status == OK)
        status = step_list(s, "axes", 1, &axes);
    if (status == OK)
        status = mark(s, &axes, 1 + x->shape.axes, has);
    if (status != OK)
        return status;
    if (axes.count < 0 && s->im->batch == 1)
        return step_refuse(s, "axes: without them the sample goes, too");
    for (int64_t a = 1; a <= x->shape.axes; a++) {
        const int64_t extent = x->shape.dim[a - 1];
        if (has[a] && extent != 1)
            return step_refuse(s, "axes: axis %lld is of extent %lld",
                               (long long)a, (long long)extent);
        if (axes.count < 0 ? extent != 1 : !has[a])
            to.dim[to.axes++] = extent;
    }
    if (to.axes == 0)
        return step_refuse(s, "no axis is left of a sample");
    return import_rename(s, x, to);
}

enum status make_unsqueeze(struct step *s)
{
    bool has[2 + SHAPE_MAX_AXES + NODE_MOST] = {false};
    struct node_list axes;
    struct shape to = {0};
    struct value *x;
    enum status status = import_any(s, 0, &x);

    if (status == OK)
        status = step_list(s, "axes", 1, &axes);
    if (status == OK && axes.count < 0)
        return step_refuse(s, "axes are missing");
    if (status != OK)
        return status;
    to.axes = x->shape.axes + axes.count;
    if (to.axes > SHAPE_MAX_AXES)
        return step_refuse(s, "more than %d axes", SHAPE_MAX_AXES);
    status = mark(s, &axes, 1 + to.axes, has);
    for (int64_t a = 1, next = 0; status == OK && a <= to.axes; a++)
        to.dim[a - 1] = has[a] ? 1 : x->shape.dim[next++];
    return status == OK ? import_rename(s, x, to) : status;
}

/* Do the axes that have an extent keep their order? */
static bool keeps_order(struct shape from, const int64_t *perm)
{
    int64_t last = 0;

    for (int64_t a = 1; a <= from.axes; a++) {
        if (from.dim[perm[a] - 1] == 1)
            continue;
        if (perm[a] < last)
            return false;
        last = perm[a];
    }
    return true;
}

static enum status read_perm(const struct step *s, const struct value *x,
                             int64_t perm[1 + SHAPE_MAX_AXES])
{
    const int64_t rank = 1 + x->shape.axes;
    bool seen[1 + SHAPE_MAX_AXES] = {false};

    if (!node_has(s->node, "perm") ||
        !node_ints(s->node, "perm", rank, 0, perm))
        return step_refuse(s, "attribute 'perm' has not one entry per axis");
    for (int64_t a = 0; a < rank; a++) {
        if (perm[a] < 0 || perm[a] >= rank || seen[perm[a]])
            return step_refuse(s, "attribute 'perm' is no order of axes");
        seen[perm[a]] = true;
    }
    return perm[0] == 0 ? OK
                        : step_refuse(s, "attribute 'perm' moves the samples");
}

enum status make_transpose(struct step *s)
{
    int64_t perm[1 + SHAPE_MAX_AXES];
    struct shape to = {0};
    struct value *x;
    enum status status = import_any(s, 0, &x);

    if (status == OK)
        status = read_perm(s, x, perm);
    if (status != OK)
        return status;
    to.axes = x->shape.axes;
    for (int64_t a = 0; a < to.axes; a++)
        to.dim[a] = x->shape.dim[perm[1 + a] - 1];
    if (keeps_order(x->shape, perm))
        return import_rename(s, x, to);
    if (front_move(s, x, perm)) {
        s->out->shape = to;
        return OK;
    }
    struct made *m = made_new(s, "dimshuffle");
    const char **at = arena_take(s->im->arena, 1 + SHAPE_MAX_AXES, sizeof *at);
    status = import_whole(s, 0, 0, &x);
    if (!m || !at)
        return import_memory(s->im);
    for (int64_t a = 0; a <= to.axes; a++)
        at[a] = arena_printf(s->im->arena, "%lld", (long long)perm[a]);
    ((struct dimshuffle_config *)m->config)->pattern =
        (struct text_list){at, 1 + to.axes};
    return status == OK ? made_on(s, m, x) : status;
}

/* Its extents are constants, but for the samples. */
enum status make_shape(struct step *s)
{
    struct value *x;
    const enum status status = import_any(s, 0, &x);
    struct onnx_tensor *t = arena_take(s->im->arena, 1, sizeof *t);
    int64_t *ints = arena_take(s->im->arena, 2 + SHAPE_MAX_AXES, sizeof *ints);

    if (status != OK)
        return status;
    if (!t || !ints)
        return import_memory(s->im);
    const int64_t rank = 1 + x->shape.axes;
    int64_t start = node_int(s->node, "start", 0);
    int64_t end = node_int(s->node, "end", rank);
    start = num_min(num_max(start + (start < 0 ? rank : 0), 0), rank);
    end = num_min(num_max(end + (end < 0 ? rank : 0), start), rank);
    for (int64_t a = start; a < end; a++)
        ints[1 + a - start] = a > 0              ? x->shape.dim[a - 1]
                              : s->im->batch > 0 ? s->im->batch
                                                 : BATCH_EXTENT;
    ints[0] = end - start;
    *t = (struct onnx_tensor){.name = "",
                              .type = ONNX_INT64,
                              .type_name = "int64",
                              .rank = 1,
                              .dims = ints,
                              .count = ints[0],
                              .ints = ints + 1};
    s->out->constant = t;
    return OK;
}
