/*
 * field_variant.c - a kind with parameters: `rectify`, `{leaky_rectify:
 * {leakiness: 0.2}}`, or a number that stands for a kind's first parameter.
 */
#include <assert.h>
#include <string.h>

#include "base/num.h"
#include "conf/field_type.h"

const struct kind *kind_find(const struct kind *const *kinds, const char *name)
{
    while (*kinds && strcmp((*kinds)->name, name) != 0)
        kinds++;
    return *kinds;
}

/* Binds the parameters of a kind; `map` is a mapping. */
static enum status bind_kind(const struct source_value *v,
                             const struct kind *kind, const struct node *map,
                             struct variant *to)
{
    static const struct field none[] = {{0}};
    void *config = arena_take(v->tree->arena, 1, kind->config_size);

    if (!config)
        return err_memory(v->e, "reading the configuration");
    const struct binding bindings[] = {
        {kind->fields ? kind->fields : none, config},
        {0},
    };
    to->kind = kind;
    to->config = config;
    return field_bind(v->tree, map, bindings, NULL, NULL, v->e);
}

/* The scalar of a word or number, seen as a mapping with the member `only`. */
static struct node as_map(const struct node *scalar, struct node *only)
{
    struct node map = *scalar;

    map.kind = NODE_MAP;
    map.text = NULL;
    map.first = only;
    map.next = NULL;
    return map;
}

static enum status number_variant(const struct source_value *v,
                                  struct variant *to)
{
    const struct kind *kind = kind_find(v->field->kinds, v->field->number);
    struct node value = *v->node;

    assert(kind && kind->fields);
    struct node map = as_map(v->node, &value);
    value.key = kind->fields[0].key;
    value.parent = &map;
    value.next = NULL;
    return bind_kind(v, kind, &map, to);
}

static enum status word_variant(const struct source_value *v,
                                struct variant *to)
{
    const struct kind *kind = kind_find(v->field->kinds, v->node->text);
    const struct node map = as_map(v->node, NULL);

    return kind ? bind_kind(v, kind, &map, to) : value_mismatch(v);
}

static enum status map_variant(const struct source_value *v, struct variant *to)
{
    const struct node *only = v->node->first;

    if (!only || only->next)
        return tree_error(v->tree, v->node, AT_VALUE, NULL, v->e,
                          "expected one name with its parameters, got %s",
                          only ? "more than one key" : "an empty mapping");
    const struct kind *kind = kind_find(v->field->kinds, only->key);
    if (!kind) {
        /* The key is what is wrong; it is shown as a word in its place. */
        struct node word = *v->node;
        word.kind = NODE_SCALAR;
        word.text = only->key;
        word.plain = true;
        word.mark = only->key_mark;
        const struct source_value named = {v->tree, v->field, &word, v->e};
        const enum status s = value_mismatch(&named);
        /* What stands in it is checked as of the kind that is meant. */
        kind = kind_meant(v->field->kinds, only->key);
        return kind && only->kind == NODE_MAP &&
                       bind_kind(v, kind, only, to) == ERR_MEMORY
                   ? ERR_MEMORY
                   : s;
    }
    if (only->kind != NODE_MAP)
        return tree_error(v->tree, only, AT_VALUE, NULL, v->e,
                          "expected a mapping of parameters, got %s",
                          node_found(only).text);
    return bind_kind(v, kind, only, to);
}

static enum status variant_read(const struct source_value *v, void *to)
{
    const struct node *n = v->node;
    double number;

    if (n->kind == NODE_MAP)
        return map_variant(v, to);
    if (n->kind != NODE_SCALAR || node_is_null(n))
        return value_mismatch(v);
    if (v->field->number && n->plain && num_parse_real(n->text, &number))
        return number_variant(v, to);
    return word_variant(v, to);
}

/* A kind's rows may hold kinds: as deep as the tables are nested, which is
 * fixed when the program is built.  NOLINTBEGIN(misc-no-recursion) */
static void variant_print(struct text *out, const struct field *f,
                          const void *member)
{
    const struct variant *v = member;
    struct text parameters = {0};

    (void)f;
    field_print(&parameters, v->kind->fields, v->config);
    if (parameters.length > 0)
        text_printf(out, "{%s: {%s}}", v->kind->name, text_string(&parameters));
    else
        text_puts(out, v->kind->name);
    out->failed = out->failed || parameters.failed;
    text_free(&parameters);
}
/* NOLINTEND(misc-no-recursion) */

const struct field_type type_variant = {
    .size = sizeof(struct variant),
    .expect = "a number",
    .read = variant_read,
    .print = variant_print,
};
