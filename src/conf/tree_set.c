/*
 * tree_set.c - one `--set KEY=VALUE` applied to a tree.
 *
 * The words of KEY are walked from the root.  An entry of a list is named by
 * its position or by its name; what follows goes into the mapping under the
 * entry's only key, so `layers.conv2d1.pad`, `layers.1.pad` and
 * `layers.1.conv2d.pad` are one place.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/text.h"
#include "conf/source.h"
#include "conf/tree.h"
#include "conf/tree_read.h"

/* Where the walk is. */
struct walk {
    struct tree *tree;
    struct mark mark; /* .set alone */
    struct err *e;
    bool removes;    /* creates nothing on the way */
    struct node *at; /* NULL: nothing there, and nothing to remove */
    int64_t depth;
};

static enum status short_of_memory(const struct walk *w)
{
    return err_memory(w->e, "applying --set");
}

static void append(struct node *parent, struct node *n)
{
    struct node **tail = &parent->first;

    while (*tail)
        tail = &(*tail)->next;
    *tail = n;
    n->next = NULL;
    n->parent = parent;
    node_renumber(parent);
}

static struct node *new_map(const struct walk *w, struct node *parent,
                            const char *key)
{
    struct node *n = arena_take(w->tree->arena, 1, sizeof *n);

    if (!n)
        return NULL;
    n->kind = NODE_MAP;
    n->mark = n->key_mark = w->mark;
    n->key = key;
    append(parent, n);
    return n;
}

/* A scalar becomes an empty mapping where it stands. */
static void become_map(struct node *n)
{
    n->kind = NODE_MAP;
    n->text = NULL;
    n->plain = false;
    n->first = NULL;
}

/* The only key of a list entry, `dropout` or `dropout: {..}`; NULL when it is
 * not of that form. */
static const char *key_of(const struct node *entry)
{
    if (entry->kind == NODE_SCALAR)
        return node_is_null(entry) ? NULL : entry->text;
    if (entry->kind != NODE_MAP || !entry->first || entry->first->next)
        return NULL;
    return entry->first->key;
}

static const char *name_of(const struct walk *w, const struct node *entry)
{
    const struct tree *t = w->tree;

    return t->entry_name ? t->entry_name(t->arena, entry) : NULL;
}

static enum status no_entry(const struct walk *w, const struct node *list,
                            const char *word)
{
    struct nearest near = {.word = word};
    int64_t count = 0;

    for (const struct node *n = list->first; n; n = n->next, count++) {
        const char *name = name_of(w, n);
        if (name)
            nearest_offer(&near, name, name);
    }
    return mark_error(w->tree, w->mark, tree_path(w->tree, list), w->e,
                      "no entry '%.*s' among %" PRId64 "%s",
                      (int)source_clip(word, 60), word, count,
                      did_you_mean(near.found).text);
}

/* An entry of a list; *by_name says how it was found. */
static enum status find_entry(const struct walk *w, struct node *list,
                              const char *word, struct node **out,
                              bool *by_name)
{
    int64_t index;
    const bool is_index = num_parse_int(word, &index);

    for (struct node *n = list->first; n; n = n->next) {
        const char *name = is_index ? NULL : name_of(w, n);
        if (is_index ? n->index == index : name && strcmp(name, word) == 0) {
            *out = n;
            *by_name = !is_index;
            return OK;
        }
    }
    return no_entry(w, list, word);
}

/* A bare `dropout` becomes `dropout: {}`. */
static enum status spell_out(const struct walk *w, struct node *entry)
{
    const char *type = entry->text;
    const struct node was = *entry;

    become_map(entry);
    struct node *n = new_map(w, entry, type);
    if (!n)
        return short_of_memory(w);
    n->mark = was.mark;
    n->key_mark = was.key_mark;
    return OK;
}

/* From a list entry to the mapping that the next word is looked up in. */
static enum status enter_entry(struct walk *w, struct node *entry, bool by_name,
                               const char *next)
{
    const char *type = key_of(entry);

    w->at = entry;
    if (!type)
        return OK;
    if (entry->kind == NODE_SCALAR && w->removes) {
        w->at = NULL;
        return OK;
    }
    if (entry->kind == NODE_SCALAR && spell_out(w, entry) != OK)
        return ERR_MEMORY;
    if (by_name || strcmp(type, next) != 0) {
        w->at = entry->first;
        w->depth++;
    }
    return OK;
}

static enum status need_map(struct walk *w)
{
    if (w->at->kind != NODE_SCALAR)
        return OK;
    if (!node_is_null(w->at))
        return mark_error(w->tree, w->mark, tree_path(w->tree, w->at), w->e,
                          "expected a mapping to set a key of, found %s",
                          node_found(w->at).text);
    if (w->removes)
        w->at = NULL;
    else
        become_map(w->at);
    return OK;
}

