/*
 * print.c - lists of layers as YAML, every default filled in.
 */
#include <string.h>

#include "conf/field_type.h"
#include "notation/entry.h"

enum { STEP = 2, MAX_ROWS = 48 };

/* `normalize` NULL: the layer has none. */
static void print_layer(struct text *out, const struct field *fields,
                        const struct graph_entry *entry,
                        const struct normalize_keys *normalize)
{
    text_printf(out, "%s: {", entry->ops->kind.name);
    const size_t empty = out->length;
    field_print(out, fields, entry->config);
    text_puts(out, out->length > empty ? ", " : "");
    if (normalize) {
        field_print(out, normalize_fields, normalize);
        text_puts(out, ", ");
    }
    field_print(out, layer_fields, entry);
    text_puts(out, "}");
}

void notation_print_layer(struct text *out, const struct graph_entry *entry)
{
    print_layer(out, entry->ops->kind.fields, entry, NULL);
}

/* Beside a normalization `b` may not stand. */
static void print_written_layer(struct text *out, const struct written *w)
{
    struct graph_entry entry = w->entry;
    struct field rows[MAX_ROWS] = {{0}};
    const bool normalizes = written_normalize(w) != NULL;
    size_t count = 0;

    entry.name = w->name;
    for (const struct field *f = w->kind->fields;
         normalizes && f->key && count < MAX_ROWS - 1; f++)
        if (strcmp(f->key, "b") != 0)
            rows[count++] = *f;
    print_layer(out, normalizes ? rows : w->kind->fields, &entry,
                normalizes ? &w->normalize : NULL);
    text_puts(out, "\n");
}

/* The rows but for the list, a line each. */
static void print_keys(struct text *out, const struct field *fields,
                       const void *from, int64_t indent)
{
    for (const struct field *f = fields; f->key; f++) {
        if (f->type == &type_layers)
            continue;
        const struct field one[] = {*f, {0}};
        field_print_lines(out, one, from, indent);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as NOTATION_MAX_LEVELS */
void notation_print(struct text *out, const struct written *first,
                    int64_t indent)
{
    const int64_t inner = indent + 2 * STEP; /* behind the dash */

    for (const struct written *w = first; w; w = w->next) {
        struct graph_entry entry = w->entry;
        text_pad(out, ' ', indent);
        text_puts(out, "- ");
        if (!w->inside) {
            print_written_layer(out, w);
            continue;
        }
        /* The rounds of a repeat are called otherwise by a name of its own. */
        if (w->kind != &repeat_kind)
            entry.name = w->name;
        text_printf(out, "%s:\n", w->kind->name);
        print_keys(out, w->kind->fields,
                   w->kind == &repeat_kind ? (const void *)&w->repeat
                                           : (const void *)&w->residual,
                   inner);
        field_print_lines(out, place_fields, &entry, inner);
        text_pad(out, ' ', inner);
        text_puts(out, "layers:\n");
        notation_print(out, w->inside, inner + STEP);
    }
}
