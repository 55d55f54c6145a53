/*
 * target.c - are the names of classes and numbers sound?
 */
#include "data/target.h"

#include <string.h>

#include "base/utf8.h"

const char *target_noun(enum target_kind kind)
{
    static const char *const nouns[] = {
        [TARGET_CLASS] = "classes",
        [TARGET_REAL] = "regression",
        [TARGET_LABELS] = "labels",
        [TARGET_INPUTS] = "its own inputs",
    };

    return nouns[kind];
}

const char *target_word(enum target_kind kind)
{
    static const char *const words[] = {
        [TARGET_CLASS] = "class",
        [TARGET_REAL] = "real",
        [TARGET_LABELS] = "labels",
        [TARGET_INPUTS] = "inputs",
    };

    return words[kind];
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
    const int64_t count = t->names ? t->width : 0;

    for (int64_t i = 0; i < count; i++)
        if (!is_plain(t->names[i]))
            return "a name has control characters or is no UTF-8";
    for (int64_t i = 0; i < target_classes(t) && t->names; i++)
        if (*t->names[i] == '\0')
            return "a class name is empty";
    return t->kind == TARGET_CLASS && text_twin(t->names, count, scratch)
               ? "two classes have one name"
               : NULL;
}
