/*
 * network.c - from a model to what is written of it.
 */
#include "export/network.h"

#include <math.h>
#include <string.h>

#include "graph/cut.h"
#include "tensor/finite.h"

static const char doing[] = "preparing an export";

struct network_answer network_answer_of(const struct model *m)
{
    const bool is_pair = m->experiment.binary;

    return (struct network_answer){
        .nonlinearity = m->experiment.graph.output_nonlinearity,
        .is_pair = is_pair,
        .probable = infer_has_probabilities(&m->experiment.graph),
        .raw = m->target.kind == TARGET_INPUTS ? m->norm
               : m->target.kind == TARGET_REAL ? m->scale
                                               : (struct normalization){0},
    };
}

/* The model's own replay: what it was saved with must come out again. */
static enum status check_replay(const struct network *n, const char *path,
                                struct pool *pool, struct err *e)
{
    const struct stored_tensor *kept =
        stored_tensor_of(&n->model->stored, reference_name);
    double largest, most = 1;

    const enum status s = model_replay(n->model, path, pool, &largest, e);
    if (s != OK)
        return s;
    for (int64_t i = 0; i < shape_count(kept->shape); i++)
        most = fmax(most, fabs((double)kept->data[i]));
    return largest <= model_tolerance(n->model) * most
               ? OK
               : err_add(e, ERR_DATA, path,
                         "does not compute what it computed when it was saved: "
                         "a reference output differs by %.3g",
                         largest);
}

/* Normally distributed as the model's own reference inputs, but raw. */
static void draw_inputs(const struct network *n, real *raw)
{
    const struct graph *g = &n->own;
    const struct rng_key key = rng_key(g->seed, "verify");

    for (int64_t i = 0; i < REFERENCE_SAMPLES * n->inputs; i++)
        raw[i] = (real)rng_normal(key, (uint64_t)i);
    for (int64_t i = 0; i < REFERENCE_SAMPLES; i++)
        batch_raw(&n->model->norm, g->in, raw + i * n->inputs);
}

/* Who has them, normalized, become answers. */
typedef void infer_fn(struct infer *f, int64_t count, const real *x, real *y);

static enum status run(const struct model *m, struct pool *pool,
                       const real *raw, infer_fn *compute, real *y,
                       struct err *e)
{
    const struct graph *g = &m->experiment.graph;
    const int64_t size = shape_count(g->in);
    const size_t count = REFERENCE_SAMPLES * (size_t)size;
    struct infer *infer = NULL;
    real *x = mem_take(count, sizeof *x);
    enum status s = x ? infer_new(&infer, g, pool, REFERENCE_SAMPLES, e)
                      : err_memory(e, doing);

    if (s == OK) {
        memcpy(x, raw, count * sizeof *x);
        batch_normalize(&m->norm, size, REFERENCE_SAMPLES, x);
        infer_weights(infer, m->state.best_params);
        if (m->experiment.binary && compute == infer_outputs)
            infer_pair(infer);
        compute(infer, REFERENCE_SAMPLES, x, y);
    }
    infer_free(infer);
    mem_free(x);
    return s;
}

enum status network_answers(const struct model *m, struct pool *pool,
                            const real *raw, real *y, struct err *e)
{
    const struct network_answer a = network_answer_of(m);
    const int64_t width = experiment_width(&m->experiment);
    const enum status s = run(m, pool, raw, infer_outputs, y, e);

    for (int64_t i = 0; s == OK && a.raw.count > 0 && i < REFERENCE_SAMPLES;
         i++)
        batch_raw(&a.raw, m->experiment.graph.out, y + i * width);
    return s;
}

enum status network_logits(const struct model *m, struct pool *pool,
                           const real *raw, real *y, struct err *e)
{
    const enum status s = run(m, pool, raw, infer_logits, y, e);

    for (int64_t i = REFERENCE_SAMPLES - 1;
         s == OK && m->experiment.binary && i >= 0; i--) {
        y[2 * i + 1] = y[i];
        y[2 * i] = 0;
    }
    return s;
}

static enum status take_samples(struct network *n, const char *path,
                                struct pool *pool, struct err *e)
{
    const size_t count = REFERENCE_SAMPLES * (size_t)n->inputs;
    const size_t answers = REFERENCE_SAMPLES * (size_t)n->outputs;
    real *raw = arena_take(&n->arena, count, sizeof *raw);
    real *y = arena_take(&n->arena, answers, sizeof *y);

    n->raw = raw;
    n->answers = y;
    if (!raw || !y)
        return err_memory(e, doing);
    draw_inputs(n, raw);
    const enum status s = network_answers(n->model, pool, raw, y, e);
    if (s != OK)
        return s;
    return all_finite(raw, (int64_t)count) && all_finite(y, (int64_t)answers)
               ? OK
               : err_add(e, ERR_DATA, path,
                         "the network's output for a verification input is not "
                         "finite");
}

/* How far the samples' answers in float32 are from those in bfloat16. */
static enum status measure_rounding(struct network *n, const struct model *m,
                                    struct pool *pool, struct err *e)
{
    const int64_t count = REFERENCE_SAMPLES * n->outputs;
    real *y = arena_take(&n->arena, (size_t)count, sizeof *y);

    if (!y)
        return err_memory(e, doing);
    const enum status s = network_answers(m, pool, n->raw, y, e);
    for (int64_t i = 0; s == OK && i < count; i++)
        n->rounding =
            fmax(n->rounding, fabs((double)y[i] - (double)n->answers[i]));
    return s;
}

static enum status fold(struct network *n, struct err *e)
{
    const enum status s = fold_build(&n->fold, &n->arena, &n->own, e);

    if (s != OK)
        return s;
    const size_t size = (size_t)n->fold.graph.weight_size;
    real *weights = arena_take(&n->arena, size, sizeof *weights);
    if (!weights)
        return err_memory(e, doing);
    fold_weights(&n->fold, n->model->state.best_params, weights);
    n->weights = weights;
    return plan_build(&n->plan, &n->arena, &n->fold.graph,
                      (struct plan_rows){.slice = 1}, e);
}

/* What is written computes in float32: so does what it is compared with. */
static enum status take_plain(struct network *n, struct err *e)
{
    const struct graph *g = &n->model->experiment.graph;

    n->plain = *n->model;
    n->model = &n->plain;
    return graph_by(&n->plain.experiment.graph, g,
                    kernels_of(g->engine.kern->level), &n->arena, e);
}

enum status network_open(struct network *n, const struct model *m,
                         const char *path, bool folds, struct pool *pool,
                         struct err *e)
{
    *n = (struct network){.model = m};
    n->inputs = shape_count(m->experiment.graph.in);
    n->outputs = experiment_width(&m->experiment);
    enum status s = check_replay(n, path, pool, e);
    if (s == OK && m->experiment.graph.engine.kern->bfloat16)
        s = take_plain(n, e);
    n->own = n->model->experiment.graph;
    n->own.folds = folds;
    if (s == OK)
        s = fold(n, e);
    if (s == OK)
        s = take_samples(n, path, pool, e);
    return s == OK && n->model != m ? measure_rounding(n, m, pool, e) : s;
}

void network_close(struct network *n)
{
    arena_free(&n->arena);
    *n = (struct network){0};
}
