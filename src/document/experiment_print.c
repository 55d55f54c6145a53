/*
 * experiment_print.c - the resolved document, section by section.
 */
#include "document/experiment.h"

enum { INDENT = 2 };

static void print_source(struct text *out, const char *key,
                         const struct source *source)
{
    if (!source->kind)
        return;
    text_printf(out, "  %s: {", key);
    if (source->kind->nested)
        text_printf(out, "%s: {", source->kind->kind.name);
    field_print(out, source->kind->kind.fields, source->config);
    if (source->kind->nested)
        text_puts(out, "}");
    if (source->limit > 0) {
        text_puts(out, ", ");
        field_print(out, source_fields, source);
    }
    text_puts(out, "}\n");
}

void experiment_print_normalize(struct text *out, const struct experiment *x)
{
    const bool computed = x->normalize == NORMALIZE_PARTS;

    if (!computed && x->normalize != NORMALIZE_CONSTANTS) {
        text_puts(out, normalize_words[x->normalize]);
        return;
    }
    text_puts(out, "{");
    if (computed)
        field_print(out, standardize_fields, &x->standard);
    else
        field_print(out, constants_fields, &x->constants);
    text_puts(out, "}");
}

static void print_data(struct text *out, const struct experiment *x)
{
    text_puts(out, "data:\n");
    print_source(out, "train", &x->train_source);
    print_source(out, "valid", &x->valid_source);
    print_source(out, "test", &x->test_source);
    if (x->train_source.kind && !x->valid_source.kind) {
        text_puts(out, "  split: {");
        field_print(out, experiment_split_fields(x), &x->split);
        text_puts(out, "}\n");
    }
    text_puts(out, "  normalize: ");
    experiment_print_normalize(out, x);
    text_puts(out, "\n");
    field_print_lines(out, data_fields, &x->data, INDENT);
}

static void print_layers(struct text *out, const struct experiment *x,
                         enum layer_form form)
{
    text_puts(out, "layers:\n");
    if (form == LAYERS_AS_WRITTEN && !x->layers.is_changed) {
        notation_print(out, x->layers.written, INDENT);
        return;
    }
    for (int64_t i = 0; i < x->layers.count; i++) {
        text_puts(out, "  - ");
        notation_print_layer(out, &x->layers.entries[i]);
        text_puts(out, "\n");
    }
}

void experiment_print(struct text *out, const struct experiment *x,
                      enum layer_form form)
{
    field_print_lines(out, top_fields, &x->top, 0);
    if (x->has_data)
        print_data(out, x);
    print_layers(out, x, form);
    if (x->has_train) {
        text_puts(out, "train:\n");
        field_print_lines(out, train_fields, &x->train, INDENT);
        for (const struct beside *b = besides; b->key; b++) {
            const struct variant v = beside_of(x, b);
            if (v.kind->fields)
                field_print_lines(out, v.kind->fields, v.config, INDENT);
        }
    }
    text_puts(out, "engine:\n");
    field_print_lines(out, engine_fields, &x->engine, INDENT);
    text_puts(out, "info:\n");
    field_print_lines(out, info_fields, &x->info, INDENT);
}
