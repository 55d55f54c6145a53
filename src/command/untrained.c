/*
 * untrained.c - classes and constants without a run.
 */
#include "command/untrained.h"

#include "app/agree.h"
#include "command/subject.h"

/* Classes 0..K-1. */
static enum status number_classes(struct samples *s, int64_t count,
                                  struct err *e)
{
    const char **classes =
        arena_take(&s->arena, (size_t)count, sizeof *classes);

    if (!classes || count > INT32_MAX)
        return err_memory(e, "naming the classes");
    for (int64_t i = 0; i < count; i++)
        classes[i] = arena_printf(&s->arena, "%lld", (long long)i);
    s->target = (struct target){TARGET_CLASS, count, classes};
    return arena_check(&s->arena, e, "naming the classes");
}

static enum status assume_constants(struct samples *s,
                                    const struct experiment *x, struct err *e)
{
    double *constants = arena_take(&s->arena, 2, sizeof *constants);

    if (!constants)
        return err_memory(e, "normalizing");
    constants[1] = x->normalize == NORMALIZE_SCALE ? 255 : 1;
    s->norm = (struct normalization){1, &constants[0], &constants[1]};
    if (x->normalize == NORMALIZE_CONSTANTS)
        s->norm = (struct normalization){
            x->constants.mean.count, x->constants.mean.at, x->constants.std.at};
    if (x->normalize != NORMALIZE_STANDARDIZE)
        return OK;
    return err_add(e, ERR_CONFIG, x->tree.name,
                   "data.normalize: standardize needs data; without data it "
                   "must be none, scale or {mean: .., std: ..}");
}

static enum status take_facts_of(struct samples *s, const struct model *like,
                                 const struct experiment *x, struct err *e)
{
    s->target = like->target;
    s->norm = like->norm;
    if (x->target.kind != like->target.kind)
        return err_add(e, ERR_CONFIG, x->tree.name,
                       "of network and model one is of classes, the other of "
                       "regression");
    return like->target.kind == TARGET_CLASS
               ? agree_outputs(x, &like->target, "the model", e)
               : OK;
}

static enum status find_facts(struct untrained *u, struct err *e)
{
    const struct experiment *x = u->x;

    if (x->train_source.kind)
        return samples_load(&u->samples, x, e);
    if (u->like)
        return take_facts_of(&u->samples, u->like, x, e);
    const enum status s =
        x->target.kind == TARGET_REAL
            ? OK
            : number_classes(&u->samples, shape_count(x->graph.out), e);
    return s == OK ? assume_constants(&u->samples, x, e) : s;
}

enum status untrained_open(struct untrained *u, struct err *e)
{
    const struct update_ops *update =
        u->x->has_train ? update_of(u->x->update) : NULL;

    u->lock = (struct file_lock){.fd = -1};
    u->samples = (struct samples){0};
    u->state = (struct train_state){0};
    enum status s = file_lock_take(&u->lock, u->output, e);
    if (s == OK && !u->force && file_exists(u->output))
        s = err_add(e, ERR_CANTCREATE, u->output,
                    "exists; --force replaces it");
    if (s == OK)
        s = find_facts(u, e);
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
        .target = &u->samples.target,
        .norm = &u->samples.norm,
        .fingerprint = u->samples.fingerprint,
    };
    enum status s = pool_open(call, &facts.pool, e);

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
