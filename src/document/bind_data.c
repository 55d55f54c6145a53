/*
 * bind_data.c - the data section: sources, normalization, split.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/field_type.h"
#include "document/bind.h"

const char *const data_sections[] = {"train", "valid",     "test",
                                     "split", "normalize", NULL};

enum { MAX_KINDS = 16, WHY_BYTES = 96 };

/* A key may be another program's word for one. */
static enum status no_source(const struct tree *t, const struct node *map,
                             struct err *e)
{
    const struct kind *kinds[MAX_KINDS + 1] = {NULL};
    const struct kind *meant = NULL;

    for (int i = 0; i < MAX_KINDS && source_registry[i]; i++)
        kinds[i] = &source_registry[i]->kind;
    for (const struct node *n = map->first; n && !meant; n = n->next)
        meant = kind_meant(kinds, n->key);
    return tree_error(t, map, AT_KEY, NULL, e,
                      "names no source; expected images and labels, csv, npy, "
                      "npz, cifar, folder, list, or digits%s",
                      did_you_mean(meant ? meant->name : NULL).text);
}

/* Finds the kind of source whose key the mapping holds, of several the first;
 * NULL and an error when there is none.  A key that another kind has too, whose
 * own is there, is that one's: `images` beside npz. */
static enum status find_kind(const struct tree *t, const struct node *map,
                             const struct source_ops **out, struct err *e)
{
    enum status s = OK;

    *out = NULL;
    for (const struct node *n = map->first; n; n = n->next) {
        const struct source_ops *kind = source_find(n->key);
        if (!kind || (*out && field_find((*out)->kind.fields, n->key)))
            continue;
        if (*out && !field_find(kind->kind.fields, (*out)->kind.name))
            s = tree_error(t, n, AT_KEY, NULL, e,
                           "the source already names %s; only one of them is "
                           "possible",
                           (*out)->kind.name);
        else
            *out = kind;
    }
    return *out ? s : no_source(t, map, e);
}

/* Does the key say where samples stand?  It names files, or what some other
 * kind has in files: arrays of an archive. */
static bool is_place(const struct field *f)
{
    for (int i = 0; source_registry[i]; i++) {
        const struct field *same =
            field_find(source_registry[i]->kind.fields, f->key);
        if (same && field_is_path(same))
            return true;
    }
    return false;
}

/* Other sources of files take from a sound training source of their kind what
 * they do not say, but not where its samples stand. */
static void inherit(const struct source *train, const struct node *map,
                    const struct source_ops *kind, void *config)
{
    if (train->kind != kind || kind->nested || !train->sound)
        return;
    for (const struct field *f = kind->kind.fields; f->key; f++)
        if (!is_place(f) && !node_find(map, f->key))
            memcpy((char *)config + f->offset,
                   (const char *)train->config + f->offset, f->type->size);
}

/* A source of `kind` and the keys that every source has.  Keys of other kinds
 * have no effect; after an error, `sound` false, nothing is said of them. */
static enum status bind_keys(struct experiment *x, const struct node *map,
                             const struct source_ops *kind, bool sound,
                             struct source *out, struct err *e)
{
    const struct field *keys = kind->kind.fields;
    const char *also[MAX_KINDS + 1] = {NULL};
    struct inert others[MAX_KINDS + 1] = {{0}};
    char why[WHY_BYTES];
    int count = 0, nested_count = 0;

    void *config = arena_take(&x->arena, 1, kind->kind.config_size);
    if (!config)
        return err_memory(e, "reading the data section");
    *out = (struct source){.kind = kind, .config = config};
    snprintf(why, sizeof why, "has no effect, the source is %s",
             kind->kind.name);
    for (int i = 0; i < MAX_KINDS && source_registry[i]; i++) {
        const struct source_ops *other = source_registry[i];
        if (other->nested && (other == kind || !sound))
            also[nested_count++] = other->kind.name;
        else if (!other->nested && other != kind)
            others[count++] =
                (struct inert){other->kind.fields, sound ? why : NULL};
    }
    const struct binding outer[] = {
        {source_fields, out}, {kind->nested ? NULL : keys, config}, {0}};
    enum status s = field_bind(&x->tree, map, outer, others, also, e);
    const struct node *nested =
        kind->nested ? node_find(map, kind->kind.name) : NULL;
    if (nested && nested->kind != NODE_MAP)
        s = tree_error(&x->tree, nested, AT_VALUE, NULL, e,
                       "expected a mapping; all defaults are written {}");
    else if (nested)
        s = bind_worse(field_fill(&x->tree, nested, keys, config, e), s);
    if (s == OK && out != &x->train_source)
        inherit(&x->train_source, map, kind, config);
    if (s == OK && kind->settle)
        kind->settle(config);
    return s;
}

