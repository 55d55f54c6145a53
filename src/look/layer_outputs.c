/*
 * layer_outputs.c - samples through the part of a network that computes a
 * layer.
 */
#include "look/layer_outputs.h"

#include "base/num.h"
#include "tensor/finite.h"

enum { PIECE = 1024 }; /* samples between two looks at the clock */

enum status layer_part_open(struct layer_part *p, const struct model *m,
                            int64_t node, int64_t most, struct pool *pool,
                            struct err *e)
{
    const struct graph *g = &m->experiment.graph;
    real *weights = NULL;

    *p = (struct layer_part){0};
    enum status s = graph_cut(&p->cut, g, node, &p->arena, e);
    if (s == OK)
        weights = arena_take(&p->arena, (size_t)p->cut.weight_size + 1,
                             sizeof *weights);
    if (s == OK)
        s = arena_check(&p->arena, e, "preparing to compute a layer");
    if (s == OK)
        s = infer_new(&p->infer, &p->cut, pool, most, e);
    if (s != OK)
        return s;
    graph_cut_weights(&p->cut, weights, g, m->state.best_params);
    infer_weights(p->infer, weights);
    return OK;
}

void layer_part_close(struct layer_part *p)
{
    infer_free(p->infer);
    arena_free(&p->arena);
}

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
    const size_t most = (size_t)num_min(PIECE, r->part->count);
    const size_t in = (size_t)shape_count(r->model->experiment.graph.in);
    struct layer_part part;
    enum status s =
        layer_part_open(&part, r->model, r->node, INFER_ANY, r->pool, e);
    real *x = arena_take(&part.arena, most * in, sizeof *x);

    if (s == OK)
        s = arena_check(&part.arena, e, "preparing to compute a layer");
    if (s == OK)
        s = walk_pieces(r, &part.cut, part.infer, x, y, e);
    layer_part_close(&part);
    return s;
}
