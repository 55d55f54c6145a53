/*
 * make.c - written entries to the layers that they stand for.
 */
#include "notation/make.h"

#include <string.h>

#include "base/num.h"
#include "base/text.h"
#include "conf/tree_read.h"
#include "layer/layer.h"

enum {
    MOST_OF_A_LAYER = 5,    /* itself, three of a normalization, nonlinearity */
    MOST_OF_A_RESIDUAL = 7, /* besides its branch: a pool, a convolution with
                               its normalization, the sum, the nonlinearity */
};

/* A list whose layers are being made. */
struct scope {
    struct dict *names;        /* its entries; of several of a name the first */
    const char *prefix;        /* of the names of its layers */
    const char *input;         /* what it reads; NULL: nothing is above it */
    const struct scope *outer; /* NULL: the document's list */
    int64_t level;
    bool is_branch; /* of a residual */
};

static enum status worst(enum status s, enum status other)
{
    return s != OK ? s : other;
}

static enum status memory(struct err *e)
{
    return err_memory(e, "reading the layers");
}

/* The layer that a name in `incoming` means. */
static const char *resolve(const struct maker *m, const struct scope *scope,
                           const char *name)
{
    for (const struct scope *s = scope; s; s = s->outer) {
        if (s->outer && s->input && strcmp(name, "block_input") == 0)
            return s->input;
        const struct dict_entry *of = dict_find(s->names, name, strlen(name));
        const struct written *w = of ? of->item : NULL;
        if (w)
            return w->output
                       ? w->output
                       : arena_printf(m->t->arena, "%s%s", s->prefix, name);
    }
    return name;
}

/* What an entry reads: the layers it names, or `input`, which needs no word
 * when it is the layer made before. */
static struct text_list incoming_of(const struct maker *m,
                                    const struct scope *scope,
                                    const struct written *w, const char *input)
{
    const struct text_list *given = &w->entry.incoming;
    const int64_t made = m->list->count;
    const char *before = made > 0 ? m->list->entries[made - 1].name : NULL;

    if (given->count == 0 && (!input || (before && strcmp(before, input) == 0)))
        return (struct text_list){NULL, 0};
    const int64_t count = num_max(1, given->count);
    const char **at = arena_take(m->t->arena, (size_t)count, sizeof *at);
    for (int64_t i = 0; at && i < count; i++)
        at[i] = given->count > 0 ? resolve(m, scope, given->at[i]) : input;
    return (struct text_list){at, at ? count : 0};
}

/* The layer itself where a normalization follows: linear and without bias. */
static enum status strip(const struct maker *m, const struct written *w,
                         struct graph_entry *entry)
{
    const struct field *f = field_find(w->kind->fields, "nonlinearity");
    const struct field *b = field_find(w->kind->fields, "b");
    const struct variant linear = linear_nonlinearity(), none = {NULL, NULL};
    char *config = arena_take(m->t->arena, 1, w->kind->config_size);

    if (!config)
        return memory(m->e);
    memcpy(config, w->entry.config, w->kind->config_size);
    memcpy(config + f->offset, &linear, sizeof linear);
    memcpy(config + b->offset, &none, sizeof none);
    entry->config = config;
    return OK;
}

static struct variant nonlinearity_of(const struct written *w)
{
    const struct field *f = field_find(w->kind->fields, "nonlinearity");
    struct variant v;

    memcpy(&v, (const char *)w->entry.config + f->offset, sizeof v);
    return v;
}

static bool is_linear(struct variant v)
{
    return v.kind == linear_nonlinearity().kind;
}

/* A node of its own for messages, unless the entry makes this layer alone. */
static const struct node *stand_in(const struct maker *m,
                                   const struct written *w, const char *name)
{
    const struct node *map = entry_parameters(w->node);
    struct node *node = maker_node(m, w->node, w->kind->name, name);

    for (const struct node *n = map ? map->first : NULL; n; n = n->next)
        if (strcmp(n->key, "name") != 0)
            maker_member(m, node, n);
    return node;
}

