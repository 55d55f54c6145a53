/*
 * tree_set.c - one `--set KEY=VALUE` as a mapping laid over the tree: that of
 * `a.b=1` is `{a: {b: 1}}`.
 *
 * An entry of a list is named by its position or by its name, also as messages
 * show it; what follows goes into the mapping under the entry's only key, so
 * `layers.conv2d1.pad`, `layers.1.pad`, `layers[1].pad` and
 * `layers.1.conv2d.pad` are one place.
 */
#include <string.h>

#include "conf/source.h"
#include "conf/tree_read.h"

/* `layers[1] conv2d1.pad` and `layers[1].pad`, as messages show them, become
 * `layers.conv2d1.pad` and `layers.1.pad`, in place. */
static void as_words(char *path)
{
    char *to = path;

    while (*path) {
        char *end = *path == '[' ? strchr(path, ']') : NULL;
        const bool named = end && end[1] == ' ';
        if (!end) {
            *to++ = *path++;
            continue;
        }
        *to++ = '.';
        for (path++; !named && path < end; path++)
            *to++ = *path;
        path = end + (named ? 2 : 1);
    }
    *to = '\0';
}

/* The path as mappings, one in the other below `top`; *last is the word that
 * the value stands under.  Refuses empty words and too many. */
static enum status read_path(const struct tree *t, char *path, struct node *top,
                             struct reading *value, struct err *e)
{
    const struct mark mark = top->mark;

    value->place = (struct node){.parent = top, .key_mark = mark};
    for (char *word = path, *dot; word; word = dot) {
        dot = strchr(word, '.');
        if (dot)
            *dot++ = '\0';
        if (++value->depth > TREE_MAX_DEPTH)
            return mark_error(t, mark, "", e, "the path has more than %d words",
                              TREE_MAX_DEPTH);
        if (*word == '\0')
            return mark_error(t, mark, "", e,
                              "the path has an empty word, expected "
                              "KEY.PATH=VALUE");
        value->place.key = word;
        if (!dot)
            break;
        struct node *n = arena_take(t->arena, 1, sizeof *n);
        if (!n)
            return err_memory(e, "applying --set");
        *n = (struct node){.kind = NODE_MAP,
                           .mark = mark,
                           .key_mark = mark,
                           .key = word,
                           .is_path = true,
                           .parent = value->place.parent};
        value->place.parent->first = n;
        value->place.parent = n;
    }
    return OK;
}

enum status tree_set(struct tree *t, int64_t number, const char *assignment,
                     struct err *e)
{
    const char *equals = strchr(assignment, '=');
    const struct mark mark = {.set = number};
    const size_t length = strlen(assignment);
    struct node top = {.kind = NODE_MAP, .mark = mark};
    struct source_fault fault;
    struct node *fresh;

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
        return err_memory(e, "applying --set");
    memcpy(path, assignment, (size_t)(equals - assignment));
    as_words(path);
    struct reading value = {.tree = t,
                            .text = equals + 1,
                            .length = strlen(equals + 1),
                            .set = number};
    enum status s = read_path(t, path, &top, &value, e);
    if (s == OK)
        s = tree_read(&value, &fresh, e);
    if (s != OK)
        return s;
    if (!fresh)
        return tree_error(t, &value.place, AT_KEY, NULL, e,
                          "the value is empty; null removes a key");
    fresh->is_whole = true;
    value.place.parent->first = fresh;
    return overlay_map(t, t->root, &top, e);
}
