/*
 * maker.c - single layers: their nodes, their place in the list, their shapes.
 */
#include <string.h>

#include "conf/tree_read.h"
#include "layer/layer.h"
#include "notation/make.h"

static enum status memory(struct err *e)
{
    return err_memory(e, "reading the layers");
}

struct node *maker_node(const struct maker *m, const struct node *from,
                        const char *type, const char *name)
{
    struct node *node = arena_take(m->t->arena, 2, sizeof *node);

    if (!node)
        return NULL;
    node[0] = (struct node){
        .kind = NODE_MAP,
        .mark = from->mark,
        .key_mark = from->key_mark,
        .index = m->top->index,
        .parent = m->above,
        .first = &node[1],
    };
    node[1] = node[0];
    node[1].key = type;
    node[1].index = 0;
    node[1].parent = node;
    node[1].first = NULL;
    maker_word(m, node, "name", name);
    if (m->lint)
        maker_member(m, node, m->lint);
    return node;
}

void maker_member(const struct maker *m, struct node *node,
                  const struct node *member)
{
    struct node *copy = arena_take(m->t->arena, 1, sizeof *copy);

    if (!node || !copy)
        return;
    *copy = *member;
    copy->parent = node->first;
    copy->next = NULL;
    struct node **tail = &node->first->first;
    for (copy->index = 0; *tail; copy->index++)
        tail = &(*tail)->next;
    *tail = copy;
}

static struct node scalar(const struct node *from, const char *key,
                          const char *word)
{
    return (struct node){
        .kind = NODE_SCALAR,
        .mark = from->mark,
        .key_mark = from->key_mark,
        .key = key,
        .text = word,
        .plain = true,
    };
}

void maker_word(const struct maker *m, struct node *node, const char *key,
                const char *word)
{
    if (!node)
        return;
    const struct node member = scalar(node, key, word);
    maker_member(m, node, &member);
}

void maker_list(const struct maker *m, struct node *node, const char *key,
                const char *first, const char *second)
{
    struct node *entries = arena_take(m->t->arena, 2, sizeof *entries);

    if (!node || !entries)
        return;
    struct node list = scalar(node, key, NULL);
    list.kind = NODE_LIST;
    list.first = entries;
    entries[0] = scalar(node, NULL, first);
    entries[1] = scalar(node, NULL, second);
    entries[0].next = second ? &entries[1] : NULL;
    maker_member(m, node, &list);
}

/* The numbers of the layers that an entry reads; false: not above it. */
static bool find_inputs(const struct maker *m, const struct graph_entry *entry,
                        int64_t count, int64_t *inputs)
{
    const int64_t at = m->list->count;

    if (entry->incoming.count == 0 && count > 0) {
        inputs[0] = at - 1;
        return at > 0;
    }
    for (int64_t k = 0; k < count; k++) {
        const char *name = entry->incoming.at[k];
        const struct dict_entry *found =
            dict_find(&m->names, name, strlen(name));
        if (!found || found->value >= at)
            return false;
        inputs[k] = found->value;
    }
    return true;
}

/* The output of the layer that comes next; false: it does not fit. */
static bool infer(const struct maker *m, const struct graph_entry *entry,
                  struct shape *out)
{
    const int64_t count = entry->incoming.count > 0 ? entry->incoming.count : 1;
    const struct layer_ops *ops = entry->ops;
    struct layer_spec spec = {.engine = m->engine, .frozen = !entry->trainable};
    struct shape in[LAYER_MAX_INPUTS];
    int64_t inputs[LAYER_MAX_INPUTS];
    const int64_t reads = ops->max_inputs == 0 ? 0 : count;

    if (reads < ops->min_inputs || reads > ops->max_inputs ||
        reads > LAYER_MAX_INPUTS || !find_inputs(m, entry, reads, inputs))
        return false;
    for (int64_t k = 0; k < reads; k++)
        in[k] = m->shapes[inputs[k]];
    if (ops->infer(entry->config, in, reads, &spec) != OK ||
        !shape_fits(spec.out))
        return false;
    *out = spec.out;
    return true;
}

struct shape maker_shape(const struct maker *m, const char *name)
{
    return m->shapes[dict_find(&m->names, name, strlen(name))->value];
}

static enum status take_name(struct maker *m, const char *name,
                             const struct node *node)
{
    const struct node *named = node_find(entry_parameters(node), "name");

    if (!name)
        return OK;
    struct dict_entry *entry = dict_add(&m->names, name, strlen(name));
    if (!entry)
        return memory(m->e);
    if (entry->value >= 0 && m->quiet)
        return OK;
    if (entry->value >= 0)
        return tree_error(m->t, named ? named : node, AT_VALUE, NULL, m->e,
                          "'%s' is already the name of layers[%lld]", name,
                          (long long)m->list->nodes[entry->value]->index);
    entry->value = m->list->count;
    return OK;
}

enum status maker_emit(struct maker *m, const struct graph_entry *entry,
                       const struct node *node)
{
    struct layer_list *l = m->list;
    enum status s = arena_check(m->t->arena, m->e, "reading the layers");

    if (s != OK)
        return s;
    if (l->count == GRAPH_MAX_LAYERS)
        return tree_error(m->t, m->top, AT_VALUE, NULL, m->e,
                          "more than %d layers, notations written out",
                          GRAPH_MAX_LAYERS);
    s = take_name(m, entry->name, node);
    if (s != OK)
        return s;
    if (m->shapes && !m->lost)
        m->lost = !entry->ops || !infer(m, entry, &m->shapes[l->count]);
    l->entries[l->count] = *entry;
    l->nodes[l->count++] = node;
    return OK;
}

bool maker_is_changed(const struct maker *m, const char *name)
{
    const struct node *n = m->above->changes;

    while (n && strcmp(n->key, name) != 0)
        n = n->next;
    return n != NULL;
}

enum status maker_change(struct maker *m, struct node *node, const char *name)
{
    enum status s = OK;

    for (struct node *n = m->above->changes, *next; n; n = next) {
        next = n->next;
        if (strcmp(n->key, name) != 0)
            continue;
        const enum status one = overlay_entry(m->t, node, n, m->e);
        s = s != OK ? s : one;
        n->dropped = true;
        m->list->is_changed = true;
    }
    return s;
}

enum status maker_part(struct maker *m, struct node *node)
{
    struct graph_entry entry = {0};

    if (!node)
        return memory(m->e);
    const struct node *params = node->first;
    const char *name = node_find(params, "name")->text;
    const struct layer_ops *ops = layer_find(params->key);
    enum status s = maker_change(m, node, name);
    if (s == OK && !ops)
        s = tree_error(m->t, node, AT_VALUE, NULL, m->e,
                       "there is no layer type %s to make it of", params->key);
    if (s != OK)
        return s;
    void *config = arena_take(m->t->arena, 1, ops->kind.config_size);
    if (!config)
        return memory(m->e);
    const struct binding bindings[] = {
        {layer_fields, &entry}, {ops->kind.fields, config}, {NULL, NULL}};
    s = field_bind(m->t, params, bindings, NULL, NULL, m->e);
    entry.ops = ops;
    entry.config = config;
    return s == OK ? maker_emit(m, &entry, node) : s;
}
