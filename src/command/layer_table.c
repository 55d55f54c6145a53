/*
 * layer_table.c - rows from graph and audit; the layout is table.c's.
 */
#include "command/layer_table.h"

#include <unistd.h>

#include "cli/say.h"
#include "term/colour.h"

enum { PLAIN_COLUMNS = 3, AUDIT_COLUMNS = 7, FULL_COLUMNS = 11 };

static const char *const plain_titles[] = {"#", "name", "size"};
static const char *const audit_titles[] = {
    "name",  "size",     "total",    "cap.Y",   "cap.X",  "cov.Y",
    "cov.X", "filter Y", "filter X", "field Y", "field X"};

static const char *colour_of(const struct audit_row *row)
{
    if (row->low_capacity && row->high_coverage)
        return COLOUR_RED;
    if (row->high_coverage)
        return COLOUR_CYAN;
    return row->low_capacity ? COLOUR_MAGENTA : NULL;
}

static void put_plain_row(struct table *t, const struct layer *l, int64_t i)
{
    table_put(t, "%lld", (long long)i);
    table_put(t, "%s", l->name);
    table_put(t, "%s", shape_text(l->spec.out).text);
}

static void put_audit_row(struct table *t, const struct layer *l,
                          const struct audit_row *row, bool colour)
{
    const char *code = colour ? colour_of(row) : NULL;

    text_printf(&t->cells, "%s%s%s", code ? code : "", l->name,
                code ? COLOUR_END : "");
    table_end(t);
    table_put(t, "%s", shape_text(l->spec.out).text);
    table_put(t, "%lld", (long long)shape_count(l->spec.out));
    for (int axis = 0; axis < AUDIT_AXES; axis++)
        table_real(t, row->capacity[axis]);
    for (int axis = 0; axis < AUDIT_AXES; axis++)
        table_real(t, row->coverage[axis]);
    if (t->columns < FULL_COLUMNS)
        return;
    for (int axis = 0; axis < AUDIT_AXES; axis++)
        table_put(t, "%lld", (long long)row->filter[axis]);
    for (int axis = 0; axis < AUDIT_AXES; axis++)
        table_put(t, "%lld", (long long)row->field[axis]);
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

static void print_rows(struct text *out, const struct graph *g,
                       const struct layer_table_style *style,
                       const struct audit_row *rows)
{
    struct table t = {
        .columns = PLAIN_COLUMNS,
        .titles = plain_titles,
        .decimals = 2,
        .room = style->room,
    };

    if (rows) {
        t.columns = style->level >= 2 ? FULL_COLUMNS : AUDIT_COLUMNS;
        t.titles = audit_titles;
    }
    text_printf(out,
                "# Neural Network with %lld learnable parameters\n\n"
                "## Layer information\n\n",
                (long long)graph_weights(g, true));
    for (int64_t i = 0; i < g->count; i++)
        if (rows)
            put_audit_row(&t, &g->nodes[i].layer, &rows[i], style->colour);
        else
            put_plain_row(&t, &g->nodes[i].layer, i);
    table_print(out, &t);
    if (rows)
        print_legend(out, style->colour);
    text_puts(out, "\n");
}

enum status layer_table_print(struct text *out, const struct graph *g,
                              const struct layer_table_style *style,
                              struct err *e)
{
    struct audit_row *rows = NULL;
    enum status s = OK;

    if (style->level >= 1 && audit_applies(g)) {
        rows = mem_take((size_t)g->count, sizeof *rows);
        s = rows ? audit_graph(g, style->mode, rows, e)
                 : err_memory(e, "printing the layers");
    }
    if (s == OK)
        print_rows(out, g, style, rows);
    mem_free(rows);
    return s;
}

enum status print_layers(const struct call *call, const struct experiment *x,
                         enum audit_mode mode, struct err *e)
{
    const struct layer_table_style style = {
        .level = call->global.verbose,
        .mode = mode,
        .room = terminal_columns(STDOUT_FILENO),
        .colour = colour_stdout(call),
    };
    struct text t = {0};
    const enum status s = layer_table_print(&t, &x->graph, &style, e);

    if (s == OK)
        out_text(call->out, &t);
    text_free(&t);
    return s;
}
