/*
 * make_cut.c - what leaves numbers out, or puts a border around them.
 */
#include <string.h>

#include "base/num.h"
#include "import/importer.h"

/* Cells [start, end) in steps along an axis: a layer unless it is all. */
static enum status cut(struct step *s, struct value *x, int64_t axis,
                       const int64_t bounds[3])
{
    const int64_t extent = x->shape.dim[axis - 1];
    int64_t start = bounds[0] + (bounds[0] < 0 ? extent : 0);
    int64_t end = bounds[1] + (bounds[1] < 0 ? extent : 0);
    struct index *index = arena_take(s->im->arena, 3, sizeof *index);
    struct made *m = made_new(s, "slice");

    start = num_min(num_max(start, 0), extent);
    end = num_min(num_max(end, 0), extent);
    if (!m || !index)
        return import_memory(s->im);
    if (end <= start)
        return step_refuse(s, "nothing is left along axis %lld",
                           (long long)axis);
    index[0] = (struct index){start, start > 0 ? INDEX_NUMBER : INDEX_NONE};
    index[1] = (struct index){end, end < extent ? INDEX_NUMBER : INDEX_NONE};
    index[2] = (struct index){bounds[2], INDEX_NUMBER};
    for (int i = 0; i < 2; i++)
        index[i].value = index[i].form == INDEX_NONE ? 0 : index[i].value;
    struct slice_config *c = m->config;
    c->indices = (struct index_list){index, bounds[2] > 1 ? 3 : 2, false};
    c->axis = axis;
    return made_on(s, m, x);
}

enum status import_cropped(struct step *s, const struct pair keep[NODE_AXES])
{
    const struct pair all[] = {{0, s->out->shape.dim[1]},
                               {0, s->out->shape.dim[2]}};
    enum status status = OK;

    for (int a = 0; status == OK && a < NODE_AXES; a++) {
        const int64_t bounds[] = {keep[a].y, keep[a].y + keep[a].x, 1};
        struct value whole = *s->out;
        if (keep[a].y != all[a].y || keep[a].x != all[a].x)
            status = cut(s, &whole, 2 + a, bounds);
    }
    return status;
}

static bool is_all(const struct value *x, int64_t axis, const int64_t b[3])
{
    const int64_t extent = axis == 0 ? INT32_MAX : x->shape.dim[axis - 1];

    return (b[0] == 0 || b[0] <= -extent) && b[1] >= extent && b[2] == 1;
}

enum status make_slice(struct step *s)
{
    static const char *const names[] = {"starts", "ends", "axes", "steps"};
    struct node_list list[4];
    struct value *x, *at;
    enum status status = import_whole(s, 0, 0, &x);

    for (int k = 0; status == OK && k < 4; k++)
        status = step_list(s, names[k], k + 1, &list[k]);
    for (int k = 1; status == OK && k < 4; k++)
        if (list[0].count < 0 ||
            (list[k].count != list[0].count && (k == 1 || list[k].count >= 0)))
            return step_refuse(s, "%s has not as many entries as starts",
                               names[k]);
    if (status != OK)
        return status;
    struct value so_far = *x;
    import_same(s, x);
    at = &so_far;
    for (int64_t i = 0; status == OK && i < list[0].count; i++) {
        const int64_t b[] = {list[0].at[i], list[1].at[i],
                             list[3].count < 0 ? 1 : list[3].at[i]};
        int64_t a;
        status = node_axis(&s->place, list[2].count < 0 ? i : list[2].at[i],
                           1 + x->shape.axes, &a, s->im->e);
        if (status != OK || is_all(at, a, b))
            continue;
        if (a == 0)
            return step_refuse(s, "cuts the samples");
        if (b[2] < 1)
            return step_refuse(s, "steps: %lld is negative", (long long)b[2]);
        status = cut(s, at, a, b);
        so_far = *s->out;
    }
    return status;
}

/* The constant of a border: an attribute before opset 11. */
static enum status border_value(const struct step *s, double *out)
{
    const struct onnx_tensor *t = step_constant(s, 2);

    *out = t && t->count == 1 ? real_of_float(t->reals[0])
                              : node_real(s->node, "value", 0);
    return !step_in(s, 2) || (t && t->count == 1)
               ? OK
               : step_refuse(s, "its border is no constant number");
}

static enum status read_pads(const struct step *s, const struct value *x,
                             struct node_list *pads)
{
    const int64_t rank = 1 + x->shape.axes;
    const enum status status = step_list(s, "pads", 1, pads);

    if (status != OK)
        return status;
    if (pads->count != 2 * rank)
        return step_refuse(s, "pads: expected two for each of %lld axes",
                           (long long)rank);
    for (int64_t i = 0; i < pads->count; i++)
        if (pads->at[i] < 0 || pads->at[i] > 1 << 24)
            return step_refuse(s, "pads: %lld cells", (long long)pads->at[i]);
    return pads->at[0] == 0 && pads->at[rank] == 0
               ? OK
               : step_refuse(s, "pads: around the samples");
}

enum status make_pad(struct step *s)
{
    const char *mode = node_text(s->node, "mode", "constant");
    struct node_list pads;
    struct value *x;
    int64_t first = 1, count = 0;
    bool alike = true;
    struct made *m = made_new(s, "pad");
    struct pair *width =
        arena_take(s->im->arena, SHAPE_MAX_AXES, sizeof *width);

    if (!m || !width)
        return import_memory(s->im);
    struct pad_config *c = m->config;
    enum status status = import_whole(s, 0, 0, &x);
    if (status == OK)
        status = read_pads(s, x, &pads);
    if (status == OK)
        status = border_value(s, &c->val);
    if (status != OK)
        return status;
    if (strcmp(mode, "constant") != 0 && strcmp(mode, "reflect") != 0 &&
        strcmp(mode, "edge") != 0)
        return step_refuse(s, "attribute 'mode': '%s' is not read", mode);
    c->mode = mode;
    const int64_t rank = 1 + x->shape.axes;
    while (first < rank && pads.at[first] == 0 && pads.at[rank + first] == 0)
        first++;
    if (first == rank) {
        import_same(s, x);
        return OK;
    }
    c->batch_ndim = num_min(first, 2);
    for (int64_t a = c->batch_ndim; a < rank; a++) {
        width[count++] = (struct pair){pads.at[a], pads.at[rank + a]};
        alike = alike && width[0].y == pads.at[a] &&
                width[0].x == pads.at[rank + a];
    }
    c->width = (struct pair_list){width, alike ? 1 : count};
    return made_on(s, m, x);
}