enum status bind_source(struct experiment *x, const struct node *map,
                        const char *key, struct source *out, struct err *e)
{
    const struct source_ops *kind;

    if (!map)
        return OK;
    if (map->kind != NODE_MAP)
        return tree_error(&x->tree, map, AT_VALUE, NULL, e,
                          "expected a source: {images: .., labels: ..}, "
                          "{csv: ..}, {npy: .., labels: ..}, {npz: ..}, "
                          "{cifar: ..}, {folder: ..}, {list: ..} or {digits: "
                          "{..}}");
    enum status s = find_kind(&x->tree, map, &kind, e);
    if (!kind)
        return s;
    s = bind_worse(bind_keys(x, map, kind, s == OK, out, e), s);
    out->node = map;
    out->origin = (struct origin){x->tree.name, key, NULL};
    if (s != OK)
        return s;
    const char *first = source_file(kind, out->config, 0);
    out->origin.first = first ? file_shown(first) : NULL;
    /* Values that each alone are allowed may not go together. */
    struct text why = {0};
    const char *fault = kind->fault ? kind->fault(out->config, &why) : NULL;
    out->sound = !fault;
    if (fault)
        s = tree_error(&x->tree,
                       node_find(map, fault) ? node_find(map, fault) : map,
                       AT_VALUE, NULL, e, "%s", text_string(&why));
    text_free(&why);
    return s;
}

/* `{standardize, constant}` or `{mean, std}`, told by the first key that is one
 * of them. */
static enum status bind_pairs(struct experiment *x, const struct node *map,
                              struct err *e)
{
    static const struct inert computed[] = {
        {standardize_fields, "has no effect beside mean and std"}, {0}};
    static const struct inert given[] = {
        {constants_fields, "has no effect beside standardize"}, {0}};
    struct standardize_section *how = &x->standard;
    const struct binding parts[] = {{standardize_fields, how}, {0}};
    const struct binding numbers[] = {{constants_fields, &x->constants}, {0}};
    const struct node *n = map->first;

    while (n && !field_find(standardize_fields, n->key) &&
           !field_find(constants_fields, n->key))
        n = n->next;
    if (!n || field_find(constants_fields, n->key)) {
        x->normalize = NORMALIZE_CONSTANTS;
        return field_bind(&x->tree, map, numbers, computed, NULL, e);
    }
    const enum status s = field_bind(&x->tree, map, parts, given, NULL, e);
    if (s == OK && (strcmp(how->standardize, "global") != 0 ||
                    strcmp(how->constant, "error") != 0))
        x->normalize = NORMALIZE_PARTS;
    return s;
}

static enum status bind_normalize(struct experiment *x, const struct node *n,
                                  struct err *e)
{
    x->normalize = NORMALIZE_STANDARDIZE;
    if (!n)
        return OK;
    if (n->kind == NODE_MAP)
        return bind_pairs(x, n, e);
    for (int i = 0; n->kind == NODE_SCALAR && normalize_words[i]; i++)
        if (strcmp(n->text, normalize_words[i]) == 0) {
            x->normalize = (enum normalize_kind)i;
            return OK;
        }
    const char *word = n->kind == NODE_SCALAR ? n->text : NULL;
    const char *meant = word ? text_nearest(word, normalize_words) : NULL;
    return tree_error(&x->tree, n, AT_VALUE, NULL, e,
                      "expected standardize, scale, none, {standardize: ..} or "
                      "{mean: .., std: ..}%s%s%s%s",
                      word ? ", got '" : "", word ? word : "", word ? "'" : "",
                      did_you_mean(meant).text);
}

static enum status bind_split(struct experiment *x, const struct node *data,
                              struct err *e)
{
    const struct node *split = node_find(data, "split");

    if (split && node_find(data, "valid"))
        return tree_error(&x->tree, split, AT_KEY, NULL, e,
                          "has no effect beside valid, which names the "
                          "validation samples");
    if (split && split->kind != NODE_MAP)
        return tree_error(&x->tree, split, AT_VALUE, NULL, e,
                          "expected a mapping such as {eval_size: 0.25}");
    return field_fill(&x->tree, split, split_fields, &x->split, e);
}

static enum status check_classes(struct experiment *x, const struct node *list,
                                 struct err *e)
{
    struct text_map *names = &x->data.classes;
    const char *twin = text_twin(names->at, names->count, &x->arena);

    if (!twin)
        return arena_check(&x->arena, e, "reading the data section");
    names->count = 0; /* how many are meant is not known */
    return tree_error(&x->tree, list, AT_VALUE, NULL, e, "'%s' is given twice",
                      twin);
}

/* Beside these the training samples cannot be missing; normalize and classes
 * alone serve a network that is saved untrained. */
static bool names_samples(const struct node *data)
{
    return !data->first || node_find(data, "valid") ||
           node_find(data, "test") || node_find(data, "split");
}

enum status bind_data(struct experiment *x, bool required, struct err *e)
{
    const struct binding own[] = {{data_fields, &x->data}, {NULL, NULL}};
    const struct node *map;
    enum status s = bind_section(x, "data", required, &map, e);

    x->has_data = map != NULL;
    if (!map)
        return s;
    s = field_bind(&x->tree, map, own, NULL, data_sections, e);
    if (s == OK)
        s = check_classes(x, node_find(map, "classes"), e);
    const struct node *train = node_find(map, "train");
    if (!train && (required || names_samples(map)))
        s = tree_error(&x->tree, map, AT_KEY, "train", e,
                       "missing, expected the source of the training samples");
    s = bind_worse(bind_source(x, train, "data.train", &x->train_source, e), s);
    const struct node *valid = node_find(map, "valid");
    s = bind_worse(bind_source(x, valid, "data.valid", &x->valid_source, e), s);
    const struct node *test = node_find(map, "test");
    s = bind_worse(bind_source(x, test, "data.test", &x->test_source, e), s);
    s = bind_worse(bind_normalize(x, node_find(map, "normalize"), e), s);
    return bind_worse(bind_split(x, map, e), s);
}
