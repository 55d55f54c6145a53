/* The JSON Schema of a configuration, read by an independent parser. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#include "activation/activation.h"
#include "document/documents.h"
#include "document/sections.h"
#include "init/init.h"
#include "layer/layer.h"
#include "notation/notation.h"
#include "source/source.h"
#include "update/update.h"

static json_t *load(void)
{
    struct text out = {0};
    json_error_t error;

    document_schema(&out);
    cr_assert_not(out.failed);
    json_t *schema =
        json_loads(text_string(&out), JSON_REJECT_DUPLICATES, &error);
    cr_assert(schema, "%s at %d: %.80s", error.text, error.position,
              text_string(&out) +
                  (error.position > 40 ? error.position - 40 : 0));
    text_free(&out);
    return schema;
}

static const json_t *at(const json_t *from, const char *key)
{
    const json_t *found = json_object_get(from, key);

    cr_assert(found, "%s is missing", key);
    return found;
}

/* The member of `list` whose `properties` hold `key`; NULL: none. */
static const json_t *with_property(const json_t *list, const char *key)
{
    size_t i;
    json_t *one;

    json_array_foreach(
        list, i, one) if (json_object_get(json_object_get(one, "properties"),
                                          key)) return one;
    return NULL;
}

static bool list_holds(const json_t *list, const char *word)
{
    size_t i;
    json_t *one;

    json_array_foreach(list, i, one) if (json_is_string(one) &&
                                         strcmp(json_string_value(one), word) ==
                                             0) return true;
    return false;
}

static void expect_keys(const json_t *object, const struct field *fields,
                        const char *where)
{
    cr_assert(json_is_false(at(object, "additionalProperties")));
    for (const struct field *f = fields; f && f->key; f++)
        cr_assert(json_object_get(at(object, "properties"), f->key),
                  "%s: no %s", where, f->key);
}

Test(document_schema, has_every_section)
{
    json_t *schema = load();
    const json_t *properties = at(schema, "properties");

    for (const struct section *s = sections; s->path; s++)
        if (*s->path && !strchr(s->path, '.'))
            cr_assert(json_object_get(properties, s->path), "%s", s->path);
    expect_keys(at(properties, "engine"), engine_fields, "engine");
    expect_keys(at(properties, "info"), info_fields, "info");
    expect_keys(at(at(at(properties, "data"), "properties"), "split"),
                split_fields, "data.split");
    json_decref(schema);
}

Test(document_schema, has_every_source)
{
    json_t *schema = load();
    const json_t *list = at(at(at(schema, "definitions"), "source"), "anyOf");

    for (size_t i = 0; source_registry[i]; i++) {
        const struct kind *k = &source_registry[i]->kind;
        const json_t *one = with_property(list, k->name);
        cr_assert(one, "%s", k->name);
        expect_keys(one, source_fields, k->name);
        cr_assert(list_holds(at(one, "required"), k->name), "%s", k->name);
        if (source_registry[i]->nested)
            one = at(at(one, "properties"), k->name);
        expect_keys(one, k->fields, k->name);
    }
    json_decref(schema);
}

/* A layer whose keys all have defaults may be written as a bare name. */
Test(document_schema, has_every_layer)
{
    json_t *schema = load();
    const json_t *list = at(at(at(schema, "definitions"), "layer"), "anyOf");
    const json_t *bare = at(json_array_get(list, 0), "enum");

    for (size_t i = 0; layer_kinds[i]; i++) {
        const struct kind *k = layer_kinds[i];
        const json_t *one = with_property(list, k->name);
        cr_assert(one, "%s", k->name);
        cr_assert(list_holds(at(one, "required"), k->name), "%s", k->name);
        const json_t *keys = at(at(one, "properties"), k->name);
        expect_keys(keys, k->fields, k->name);
        expect_keys(keys, layer_fields, k->name);
        cr_assert_eq(json_array_size(at(keys, "required")) == 0,
                     list_holds(bare, k->name), "%s", k->name);
    }
    json_decref(schema);
}

/* One branch per rule; only the default rule may go unnamed. */
Test(document_schema, has_every_update_rule)
{
    json_t *schema = load();
    const json_t *list = at(at(at(schema, "properties"), "train"), "anyOf");
    const char *usual = field_find(train_fields, "update")->def;

    for (size_t i = 0; update_kinds[i]; i++) {
        const char *name = update_kinds[i]->name;
        const json_t *rule = json_array_get(list, i);
        const json_t *update = at(at(rule, "properties"), "update");
        const json_t *words =
            at(json_array_get(at(update, "anyOf"), 0), "enum");
        cr_assert_eq(json_array_size(words), 1);
        cr_assert(list_holds(words, name), "%s", name);
        expect_keys(rule, train_fields, name);
        expect_keys(rule, update_kinds[i]->fields, name);
        cr_assert_eq(list_holds(at(rule, "required"), "update"),
                     strcmp(name, usual) != 0, "%s", name);
    }
    json_decref(schema);
}

static const json_t *dense_key(const json_t *schema, const char *key)
{
    const json_t *list = at(at(at(schema, "definitions"), "layer"), "anyOf");
    const json_t *dense =
        at(at(with_property(list, "dense"), "properties"), "dense");

    return at(at(at(dense, "properties"), key), "anyOf");
}

/* How many schemas of a number stand in `from`, and how many of them are
 * bounded on both sides. */
static void count_numbers(const json_t *from, int *all, int *bounded)
{
    const json_t *type = json_object_get(from, "type");
    const char *key;
    json_t *one;
    size_t i;

    if (json_is_string(type) && !strcmp(json_string_value(type), "number")) {
        ++*all;
        *bounded += json_object_get(from, "minimum") != NULL &&
                    json_object_get(from, "maximum") != NULL;
    }
    json_object_foreach((json_t *)(uintptr_t)from, key, one)
        count_numbers(one, all, bounded);
    json_array_foreach(from, i, one) count_numbers(one, all, bounded);
}

/* Within intervals, of an axis each or of both, and in mappings of numbers. */
Test(document_schema, bounds_every_number_of_a_value)
{
    json_t *schema = load();
    const json_t *properties = at(schema, "properties");
    const json_t *data = at(at(properties, "data"), "properties");
    const json_t *rule =
        json_array_get(at(at(properties, "train"), "anyOf"), 0);
    int all = 0, bounded = 0;

    count_numbers(at(data, "augment"), &all, &bounded);
    cr_expect_gt(all, 100);
    cr_expect_eq(bounded, all);
    all = bounded = 0;
    count_numbers(at(at(rule, "properties"), "class_weights"), &all, &bounded);
    cr_expect_eq(all, 1);
    cr_expect_eq(bounded, all);
    json_decref(schema);
}

Test(document_schema, has_every_initializer_and_nonlinearity)
{
    json_t *schema = load();
    const json_t *forms = dense_key(schema, "W");

    for (size_t i = 0; init_kinds[i]; i++) {
        const char *name = init_kinds[i]->name;
        const json_t *one = with_property(forms, name);
        cr_assert(list_holds(at(json_array_get(forms, 0), "enum"), name));
        cr_assert(one, "%s", name);
        expect_keys(at(at(one, "properties"), name), init_kinds[i]->fields,
                    name);
    }
    forms = dense_key(schema, "nonlinearity");
    for (size_t i = 0; activation_kinds[i]; i++)
        cr_assert(list_holds(at(json_array_get(forms, 0), "enum"),
                             activation_kinds[i]->name),
                  "%s", activation_kinds[i]->name);
    json_decref(schema);
}
