/*
 * layer_table.c - rows from graph and audit; the layout is table.c's.
 */
#include "command/layer_table.h"

#include "base/arena.h"
#include "term/colour.h"
#include "term/table.h"

enum { PLAIN_COLUMNS = 3, AUDIT_COLUMNS = 7, FULL_COLUMNS = 11 };

static const char *const plain_titles[] = {"#", "name", "size"};
static const char *const audit_titles[] = {
    "name",  "size",     "total",    "cap.Y",   "cap.X",  "cov.Y",
    "cov.X", "filter Y", "filter X", "field Y", "field X"};

static const char *size_text(struct arena *a, struct shape s)
{
    struct text t = {0};

    shape_print(&t, s);
    return arena_text(a, &t);
}

static const char *number_text(struct arena *a, int64_t value)
{
    return arena_printf(a, "%lld", (long long)value);
}

static const char *colour_of(const struct audit_row *row)
{
    if (row->low_capacity && row->high_coverage)
        return COLOUR_RED;
    if (row->high_coverage)
        return COLOUR_CYAN;
    return row->low_capacity ? COLOUR_MAGENTA : NULL;
}

static void plain_row(struct arena *a, const struct graph *g, int64_t i,
                      const char **cells)
{
    const struct layer *l = &g->nodes[i].layer;

    cells[0] = number_text(a, i);
    cells[1] = l->name;
    cells[2] = size_text(a, l->spec.out);
}

static void audit_row_cells(struct arena *a, const struct layer *l,
                            const struct audit_row *row, bool colour,
                            const char *cells[FULL_COLUMNS])
{
    const char *code = colour ? colour_of(row) : NULL;

    cells[0] =
        code ? arena_printf(a, "%s%s%s", code, l->name, COLOUR_END) : l->name;
    cells[1] = size_text(a, l->spec.out);
    cells[2] = number_text(a, shape_count(l->spec.out));
    for (int axis = 0; axis < AUDIT_AXES; axis++) {
        cells[3 + axis] = arena_printf(a, "%.2f", row->capacity[axis]);
        cells[5 + axis] = arena_printf(a, "%.2f", row->coverage[axis]);
        cells[7 + axis] = number_text(a, (int64_t)row->filter[axis]);
        cells[9 + axis] = number_text(a, (int64_t)row->field[axis]);
    }
}

static void print_plain(struct text *out, const struct graph *g,
                        struct arena *a)
{
    const char **cells =
        arena_take(a, (size_t)g->count * PLAIN_COLUMNS, sizeof *cells);
    const struct table t = {PLAIN_COLUMNS, g->count, plain_titles, cells, 2};

    for (int64_t i = 0; cells && i < g->count; i++)
        plain_row(a, g, i, cells + i * PLAIN_COLUMNS);
    if (!a->failed)
        table_print(out, &t);
}

static enum status print_audit(struct text *out, const struct graph *g,
                               const struct layer_table_style *style,
                               struct arena *a, struct err *e)
{
    const int64_t columns = style->level >= 2 ? FULL_COLUMNS : AUDIT_COLUMNS;
    const char **cells =
        arena_take(a, (size_t)(g->count * columns), sizeof *cells);
    struct audit_row *rows = arena_take(a, (size_t)g->count, sizeof *rows);
    const struct table t = {columns, g->count, audit_titles, cells, 2};

    if (!cells || !rows)
        return err_memory(e, "printing the layers");
    const enum status s = audit_graph(g, style->mode, rows, e);
    if (s != OK)
        return s;
    for (int64_t i = 0; i < g->count; i++) {
        const char *row[FULL_COLUMNS];
        audit_row_cells(a, &g->nodes[i].layer, &rows[i], style->colour, row);
        for (int64_t k = 0; k < columns; k++)
            cells[i * columns + k] = row[k];
    }
    if (!a->failed)
        table_print(out, &t);
    return OK;
}

static void print_legend(struct text *out, bool colour)
{
    const char *end = colour ? COLOUR_END : "";

    text_printf(out,
                "\nExplanation\n"
                "    X, Y:    image dimensions\n"
                "    cap.:    learning capacity\n"
                "    cov.:    coverage of image\n"
                "    %smagenta%s: capacity too low (<1/6)\n"
                "    %scyan%s:    image coverage too high (>100%%)\n"
                "    %sred%s:     capacity too low and coverage too high\n\n",
                colour ? COLOUR_MAGENTA : "", end, colour ? COLOUR_CYAN : "",
                end, colour ? COLOUR_RED : "", end);
}

enum status layer_table_print(struct text *out, const struct graph *g,
                              const struct layer_table_style *style,
                              struct err *e)
{
    const bool audit = style->level >= 1 && audit_applies(g);
    struct arena arena = {0};

    text_printf(out,
                "# Neural Network with %lld learnable parameters\n\n"
                "## Layer information\n\n",
                (long long)graph_weights(g, true));
    enum status s = OK;
    if (audit) {
        s = print_audit(out, g, style, &arena, e);
        print_legend(out, style->colour);
    } else {
        print_plain(out, g, &arena);
    }
    if (s == OK)
        s = arena_check(&arena, e, "printing the layers");
    text_puts(out, "\n");
    arena_free(&arena);
    return s;
}
