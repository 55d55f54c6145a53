/*
 * reference.c - the outputs by which a model file proves itself; see infer.h.
 */
#include "base/arena.h"
#include "base/rng.h"
#include "train/infer.h"

const char reference_name[] = "verify.outputs";

enum status reference_outputs(const struct graph *g, struct pool *pool,
                              const real *weights, struct arena *arena,
                              real **y, struct err *e)
{
    const int64_t count = REFERENCE_SAMPLES * shape_count(g->in);
    const struct rng_key key = rng_key(g->seed, "verify");
    real *x = arena_take(arena, (size_t)count, sizeof *x);
    struct infer *infer;

    *y = arena_take(arena, REFERENCE_SAMPLES * (size_t)shape_count(g->out),
                    sizeof **y);
    if (!x || !*y)
        return err_memory(e, "computing the reference outputs");
    for (int64_t i = 0; i < count; i++)
        x[i] = (real)rng_normal(key, (uint64_t)i);
    const enum status s = infer_new(&infer, g, pool, REFERENCE_SAMPLES, e);
    if (s == OK) {
        infer_weights(infer, weights);
        infer_outputs(infer, REFERENCE_SAMPLES, x, *y);
    }
    infer_free(infer);
    return s;
}
