/*
 * origins.c - walks the resolved document beside the one that was read.
 *
 * The resolved text is read back as a tree.  A node of it that the user's tree
 * has too comes from there, every other one is a default.  Nesting is that of
 * the tables, a few levels.
 */
#include <inttypes.h>
#include <string.h>

#include "base/num.h"
#include "document/documents.h"

enum { COMMENT_COLUMN = 44, STEP = 2 };

struct walk {
    struct text *out;
    const struct tree *given; /* as the user wrote it */
    int64_t line_start;       /* of `out`, to align comments */
};

/* Ends a line; `from` NULL: nobody wrote this. */
static void end_line(struct walk *w, const struct node *from)
{
    const int64_t width = (int64_t)w->out->length - w->line_start;
    const struct mark *mark = NULL;

    if (from)
        mark = from->kind == NODE_SCALAR ? &from->mark : &from->key_mark;
    text_pad(w->out, ' ', num_max(COMMENT_COLUMN - width, 2));
    if (!mark)
        text_puts(w->out, "# default\n");
    else if (mark->set > 0)
        text_printf(w->out, "# --set #%" PRId64 "\n", mark->set);
    else
        text_line(w->out, "# %s:%" PRId64,
                  mark->file ? mark->file->name : w->given->name, mark->line);
    w->line_start = (int64_t)w->out->length;
}

static void put_scalar(struct text *out, const struct node *n)
{
    if (n->plain)
        text_puts(out, n->text);
    else
        field_print_text(out, n->text);
}

/* NOLINTBEGIN(misc-no-recursion): as deep as the tables are nested. */
/* A scalar, a list or a mapping on one line. */
static void put_value(struct text *out, const struct node *n)
{
    if (n->kind == NODE_SCALAR) {
        put_scalar(out, n);
        return;
    }
    text_puts(out, n->kind == NODE_MAP ? "{" : "[");
    for (const struct node *e = n->first; e; e = e->next) {
        text_puts(out, e == n->first ? "" : ", ");
        if (n->kind == NODE_MAP) {
            field_print_text(out, e->key);
            text_puts(out, ": ");
        }
        put_value(out, e);
    }
    text_puts(out, n->kind == NODE_MAP ? "}" : "]");
}
/* NOLINTEND(misc-no-recursion) */

/* Is it printed as lines of its own?  A list whose entries are not all mappings
 * is not. */
static bool takes_lines(const struct node *n)
{
    bool maps = n->first != NULL;

    for (const struct node *e = n->first; e && n->kind == NODE_LIST;
         e = e->next)
        maps = maps && e->kind == NODE_MAP;
    return maps && n->kind != NODE_SCALAR;
}

/* Did he write the first parameter for the mapping, `schedule: {cosine: {}}`?
 */
static bool stands_for_first(const struct node *given,
                             const struct node *member)
{
    const struct node *all = member->parent;
    const struct node *only =
        given && given->kind == NODE_MAP ? given->first : NULL;

    return only && !only->next && all->first == member &&
           !node_find(all, only->key) && node_find(member, only->key);
}

/* What the user wrote for `member`, of whose mapping he wrote `given`.  A word
 * stands for a mapping of its defaults, `dropout` or `rectify`, a list for that
 * of a residual; any other scalar is the value of the first parameter itself,
 * `W: 0.1`. */
static const struct node *counterpart(const struct node *given,
                                      const struct node *member)
{
    if (given && given->kind == NODE_LIST)
        return strcmp(member->key, "layers") == 0 ? given : NULL;
    if (stands_for_first(given, member))
        return given;
    if (!given || given->kind != NODE_SCALAR)
        return node_find(given, member->key);
    if (member->kind != NODE_MAP && member->parent->key &&
        strcmp(given->text, member->parent->key) == 0)
        return NULL;
    return member->parent->first == member ? given : NULL;
}

static const struct node *entry_at(const struct node *list, int64_t index)
{
    const struct node *n = list && list->kind == NODE_LIST ? list->first : NULL;

    while (n && n->index != index)
        n = n->next;
    return n;
}

/* `key: value` lines, those of a list's entry behind its dash.  As deep as the
 * tables are nested.  NOLINTBEGIN(misc-no-recursion) */
static void put_members(struct walk *w, const struct node *map,
                        const struct node *given, int64_t indent)
{
    for (const struct node *n = map->first; n; n = n->next) {
        const struct node *from = counterpart(given, n);
        const bool is_block = takes_lines(n);
        if (map->key || !map->parent || n != map->first)
            text_pad(w->out, ' ', indent);
        text_printf(w->out, is_block ? "%s:" : "%s: ", n->key);
        if (!is_block)
            put_value(w->out, n);
        end_line(w, from);
        if (is_block && n->kind == NODE_MAP)
            put_members(w, n, from, indent + STEP);
        for (const struct node *e = is_block ? n->first : NULL;
             e && n->kind == NODE_LIST; e = e->next) {
            text_pad(w->out, ' ', indent + STEP);
            text_puts(w->out, "- ");
            put_members(w, e, entry_at(from, e->index), indent + 2 * STEP);
        }
    }
}
/* NOLINTEND(misc-no-recursion) */

enum status origins_print(struct text *out, struct experiment *x, struct err *e)
{
    struct walk w = {.out = out, .given = &x->tree};
    struct text resolved = {0};
    struct tree tree;

    experiment_print(&resolved, x, LAYERS_AS_WRITTEN);
    const char *text = arena_text(&x->arena, &resolved);
    enum status s = arena_check(&x->arena, e, "printing the configuration");
    if (s == OK)
        s = tree_parse(&tree, &x->arena, "the resolved document", text,
                       strlen(text), e);
    if (s == OK)
        put_members(&w, tree.root, x->tree.root, 0);
    return s;
}
