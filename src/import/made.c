/*
 * made.c - layers: their configs, the list, their inputs.
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "import/importer.h"

enum { MAX_ROWS = 48, NAME_BYTES = 64 };

enum status import_memory(const struct importer *im)
{
    return err_memory(im->e, "reading the network");
}

/* A struct of a kind's table with every default; what has none is zero.  NULL:
 * no memory. */
static void *bind_defaults(const struct importer *im, const struct kind *kind)
{
    struct field rows[MAX_ROWS] = {{0}};
    const struct tree tree = {.arena = im->arena, .name = im->file};
    void *config = arena_take(im->arena, 1, kind->config_size);

    for (int i = 0; kind->fields && kind->fields[i].key && i < MAX_ROWS - 1;
         i++) {
        rows[i] = kind->fields[i];
        rows[i].optional = rows[i].optional || !rows[i].def;
    }
    if (!config || !kind->fields)
        return config;
    return field_fill(&tree, NULL, rows, config, im->e) == OK ? config : NULL;
}

/* The config that all layers of a kind begin with. */
static const void *defaults_of(struct importer *im, const struct kind *kind)
{
    int64_t at = 0;

    while (layer_kinds[at] != kind)
        at++;
    if (!im->defaults[at])
        im->defaults[at] = bind_defaults(im, kind);
    return im->defaults[at];
}

const void *made_defaults(struct importer *im, const struct made *m)
{
    return defaults_of(im, &m->ops->kind);
}

struct made *made_new(const struct step *s, const char *type)
{
    const struct layer_ops *ops = layer_find(type);
    struct made *m = arena_take(s->im->arena, 1, sizeof *m);
    const void *from = defaults_of(s->im, &ops->kind);
    void *config = arena_take(s->im->arena, 1, ops->kind.config_size + 1);

    if (!m || !from || !config)
        return NULL;
    memcpy(config, from, ops->kind.config_size);
    *m = (struct made){.ops = ops, .config = config};
    return m;
}

struct variant made_linear(void)
{
    return (struct variant){kind_find(activation_kinds, "linear"), ""};
}

struct variant made_function(const struct importer *im, const char *kind,
                             struct setting first, struct setting second)
{
    const struct setting set[] = {first, second};
    const struct kind *k = kind_find(activation_kinds, kind);

    if (!k->fields)
        return (struct variant){k, ""};
    char *config = bind_defaults(im, k);
    for (size_t i = 0; config && i < ARRAY_LEN(set); i++)
        if (set[i].key)
            *(double *)(void *)(config +
                                field_find(k->fields, set[i].key)->offset) =
                set[i].value;
    return (struct variant){k, config};
}

struct variant *made_nonlinearity(const struct made *m)
{
    const struct field *f = field_find(m->ops->kind.fields, "nonlinearity");

    return f ? (struct variant *)(void *)((char *)m->config + f->offset) : NULL;
}

struct int_list_or_word *made_shared(const struct made *m)
{
    const struct field *f = field_find(m->ops->kind.fields, "shared_axes");

    return (struct int_list_or_word *)(void *)((char *)m->config + f->offset);
}

void made_weight(struct made *m, const char *name, const float *at,
                 int64_t count)
{
    m->weights[m->weight_count++] = (struct made_weight){name, at, count};
}

/* Every parameter of the layer has a weight of its size, of numbers that are
 * finite. */
static enum status check_weights(const struct step *s, const struct made *m,
                                 const struct param_spec *params, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        const struct made_weight *w = m->weights;
        const struct made_weight *end = w + m->weight_count;
        while (w < end && strcmp(w->name, params[i].name) != 0)
            w++;
        if (w == end || w->count != shape_count(params[i].shape))
            return step_refuse(s, "its %s does not fit, expected %s numbers",
                               params[i].name,
                               shape_text(params[i].shape).text);
        for (int64_t k = 0; k < w->count; k++)
            if (!isfinite(w->at[k]) || (params[i].is_magnitude && w->at[k] < 0))
                return step_refuse(s,
                                   "its %s has a number that is not finite%s",
                                   params[i].name,
                                   params[i].is_magnitude ? " or below 0" : "");
    }
    return OK;
}

/* Layers count on the bounds of their tables, which reading a document keeps:
 * the config is read as one. */
static enum status check_keys(const struct step *s, const struct made *m,
                              struct arena *scratch)
{
    struct err *quiet = s->im->quiet;
    const struct kind *kind = &m->ops->kind;
    void *again = arena_take(scratch, 1, kind->config_size + 1);
    struct text keys = {0};
    struct tree t = {0};

