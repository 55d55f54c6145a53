/*
 * agree_source.c - has every source the answers that are learnt?
 */
#include <string.h>

#include "document/agree.h"
#include "document/bind.h"

/* The columns of numbers or labels that a source is to be asked for, and which
 * of both; count 0: none. */
struct text_list agree_columns(const struct source *s, enum target_kind *kind)
{
    *kind = TARGET_CLASS;
    return s->kind && s->kind->targets ? *s->kind->targets(s->config, kind)
                                       : (struct text_list){NULL, 0};
}

static enum status refuse_value(const struct source_place *p, const char *key,
                                const char *word, const char *file,
                                const char *why, struct err *e)
{
    const struct source *source = p->source;
    const struct node *given = node_find(source->node, key), *at = given;

    for (const struct node *n = given ? given->first : NULL; n; n = n->next)
        if (n->text && strcmp(n->text, word) == 0)
            at = n;
    return tree_error(p->document, at ? at : source->node,
                      at ? AT_VALUE : AT_KEY, at ? NULL : key, e, "%s: %s",
                      file, why);
}

struct source_place agree_place(const struct tree *t,
                                const struct source *source)
{
    return (struct source_place){t, source, refuse_value};
}

enum status agree_split_column(const struct experiment *x,
                               const struct node *split, struct err *e)
{
    const struct source *train = &x->train_source;
    enum status s = OK;

    if (!experiment_split_column(x))
        return OK;
    if (x->split.by)
        s = agree_refuse(x, split, "hash", "beside by, which keeps groups", e);
    else
        s = agree_refuse(x, split, "shuffle",
                         "beside hash, which draws nothing", e);
    if (x->target.kind == TARGET_CLASS)
        s = bind_worse(agree_refuse(x, split, "stratify",
                                    x->split.by
                                        ? "beside by, which parts no group"
                                        : "beside hash, which knows no class",
                                    e),
                       s);
    if (!train->kind || train->kind->passes)
        return s;
    return tree_error(&x->tree, node_find(split, x->split.by ? "by" : "hash"),
                      AT_KEY, NULL, e,
                      "needs a source with columns, csv or files of images; "
                      "data.train is %s",
                      train->kind->kind.name);
}

/* The keys that name them. */
static const char *const column_keys[] = {
    [TARGET_REAL] = "target_columns",
    [TARGET_LABELS] = "label_columns",
};

/* Where a source says that it has such answers; NULL: it does not itself. */
static const struct node *node_of(const struct source *source,
                                  enum target_kind kind)
{
    const struct node *files =
        kind == TARGET_REAL ? node_find(source->node, "targets") : NULL;
    const struct node *columns = node_find(source->node, column_keys[kind]);

    return columns ? columns : files;
}

/* Columns of numbers where no numbers are learnt, or the reverse. */
static enum status check_columns(const struct experiment *x,
                                 const struct source *source,
                                 enum target_kind kind, struct err *e)
{
    const struct node *given = node_of(source, kind);

    if (!given)
        return OK; /* data.train's own, of which it has been said */
    if (kind == TARGET_REAL && x->has_train && x->target.kind == TARGET_CLASS)
        return tree_error(&x->tree, given, AT_KEY, NULL, e,
                          "has no effect without train.regression: true");
    if (x->target.kind == kind || !x->has_train)
        return OK;
    return tree_error(&x->tree, given, AT_KEY, NULL, e, "has no effect %s",
                      x->target.kind == TARGET_INPUTS
                          ? "beside train.targets: inputs"
                      : x->target.kind == TARGET_REAL
                          ? "in regression, which learns target_columns"
                          : "without label_columns in data.train");
}

/* Files of labels are needed where labels are, and there alone. */
static enum status check_labels_file(const struct experiment *x,
                                     const struct source *source, struct err *e)
{
    const struct field *f = field_find(source->kind->kind.fields, "labels");
    const struct field *targets =
        field_find(source->kind->kind.fields, "targets");

    if (f && x->target.kind == TARGET_INPUTS && !x->tree.paths_as_written)
        return agree_refuse(x, source->node, "labels",
                            "where inputs are learnt", e);
    if (!f || x->target.kind == TARGET_INPUTS ||
        !field_is_absent(f, source->config) ||
        (targets && !field_is_absent(targets, source->config)))
        return OK;
    return tree_error(&x->tree, source->node, AT_KEY, "labels", e,
                      "missing, expected %s",
                      field_is_path(f) ? "a path" : "the name of an array");
}

