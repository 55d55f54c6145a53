/*
 * labels.c - distinct label texts and their numbers.
 */
#include "data/labels.h"

#include <stdlib.h>
#include <string.h>

static bool add_name(struct labels *l, struct dict_entry *entry)
{
    if (!mem_grow(&l->name, &l->name_room, (size_t)l->count + 1,
                  sizeof *l->name))
        return false;
    entry->key = arena_strndup(&l->arena, entry->key, entry->length);
    entry->value = l->count;
    l->name[l->count++] = entry->key;
    return !l->arena.failed && l->count < INT32_MAX;
}

/* The number of a text, a new one if need be; -1 when memory is short. */
static int32_t number_of(struct labels *l, const char *bytes, size_t length)
{
    if (l->last.at && l->last.length == length &&
        memcmp(l->last.at, bytes, length) == 0)
        return l->last.number;
    struct dict_entry *entry = dict_add(&l->numbers, bytes, length);
    if (!entry || (entry->value < 0 && !add_name(l, entry)))
        return -1;
    l->last = (struct labels_last){entry->key, length, (int32_t)entry->value};
    return l->last.number;
}

enum status labels_add(struct labels *l, const char *bytes, size_t length,
                       struct err *e)
{
    const int32_t number = number_of(l, bytes, length);

    if (number < 0 ||
        !mem_grow(&l->of, &l->of_room, (size_t)l->samples + 1, sizeof *l->of))
        return err_memory(e, "reading labels");
    l->of[l->samples++] = number;
    return OK;
}

bool label_is_integer(const char *text)
{
    text += *text == '-' || *text == '+';
    return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* The digits without sign and leading zeros, "" for zero. */
static const char *magnitude(const char *integer)
{
    integer += *integer == '-' || *integer == '+';
    return integer + strspn(integer, "0");
}

static bool is_negative(const char *integer)
{
    return *integer == '-' && *magnitude(integer) != '\0';
}

int label_compare_integers(const char *a, const char *b)
{
    const bool negative = is_negative(a);

    if (negative != is_negative(b))
        return negative ? -1 : 1;
    const char *x = magnitude(negative ? b : a);
    const char *y = magnitude(negative ? a : b);
    const size_t x_length = strlen(x), y_length = strlen(y);
    if (x_length != y_length)
        return x_length < y_length ? -1 : 1;
    return strcmp(x, y);
}

/* "+007" is "7", "-0" is "0". */
static const char *canonical(struct arena *a, const char *integer)
{
    const char *digits = magnitude(integer);

    return arena_printf(a, "%s%s", is_negative(integer) ? "-" : "",
                        *digits ? digits : "0");
}

/* A name on its way to its place among the classes. */
struct ranked {
    const char *name;
    int32_t number;
};

static int by_value(const void *a, const void *b)
{
    return label_compare_integers(((const struct ranked *)a)->name,
                                  ((const struct ranked *)b)->name);
}

/* Sorts the names into d->target; place[number] is where each one went. */
static bool rank(const struct labels *l, struct dataset *d, int32_t *place)
{
    const size_t count = (size_t)l->count;
    struct ranked *ranked = mem_take(count, sizeof *ranked);
    const char **classes = arena_take(&d->arena, count, sizeof *classes);
    bool integers = true, good = ranked && classes;

    for (int32_t i = 0; good && i < l->count; i++) {
        ranked[i] = (struct ranked){l->name[i], i};
        integers = integers && label_is_integer(l->name[i]);
    }
    if (good)
        qsort(ranked, count, sizeof *ranked,
              integers ? by_value : rows_by_name);

    int32_t class_count = 0;
    for (int32_t i = 0; good && i < l->count; i++) {
        const char *name = ranked[i].name;
        const bool again =
            integers && i > 0 &&
            label_compare_integers(ranked[i - 1].name, name) == 0;
        if (!again)
            classes[class_count++] = integers ? canonical(&d->arena, name)
                                              : arena_strdup(&d->arena, name);
        place[ranked[i].number] = class_count - 1;
    }
    d->target = (struct target){TARGET_CLASS, class_count, classes};
    mem_free(ranked);
    return good && !d->arena.failed;
}

enum status labels_finish(struct labels *l, struct dataset *d, struct err *e)
{
    int32_t *place = mem_take((size_t)l->count, sizeof *place);
    int32_t *of = mem_take((size_t)l->samples, sizeof *of);
    const bool good = place && of && rank(l, d, place);

    for (int64_t i = 0; good && i < l->samples; i++)
        of[i] = place[l->of[i]];
    mem_free(place);
    labels_free(l);
    mem_free(d->labels);
    d->labels = of;
    return good ? OK : err_memory(e, "numbering the classes");
}

void labels_free(struct labels *l)
{
    arena_free(&l->arena);
    mem_free(l->name);
    dict_free(&l->numbers);
    mem_free(l->of);
    *l = (struct labels){0};
}
