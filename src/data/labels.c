/*
 * labels.c - distinct label texts and their numbers.
 */
#include "data/labels.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 64 };

/* FNV-1a. */
static uint64_t hash_of(const char *bytes, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    return hash ^ hash >> 32;
}

static bool same(const char *name, const char *bytes, size_t length)
{
    return strncmp(name, bytes, length) == 0 && name[length] == '\0';
}

/* The slot of a text, or the free one where it belongs. */
static size_t find_slot(const struct labels *l, const char *bytes,
                        size_t length)
{
    const size_t mask = l->slot_count - 1;
    size_t at = (size_t)hash_of(bytes, length) & mask;

    while (l->slot[at] && !same(l->name[l->slot[at] - 1], bytes, length))
        at = (at + 1) & mask;
    return at;
}

/* Keeps the table at most half full. */
static bool grow_table(struct labels *l)
{
    if (l->slot_count > 2 * (size_t)l->count + 1)
        return true;
    int32_t *old = l->slot;
    const size_t slots = l->slot_count ? 2 * l->slot_count : FIRST_SLOTS;
    int32_t *fresh = mem_take(slots, sizeof *fresh);
    if (!fresh)
        return false;
    l->slot = fresh;
    l->slot_count = slots;
    for (int32_t i = 0; i < l->count; i++)
        fresh[find_slot(l, l->name[i], strlen(l->name[i]))] = i + 1;
    mem_free(old);
    return true;
}

static bool add_name(struct labels *l, const char *bytes, size_t length)
{
    const char **names =
        mem_grow(l->name, &l->name_room, (size_t)l->count + 1, sizeof *names);

    if (!names)
        return false;
    l->name = names;
    names[l->count] = arena_strndup(&l->arena, bytes, length);
    return !l->arena.failed && l->count < INT32_MAX - 1;
}

/* The number of a text, a new one if need be; -1 when memory is short. */
static int32_t number_of(struct labels *l, const char *bytes, size_t length)
{
    if (l->last.at && l->last.length == length &&
        memcmp(l->last.at, bytes, length) == 0)
        return l->last.number;
    if (!grow_table(l))
        return -1;
    const size_t at = find_slot(l, bytes, length);
    if (!l->slot[at]) {
        if (!add_name(l, bytes, length))
            return -1;
        l->slot[at] = ++l->count;
    }
    const int32_t number = l->slot[at] - 1;
    l->last = (struct labels_last){l->name[number], length, number};
    return number;
}

enum status labels_add(struct labels *l, const char *bytes, size_t length,
                       struct err *e)
{
    const int32_t number = number_of(l, bytes, length);
    int32_t *of = number < 0 ? NULL
                             : mem_grow(l->of, &l->of_room,
                                        (size_t)l->samples + 1, sizeof *of);

    if (!of)
        return err_memory(e, "reading labels");
    l->of = of;
    of[l->samples++] = number;
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

const char *label_canonical(struct arena *a, const char *integer)
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

static int by_bytes(const void *a, const void *b)
{
    return strcmp(((const struct ranked *)a)->name,
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
        qsort(ranked, count, sizeof *ranked, integers ? by_value : by_bytes);

    int32_t class_count = 0;
    for (int32_t i = 0; good && i < l->count; i++) {
        const char *name = ranked[i].name;
        const bool again =
            integers && i > 0 &&
            label_compare_integers(ranked[i - 1].name, name) == 0;
        if (!again)
            classes[class_count++] = integers ? label_canonical(&d->arena, name)
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
    mem_free(l->slot);
    mem_free(l->of);
    *l = (struct labels){0};
}
