/*
 * expect.c - a row in words.
 */
#include "conf/expect.h"

#include <stdio.h>
#include <stdlib.h>

bool has_max(const struct field *f)
{
    return f->max > f->min || (f->min != 0 && f->max == f->min);
}

bool has_min(const struct field *f)
{
    return f->min != 0 || f->max > 0;
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

void expect_range(struct text *out, const struct field *f)
{
    if (f->type == FIELD_FRACTION) {
        text_puts(out, "in [0, 1)");
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

static void add_ranged(struct text *out, const char *what,
                       const struct field *f)
{
    struct text range = {0};

    expect_range(&range, f);
    text_puts(out, what);
    if (range.length > 0)
        text_printf(out, " %s", text_string(&range));
    out->failed = out->failed || range.failed;
    text_free(&range);
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

static void add_scalar(struct text *out, const struct field *f)
{
    if (f->type == FIELD_INT)
        add_ranged(out, "an integer", f);
    else if (f->type == FIELD_REAL)
        add_ranged(out, "a number", f);
    else if (f->type == FIELD_BOOL)
        text_puts(out, "true or false");
    else if (f->type == FIELD_FRACTION)
        add_ranged(out, "a number or a fraction such as 1/3", f);
    else if (f->type == FIELD_PATH)
        text_puts(out, "a path");
    else if (f->choices)
        add_words(out, f);
    else if (f->least == 1 && f->most == 1)
        text_puts(out, "a single character");
    else
        text_puts(out, "text");
}

static void add_compound(struct text *out, const struct field *f)
{
    if (f->type == FIELD_PAIR || f->type == FIELD_PAIR_OR_WORD)
        add_ranged(out, "an integer or a pair of integers", f);
    else if (f->type == FIELD_REAL_OR_WORD)
        add_ranged(out, "a number", f);
    else if (f->type == FIELD_INT_LIST)
        add_ranged(out, "a list of integers", f);
    else if (f->type == FIELD_REAL_LIST)
        add_ranged(out, "a number or a list of numbers", f);
    else if (f->type == FIELD_TEXT_LIST)
        text_puts(out, "a word or a list of words");
    if (f->type == FIELD_VARIANT && f->number)
        text_puts(out, "a number");
    if (f->type == FIELD_INT_LIST || f->type == FIELD_REAL_LIST ||
        f->type == FIELD_TEXT_LIST)
        add_length(out, f);
    if (!f->choices && !f->kinds)
        return;
    if (f->type == FIELD_TEXT_LIST)
        text_puts(out, ", each ");
    else if (f->type == FIELD_PAIR_OR_WORD || f->type == FIELD_REAL_OR_WORD ||
             f->number)
        text_puts(out, " or ");
    add_words(out, f);
}

void expect_add(struct text *out, const struct field *f)
{
    switch (f->type) {
    case FIELD_INT:
    case FIELD_REAL:
    case FIELD_BOOL:
    case FIELD_TEXT:
    case FIELD_FRACTION:
    case FIELD_PATH:
        add_scalar(out, f);
        break;
    case FIELD_PAIR:
    case FIELD_PAIR_OR_WORD:
    case FIELD_REAL_OR_WORD:
    case FIELD_INT_LIST:
    case FIELD_REAL_LIST:
    case FIELD_TEXT_LIST:
    case FIELD_VARIANT:
        add_compound(out, f);
        break;
    }
    if (f->null_ok)
        text_puts(out, " or null");
}
