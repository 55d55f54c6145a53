/*
 * schema.c - tables of rows as JSON Schema.
 *
 * Only tables of finite depth exist: a row's kinds have rows of their own, and
 * no kind contains itself.
 */
#include "conf/schema.h"

#include <string.h>

#include "base/num.h"
#include "conf/expect.h"

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
    if (has_min(f)) {
        text_puts(out, ", \"minimum\": ");
        real_add(out, f->min);
    }
    if (has_max(f)) {
        text_puts(out, ", \"maximum\": ");
        real_add(out, f->max);
    }
}

static void add_number(struct text *out, const struct field *f,
                       const char *type)
{
    text_printf(out, "{\"type\": \"%s\"", type);
    add_bounds(out, f);
    text_puts(out, "}");
}

/* Any scalar is text to us, whatever an editor takes it for. */
static void add_text(struct text *out, const struct field *f)
{
    if (f->choices)
        add_words(out, f->choices);
    else
        text_puts(out, "{\"type\": [\"string\", \"number\", \"boolean\"]}");
}

static void add_entry(struct text *out, const struct field *f)
{
    if (f->type == FIELD_TEXT_LIST)
        add_text(out, f);
    else
        add_number(out, f, f->type == FIELD_REAL_LIST ? "number" : "integer");
}

static void add_list(struct text *out, const struct field *f)
{
    const bool is_pair = f->type == FIELD_PAIR || f->type == FIELD_PAIR_OR_WORD;
    const int64_t least = is_pair ? 2 : f->least;
    const int64_t most = is_pair ? 2 : f->most;

    text_puts(out, "{\"type\": \"array\", \"items\": ");
    add_entry(out, f);
    if (least > 0)
        text_printf(out, ", \"minItems\": %lld", (long long)least);
    if (most > 0)
        text_printf(out, ", \"maxItems\": %lld", (long long)most);
    text_puts(out, "}");
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

/* The forms that a value of the row may have, with commas between. */
static void add_forms(struct text *out, const struct field *f)
{
    switch (f->type) {
    case FIELD_INT:
        add_number(out, f, "integer");
        break;
    case FIELD_REAL:
        add_number(out, f, "number");
        break;
    case FIELD_BOOL:
        text_puts(out, "{\"type\": \"boolean\"}");
        break;
    case FIELD_TEXT:
        add_text(out, f);
        break;
    case FIELD_PATH:
        text_puts(out, "{\"type\": \"string\", \"minLength\": 1}");
        break;
    case FIELD_FRACTION:
        text_puts(out, "{\"type\": \"number\", \"minimum\": 0, "
                       "\"exclusiveMaximum\": 1}, {\"type\": \"string\", "
                       "\"pattern\": \"^[0-9]+/[1-9][0-9]*$\"}");
        break;
    case FIELD_PAIR_OR_WORD:
        add_words(out, f->choices);
        text_puts(out, ", ");
        add_entry(out, f);
        text_puts(out, ", ");
        add_list(out, f);
        break;
    case FIELD_REAL_OR_WORD:
        add_words(out, f->choices);
        text_puts(out, ", ");
        add_number(out, f, "number");
        break;
    case FIELD_PAIR:
    case FIELD_REAL_LIST:
    case FIELD_TEXT_LIST:
        add_entry(out, f);
        text_puts(out, ", ");
        add_list(out, f);
        break;
    case FIELD_INT_LIST:
        add_list(out, f);
        break;
    case FIELD_VARIANT:
        add_kinds(out, f);
        break;
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
    const bool is_text = f->type == FIELD_TEXT || f->type == FIELD_PATH;
    if (strcmp(def, "null") == 0 || def[0] == '[' || f->type == FIELD_BOOL)
        text_puts(out, def);
    else if (!is_text && f->type != FIELD_TEXT_LIST &&
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
