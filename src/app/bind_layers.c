/*
 * bind_layers.c - the list of layers: names, parameters, the graph.
 */
#include <string.h>

#include "app/bind.h"
#include "base/num.h"
#include "conv/conv.h"

/* A layer's entry: `dropout`, or `{dense: {num_units: 10}}`. */
struct layer_words {
    const char *type;
    const struct node *params; /* NULL: all defaults */
};

static enum status memory(struct err *e)
{
    return err_memory(e, "reading the layers");
}

/* Takes an entry apart. */
static enum status read_entry(const struct tree *t, const struct node *entry,
                              struct layer_words *out, struct err *e)
{
    const struct node *only = entry->kind == NODE_MAP ? entry->first : NULL;

    if (entry->kind == NODE_SCALAR) {
        *out = (struct layer_words){entry->text, NULL};
        return OK;
    }
    if (!only)
        return tree_error(t, entry, AT_VALUE, NULL, e,
                          "expected a layer: a type, or {type: parameters}");
    *out = (struct layer_words){only->key, only};
    if (only->next)
        return tree_error(t, only->next, AT_KEY, NULL, e,
                          "a second key in one layer; parameters stand inside "
                          "the braces of '%s: {..}'",
                          only->key);
    if (only->kind != NODE_MAP)
        return tree_error(t, only, AT_VALUE, NULL, e,
                          "expected the layer's parameters as a mapping; all "
                          "defaults are written '- %s'",
                          only->key);
    return OK;
}

static enum status unknown_type(const struct tree *t, const struct node *entry,
                                const char *type, struct err *e)
{
    const char *meant = kind_suggestion(layer_kinds, type);

    return tree_error(t, entry, AT_VALUE, NULL, e, "unknown layer type '%s'%s",
                      type, did_you_mean(meant).text);
}

static bool is_name(const char *s)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    static const char digits[] = "0123456789-";

    if (*s == '\0' || !strchr(letters, *s))
        return false;
    while (*s && (strchr(letters, *s) || strchr(digits, *s)))
        s++;
    return *s == '\0';
}

/* Names are prefixes of tensors' names in a model file, where `train` and
 * `verify` are taken. */
static enum status check_name(const struct experiment *x, int64_t at,
                              const struct node *where, struct err *e)
{
    const char *name = x->entries[at].name;

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

/* Fills entry `at` of the experiment from its node. */
static enum status bind_entry(struct experiment *x, int64_t at,
                              struct node *node, struct err *e)
{
    struct graph_entry *entry = &x->entries[at];
    struct layer_words words = {0};
    struct layer_section own;

    x->entry_nodes[at] = node;
    enum status s = read_entry(&x->tree, node, &words, e);
    if (s != OK)
        return s;
    const struct node *named = node_find(words.params, "name");
    entry->name =
        named && named->kind == NODE_SCALAR
            ? named->text
            : arena_printf(&x->arena, "%s%lld", words.type, (long long)at);
    if (x->arena.failed)
        return memory(e);
    node->label = entry->name;
    entry->ops = layer_find(words.type);
    if (!entry->ops)
        return unknown_type(&x->tree, node, words.type, e);
    void *config = arena_take(&x->arena, 1, entry->ops->kind.config_size);
    if (!config)
        return memory(e);
    const struct binding bindings[] = {
        {layer_fields, &own}, {entry->ops->kind.fields, config}, {NULL, NULL}};
    s = field_bind(&x->tree, words.params ? words.params : node, bindings, NULL,
                   NULL, e);
    if (s != OK)
        return s;
    *entry = (struct graph_entry){
        .ops = entry->ops,
        .name = entry->name,
        .config = config,
        .incoming = own.incoming.at,
        .incoming_count = own.incoming.count,
        .trainable = own.trainable,
        .learning_rate_scale = own.learning_rate_scale,
        .lint = own.lint,
    };
    return check_name(x, at, named ? named : node, e);
}

static enum status report_fault(void *context, int64_t at, const char *key,
                                const char *why)
{
    struct {
        struct experiment *x;
        struct err *e;
    } *c = context;
    const struct node *entry = c->x->entry_nodes[at];
    const struct node *params = entry->kind == NODE_MAP ? entry->first : NULL;
    const struct node *value = key ? node_find(params, key) : NULL;

    return tree_error(&c->x->tree, value ? value : entry, AT_VALUE, NULL, c->e,
                      "%s", why);
}

static enum status build(struct experiment *x, struct err *e)
{
    struct {
        struct experiment *x;
        struct err *e;
    } context = {x, e};
    const struct graph_reporter reporter = {report_fault, &context};
    const struct graph_request request = {
        .entries = x->entries,
        .count = x->entry_count,
        .seed = (uint64_t)x->top.seed,
        .kern = x->kern,
        .convolution = conv_find(x->engine.algorithm),
    };

    return graph_build(&x->graph, &x->arena, &request, &reporter, e);
}

/* The entries above the first faulty one: enough for a table. */
static void build_sound(struct experiment *x, int64_t sound)
{
    struct err ignored = {0};
    const int64_t count = x->entry_count;

    x->entry_count = sound;
    if (sound > 0 && build(x, &ignored) != OK)
        x->graph.count = num_min(x->graph.count, sound);
    x->entry_count = count;
}

enum status bind_layers(struct experiment *x, struct err *e)
{
    struct node *list = node_find(x->tree.root, "layers");
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
    for (struct node *n = list->first; n; n = n->next) {
        s = bind_worse(bind_entry(x, n->index, n, e), s);
        sound += s == OK;
    }
    if (s == OK) {
        s = build(x, e);
        x->misfit = s == ERR_CONFIG;
        return s;
    }
    build_sound(x, sound);
    return s;
}
