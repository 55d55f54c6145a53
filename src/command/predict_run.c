/*
 * predict_run.c - the network, its memory, and where the output goes.
 */
#include "command/predict_run.h"

#include "cli/output.h"
#include "codec/npy.h"
#include "command/predict_inputs.h"
#include "graph/cut.h"
#include "train/infer.h"

static enum status take_network(struct predict *p, struct err *e)
{
    const struct model *m = p->job->model;
    const struct graph *g = &m->experiment.graph;

    p->graph = g;
    p->weights = m->state.best_params;
    if (p->format.what != PREDICT_LAYER)
        return OK;
    enum status s = graph_cut(&p->cut, g, p->job->node, &p->arena, e);
    real *weights = s == OK
                        ? arena_take(&p->arena, (size_t)p->cut.weight_size + 1,
                                     sizeof *weights)
                        : NULL;
    if (s == OK)
        s = arena_check(&p->arena, e, "preparing to predict");
    if (s == OK)
        graph_cut_weights(&p->cut, weights, g, p->weights);
    p->graph = &p->cut;
    p->weights = weights;
    return s;
}

static enum status take_memory(struct predict *p, struct err *e)
{
    const size_t in = (size_t)shape_count(p->graph->in) * PREDICT_ROOM;
    const size_t out = (size_t)p->format.width * PREDICT_ROOM;
    struct arena *arena = &p->arena;

    p->raw = arena_take(arena, in, sizeof *p->raw);
    p->x = arena_take(arena, in, sizeof *p->x);
    p->y = arena_take(arena, out, sizeof *p->y);
    if (p->format.what == PREDICT_LOGITS)
        p->logits = arena_take(arena, out, sizeof *p->logits);
    p->bad = arena_take(arena, PREDICT_ROOM, sizeof *p->bad);
    for (int64_t i = 0; i < PREDICT_ROOM; i++)
        p->ids[i] = i;
    return arena_check(arena, e, "preparing to predict");
}

/* The header of an array of the records that have been written. */
static void npy_header_of(const struct predict *p, char out[NPY_HEADER_BYTES])
{
    const bool own = shape_count(p->graph->out) == p->format.width;
    const struct shape shape = own ? p->graph->out : SHAPE(p->format.width);

    npy_write(out, "<f4", p->written, shape.dim, shape.axes);
}

/* To a file that appears when all of it is there. */
static enum status predict_to_file(struct predict *p, struct err *e)
{
    const bool npy = p->format.layout == PREDICT_NPY;
    char header[NPY_HEADER_BYTES];
    struct output_file file = {.lock = {.fd = -1}};
    struct out *out = arena_take(&p->arena, 1, sizeof *out);

    if (!out)
        return err_memory(e, "preparing to predict");
    enum status s = output_begin(p->job->call, p->job->output, &file, e);
    if (s == OK) {
        out_begin(out, file.file.fd, p->job->output, e);
        p->out = out;
        npy_header_of(p, header);
        if (npy)
            out_add(out, header, sizeof header);
        s = predict_inputs(p, e);
        npy_header_of(p, header);
    }
    if (s == OK && npy)
        s = file_replace_begin_with(&file.file, header, sizeof header, e);
    if (s == OK)
        s = file_replace_commit(&file.file, e);
    output_end(&file);
    return s;
}

enum status predict_run(const struct predict_job *job, struct err *e)
{
    struct predict p = {
        .job = job, .format = job->format, .out = job->call->out};
    enum status s = take_network(&p, e);
    if (s == OK)
        s = take_memory(&p, e);
    if (s == OK)
        s = pool_new(&p.pool, job->call->global.threads, e);
    if (s == OK)
        s = infer_new(&p.infer, p.graph, p.pool, INFER_ANY, e);
    if (s == OK)
        infer_weights(p.infer, p.weights);
    if (s == OK && job->model->experiment.binary &&
        p.format.what != PREDICT_LAYER)
        infer_pair(p.infer);
    if (s == OK && job->output)
        s = predict_to_file(&p, e);
    else if (s == OK)
        s = predict_inputs(&p, e);
    infer_free(p.infer);
    pool_free(p.pool);
    arena_free(&p.arena);
    return s;
}
