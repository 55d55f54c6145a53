/*
 * field_print.c - a filled struct as flow YAML that binds to it again.
 */
#include <string.h>

#include "conf/field_type.h"

static bool is_zero(const void *member, size_t size)
{
    const unsigned char *byte = member;

    for (size_t i = 0; i < size; i++)
        if (byte[i])
            return false;
    return true;
}

/* Is the zero of this row a value of its own? */
static bool zero_is_value(const struct field *f)
{
    return f->type->has_zero && (!has_min(f) || f->min <= 0) &&
           (!has_max(f) || f->max >= 0);
}

/* A default of null needs no `null_ok` to be one. */
bool member_is_null(const struct field *f, const void *member)
{
    return (f->null_ok || (f->def && strcmp(f->def, "null") == 0)) &&
           !zero_is_value(f) && is_zero(member, f->type->size);
}

bool field_is_absent(const struct field *f, const void *from)
{
    const void *member = (const char *)from + f->offset;

    return (f->optional && is_zero(member, f->type->size)) ||
           (!f->null_ok && member_is_null(f, member));
}

void field_print_value(struct text *out, const struct field *f,
                       const void *from)
{
    const void *member = (const char *)from + f->offset;

    if (member_is_null(f, member))
        text_puts(out, "null");
    else
        f->type->print(out, f, member);
}

void field_print(struct text *out, const struct field *fields, const void *from)
{
    const char *comma = "";

    for (const struct field *f = fields; f && f->key; f++) {
        if (field_is_absent(f, from))
            continue;
        text_printf(out, "%s%s: ", comma, f->key);
        field_print_value(out, f, from);
        comma = ", ";
    }
}

void field_print_lines(struct text *out, const struct field *fields,
                       const void *from, int64_t indent)
{
    for (const struct field *f = fields; f && f->key; f++) {
        if (field_is_absent(f, from))
            continue;
        text_pad(out, ' ', indent);
        text_printf(out, "%s: ", f->key);
        field_print_value(out, f, from);
        text_puts(out, "\n");
    }
}
