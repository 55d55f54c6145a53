/*
 * preflight.c - the memory plan against what there is.
 */
#include "app/preflight.h"

#include "base/file.h"
#include "base/system.h"
#include "train/infer.h"
#include "train/layer_log.h"

enum { MIB = 1 << 20 };

/* Measured: what is resident of a run besides the other regions, 3.8 to 4.1 MiB
 * of code, libraries and stacks; and OpenBLAS with its packed operands. */
enum { PROGRAM_BYTES = 4 * MIB, BLAS_BYTES = 7 * MIB / 2 };

const char *const memory_words[MEMORY_REGIONS] = {
    "weights", "gradients", "optimizer", "activations",
    "scratch", "data",      "program",   "total"};

static size_t slots_of(const struct experiment *x)
{
    size_t count = 0;

    while (x->has_train && update_of(x->update)->slots[count])
        count++;
    return count;
}

enum status memory_plan_of(const struct experiment *x, int64_t threads,
                           int64_t processes, size_t data_bytes,
                           struct memory_plan *out, struct err *e)
{
    const struct graph *g = &x->graph;
    const size_t params = (size_t)g->param_size * sizeof(real);
    struct infer_bytes infer, save;

    *out = (struct memory_plan){
        .bytes = {
            [MEMORY_WEIGHTS] = 2 * (size_t)g->weight_size * sizeof(real),
            [MEMORY_OPTIMIZER] = slots_of(x) * params,
            [MEMORY_DATA] = data_bytes,
            [MEMORY_PROGRAM] =
                PROGRAM_BYTES +
                (graph_needs_blas(g, x->has_train) ? BLAS_BYTES : 0),
        }};
    enum status s = infer_bytes(g, threads, INFER_ANY, &infer, e);
    if (s == OK)
        s = infer_bytes(g, threads, REFERENCE_SAMPLES, &save, e);
    if (s != OK)
        return s;
    out->bytes[MEMORY_ACTIVATIONS] = infer.lanes;
    out->bytes[MEMORY_WEIGHTS] += infer.weights;
    if (experiment_decay(x) > 0) /* its sums, and what they come to */
        out->bytes[MEMORY_OPTIMIZER] +=
            params + (size_t)g->weight_size * sizeof(real);
    if (x->has_train && x->train.log)
        out->bytes[MEMORY_WEIGHTS] += layer_log_bytes(g);
    if (x->has_train) {
        const struct fit_config fit = experiment_fit_config(x);
        struct step_sizes step;
        s = step_sizes_of(&fit.step, g, threads, processes, &step, e);
        if (s != OK)
            return s;
        out->bytes[MEMORY_GRADIENTS] = step.gradients;
        /* A save opens an inference of its own while training's waits. */
        out->bytes[MEMORY_ACTIVATIONS] += step.activations + save.lanes;
        out->bytes[MEMORY_WEIGHTS] += step.weights + save.weights;
        out->bytes[MEMORY_SCRATCH] = step.scratch;
        out->lanes = step.lanes;
        out->lane_of_slice = step.of_slice;
    }
    for (int i = 0; i < MEMORY_TOTAL; i++)
        out->bytes[MEMORY_TOTAL] += out->bytes[i];
    return OK;
}

enum status preflight_memory(const struct experiment *x, int64_t threads,
                             int64_t processes, size_t staged, struct err *e)
{
    struct memory_plan p;
    const enum status s = memory_plan_of(x, threads, processes, staged, &p, e);
    const size_t *in = p.bytes;
    const size_t need = in[MEMORY_TOTAL] - in[MEMORY_PROGRAM];
    const size_t left = system_memory_left();

    if (s != OK || need <= left)
        return s;
    return err_add(e, ERR_MEMORY, x->tree.name,
                   "training needs %zu MiB of memory, %zu MiB are left: "
                   "weights %zu, gradients %zu, optimizer %zu, activations "
                   "%zu, scratch %zu MiB; a smaller train.batch_size or "
                   "engine.slices takes less",
                   need / MIB, left / MIB, in[MEMORY_WEIGHTS] / MIB,
                   in[MEMORY_GRADIENTS] / MIB, in[MEMORY_OPTIMIZER] / MIB,
                   in[MEMORY_ACTIVATIONS] / MIB, in[MEMORY_SCRATCH] / MIB);
}

enum status preflight_room(const struct experiment *x,
                           const struct file_lock *lock, const char *output,
                           struct err *e)
{
    /* Best and last weights, slots, an average; some kilobytes of text. */
    const size_t need = (2 + slots_of(x) + (experiment_decay(x) > 0)) *
                            (size_t)x->graph.weight_size * sizeof(float) +
                        (size_t)64 * 1024;
    const size_t left = system_disk_left(lock->path ? lock->path : output);

    if (need <= left)
        return OK;
    const bool large = need / 10 >= MIB;
    const size_t unit = large ? MIB : 1024;
    return err_add(e, ERR_CANTCREATE, output,
                   "the model file takes up to %zu %s, the file system has "
                   "%zu %s left",
                   need / unit, large ? "MiB" : "KiB", left / unit,
                   large ? "MiB" : "KiB");
}
