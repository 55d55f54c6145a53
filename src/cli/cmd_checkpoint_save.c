/*
 * cmd_checkpoint_save.c - the untrained network as a model file.
 */
#include "app/samples.h"
#include "cli/common.h"

struct save_options {
    const char *output;
    bool force;
};

static const struct option save_options[] = {
    OPTION(save_options, output, "output", .letter = 'o', .argument = "MODEL",
           .doc = "The model file to write."),
    OPTION(save_options, force, "force", .doc = "Replace an existing MODEL."),
    {0},
};

/* Classes 0..K-1 and constants without data, in `s`. */
static enum status assume_samples(struct samples *s, const struct experiment *x,
                                  struct err *e)
{
    const int64_t count = shape_count(x->graph.out);
    const char **classes =
        arena_take(&s->arena, (size_t)count, sizeof *classes);
    double *constants = arena_take(&s->arena, 2, sizeof *constants);

    if (x->normalize == NORMALIZE_STANDARDIZE)
        return err_add(e, ERR_CONFIG, x->tree.name,
                       "data.normalize: standardize needs data; without data "
                       "it must be none, scale or {mean: .., std: ..}");
    if (!classes || !constants)
        return err_memory(e, "naming the classes");
    for (int64_t i = 0; i < count; i++) {
        classes[i] = arena_printf(&s->arena, "%lld", (long long)i);
        if (!classes[i])
            return err_memory(e, "naming the classes");
    }
    s->classes = classes;
    s->class_count = (int32_t)count;
    constants[1] = x->normalize == NORMALIZE_SCALE ? 255 : 1;
    s->norm = (struct normalization){1, &constants[0], &constants[1]};
    if (x->normalize == NORMALIZE_CONSTANTS)
        s->norm = (struct normalization){
            x->constants.mean.count, x->constants.mean.at, x->constants.std.at};
    return OK;
}

static enum status write_initial(const struct experiment *x, const char *output,
                                 const struct samples *samples,
                                 struct pool *pool, struct err *e)
{
    const struct update_ops *update =
        x->has_train ? update_of(x->update) : NULL;
    const struct model_facts facts = {
        .classes = samples->classes,
        .class_count = samples->class_count,
        .norm = &samples->norm,
        .fingerprint = samples->fingerprint,
        .pool = pool,
    };
    struct train_state state;
    enum status s = state_new(&state, &x->graph, update, e);

    if (s != OK)
        return s;
    graph_init_params(&x->graph, state.params, state.buffers);
    s = model_write(output, x, &state, &facts, e);
    state_free(&state);
    return s;
}

static enum status save(const struct call *call, const struct experiment *x,
                        struct err *e)
{
    const struct save_options *o = call->options;
    struct file_lock lock = {.fd = -1};
    struct samples samples = {0};
    struct pool *pool = NULL;

    if (!o->force && file_exists(o->output))
        return err_add(e, ERR_CANTCREATE, o->output,
                       "exists; --force replaces it");
    enum status s = file_lock_take(&lock, o->output, e);
    if (s == OK)
        s = x->train_source.kind ? samples_load(&samples, x, e)
                                 : assume_samples(&samples, x, e);
    if (s == OK)
        s = pool_open(call, &pool, e);
    if (s == OK)
        s = write_initial(x, o->output, &samples, pool, e);
    pool_free(pool);
    samples_free(&samples);
    file_lock_drop(&lock);
    return s;
}

static enum status run_save(const struct call *call, struct err *e)
{
    const struct save_options *o = call->options;
    struct experiment x;

    if (!o->output)
        return usage_error(e, call, "--output: is needed");
    enum status s =
        experiment_read(&x, call->words[0], &call->global.set, 0, e);
    if (s == OK)
        s = save(call, &x, e);
    experiment_free(&x);
    return s;
}

const struct command cmd_checkpoint_save = {
    .name = "checkpoint save",
    .operands = "CONFIG",
    .doc = "Write the untrained network: the weights that fit starts from.",
    .examples = "  cnnctl checkpoint save mnist.yaml -o start.safetensors\n",
    .options = save_options,
    .options_size = sizeof(struct save_options),
    .takes_set = true,
    .min_words = 1,
    .max_words = 1,
    .run = run_save,
};
