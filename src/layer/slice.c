/*
 * slice.c - some cells along an axis, or one cell without the axis.
 *
 * Lasagne's SliceLayer: bounds are those of Python's slices, so negative ones
 * count from the end and what lies beyond the ends is cut off.
 */
#include <string.h>

#include "base/num.h"
#include "layer/axes.h"
#include "layer/config.h"
#include "layer/facts.h"
#include "tensor/strided.h"

/* clang-format off */
static const struct field slice_fields[] = {
    FIELD(slice_config, indices, .sample = "[0, 2]",
          .least = 1, .most = 3, .null_ok = true,
          .min = -(1 << 24), .max = 1 << 24, .aka = "index slice begin",
          .doc = "A cell, whose axis is dropped; or [start, stop] or [start, "
                 "stop, step], null: open; negative ones count from the end."),
    FIELD(slice_config, axis, .def = "-1", .min = -SHAPE_MAX_AXES - 1,
          .max = SHAPE_MAX_AXES, .aka = "dim",
          .doc = "The axis, counting the batch as 0; negative: from the "
                 "last."),
    {0},
};
/* clang-format on */

static enum status read_cell(int64_t index, int64_t extent,
                             struct layer_spec *spec, struct slice_cells *c)
{
    c->first = index < 0 ? index + extent : index;
    c->step = c->count = 1;
    c->drops_axis = true;
    if (c->first < 0 || c->first >= extent)
        return layer_refuse(spec, "indices",
                            "there is no cell %lld, the axis has %lld",
                            (long long)index, (long long)extent);
    if (spec->out.axes == 1)
        return layer_refuse(spec, "indices",
                            "drops the only axis of a sample; expected [start, "
                            "stop]");
    return OK;
}

/* The range that a bound of Python's slices is cut to. */
struct bounds {
    int64_t extent, low, high;
};

/* Entry `i`; `open` where there is none. */
static int64_t bound(const struct index_list *list, int64_t i,
                     const struct bounds *b, int64_t open)
{
    if (i >= list->count || list->at[i].form == INDEX_NONE)
        return open;
    const int64_t value = list->at[i].value;
    return num_max(b->low,
                   num_min(b->high, value < 0 ? value + b->extent : value));
}

static enum status read_range(const struct index_list *list, int64_t extent,
                              struct layer_spec *spec, struct slice_cells *c)
{
    const bool has_step = list->count > 2 && list->at[2].form != INDEX_NONE;

    c->drops_axis = false;
    c->step = has_step ? list->at[2].value : 1;
    if (c->step == 0)
        return layer_refuse(spec, "indices", "a step of 0 goes nowhere");
    const bool up = c->step > 0;
    const struct bounds b = {extent, up ? 0 : -1, up ? extent : extent - 1};
    const int64_t last = bound(list, 1, &b, up ? extent : -1);
    c->first = bound(list, 0, &b, up ? 0 : extent - 1);
    const int64_t span = up ? last - c->first : c->first - last;
    c->count = num_ceil_div(num_max(0, span), up ? c->step : -c->step);
    if (c->count == 0)
        return layer_refuse(spec, "indices",
                            "leaves nothing of the axis, which has %lld cells",
                            (long long)extent);
    return OK;
}

static enum status read_indices(const struct slice_config *c,
                                struct layer_spec *spec,
                                struct slice_cells *cells)
{
    const struct index_list *list = &c->indices;
    const int64_t extent = spec->out.dim[cells->axis];

    for (int64_t i = 0; i < list->count; i++)
        if (list->at[i].form == INDEX_BRACKETS)
            return layer_refuse(spec, "indices",
                                "expected integers and null, got a list in a "
                                "list");
    if (list->is_alone)
        return read_cell(list->at[0].value, extent, spec, cells);
    if (list->count < 2)
        return layer_refuse(spec, "indices",
                            "expected a cell, [start, stop] or [start, stop, "
                            "step]");
    return read_range(list, extent, spec, cells);
}

static enum status slice_infer(const void *config, const struct shape *in,
                               int64_t inputs, struct layer_spec *spec)
{
    const struct slice_config *c = config;
    struct slice_cells *cells = spec_prepared(spec, sizeof *cells);

    (void)inputs;
    spec->out = in[0];
    cells->axis = axes_place(c->axis, in[0]) - 1;
    if (cells->axis < 0)
        return axes_refuse(spec, "axis", c->axis, in[0]);
    const enum status s = read_indices(c, spec, cells);
    if (s != OK)
        return s;
    spec->out.dim[cells->axis] = cells->count;
    if (cells->drops_axis) {
        spec->out.axes--;
        for (int64_t a = cells->axis; a < spec->out.axes; a++)
            spec->out.dim[a] = in[0].dim[a + 1];
        spec->out.dim[spec->out.axes] = 0;
    }
    return OK;
}

const struct slice_cells *slice_cells(const struct layer *l)
{
    return (const void *)l->spec.prepared;
}

/* The output, with the axis that was dropped, and the cells of the input. */
struct walk slice_walk(const struct layer *l, int64_t batch)
{
    const struct slice_cells *c = slice_cells(l);
    struct shape shape = l->in[0];

    shape.dim[c->axis] = c->count;
    struct walk w = walk_over(batch, shape);
    walk_add(&w, shape);
    struct strided *x = walk_add(&w, l->in[0]);
    x->origin = c->first * x->step[c->axis + 1];
    x->step[c->axis + 1] *= c->step;
    walk_join(&w);
    return w;
}

static void slice_forward(const struct layer *l, const struct pass *p)
{
    const struct walk w = slice_walk(l, p->batch);

    walk_copy(&w, 0, p->y, 1, p->x[0]);
}

/* What was cut off gets 0. */
static void slice_backward(const struct layer *l, const struct pass *p)
{
    const struct walk w = slice_walk(l, p->batch);

    if (!p->dx[0])
        return;
    memset(p->dx[0], 0,
           (size_t)(p->batch * shape_count(l->in[0])) * sizeof(real));
    walk_copy(&w, 1, p->dx[0], 0, p->dy);
}

const struct layer_ops slice_layer = {
    .kind = {.name = "slice",
             .doc = "Some cells along an axis of its input.",
             CONFIG(slice),
             .aka = "strided_slice narrow crop select"},
    .min_inputs = 1,
    .max_inputs = 1,
    .infer = slice_infer,
    .forward = slice_forward,
    .backward = slice_backward,
};
