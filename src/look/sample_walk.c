/*
 * sample_walk.c - labelled samples through a model.
 */
#include "look/sample_walk.h"

#include <string.h>

#include "activation/activation.h"
#include "base/num.h"
#include "codec/digest.h"
#include "data/pixels.h"
#include "tensor/finite.h"
#include "train/accord.h"
#include "train/scores.h"

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

/* There is room for `most` samples. */
static enum status walk_pieces(const struct sample_walk *w,
                               const struct exchange *x, struct infer *infer,
                               int64_t most, const struct score_room *room,
                               struct err *e)
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
            .scores = room->scores,
            .y = room->outputs,
            .cut = infer_cut(&m->experiment.graph),
            .targets = room->inputs ? room->inputs : p->set->targets,
            .ids = piece.ids,
            .pair = m->experiment.binary,
            .by_row = room->inputs != NULL,
        };
        s = scores_of(x, infer, &piece, &with, room, e);
        if (s == OK)
            batch_raw_targets(&m->scale, piece.count, room->outputs);
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

/* By content, wherever it is held: processes of other memory hash the same. */
static enum status digest_samples(const struct subset *part,
                                  char hex[SHA256_HEX_BYTES], struct err *e)
{
    const struct dataset *d = part->set;
    struct sha256 hash;

    sha256_begin(&hash);
    sha256_add(&hash, part->ids, (size_t)part->count * sizeof *part->ids);
    const enum status s = dataset_digest(d, d->shape, &hash, NULL, e);
    sha256_end(&hash, hex);
    return s;
}

/* All have the same weights, samples and kernels. */
static enum status agree(const struct sample_walk *w, const struct exchange *x,
                         enum status own, struct err *e)
{
    const struct model *m = w->model;
    const int64_t count = m->experiment.graph.weight_size;
    const struct accord_fact weights = {.status = ERR_DATA,
                                        .otherwise = "has other weights than"};
    char hex[SHA256_HEX_BYTES] = "";

    if (x->processes == 1)
        return own;
    enum status s = own == OK ? digest_samples(w->part, hex, e) : own;
    s = accord_status(x, s, e);
    if (s == OK)
        s = accord_on_text(x, weights, (const char *)m->state.best_params,
                           (size_t)count * sizeof(real), e);
    const struct kernels_name kernels = model_kernels(&m->experiment.graph);
    const struct accord_fact facts[] = {
        {ERR_DATA, "reads other samples than", hex, false},
        {ERR_MEMORY, "computes by other kernels than", kernels.text, true},
    };
    for (size_t i = 0; s == OK && i < ARRAY_LEN(facts); i++)
        s = accord_on(x, &facts[i], e);
    return s;
}

enum status sample_walk(const struct sample_walk *w, struct err *e)
{
    const int64_t width = w->model->target.width;
    const int64_t most = num_max(1, num_min(PIECE, PIECE_OUTPUTS / width));
    const size_t outputs = (size_t)(most * width);
    struct arena a = {0};
    const struct score_room room = {
        .scores = arena_take(&a, (size_t)most, sizeof *room.scores),
        .outputs = arena_take(&a, outputs, sizeof *room.outputs),
        .inputs = w->model->target.kind == TARGET_INPUTS
                      ? arena_take(&a, outputs, sizeof *room.inputs)
                      : NULL,
        .width = width,
    };
    struct pool *pool = NULL;
    struct infer *infer = NULL;

    enum status s = arena_check(&a, e, "preparing to evaluate");
    if (s == OK)
        s = pool_new(&pool, w->threads, e);
    if (s == OK)
        s = infer_new(&infer, &w->model->experiment.graph, pool, INFER_ANY, e);
    if (s == OK && w->model->experiment.binary)
        infer_pair(infer);
    const struct exchange x = w->exchange ? *w->exchange : exchange_local(NULL);
    s = agree(w, &x, s, e);
    if (s == OK)
        s = walk_pieces(w, &x, infer, most, &room, e);
    infer_free(infer);
    pool_free(pool);
    arena_free(&a);
    return s;
}
