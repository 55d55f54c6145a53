/*
 * layer_outputs.c - samples through the part of a network that computes a
 * layer.
 */
#include "look/layer_outputs.h"

#include "base/num.h"
#include "graph/cut.h"
#include "tensor/finite.h"
#include "train/infer.h"

enum { PIECE = 1024 }; /* samples between two looks at the clock */

static enum status check_finite(const struct layer_request *r,
                                const struct subset *piece, int64_t width,
                                const real *y, struct err *e)
{
    const int64_t count = piece->count * width;
    const int64_t at = first_nonfinite(y, count);

    return at == count
               ? OK
               : err_add(e, ERR_DATA, r->name,
                         "sample %lld: the output of layer '%s' is not finite",
                         (long long)piece->ids[at / width],
                         r->model->experiment.graph.nodes[r->node].layer.name);
}

/* x: room for a piece. */
static enum status walk_pieces(const struct layer_request *r,
                               const struct graph *cut, struct infer *infer,
                               real *x, real *y, struct err *e)
{
    const struct subset *p = r->part;
    const int64_t width = shape_count(cut->out);
    enum status s = OK;

    for (int64_t first = 0; s == OK && first < p->count; first += PIECE) {
        const struct subset piece = {p->set, p->ids + first,
                                     num_min(PIECE, p->count - first)};
        real *to = y + first * width;
        s = batch_fill(&piece, &r->model->norm, x, NULL, e);
        if (s != OK)
            break;
        infer_outputs(infer, piece.count, x, to);
        s = check_finite(r, &piece, width, to, e);
        progress_show(r->progress, r->label, "samples", first + piece.count,
                      p->count);
    }
    progress_erase(r->progress);
    return s;
}

enum status layer_outputs(const struct layer_request *r, real *y, struct err *e)
{
    const struct graph *g = &r->model->experiment.graph;
    const int64_t most = num_min(PIECE, r->part->count);
    struct arena a = {0};
    struct infer *infer = NULL;
    struct graph cut;
    enum status s = graph_cut(&cut, g, r->node, &a, e);

    if (s == OK) {
        real *weights =
            arena_take(&a, (size_t)cut.weight_size + 1, sizeof *weights);
        real *x =
            arena_take(&a, (size_t)(most * shape_count(g->in)), sizeof *x);
        s = arena_check(&a, e, "preparing to compute a layer");
        if (s == OK)
            s = infer_new(&infer, &cut, r->pool, INFER_ANY, e);
        if (s == OK) {
            graph_cut_weights(&cut, weights, g, r->model->state.best_params);
            infer_weights(infer, weights);
            s = walk_pieces(r, &cut, infer, x, y, e);
        }
    }
    infer_free(infer);
    arena_free(&a);
    return s;
}
