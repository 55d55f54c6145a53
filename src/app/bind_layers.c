/*
 * bind_layers.c - the list of layers: names, parameters, the graph.
 */
#include <string.h>

#include "app/bind.h"
#include "base/num.h"
#include "conv/conv.h"

static enum status memory(struct err *e)
{
    return err_memory(e, "reading the layers");
}

/* A layer's entry is a type, `dropout`, or a type with its parameters, `{dense:
 * {num_units: 10}}`.  The type; NULL: it is neither. */
static const char *type_of(const struct node *entry)
{
    if (entry->kind == NODE_SCALAR)
        return entry->text;
    return entry->kind == NODE_MAP && entry->first ? entry->first->key : NULL;
}

/* The mapping of an entry's parameters; NULL: all defaults. */
static const struct node *parameters_of(const struct node *entry)
{
    const struct node *only = entry->first;

    return only && only->kind == NODE_MAP ? only : NULL;
}

const char *layer_entry_name(struct arena *arena, const struct node *entry)
{
    const struct node *list = entry->parent;
    const char *type = type_of(entry);

    if (!type || list->parent->parent || !list->key ||
        strcmp(list->key, "layers") != 0)
        return NULL;
    if (entry->first && entry->first->next)
        return NULL; /* two types */
    const struct node *name = node_find(parameters_of(entry), "name");
    if (name && name->kind == NODE_SCALAR && *name->text)
        return name->text;
    return arena_printf(arena, "%s%lld", type, (long long)entry->index);
}

/* An entry that is no layer, or more than one. */
static enum status check_form(const struct tree *t, const struct node *entry,
                              struct err *e)
{
    const struct node *only = entry->first;

    if (!type_of(entry))
        return tree_error(t, entry, AT_VALUE, NULL, e,
                          "expected a layer: a type, or {type: parameters}");
    if (only && only->next)
        return tree_error(t, only->next, AT_KEY, NULL, e,
                          "a second key in one layer; parameters stand inside "
                          "the braces of '%s: {..}'",
                          only->key);
    if (only && only->kind != NODE_MAP)
        return tree_error(t, only, AT_VALUE, NULL, e,
                          "expected the layer's parameters as a mapping; all "
                          "defaults are written '- %s'",
                          only->key);
    return OK;
}

/* Finds the type; after an error the one that is most likely meant, by which
 * the parameters are checked, or NULL. */
static enum status find_type(const struct tree *t, const struct node *entry,
                             const struct layer_ops **out, struct err *e)
{
    const char *type = type_of(entry);

    *out = layer_find(type);
    if (*out)
        return OK;
    *out = layer_of((struct variant){kind_meant(layer_kinds, type), NULL});
    return kind_unknown(t, entry, "layer type", type, layer_kinds, e);
}

static bool is_name(const char *s)
{
    static const char allowed[] = "0123456789-abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";

    return *s && !strchr("0123456789-", *s) && s[strspn(s, allowed)] == '\0';
}

/* Names are prefixes of tensors' names in a model file, where `train` and
 * `verify` are taken. */
static enum status check_name(const struct experiment *x, int64_t at,
                              const struct node *where, struct err *e)
{
    const char *name = x->entries[at].name;

    if (!name)
        return OK;
    if (!is_name(name))
        return tree_error(&x->tree, where, AT_VALUE, NULL, e,
                          "'%s' is no layer name; expected letters, digits, _ "
                          "and -, not starting with a digit or -",
                          name);
    if (strcmp(name, "train") == 0 || strcmp(name, "verify") == 0)
        return tree_error(&x->tree, where, AT_VALUE, NULL, e,
                          "'%s' is reserved, it names other tensors of a model "
                          "file",
                          name);
    for (int64_t i = 0; i < at; i++)
        if (x->entries[i].name && strcmp(x->entries[i].name, name) == 0)
            return tree_error(&x->tree, where, AT_VALUE, NULL, e,
                              "'%s' is already the name of layers[%lld]", name,
                              (long long)i);
    return OK;
}

/* Binds the parameters of entry `at` by its type; NULL: only the keys that all
 * layers have. */
static enum status bind_parameters(struct experiment *x, int64_t at,
                                   const struct layer_ops *ops, struct err *e)
{
    static const struct inert unknown[] = {{field_any, NULL}, {NULL, NULL}};
    struct graph_entry *entry = &x->entries[at];
    const struct node *node = x->entry_nodes[at];
    const struct node *map = parameters_of(node);
    void *config = arena_take(&x->arena, 1, ops ? ops->kind.config_size : 1);
    const struct binding bindings[] = {
        {layer_fields, entry}, {ops ? ops->kind.fields : NULL, config}, {0}};

    entry->ops = ops;
    entry->config = config;
    return config ? field_bind(&x->tree, map ? map : node, bindings,
                               ops ? NULL : unknown, NULL, e)
                  : memory(e);
}

