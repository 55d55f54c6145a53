/*
 * findings.c - audits a network as its document asks for.
 */
#include "document/findings.h"

#include <string.h>

enum audit_mode audit_mode_of(const struct experiment *x)
{
    const bool nolearn =
        x->info.compat && strcmp(x->info.compat, "nolearn") == 0;

    return nolearn ? AUDIT_NOLEARN : AUDIT_EXACT;
}

enum status findings_of(const struct experiment *x, enum audit_mode mode,
                        int64_t class_count, struct arena *arena,
                        struct findings *out, struct err *e)
{
    const struct graph *g = &x->graph;
    struct audit_row *rows = arena_take(arena, (size_t)g->count, sizeof *rows);
    struct lint_subject subject = {.graph = g,
                                   .class_count = x->binary ? 0 : class_count};
    struct finding *found = NULL;
    enum status s = OK;

    *out = (struct findings){NULL, 0};
    if (!rows)
        return err_memory(e, "auditing the network");
    if (audit_applies(g)) {
        s = audit_graph(g, mode, rows, e);
        subject.rows = rows;
    }
    if (x->has_train) {
        subject.loss = x->loss;
        subject.batch_size = x->train.batch_size;
    }
    if (s == OK)
        s = lint_graph(&subject, arena, &found, &out->count, e);
    out->at = found;
    return s;
}
