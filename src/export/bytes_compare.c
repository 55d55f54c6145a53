/*
 * bytes_compare.c - what integers cost: answers beside those of floats.
 */
#include "base/num.h"
#include "export/bytes.h"

enum { PIECE = 512 };

/* What a piece needs. */
struct pieces {
    const struct byte_network *b;
    const struct subset *part;
    struct pool *pool;
    struct infer *infer;
    real *x, *floats, *integers;
    int32_t labels[PIECE];
};

static enum status open_pieces(struct pieces *p, struct arena *arena,
                               struct err *e)
{
    const struct network *n = p->b->net;
    const size_t outputs = (size_t)n->outputs;

    p->x = arena_take(arena, PIECE * (size_t)n->inputs, sizeof *p->x);
    p->floats = arena_take(arena, PIECE * outputs, sizeof *p->floats);
    p->integers = arena_take(arena, PIECE * outputs, sizeof *p->integers);
    enum status s = arena_check(arena, e, "comparing integers with floats");
    if (s == OK)
        s = infer_new(&p->infer, &n->own, p->pool, PIECE, e);
    if (s == OK) {
        infer_weights(p->infer, n->model->state.best_params);
        if (network_answer_of(n->model).is_pair)
            infer_pair(p->infer);
    }
    return s;
}

static void count(const struct pieces *p, int64_t samples,
                  struct byte_accuracy *out)
{
    const int64_t width = p->b->net->outputs;

    for (int64_t i = 0; i < samples; i++) {
        const real *f = p->floats + i * width, *b = p->integers + i * width;
        out->floats += infer_argmax(f, width) == p->labels[i];
        out->integers += infer_argmax(b, width) == p->labels[i];
    }
}

enum status bytes_compare(const struct byte_network *b,
                          const struct subset *part, struct pool *pool,
                          struct byte_accuracy *out, struct err *e)
{
    struct arena arena = {0};
    struct pieces p = {.b = b, .part = part, .pool = pool};
    enum status s = open_pieces(&p, &arena, e);

    *out = (struct byte_accuracy){.samples = part->count};
    for (int64_t i = 0; s == OK && i < part->count; i += PIECE) {
        const int64_t some = num_min(PIECE, part->count - i);
        const struct subset of = {part->set, part->ids + i, some};
        s = batch_fill(&of, &b->net->model->norm, p.x, p.labels, e);
        if (s != OK)
            break;
        infer_outputs(p.infer, some, p.x, p.floats);
        s = bytes_answers(b, some, p.x, pool, p.integers, e);
        if (s == OK)
            count(&p, some, out);
    }
    infer_free(p.infer);
    arena_free(&arena);
    return s;
}
