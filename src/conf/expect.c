/*
 * expect.c - a row in words: what a value of it must be, and what is said of
 * one that is not.  Messages, help and man page say it alike.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "conf/field_type.h"
#include "conf/source.h"

bool is_among(const char *word, const char *const *words)
{
    for (; words && *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

void real_add(struct text *out, double value)
{
    char digits[32];

    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    text_puts(out, digits);
}

/* "in [1, 100]", "of at least 1"; nothing without bounds. */
static void add_range(struct text *out, const struct field *f)
{
    if (f->type->range) {
        text_puts(out, f->type->range);
    } else if (has_min(f) && has_max(f)) {
        text_puts(out, "in [");
        real_add(out, f->min);
        text_puts(out, ", ");
        real_add(out, f->max);
        text_puts(out, "]");
    } else if (has_min(f)) {
        text_puts(out, "of at least ");
        real_add(out, f->min);
    }
}

static void add_words(struct text *out, const struct field *f)
{
    const char *comma = "one of ";

    for (size_t i = 0; f->choices && f->choices[i]; i++, comma = ", ")
        text_printf(out, "%s%s", comma, f->choices[i]);
    for (size_t i = 0; f->kinds && f->kinds[i]; i++, comma = ", ")
        text_printf(out, "%s%s", comma, f->kinds[i]->name);
}

/* How many entries a list takes. */
static void add_length(struct text *out, const struct field *f)
{
    if (f->least > 0 && f->most == f->least)
        text_printf(out, ", %lld of them", (long long)f->least);
    else if (f->least > 0 && f->most > 0)
        text_printf(out, ", %lld to %lld of them", (long long)f->least,
                    (long long)f->most);
    else if (f->least > 0)
        text_printf(out, ", at least %lld", (long long)f->least);
    else if (f->most > 0)
        text_printf(out, ", at most %lld", (long long)f->most);
}

/* The values that are no words of the row. */
static void add_values(struct text *out, const struct field *f)
{
    const bool is_character =
        f->type == &type_text && f->least == 1 && f->most == 1;

    text_puts(out, is_character ? "a single character" : f->type->expect);
    if (f->type->range || has_min(f)) {
        text_puts(out, " ");
        add_range(out, f);
    }
    if (f->type->is_list)
        add_length(out, f);
}

/* NOLINTNEXTLINE(misc-no-recursion): a group's first row holds no group */
void field_expect(struct text *out, const struct field *f)
{
    const char *between = f->number ? " or " : f->type->between;

    if (between || (!f->choices && !f->kinds))
        add_values(out, f);
    if (between && (f->choices || f->kinds))
        text_puts(out, between);
    add_words(out, f);
    if (f->group && f->short_first) {
        text_printf(out, " or its %s alone, ", f->group->fields->key);
        field_expect(out, f->group->fields);
    }
    if (f->null_ok)
        text_puts(out, " or null");
}

const char *row_expect(struct arena *arena, const struct field *f)
{
    struct text want = {0};

    field_expect(&want, f);
    return arena_text(arena, &want);
}

void field_sample(struct text *out, const struct field *f)
{
    const bool in_list = f->type->is_list && f->type->sample[0] == '[';
    const char *word = f->choices ? f->choices[0]
                       : f->kinds ? f->kinds[0]->name
                                  : f->type->sample;
    double wish;

    if (f->sample || f->def) {
        text_puts(out, f->sample ? f->sample : f->def);
    } else if ((f->choices || f->kinds) && in_list) {
        text_printf(out, "[%s]", word);
    } else if (num_parse_real(word, &wish)) {
        if (has_min(f) && wish < f->min)
            wish = f->min;
        if (has_max(f) && wish > f->max)
            wish = f->max;
        real_add(out, wish);
    } else {
        text_puts(out, word);
    }
}

