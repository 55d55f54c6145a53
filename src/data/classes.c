/*
 * classes.c - labels of a set as numbers of classes.
 */
#include <string.h>

#include "data/labels.h"
#include "data/source.h"

/* The class of a name: the same bytes if there is one, else the same integer;
 * -1: none. */
static int32_t find_class(const char *name, const char *const *classes,
                          int32_t count)
{
    for (int32_t i = 0; i < count; i++)
        if (strcmp(classes[i], name) == 0)
            return i;
    for (int32_t i = 0; label_is_integer(name) && i < count; i++)
        if (label_is_integer(classes[i]) &&
            label_compare_integers(classes[i], name) == 0)
            return i;
    return -1;
}

static enum status fail_unknown(const struct dataset *d, int64_t sample,
                                int32_t count, const struct origin *from,
                                struct err *e)
{
    /* With a key it is the configuration that does not fit its data. */
    return err_add(e, from->key ? ERR_CONFIG : ERR_DATA, from->file,
                   "%s%slabel '%s' of sample %lld is none of the %lld classes "
                   "of the training data",
                   from->key ? from->key : "", from->key ? ": " : "",
                   d->classes[d->labels[sample]], (long long)sample,
                   (long long)count);
}

/* Copies the class names: they may belong to another set. */
static enum status copy_classes(struct dataset *d, const char *const *classes,
                                int32_t count, struct err *e)
{
    const char **copy = arena_take(&d->arena, (size_t)count, sizeof *copy);

    for (int32_t i = 0; copy && i < count; i++)
        copy[i] = arena_strdup(&d->arena, classes[i]);
    d->classes = copy;
    d->class_count = count;
    return arena_check(&d->arena, e, "matching the classes");
}

enum status dataset_match(struct dataset *d, const char *const *classes,
                          int32_t count, const struct origin *from,
                          struct err *e)
{
    int32_t *place = mem_take((size_t)d->class_count, sizeof *place);

    if (!place)
        return err_memory(e, "matching the classes");
    for (int32_t i = 0; i < d->class_count; i++)
        place[i] = find_class(d->classes[i], classes, count);
    enum status s = OK;
    for (int64_t i = 0; s == OK && i < d->count; i++)
        if (place[d->labels[i]] < 0)
            s = fail_unknown(d, i, count, from, e);
    if (s == OK)
        s = copy_classes(d, classes, count, e);
    for (int64_t i = 0; s == OK && i < d->count; i++)
        d->labels[i] = place[d->labels[i]];
    mem_free(place);
    return s;
}
