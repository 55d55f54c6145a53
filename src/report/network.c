/*
 * network.c - the layers, what the audit says of them, their weights.
 */
#include "look/filters.h"
#include "look/layers.h"
#include "report/report.h"

enum { PLAIN_COLUMNS = 5, AUDIT_COLUMNS = 10 };

static const char *const titles[AUDIT_COLUMNS] = {
    "layer",        "type",         "reads",        "output",
    "parameters",   "capacity y %", "capacity x %", "coverage y %",
    "coverage x %", "audit"};

static void put_inputs(struct html_table *t, const struct graph *g,
                       const struct graph_node *n)
{
    html_cell_begin(t, "words");
    for (int64_t k = 0; k < n->layer.inputs; k++)
        html_words(t->out, "%s%s", k > 0 ? ", " : "",
                   g->nodes[n->inputs[k]].layer.name);
    html_cell_end(t);
}

static void put_audit(struct html_table *t, const struct audit_row *row)
{
    const bool bad = row->low_capacity || row->high_coverage;

    for (int axis = 0; axis < AUDIT_AXES; axis++)
        html_cell_real(t, 2, row->capacity[axis]);
    for (int axis = 0; axis < AUDIT_AXES; axis++)
        html_cell_real(t, 2, row->coverage[axis]);
    html_cell_begin(t, bad ? "words bad" : "words");
    text_printf(t->out, "%s%s%s", row->low_capacity ? "capacity too low" : "",
                row->low_capacity && row->high_coverage ? ", " : "",
                row->high_coverage ? "coverage too high" : "");
    html_cell_end(t);
}

static void put_findings(struct text *out, const struct findings *f)
{
    text_puts(out, f->count > 0 ? "<ul>\n" : "");
    for (int64_t i = 0; i < f->count; i++) {
        text_puts(out, "<li>");
        html_words(out, "%s %s: %s", f->at[i].rule, f->at[i].layer,
                   f->at[i].message);
        text_puts(out, "</li>\n");
    }
    text_puts(out, f->count > 0 ? "</ul>\n" : "");
}

void report_layers(const struct report *r)
{
    const struct graph *g = &r->model->experiment.graph;

    html_section(r->out, "layers", "Layers");
    text_printf(r->out,
                "<p>%lld multiply-adds a sample.  capacity: how much of what a "
                "filter sees is new to it, of 100; coverage: how much of the "
                "image it sees.</p>\n",
                (long long)graph_macs(g));
    struct html_table t =
        html_table_begin(r->out, "Layers and what the audit says", titles,
                         r->rows ? AUDIT_COLUMNS : PLAIN_COLUMNS);
    for (int64_t i = 0; i < g->count; i++) {
        const struct graph_node *n = &g->nodes[i];
        html_cell(&t, "%s", n->layer.name);
        html_cell(&t, "%s", n->layer.ops->kind.name);
        put_inputs(&t, g, n);
        html_cell(&t, "%s", shape_text(n->layer.spec.out).text);
        html_cell(&t, "%lld", (long long)graph_node_weights(g, n));
        if (r->rows)
            put_audit(&t, &r->rows[i]);
    }
    html_table_end(&t);
    put_findings(r->out, &r->findings);
    html_section_end(r->out);
}

enum status report_weights(const struct report *r, struct err *e)
{
    const struct graph *g = &r->model->experiment.graph;
    int64_t node = 0;

    while (node < g->count && !layer_has_filters(g, node))
        node++;
    if (node == g->count)
        return OK;
    enum status s = layer_choose(g, NULL, layer_has_filters, NULL, &node, e);
    if (s != OK)
        return s;
    const struct filters_seen seen = filters_of(r->model, node);
    const struct figure f = filters_figure(&seen, FILTERS_MEAN, r->arena);
    s = arena_check(r->arena, e, "drawing weights");
    if (s != OK)
        return s;
    html_section(r->out, "weights", "Weights");
    s = html_figure(r->out, &f, true, e);
    html_section_end(r->out);
    return s;
}
