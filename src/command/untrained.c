/*
 * untrained.c - a model file without a run.
 */
#include "command/untrained.h"

#include "command/subject.h"

enum status untrained_open(struct untrained *u, struct err *e)
{
    const struct update_ops *update =
        u->x->has_train ? update_of(u->x->update) : NULL;

    const struct data_facts like =
        u->like ? (struct data_facts){u->like->target, u->like->norm}
                : (struct data_facts){0};

    u->lock = (struct file_lock){.fd = -1};
    u->samples = (struct samples){0};
    u->state = (struct train_state){0};
    enum status s = file_lock_take(&u->lock, u->output, e);
    if (s == OK && !u->force && file_exists(u->output))
        s = err_add(e, ERR_CANTCREATE, u->output,
                    "exists; --force replaces it");
    if (s == OK)
        s = samples_assume(&u->samples, u->x, u->like ? &like : NULL, e);
    if (s == OK)
        s = state_new(&u->state, &u->x->graph, update, e);
    if (s == OK)
        graph_init_params(&u->x->graph, u->state.params, u->state.buffers);
    return s;
}

enum status untrained_write(const struct untrained *u, const struct call *call,
                            struct err *e)
{
    struct model_facts facts = {
        .target = &u->samples.facts.target,
        .norm = &u->samples.facts.norm,
        .fingerprint = u->samples.fingerprint,
    };
    enum status s = pool_new(&facts.pool, call->global.threads, e);

    if (s == OK)
        s = model_write(u->output, u->x, &u->state, &facts, e);
    pool_free(facts.pool);
    return s;
}

void untrained_close(struct untrained *u)
{
    state_free(&u->state);
    samples_free(&u->samples);
    file_lock_drop(&u->lock);
}
