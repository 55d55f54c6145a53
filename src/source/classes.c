/*
 * classes.c - labels of a set as numbers of classes.
 */
#include <stdio.h>
#include <string.h>

#include "data/labels.h"
#include "source/source.h"

int32_t target_find(const struct target *classes, const char *name,
                    int64_t near)
{
    const char *const *names = classes->names;

    for (int64_t i = 0; i < classes->width; i++) {
        const int64_t at = (near + i) % classes->width;
        if (strcmp(names[at], name) == 0)
            return (int32_t)at;
    }
    for (int64_t i = 0; label_is_integer(name) && i < classes->width; i++)
        if (label_is_integer(names[i]) &&
            label_compare_integers(names[i], name) == 0)
            return (int32_t)i;
    return -1;
}

const char *target_name(const struct target *t, int64_t i,
                        char room[TARGET_NAME_BYTES])
{
    const char *name = t->names ? t->names[i] : NULL;

    if (name && (t->kind == TARGET_CLASS || !label_is_integer(name)))
        return name;
    snprintf(room, TARGET_NAME_BYTES, "%s%lld",
             t->kind == TARGET_LABELS ? "label" : "target", (long long)i);
    return room;
}

const char *dataset_label_name(const struct dataset *d, int64_t i,
                               char room[TARGET_NAME_BYTES])
{
    const struct columns *c =
        d->columns.beside ? d->columns.beside : &d->columns;

    for (int64_t k = 0; c->names && k < c->width; k++)
        if (c->slot[k] == COLUMN_TARGET - i)
            return c->names[k];
    return target_name(&d->target, i, room);
}

static enum status fail_unknown(const struct dataset *d, int64_t sample,
                                int64_t count, const char *whose,
                                const struct origin *from, struct err *e)
{
    return err_add(e, ERR_CONFIG, from->file,
                   "%s%slabel '%s' of sample %lld is none of the %lld %s",
                   from->key ? from->key : "", from->key ? ": " : "",
                   d->target.names[d->labels[sample]], (long long)sample,
                   (long long)count, whose);
}

/* The sample that shows class `k`. */
static int64_t first_of(const struct dataset *d, int64_t k)
{
    int64_t i = 0;

    while (i < d->count - 1 && d->labels[i] != k)
        i++;
    return i;
}

enum status dataset_rename(struct dataset *d, const struct text_map *map,
                           const struct origin *from, struct err *e)
{
    const struct target keys = {TARGET_CLASS, map->count, map->keys};
    const char **renamed =
        arena_take(&d->arena, (size_t)d->target.width, sizeof *renamed);

    for (int64_t k = 0; renamed && k < d->target.width; k++) {
        const int32_t at = target_find(&keys, d->target.names[k], 0);
        if (at < 0)
            return err_add(e, ERR_CONFIG, from->file,
                           "%s%slabel '%s' of sample %lld has no name in "
                           "data.classes",
                           from->key ? from->key : "", from->key ? ": " : "",
                           d->target.names[k], (long long)first_of(d, k));
        renamed[k] = arena_strdup(&d->arena, map->at[at]);
    }
    d->target.names = renamed;
    return arena_check(&d->arena, e, "naming the classes");
}

/* Copies the class names: they may belong to another set. */
static enum status copy_classes(struct dataset *d, const struct target *classes,
                                struct err *e)
{
    const char **copy =
        arena_take(&d->arena, (size_t)classes->width, sizeof *copy);

    for (int64_t i = 0; copy && i < classes->width; i++)
        copy[i] = arena_strdup(&d->arena, classes->names[i]);
    d->target = (struct target){TARGET_CLASS, classes->width, copy};
    return arena_check(&d->arena, e, "matching the classes");
}

enum status dataset_match(struct dataset *d, const struct target *classes,
                          const char *whose, const struct origin *from,
                          struct err *e)
{
    int32_t *place = mem_take((size_t)d->target.width, sizeof *place);

    if (!place)
        return err_memory(e, "matching the classes");
    /* Both lists tend to be sorted: the next name is near the last one. */
    int64_t next = 0;
    for (int64_t i = 0; i < d->target.width; i++) {
        place[i] = target_find(classes, d->target.names[i], next);
        next = place[i] + 1;
    }
    enum status s = OK;
    for (int64_t i = 0; s == OK && i < d->count; i++)
        if (place[d->labels[i]] < 0)
            s = fail_unknown(d, i, classes->width, whose, from, e);
    if (s == OK)
        s = copy_classes(d, classes, e);
    for (int64_t i = 0; s == OK && i < d->count; i++)
        d->labels[i] = place[d->labels[i]];
    mem_free(place);
    return s;
}
