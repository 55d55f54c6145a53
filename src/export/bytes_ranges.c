/*
 * bytes_ranges.c - between what bounds the outputs of layers lie.
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "export/bytes.h"

enum { PIECE = 256 }; /* samples at once */

/* What a thread has seen. */
struct seen {
    struct byte_ranges at;
    bool odd; /* a number was not finite */
};

static void take(struct seen *s, int64_t node, const real *y, int64_t count,
                 int64_t step)
{
    real low = s->at.low[node], high = s->at.high[node];

    for (int64_t i = 0; i < count; i++) {
        const real v = y[i * step];
        low = v < low ? v : low;
        high = v > high ? v : high;
        s->odd = s->odd || !isfinite(v);
    }
    s->at.low[node] = low;
    s->at.high[node] = high;
}

static void look(void *context, const struct run *r, int64_t node,
                 enum run_call call)
{
    const struct layout out = layer_writes(&r->graph->nodes[node].layer);
    const real *y = run_output(r, node);

    (void)call;
    for (int64_t i = 0; i < r->rows; i++, y += layout_reals(&out))
        for (int64_t c = 0; c < out.channels; c++) {
            const struct plane_at at = layout_plane(&out, c);
            take(context, node, y + at.first, out.pixels, at.step);
        }
}

/* Everything that the walk over samples holds. */
struct survey {
    const struct network *n;
    struct seen *seen; /* [threads] */
    struct run_watch *watches;
    struct infer *infer;
    real *x, *y; /* of a piece */
};

static enum status open_survey(struct survey *s, struct pool *pool,
                               struct arena *arena, struct err *e)
{
    const size_t threads = (size_t)pool_size(pool);
    const size_t nodes = (size_t)s->n->own.count;

    s->seen = arena_take(arena, threads, sizeof *s->seen);
    s->watches = arena_take(arena, threads, sizeof *s->watches);
    s->x = arena_take(arena, PIECE * (size_t)s->n->inputs, sizeof *s->x);
    s->y = arena_take(arena, PIECE * (size_t)shape_count(s->n->own.out),
                      sizeof *s->y);
    for (size_t i = 0; s->seen && s->watches && i < threads; i++) {
        s->seen[i].at.low = arena_take(arena, nodes, sizeof(real));
        s->seen[i].at.high = arena_take(arena, nodes, sizeof(real));
        s->watches[i] =
            (struct run_watch){.context = &s->seen[i], .after = look};
    }
    enum status status = arena_check(arena, e, "calibrating");
    if (status == OK)
        status = infer_new(&s->infer, &s->n->own, pool, PIECE, e);
    if (status == OK) {
        infer_weights(s->infer, s->n->model->state.best_params);
        infer_watch(s->infer, s->watches);
    }
    return status;
}

/* The first thread's becomes what all have seen. */
static void merge(const struct survey *s, int64_t threads)
{
    struct seen *all = &s->seen[0];

    for (int64_t t = 1; t < threads; t++) {
        const struct seen *one = &s->seen[t];
        for (int64_t i = 0; i < s->n->own.count; i++) {
            if (one->at.low[i] < all->at.low[i])
                all->at.low[i] = one->at.low[i];
            if (one->at.high[i] > all->at.high[i])
                all->at.high[i] = one->at.high[i];
        }
        all->odd = all->odd || one->odd;
    }
}

static enum status walk_samples(struct survey *s, const struct subset *part,
                                struct err *e)
{
    enum status status = OK;

    for (int64_t i = 0; status == OK && i < part->count; i += PIECE) {
        const int64_t count = num_min(PIECE, part->count - i);
        const struct subset some = {part->set, part->ids + i, count};
        status = batch_fill(&some, &s->n->model->norm, s->x, NULL, e);
        if (status != OK)
            break;
        take(&s->seen[0], 0, s->x, count * s->n->inputs, 1);
        infer_outputs(s->infer, count, s->x, s->y);
    }
    return status;
}

enum status bytes_ranges(const struct network *n, const struct subset *part,
                         struct pool *pool, struct arena *arena,
                         struct byte_ranges *out, struct err *e)
{
    struct survey s = {.n = n};
    enum status status = open_survey(&s, pool, arena, e);

    if (status == OK)
        status = walk_samples(&s, part, e);
    infer_free(s.infer);
    if (status != OK)
        return status;
    merge(&s, pool_size(pool));
    *out = s.seen[0].at;
    return s.seen[0].odd
               ? err_add(e, ERR_DATA, NULL,
                         "calibrating: an output of a layer is not finite")
               : OK;
}
