/*
 * findings.c - the audit's findings as lines, warnings, errors and JSON.
 */
#include "command/findings.h"

enum status findings_of(const struct call *call, const struct experiment *x,
                        enum audit_mode mode, int64_t class_count,
                        struct findings *out, struct err *e)
{
    const struct graph *g = &x->graph;
    struct audit_row *rows =
        arena_take(call->arena, (size_t)g->count, sizeof *rows);
    struct lint_subject subject = {.graph = g, .class_count = class_count};
    struct finding *found = NULL;
    enum status s = OK;

    *out = (struct findings){.graph = g};
    if (!rows)
        return err_memory(e, "auditing the network");
    if (audit_applies(g)) {
        s = audit_graph(g, mode, rows, e);
        subject.rows = rows;
    }
    if (x->has_train)
        subject.loss = x->train.loss;
    if (s == OK)
        s = lint_graph(&subject, call->arena, &found, &out->count, e);
    out->at = found;
    return s;
}

static const char *layer_name(const struct findings *f, int64_t i)
{
    return f->graph->nodes[f->at[i].node].layer.name;
}

void findings_print(const struct findings *f, struct text *out)
{
    for (int64_t i = 0; i < f->count; i++)
        text_printf(out, "%s %s: %s\n", f->at[i].rule, layer_name(f, i),
                    f->at[i].message);
}

void findings_warn(const struct findings *f, const struct call *call)
{
    for (int64_t i = 0; i < f->count; i++)
        warn(call, "%s %s: %s", f->at[i].rule, layer_name(f, i),
             f->at[i].message);
}

enum status findings_refuse(const struct findings *f, const char *place,
                            struct err *e)
{
    enum status s = OK;

    for (int64_t i = 0; i < f->count; i++)
        s = err_add(e, ERR_NO, place, "%s %s: %s", f->at[i].rule,
                    layer_name(f, i), f->at[i].message);
    return s;
}

void findings_put(const struct findings *f, struct json_writer *w)
{
    json_begin_list(w, "findings");
    for (int64_t i = 0; i < f->count; i++) {
        json_begin_map(w, NULL);
        json_put_text(w, "rule", f->at[i].rule);
        json_put_text(w, "layer", layer_name(f, i));
        json_put_text(w, "message", f->at[i].message);
        json_end(w);
    }
    json_end(w);
}
