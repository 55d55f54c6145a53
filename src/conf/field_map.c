/*
 * field_map.c - something for each of some names: `{0: china, 1: flower}`, or a
 * list in its place; `{cat: 1, dog: 2.5}`, or a word in its place.  A text map
 * keeps the order in which it is written, which is that of the outputs; numbers
 * are kept in the order of their names.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "conf/field_type.h"

/* The keys [n] of a mapping and what they stand for, values of `row`, on the
 * arena. */
struct entries {
    const char **keys;
    void *at;
};

static enum status entries_read(const struct source_value *v,
                                const struct field *row, struct entries *out)
{
    const size_t count = (size_t)node_count(v->node);
    const size_t size = row->type->size;
    enum status s = OK;

    out->keys = arena_take(v->tree->arena, count, sizeof *out->keys);
    out->at = arena_take(v->tree->arena, count, size);
    if (!out->keys || !out->at)
        return err_memory(v->e, "reading the configuration");
    for (const struct node *n = v->node->first; n; n = n->next) {
        const struct source_value one = {v->tree, row, n, v->e};
        out->keys[n->index] = n->key;
        const enum status read =
            row->type->read(&one, (char *)out->at + (size_t)n->index * size);
        s = s != OK ? s : read;
    }
    return s;
}

static void entries_print(struct text *out, const struct field *row,
                          int64_t count, const char *const *keys,
                          const void *at)
{
    text_puts(out, "{");
    for (int64_t i = 0; i < count; i++) {
        text_puts(out, i ? ", " : "");
        field_print_text(out, keys[i]);
        text_puts(out, ": ");
        row->type->print(out, row,
                         (const char *)at + (size_t)i * row->type->size);
    }
    text_puts(out, "}");
}

/* The row of what a name stands for. */
static struct field value_row(const struct field *f,
                              const struct field_type *type)
{
    struct field row = *f;

    row.type = type;
    row.least = row.most = 0;
    row.choices = NULL;
    return row;
}

static enum status text_map_read(const struct source_value *v, void *to)
{
    const struct field row = value_row(v->field, &type_text);
    const int64_t count = node_count(v->node);
    struct text_map *map = to;
    struct entries read;

    if (v->node->kind != NODE_MAP)
        return type_text_list.read(v, to);
    if (count < v->field->least || count > v->field->most)
        return tree_error(v->tree, v->node, AT_VALUE, NULL, v->e,
                          "expected %s, got %" PRId64 " of them",
                          row_expect(v->tree->arena, v->field), count);
    const enum status s = entries_read(v, &row, &read);
    if (s == OK)
        *map = (struct text_map){read.at, count, read.keys};
    return s;
}

static void text_map_print(struct text *out, const struct field *f,
                           const void *member)
{
    const struct field row = value_row(f, &type_text);
    const struct text_map *map = member;

    if (map->keys)
        entries_print(out, &row, map->count, map->keys, map->at);
    else
        type_text_list.print(out, f, member);
}

static_assert(offsetof(struct text_map, count) ==
                  offsetof(struct text_list, count),
              "a map begins like a list");

const struct field_type type_text_map = {
    .size = sizeof(struct text_map),
    .entry = &type_text,
    .is_list = true,
    .is_lone = true,
    .expect = "a word or a list of words",
    .between = ", each ",
    .schema = "\"type\": \"object\", \"additionalProperties\": {\"type\": "
              "[\"string\", \"number\", \"boolean\"]}",
    .sample = "[one, two]",
    .read = text_map_read,
    .print = text_map_print,
};

struct weighed {
    const char *key;
    double value;
};

/* Numbers by value, then the rest by bytes. */
static int by_key(const void *a, const void *b)
{
    const char *one = ((const struct weighed *)a)->key;
    const char *other = ((const struct weighed *)b)->key;
    int64_t x = 0, y = 0;
    const bool first = num_parse_int(one, &x),
               second = num_parse_int(other, &y);

    if (first != second)
        return first ? -1 : 1;
    return x != y ? (x > y) - (x < y) : strcmp(one, other);
}

/* The numbers in the order of their names: how they were written makes no
 * difference. */
static enum status sort_weighed(const struct source_value *v,
                                const struct entries *read)
{
    const size_t count = (size_t)node_count(v->node);
    struct weighed *weighed =
        arena_take(v->tree->arena, count, sizeof *weighed);
    double *at = read->at;

    if (!weighed)
        return err_memory(v->e, "reading the configuration");
    for (size_t i = 0; i < count; i++)
        weighed[i] = (struct weighed){read->keys[i], at[i]};
    qsort(weighed, count, sizeof *weighed, by_key);
    for (size_t i = 0; i < count; i++) {
        read->keys[i] = weighed[i].key;
        at[i] = weighed[i].value;
    }
    return OK;
}

static enum status real_map_read(const struct source_value *v, void *to)
{
    const struct field row = value_row(v->field, &type_real);
    const struct node *n = v->node;
    struct real_map_or_word *map = to;
    struct entries read;

    if (n->kind == NODE_SCALAR && !node_is_null(n) &&
        is_among(n->text, v->field->choices)) {
        map->word = n->text;
        return OK;
    }
    if (n->kind != NODE_MAP || !n->first)
        return value_mismatch(v);
    enum status s = entries_read(v, &row, &read);
    if (s == OK)
        s = sort_weighed(v, &read);
    if (s == OK)
        *map =
            (struct real_map_or_word){NULL, node_count(n), read.keys, read.at};
    return s;
}

static void real_map_print(struct text *out, const struct field *f,
                           const void *member)
{
    const struct field row = value_row(f, &type_real);
    const struct real_map_or_word *map = member;

    if (map->word)
        text_puts(out, map->word);
    else
        entries_print(out, &row, map->count, map->keys, map->at);
}

const struct field_type type_real_map_or_word = {
    .size = sizeof(struct real_map_or_word),
    .expect = "a mapping of names to numbers",
    .between = " or ",
    .schema = "\"type\": \"object\", \"additionalProperties\": {\"type\": "
              "\"number\"}",
    .sample = "{cat: 1, dog: 2.5}",
    .read = real_map_read,
    .print = real_map_print,
};
