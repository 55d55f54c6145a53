/*
 * onnx_check.c - a file read back, and what it computes.
 */
#include <math.h>
#include <string.h>

#include "export/onnx_file.h"
#include "import/verify.h"

static const char doing[] = "verifying ONNX";

/* Each output beside what it stands for. */
static enum status compare(const struct network *n, const real *got,
                           const real *want, struct err *e)
{
    for (int64_t i = 0; i < REFERENCE_SAMPLES * n->outputs; i++) {
        const double a = (double)got[i], b = (double)want[i];
        if (fabs(a - b) <= NETWORK_TOLERANCE * fmax(1, fabs(b)))
            continue;
        return err_add(e, ERR_DATA, NULL,
                       "the file does not compute what the model does: sample "
                       "%lld, output %lld is %.9g, expected %.9g",
                       (long long)(i / n->outputs), (long long)(i % n->outputs),
                       a, b);
    }
    return OK;
}

/* What the model makes of the samples, and what is made of it as it was read
 * back.  Where the file leaves normalization out, samples are normalized. */
static enum status replay(const struct network *n, const struct export_wish *w,
                          const struct model *back, struct err *e)
{
    const size_t inputs = REFERENCE_SAMPLES * (size_t)n->inputs;
    const size_t outputs = REFERENCE_SAMPLES * (size_t)n->outputs;
    struct arena arena = {0};
    real *x = arena_take(&arena, inputs, sizeof *x);
    real *want = arena_take(&arena, outputs, sizeof *want);
    real *got = arena_take(&arena, outputs, sizeof *got);
    enum status s = arena_check(&arena, e, doing);

    if (s == OK) {
        memcpy(x, n->raw, inputs * sizeof *x);
        memcpy(want, n->answers, outputs * sizeof *want);
        if (w->no_normalization)
            batch_normalize(&n->model->norm, n->inputs, REFERENCE_SAMPLES, x);
    }
    if (s == OK && w->logits)
        s = network_logits(n->model, w->pool, n->raw, want, e);
    if (s == OK)
        s = network_answers(back, w->pool, x, got, e);
    if (s == OK)
        s = compare(n, got, want, e);
    arena_free(&arena);
    return s;
}

/* Are there as many numbers? */
static enum status check_shapes(const struct network *n,
                                const struct model *back, struct err *e)
{
    return shape_count(back->experiment.graph.in) == n->inputs &&
                   experiment_width(&back->experiment) == n->outputs
               ? OK
               : err_add(e, ERR_DATA, NULL,
                         "the file does not read back as the model: its input "
                         "or its output has another shape");
}

enum status onnx_check(const struct network *n, const struct export_wish *w,
                       const struct text *file, bool *by_nodes, struct err *e)
{
    struct arena arena = {0};
    struct onnx_model read;
    struct imported how;
    struct model back;

    enum status s =
        onnx_read(file->at, file->length, w->path, &arena, &read, e);
    if (s == OK) {
        s = import_network(&back, &read, w->path, n->own.engine.kern, &how, e);
        if (s == OK)
            s = check_shapes(n, &back, e);
        if (s == OK)
            s = replay(n, w, &back, e);
        if (s == OK)
            s = verify_import(&back, &read, &how, w->path, w->pool, by_nodes,
                              e);
        model_free(&back);
    }
    arena_free(&arena);
    return s;
}
