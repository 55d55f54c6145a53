/*
 * target.c - are the names of classes and numbers sound?
 */
#include "data/target.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void target_list(struct text *out, const char *title, const struct target *t,
                 const int64_t *counts, bool above)
{
    enum { SHOWN = 20 };
    int64_t found = 0;

    for (int64_t i = 0; i < t->width; i++) {
        if ((counts[i] > 0) != above || found++ >= SHOWN)
            continue;
        text_printf(out, "%s%s", found > 1 ? "" : title,
                    found > 1 ? ", " : ": ");
        text_shown(out, t->names[i]);
    }
    if (found > SHOWN)
        text_printf(out, " and %lld more", (long long)(found - SHOWN));
    text_puts(out, found > 0 ? "\n" : "");
}

static bool is_plain(const char *name)
{
    uint32_t code = 0;
    size_t length;

    for (; *name; name += length) {
        length = utf8_decode(name, strnlen(name, 4), &code);
        if (length == 0 || (utf8_is_control(code) && !strchr("\t\n\r", *name)))
            return false;
    }
    return true;
}

const char *target_fault(const struct target *t, struct arena *scratch)
{
    const size_t count = t->names ? (size_t)t->width : 0;
    const char **sorted = arena_take(scratch, count, sizeof *sorted);

    for (size_t i = 0; i < count; i++)
        if (!is_plain(t->names[i]))
            return "a name has control characters or is no UTF-8";
    if (!sorted || count == 0 || t->kind != TARGET_CLASS)
        return NULL;
    memcpy(sorted, t->names, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_bytes);
    if (*sorted[0] == '\0')
        return "a class name is empty";
    for (size_t i = 1; i < count; i++)
        if (strcmp(sorted[i - 1], sorted[i]) == 0)
            return "two classes have one name";
    return NULL;
}