/* Where inputs are learnt a label is a column that is none of them; `columns`
 * has said which are. */
static enum status check_label(const struct experiment *x,
                               const struct source *source, struct err *e)
{
    const struct field *f = field_find(source->kind->kind.fields, "columns");

    if (!f || x->target.kind != TARGET_INPUTS || x->tree.paths_as_written ||
        field_is_absent(f, source->config))
        return OK;
    return agree_refuse(x, source->node, "label_column",
                        "beside columns where inputs are learnt", e);
}

/* Where inputs are learnt no column is a label unless the document says so. */
void agree_settle_label(const struct experiment *x, const struct source *s)
{
    const struct field *f =
        s->kind ? field_find(s->kind->kind.fields, "label_column") : NULL;
    const struct node *own = node_find(s->node, "label_column");

    if (f && !own && !node_find(x->train_source.node, "label_column"))
        *(const char **)(void *)((char *)(void *)(uintptr_t)s->config +
                                 f->offset) = NULL;
}

void agree_settle_targets(const struct experiment *x, const struct source *s)
{
    static const char *const first[] = {"0"};
    const struct field *fields = s->kind ? s->kind->kind.fields : NULL;
    const struct field *table = fields ? field_find(fields, "targets") : NULL;
    const struct field *columns =
        table ? field_find(fields, "target_columns") : NULL;
    char *config = (char *)(void *)(uintptr_t)s->config;
    enum target_kind kind;

    if (!columns || field_is_absent(table, config) || !x->train.regression ||
        x->train.targets || agree_columns(s, &kind).count > 0)
        return;
    *(struct text_list *)(void *)(config + columns->offset) =
        (struct text_list){first, 1};
    if (s->kind->settle)
        s->kind->settle(config);
}

/* A table of targets has no effect where inputs are learnt. */
static enum status check_table(const struct experiment *x,
                               const struct source *source, struct err *e)
{
    return x->target.kind == TARGET_INPUTS
               ? agree_refuse(x, source->node, "targets",
                              "beside train.targets: inputs", e)
               : OK;
}

/* Every source has the columns that are learnt, none has others, nor has a
 * source with such columns a label. */
enum status agree_source(const struct experiment *x,
                         const struct source *source, struct err *e)
{
    const enum target_kind learnt = x->target.kind;
    enum target_kind kind, of_train;
    const int64_t first = agree_columns(&x->train_source, &of_train).count;
    const int64_t count = agree_columns(source, &kind).count;
    /* What a faulty one would hand on is not known. */
    const bool is_told = x->train_source.sound || !x->train_source.kind;
    const bool has_key = (learnt == TARGET_REAL || learnt == TARGET_LABELS) &&
                         node_of(source, learnt);
    enum status s = OK;

    if (!source->kind)
        return OK;
    if (kind != TARGET_CLASS)
        s = check_columns(x, source, kind, e);
    else if (learnt == TARGET_REAL && !has_key && is_told)
        s = tree_error(&x->tree, source->node, AT_KEY, NULL, e,
                       "regression needs numbers to learn; expected a csv "
                       "source with target_columns, or npy or npz with "
                       "targets");
    else if (learnt == TARGET_LABELS && !has_key && is_told)
        s = tree_error(&x->tree, source->node, AT_KEY, NULL, e,
                       "data.train has labels; expected a source with "
                       "label_columns, csv, npy or npz");
    s = bind_worse(check_labels_file(x, source, e), s);
    s = bind_worse(check_label(x, source, e), s);
    s = bind_worse(check_table(x, source, e), s);
    if (count == 0)
        return s;
    const struct node *given = node_of(source, kind);
    if (s == OK && count != first && first > 0)
        s = tree_error(&x->tree, given ? given : source->node, AT_KEY, NULL, e,
                       "%lld %s%s, data.train has %lld", (long long)count,
                       kind == TARGET_REAL ? "target" : "label",
                       count == 1 ? "" : "s", (long long)first);
    return bind_worse(
        agree_refuse(x, source->node, "label_column",
                     kind == TARGET_REAL
                         ? "beside target_columns, which name numbers "
                           "instead of a label"
                         : "beside label_columns, which name several",
                     e),
        s);
}