static enum status make_layer(struct maker *m, const struct scope *scope,
                              const struct written *w, const char *input,
                              const char **name)
{
    const char *how = w->faulty ? NULL : written_normalize(w);
    const struct node *map = entry_parameters(w->node);
    struct graph_entry entry = w->entry;
    const struct node *node = w->node;
    enum status s = OK;

    entry.name = *name;
    entry.incoming = incoming_of(m, scope, w, input);
    if (scope->outer && w->kind)
        node = stand_in(m, w, *name);
    if (how)
        s = strip(m, w, &entry);
    m->quiet = w->faulty;
    if (s == OK)
        s = node ? maker_emit(m, &entry, node) : memory(m->e);
    m->quiet = false;
    if (s != OK || !how)
        return s;
    const char *base = *name;
    s = make_normalization(m, w->node, how, name);
    if (s != OK || is_linear(nonlinearity_of(w)))
        return s;
    *name = arena_printf(m->t->arena, "%s_nonlin", base);
    return make_nonlinearity(m, w->node, *name, node_find(map, "nonlinearity"),
                             nonlinearity_of(w));
}

/* NOLINTBEGIN(misc-no-recursion): as deep as NOTATION_MAX_LEVELS. */
static enum status make_list(struct maker *m, const struct scope *scope,
                             struct written *first, const char **last);

/* Rounds that each read the one before. */
static enum status make_repeat(struct maker *m, const struct scope *scope,
                               const struct written *w, const char **last,
                               const char *name)
{
    const char *between = w->entry.name ? "" : "_"; /* its own, a position's */
    enum status s = OK;

    for (int64_t i = 1; s == OK && i <= w->repeat.times; i++) {
        const struct scope round = {
            .prefix = arena_printf(m->t->arena, "%s%s%lld_", name, between,
                                   (long long)i),
            .input = *last,
            .outer = scope,
            .level = scope->level + 1,
        };
        s = make_list(m, &round, w->inside, last);
    }
    return s;
}

/* What the branch, which ends in *last, is added to, and the sum. */
static enum status make_sum(struct maker *m, const struct written *w,
                            const char *name, const char *x, const char **last)
{
    const enum status s = make_shortcut(m, w, name, *last, &x);

    if (s != OK)
        return s;
    const char *sum = arena_printf(m->t->arena, "%s_sum", name);
    struct node *node = maker_node(m, w->node, "elemwisesum", sum);
    maker_list(m, node, "incoming", *last, x);
    *last = sum;
    return maker_part(m, node);
}

static enum status make_residual(struct maker *m, const struct scope *scope,
                                 const struct written *w, const char **last,
                                 const char *name)
{
    const struct scope branch = {
        .is_branch = true,
        .prefix = arena_printf(m->t->arena, "%s_", name),
        .input = *last,
        .outer = scope,
        .level = scope->level + 1,
    };
    const struct node *map = entry_parameters(w->node);
    const char *x = *last;

    if (!x)
        return tree_error(m->t, w->node, AT_VALUE, NULL, m->e,
                          "the first layer must be an input layer");
    enum status s = make_list(m, &branch, w->inside, last);
    m->lint = node_find(map, "lint");
    if (s == OK)
        s = make_sum(m, w, name, x, last);
    if (s == OK && !is_linear(w->residual.nonlinearity)) {
        *last = name;
        s = make_nonlinearity(m, w->node, name, node_find(map, "nonlinearity"),
                              w->residual.nonlinearity);
    }
    m->lint = NULL;
    return s;
}

/* What a faulty notation leaves, so that others find its name. */
static enum status make_nothing(struct maker *m, const struct written *w,
                                const char *name)
{
    return maker_emit(m, &(struct graph_entry){.name = name}, w->node);
}

/* Puts in place of *w the entry as the document changes it in this round. */
static enum status change(struct maker *m, const struct scope *scope,
                          const char *name, const struct written **w)
{
    if (!scope->outer || !maker_is_changed(m, name))
        return OK;
    struct written *copy = arena_take(m->t->arena, 1, sizeof *copy);
    struct node *node = node_copy(m->t->arena, (*w)->node, (*w)->node->parent);
    if (!copy || !node)
        return memory(m->e);
    enum status s = maker_change(m, node, name);
    if (s == OK)
        s = entry_read(m->t, node, scope->level, copy, m->e);
    if (s == OK && scope->is_branch && !(*w)->next)
        entry_end_branch(m->t, copy);
    *w = copy;
    return s;
}

/* Everything from number `at` on may be wrong, and its shape is not asked. */
static void mark_fault(struct maker *m, int64_t at)
{
    if (m->list->sound < 0)
        m->list->sound = at;
    m->lost = true;
}

