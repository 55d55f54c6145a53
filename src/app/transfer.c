/*
 * transfer.c - a walk over the network's tensors, then over what is left.
 */
#include "app/transfer.h"

#include <string.h>

#include "train/reference.h"

struct walk {
    const struct transfer *t;
    struct arena arena;
    const char **names; /* [tensor_count] in the network's words */
    bool *used;         /* [tensor_count] */
    struct text *report;
    int64_t unmatched;
};

/* `word` as a whole, or as the layer that a dot follows. */
static bool names_it(const char *word, const char *tensor)
{
    const size_t length = strlen(word);

    return strncmp(word, tensor, length) == 0 &&
           (tensor[length] == '\0' || tensor[length] == '.');
}

static const char *renamed(struct walk *w, const char *tensor)
{
    for (int64_t i = 0; i < w->t->rename_count; i++) {
        const struct rename *r = &w->t->renames[i];
        if (names_it(r->from, tensor))
            return arena_printf(&w->arena, "%s%s", r->to,
                                tensor + strlen(r->from));
    }
    return tensor;
}

static bool is_parameter(const char *name)
{
    return strncmp(name, "train.", strlen("train.")) != 0 &&
           strcmp(name, reference_name) != 0;
}

static enum status prepare(struct walk *w, struct err *e)
{
    const struct stored *from = w->t->from;
    const size_t count = (size_t)from->tensor_count;

    w->names = arena_take(&w->arena, count, sizeof *w->names);
    w->used = arena_take(&w->arena, count, sizeof *w->used);
    if (!w->names || !w->used)
        return err_memory(e, "loading weights");
    for (int64_t i = 0; i < from->tensor_count; i++) {
        w->names[i] = renamed(w, from->tensors[i].name);
        w->used[i] = !is_parameter(from->tensors[i].name);
        if (!w->names[i])
            return err_memory(e, "loading weights");
    }
    return OK;
}

static enum status check_renames(const struct walk *w, struct err *e)
{
    for (int64_t i = 0; i < w->t->rename_count; i++) {
        bool found = false;
        for (int64_t k = 0; k < w->t->from->tensor_count; k++)
            found = found || names_it(w->t->renames[i].from,
                                      w->t->from->tensors[k].name);
        if (!found)
            return err_add(e, ERR_USAGE, NULL,
                           "--map: %s holds no layer or parameter '%s'",
                           w->t->from_name, w->t->renames[i].from);
    }
    return OK;
}

static int64_t find(const struct walk *w, const char *name)
{
    for (int64_t i = 0; i < w->t->from->tensor_count; i++)
        if (!w->used[i] && strcmp(w->names[i], name) == 0)
            return i;
    return -1;
}

static void take(struct walk *w, const struct param *p, real *block)
{
    const int64_t at = find(w, p->name);

    if (at < 0) {
        text_printf(w->report, "%s: only in %s\n", p->name, w->t->to_name);
        w->unmatched++;
        return;
    }
    const struct stored_tensor *tensor = &w->t->from->tensors[at];
    w->used[at] = true;
    text_printf(w->report, "%s: ", p->name);
    if (!shape_equal(tensor->shape, p->shape)) {
        text_puts(w->report, "shapes differ, ");
        shape_print(w->report, tensor->shape);
        text_printf(w->report, " in %s, ", w->t->from_name);
        shape_print(w->report, p->shape);
        text_printf(w->report, " in %s\n", w->t->to_name);
        w->unmatched++;
        return;
    }
    for (int64_t i = 0; i < p->count; i++)
        block[p->offset + i] = tensor->data[i];
    text_puts(w->report, "loaded\n");
}

static void report_unused(struct walk *w)
{
    for (int64_t i = 0; i < w->t->from->tensor_count; i++)
        if (!w->used[i]) {
            text_printf(w->report, "%s: only in %s\n",
                        w->t->from->tensors[i].name, w->t->from_name);
            w->unmatched++;
        }
}

enum status transfer_weights(const struct transfer *t, real *params,
                             real *buffers, struct text *report, struct err *e)
{
    struct walk w = {.t = t, .report = report};
    enum status s = prepare(&w, e);

    if (s == OK)
        s = check_renames(&w, e);
    for (int64_t i = 0; s == OK && i < t->graph->param_count; i++)
        take(&w, &t->graph->params[i], params);
    for (int64_t i = 0; s == OK && i < t->graph->buffer_count; i++)
        take(&w, &t->graph->buffers[i], buffers);
    if (s == OK)
        report_unused(&w);
    if (s == OK && report->failed)
        s = err_memory(e, "loading weights");
    if (s == OK && w.unmatched > 0 && !t->partial)
        s = err_add(e, ERR_DATA, t->from_name,
                    "%lld parameters do not match those of %s; --partial takes "
                    "what does",
                    (long long)w.unmatched, t->to_name);
    arena_free(&w.arena);
    return s;
}
