/*
 * key_place.c - a key that stands in the wrong section: where it belongs.
 *
 * Exact words alone: what is nearly a key is likelier a slip than one of
 * another section.
 */
#include <string.h>

#include "document/bind.h"
#include "document/sections.h"
#include "source/source.h"

/* What is looked for. */
struct stray {
    struct arena *arena;
    const char *key;
    bool foreign; /* by the words of other programs */
    bool narrow;  /* by names of rows alone */
};

static bool is_called(const struct stray *s, const struct field *f)
{
    const char *aka = f->aka;
    char word[AKA_BYTES];

    if (!s->foreign)
        return strcmp(f->key, s->key) == 0 ||
               (!s->narrow && field_takes_kind(f, s->key));
    while (aka && field_next_aka(&aka, word))
        if (strcmp(word, s->key) == 0)
            return true;
    return false;
}

static const char *in_rows(const struct stray *s, const char *section,
                           const struct field *fields)
{
    for (const struct field *f = fields; f && f->key; f++)
        if (is_called(s, f))
            return *section
                       ? arena_printf(s->arena, "%s.%s", section, f->key)
                       : arena_printf(s->arena, "%s at the top level", f->key);
    return NULL;
}

static const char *in_kinds(const struct stray *s, const char *section,
                            const struct kind *const *kinds)
{
    const char *found = NULL;

    for (; *kinds && !found; kinds++)
        found = in_rows(s, section, (*kinds)->fields);
    return found;
}

static const char *in_sources(const struct stray *s)
{
    static const char all[] = "data.train";
    const char *found = NULL;

    for (int i = 0; source_registry[i] && !found; i++) {
        const struct kind *k = &source_registry[i]->kind;
        if (!source_registry[i]->nested) {
            found = in_rows(s, all, k->fields);
            continue;
        }
        const char *own = arena_printf(s->arena, "%s.%s", all, k->name);
        if (own)
            found = strcmp(k->name, s->key) == 0 && !s->foreign
                        ? own
                        : in_rows(s, own, k->fields);
    }
    return found;
}

/* The section `data.split` is what `split` means. */
static const char *in_path(const struct stray *s, const char *path)
{
    const char *dot = strrchr(path, '.');

    if (s->foreign || strcmp(dot ? dot + 1 : path, s->key) != 0)
        return NULL;
    return dot ? path : arena_printf(s->arena, "%s at the top level", path);
}

/* Sections that have no rows of their own, `data.valid`. */
static const char *in_data(const struct stray *s)
{
    for (int i = 0; data_sections[i] && !s->foreign; i++)
        if (strcmp(data_sections[i], s->key) == 0)
            return arena_printf(s->arena, "data.%s", s->key);
    return NULL;
}

static const char *place_of(const struct stray *s)
{
    const char *found = NULL;

    for (const struct section *at = sections; at->path && !found; at++) {
        if (strcmp(at->path, "layers") != 0)
            found = in_rows(s, at->path, at->fields);
        if (!found)
            found = in_path(s, at->path);
    }
    for (const struct beside *b = besides; b->key && !found; b++)
        found = in_kinds(s, "train", b->kinds);
    if (!found)
        found = in_data(s);
    return found ? found : in_sources(s);
}

/* Is it a place that the node stands in already? */
static bool is_around(const char *place, const struct node *n)
{
    const char *dot = strrchr(place, '.');

    for (n = n->parent; n; n = n->parent)
        if (n->key && strcmp(n->key, dot ? dot + 1 : place) == 0)
            return true;
    return false;
}

const char *experiment_key_place(struct arena *arena, const struct node *n,
                                 const char *key)
{
    struct stray s = {.arena = arena, .key = key};
    const struct node *top = n;

    while (top->parent && top->parent->parent)
        top = top->parent;
    s.narrow = top->key && strcmp(top->key, "layers") == 0;
    const char *found = place_of(&s);
    s.foreign = true;
    if (!found && !s.narrow)
        found = place_of(&s);
    return found && !is_around(found, n) ? found : NULL;
}