void meant_offer(struct meant *m, const char *name, const char *aka)
{
    char word[AKA_BYTES];

    nearest_offer(&m->ours, name, name);
    while (aka && field_next_aka(&aka, word))
        nearest_offer(&m->theirs, word, name);
}

bool field_next_aka(const char **aka, char word[AKA_BYTES])
{
    const size_t length = strcspn(*aka, " ");

    snprintf(word, AKA_BYTES, "%.*s", (int)length, *aka);
    *aka += length + strspn(*aka + length, " ");
    return length > 0;
}

const char *meant_word(const struct meant *m)
{
    const bool is_theirs = m->theirs.found && m->theirs.distance == 0;

    return m->ours.found && !is_theirs ? m->ours.found : m->theirs.found;
}

const struct kind *kind_meant(const struct kind *const *kinds, const char *word)
{
    struct meant meant = meant_by(word);

    for (const struct kind *const *k = kinds; k && *k; k++)
        meant_offer(&meant, (*k)->name, (*k)->aka);
    const char *name = meant_word(&meant);
    return name ? kind_find(kinds, name) : NULL;
}

enum status kind_unknown(const struct tree *t, const struct node *n,
                         const char *what, const char *word,
                         const struct kind *const *kinds, struct err *e)
{
    const struct kind *meant = kind_meant(kinds, word);
    const struct field all = {.kinds = kinds};
    struct text list = {0};

    if (!meant) {
        text_puts(&list, ", expected ");
        add_words(&list, &all);
    }
    tree_error(t, n, AT_VALUE, NULL, e, "unknown %s '%.*s'%s%s", what,
               (int)source_clip(word, 60), word, text_string(&list),
               did_you_mean(meant ? meant->name : NULL).text);
    text_free(&list);
    return ERR_CONFIG;
}

const char *choice_called(const struct field *f, const char *aka,
                          const char *word)
{
    const size_t length = strlen(word);
    char pair[AKA_BYTES];

    while (aka && field_next_aka(&aka, pair))
        for (size_t i = 0; f->choices[i]; i++)
            if (strncmp(pair, word, length) == 0 && pair[length] == '=' &&
                strcmp(pair + length + 1, f->choices[i]) == 0)
                return f->choices[i];
    return NULL;
}

enum status value_mismatch(const struct source_value *v)
{
    const struct node *n = v->node;
    const struct found found = node_found(n);
    const bool is_word = n->kind == NODE_SCALAR && !node_is_null(n);
    const char *want = row_expect(v->tree->arena, v->field);
    const bool is_choice = is_word && strncmp(want, "one of ", 7) == 0;
    const char *meant = NULL;

    if (is_word && v->field->choices) {
        meant = text_nearest(n->text, v->field->choices);
        if (!meant)
            meant = choice_called(v->field, v->field->choices_aka, n->text);
    } else if (is_word) {
        const struct kind *kind = kind_meant(v->field->kinds, n->text);
        meant = kind ? kind->name : NULL;
    }
    return tree_error(v->tree, n, AT_VALUE, NULL, v->e, "%s%s%s%s%s",
                      is_choice ? "" : "expected ",
                      is_choice ? found.text : want,
                      is_choice ? " is not " : ", got ",
                      is_choice ? want : found.text, did_you_mean(meant).text);
}

bool value_in_range(const struct source_value *v, double value)
{
    const struct field *f = v->field;
    struct text range = {0};
    bool inside =
        (!has_min(f) || value >= f->min) && (!has_max(f) || value <= f->max);

    if (f->type->range)
        inside = value >= 0 && value < 1 && inside;
    if (inside)
        return true;
    if (f->type->range || has_max(f)) {
        text_puts(&range, "not ");
        add_range(&range, f);
    } else {
        text_puts(&range, "less than ");
        real_add(&range, f->min);
    }
    tree_error(v->tree, v->node, AT_VALUE, NULL, v->e, "%s is %s",
               v->node->text, text_string(&range));
    text_free(&range);
    return false;
}
