/*
 * tree_error.c - nodes in messages: where they stand and what they are called.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "conf/source.h"
#include "conf/tree.h"
#include "conf/tree_read.h"

enum {
    KEY_BYTES = 64,   /* of a key shown in a path */
    VALUE_BYTES = 60, /* of a scalar shown in a message */
    MESSAGE_BYTES = 1024,
    PATH_LEVELS = 2 * TREE_MAX_DEPTH,
};

struct node *node_find(const struct node *map, const char *key)
{
    if (!map || map->kind != NODE_MAP)
        return NULL;
    for (struct node *n = map->first; n; n = n->next)
        if (strcmp(n->key, key) == 0)
            return n;
    return NULL;
}

bool node_is_null(const struct node *n)
{
    return n->kind == NODE_SCALAR && n->plain &&
           (n->text[0] == '\0' || strcmp(n->text, "null") == 0 ||
            strcmp(n->text, "~") == 0);
}

int64_t node_count(const struct node *parent)
{
    int64_t count = 0;

    for (const struct node *n = parent->first; n; n = n->next)
        count++;
    return count;
}

void node_renumber(struct node *parent)
{
    int64_t index = 0;

    for (struct node *n = parent->first; n; n = n->next)
        n->index = index++;
}

void node_replace(struct node *old, struct node *n)
{
    struct node **link = &old->parent->first;

    while (*link != old)
        link = &(*link)->next;
    *link = n ? n : old->next;
    if (n) {
        n->next = old->next;
        n->parent = old->parent;
        n->key = old->key;
    }
    node_renumber(old->parent);
}

struct found node_found(const struct node *n)
{
    if (n->kind != NODE_SCALAR)
        return n->kind == NODE_LIST ? (struct found){"a list"}
                                    : (struct found){"a mapping"};
    if (node_is_null(n))
        return n->text[0] ? (struct found){"null"}
                          : (struct found){"an empty value"};
    struct found f;
    const size_t shown = source_clip(n->text, VALUE_BYTES);
    snprintf(f.text, sizeof f.text, "%s'%.*s%s'", n->plain ? "" : "the quoted ",
             (int)shown, n->text, n->text[shown] ? "..." : "");
    return f;
}

static const char *place_text(const struct tree *t, struct mark m)
{
    if (m.set > 0)
        return arena_printf(t->arena, "--set #%" PRId64, m.set);
    if (m.line == 0)
        return t->name;
    return arena_printf(t->arena, "%s:%" PRId64 ":%" PRId64,
                        m.file ? m.file->name : t->name, m.line, m.column);
}

struct hint did_you_mean(const char *word)
{
    struct hint h = {""};

    if (word)
        snprintf(h.text, sizeof h.text, "; did you mean %.*s?",
                 (int)source_clip(word, KEY_BYTES), word);
    return h;
}

static const char *name_of(const struct tree *t, const struct node *n)
{
    const bool is_entry = n && !n->key && n->parent;

    return is_entry && t->entry_name ? t->entry_name(t->arena, n) : NULL;
}

static const char *add_segment(const struct tree *t, const char *path,
                               const struct node *n)
{
    const char *name = n->key ? n->key : name_of(t, n);
    const size_t shown = name ? source_clip(name, KEY_BYTES) : 0;
    const char *dots = name && name[shown] ? "..." : "";

    /* The key between a named entry and its parameters, `conv2d` in `- conv2d:
     * {..}`, says nothing more. */
    if (!n->parent || (n->key && name_of(t, n->parent)))
        return path;
    if (n->key)
        return arena_printf(t->arena, "%s%s%.*s%s", path, *path ? "." : "",
                            (int)shown, name, dots);
    return arena_printf(t->arena, "%s[%" PRId64 "]%s%.*s%s", path, n->index,
                        name ? " " : "", (int)shown, name ? name : "", dots);
}

const char *tree_path(const struct tree *t, const struct node *n)
{
    const struct node *chain[PATH_LEVELS];
    const char *path = "";
    size_t levels = 0;

    for (; n && levels < PATH_LEVELS; n = n->parent)
        chain[levels++] = n;
    while (levels > 0)
        path = add_segment(t, path, chain[--levels]);
    return path;
}

static PRINTF_LIKE(5, 0) enum status
    report(const struct tree *t, struct mark mark, const char *path,
           struct err *e, const char *fmt, va_list args)
{
    const char *place = place_text(t, mark);
    const char *source = mark.file ? mark.file->source : t->source;
    char message[MESSAGE_BYTES];

    vsnprintf(message, sizeof message, fmt, args);
    /* Short of memory a message loses its place, not its content. */
    err_add(e, ERR_CONFIG, *place ? place : t->name, "%s%s%s", path,
            *path ? ": " : "", message);
    if (e->source_lines && e->unsaid == 0 && mark.set == 0 && mark.line > 0 &&
        source)
        source_show(source, mark, e);
    return ERR_CONFIG;
}

enum status mark_error(const struct tree *t, struct mark mark, const char *path,
                       struct err *e, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    const enum status s = report(t, mark, path, e, fmt, args);
    va_end(args);
    return s;
}

enum status tree_error(const struct tree *t, const struct node *n,
                       enum node_place at, const char *key, struct err *e,
                       const char *fmt, ...)
{
    const char *path = tree_path(t, n);
    va_list args;

    if (n->refused && at == AT_VALUE)
        return ERR_CONFIG;
    if (key)
        path = arena_printf(t->arena, "%s%s%s", path, *path ? "." : "", key);
    va_start(args, fmt);
    const enum status s =
        report(t, at == AT_KEY ? n->key_mark : n->mark, path, e, fmt, args);
    va_end(args);
    return s;
}
