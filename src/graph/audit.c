/*
 * audit.c - receptive fields along the graph, by two sets of rules.
 */
#include "graph/audit.h"

#include <math.h>
#include <string.h>

#include "base/num.h"

/* What travels along one axis. */
struct reach {
    double field, jump, filter;
    bool whole; /* the layer or one above has no spatial axes left */
};

const double audit_lowest_capacity = 100.0 / 6.0;

static int64_t axis_of(struct pair p, int axis)
{
    return axis == 0 ? p.y : p.x;
}

static double image_size(const struct graph *g, int axis)
{
    const struct shape in = g->nodes[0].layer.spec.out;

    return (double)in.dim[in.axes - AUDIT_AXES + axis];
}

static bool is_spatial(const struct graph_node *n)
{
    return n->layer.spec.out.axes >= AUDIT_AXES;
}

static int64_t spread_of(const struct layer_window *w, int axis)
{
    return num_max(1, axis_of(w->spread, axis));
}

/* Cells of the input that a window spans along an axis; where cells are spread
 * out, those that can be under it at once. */
static double extent(const struct layer_window *w, int axis)
{
    const int64_t cells =
        axis_of(w->dilation, axis) * (axis_of(w->size, axis) - 1) + 1;

    return (double)num_ceil_div(cells, spread_of(w, axis));
}

static void set_whole(struct audit_row *row, int axis, double image)
{
    row->filter[axis] = row->field[axis] = image;
}

static void exact_reach(const struct layer_window *w, int axis, struct reach *r)
{
    if (w->kind == WINDOW_CONV && extent(w, axis) > 1)
        r->filter = extent(w, axis) * r->jump;
    if (w->kind == WINDOW_CONV || w->kind == WINDOW_POOL) {
        r->field += (extent(w, axis) - 1) * r->jump;
        r->jump *=
            (double)axis_of(w->stride, axis) / (double)spread_of(w, axis);
    }
}

static void exact_axis(const struct graph *g, int axis, struct reach *reach,
                       struct audit_row *rows)
{
    reach[0] = (struct reach){.field = 1, .jump = 1, .filter = 1};
    set_whole(&rows[0], axis, image_size(g, axis));
    for (int64_t i = 1; i < g->count; i++) {
        const struct graph_node *n = &g->nodes[i];
        const struct layer_window w = layer_window_of(&n->layer);
        struct reach *r = &reach[i];
        *r = reach[n->inputs[0]];
        for (int64_t k = 1; k < n->layer.inputs; k++) {
            const struct reach *other = &reach[n->inputs[k]];
            r->field = fmax(r->field, other->field);
            r->jump = fmax(r->jump, other->jump);
            r->filter = fmax(r->filter, other->filter);
            r->whole = r->whole || other->whole;
        }
        exact_reach(&w, axis, r);
        r->whole = r->whole || w.kind == WINDOW_WHOLE || !is_spatial(n);
        rows[i].filter[axis] = r->filter;
        rows[i].field[axis] = r->field;
        rows[i].whole = r->whole;
        if (r->whole)
            set_whole(&rows[i], axis, image_size(g, axis));
        rows[i].judged = rows[i].judged || (w.kind == WINDOW_CONV &&
                                            !r->whole && extent(&w, axis) > 1);
    }
}

/* nolearn looks at the type: any other layer ends its analysis. */
static bool is_known_to_nolearn(const struct layer *l)
{
    return strcmp(l->ops->kind.name, "conv2d") == 0 ||
           strcmp(l->ops->kind.name, "maxpool2d") == 0;
}

/* One chain in list order; `expansion` is the product of the pools so far, the
 * first layer of another kind ends the analysis for good. */
static void nolearn_axis(const struct graph *g, int axis,
                         struct audit_row *rows)
{
    double expansion = 1, field = 0, filter = 0;
    bool analysing = true, first = true;

    set_whole(&rows[0], axis, image_size(g, axis));
    for (int64_t i = 1; i < g->count; i++) {
        const struct layer_window w = layer_window_of(&g->nodes[i].layer);
        analysing = analysing && is_known_to_nolearn(&g->nodes[i].layer);
        rows[i].judged = true;
        if (!analysing) {
            set_whole(&rows[i], axis, image_size(g, axis));
            continue;
        }
        const double size = (double)axis_of(w.size, axis);
        if (w.kind == WINDOW_CONV) {
            filter = size * expansion;
            field = first ? size : field + expansion * (size - 1);
            first = false;
        } else {
            expansion *= size;
        }
        rows[i].filter[axis] = filter;
        rows[i].field[axis] = field;
    }
}

static void judge(const struct graph *g, struct audit_row *row)
{
    for (int axis = 0; axis < AUDIT_AXES; axis++) {
        /* nolearn's convention for a pool before any convolution. */
        row->capacity[axis] = row->field[axis] > 0
                                  ? 100 * row->filter[axis] / row->field[axis]
                                  : 1;
        row->coverage[axis] = 100 * row->field[axis] / image_size(g, axis);
        row->low_capacity =
            row->low_capacity ||
            (row->judged && row->capacity[axis] < audit_lowest_capacity);
        row->high_coverage =
            row->high_coverage || (row->judged && row->coverage[axis] > 100);
    }
}

enum status audit_graph(const struct graph *g, enum audit_mode mode,
                        struct audit_row *rows, struct err *e)
{
    struct reach *reach = mem_take((size_t)g->count, sizeof *reach);

    if (!reach)
        return err_memory(e, "auditing the network");
    for (int64_t i = 0; i < g->count; i++)
        rows[i] = (struct audit_row){0};
    for (int axis = 0; axis < AUDIT_AXES; axis++) {
        if (mode == AUDIT_EXACT)
            exact_axis(g, axis, reach, rows);
        else
            nolearn_axis(g, axis, rows);
    }
    for (int64_t i = 0; i < g->count; i++)
        judge(g, &rows[i]);
    mem_free(reach);
    return OK;
}

bool audit_has_image(const struct graph *g)
{
    return g->count > 0 && is_spatial(&g->nodes[0]);
}

bool audit_applies(const struct graph *g)
{
    if (!audit_has_image(g))
        return false;
    for (int64_t i = 0; i < g->count; i++)
        if (layer_window_of(&g->nodes[i].layer).kind == WINDOW_CONV)
            return true;
    return false;
}
