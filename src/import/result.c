/*
 * result.c - the layers that were made as a model: its document, its weights,
 * what it is told of its samples.
 */
#include <string.h>

#include "import/importer.h"

static const char doing[] = "reading the network";

/* The document of the layers that were made. */
enum status result_document(struct importer *im, struct experiment *x,
                            const struct kernels *kern)
{
    struct text text = {0};
    struct err *inner = im->quiet;

    err_clear(inner);
    document_text(im, &text);
    enum status s = arena_check(im->arena, im->e, doing);
    if (s == OK && text.failed)
        s = import_memory(im);
    if (s == OK)
        s = experiment_parse_stored(x, im->file, text_string(&text),
                                    text.length, kern, inner);
    text_free(&text);
    if (s == OK || s == ERR_MEMORY || im->e->status != OK)
        return s == OK ? OK : s == ERR_MEMORY ? import_memory(im) : s;
    inner->text[strcspn(inner->text, "\n")] = '\0';
    return err_add(im->e, ERR_DATA, im->file, "makes no valid network: %s",
                   inner->text);
}

/* The weights of layer m, which is node n of the graph. */
static enum status put_weights(const struct importer *im, const struct made *m,
                               const struct graph *g, real *weights)
{
    const struct graph_node *n = &g->nodes[m->place];
    const int64_t first[] = {n->first_param, n->first_buffer};
    const int64_t count[] = {n->layer.spec.param_count,
                             n->layer.spec.buffer_count};

    for (int part = 0; part < 2; part++)
        for (int64_t i = 0; i < count[part]; i++) {
            const struct param *p = &g->params[first[part] + i];
            const char *name = part == 0 ? n->layer.spec.params[i].name
                                         : n->layer.spec.buffers[i].name;
            const struct made_weight *w = m->weights;
            const struct made_weight *end = w + m->weight_count;
            while (w < end && strcmp(w->name, name) != 0)
                w++;
            if (w == end || w->count != p->count)
                return err_add(im->e, ERR_INTERNAL, im->file,
                               "'%s' has no weights", p->name);
            for (int64_t k = 0; k < w->count; k++)
                weights[p->offset + k] = (real)w->at[k];
        }
    return OK;
}

enum status result_weights(const struct importer *im, struct model *m)
{
    const struct graph *g = &m->experiment.graph;
    const struct update_ops *update =
        m->experiment.has_train ? update_of(m->experiment.update) : NULL;
    enum status s =
        state_new(&m->state, g, update, &m->experiment.columns, im->e);

    for (int64_t i = 0; s == OK && i < im->layer_count; i++)
        if (!im->layers[i]->dropped)
            s = put_weights(im, im->layers[i], g, m->state.params);
    if (s == OK)
        memcpy(m->state.best_params, m->state.params,
               (size_t)g->weight_size * sizeof *m->state.params);
    return s;
}

enum status result_facts(const struct importer *im, struct model *m)
{
    struct data_facts facts = {.images = experiment_images(&m->experiment)};
    const enum status s =
        facts_without_data(&facts, &m->experiment, NULL, &m->arena, im->e);

    m->target = facts.target;
    m->norm = facts.norm;
    m->scale = facts.scale;
    m->missing = facts.missing;
    m->names = facts.names;
    m->images = facts.images;
    m->reach = facts.reach;
    m->of_images = facts.of_images;
    m->fingerprint = "";
    m->cpu_kernels =
        arena_strdup(&m->arena, model_kernels(&m->experiment.graph).text);
    return s == OK ? arena_check(&m->arena, im->e, doing) : s;
}
