/*
 * key_reference.c - a configuration with every key, its default and meaning.
 *
 * The document binds as it stands: a small network on the built-in digits.
 * What cannot stand beside the rest (other sources, update rules and layers)
 * and what has no default is commented out, `#key: value`.
 */
#include <stdio.h>
#include <string.h>

#include "app/sections.h"
#include "conf/field.h"
#include "data/source.h"
#include "layer/layer.h"
#include "manual/key_help.h"
#include "update/update.h"

/* The layers that are on, and values that make them a network. */
static const char *const network[] = {"input",   "conv2d", "maxpool2d",
                                      "dropout", "dense",  NULL};
static const struct {
    const char *layer, *key, *value;
} chosen[] = {
    {"dense", "num_units", "10"},
    {"dense", "nonlinearity", "softmax"},
};

static void comment(struct text *out, int64_t indent, const char *words)
{
    char prefix[24];

    snprintf(prefix, sizeof prefix, "%*s# ", (int)indent, "");
    text_puts(out, prefix);
    text_wrap(out, prefix, (int64_t)strlen(prefix), words);
}

static const char *chosen_value(const char *layer, const char *key)
{
    for (size_t i = 0; layer && i < ARRAY_LEN(chosen); i++)
        if (strcmp(chosen[i].layer, layer) == 0 &&
            strcmp(chosen[i].key, key) == 0)
            return chosen[i].value;
    return NULL;
}

/* Meaning, allowed values, `key: value`. */
static void put_row(struct text *out, int64_t indent, const struct field *f,
                    bool on, const char *value)
{
    struct text words = {0};

    text_printf(&words, "%s  (", f->doc ? f->doc : "");
    field_expect(&words, f);
    text_printf(&words, "%s%s%s%s)", f->unit ? ", in " : "",
                f->unit ? f->unit : "", f->def ? "; default " : "",
                f->def        ? f->def
                : f->optional ? "; absent by default"
                              : "; required");
    comment(out, indent, text_string(&words));
    out->failed = out->failed || words.failed;
    text_free(&words);
    text_pad(out, ' ', indent);
    text_printf(out, "%s%s: ", on && !f->optional ? "" : "#", f->key);
    if (value)
        text_puts(out, value);
    else
        field_sample(out, f);
    text_puts(out, "\n");
}

static void put_rows(struct text *out, int64_t indent,
                     const struct field *fields, bool on)
{
    for (const struct field *f = fields; f && f->key; f++)
        put_row(out, indent, f, on, NULL);
}

/* The heading of a mapping, and what it is. */
static void put_heading(struct text *out, int64_t indent, const char *key,
                        const char *doc, bool on)
{
    comment(out, indent, doc);
    text_pad(out, ' ', indent);
    text_printf(out, "%s%s:\n", on ? "" : "#", key);
}

/* All kinds of sources under data.train; the nested one, digits, is on. */
static void put_sources(struct text *out, int64_t indent)
{
    for (size_t i = 0; source_registry[i]; i++) {
        const struct source_ops *source = source_registry[i];
        if (source->nested) {
            put_heading(out, indent, source->kind.name, source->kind.doc, true);
            put_rows(out, indent + 2, source->kind.fields, true);
        } else {
            comment(out, indent, source->kind.doc);
            put_rows(out, indent, source->kind.fields, false);
        }
    }
}

/* A section within a section. */
static void put_inner(struct text *out, const struct section *s)
{
    const char *key = strchr(s->path, '.') + 1;
    const bool is_source = strcmp(s->path, "data.train") == 0;
    const bool on = is_source || strcmp(s->path, "data.split") == 0;

    text_puts(out, "\n");
    if (strcmp(s->path, "data.normalize") == 0)
        text_printf(out, "  normalize: %s\n", normalize_words[0]);
    put_heading(out, 2, key, s->doc, on);
    put_rows(out, 4, s->fields, on);
    if (is_source)
        put_sources(out, 4);
}

static void put_layer(struct text *out, const struct kind *k, bool on)
{
    text_puts(out, "\n");
    comment(out, 2, k->doc);
    text_printf(out, "  %s- %s:%s\n", on ? "" : "#", k->name,
                k->fields && k->fields->key ? "" : " {}");
    for (const struct field *f = k->fields; f && f->key; f++)
        put_row(out, 6, f, on, chosen_value(k->name, f->key));
}

static bool is_on(const char *layer)
{
    for (size_t i = 0; network[i]; i++)
        if (strcmp(network[i], layer) == 0)
            return true;
    return false;
}

static void put_layers(struct text *out, const struct section *s)
{
    for (size_t i = 0; network[i]; i++)
        put_layer(out, &layer_find(network[i])->kind, true);
    text_puts(out, "\n");
    comment(out, 6, s->doc);
    put_rows(out, 6, s->fields, true);
    for (size_t i = 0; layer_kinds[i]; i++)
        if (!is_on(layer_kinds[i]->name))
            put_layer(out, layer_kinds[i], false);
}

/* The keys of all update rules; those of the default are on. */
static void put_updates(struct text *out)
{
    const char *rule = field_find(train_fields, "update")->def;
    char words[80];

    for (size_t i = 0; update_kinds[i]; i++) {
        const struct kind *k = update_kinds[i];
        text_puts(out, "\n");
        snprintf(words, sizeof words, "With update: %s", k->name);
        comment(out, 2, words);
        comment(out, 2, k->doc);
        put_rows(out, 2, k->fields, strcmp(k->name, rule) == 0);
    }
}

static void put_section(struct text *out, const struct section *s)
{
    const size_t length = strlen(s->path);

    text_puts(out, "\n");
    if (strcmp(s->path, "layers") == 0) {
        put_heading(out, 0, s->path, "The network, layer by layer.", true);
        put_layers(out, s);
        return;
    }
    put_heading(out, 0, s->path, s->doc, true);
    put_rows(out, 2, s->fields, true);
    if (strcmp(s->path, "train") == 0)
        put_updates(out);
    for (const struct section *inner = sections; inner->path; inner++)
        if (strncmp(inner->path, s->path, length) == 0 &&
            inner->path[length] == '.')
            put_inner(out, inner);
}

void key_reference(struct text *out)
{
    comment(out, 0,
            "Every key of a configuration with its default and its meaning.  "
            "Keys without a default, and those that cannot stand beside the "
            "rest, are commented out.  Generated from the program's tables.");
    for (const struct section *s = sections; s->path; s++) {
        if (*s->path == '\0') {
            text_puts(out, "\n");
            put_rows(out, 0, s->fields, true);
        } else if (!strchr(s->path, '.')) {
            put_section(out, s);
        }
    }
}
