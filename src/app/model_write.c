/*
 * model_write.c - an experiment with weights to a file.
 */
#include <stdio.h>
#include <string.h>

#include "app/model.h"
#include "tensor/gemm.h"
#include "train/checkpoint.h"
#include "train/infer.h"

enum { OWN_TEXTS = 12 }; /* at most */

static void normalization_members(struct json_writer *w,
                                  const struct normalization *norm)
{
    json_put_reals(w, "mean", norm->mean, norm->count);
    json_put_reals(w, "std", norm->std, norm->count);
}

static const char *classes_text(struct arena *arena,
                                const struct target *target)
{
    struct json_writer w = {0};

    json_put_texts(&w, NULL, target->names, target_classes(target));
    return json_finish_on(&w, JSON_SORTED, arena);
}

static const char *normalization_text(struct arena *arena,
                                      const struct normalization *norm)
{
    struct json_writer w = {0};

    normalization_put(&w, NULL, norm);
    return json_finish_on(&w, JSON_SORTED, arena);
}

/* The default of a row as text: without the quotes that YAML may ask for. */
static bool is_default(const struct field *f, const char *text)
{
    const bool quoted = f->def[0] == '"';

    return strlen(text) + (quoted ? 2 : 0) == strlen(f->def) &&
           strncmp(text, f->def + quoted, strlen(text)) == 0;
}

/* A key of a source that is not its default. */
static void put_key(struct json_writer *w, const struct source *source,
                    const char *key, bool *any)
{
    const struct field *f = field_find(source->kind->kind.fields, key);
    const void *member = f ? (const char *)source->config + f->offset : NULL;

    if (!f || field_is_absent(f, source->config))
        return;
    if (f->type == &type_text_list) {
        const struct text_list *list = member;
        json_put_texts(w, key, list->at, list->count);
        *any = true;
    } else if (!is_default(f, *(const char *const *)member)) {
        json_put_text(w, key, *(const char *const *)member);
        *any = true;
    }
}

/* How a table was read, as far as it does not go without saying; NULL: it all
 * does. */
static const char *inputs_text(struct arena *arena, const struct experiment *x,
                               const struct data_facts *f)
{
    static const char *const keys[] = {"ignore", "delimiter", "header"};
    const struct column_names *names = &f->names;
    const struct source *source = &x->train_source;
    struct json_writer w = {0};
    bool any = names->inputs.count > 0 || f->missing.count > 0 || f->of_images;

    json_begin_map(&w, NULL);
    if (names->inputs.count > 0)
        json_put_texts(&w, "columns", names->inputs.at, names->inputs.count);
    if (names->inputs.count > 0 && names->label)
        json_put_text(&w, "label", names->label);
    if (f->missing.count > 0)
        json_put_reals(&w, "missing", f->missing.at, f->missing.count);
    if (f->of_images)
        model_images_put(&w, "image", &f->images);
    for (size_t i = 0; source->kind && i < ARRAY_LEN(keys); i++)
        put_key(&w, source, keys[i], &any);
    json_end(&w);
    const char *text = json_finish_on(&w, JSON_SORTED, arena);
    return any ? text : NULL;
}

/* NULL: no sample says anything. */
static const char *reach_text(struct arena *arena, const struct reach *reach)
{
    const double values[] = {reach->low, reach->high};
    struct json_writer w = {0};

    json_put_reals(&w, NULL, values, ARRAY_LEN(values));
    const char *text = json_finish_on(&w, JSON_SORTED, arena);
    return reach->high > 0 ? text : NULL;
}

static const char *targets_text(struct arena *arena, const struct data_facts *f)
{
    const struct text_list *names = &f->names.targets;
    struct json_writer w = {0};

    json_begin_map(&w, NULL);
    json_put_text(&w, "kind", target_word(f->target.kind));
    if (names->count > 0)
        json_put_texts(&w, "names", names->at, names->count);
    if (f->scale.count > 0)
        normalization_members(&w, &f->scale);
    json_end(&w);
    return json_finish_on(&w, JSON_SORTED, arena);
}

static const char *config_text(struct arena *arena, const struct experiment *x)
{
    struct text text = {0};

    experiment_print(&text, x, LAYERS_WRITTEN_OUT);
    return arena_text(arena, &text);
}

static enum status take_reference(struct arena *arena,
                                  const struct experiment *x,
                                  const struct train_state *s,
                                  struct pool *pool, struct checkpoint *c,
                                  struct err *e)
{
    struct shape shape = {.axes = 1 + x->graph.out.axes,
                          .dim = {REFERENCE_SAMPLES}};
    real *y;
    const enum status status = reference_outputs(
        &x->graph, pool, state_predicting(s, &x->graph), arena, &y, e);

    for (int64_t i = 0; i < x->graph.out.axes; i++)
        shape.dim[1 + i] = x->graph.out.dim[i];
    if (status == OK)
        c->tensors[c->tensor_count++] =
            (struct stored_tensor){reference_name, shape, y};
    return status;
}

/* Everything that goes into a file, on an arena. */
struct content {
    struct arena arena;
    struct checkpoint checkpoint;
    struct stored_text texts[OWN_TEXTS + COUNTERS];
    struct stored_content stored; /* all of it */
};