/* *last is what comes before the entry, and becomes its last layer. */
static enum status make_entry(struct maker *m, const struct scope *scope,
                              const struct written *w, const char **last)
{
    const char *input = *last;
    const char *name =
        w->name ? arena_printf(m->t->arena, "%s%s", scope->prefix, w->name)
                : NULL;

    const enum status s = w->faulty || !name ? OK : change(m, scope, name, &w);
    if (s != OK)
        return s;
    const bool is_notation =
        w->kind == &repeat_kind || w->kind == &residual_kind;
    *last = name;
    if (is_notation && w->faulty)
        return make_nothing(m, w, name);
    if (!is_notation)
        return make_layer(m, scope, w, input, last);
    *last = w->entry.incoming.count > 0
                ? resolve(m, scope, w->entry.incoming.at[0])
                : input;
    return w->kind == &repeat_kind ? make_repeat(m, scope, w, last, name)
                                   : make_residual(m, scope, w, last, name);
}

static enum status make_list(struct maker *m, const struct scope *of,
                             struct written *first, const char **last)
{
    struct dict names = {0};
    struct scope scope = *of;
    enum status s = entry_begin_list(first, &names) ? OK : memory(m->e);

    scope.names = &names;
    for (struct written *w = first; w && s != ERR_MEMORY; w = w->next) {
        if (!scope.outer)
            m->top = w->node;
        if (w->faulty)
            mark_fault(m, m->list->count);
        const int64_t before = m->list->count;
        const enum status one = make_entry(m, &scope, w, last);
        w->output = *last;
        if (one != OK)
            mark_fault(m, before);
        s = worst(s, one);
        if (one != OK && (scope.outer || m->list->count == GRAPH_MAX_LAYERS))
            break;
    }
    dict_free(&names);
    return s;
}
/* NOLINTEND(misc-no-recursion) */

/* The most layers that a list makes, or one more than there may be.  As deep as
 * NOTATION_MAX_LEVELS.  NOLINTNEXTLINE(misc-no-recursion) */
static int64_t count_most(const struct written *first, bool *has_residual)
{
    int64_t most = 0;

    for (const struct written *w = first; w; w = w->next) {
        int64_t one = written_normalize(w) ? MOST_OF_A_LAYER : 1;
        if (w->inside)
            one = count_most(w->inside, has_residual);
        if (w->kind == &repeat_kind)
            one *= num_max(1, w->repeat.times);
        if (w->kind == &residual_kind) {
            one += MOST_OF_A_RESIDUAL;
            *has_residual = true;
        }
        most = num_min(most + one, GRAPH_MAX_LAYERS + 1);
    }
    return most;
}

/* Changes of layers that nothing makes. */
static enum status check_changes(const struct maker *m)
{
    enum status s = OK;

    for (const struct node *n = m->above->changes; n; n = n->next) {
        struct nearest near = {.word = n->key};
        struct node at = *m->above;
        if (n->dropped)
            continue;
        for (int64_t i = 0; i < m->list->count; i++)
            if (m->list->entries[i].name)
                nearest_offer(&near, m->list->entries[i].name,
                              m->list->entries[i].name);
        at.key_mark = n->key_mark;
        s = tree_error(
            m->t, &at, AT_KEY, NULL, m->e, "no entry '%.60s' among %lld%s",
            n->key, (long long)m->list->count, did_you_mean(near.found).text);
    }
    return s;
}

static enum status make_all(struct maker *m)
{
    struct layer_list *l = m->list;
    const struct scope outermost = {.prefix = ""};
    const char *last = NULL;
    enum status s = make_list(m, &outermost, l->written, &last);

    if (l->sound < 0)
        l->sound = l->count;
    if (s == OK && l->sound == l->count)
        s = check_changes(m);
    return worst(s, arena_check(m->t->arena, m->e, "reading the layers"));
}

enum status notation_make(struct layer_list *l, const struct tree *t,
                          struct node *list, const struct layer_engine *engine,
                          struct err *e)
{
    struct maker m = {
        .list = l, .t = t, .above = list, .engine = *engine, .e = e};
    /* A change of a made layer may make others, which nobody has counted. */
    bool has_residual = list->changes != NULL;
    const int64_t counted = count_most(l->written, &has_residual);
    const size_t most =
        (size_t)(list->changes ? GRAPH_MAX_LAYERS + 1 : counted);

    l->count = 0;
    l->sound = -1;
    l->entries = arena_take(t->arena, most, sizeof *l->entries);
    l->nodes = arena_take(t->arena, most, sizeof *l->nodes);
    if (has_residual)
        m.shapes = arena_take(t->arena, most, sizeof *m.shapes);
    if (!l->entries || !l->nodes || (has_residual && !m.shapes))
        return memory(e);
    const enum status s = make_all(&m);
    dict_free(&m.names);
    return s;
}
