/*
 * field_print.c - a filled struct as flow YAML that binds to it again.
 */
#include <inttypes.h>
#include <string.h>

#include "conf/expect.h"
#include "conf/field_read.h"

static bool is_zero(const void *member, size_t size)
{
    const unsigned char *byte = member;

    for (size_t i = 0; i < size; i++)
        if (byte[i])
            return false;
    return true;
}

/* Is the zero of this type a value of its own? */
static bool zero_is_value(const struct field *f)
{
    const bool is_number = f->type == FIELD_INT || f->type == FIELD_REAL ||
                           f->type == FIELD_REAL_OR_WORD ||
                           f->type == FIELD_PAIR ||
                           f->type == FIELD_PAIR_OR_WORD;

    return f->type == FIELD_BOOL ||
           (is_number && (!has_min(f) || f->min <= 0) &&
            (!has_max(f) || f->max >= 0));
}

static void print_pair(struct text *out, struct pair p)
{
    if (p.y == p.x)
        text_printf(out, "%" PRId64, p.y);
    else
        text_printf(out, "[%" PRId64 ", %" PRId64 "]", p.y, p.x);
}

static void print_word(struct text *out, const struct field *f,
                       const char *word)
{
    if (f->choices)
        text_puts(out, word);
    else
        field_print_text(out, word);
}

static void print_list(struct text *out, const struct field *f,
                       const void *member)
{
    const struct int_list *ints = member;
    const struct real_list *reals = member;
    const struct text_list *words = member;
    const int64_t count = f->type == FIELD_INT_LIST    ? ints->count
                          : f->type == FIELD_REAL_LIST ? reals->count
                                                       : words->count;

    text_puts(out, "[");
    for (int64_t i = 0; i < count; i++) {
        if (i > 0)
            text_puts(out, ", ");
        if (f->type == FIELD_INT_LIST)
            text_printf(out, "%" PRId64, ints->at[i]);
        else if (f->type == FIELD_REAL_LIST)
            real_add(out, reals->at[i]);
        else
            print_word(out, f, words->at[i]);
    }
    text_puts(out, "]");
}

/* A kind's rows may hold kinds: as deep as the tables are nested, which is
 * fixed when the program is built.  NOLINTBEGIN(misc-no-recursion) */
static void print_variant(struct text *out, const struct variant *v)
{
    struct text parameters = {0};

    if (v->kind->fields)
        field_print(&parameters, v->kind->fields, v->config);
    if (parameters.length > 0)
        text_printf(out, "{%s: {%s}}", v->kind->name, text_string(&parameters));
    else
        text_puts(out, v->kind->name);
    out->failed = out->failed || parameters.failed;
    text_free(&parameters);
}

static void print_value(struct text *out, const struct field *f,
                        const void *member)
{
    const struct pair_or_word *pair = member;
    const struct real_or_word *real = member;

    switch (f->type) {
    case FIELD_INT:
        text_printf(out, "%" PRId64, *(const int64_t *)member);
        break;
    case FIELD_REAL:
        real_add(out, *(const double *)member);
        break;
    case FIELD_BOOL:
        text_puts(out, *(const bool *)member ? "true" : "false");
        break;
    case FIELD_TEXT:
        print_word(out, f, *(const char *const *)member);
        break;
    case FIELD_PAIR:
        print_pair(out, *(const struct pair *)member);
        break;
    case FIELD_PAIR_OR_WORD:
        if (pair->word)
            text_puts(out, pair->word);
        else
            print_pair(out, pair->pair);
        break;
    case FIELD_REAL_OR_WORD:
        if (real->word)
            text_puts(out, real->word);
        else
            real_add(out, real->value);
        break;
    case FIELD_INT_LIST:
    case FIELD_REAL_LIST:
    case FIELD_TEXT_LIST:
        print_list(out, f, member);
        break;
    case FIELD_FRACTION:
        text_puts(out, ((const struct fraction *)member)->text);
        break;
    case FIELD_PATH:
        field_print_text(out, ((const struct path *)member)->written);
        break;
    case FIELD_VARIANT:
        print_variant(out, member);
        break;
    }
}

/* Zero members that have no zero value: absent or null.  A default of null
 * needs no `null_ok` to be one. */
static bool is_null(const struct field *f, const void *member)
{
    return (f->null_ok || (f->def && strcmp(f->def, "null") == 0)) &&
           !zero_is_value(f) && is_zero(member, field_size(f->type));
}

/* Appends `key: value`; false, and nothing, when the member is absent. */
static bool print_row(struct text *out, const struct field *f, const void *from)
{
    const void *member = field_member(f, from);
    const bool null = is_null(f, member);

    if ((f->optional && is_zero(member, field_size(f->type))) ||
        (null && !f->null_ok))
        return false;
    text_printf(out, "%s: ", f->key);
    if (null)
        text_puts(out, "null");
    else
        print_value(out, f, member);
    return true;
}

void field_print(struct text *out, const struct field *fields, const void *from)
{
    bool any = false;

    for (const struct field *f = fields; f && f->key; f++) {
        struct text row = {0};
        if (print_row(&row, f, from))
            text_printf(out, "%s%s", any ? ", " : "", text_string(&row));
        any = any || row.length > 0;
        out->failed = out->failed || row.failed;
        text_free(&row);
    }
}

void field_print_lines(struct text *out, const struct field *fields,
                       const void *from, int64_t indent)
{
    for (const struct field *f = fields; f && f->key; f++) {
        struct text row = {0};
        if (print_row(&row, f, from)) {
            text_pad(out, ' ', indent);
            text_printf(out, "%s\n", text_string(&row));
        }
        out->failed = out->failed || row.failed;
        text_free(&row);
    }
}
/* NOLINTEND(misc-no-recursion) */
