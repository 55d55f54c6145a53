/*
 * lint_reach.c - rules about what a layer sees of the image and of its input.
 */
#include <math.h>

#include "graph/lint_rule.h"

bool lint_coverage(const struct lint_subject *s, int64_t at,
                   char message[LINT_MESSAGE_BYTES])
{
    const struct audit_row *row = s->rows ? &s->rows[at] : NULL;

    return row && row->high_coverage &&
           lint_say(message, "coverage %.2f %% is above 100 %%",
                    fmax(row->coverage[0], row->coverage[1]));
}

bool lint_capacity(const struct lint_subject *s, int64_t at,
                   char message[LINT_MESSAGE_BYTES])
{
    const struct audit_row *row = s->rows ? &s->rows[at] : NULL;

    return row && row->low_capacity &&
           lint_say(message, "capacity %.2f %% is below %.2f %%",
                    fmin(row->capacity[0], row->capacity[1]),
                    audit_lowest_capacity);
}

/* Do its windows step over the cells of the input, rather than being laid
 * around each? */
static bool has_steps(const struct layer_window *w)
{
    return (w->kind == WINDOW_CONV || w->kind == WINDOW_POOL) &&
           w->spread.y <= 1 && w->spread.x <= 1;
}

/* Cells at the end of an axis that no window reaches. */
static int64_t unread(int64_t in, int64_t out, int64_t size, int64_t dilation,
                      int64_t stride, int64_t pad)
{
    const int64_t reached =
        (out - 1) * stride - pad + dilation * (size - 1) + 1;

    return reached < in ? in - reached : 0;
}

bool lint_remainder_dropped(const struct lint_subject *s, int64_t at,
                            char message[LINT_MESSAGE_BYTES])
{
    const struct layer *l = &s->graph->nodes[at].layer;
    const struct layer_window w = layer_window_of(l);
    const struct shape out = l->spec.out;

    if (!has_steps(&w) || out.axes != 3)
        return false;
    const int64_t rows = unread(l->in[0].dim[1], out.dim[1], w.size.y,
                                w.dilation.y, w.stride.y, w.pad.y);
    const int64_t columns = unread(l->in[0].dim[2], out.dim[2], w.size.x,
                                   w.dilation.x, w.stride.x, w.pad.x);
    if (rows == 0 && columns == 0)
        return false;
    return lint_say(
        message,
        "the stride leaves %lld row%s and %lld column%s at the end of "
        "its input unread",
        (long long)rows, rows == 1 ? "" : "s", (long long)columns,
        columns == 1 ? "" : "s");
}

bool lint_lopsided(const struct lint_subject *s, int64_t at,
                   char message[LINT_MESSAGE_BYTES])
{
    const struct layer_window w = layer_window_of(&s->graph->nodes[at].layer);

    return w.lopsided &&
           lint_say(
               message,
               "an even filter (%lldx%lld) with pad same shifts the image by "
               "half a pixel",
               (long long)w.size.y, (long long)w.size.x);
}

bool lint_uneven_merge(const struct lint_subject *s, int64_t at,
                       char message[LINT_MESSAGE_BYTES])
{
    const struct graph_node *n = &s->graph->nodes[at];

    for (int axis = 0; s->rows && axis < AUDIT_AXES; axis++) {
        double least = (double)INFINITY, most = 0;
        for (int64_t k = 0; k < n->layer.inputs; k++) {
            const int64_t from = n->inputs[k];
            const struct audit_row *row = &s->rows[from];
            const double field = from == 0 ? 1 : row->field[axis];
            if (row->whole)
                continue;
            least = fmin(least, field);
            most = fmax(most, field);
        }
        if (most > 2 * least)
            return lint_say(
                message,
                "its inputs see %g and %g pixels along an axis, more "
                "than twice as many",
                least, most);
    }
    return false;
}

double lint_extent(int64_t size, int64_t dilation)
{
    return (double)(dilation * (size - 1) + 1);
}

bool lint_skipped_cells(const struct lint_subject *s, int64_t at,
                        char message[LINT_MESSAGE_BYTES])
{
    const struct layer_window w = layer_window_of(&s->graph->nodes[at].layer);

    return has_steps(&w) &&
           ((double)w.stride.y > lint_extent(w.size.y, w.dilation.y) ||
            (double)w.stride.x > lint_extent(w.size.x, w.dilation.x)) &&
           lint_say(message,
                    "stride %lldx%lld is larger than the %s %lldx%lld: cells "
                    "between are never read",
                    (long long)w.stride.y, (long long)w.stride.x,
                    w.kind == WINDOW_CONV ? "filter" : "window",
                    (long long)w.size.y, (long long)w.size.x);
}
