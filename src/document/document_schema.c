/*
 * document_schema.c - sections, sources, layers and update rules as one schema.
 */
#include <string.h>

#include "conf/schema.h"
#include "document/documents.h"
#include "document/sections.h"
#include "layer/layer.h"
#include "loss/loss.h"
#include "notation/notation.h"
#include "source/source.h"
#include "update/update.h"

enum { MAX_ROWS = 48 };

/* A member of one table. */
static void put_table(struct text *out, const char *key,
                      const struct field *fields)
{
    const struct field *const tables[] = {fields, NULL};

    schema_key(out, key);
    schema_object(out, tables, NULL, NULL);
}

/* Another form of a value, on a line of its own. */
static void next_form(struct text *out)
{
    schema_item(out);
    text_puts(out, "\n");
}

/* Opens the object that was written last. */
static void reopen(struct text *out)
{
    if (out->length > 0)
        out->at[--out->length] = '\0';
}

static void put_sources(struct text *out)
{
    text_puts(out, "{\"anyOf\": [");
    for (size_t i = 0; source_registry[i]; i++) {
        const struct kind *k = &source_registry[i]->kind;
        const struct field *const flat[] = {k->fields, source_fields, NULL};
        next_form(out);
        if (source_registry[i]->nested)
            schema_kind(out, k, source_fields);
        else
            schema_object(out, flat, NULL, NULL);
    }
    text_puts(out, "]}");
}

static void put_data(struct text *out)
{
    static const char source[] = "{\"$ref\": \"#/definitions/source\"}";
    const struct field *const standard[] = {standardize_fields, NULL};
    const struct field *const constants[] = {constants_fields, NULL};
    const struct field *const own[] = {data_fields, NULL};
    struct text parts = {0};

    text_printf(&parts, "\"train\": %s, \"valid\": %s, \"test\": %s", source,
                source, source);
    put_table(&parts, "split", split_fields);
    schema_key(&parts, "normalize");
    text_puts(&parts, "{\"anyOf\": [");
    schema_words(&parts, normalize_words);
    schema_item(&parts);
    schema_object(&parts, standard, NULL, NULL);
    schema_item(&parts);
    schema_object(&parts, constants, NULL, NULL);
    text_puts(&parts, "]}");
    schema_object(out, own, &parts, "train");
    reopen(out);
    text_puts(out, ", \"not\": {\"required\": [\"valid\", \"split\"]}}");
}

/* Does every key have a default, so that the bare name is a layer? */
static bool can_be_bare(const struct kind *k)
{
    for (const struct field *f = k->fields; f && f->key; f++)
        if (!f->def && !f->optional)
            return false;
    return true;
}

/* A layer with its keys, or a notation, which may be a list of layers. */
static void put_entry(struct text *out, const struct kind *k,
                      const struct field *const *tables, bool is_list)
{
    static const struct field *const around[] = {NULL};
    struct text value = {0};

    schema_key(&value, k->name);
    text_puts(&value, is_list ? "{\"anyOf\": [" : "");
    schema_object(&value, tables, NULL, NULL);
    text_puts(&value,
              is_list ? ", {\"$ref\": \"#/definitions/layers\"}]}" : "");
    next_form(out);
    schema_object(out, around, &value, k->name);
    reopen(out);
    schema_key(out, "description");
    field_print_quoted(out, k->doc);
    text_puts(out, "}");
}

