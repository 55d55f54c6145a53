/*
 * extend.c - reads the files that a document extends, and lays it over them.
 */
#include <assert.h>
#include <string.h>

#include "base/file.h"
#include "conf/field_type.h"
#include "conf/tree.h"

enum { MAX_LEVELS = 16, MAX_FILES = 64 };

/* A document that is being read, and the ones that want it. */
struct level {
    const struct level *above;
    struct tree *first, *tree; /* the document itself, this one */
    const char *within;        /* its folder, seen from that of the first */
    int64_t *budget;           /* files that may still be read */
    int64_t depth;
};

/* Every mark of the file's nodes tells the file. */
static void own(struct node *n, const struct tree_file *file)
{
    for (; n; n = n->next) { /* NOLINTNEXTLINE(misc-no-recursion) */
        own(n->first, file);
        n->mark.file = n->key_mark.file = file;
    }
}

static void drop_private(struct node *root)
{
    struct node **link = &root->first;

    while (*link)
        if (strncmp((*link)->key, "x-", 2) == 0)
            *link = (*link)->next;
        else
            link = &(*link)->next;
    node_renumber(root);
}

static enum status check_level(const struct level *l, const struct node *n,
                               const char *path, struct err *e)
{
    for (const struct level *up = l; up; up = up->above)
        if (file_same(up->tree->name, path))
            return tree_error(l->tree, n, AT_VALUE, NULL, e,
                              "%s builds on itself", path);
    if (l->depth == MAX_LEVELS || --*l->budget < 0)
        return tree_error(l->tree, n, AT_VALUE, NULL, e,
                          "more than %d levels or %d files to build on",
                          MAX_LEVELS, MAX_FILES);
    return OK;
}

/* Where paths of the file stand, seen from the folder of the first. */
static const char *within(const struct level *l, const char *written)
{
    const char *slash = strrchr(written, '/');
    const int length = slash ? (int)(slash - written) : 0;

    if (!slash)
        return l->within;
    if (written[0] == '/' || !*l->within)
        return arena_printf(l->tree->arena, "%.*s", length ? length : 1,
                            written);
    return arena_printf(l->tree->arena, "%s/%.*s", l->within, length, written);
}

/* NOLINTBEGIN(misc-no-recursion): as deep as MAX_LEVELS. */
static enum status extend(const struct level *l, struct err *e);

/* Reads the file that `n` names, and what it extends, into *out; NULL when
 * there is nothing to go on with. */
static enum status read_base(const struct level *l, const struct node *n,
                             struct node **out, struct err *e)
{
    const struct field row = {.key = "extends", .type = &type_path};
    const struct source_value v = {l->tree, &row, n, e};
    struct arena *arena = l->tree->arena;
    struct tree *base = arena_take(arena, 1, sizeof *base);
    struct tree_file *file = arena_take(arena, 1, sizeof *file);
    struct bytes bytes = {0};
    struct path path;

    *out = NULL;
    if (!base || !file)
        return err_memory(e, "reading the configuration");
    enum status s = type_path.read(&v, &path);
    if (s == OK)
        s = check_level(l, n, path.at, e);
    if (s == OK)
        s = file_read_all(path.at, TREE_MAX_BYTES, &bytes, e);
    if (s == OK)
        s = tree_parse(base, arena, path.at, (const char *)bytes.at,
                       bytes.length, e);
    mem_free(bytes.at);
    if (!base->root)
        return s;
    base->entry_name = l->tree->entry_name;
    base->makes_entries = l->tree->makes_entries;
    *file = (struct tree_file){base->name, base->folder,
                               within(l, path.written), base->source, NULL};
    own(base->root, file);
    file->next = l->first->files;
    l->first->files = file;
    const struct level below = {l,         l->first,    base, file->within,
                                l->budget, l->depth + 1};
    const enum status other = extend(&below, e);
    *out = base->root;
    return s != OK ? s : other;
}

static enum status extend(const struct level *l, struct err *e)
{
    struct tree *t = l->tree;
    struct node *root = t->root, *named = node_find(root, "extends");
    struct node *base = NULL, *one;
    enum status s = OK;

    drop_private(root);
    if (!named)
        return OK;
    if (named->kind == NODE_MAP ||
        (named->kind == NODE_LIST && !named->first)) {
        tree_error(t, named, AT_VALUE, NULL, e,
                   "expected a file or a list of files");
        named->refused = true;
        return ERR_CONFIG;
    }
    node_replace(named, NULL);
    named->next = NULL;
    for (const struct node *n = named->kind == NODE_LIST ? named->first : named;
         n; n = n->next) {
        enum status read = read_base(l, n, &one, e);
        t->root = one;
        if (!one)
            return read;
        s = s != OK ? s : read;
        read = base ? overlay_map(t, base, one, e) : OK;
        s = s != OK ? s : read;
        base = base ? base : one;
    }
    assert(base);
    base->mark = root->mark;
    base->key_mark = root->key_mark;
    t->root = base;
    const enum status laid = overlay_map(t, base, root, e);
    return s != OK ? s : laid;
}
/* NOLINTEND(misc-no-recursion) */

enum status tree_extend(struct tree *t, struct err *e)
{
    int64_t budget = MAX_FILES;
    const struct level first = {
        .first = t, .tree = t, .within = "", .budget = &budget};

    return extend(&first, e);
}
