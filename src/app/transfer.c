/*
 * transfer.c - a walk over the network's tensors, then over what is left.
 */
#include "app/transfer.h"

#include <string.h>

#include "app/match.h"
#include "tensor/finite.h"
#include "train/infer.h"

struct walk {
    const struct transfer *t;
    struct arena arena;
    const char **names;            /* [tensor_count] in the network's words */
    bool *used;                    /* [tensor_count] */
    bool *other_used;              /* [other_count] */
    struct match classes, columns; /* {0}: not matched */
    struct text *report;
    int64_t unmatched;
    int64_t loaded; /* parameters that have taken a number of the file's */
    bool answers;   /* weights of the last layer are taken */
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

/* It is not loaded, or not all of it. */
static void lose(struct walk *w, const char *name)
{
    if (w->t->lost)
        text_printf(w->t->lost, "%s%s", w->unmatched ? ", " : "", name);
    w->unmatched++;
}

static void report_only_in(struct walk *w, const char *name, const char *side)
{
    text_line(w->report, "%s: only in %s", name, side);
    lose(w, name);
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
        lose(w, p->name);
        text_line(w->report,
                  "%s: expected %s floats, is %s of shape [%s] in %s", p->name,
                  shape_text(p->shape).text, o->dtype, o->extents,
                  w->t->from_name);
        return;
    }
    report_only_in(w, p->name, w->t->to->tree.name);
}

/* The weight whose columns are the input's.  NULL: the input is no row, or not
 * read by a dense layer alone. */
static const struct param *first_weight(const struct graph *g)
{
    if (g->in.axes != 1 || g->nodes[0].consumers != 1)
        return NULL;
    for (int64_t i = 1; i < g->count; i++) {
        const struct graph_node *n = &g->nodes[i];
        if (n->layer.inputs == 1 && n->inputs[0] == 0)
            return layer_window_of(&n->layer).kind == WINDOW_WHOLE
                       ? &g->params[n->first_param]
                       : NULL;
    }
    return NULL;
}

static bool is_by_column(const struct model *from, const struct experiment *to)
{
    return first_weight(&from->experiment.graph) && first_weight(&to->graph);
}

struct column_names transfer_order(const struct model *from,
                                   const struct experiment *to)
{
    if (from->names.inputs.count == 0 || is_by_column(from, to))
        return (struct column_names){0};
    return (struct column_names){.inputs = from->names.inputs};
}

/* Is it of the last layer? */
static bool is_last(const struct walk *w, const struct param *p)
{
    const struct graph *g = &w->t->to->graph;
    const struct graph_node *last = &g->nodes[g->count - 1];
    const int64_t at = p - g->params - last->first_param;

    return at >= 0 && at < last->layer.spec.param_count;
}

/* Is it the first layer's weight on both sides? */
static bool is_first(const struct walk *w, const struct param *p,
                     const char *stored)
{
    return p == first_weight(&w->t->to->graph) &&
           strcmp(stored, first_weight(&w->t->from->experiment.graph)->name) ==
               0;
}

static bool has_names(const struct target *t)
{
    return !target_is_real(t->kind) && t->width > 0 && t->names;
}

/* Classes and columns that both sides have names for. */
static enum status match_both(struct walk *w, struct err *e)
{
    const struct model *from = w->t->from;
    const struct data_facts *facts = w->t->facts;
    const struct text_list *there = &from->names.inputs;
    const struct text_list *here = &facts->names.inputs;
    const struct target columns = {TARGET_CLASS, there->count, there->at};
    const struct target own = {TARGET_CLASS, here->count, here->at};
    const struct matching names = {&w->arena, w->report};
    enum status s = OK;

