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

void schema_string(struct text *out, const char *text)
{
    text_puts(out, "\"");
    for (; *text; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            text_printf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            text_printf(out, "\\u%04x", c);
        else
            text_add(out, text, 1);
    }
    text_puts(out, "\"");
}

static void add_words(struct text *out, const char *const *words)
{
    text_puts(out, "{\"enum\": [");
    for (size_t i = 0; words[i]; i++) {
        text_puts(out, i ? ", " : "");
        schema_string(out, words[i]);
    }
    text_puts(out, "]}");
}

static void add_bounds(struct text *out, const struct field *f)
{
    if (!f->type->range && has_min(f)) {
        text_puts(out, ", \"minimum\": ");
        real_add(out, f->min);
    }
    if (!f->type->range && has_max(f)) {
        text_puts(out, ", \"maximum\": ");
        real_add(out, f->max);
    }
}

/* `{leaky_rectify: {leakiness: 0.2}}`.  As deep as the tables are nested.
 * NOLINTBEGIN(misc-no-recursion) */
static void add_kind(struct text *out, const struct kind *kind)
{
    const struct field *const tables[] = {kind->fields, NULL};

    text_puts(out, "{\"type\": \"object\", \"properties\": {");
    schema_string(out, kind->name);
    text_puts(out, ": ");
    schema_object(out, tables, NULL);
    text_puts(out, "}, \"required\": [");
    schema_string(out, kind->name);
    text_puts(out, "], \"additionalProperties\": false}");
}

static void add_kinds(struct text *out, const struct field *f)
{
    text_puts(out, "{\"enum\": [");
    for (size_t i = 0; f->kinds && f->kinds[i]; i++) {
        text_puts(out, i ? ", " : "");
        schema_string(out, f->kinds[i]->name);
    }
    text_puts(out, "]}");
    for (size_t i = 0; f->kinds && f->kinds[i]; i++) {
        text_puts(out, ", ");
        add_kind(out, f->kinds[i]);
    }
    if (f->number)
        text_puts(out, ", {\"type\": \"number\"}");
}

static void add_forms(struct text *out, const struct field *f);

static void add_list(struct text *out, const struct field *f,
                     const struct field *entry)
{
    const bool is_pair = f->type == &type_pair;
    const int64_t least = is_pair ? 2 : f->least;
    const int64_t most = is_pair ? 2 : f->most;

    text_puts(out, "{\"type\": \"array\", \"items\": ");
    add_forms(out, entry);
    if (least > 0)
        text_printf(out, ", \"minItems\": %lld", (long long)least);
    if (most > 0)
        text_printf(out, ", \"maxItems\": %lld", (long long)most);
    text_puts(out, "}");
}

/* The forms that a value of the row may have, with commas between. */
static void add_forms(struct text *out, const struct field *f)
{
    const struct field_type *type = f->type;
    const bool has_words = f->choices && !type->is_list;

    if (has_words)
        add_words(out, f->choices);
    if (f->kinds && !type->schema) {
        add_kinds(out, f);
    } else if (type->entry) {
        const struct field entry = entry_row(f);
        text_puts(out, has_words ? ", " : "");
        if (!type->is_list || type->is_lone)
            add_forms(out, &entry);
        text_puts(out, type->is_list && type->is_lone ? ", " : "");
        if (type->is_list)
            add_list(out, f, &entry);
    } else if (!has_words) {
        text_printf(out, "{%s", type->schema);
        add_bounds(out, f);
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
    text_puts(out, ", \"default\": ");
    if (strcmp(def, "null") == 0 || def[0] == '[' || f->type == &type_bool)
        text_puts(out, def);
    else if (f->type != &type_text && f->type != &type_text_list &&
             num_parse_real(def, &number))
        real_add(out, number);
    else
        schema_string(out, def);
}

void schema_value(struct text *out, const struct field *f)
{
    text_puts(out, "{\"anyOf\": [");
    add_forms(out, f);
    text_puts(out, f->null_ok ? ", {\"type\": \"null\"}]" : "]");
    add_default(out, f);
    if (f->doc) {
        text_puts(out, ", \"description\": ");
        schema_string(out, f->doc);
    }
    text_puts(out, "}");
}

void schema_properties(struct text *out, const struct field *fields)
{
    for (const struct field *f = fields; f && f->key; f++) {
        text_puts(out, f == fields ? "" : ", ");
        schema_string(out, f->key);
        text_puts(out, ": ");
        schema_value(out, f);
    }
}

static void add_required(struct text *out, const struct field *const *tables)
{
    const char *comma = "";

    text_puts(out, ", \"required\": [");
    for (; *tables; tables++)
        for (const struct field *f = *tables; f->key; f++) {
            if (f->def || f->optional)
                continue;
            text_puts(out, comma);
            schema_string(out, f->key);
            comma = ", ";
        }
    text_puts(out, "]");
}

void schema_object(struct text *out, const struct field *const *tables,
                   const char *more)
{
    bool any = false;

    text_puts(out, "{\"type\": \"object\", \"properties\": {");
    for (size_t i = 0; tables[i]; i++) {
        text_puts(out, any && tables[i]->key ? ", " : "");
        schema_properties(out, tables[i]);
        any = any || tables[i]->key;
    }
    if (more && *more)
        text_printf(out, "%s%s", any ? ", " : "", more);
    text_puts(out, "}");
    add_required(out, tables);
    text_puts(out, ", \"additionalProperties\": false}");
}
/* NOLINTEND(misc-no-recursion) */