static enum status assemble(struct content *c, const struct experiment *x,
                            const struct train_state *s,
                            const struct model_facts *facts, struct err *e)
{
    const struct update_ops *update =
        x->has_train ? update_of(x->update) : NULL;
    const struct kernels_name kernels = model_kernels(&x->graph);
    struct arena *arena = &c->arena;
    const struct stored_text own[OWN_TEXTS] = {
        {"format", STORE_OWN_FORMAT},
        {"format_version",
         arena_printf(arena, "%d", (int)MODEL_FORMAT_VERSION)},
        {"cnnctl_version", CNNCTL_VERSION},
        {"cpu_kernels", arena_strdup(arena, kernels.text)},
        {"config", config_text(arena, x)},
        {"classes", classes_text(arena, &facts->data->target)},
        {"normalization", normalization_text(arena, &facts->data->norm)},
        {"data_fingerprint", facts->fingerprint},
        {"inputs", inputs_text(arena, x, facts->data)},
        {"targets", targets_text(arena, facts->data)},
        {"split", facts->cut},
        {"reach", reach_text(arena, &facts->data->reach)},
    };

    checkpoint_take(&c->checkpoint, arena, &x->graph, update, s);
    enum status status = arena_check(arena, e, "saving the model");
    if (status == OK)
        status = take_reference(arena, x, s, facts->pool, &c->checkpoint, e);
    if (status != OK)
        return status;
    int64_t count = 0;
    for (size_t i = 0; i < OWN_TEXTS; i++)
        if (own[i].value)
            c->texts[count++] = own[i];
    for (size_t i = 0; i < COUNTERS; i++)
        if (c->checkpoint.texts[i].value)
            c->texts[count++] = c->checkpoint.texts[i];
    c->stored = (struct stored_content){c->texts, count, c->checkpoint.tensors,
                                        c->checkpoint.tensor_count};
    return OK;
}

void normalization_put(struct json_writer *w, const char *key,
                       const struct normalization *norm)
{
    json_begin_map(w, key);
    normalization_members(w, norm);
    json_end(w);
}

struct kernels_name model_kernels(const struct graph *g)
{
    struct kernels_name name;

    const struct kernels *kern = g->engine.kern;
    const char *level = cpu_name(kern->level);
    const char *precision = kern->bfloat16 ? "+bfloat16" : "";

    if (!graph_needs_blas(g, true))
        snprintf(name.text, sizeof name.text, "%s%s", level, precision);
    else
        snprintf(name.text, sizeof name.text, "%s%s, %s", level, precision,
                 gemm_open() ? "no BLAS" : gemm_kernel());
    return name;
}

bool model_computed_by(const struct model *m, const struct kernels_name *name)
{
    const size_t length = strlen(name->text);
    const char end = m->cpu_kernels[strnlen(m->cpu_kernels, length)];

    return strncmp(m->cpu_kernels, name->text, length) == 0 &&
           (end == '\0' || end == ',');
}

enum status model_put(struct file_replace *r, const char *path,
                      const struct experiment *x, const struct train_state *s,
                      const struct model_facts *facts, struct err *e)
{
    struct content c = {0};
    enum status status = assemble(&c, x, s, facts, e);

    if (status == OK)
        status = r ? store_put(r, path, &c.stored, e)
                   : store_write(path, &c.stored, e);
    arena_free(&c.arena);
    return status;
}

enum status model_write(const char *path, const struct experiment *x,
                        const struct train_state *s,
                        const struct model_facts *facts, struct err *e)
{
    return model_put(NULL, path, x, s, facts, e);
}

enum status model_write_stripped(const char *path, const struct model *m,
                                 struct err *e)
{
    const struct stored *all = &m->stored;
    const struct graph *g = &m->experiment.graph;
    struct arena arena = {0};
    struct stored_text *texts =
        arena_take(&arena, (size_t)all->text_count, sizeof *texts);
    struct stored_tensor *tensors =
        arena_take(&arena, (size_t)all->tensor_count, sizeof *tensors);
    struct stored_content kept = {.texts = texts, .tensors = tensors};
    enum status s = arena_check(&arena, e, "saving the model");

    for (int64_t i = 0; s == OK && i < all->text_count; i++)
        if (!store_adds(all->texts[i].key) &&
            !counters_is_position(all->texts[i].key))
            texts[kept.text_count++] = all->texts[i];
    for (int64_t i = 0; s == OK && i < all->tensor_count; i++)
        if (checkpoint_is_weight(g, all->tensors[i].name) ||
            strcmp(all->tensors[i].name, reference_name) == 0)
            tensors[kept.tensor_count++] = all->tensors[i];
    if (s == OK)
        s = store_write(path, &kept, e);
    arena_free(&arena);
    return s;
}

enum status model_rehearse(const char *path, const struct experiment *x,
                           const struct train_state *s,
                           const struct model_facts *facts, struct err *e)
{
    static const char *const others[] = {reference_name, NULL};
    struct content c = {0};
    struct stored back = {0};
    const struct checkpoint_file file = {&back, path, others};
    struct train_state again = {0};
    const struct update_ops *update = update_of(x->update);
    enum status status = assemble(&c, x, s, facts, e);

    if (status == OK)
        status = store_rehearse(path, &c.stored, &back, e);
    if (status == OK)
        status = state_new(&again, &x->graph, update, &x->columns, e);
    if (status == OK)
        status = average_new(&again.average, &x->graph, experiment_decay(x), e);
    if (status == OK)
        status = checkpoint_restore(&file, &x->graph, update, &again, e);
    state_free(&again);
    store_free(&back);
    arena_free(&c.arena);
    return status;
}
