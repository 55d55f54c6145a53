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
#include "layer/layer.h"
#include "manual/key_help.h"

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

/* Meaning and allowed values of each row, `key: value`.  `layer` NULL: of none.
 */
static void put_rows(struct text *out, int64_t indent,
                     const struct field *fields, bool on, const char *layer)
{
    for (const struct field *f = fields; f && f->key; f++) {
        struct text words = {0}, value = {0};
        text_printf(&words, "%s  (", f->doc ? f->doc : "");
        field_expect(&words, f);
        text_printf(&words, "%s%s%s%s)", f->unit ? ", in " : "",
                    f->unit ? f->unit : "", f->def ? "; default " : "",
                    f->def        ? f->def
                    : f->optional ? "; absent by default"
                                  : "; required");
        comment(out, indent, text_string(&words));
        for (size_t i = 0; layer && i < ARRAY_LEN(chosen); i++)
            if (strcmp(chosen[i].layer, layer) == 0 &&
                strcmp(chosen[i].key, f->key) == 0)
                text_puts(&value, chosen[i].value);
        if (value.length == 0)
            field_sample(&value, f);
        text_pad(out, ' ', indent);
        text_printf(out, "%s%s: %s\n", on && !f->optional ? "" : "#", f->key,
                    text_string(&value));
        out->failed = out->failed || words.failed || value.failed;
        text_free(&words);
        text_free(&value);
    }
}

/* The heading of a mapping, and what it is. */
static void put_heading(struct text *out, int64_t indent, const char *key,
                        const char *doc, bool on)
{
    comment(out, indent, doc);
    text_pad(out, ' ', indent);
    text_printf(out, "%s%s:\n", on ? "" : "#", key);
}

/* A kind of source under data.train; the nested one, digits, is on. */
static void put_source(struct text *out, const struct place *p)
{
    if (p->role == PLACE_NESTED) {
        put_heading(out, 4, p->name, p->doc, true);
        put_rows(out, 6, p->fields, true, NULL);
    } else {
        comment(out, 4, p->doc);
        put_rows(out, 4, p->fields, false, NULL);
    }
}

static void put_layer(struct text *out, const char *name, const char *doc,
                      const struct field *fields, bool on)
{
    text_puts(out, "\n");
    comment(out, 2, doc);
    text_printf(out, "  %s- %s:%s\n", on ? "" : "#", name,
                fields && fields->key ? "" : " {}");
    put_rows(out, 6, fields, on, name);
}

static bool is_on(const char *layer)
{
    for (size_t i = 0; network[i]; i++)
        if (strcmp(network[i], layer) == 0)
            return true;
    return false;
}

/* The keys of an update rule; those of the default are on. */
static void put_update(struct text *out, const struct place *p)
{
    const char *rule = field_find(train_fields, "update")->def;
    char words[80];

    text_puts(out, "\n");
    snprintf(words, sizeof words, "With update: %s", p->name);
    comment(out, 2, words);
    comment(out, 2, p->doc);
    put_rows(out, 2, p->fields, strcmp(p->name, rule) == 0, NULL);
}

/* The network, then what every layer may have. */
static void put_network(struct text *out, const struct place *p)
{
    put_heading(out, 0, p->path, "The network, layer by layer.", true);
    for (size_t i = 0; network[i]; i++) {
        const struct kind *k = &layer_find(network[i])->kind;
        put_layer(out, k->name, k->doc, k->fields, true);
    }
    text_puts(out, "\n");
    comment(out, 6, p->doc);
    put_rows(out, 6, p->fields, true, NULL);
}

/* A section, maybe within another. */
static void put_section(struct text *out, const struct place *p)
{
    const char *dot = strchr(p->path, '.');
    const int64_t indent = dot ? 2 : 0;
    const bool on = strcmp(p->path, "data.normalize") != 0;

    text_puts(out, "\n");
    if (strcmp(p->path, "layers") == 0) {
        put_network(out, p);
        return;
    }
    if (!on)
        text_printf(out, "  normalize: %s\n", normalize_words[0]);
    if (*p->path)
        put_heading(out, indent, dot ? dot + 1 : p->path, p->doc, on);
    put_rows(out, *p->path ? indent + 2 : 0, p->fields, on, NULL);
}

void key_reference(struct text *out)
{
    comment(out, 0,
            "Every key of a configuration with its default and its meaning.  "
            "Keys without a default, and those that cannot stand beside the "
            "rest, are commented out.  Generated from the program's tables.");
    for (struct place p = {0}; place_next(&p);) {
        if (p.role == PLACE_SECTION)
            put_section(out, &p);
        else if (strcmp(p.section, "data.train") == 0)
            put_source(out, &p);
        else if (strcmp(p.section, "train") == 0)
            put_update(out, &p);
        else if (strcmp(p.section, "layers") == 0 && !is_on(p.name))
            put_layer(out, p.name, p.doc, p.fields, false);
    }
}
