/*
 * transfer.c - a walk over the network's tensors, then over what is left.
 */
#include "app/transfer.h"

#include <string.h>

#include "tensor/finite.h"
#include "train/infer.h"

struct walk {
    const struct transfer *t;
    struct arena arena;
    const char **names; /* [tensor_count] in the network's words */
    bool *used;         /* [tensor_count] */
    bool *other_used;   /* [other_count] */
    int64_t *row_of;    /* [classes here] where the file has it, from 1; 0:
                           nowhere */
    int64_t *class_of;  /* [classes there] the reverse */
    bool moves, differ; /* the classes' rows; the sets of classes */
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
    const struct stored *from = &w->t->from->stored;
    const size_t count = (size_t)from->tensor_count;

    w->names = arena_take(&w->arena, count, sizeof *w->names);
    w->used = arena_take(&w->arena, count, sizeof *w->used);
    w->other_used =
        arena_take(&w->arena, (size_t)from->other_count, sizeof *w->other_used);
    for (int64_t i = 0; !w->arena.failed && i < from->tensor_count; i++) {
        w->names[i] = renamed(w, from->tensors[i].name);
        w->used[i] = !is_parameter(from->tensors[i].name);
    }
    return arena_check(&w->arena, e, "loading weights");
}

static bool is_in_file(const struct stored *from, const char *word)
{
    for (int64_t i = 0; i < from->tensor_count; i++)
        if (names_it(word, from->tensors[i].name))
            return true;
    for (int64_t i = 0; i < from->other_count; i++)
        if (names_it(word, from->others[i].name))
            return true;
    return false;
}

static enum status check_renames(const struct walk *w, struct err *e)
{
    for (int64_t i = 0; i < w->t->rename_count; i++)
        if (!is_in_file(&w->t->from->stored, w->t->renames[i].from))
            return err_add(e, ERR_USAGE, NULL,
                           "--map: %s holds no layer or parameter '%s'",
                           w->t->from_name, w->t->renames[i].from);
    return OK;
}

static int64_t find(const struct walk *w, const char *name)
{
    for (int64_t i = 0; i < w->t->from->stored.tensor_count; i++)
        if (!w->used[i] && strcmp(w->names[i], name) == 0)
            return i;
    return -1;
}

static void report_only_in(struct walk *w, const char *name, const char *side)
{
    text_line(w->report, "%s: only in %s", name, side);
    w->unmatched++;
}

/* A parameter for which the file has nothing to take. */
static void report_missing(struct walk *w, const struct param *p)
{
    const struct stored *from = &w->t->from->stored;

    for (int64_t i = 0; i < from->other_count; i++) {
        const struct stored_other *o = &from->others[i];
        if (strcmp(renamed(w, o->name), p->name) != 0)
            continue;
        w->other_used[i] = true;
        w->unmatched++;
        text_shown(w->report, p->name);
        text_puts(w->report, ": expected ");
        shape_print(w->report, p->shape);
        text_line(w->report, " floats, is %s of shape [%s] in %s", o->dtype,
                  o->extents, w->t->from_name);
        return;
    }
    report_only_in(w, p->name, w->t->to->tree.name);
}

/* Is it of the last layer, one row per class on both sides? */
static bool is_by_class(const struct walk *w, const struct param *p,
                        struct shape stored)
{
    const struct graph *g = &w->t->to->graph;
    const struct graph_node *last = &g->nodes[g->count - 1];
    const int64_t at = p - g->params - last->first_param;

    if (!w->moves || at < 0 || at >= last->layer.spec.param_count ||
        stored.axes < 1 || stored.dim[0] != w->t->from->target.width ||
        p->shape.dim[0] != w->t->to_target->width)
        return false;
    stored.dim[0] = p->shape.dim[0];
    return shape_equal(stored, p->shape);
}

/* Rows that no class of the file has keep their values. */
static void take_rows(const struct walk *w, const struct param *p,
                      const float *stored, real *to)
{
    const int64_t rows = p->shape.dim[0], size = p->count / rows;
    int64_t taken = 0;

    for (int64_t i = 0; i < rows; i++, to += size) {
        for (int64_t k = 0; w->row_of[i] > 0 && k < size; k++)
            to[k] = stored[(w->row_of[i] - 1) * size + k];
        taken += w->row_of[i] > 0;
    }
    text_line(w->report, "loaded by class, %lld of %lld", (long long)taken,
              (long long)rows);
}

/* Where both sides know their classes: which row is whose.  Lists the classes
 * unless both have the same. */