    if (has_names(&from->target) && has_names(&facts->target) &&
        from->target.kind == facts->target.kind)
        s = match_names(&names, target_noun(from->target.kind), &from->target,
                        &facts->target, &w->classes, e);
    if (s == OK && there->count > 0 && here->count > 0 &&
        is_by_column(from, w->t->to))
        s = match_names(&names, "columns", &columns, &own, &w->columns, e);
    return s;
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
    if (!all_finite(tensor->data, count))
        return err_add(e, ERR_DATA, w->t->from_name,
                       "tensor %s holds a number that is not finite",
                       tensor->name);
    struct shape shape = tensor->shape;
    const struct match *rows =
        match_of(&w->classes, is_last(w, p), p, &shape, 0);
    const struct match *columns =
        match_of(&w->columns, w->columns.moves && is_first(w, p, tensor->name),
                 p, &shape, 1);
    if (w->t->to->binary && w->classes.moves && is_last(w, p)) {
        lose(w, p->name);
        text_line(w->report,
                  "%s: stands for other classes in %s, or in another order",
                  p->name, w->t->from_name);
        return OK;
    }
    if (!shape_equal(shape, p->shape)) {
        text_line(w->report, "%s: shapes differ, %s in %s, %s in %s", p->name,
                  shape_text(tensor->shape).text, w->t->from_name,
                  shape_text(p->shape).text, w->t->to->tree.name);
        lose(w, p->name);
        return OK;
    }
    match_take(rows, columns, p, tensor->data, block + p->offset);
    w->loaded += (!rows || rows->taken) && (!columns || columns->taken);
    if ((rows && rows->differ) || (columns && columns->differ))
        lose(w, p->name);
    w->answers = w->answers || is_last(w, p);
    text_printf(w->report, "%s: loaded", p->name);
    match_report(rows, " by class", w->report);
    match_report(columns, rows ? ", by column" : " by column", w->report);
    text_puts(w->report, "\n");
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

/* Weights that gave answers in one unit give them in another now. */
static void report_scale(struct walk *w)
{
    const struct normalization *was = &w->t->from->scale;
    const struct normalization *is = &w->t->facts->scale;
    bool same = was->count == is->count;

    for (int64_t k = 0; same && k < is->count; k++)
        same = was->mean[k] == is->mean[k] && was->std[k] == is->std[k];
    if (w->answers && !same && target_is_real(w->t->from->target.kind))
        text_line(w->report,
                  "targets: standardized otherwise in %s, in whose unit the "
                  "last layer answers until it is trained",
                  w->t->from_name);
}

enum status transfer_weights(const struct transfer *t, real *weights,
                             struct text *report, struct err *e)
{
    struct walk w = {.t = t, .report = report};
    enum status s = prepare(&w, e);

    if (s == OK)
        s = check_renames(&w, e);
    if (s == OK)
        s = match_both(&w, e);
    for (int64_t i = 0; s == OK && i < t->to->graph.tensor_count; i++)
        s = take(&w, &t->to->graph.params[i], weights, e);
    if (s == OK)
        report_unused(&w);
    if (s == OK)
        report_scale(&w);
    w.arena.failed = w.arena.failed || report->failed;
    if (s == OK)
        s = arena_check(&w.arena, e, "loading weights");
    if (s == OK && w.classes.differ && !t->partial)
        s = err_add(e, ERR_DATA, t->from_name,
                    "its classes are not those of %s; --partial takes the rows "
                    "of those that both have",
                    t->to->tree.name);
    if (s == OK && w.columns.differ && !t->partial)
        s = err_add(e, ERR_DATA, t->from_name,
                    "its columns are not those of %s; --partial takes the "
                    "weights of those that both have",
                    t->to->tree.name);
    if (s == OK && w.unmatched > 0 && !t->partial)
        s = err_add(e, ERR_DATA, t->from_name,
                    "%lld parameter%s not match those of %s; --partial takes "
                    "what does",
                    (long long)w.unmatched, w.unmatched == 1 ? " does" : "s do",
                    t->to->tree.name);
    if (s == OK && w.loaded == 0 && t->to->graph.tensor_count > 0)
        s = err_add(e, ERR_DATA, t->from_name,
                    "nothing of it matches the network of %s",
                    t->to->tree.name);
    arena_free(&w.arena);
    return s;
}
