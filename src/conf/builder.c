/*
 * builder.c - turns a stream of YAML pieces into a tree of nodes.
 */
#include "conf/builder.h"

#include <string.h>

static struct arena *arena_of(const struct builder *b)
{
    return b->in->tree->arena;
}

static enum status short_of_memory(const struct builder *b)
{
    return err_memory(b->e, "reading the configuration");
}

/* The frame that the next piece stands in; NULL at the root. */
static struct frame *top_frame(struct builder *b)
{
    return b->open ? &b->frames[b->open - 1] : NULL;
}

static enum status count_node(struct builder *b, struct mark mark)
{
    if (++b->nodes <= TREE_MAX_NODES)
        return OK;
    return mark_error(b->in->tree, mark, "", b->e,
                      "more than %d values, aliases expanded", TREE_MAX_NODES);
}

/* `levels` lists and mappings around and including one. */
static enum status check_depth(const struct builder *b, struct mark mark,
                               int64_t levels)
{
    if (b->in->depth + levels <= TREE_MAX_DEPTH)
        return OK;
    return mark_error(b->in->tree, mark, "", b->e,
                      "nested more than %d levels deep", TREE_MAX_DEPTH);
}

/* A name given twice means the later node from there on, as YAML says. */
static enum status name_node(struct builder *b, const char *name,
                             struct node *n)
{
    const char *own = arena_strdup(arena_of(b), name);
    struct dict_entry *entry = dict_add(&b->anchors, own, strlen(own));

    if (!entry)
        return short_of_memory(b);
    entry->item = n;
    return arena_check(arena_of(b), b->e, "reading the configuration");
}

static struct node *named_node(struct builder *b, const char *name)
{
    const struct dict_entry *entry = dict_find(&b->anchors, name, strlen(name));

    return entry ? entry->item : NULL;
}

static bool is_open(const struct builder *b, const struct node *n)
{
    for (int64_t i = 0; i < b->open; i++)
        if (b->frames[i].node == n)
            return true;
    return false;
}

/* Copies everything below `from`, which stands `levels` deep, to `to`.  As deep
 * as the document may be nested.  NOLINTBEGIN(misc-no-recursion) */
static enum status copy_below(struct builder *b, const struct node *from,
                              struct node *to, struct mark use, int64_t levels)
{
    struct node **tail = &to->first;
    enum status s = OK;

    if (from->kind != NODE_SCALAR)
        s = check_depth(b, use, ++levels);
    for (const struct node *n = from->first; n && s == OK; n = n->next) {
        s = count_node(b, use);
        if (s != OK)
            return s;
        struct node *copy = arena_take(arena_of(b), 1, sizeof *copy);
        if (!copy)
            return short_of_memory(b);
        *copy = *n;
        copy->parent = to;
        copy->first = copy->next = NULL;
        *tail = copy;
        tail = &copy->next;
        s = copy_below(b, n, copy, use, levels);
    }
    return s;
}
/* NOLINTEND(misc-no-recursion) */

/* The value of an alias stands where the alias stands; what is inside it keeps
 * the marks of its own text. */
static enum status expand_alias(struct builder *b, const struct piece *p,
                                struct node *to)
{
    const struct node *from = named_node(b, p->anchor);

    if (!from || is_open(b, from)) {
        tree_error(b->in->tree, to, AT_VALUE, NULL, b->e,
                   from ? "alias *%s stands inside what it names"
                        : "unknown alias *%s; a word that begins with * stands "
                          "in quotes",
                   p->anchor);
        to->refused = true;
        return OK;
    }
    to->kind = from->kind;
    to->text = from->text;
    to->plain = from->plain;
    to->refused = from->refused;
    return copy_below(b, from, to, p->mark, b->open);
}

static struct mark mark_of(const struct builder *b, struct mark mark)
{
    if (b->in->set > 0)
        return (struct mark){.set = b->in->set};
    if (b->in->unmarked)
        return (struct mark){0};
    return mark;
}

/* Puts a new node at its place: the root, an entry, or the value of the key
 * read last (none when that key was refused). */