/* One word that is not the last: down one level. */
static enum status step(struct walk *w, const char *word, const char *next)
{
    struct node *found = NULL;
    bool by_name = false;
    enum status s = need_map(w);

    if (s != OK || !w->at)
        return s;
    w->depth++;
    if (w->at->kind == NODE_LIST) {
        s = find_entry(w, w->at, word, &found, &by_name);
        if (s != OK)
            return s;
        assert(found);
        return enter_entry(w, found, by_name, next);
    }
    found = node_find(w->at, word);
    if (!found && !w->removes) {
        found = new_map(w, w->at, word);
        if (!found)
            return short_of_memory(w);
    }
    w->at = found;
    return OK;
}

static void unlink_node(struct node *n)
{
    struct node **link = &n->parent->first;

    while (*link != n)
        link = &(*link)->next;
    *link = n->next;
    node_renumber(n->parent);
}

/* The last word: the value replaces what stands there, null removes it. */
static enum status assign(struct walk *w, const char *word, const char *value)
{
    struct node *old = NULL, *fresh = NULL;
    bool by_name;
    enum status s = need_map(w);

    if (s == OK && w->at && w->at->kind == NODE_LIST)
        s = find_entry(w, w->at, word, &old, &by_name);
    else if (s == OK && w->at)
        old = node_find(w->at, word);
    if (s != OK || (w->removes && !old))
        return s;
    if (w->removes) {
        unlink_node(old);
        return OK;
    }
    const struct reading in = {
        .tree = w->tree,
        .text = value,
        .length = strlen(value),
        .set = w->mark.set,
        .depth = w->depth,
        .place = {.parent = w->at,
                  .key = w->at->kind == NODE_LIST ? NULL : word,
                  .key_mark = w->mark,
                  .index = old ? old->index : 0},
    };
    s = tree_read(&in, &fresh, w->e);
    if (s != OK)
        return s;
    if (!fresh)
        return tree_error(w->tree, &in.place, AT_KEY, NULL, w->e,
                          "the value is empty; null removes a key");
    if (!old) {
        append(w->at, fresh);
        return OK;
    }
    struct node **link = &w->at->first;
    while (*link != old)
        link = &(*link)->next;
    fresh->next = old->next;
    *link = fresh;
    return OK;
}

/* Cuts the path at its dots; refuses empty words and too many. */
static enum status split_path(const struct walk *w, char *path, char **words,
                              size_t *count)
{
    char *word = path;

    for (*count = 0; word; (*count)++) {
        char *dot = strchr(word, '.');
        if (*count == TREE_MAX_DEPTH)
            return mark_error(w->tree, w->mark, "", w->e,
                              "the path has more than %d words",
                              TREE_MAX_DEPTH);
        if (dot)
            *dot = '\0';
        if (*word == '\0')
            return mark_error(w->tree, w->mark, "", w->e,
                              "the path has an empty word, expected "
                              "KEY.PATH=VALUE");
        words[*count] = word;
        word = dot ? dot + 1 : NULL;
    }
    return OK;
}

static bool is_null_text(const char *text)
{
    const size_t lead = strspn(text, " \t");
    const size_t word = strcspn(text + lead, " \t");

    return text[lead + word + strspn(text + lead + word, " \t")] == '\0' &&
           ((word == 4 && strncmp(text + lead, "null", 4) == 0) ||
            (word == 1 && text[lead] == '~'));
}

enum status tree_set(struct tree *t, int64_t number, const char *assignment,
                     struct err *e)
{
    const char *equals = strchr(assignment, '=');
    const struct mark mark = {.set = number};
    const size_t length = strlen(assignment);
    struct walk w = {.tree = t, .mark = mark, .e = e, .at = t->root};
    char *words[TREE_MAX_DEPTH];
    struct source_fault fault;
    size_t count = 0;

    if (length > TREE_MAX_BYTES)
        return mark_error(t, mark, "", e, "larger than %d bytes",
                          TREE_MAX_BYTES);
    if (!source_check(assignment, length, &fault))
        return mark_error(t, mark, "", e, "%s", fault.why);
    if (!equals)
        return mark_error(t, mark, "", e, "expected KEY=VALUE, got '%.*s'",
                          (int)source_clip(assignment, 60), assignment);
    char *path = arena_take(t->arena, length + 1, 1);
    if (!path)
        return short_of_memory(&w);
    memcpy(path, assignment, (size_t)(equals - assignment));
    w.removes = is_null_text(equals + 1);
    enum status s = split_path(&w, path, words, &count);
    for (size_t i = 0; s == OK && w.at && i + 1 < count; i++)
        s = step(&w, words[i], words[i + 1]);
    if (s != OK || !w.at)
        return s;
    assert(count > 0);
    w.depth++;
    return assign(&w, words[count - 1], equals + 1);
}
