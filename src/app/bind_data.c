/*
 * bind_data.c - the data section: sources, normalization, split.
 */
#include <stdlib.h>
#include <string.h>

#include "app/bind.h"

static const char *const data_sections[] = {"train", "valid",     "test",
                                            "split", "normalize", NULL};

/* Finds the one kind of source whose key the mapping holds; NULL and an
 * error unless there is exactly one. */
static enum status find_kind(const struct tree *t, const struct node *map,
                             const struct source_ops **out, struct err *e)
{
    const struct source_ops *found = NULL;

    *out = NULL;
    if (map->kind != NODE_MAP)
        return tree_error(t, map, AT_VALUE, NULL, e,
                          "expected a source: {images: .., labels: ..}, "
                          "{csv: ..} or {digits: {..}}");
    for (int i = 0; source_registry[i]; i++) {
        const struct node *key = node_find(map, source_registry[i]->kind.name);
        if (!key)
            continue;
        if (found)
            return tree_error(t, key, AT_KEY, NULL, e,
                              "the source already names %s; only one of them "
                              "is possible",
                              found->kind.name);
        found = source_registry[i];
    }
    *out = found;
    if (found)
        return OK;
    return tree_error(t, map, AT_KEY, NULL, e,
                      "names no source; expected images and labels, csv, or "
                      "digits");
}

static enum status bind_nested(struct experiment *x, const struct node *map,
                               const struct source_ops *kind, void *config,
                               struct source_section *own, struct err *e)
{
    const char *const also[] = {kind->kind.name, NULL};
    const struct binding outer[] = {{source_fields, own}, {NULL, NULL}};
    const struct binding inner[] = {{kind->kind.fields, config}, {NULL, NULL}};
    const struct node *nested = node_find(map, kind->kind.name);
    enum status s = field_bind(&x->tree, map, outer, NULL, also, e);

    if (nested->kind != NODE_MAP)
        return tree_error(&x->tree, nested, AT_VALUE, NULL, e,
                          "expected a mapping; all defaults are written {}");
    return bind_worse(field_bind(&x->tree, nested, inner, NULL, NULL, e), s);
}

/* Values that each alone are allowed may not go together. */
static enum status check_values(const struct experiment *x,
                                const struct node *map,
                                const struct source_ops *kind,
                                const void *config, struct err *e)
{
    struct text why = {0};
    const char *key = kind->fault ? kind->fault(config, &why) : NULL;
    const enum status s =
        key ? tree_error(&x->tree, node_find(map, key), AT_VALUE, NULL, e, "%s",
                         text_string(&why))
            : OK;

    text_free(&why);
    return s;
}

/* Reads a source that is the section `key`, "data.train". */
static enum status bind_source(struct experiment *x, const struct node *map,
                               const char *key, struct source *out,
                               struct err *e)
{
    const struct source_ops *kind;
    struct source_section own;

    if (!map)
        return OK;
    enum status s = find_kind(&x->tree, map, &kind, e);
    if (!kind)
        return s;
    void *config = arena_take(&x->arena, 1, kind->kind.config_size);
    if (!config)
        return err_memory(e, "reading the data section");
    const struct binding both[] = {
        {source_fields, &own}, {kind->kind.fields, config}, {NULL, NULL}};
    s = kind->nested ? bind_nested(x, map, kind, config, &own, e)
                     : field_bind(&x->tree, map, both, NULL, NULL, e);
    if (s == OK && kind->settle)
        kind->settle(config);
    if (s == OK)
        s = check_values(x, map, kind, config, e);
    *out = (struct source){kind, config, own.limit, map, {x->tree.name, key}};
    return s;
}

static enum status bind_normalize(struct experiment *x, const struct node *n,
                                  struct err *e)
{
    const struct binding constants[] = {{constants_fields, &x->constants},
                                        {NULL, NULL}};

    x->normalize = NORMALIZE_STANDARDIZE;
    if (!n)
        return OK;
    if (n->kind == NODE_MAP) {
        x->normalize = NORMALIZE_CONSTANTS;
        return field_bind(&x->tree, n, constants, NULL, NULL, e);
    }
    for (int i = 0; n->kind == NODE_SCALAR && normalize_words[i]; i++)
        if (strcmp(n->text, normalize_words[i]) == 0) {
            x->normalize = (enum normalize_kind)i;
            return OK;
        }
    return tree_error(&x->tree, n, AT_VALUE, NULL, e,
                      "expected standardize, scale, none or {mean: .., std: "
                      "..}%s%s%s",
                      n->kind == NODE_SCALAR ? ", got '" : "",
                      n->kind == NODE_SCALAR ? n->text : "",
                      n->kind == NODE_SCALAR ? "'" : "");
}

static enum status bind_split(struct experiment *x, const struct node *data,
                              struct err *e)
{
    const struct node *split = node_find(data, "split");
    const struct binding bindings[] = {{split_fields, &x->split}, {NULL, NULL}};

    if (split && node_find(data, "valid"))
        return tree_error(&x->tree, split, AT_KEY, NULL, e,
                          "has no effect beside valid, which names the "
                          "validation samples");
    if (split && split->kind != NODE_MAP)
        return tree_error(&x->tree, split, AT_VALUE, NULL, e,
                          "expected a mapping such as {eval_size: 0.25}");
    return field_bind(&x->tree, split, bindings, NULL, NULL, e);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum status check_classes(struct experiment *x, const struct node *list,
                                 struct err *e)
{
    const struct text_list *names = &x->data.classes;
    const size_t count = (size_t)names->count;
    const char **sorted = arena_take(&x->arena, count, sizeof *sorted);

    if (!sorted)
        return err_memory(e, "reading the data section");
    if (count == 0)
        return OK;
    memcpy(sorted, names->at, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_text);
    for (size_t i = 1; i < count; i++)
        if (strcmp(sorted[i - 1], sorted[i]) == 0)
            return tree_error(&x->tree, list, AT_VALUE, NULL, e,
                              "'%s' is given twice", sorted[i]);
    return OK;
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
    s = bind_worse(bind_source(x, node_find(map, "valid"), "data.valid",
                               &x->valid_source, e),
                   s);
    s = bind_worse(
        bind_source(x, node_find(map, "test"), "data.test", &x->test_source, e),
        s);
    s = bind_worse(bind_normalize(x, node_find(map, "normalize"), e), s);
    return bind_worse(bind_split(x, map, e), s);
}