static void link_node(struct builder *b, struct frame *f, struct node *n)
{
    if (!f) {
        n->parent = b->in->place.parent;
        n->key = b->in->place.key;
        n->key_mark = b->in->place.key_mark;
        n->index = b->in->place.index;
        b->root = n;
        return;
    }
    n->parent = f->node;
    n->key_mark = n->mark;
    if (f->node->kind == NODE_MAP) {
        n->key = f->key;
        n->key_mark = f->key_mark;
        f->has_key = false;
        if (!f->key)
            return;
        if (f->key_is_merge) {
            if (f->merge)
                tree_error(b->in->tree, n, AT_KEY, NULL, b->e, "given twice");
            f->merge = n;
            return;
        }
    }
    n->index = f->last ? f->last->index + 1 : 0;
    if (f->last)
        f->last->next = n;
    else
        f->node->first = n;
    f->last = n;
}

static enum status push(struct builder *b, struct node *n)
{
    const enum status s = check_depth(b, n->mark, b->open + 1);

    if (s == OK)
        b->frames[b->open++] = (struct frame){.node = n};
    return s;
}

/* Keys do not count as values; they are made only to bear an anchor. */
static enum status new_node(struct builder *b, const struct piece *p,
                            bool is_key, struct node **out)
{
    /* An alias is an empty scalar until it is expanded. */
    static const enum node_kind kinds[] = {
        [PIECE_SCALAR] = NODE_SCALAR,
        [PIECE_LIST] = NODE_LIST,
        [PIECE_MAP] = NODE_MAP,
        [PIECE_ALIAS] = NODE_SCALAR,
    };
    const enum status s = is_key ? OK : count_node(b, mark_of(b, p->mark));

    if (s != OK)
        return s;
    *out = arena_take(arena_of(b), 1, sizeof **out);
    if (!*out)
        return short_of_memory(b);
    (*out)->mark = mark_of(b, p->mark);
    (*out)->kind = kinds[p->kind];
    (*out)->text = "";
    (*out)->plain = p->plain || p->kind == PIECE_ALIAS;
    if (p->kind == PIECE_SCALAR)
        (*out)->text =
            arena_strndup(arena_of(b), p->length ? p->text : "", p->length);
    else if (p->kind != PIECE_ALIAS)
        (*out)->text = NULL;
    if (p->length > 0 && memchr(p->text, '\0', p->length))
        mark_error(b->in->tree, p->mark, "", b->e,
                   "the character NUL is not allowed");
    return arena_check(arena_of(b), b->e, "reading the configuration");
}

/* A key that is no simple scalar is recorded and dropped with its value. */
static void take_key(struct builder *b, struct frame *f, const struct piece *p,
                     struct node *n)
{
    const bool is_word = p->kind == PIECE_SCALAR && !p->is_text;
    const char *wrong = !is_word           ? "a key must be a plain or quoted "
                                             "word"
                        : *n->text == '\0' ? "a key is empty"
                                           : NULL;

    f->has_key = true;
    f->key = wrong ? NULL : n->text;
    f->key_mark = n->key_mark = n->mark;
    f->key_is_merge = !wrong && p->plain && strcmp(n->text, "<<") == 0;
    if (wrong)
        mark_error(b->in->tree, n->mark, tree_path(b->in->tree, f->node), b->e,
                   "%s", wrong);
}

enum status builder_add(struct builder *b, const struct piece *p)
{
    struct frame *f = top_frame(b);
    const bool is_key = f && f->node->kind == NODE_MAP && !f->has_key;
    struct node *n;
    enum status s = new_node(b, p, is_key, &n);

    if (s != OK)
        return s;
    if (is_key)
        take_key(b, f, p, n);
    else
        link_node(b, f, n);
    if (s == OK && p->tag) {
        tree_error(b->in->tree, n, AT_VALUE, NULL, b->e,
                   "explicit tags are not supported, found %s", p->tag);
        n->refused = n->kind == NODE_SCALAR;
    }
    if (s == OK && p->kind == PIECE_ALIAS && !is_key)
        s = expand_alias(b, p, n);
    else if (s == OK && p->kind != PIECE_ALIAS && p->anchor)
        s = name_node(b, p->anchor, n);
    if (s == OK && (p->kind == PIECE_LIST || p->kind == PIECE_MAP))
        s = push(b, n);
    return s;
}

enum status builder_close(struct builder *b)
{
    const struct frame *f = &b->frames[--b->open];

    if (f->node->kind == NODE_LIST)
        return OK;
    return merge_members(b->in->tree, f->node, f->merge, b->e);
}