    text_puts(&keys, "{");
    field_print(&keys, kind->fields, m->config);
    text_puts(&keys, "}");
    const size_t length = keys.length;
    const char *text = arena_text(scratch, &keys);
    if (!again || scratch->failed)
        return import_memory(s->im);
    err_clear(quiet);
    enum status status = tree_parse(&t, scratch, "", text, length, quiet);
    if (status == OK && kind->fields)
        status = field_fill(&t, t.root, kind->fields, again, quiet);
    if (status == OK || status == ERR_MEMORY)
        return status == OK ? OK : import_memory(s->im);
    const char *why = strstr(quiet->text, "error: ");
    why = why ? why + strlen("error: ") : quiet->text;
    return step_refuse(s, "%s.%.*s", kind->name, (int)strcspn(why, "\n"), why);
}

static enum status fit(const struct step *s, struct made *m)
{
    struct importer *im = s->im;
    struct layer_spec spec = {.engine = im->engine};
    struct shape in[LAYER_MAX_INPUTS];

    if (m->input_count < m->ops->min_inputs ||
        m->input_count > m->ops->max_inputs)
        return step_refuse(s, "%s of %lld inputs; at most %lld",
                           m->ops->kind.name, (long long)m->input_count,
                           (long long)m->ops->max_inputs);
    for (int64_t k = 0; k < m->input_count; k++)
        in[k] = im->layers[m->inputs[k]]->out;
    struct arena scratch = {0};
    enum status status = check_keys(s, m, &scratch);
    arena_free(&scratch);
    if (status != OK)
        return status;
    if (m->ops->infer(m->config, in, m->input_count, &spec) != OK)
        return step_refuse(s, "%s%s%s: %s", m->ops->kind.name,
                           spec.why_key ? "." : "",
                           spec.why_key ? spec.why_key : "", spec.why);
    if (!shape_fits(spec.out) ||
        !num_add(im->numbers, shape_count(spec.out), &im->numbers) ||
        im->numbers > IMPORT_MOST_NUMBERS)
        return step_refuse(s,
                           "the outputs up to here, of %s at last, are "
                           "too large",
                           shape_text(spec.out).text);
    m->out = spec.out;
    status = check_weights(s, m, spec.params, spec.param_count);
    return status == OK ? check_weights(s, m, spec.buffers, spec.buffer_count)
                        : status;
}

/* "conv1" of a weight "conv1.weight", "features_0" of "features.0.weight";
 * NULL: it is no name. */
static const char *name_of(const struct step *s)
{
    static const char ending[] = ".weight";
    const struct value *w = step_in(s, 1);
    const size_t tail = sizeof ending - 1;
    const size_t length = w && w->constant ? strlen(w->name) : 0;

    if (length <= tail || length > NAME_BYTES ||
        strcmp(w->name + length - tail, ending) != 0)
        return NULL;
    char name[NAME_BYTES] = {0};
    for (size_t i = 0; i < length - tail; i++) {
        const char c = w->name[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool digit = c >= '0' && c <= '9';
        if (!letter && c != '_' && (i == 0 || (!digit && c != '.')))
            return NULL;
        name[i] = c == '.' ? '_' : c;
    }
    return arena_strdup(s->im->arena, name);
}

enum status made_done(struct step *s, struct made *m,
                      struct value *const *inputs, int64_t count)
{
    struct importer *im = s->im;
    int64_t *at = arena_take(im->arena, (size_t)count, sizeof *at);

    if (!m || !at)
        return import_memory(im);
    for (int64_t k = 0; k < count; k++)
        at[k] = inputs[k]->layer;
    m->inputs = at;
    m->input_count = count;
    if (im->layer_count == GRAPH_MAX_LAYERS)
        return step_refuse(s, "more than %d layers", GRAPH_MAX_LAYERS);
    const enum status status = fit(s, m);
    if (status != OK)
        return status;
    for (int64_t k = 0; k < count; k++)
        im->layers[at[k]]->readers++;
    s->out->layer = im->layer_count;
    s->out->shape = m->out;
    im->layers[im->layer_count++] = m;
    if (!m->name && m->weight_count > 0)
        m->name = name_of(s);
    return OK;
}

enum status made_on(struct step *s, struct made *m, struct value *input)
{
    return made_done(s, m, &input, 1);
}

enum status made_gives(const struct step *s, const struct made *m,
                       struct shape want)
{
    return shape_equal(m->out, want)
               ? OK
               : step_refuse(s, "%s gives %s, the file %s", m->ops->kind.name,
                             shape_text(m->out).text, shape_text(want).text);
}