/* Fills entry `at` of the experiment from its node. */
static enum status bind_entry(struct experiment *x, int64_t at,
                              const struct node *node, struct err *e)
{
    const struct layer_ops *ops;

    x->entry_nodes[at] = node;
    enum status s = check_form(&x->tree, node, e);
    if (!type_of(node))
        return s;
    s = bind_worse(find_type(&x->tree, node, &ops, e), s);
    if (node->kind == NODE_SCALAR || parameters_of(node))
        s = bind_worse(bind_parameters(x, at, ops, e), s);
    x->entries[at].name = layer_entry_name(&x->arena, node);
    const struct node *named = node_find(parameters_of(node), "name");
    if (named && named->kind != NODE_SCALAR)
        return s;
    return bind_worse(check_name(x, at, named ? named : node, e), s);
}

/* Where faults of the graph are reported. */
struct report {
    const struct experiment *x;
    struct err *e;
};

static enum status report_fault(void *context, int64_t at, const char *key,
                                const char *why)
{
    const struct report *r = context;
    const struct node *entry = r->x->entry_nodes[at];
    const struct node *value =
        key ? node_find(parameters_of(entry), key) : NULL;

    return tree_error(&r->x->tree, value ? value : entry, AT_VALUE, NULL, r->e,
                      "%s", why);
}

static enum status build(struct experiment *x, int64_t faulty, struct err *e)
{
    struct report report = {x, e};
    const struct graph_reporter reporter = {report_fault, &report};
    const struct graph_request request = {
        .entries = x->entries,
        .count = x->entry_count,
        .faulty = faulty,
        .seed = (uint64_t)x->top.seed,
        .kern = x->kern,
        .convolution = conv_find(x->engine.algorithm),
    };

    return graph_build(&x->graph, &x->arena, &request, &reporter, e);
}

/* Keys of training where nothing is trained. */
static enum status check_training(const struct experiment *x, int64_t at,
                                  struct err *e)
{
    const struct graph_entry *entry = &x->entries[at];
    const bool frozen = !entry->trainable,
               scaled = entry->learning_rate_scale != 1;
    const bool empty = x->graph.nodes[at].layer.spec.param_count == 0;
    const char *key = scaled ? "learning_rate_scale" : "trainable";

    if (!(empty && (frozen || scaled)) && !(frozen && scaled))
        return OK;
    return tree_error(
        &x->tree, node_find(parameters_of(x->entry_nodes[at]), key), AT_KEY,
        NULL, e, "has no effect%s%s%s",
        empty ? ", " : " beside trainable: false",
        empty ? entry->ops->kind.name : "", empty ? " has no parameters" : "");
}

enum status bind_layers(struct experiment *x, struct err *e)
{
    const struct node *list = node_find(x->tree.root, "layers");
    int64_t count = 0, sound = 0;
    enum status s = OK;

    if (!list)
        return tree_error(&x->tree, x->tree.root, AT_KEY, "layers", e,
                          "missing, expected a list of layers");
    if (list->kind != NODE_LIST || !list->first)
        return tree_error(&x->tree, list, AT_VALUE, NULL, e,
                          "expected a list of layers, one '- ' each");
    for (const struct node *n = list->first; n; n = n->next)
        count++;
    if (count > GRAPH_MAX_LAYERS)
        return tree_error(&x->tree, list, AT_KEY, NULL, e,
                          "%lld layers; at most %d are allowed",
                          (long long)count, GRAPH_MAX_LAYERS);
    x->entries = arena_take(&x->arena, (size_t)count, sizeof *x->entries);
    x->entry_nodes = arena_take(&x->arena, (size_t)count, sizeof(void *));
    if (!x->entries || !x->entry_nodes)
        return memory(e);
    x->entry_count = count;
    for (const struct node *n = list->first; n; n = n->next) {
        s = bind_worse(bind_entry(x, n->index, n, e), s);
        sound += s == OK;
    }
    const enum status built = build(x, count - sound, e);
    x->misfit = s == OK && built == ERR_CONFIG;
    s = bind_worse(built, s);
    for (int64_t i = 0; s != ERR_MEMORY && i < x->graph.count; i++)
        s = bind_worse(check_training(x, i, e), s);
    return s;
}
