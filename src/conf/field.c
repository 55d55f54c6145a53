/*
 * field.c - binds a mapping to structs, row by row.
 */
#include "conf/field.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "conf/field_type.h"

/* One call of field_bind. */
struct bind {
    const struct tree *tree;
    const struct node *map; /* NULL: every key is absent */
    const struct binding *bindings;
    const struct inert *inert;
    const char *const *also;
    struct err *e;
};

const struct field field_any[] = {{0}};

const struct field *field_find(const struct field *fields, const char *key)
{
    for (const struct field *f = fields; f && f->key; f++)
        if (strcmp(f->key, key) == 0)
            return f;
    return NULL;
}

bool field_takes_kind(const struct field *f, const char *name)
{
    if (f->group && f->short_first)
        f = f->group->fields;
    return f->kinds && kind_find(f->kinds, name);
}

/* The row of `key` and the struct it belongs to; NULL when there is none. */
static const struct field *find_row(const struct bind *b, const char *key,
                                    void **into)
{
    for (const struct binding *g = b->bindings; g->fields; g++) {
        const struct field *f = field_find(g->fields, key);
        *into = g->into;
        if (f)
            return f;
    }
    return NULL;
}

/* Walks all keys that are known here; start with {0}. */
struct key_walk {
    const char *key;
    const struct binding *binding;
    const struct field *row; /* NULL: somebody else's key */
    const char *const *also;
};

static bool next_key(const struct bind *b, struct key_walk *w)
{
    if (!w->binding) {
        w->binding = b->bindings;
        w->row = w->binding->fields;
        w->also = b->also;
    } else if (w->row) {
        w->row++;
    }
    while (w->row && !w->row->key)
        w->row = (++w->binding)->fields;
    void *into;
    while (!w->row && w->also && *w->also && find_row(b, *w->also, &into))
        w->also++; /* a row that somebody else reads */
    if (w->row)
        w->key = w->row->key;
    else
        w->key = w->also && *w->also ? *w->also++ : NULL;
    return w->key != NULL;
}

/* The key that an unknown one most likely means, or NULL. */
static const char *meaning_of(const struct bind *b, const char *key)
{
    struct meant meant = meant_by(key);

    for (struct key_walk w = {0}; next_key(b, &w);)
        meant_offer(&meant, w.key, w.row ? w.row->aka : NULL);
    return meant_word(&meant);
}

static enum status unknown_key(const struct bind *b, const struct node *n)
{
    const char *meant = meaning_of(b, n->key), *comma = ", expected one of ";
    struct text known = {0};

    for (struct key_walk w = {0}; !meant && next_key(b, &w);)
        if (w.row && field_takes_kind(w.row, n->key))
            meant = w.key; /* one of its kinds */
    if (!meant && b->tree->key_place)
        meant = b->tree->key_place(b->tree->arena, n, n->key);
    for (struct key_walk w = {0}; !meant && next_key(b, &w); comma = ", ")
        text_printf(&known, "%s%s", comma, w.key);
    tree_error(b->tree, n, AT_KEY, NULL, b->e, "unknown key%s%s",
               text_string(&known), did_you_mean(meant).text);
    text_free(&known);
    return ERR_CONFIG;
}

/* A key without a row: inert or unknown. */
static enum status refuse_key(const struct bind *b, const struct node *n)
{
    for (const struct inert *i = b->inert; i && i->fields; i++)
        if (i->fields == field_any || field_find(i->fields, n->key))
            return i->why ? tree_error(b->tree, n, AT_KEY, NULL, b->e, "%s",
                                       i->why)
                          : OK;
    return unknown_key(b, n);
}

/* Is there an unknown key that was said to mean this one? */
static bool is_misspelt(const struct bind *b, const struct field *f)
{
    void *into;

    for (const struct node *n = b->map ? b->map->first : NULL; n; n = n->next) {
        const char *meant =
            find_row(b, n->key, &into) ? NULL : meaning_of(b, n->key);
        if (meant && strcmp(meant, f->key) == 0)
            return true;
    }
    return false;
}

static enum status missing_key(const struct bind *b, const struct field *f)
{
    const struct node *owner = b->map ? b->map : b->tree->root;
    const char *want = row_expect(b->tree->arena, f);

    if (is_misspelt(b, f))
        return ERR_CONFIG;
    if (owner)
        return tree_error(b->tree, owner, AT_KEY, f->key, b->e,
                          "missing, expected %s", want);
    return err_add(b->e, ERR_CONFIG, b->tree->name, "%s: missing, expected %s",
                   f->key, want);
}

/* Words and numbers need no YAML parser. */
static bool is_simple(const char *text)
{
    return !strpbrk(text, "[]{}\"'#&*!|>%@`,:? ");
}

/* The default of a row as a node that stands where the key would. */
static enum status default_node(const struct bind *b, const struct field *f,
                                struct node **out)
{
    const struct node *owner = b->map ? b->map : b->tree->root;
    struct reading in = {
        .tree = b->tree,
        .text = f->def,
        .length = strlen(f->def),
        .unmarked = true,
        .place = {.key = f->key},
    };

    assert(f->def[0] != '\0');
    if (owner)
        in.place.key_mark = owner->key_mark;
    if (!is_simple(f->def))
        return tree_read(&in, out, b->e);
    *out = arena_take(b->tree->arena, 1, sizeof **out);
    if (!*out)
        return err_memory(b->e, "reading the configuration");
    **out = in.place;
    (*out)->kind = NODE_SCALAR;
    (*out)->text = f->def;
    (*out)->plain = true;
    return OK;
}

static enum status bind_row(const struct bind *b, const struct field *f,
                            void *into)
{
    void *member = (char *)into + f->offset;
    const struct node *given = node_find(b->map, f->key);
    struct node *node = NULL;

    memset(member, 0, f->type->size);
    if (!given) {
        if (!f->def)
            return f->optional ? OK : missing_key(b, f);
        const enum status s = default_node(b, f, &node);
        if (s != OK || node_is_null(node))
            return s;
        given = node;
    }
    const struct source_value v = {b->tree, f, given, b->e};
    if (node_is_null(given))
        return f->null_ok ? OK : value_mismatch(&v);
    return f->type->read(&v, member);
}

enum status field_bind(const struct tree *t, const struct node *map,
                       const struct binding *bindings,
                       const struct inert *inert, const char *const *also,
                       struct err *e)
{
    const struct bind b = {t, map, bindings, inert, also, e};
    const bool is_bare_name =
        map && map->kind == NODE_SCALAR && !map->key && !node_is_null(map);
    enum status s = OK;

    if (map && map->kind != NODE_MAP && !is_bare_name)
        return tree_error(t, map, AT_VALUE, NULL, e,
                          "expected a mapping, got %s", node_found(map).text);
    for (const struct node *n = map ? map->first : NULL; n; n = n->next) {
        void *into;
        const struct field *f = find_row(&b, n->key, &into);
        if (is_among(n->key, also))
            continue;
        if (s == ERR_MEMORY)
            return s;
        s = worse(s, f ? bind_row(&b, f, into) : refuse_key(&b, n));
    }
    for (const struct binding *g = bindings; g->fields; g++)
        for (const struct field *f = g->fields; f->key && s != ERR_MEMORY; f++)
            if (!node_find(map, f->key))
                s = worse(s, bind_row(&b, f, g->into));
    return s;
}
