/*
 * origins.c - walks the resolved document beside the one that was read.
 *
 * The resolved text is read back as a tree.  A node of it that the user's tree
 * has too comes from there, every other one is a default.  Nesting is that of
 * the tables, a few levels.
 */
#include "app/origins.h"

#include <inttypes.h>
#include <string.h>

#include "base/num.h"

enum { COMMENT_COLUMN = 44, STEP = 2, ENTRY = 4 };

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
        text_line(w->out, "# %s:%" PRId64, w->given->name, mark->line);
    w->line_start = (int64_t)w->out->length;
}

static void put_scalar(struct text *out, const struct node *n)
{
    if (n->plain)
        text_puts(out, n->text);
    else
        field_print_text(out, n->text);
}

/* `[1, 28, 28]`: lists of scalars stay on their line. */
static void put_list(struct text *out, const struct node *list)
{
    text_puts(out, "[");
    for (const struct node *n = list->first; n; n = n->next) {
        text_puts(out, n == list->first ? "" : ", ");
        put_scalar(out, n);
    }
    text_puts(out, "]");
}

/* What the user wrote for `member`, of whose mapping he wrote `given`.  A word
 * stands for a mapping of its defaults, `dropout` or `rectify`; any other
 * scalar is the value of a parameter itself, `W: 0.1`. */
static const struct node *counterpart(const struct node *given,
                                      const struct node *member)
{
    if (!given || given->kind != NODE_SCALAR)
        return node_find(given, member->key);
    if (member->kind != NODE_MAP && member->parent->key &&
        strcmp(given->text, member->parent->key) == 0)
        return NULL;
    return given;
}

/* As deep as the tables are nested.  NOLINTBEGIN(misc-no-recursion) */
static void put_members(struct walk *w, const struct node *map,
                        const struct node *given, int64_t indent, bool in_list);

/* `key: value`, the cursor standing where the key begins. */
static void put_member(struct walk *w, const struct node *n,
                       const struct node *given, int64_t indent)
{
    const bool is_block = n->kind == NODE_MAP && n->first;

    text_printf(w->out, "%s:", n->key);
    if (n->kind == NODE_SCALAR) {
        text_puts(w->out, " ");
        put_scalar(w->out, n);
    } else if (n->kind == NODE_LIST) {
        text_puts(w->out, " ");
        put_list(w->out, n);
    } else if (!is_block) {
        text_puts(w->out, " {}");
    }
    end_line(w, given);
    if (is_block)
        put_members(w, n, given, indent + STEP, false);
}

/* In a list the first member follows the dash. */
static void put_members(struct walk *w, const struct node *map,
                        const struct node *given, int64_t indent, bool in_list)
{
    for (const struct node *n = map->first; n; n = n->next) {
        if (!in_list || n != map->first)
            text_pad(w->out, ' ', indent);
        put_member(w, n, counterpart(given, n), indent);
    }
}
/* NOLINTEND(misc-no-recursion) */

static const struct node *entry_at(const struct node *list, int64_t index)
{
    const struct node *n = list && list->kind == NODE_LIST ? list->first : NULL;

    while (n && n->index != index)
        n = n->next;
    return n;
}

static void put_layers(struct walk *w, const struct node *list,
                       const struct node *given)
{
    text_printf(w->out, "%s:", list->key);
    end_line(w, given);
    for (const struct node *n = list->first; n; n = n->next) {
        text_puts(w->out, "  - ");
        put_members(w, n, entry_at(given, n->index), ENTRY, true);
    }
}

static void put_document(struct walk *w, const struct node *resolved)
{
    for (const struct node *n = resolved->first; n; n = n->next) {
        const struct node *given = node_find(w->given->root, n->key);
        if (n->kind == NODE_LIST)
            put_layers(w, n, given);
        else
            put_member(w, n, given, 0);
    }
}

enum status origins_print(struct text *out, struct experiment *x, struct err *e)
{
    struct walk w = {.out = out, .given = &x->tree};
    struct text resolved = {0};
    struct tree tree;

    experiment_print(&resolved, x);
    const char *text = arena_text(&x->arena, &resolved);
    enum status s = arena_check(&x->arena, e, "printing the configuration");
    if (s == OK)
        s = tree_parse(&tree, &x->arena, "the resolved document", text,
                       strlen(text), e);
    if (s == OK)
        put_document(&w, tree.root);
    return s;
}
