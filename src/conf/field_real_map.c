/*
 * field_real_map.c - a number for each of some names, `{cat: 1, dog: 2.5}`, or
 * a word in its place.
 */
#include "base/num.h"
#include "conf/field_type.h"

static enum status real_map_read(const struct source_value *v, void *to)
{
    const struct node *n = v->node;
    const int64_t count = node_count(n);
    struct real_map_or_word *map = to;
    struct field row = *v->field;
    enum status s = OK;

    if (n->kind == NODE_SCALAR && !node_is_null(n) &&
        is_among(n->text, row.choices)) {
        map->word = n->text;
        return OK;
    }
    if (n->kind != NODE_MAP || count == 0)
        return value_mismatch(v);
    const char **keys = arena_take(v->tree->arena, (size_t)count, sizeof *keys);
    double *at = arena_take(v->tree->arena, (size_t)count, sizeof *at);
    if (!keys || !at)
        return err_memory(v->e, "reading the configuration");
    row.type = &type_real;
    row.choices = NULL;
    for (const struct node *entry = n->first; entry; entry = entry->next) {
        const struct source_value one = {v->tree, &row, entry, v->e};
        keys[entry->index] = entry->key;
        const enum status read = type_real.read(&one, &at[entry->index]);
        s = s != OK ? s : read;
    }
    if (s == OK)
        *map = (struct real_map_or_word){NULL, count, keys, at};
    return s;
}

static void real_map_print(struct text *out, const struct field *f,
                           const void *member)
{
    const struct real_map_or_word *map = member;

    (void)f;
    if (map->word) {
        text_puts(out, map->word);
        return;
    }
    text_puts(out, "{");
    for (int64_t i = 0; i < map->count; i++) {
        text_puts(out, i ? ", " : "");
        field_print_text(out, map->keys[i]);
        text_puts(out, ": ");
        real_add(out, map->at[i]);
    }
    text_puts(out, "}");
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
