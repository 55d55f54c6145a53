/*
 * checkpoint_verify.c - is a model file what was saved?
 */
#include "cli/say.h"
#include "cli/subject.h"

static enum status verify(const struct call *call, const struct model *m,
                          struct err *e)
{
    const char *path = call->words[0];
    struct pool *pool = NULL;
    const double largest_difference = model_tolerance(m);
    double difference = 0;

    enum status s = pool_new(&pool, call->global.threads, e);
    if (s == OK)
        s = model_replay(m, path, pool, &difference, e);
    pool_free(pool);
    if (s != OK)
        return s;
    const struct kernels_name kernels = model_kernels(&m->experiment.graph);
    if (!(difference <= largest_difference))
        return err_add(e, ERR_DATA, path,
                       "the reference outputs differ by %.3g, at most %g is "
                       "allowed (saved by %s, computed by %s)",
                       difference, largest_difference, m->cpu_kernels,
                       kernels.text);
    if (difference > 0)
        note(call,
             "%s: sound; the outputs differ by %.3g: saved by %s, "
             "computed by %s",
             path, difference, m->cpu_kernels, kernels.text);
    else
        note(call, "%s: sound; the outputs are those it was saved with", path);
    return OK;
}

static enum status run_verify(const struct call *call, struct err *e)
{
    struct model m;
    enum status s = model_read(&m, call->words[0], call->kernels, e);

    if (s == OK)
        s = verify(call, &m, e);
    model_free(&m);
    return s;
}

const struct command cmd_checkpoint_verify = {
    .name = "checkpoint verify",
    .operands = "MODEL",
    .doc = "Check everything about a model file, its outputs included.",
    .examples = "  cnnctl checkpoint verify m.safetensors\n",
    .run = run_verify,
};
