/*
 * sample_walk.c - labelled samples through a model.
 */
#include "look/sample_walk.h"

#include <string.h>

#include "activation/activation.h"
#include "base/num.h"
#include "tensor/finite.h"
#include "train/infer.h"

enum {
    PIECE = 2048,           /* samples between two looks at the clock, */
    PIECE_OUTPUTS = 1 << 22 /* fewer where their outputs are more than this */
};

/* The loss that the model was trained with, or the default where it never was;
 * no kind when this network cannot have it. */
static struct variant loss_of_model(const struct model *m)
{
    const struct experiment *x = &m->experiment;
    const struct variant loss = x->has_train ? loss_plain(x->loss)
                                : x->binary  ? loss_default(TARGET_LABELS)
                                             : loss_default(m->target.kind);
    const char *wanted = loss_of(loss)->activation;
    const struct activation_ops *last =
        activation_of(x->graph.output_nonlinearity);

    return !wanted || strcmp(last->kind.name, wanted) == 0
               ? loss
               : (struct variant){NULL, NULL};
}

/* Outputs that are no numbers are no answer. */
static enum status check_outputs(const struct sample_walk *w,
                                 const struct metric_rows *of, struct err *e)
{
    const int64_t count = of->rows * of->width;
    const int64_t at = first_nonfinite(of->y, count);

    return at == count ? OK
                       : err_add(e, ERR_DATA, w->name,
                                 "sample %lld: the network's output is not "
                                 "finite",
                                 (long long)of->ids[at / of->width]);
}

/* `scores` and `y` have room for `most` samples. */
static enum status walk_pieces(const struct sample_walk *w, struct infer *infer,
                               int64_t most, struct score *scores, real *y,
                               float *targets, struct err *e)
{
    const struct model *m = w->model;
    const struct subset *p = w->part;
    const struct scoring with = {&m->norm, loss_of_model(m)};
    enum status s = OK;

    infer_weights(infer, m->state.best_params);
    for (int64_t first = 0; s == OK && first < p->count; first += most) {
        const struct subset piece = {p->set, p->ids + first,
                                     num_min(most, p->count - first)};
        const struct metric_rows rows = {
            .rows = piece.count,
            .width = m->target.width,
            .scores = scores,
            .y = y,
            .cut = infer_cut(&m->experiment.graph),
            .targets = targets ? targets : p->set->targets,
            .ids = piece.ids,
            .pair = m->experiment.binary,
            .by_row = targets != NULL,
        };
        s = infer_scores(infer, &piece, &with, scores, y, e);
        if (s == OK)
            batch_raw_targets(&m->scale, piece.count, y);
        if (s == OK)
            s = check_outputs(w, &rows, e);
        if (s == OK)
            w->take(w->context, &rows);
        progress_show(w->progress, w->label, "samples", first + piece.count,
                      p->count);
    }
    progress_erase(w->progress);
    return s;
}

enum status sample_walk(const struct sample_walk *w, struct err *e)
{
    const int64_t width = w->model->target.width;
    const int64_t most = num_max(1, num_min(PIECE, PIECE_OUTPUTS / width));
    struct arena a = {0};
    struct score *scores = arena_take(&a, (size_t)most, sizeof *scores);
    real *y = arena_take(&a, (size_t)(most * width), sizeof *y);
    float *targets =
        w->model->target.kind == TARGET_INPUTS
            ? arena_take(&a, (size_t)(most * width), sizeof *targets)
            : NULL;
    struct pool *pool = NULL;
    struct infer *infer = NULL;

    enum status s = arena_check(&a, e, "preparing to evaluate");
    if (s == OK)
        s = pool_new(&pool, w->threads, e);
    if (s == OK)
        s = infer_new(&infer, &w->model->experiment.graph, pool, INFER_ANY, e);
    if (s == OK)
        infer_take_targets(infer, targets);
    if (s == OK && w->model->experiment.binary)
        infer_pair(infer);
    if (s == OK)
        s = walk_pieces(w, infer, most, scores, y, targets, e);
    infer_free(infer);
    pool_free(pool);
    arena_free(&a);
    return s;
}
