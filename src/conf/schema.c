/*
 * schema.c - tables of rows as JSON Schema.
 *
 * Only tables of finite depth exist: a row's kinds have rows of their own, and
 * no kind contains itself.
 */
#include "conf/schema.h"

#include <string.h>

#include "base/num.h"
#include "conf/field_type.h"

void schema_item(struct text *out)
{
    if (out->length > 0 && !strchr("{[", out->at[out->length - 1]))
        text_puts(out, ", ");
}

void schema_key(struct text *out, const char *key)
{
    schema_item(out);
    field_print_quoted(out, key);
    text_puts(out, ": ");
}

/* To an editor `true` is no text. */
void schema_words(struct text *out, const char *const *words)
{
    static const char *const booleans[] = {"true", "false", NULL};

    text_puts(out, "{\"enum\": [");
    for (; *words; words++) {
        schema_item(out);
        field_print_quoted(out, *words);
        if (is_among(*words, booleans))
            text_printf(out, ", %s", *words);
    }
    text_puts(out, "]}");
}

/* `"minimum": 1`, if `is_bounded`. */
static void add_bound(struct text *out, const char *key, bool is_bounded,
                      double value)
{
    if (!is_bounded)
        return;
    schema_key(out, key);
    real_add(out, value);
}

/* NOLINTBEGIN(misc-no-recursion): as deep as the tables are nested. */
static void put_parameters(struct text *out, const struct kind *kind)
{
    static const struct field none[] = {{0}};
    const struct field *const inner[] = {kind->fields ? kind->fields : none,
                                         NULL};

    schema_object(out, inner, NULL, NULL);
}

static void put_kind(struct text *out, const struct kind *kind,
                     const struct field *around, bool short_first)
{
    const struct field *const outer[] = {around, NULL};
    const bool is_short = short_first && kind->fields && kind->fields->key;
    struct text more = {0};

    schema_key(&more, kind->name);
    text_puts(&more, is_short ? "{\"anyOf\": [" : "");
    put_parameters(&more, kind);
    if (is_short) {
        text_puts(&more, ", ");
        schema_value(&more, kind->fields);
        text_puts(&more, "]}");
    }
    schema_object(out, outer, &more, kind->name);
}

void schema_kind(struct text *out, const struct kind *kind,
                 const struct field *around)
{
    put_kind(out, kind, around, false);
}

static void add_kinds(struct text *out, const struct field *f)
{
    text_puts(out, "{\"enum\": [");
    for (size_t i = 0; f->kinds[i]; i++) {
        schema_item(out);
        field_print_quoted(out, f->kinds[i]->name);
    }
    text_puts(out, "]}");
    for (size_t i = 0; f->kinds[i]; i++) {
        schema_item(out);
        put_kind(out, f->kinds[i], NULL, f->short_first);
    }
    if (f->number)
        text_puts(out, ", {\"type\": \"number\"}");
}

static void add_forms(struct text *out, const struct field *f);

static void add_list(struct text *out, const struct field *f,
                     const struct field *entry)
{
    const bool is_pair = f->type == &type_pair;
    const bool has_forms = f->null_ok || entry->type->entry || entry->kinds;
    const int64_t least = is_pair ? 2 : f->least;
    const int64_t most = is_pair ? 2 : f->most;

    schema_item(out);
    text_puts(out, "{\"type\": \"array\", \"items\": ");
    text_puts(out, has_forms ? "{\"anyOf\": [" : "");
    add_forms(out, entry);
    text_puts(out, f->null_ok ? ", {\"type\": \"null\"}" : "");
    text_puts(out, has_forms ? "]}" : "");
    add_bound(out, "minItems", least > 0, (double)least);
    add_bound(out, "maxItems", most > 0, (double)most);
    text_puts(out, "}");
}

static void add_bounds(struct text *out, const struct field *f)
{
    add_bound(out, "minimum", !f->type->range && has_min(f), f->min);
    add_bound(out, "maximum", !f->type->range && has_max(f), f->max);
}

/* The members of the type's schema; the row's bounds are those of each number
 * in it. */
static void add_type(struct text *out, const struct field *f)
{
    static const char number[] = "\"type\": \"number\"";
    const char *rest = f->type->schema, *at = strstr(rest, number);

    if (!at) {
        text_puts(out, rest);
        add_bounds(out, f);
        return;
    }
    for (; at; at = strstr(rest, number)) {
        const char *end = at + strlen(number);
        text_printf(out, "%.*s", (int)(end - rest), rest);
        add_bounds(out, f);
        rest = end;
    }
    text_puts(out, rest);
}

/* The forms that a value of the row may have, with commas between. */
static void add_forms(struct text *out, const struct field *f)
{
    const struct field_type *type = f->type;
    const bool has_words = f->choices && !type->is_list;

    if (has_words)
        schema_words(out, f->choices);
    if (f->group) {
        put_parameters(out, f->group);
        if (f->short_first) {
            schema_item(out);
            add_forms(out, f->group->fields);
        }
    } else if (f->kinds && !type->entry) {
        add_kinds(out, f);
    } else if (type->entry) {
        const struct field entry = entry_row(f);
        if (has_words)
            schema_item(out);
        if (!type->is_list || type->is_lone)
            add_forms(out, &entry);
        if (type->is_list)
            add_list(out, f, &entry);
        if (type->schema) {
            schema_item(out);
            text_printf(out, "{%s}", type->schema);
        }
    } else if (!has_words || type->between) {
        if (has_words)
            schema_item(out);
        text_puts(out, "{");
        add_type(out, f);
        text_puts(out, "}");
    }
}

/* A default that is a mapping, or a list of words, has no simple JSON form. */
static void add_default(struct text *out, const struct field *f)
{
    const char *def = f->def;
    double number;

    if (!def || def[0] == '{' ||
        (def[0] == '[' && def[strspn(def, "[]0123456789, -")] != '\0'))
        return;
    schema_key(out, "default");
    if (strcmp(def, "null") == 0 || def[0] == '[' || f->type == &type_bool)
        text_puts(out, def);
    else if (f->type != &type_text && f->type != &type_text_list &&
             num_parse_real(def, &number))
        real_add(out, number);
    else
        field_print_quoted(out, def);
}

void schema_value(struct text *out, const struct field *f)
{
    text_puts(out, "{\"anyOf\": [");
    add_forms(out, f);
    text_puts(out, f->null_ok ? ", {\"type\": \"null\"}]" : "]");
    add_default(out, f);
    if (f->doc) {
        schema_key(out, "description");
        field_print_quoted(out, f->doc);
    }
    text_puts(out, "}");
}

void schema_properties(struct text *out, const struct field *fields)
{
    for (const struct field *f = fields; f && f->key; f++) {
        schema_key(out, f->key);
        schema_value(out, f);
    }
}

void schema_object(struct text *out, const struct field *const *tables,
                   struct text *more, const char *required)
{
    text_puts(out, "{\"type\": \"object\", \"properties\": {");
    for (size_t i = 0; tables[i]; i++)
        schema_properties(out, tables[i]);
    if (more && more->length > 0)
        schema_item(out);
    if (more)
        text_join(out, more);
    text_puts(out, "}, \"required\": [");
    for (; *tables; tables++)
        for (const struct field *f = *tables; f->key; f++)
            if (!f->def && !f->optional) {
                schema_item(out);
                field_print_quoted(out, f->key);
            }
    if (required) {
        schema_item(out);
        field_print_quoted(out, required);
    }
    text_puts(out, "], \"additionalProperties\": false}");
}
/* NOLINTEND(misc-no-recursion) */
