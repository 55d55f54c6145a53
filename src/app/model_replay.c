/*
 * model_replay.c - does a model compute what it computed when it was saved?
 */
#include <math.h>

#include "app/model.h"
#include "train/infer.h"

/* Where transforms round otherwise some numbers become another bfloat16. */
double model_tolerance(const struct model *m)
{
    return m->experiment.graph.engine.kern->bfloat16 ? 1e-2 : 1e-5;
}

enum status model_replay(const struct model *m, const char *path,
                         struct pool *pool, double *largest, struct err *e)
{
    const struct graph *g = &m->experiment.graph;
    const struct stored_tensor *kept =
        stored_tensor_of(&m->stored, reference_name);
    const int64_t count = REFERENCE_SAMPLES * shape_count(g->out);
    struct arena arena = {0};
    real *y;

    *largest = 0;
    if (!kept || shape_count(kept->shape) != count)
        return err_add(e, ERR_DATA, NULL,
                       "the model holds no reference outputs of its network");
    enum status s =
        reference_outputs(g, pool, m->state.best_params, &arena, &y, e);
    for (int64_t i = 0; s == OK && i < count; i++) {
        const double difference = fabs((double)y[i] - (double)kept->data[i]);
        if (!isfinite(y[i]))
            s = err_add(e, ERR_DATA, path,
                        "reference input %lld: the network's output is not "
                        "finite",
                        (long long)(i / shape_count(g->out)));
        /* Not a number differs from everything. */
        if (!(difference <= *largest))
            *largest = isnan(difference) ? (double)INFINITY : difference;
    }
    arena_free(&arena);
    return s;
}
