/*
 * describe.c - tables of rows as text for people.
 */
#include "conf/describe.h"

#include <string.h>

#include "base/num.h"

static const char *default_of(const struct field *f)
{
    if (f->def)
        return f->def;
    return f->optional ? "none" : "required";
}

/* A labelled line, or more. */
static void add_words(struct text *out, const char *label, struct text *words)
{
    text_printf(out, "  %-9s", label);
    text_wrap(out, "", 11, text_string(words));
    text_drop(out, words);
}

void describe_field(struct text *out, const struct field *f, const char *prefix)
{
    struct text value = {0}, words = {0};
    const char *aka = f->aka ? f->aka : "";
    char word[AKA_BYTES];

    text_printf(out, "%s%s%s\n", prefix, *prefix ? "." : "", f->key);
    field_expect(&value, f);
    add_words(out, "value", &value);
    text_printf(out, "  default  %s\n", default_of(f));
    if (f->unit)
        text_printf(out, "  unit     %s\n", f->unit);
    while (field_next_aka(&aka, word))
        text_printf(&words, "%s%s", words.length ? ", " : "", word);
    if (words.length > 0)
        add_words(out, "aka", &words);
    text_puts(out, "  ");
    text_wrap(out, "", 2, f->doc ? f->doc : "");
    if (f->kinds) {
        text_puts(out, "\n");
        describe_kinds(out, f->kinds);
    }
}

void describe_table(struct text *out, const struct field *fields)
{
    int64_t keys = 0, defaults = 0;

    for (const struct field *f = fields; f && f->key; f++) {
        keys = num_max(keys, (int64_t)strlen(f->key));
        defaults = num_max(defaults, (int64_t)strlen(default_of(f)));
    }
    for (const struct field *f = fields; f && f->key; f++) {
        text_printf(out, "  %-*s  %-*s  ", (int)keys, f->key, (int)defaults,
                    default_of(f));
        text_wrap(out, "", keys + defaults + 6, f->doc ? f->doc : "");
    }
}

void describe_kinds(struct text *out, const struct kind *const *kinds)
{
    int64_t names = 0;

    for (size_t i = 0; kinds[i]; i++)
        names = num_max(names, (int64_t)strlen(kinds[i]->name));
    for (size_t i = 0; kinds[i]; i++) {
        text_printf(out, "  %-*s  ", (int)names, kinds[i]->name);
        text_wrap(out, "", names + 4, kinds[i]->doc);
    }
}