static void put_layer(struct text *out)
{
    text_puts(out, "{\"anyOf\": [\n{\"enum\": [");
    for (size_t i = 0; layer_kinds[i]; i++)
        if (can_be_bare(layer_kinds[i])) {
            schema_item(out);
            field_print_quoted(out, layer_kinds[i]->name);
        }
    text_puts(out, "]}");
    for (size_t i = 0; layer_kinds[i]; i++) {
        const struct kind *k = layer_kinds[i];
        const struct field *const tables[] = {
            k->fields ? k->fields : layer_fields,
            k->fields ? layer_fields : NULL,
            k->fields && notation_normalizes(k) ? normalize_fields : NULL,
            NULL};
        put_entry(out, k, tables, false);
    }
    for (size_t i = 0; notation_kinds[i]; i++) {
        const struct field *const tables[] = {notation_kinds[i]->fields,
                                              place_fields, NULL};
        put_entry(out, notation_kinds[i], tables,
                  notation_kinds[i] == &residual_kind);
    }
    text_puts(out, "]}");
}

/* Adds the rows of `from` to `rows`, each key once: losses share some. */
static void add_rows(struct field rows[MAX_ROWS], const struct field *from)
{
    size_t count = 0;

    while (rows[count].key)
        count++;
    for (; from && from->key; from++)
        if (count < MAX_ROWS - 1 && !field_find(rows, from->key))
            rows[count++] = *from;
}

/* A key of train whose forms are too many to be told with every rule. */
static const char shared_key[] = "schedule";

/* The row of `key` becomes a property that stands among the definitions. */
static void move_out(struct field *rows, const char *key, struct text *more)
{
    while (rows->key && strcmp(rows->key, key) != 0)
        rows++;
    for (; rows->key; rows++)
        rows[0] = rows[1];
    schema_key(more, key);
    text_printf(more, "{\"$ref\": \"#/definitions/%s\"}", key);
}

/* The section with one update rule: its name is the only value of `update`,
 * which may be left out for the default rule.  Keys of any loss may stand in
 * it. */
static void put_rule(struct text *out, const struct kind *rule)
{
    const char *const only[] = {rule->name, NULL};
    struct field rows[MAX_ROWS] = {{0}};
    const struct field *const tables[] = {rows, rule->fields, NULL};
    struct text more = {0};

    add_rows(rows, train_fields);
    move_out(rows, shared_key, &more);
    for (size_t i = 0; loss_kinds[i]; i++)
        add_rows(rows, loss_kinds[i]->fields);
    for (struct field *row = rows; row->key; row++) {
        if (strcmp(row->key, "update") != 0)
            continue;
        row->choices = only;
        if (strcmp(row->def, rule->name) != 0)
            row->def = NULL;
    }
    schema_object(out, tables, &more, NULL);
}

void document_schema(struct text *out)
{
    text_puts(out,
              "{\"$schema\": \"http://json-schema.org/draft-07/schema#\",\n"
              "\"title\": \"cnnctl configuration\",\n"
              "\"type\": \"object\", \"anyOf\": [{\"required\": [\"layers\"]}, "
              "{\"required\": [\"extends\"]}], \"patternProperties\": "
              "{\"^x-\": {}}, \"additionalProperties\": false,\n"
              "\"properties\": {");
    schema_properties(out, top_fields);
    schema_key(out, "data");
    put_data(out);
    schema_key(out, "layers");
    text_puts(out, "{\"type\": [\"array\", \"object\"], \"minItems\": 1, "
                   "\"items\": {\"$ref\": \"#/definitions/layer\"}}");
    schema_key(out, "train");
    text_puts(out, "{\"anyOf\": [");
    for (size_t i = 0; update_kinds[i]; i++) {
        next_form(out);
        put_rule(out, update_kinds[i]);
    }
    text_puts(out, "]}");
    put_table(out, "engine", engine_fields);
    put_table(out, "info", info_fields);
    text_puts(out, "},\n\"definitions\": {\"source\": ");
    put_sources(out);
    text_puts(out, ",\n\"layers\": {\"type\": \"array\", \"minItems\": 1, "
                   "\"items\": {\"$ref\": \"#/definitions/layer\"}},\n"
                   "\"layer\": ");
    put_layer(out);
    schema_key(out, shared_key);
    schema_value(out, field_find(train_fields, shared_key));
    text_puts(out, "}}\n");
}
