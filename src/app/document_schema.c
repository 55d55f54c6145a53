/*
 * document_schema.c - sections, sources, layers and update rules as one schema.
 */
#include "app/document_schema.h"

#include <string.h>

#include "app/sections.h"
#include "conf/schema.h"
#include "data/source.h"
#include "layer/layer.h"
#include "update/update.h"

enum { MAX_ROWS = 32 };

/* A mapping of given properties, one of which may be required. */
static void put_object(struct text *out, const char *properties,
                       const char *required)
{
    text_printf(out, "{\"type\": \"object\", \"properties\": {%s}", properties);
    if (required) {
        text_puts(out, ", \"required\": [");
        schema_string(out, required);
        text_puts(out, "]");
    }
    text_puts(out, ", \"additionalProperties\": false");
}

/* `name: {..}` of rows, as the only property. */
static void put_nested(struct text *out, const char *name,
                       const struct field *const *tables)
{
    text_puts(out, "\"");
    text_printf(out, "%s\": ", name);
    schema_object(out, tables, NULL);
}

static void put_source(struct text *out, const struct source_ops *source)
{
    const struct field *const flat[] = {source->kind.fields, source_fields,
                                        NULL};
    const struct field *const own[] = {source->kind.fields, NULL};
    struct text properties = {0};

    if (!source->nested) {
        schema_object(out, flat, NULL);
        return;
    }
    put_nested(&properties, source->kind.name, own);
    text_puts(&properties, ", ");
    schema_properties(&properties, source_fields);
    put_object(out, text_string(&properties), source->kind.name);
    text_puts(out, "}");
    out->failed = out->failed || properties.failed;
    text_free(&properties);
}

static void put_sources(struct text *out)
{
    text_puts(out, "{\"anyOf\": [\n");
    for (size_t i = 0; source_registry[i]; i++) {
        text_puts(out, i ? ",\n" : "");
        put_source(out, source_registry[i]);
    }
    text_puts(out, "]}");
}

static void put_normalize(struct text *out)
{
    const struct field *const tables[] = {constants_fields, NULL};

    text_puts(out, "{\"anyOf\": [{\"enum\": [");
    for (size_t i = 0; normalize_words[i]; i++) {
        text_puts(out, i ? ", " : "");
        schema_string(out, normalize_words[i]);
    }
    text_puts(out, "]}, ");
    schema_object(out, tables, NULL);
    text_puts(out, "]}");
}

static void put_data(struct text *out)
{
    static const char source[] = "{\"$ref\": \"#/definitions/source\"}";
    const struct field *const split[] = {split_fields, NULL};
    struct text properties = {0};

    text_printf(&properties, "\"train\": %s, \"valid\": %s, \"test\": %s",
                source, source, source);
    text_puts(&properties, ",\n\"split\": ");
    schema_object(&properties, split, NULL);
    text_puts(&properties, ",\n\"normalize\": ");
    put_normalize(&properties);
    text_puts(&properties, ",\n");
    schema_properties(&properties, data_fields);
    put_object(out, text_string(&properties), "train");
    text_puts(out, ", \"not\": {\"required\": [\"valid\", \"split\"]}}");
    out->failed = out->failed || properties.failed;
    text_free(&properties);
}

/* Does every key have a default, so that the bare name is a layer? */
static bool can_be_bare(const struct kind *k)
{
    for (const struct field *f = k->fields; f && f->key; f++)
        if (!f->def && !f->optional)
            return false;
    return true;
}

static void put_bare_layers(struct text *out)
{
    const char *comma = "";

    text_puts(out, "{\"enum\": [");
    for (size_t i = 0; layer_kinds[i]; i++) {
        if (!can_be_bare(layer_kinds[i]))
            continue;
        text_puts(out, comma);
        schema_string(out, layer_kinds[i]->name);
        comma = ", ";
    }
    text_puts(out, "]}");
}

static void put_layer(struct text *out, const struct kind *k)
{
    static const struct field none[] = {{0}};
    const struct field *const tables[] = {k->fields ? k->fields : none,
                                          layer_fields, NULL};
    struct text property = {0};

    put_nested(&property, k->name, tables);
    put_object(out, text_string(&property), k->name);
    text_puts(out, ", \"description\": ");
    schema_string(out, k->doc);
    text_puts(out, "}");
    out->failed = out->failed || property.failed;
    text_free(&property);
}

static void put_layers(struct text *out)
{
    text_puts(out, "{\"type\": \"array\", \"minItems\": 1, \"items\": "
                   "{\"anyOf\": [\n");
    put_bare_layers(out);
    for (size_t i = 0; layer_kinds[i]; i++) {
        text_puts(out, ",\n");
        put_layer(out, layer_kinds[i]);
    }
    text_puts(out, "]}}");
}

/* The section with one update rule: its name is the only value of `update`,
 * which may be left out for the default rule. */
static void put_rule(struct text *out, const struct kind *rule)
{
    const char *const only[] = {rule->name, NULL};
    struct field rows[MAX_ROWS] = {{0}};
    const struct field *const tables[] = {rows, rule->fields, NULL};
    size_t count = 0;

    for (const struct field *f = train_fields; f->key; f++) {
        if (count == MAX_ROWS - 1)
            break;
        rows[count] = *f;
        if (strcmp(f->key, "update") == 0) {
            rows[count].choices = only;
            if (strcmp(f->def, rule->name) != 0)
                rows[count].def = NULL;
        }
        count++;
    }
    schema_object(out, tables, NULL);
}

static void put_train(struct text *out)
{
    text_puts(out, "{\"anyOf\": [\n");
    for (size_t i = 0; update_kinds[i]; i++) {
        text_puts(out, i ? ",\n" : "");
        put_rule(out, update_kinds[i]);
    }
    text_puts(out, "]}");
}

void document_schema(struct text *out)
{
    const struct field *const engine[] = {engine_fields, NULL};
    const struct field *const info[] = {info_fields, NULL};

    text_puts(out,
              "{\"$schema\": \"http://json-schema.org/draft-07/schema#\",\n"
              "\"title\": \"cnnctl configuration\",\n"
              "\"type\": \"object\", \"required\": [\"layers\"], "
              "\"additionalProperties\": false,\n\"properties\": {\n");
    schema_properties(out, top_fields);
    text_puts(out, ",\n\"data\": ");
    put_data(out);
    text_puts(out, ",\n\"layers\": ");
    put_layers(out);
    text_puts(out, ",\n\"train\": ");
    put_train(out);
    text_puts(out, ",\n\"engine\": ");
    schema_object(out, engine, NULL);
    text_puts(out, ",\n\"info\": ");
    schema_object(out, info, NULL);
    text_puts(out, "},\n\"definitions\": {\"source\": ");
    put_sources(out);
    text_puts(out, "}}\n");
}