static enum status match_classes(struct walk *w, struct err *e)
{
    const struct target *from = &w->t->from->target, *to = w->t->to_target;
    const int64_t there = target_classes(from), here = target_classes(to);

    if (here == 0 || there == 0)
        return OK;
    w->row_of = arena_take(&w->arena, (size_t)here, sizeof *w->row_of);
    w->class_of = arena_take(&w->arena, (size_t)there, sizeof *w->class_of);
    if (w->arena.failed)
        return arena_check(&w->arena, e, "loading weights");
    w->differ = here != there;
    for (int64_t i = 0; i < here; i++) {
        const int64_t row = target_find(from, to->names[i], i);
        w->row_of[i] = row + 1;
        w->differ = w->differ || row < 0;
        w->moves = w->moves || row != i;
        if (row >= 0)
            w->class_of[row] = i + 1;
    }
    w->moves = w->moves || w->differ;
    if (!w->differ)
        return OK;
    target_list(w->report, "classes loaded", to, w->row_of, true);
    target_list(w->report, "classes that the file does not know", to, w->row_of,
                false);
    target_list(w->report, "classes of the file left out", from, w->class_of,
                false);
    return OK;
}

static enum status take(struct walk *w, const struct param *p, real *block,
                        struct err *e)
{
    const int64_t at = find(w, p->name);

    if (at < 0) {
        report_missing(w, p);
        return OK;
    }
    const struct stored_tensor *tensor = &w->t->from->stored.tensors[at];
    const int64_t count = shape_count(tensor->shape);
    w->used[at] = true;
    if (first_nonfinite(tensor->data, count) < count)
        return err_add(e, ERR_DATA, w->t->from_name,
                       "tensor %s holds a number that is not finite",
                       tensor->name);
    text_printf(w->report, "%s: ", p->name);
    if (is_by_class(w, p, tensor->shape)) {
        take_rows(w, p, tensor->data, block + p->offset);
        return OK;
    }
    if (!shape_equal(tensor->shape, p->shape)) {
        text_puts(w->report, "shapes differ, ");
        shape_print(w->report, tensor->shape);
        text_puts(w->report, " in ");
        text_shown(w->report, w->t->from_name);
        text_puts(w->report, ", ");
        shape_print(w->report, p->shape);
        text_line(w->report, " in %s", w->t->to->tree.name);
        w->unmatched++;
        return OK;
    }
    for (int64_t i = 0; i < p->count; i++)
        block[p->offset + i] = tensor->data[i];
    text_puts(w->report, "loaded\n");
    return OK;
}

static void report_unused(struct walk *w)
{
    const struct stored *from = &w->t->from->stored;

    for (int64_t i = 0; i < from->tensor_count; i++)
        if (!w->used[i])
            report_only_in(w, from->tensors[i].name, w->t->from_name);
    for (int64_t i = 0; i < from->other_count; i++) {
        const struct stored_other *o = &from->others[i];
        if (!w->other_used[i] && (o->is_empty || !o->is_float))
            text_line(w->report, "%s: is %s, left out", o->name,
                      o->is_empty ? "empty" : o->dtype);
        else if (!w->other_used[i])
            report_only_in(w, o->name, w->t->from_name);
    }
}

enum status transfer_weights(const struct transfer *t, real *weights,
                             struct text *report, struct err *e)
{
    struct walk w = {.t = t, .report = report};
    enum status s = prepare(&w, e);

    if (s == OK)
        s = check_renames(&w, e);
    if (s == OK)
        s = match_classes(&w, e);
    for (int64_t i = 0; s == OK && i < t->to->graph.tensor_count; i++)
        s = take(&w, &t->to->graph.params[i], weights, e);
    if (s == OK)
        report_unused(&w);
    w.arena.failed = w.arena.failed || report->failed;
    if (s == OK)
        s = arena_check(&w.arena, e, "loading weights");
    if (s == OK && w.differ && !t->partial)
        s = err_add(e, ERR_DATA, t->from_name,
                    "its classes are not those of %s; --partial takes the rows "
                    "of those that both have",
                    t->to->tree.name);
    if (s == OK && w.unmatched > 0 && !t->partial)
        s = err_add(e, ERR_DATA, t->from_name,
                    "%lld parameter%s not match those of %s; --partial takes "
                    "what does",
                    (long long)w.unmatched, w.unmatched == 1 ? " does" : "s do",
                    t->to->tree.name);
    arena_free(&w.arena);
    return s;
}
