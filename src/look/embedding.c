/*
 * embedding.c - a layer's outputs, projected.
 */
#include "look/embedding.h"

#include "conf/field.h"
#include "source/convert.h"

enum status embedding_compute(struct embedding *m,
                              const struct layer_request *r, struct arena *a,
                              struct err *e)
{
    const struct layer *layer =
        &r->model->experiment.graph.nodes[r->node].layer;
    const int64_t count = r->part->count;
    const int64_t width = shape_count(layer->spec.out);
    real *y = mem_take((size_t)count, (size_t)width * sizeof *y);

    *m = (struct embedding){
        .part = r->part,
        .target = &r->model->target,
        .layer = layer->name,
        .at = arena_take(a, (size_t)(count * PCA_COMPONENTS), sizeof *m->at),
    };
    enum status s = y && m->at ? layer_outputs(r, y, e)
                               : err_memory(e, "embedding samples");
    if (s == OK)
        s = pca_compute(&(struct pca_rows){count, width, y}, r->pool, m->at,
                        m->share, e);
    mem_free(y);
    return s;
}

static int32_t label_of(const struct embedding *m, int64_t i)
{
    return m->part->set->labels[m->part->ids[i]];
}

void embedding_csv(struct text *out, const struct embedding *m)
{
    text_puts(out, "sample,class,pc1,pc2\n");
    for (int64_t i = 0; i < m->part->count; i++) {
        text_printf(out, "%lld,", (long long)m->part->ids[i]);
        csv_put(out, m->target->names[label_of(m, i)]);
        for (int k = 0; k < PCA_COMPONENTS; k++) {
            text_puts(out, ",");
            real_add(out, m->at[i * PCA_COMPONENTS + k]);
        }
        text_puts(out, "\n");
    }
}

/* The points of a class, in the order of the samples. */
static void put_points(struct series *to, const struct embedding *m,
                       int32_t class, struct arena *a)
{
    int64_t count = 0;

    for (int64_t i = 0; i < m->part->count; i++)
        count += label_of(m, i) == class;
    double *x = arena_take(a, (size_t)count, sizeof *x);
    double *y = arena_take(a, (size_t)count, sizeof *y);
    *to = (struct series){
        .name = m->target->names[class],
        .style = SERIES_POINTS,
        .colour = class,
        .x = x,
        .y = y,
    };
    for (int64_t i = 0; x && y && i < m->part->count; i++)
        if (label_of(m, i) == class) {
            x[to->count] = m->at[i * PCA_COMPONENTS];
            y[to->count++] = m->at[i * PCA_COMPONENTS + 1];
        }
}

static const char *axis_label(const struct embedding *m, int k, struct arena *a)
{
    return arena_printf(a, "principal component %d (%.1f %% of the variance)",
                        k + 1, 100 * m->share[k]);
}

void embedding_figure(struct figure *f, const struct embedding *m,
                      struct arena *arena)
{
    const int64_t classes = m->target->width;
    struct panel *panel = arena_take(arena, 1, sizeof *panel);
    struct series *series = arena_take(arena, (size_t)classes, sizeof *series);

    *f = (struct figure){.panels = panel, .count = 1};
    if (!panel || !series)
        return;
    for (int32_t k = 0; k < classes; k++)
        put_points(&series[k], m, k, arena);
    panel->kind = PANEL_AXES;
    panel->axes = (struct axes){
        .x.label = axis_label(m, 0, arena),
        .y.label = axis_label(m, 1, arena),
        .series = series,
        .series_count = classes,
        .square = true,
    };
    f->title = arena_printf(arena, "Outputs of layer '%s' for %s", m->layer,
                            counted(m->part->count, "sample").text);
}
