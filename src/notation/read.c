/*
 * read.c - entries of lists of layers, bound to their tables.
 */
#include <string.h>

#include "base/dict.h"
#include "layer/layer.h"
#include "notation/entry.h"

/* Names of notations' lists that mean something else. */
static const char own_input[] = "block_input";

static enum status memory(struct err *e)
{
    return err_memory(e, "reading the layers");
}

static enum status worst(enum status s, enum status other)
{
    return s != OK ? s : other;
}

/* The kinds of layers and notations as one list; NULL: short of memory. */
static const struct kind **all_kinds(struct arena *arena)
{
    const struct kind *const *lists[] = {layer_kinds, notation_kinds};
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        for (const struct kind *const *k = lists[i]; *k; k++)
            count++;
    const struct kind **all = arena_take(arena, count + 1, sizeof(void *));
    for (size_t i = 0, at = 0; all && i < ARRAY_LEN(lists); i++)
        for (const struct kind *const *k = lists[i]; *k; k++)
            all[at++] = *k;
    return all;
}

/* An entry that is no layer, or more than one. */
static enum status check_form(const struct tree *t, const struct node *entry,
                              struct err *e)
{
    const struct node *only = entry->first;

    if (!entry_type(entry))
        return tree_error(t, entry, AT_VALUE, NULL, e,
                          "expected a layer: a type, or {type: parameters}");
    if (only && only->next)
        return tree_error(t, only->next, AT_KEY, NULL, e,
                          "a second key in one layer; parameters stand inside "
                          "the braces of '%s: {..}'",
                          only->key);
    if (only && only->kind == NODE_LIST &&
        strcmp(only->key, residual_kind.name) == 0)
        return OK;
    if (only && only->kind != NODE_MAP)
        return tree_error(t, only, AT_VALUE, NULL, e,
                          "expected the layer's parameters as a mapping; all "
                          "defaults are written '- %s'",
                          only->key);
    return OK;
}

/* Finds the type; after an error the one that is most likely meant, by which
 * the parameters are checked, or NULL. */
static enum status find_kind(const struct tree *t, const struct node *entry,
                             const struct kind **out, struct err *e)
{
    const char *type = entry_type(entry);

    *out = kind_find(layer_kinds, type);
    if (!*out)
        *out = kind_find(notation_kinds, type);
    if (*out)
        return OK;
    const struct kind **all = all_kinds(t->arena);
    if (!all)
        return memory(e);
    *out = kind_meant(all, type);
    return kind_unknown(t, entry, "layer type", type, all, e);
}

static bool is_name(const char *s)
{
    static const char allowed[] = "0123456789-abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";

    return *s && !strchr("0123456789-", *s) && s[strspn(s, allowed)] == '\0';
}

/* Names are prefixes of tensors' names in a model file, where `train` and
 * `verify` are taken; within a notation they follow its own. */
static enum status check_name(const struct tree *t, const struct written *w,
                              int64_t level, struct err *e)
{
    const struct node *named = node_find(entry_parameters(w->node), "name");
    const struct node *where = named ? named : w->node;

    if (!w->name)
        return OK;
    if (!is_name(w->name))
        return tree_error(t, where, AT_VALUE, NULL, e,
                          "'%s' is no layer name; expected letters, digits, _ "
                          "and -, not starting with a digit or -",
                          w->name);
    if (level == 0 &&
        (strcmp(w->name, "train") == 0 || strcmp(w->name, "verify") == 0))
        return tree_error(t, where, AT_VALUE, NULL, e,
                          "'%s' is reserved, it names other tensors of a model "
                          "file",
                          w->name);
    if (level > 0 && strcmp(w->name, own_input) == 0)
        return tree_error(t, where, AT_VALUE, NULL, e,
                          "'%s' is reserved, it is what the notation reads",
                          w->name);
    return OK;
}

/* Two entries of one list. */
static enum status check_twice(const struct tree *t, const struct written *w,
                               struct dict *names, struct err *e)
{
    const struct node *named = node_find(entry_parameters(w->node), "name");

    if (!w->name)
        return OK;
    struct dict_entry *entry = dict_add(names, w->name, strlen(w->name));
    if (!entry)
        return memory(e);
    if (entry->value >= 0)
        return tree_error(t, named ? named : w->node, AT_VALUE, NULL, e,
                          "'%s' is already the name of layers[%lld]", w->name,
                          (long long)entry->value);
    entry->value = w->node->index;
    return OK;
}

const char *written_normalize(const struct written *w)
{
    return w->normalize.batch_norm ? "batch" : w->normalize.normalize;
}

static enum status check_normalize(const struct tree *t,
                                   const struct written *w,
                                   const struct node *map, struct err *e)
{
    const struct node *asked = node_find(map, "normalize");
    const struct node *also = node_find(map, "batch_norm");
    const struct node *bias = node_find(map, "b");
    const char *word = written_normalize(w);
    const struct layer_window window = w->entry.ops->window(w->entry.config);
    enum status s = OK;

    if (asked && also)
        s = tree_error(t, also, AT_KEY, NULL, e,
                       "stands beside normalize, which says as much");
    if (word && bias)
        s = tree_error(t, bias, AT_KEY, NULL, e,
                       "has no effect beside normalize: %s, which adds a bias "
                       "of its own",
                       word);
    if (word && strcmp(word, "instance") == 0 && window.kind == WINDOW_WHOLE)
        s = tree_error(t, asked, AT_VALUE, NULL, e,
                       "'instance' needs rows and columns, which the output "
                       "of %s has not; expected batch or layer",
                       w->kind->name);
    return s;
}

