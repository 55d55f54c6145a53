/*
 * document.c - the layers that were made as readable YAML.
 */
#include <string.h>

#include "import/importer.h"

enum { NAME_MOST = 128, PRODUCER_MOST = 64 };

/* Could it be the name of a layer: nothing that a terminal must not show? */
static bool is_name(struct importer *im, const char *name)
{
    struct text shown = {0};

    text_shown(&shown, name);
    const bool clean = *name && strlen(name) <= NAME_MOST &&
                       strcmp(text_string(&shown), name) == 0;
    im->arena->failed = im->arena->failed || shown.failed;
    text_free(&shown);
    return clean;
}

static const char *default_name(const struct importer *im, const struct made *m)
{
    return arena_printf(im->arena, "%s%lld", m->ops->kind.name,
                        (long long)m->place);
}

/* Is it the layer's now?  NULL memory: dict_add remembers nothing, the arena
 * does. */
static bool claim_name(struct importer *im, struct dict *names,
                       const char *name, struct made *m)
{
    struct dict_entry *entry = dict_add(names, name, strlen(name));

    if (!entry)
        im->arena->failed = true;
    if (!entry || entry->item)
        return false;
    entry->item = m;
    m->name = name;
    return true;
}

/* Names that the file gives go first; then the others get those of their place,
 * or, where one of the first has it, another. */
static void name_layers(struct importer *im)
{
    struct dict names = {0};

    for (int64_t i = 0; i < im->layer_count; i++) {
        struct made *m = im->layers[i];
        const char *name = m->name;
        m->name = NULL;
        if (!m->dropped && name && is_name(im, name))
            (void)claim_name(im, &names, name, m);
    }
    for (int64_t i = 0; i < im->layer_count; i++) {
        struct made *m = im->layers[i];
        const char *name = default_name(im, m);
        while (!m->dropped && !m->name && !im->arena->failed &&
               !claim_name(im, &names, name, m))
            name = arena_printf(im->arena, "%s_", name);
    }
    dict_free(&names);
}

/* A row's value, unless it is what the layer begins with. */
static void put_key(struct text *out, const struct field *f,
                    const struct made *m, const void *defaults,
                    const char **comma)
{
    struct text value = {0}, usual = {0};
    const bool required = !f->def && !f->optional;

    if (field_is_absent(f, m->config))
        return;
    field_print_value(&value, f, m->config);
    if (!required && !field_is_absent(f, defaults))
        field_print_value(&usual, f, defaults);
    if (required || value.failed || usual.failed ||
        strcmp(text_string(&value), text_string(&usual)) != 0) {
        text_printf(out, "%s%s: ", *comma, f->key);
        text_join(out, &value);
        *comma = ", ";
    }
    text_drop(out, &value);
    text_drop(out, &usual);
}

static bool reads_before(const struct importer *im, const struct made *m)
{
    return m->input_count == 0 ||
           (m->input_count == 1 &&
            im->layers[m->inputs[0]]->place == m->place - 1);
}

static void put_layer(struct importer *im, const struct made *m,
                      struct text *out)
{
    const void *defaults = made_defaults(im, m);
    const char *comma = "";

    text_printf(out, "  - %s: {", m->ops->kind.name);
    for (const struct field *f = m->ops->kind.fields; f && f->key && defaults;
         f++)
        put_key(out, f, m, defaults, &comma);
    if (strcmp(m->name, default_name(im, m)) != 0) {
        text_printf(out, "%sname: ", comma);
        field_print_text(out, m->name);
        comma = ", ";
    }
    for (int64_t k = 0; k < m->input_count && !reads_before(im, m); k++) {
        text_printf(out, "%s", k > 0 ? ", " : comma);
        text_puts(out, k > 0 ? "" : "incoming: [");
        field_print_text(out, im->layers[m->inputs[k]]->name);
    }
    text_puts(out, reads_before(im, m) ? "}\n" : "]}\n");
}

/* Who wrote the file, as far as it can be shown. */
static void put_origin(const struct importer *im, struct text *out)
{
    struct text who = {0};

    text_shown(&who, im->from->producer);
    text_puts(&who, who.length > 0 && *im->from->producer_version ? " " : "");
    text_shown(&who, im->from->producer_version);
    text_printf(out, "# An ONNX graph of opset %lld",
                (long long)im->from->opset);
    if (who.length > 0 && who.length <= PRODUCER_MOST)
        text_printf(out, ", by %s", text_string(&who));
    text_puts(out, ".\n");
    text_drop(out, &who);
    if (im->is_log)
        text_puts(out, "# Its outputs are the logarithms of those here.\n");
    if (!im->moves)
        return;
    text_puts(out, "# Its samples are ");
    text_puts(out, shape_text(im->moved).text);
    text_puts(out, ", those here have the same axes in another order.\n");
}

static void put_reals(struct text *out, const char *key, const double *at,
                      int64_t count)
{
    text_printf(out, "%s: ", key);
    for (int64_t i = 0; i < count; i++) {
        text_puts(out, i > 0 ? ", " : count > 1 ? "[" : "");
        real_add(out, at[i]);
    }
    text_puts(out, count > 1 ? "]" : "");
}

static void put_data(const struct importer *im, struct text *out)
{
    const struct front *f = &im->front;

    text_puts(out, "data:\n");
    if (!f->any) {
        text_puts(out, "  normalize: none\n");
    } else {
        text_puts(out, "  normalize: {");
        put_reals(out, "mean", f->mean, f->count);
        put_reals(out, ", std", f->std, f->count);
        text_puts(out, "}\n");
    }
    for (int64_t i = 0; i < im->classes.count; i++) {
        text_puts(out, i > 0 ? ", " : "  classes: [");
        field_print_text(out, im->classes.at[i]);
    }
    text_puts(out, im->classes.count > 0 ? "]\n" : "");
}

void document_text(struct importer *im, struct text *out)
{
    int64_t place = 0;

    for (int64_t i = 0; i < im->layer_count; i++) {
        im->layers[i]->place = place;
        place += !im->layers[i]->dropped;
    }
    name_layers(im);
    put_origin(im, out);
    put_data(im, out);
    text_puts(out, "layers:\n");
    for (int64_t i = 0; i < im->layer_count && !im->arena->failed; i++)
        if (!im->layers[i]->dropped)
            put_layer(im, im->layers[i], out);
    if (im->regression)
        text_puts(out, "train:\n  regression: true\n"
                       "  update: adam\n");
}