/* Binds the parameters of a layer by its type; NULL: only the keys that all
 * layers have. */
static enum status read_layer(const struct tree *t, struct written *w,
                              struct err *e)
{
    static const struct inert unknown[] = {{field_any, NULL}, {NULL, NULL}};
    static const struct field none[] = {{0}};
    const struct node *map = entry_parameters(w->node);
    const struct kind *k = w->kind;
    const bool normalizes = k && notation_normalizes(k);
    void *config = arena_take(t->arena, 1, k ? k->config_size : 1);
    const struct binding bindings[] = {
        {layer_fields, &w->entry},
        {k && k->fields ? k->fields : none, config},
        {normalizes ? normalize_fields : none, &w->normalize},
        {NULL, NULL},
    };

    if (!config)
        return memory(e);
    w->entry.ops = k ? layer_find(k->name) : NULL;
    w->entry.config = config;
    const enum status s = field_bind(t, map ? map : w->node, bindings,
                                     k ? NULL : unknown, NULL, e);
    return s == OK && normalizes ? check_normalize(t, w, map, e) : s;
}

/* NOLINTBEGIN(misc-no-recursion): as deep as NOTATION_MAX_LEVELS. */
static enum status read_list(const struct tree *t, const struct node *list,
                             int64_t level, struct written **first,
                             struct err *e)
{
    struct dict names = {0};
    enum status s = OK;

    for (const struct node *n = list->first; n && s != ERR_MEMORY;
         n = n->next) {
        struct written *w = arena_take(t->arena, 1, sizeof *w);
        if (!w) {
            s = memory(e);
            break;
        }
        *first = w;
        first = &w->next;
        enum status one = entry_read(t, n, level, w, e);
        if (one == OK)
            one = check_twice(t, w, &names, e);
        w->faulty = one != OK;
        s = worst(s, one);
    }
    dict_free(&names);
    return s;
}

void entry_end_branch(const struct tree *t, struct written *branch)
{
    struct written *last = branch;

    while (last && last->next)
        last = last->next;
    const struct node *map = last ? entry_parameters(last->node) : NULL;
    if (!last || !last->kind || node_find(map, "nonlinearity"))
        return;
    if (last->kind == &residual_kind) {
        last->residual.nonlinearity = linear_nonlinearity();
    } else if (last->entry.ops && notation_normalizes(last->kind)) {
        const struct variant linear = linear_nonlinearity();
        const struct field *f = field_find(last->kind->fields, "nonlinearity");
        char *config = arena_take(t->arena, 1, last->kind->config_size);
        if (!config)
            return;
        memcpy(config, last->entry.config, last->kind->config_size);
        memcpy(config + f->offset, &linear, sizeof linear);
        last->entry.config = config;
    }
}

/* `residual: [..]` as the mapping `{layers: [..]}` that it is short for. */
static const struct node *spell_out(const struct tree *t,
                                    const struct node *list)
{
    struct node *map = arena_take(t->arena, 2, sizeof *map);

    if (!map)
        return NULL;
    map[0] = map[1] = *list;
    map[0].kind = NODE_MAP;
    map[0].first = &map[1];
    map[1].key = "layers";
    map[1].parent = &map[0];
    map[1].next = NULL;
    return map;
}

static enum status read_notation(const struct tree *t, int64_t level,
                                 struct written *w, struct err *e)
{
    const bool is_repeat = w->kind == &repeat_kind;
    const struct node *only = w->node->first;
    const struct node *map = entry_parameters(w->node);
    const struct binding bindings[] = {
        {place_fields, &w->entry},
        {w->kind->fields,
         is_repeat ? (void *)&w->repeat : (void *)&w->residual},
        {NULL, NULL},
    };

    if (level >= NOTATION_MAX_LEVELS)
        return tree_error(t, w->node, AT_VALUE, NULL, e,
                          "notations are nested more than %d levels deep",
                          NOTATION_MAX_LEVELS);
    if (only && only->kind == NODE_LIST)
        map = spell_out(t, only);
    if (only && !map)
        return memory(e);
    enum status s = field_bind(t, map ? map : w->node, bindings, NULL, NULL, e);
    const struct node *list = is_repeat ? w->repeat.layers : w->residual.layers;
    if (list)
        s = worst(s, read_list(t, list, level + 1, &w->inside, e));
    if (!is_repeat)
        entry_end_branch(t, w->inside);
    return worst(s, arena_check(t->arena, e, "reading the layers"));
}

enum status entry_read(const struct tree *t, const struct node *node,
                       int64_t level, struct written *w, struct err *e)
{
    w->node = node;
    enum status s = check_form(t, node, e);
    if (!entry_type(node))
        return s;
    s = worst(s, find_kind(t, node, &w->kind, e));
    w->name = notation_entry_name(t->arena, node);
    const bool is_notation =
        w->kind == &repeat_kind || w->kind == &residual_kind;
    if (is_notation && s == OK)
        s = read_notation(t, level, w, e);
    else if (!is_notation &&
             (node->kind == NODE_SCALAR || entry_parameters(node)))
        s = worst(s, read_layer(t, w, e));
    const struct node *named = node_find(entry_parameters(node), "name");
    if (named && named->kind != NODE_SCALAR)
        return s;
    return worst(s, check_name(t, w, level, e));
}
/* NOLINTEND(misc-no-recursion) */

enum status written_read(const struct tree *t, const struct node *list,
                         struct written **first, struct err *e)
{
    return read_list(t, list, 0, first, e);
}
