/*
 * checkpoint_write.c - a network that no run has trained as a model file:
 * `checkpoint save` with the weights that fit starts from, `checkpoint load`
 * with those of another file.
 */
#include <string.h>

#include "app/samples.h"
#include "app/transfer.h"
#include "cli/say.h"
#include "command/subject.h"

struct write_options {
    const char *into, *output;
    bool partial, force;
    struct settings map;
};

#define FORCE(file)                                                            \
    OPTION(write_options, force, "force",                                      \
           .doc = "Replace an existing " file ".")

static const struct option save_options[] = {
    OPTION(write_options, output, "output", .letter = 'o', .argument = "MODEL",
           .writes = WRITES_FILE, .doc = "The model file to write."),
    FORCE("MODEL"),
    {0},
};

static const struct option load_options[] = {
    OPTION(write_options, into, "into", .argument = "CONFIG",
           .doc = "The network that takes the weights."),
    OPTION(write_options, output, "output", .letter = 'o', .argument = "OUT",
           .writes = WRITES_FILE, .doc = "The model file to write."),
    OPTION(write_options, map, "map", .argument = "OLD=NEW",
           .doc = "A layer or parameter of MODEL has another name in the "
                  "network."),
    OPTION(write_options, partial, "partial",
           .doc = "Parameters and classes may stay unmatched."),
    FORCE("OUT"),
    {0},
};

static enum status read_renames(const struct call *call,
                                const struct rename **out, struct err *e)
{
    const struct write_options *o = call->options;
    struct rename *r = arena_take(call->arena, (size_t)o->map.count, sizeof *r);

    for (int64_t i = 0; r && i < o->map.count; i++) {
        const char *text = o->map.at[i];
        const size_t length = strcspn(text, "=");
        if (length == 0 || text[length] == '\0' || text[length + 1] == '\0')
            return usage_error(e, call, "--map: expected OLD=NEW, got '%s'",
                               text);
        r[i].from = arena_strndup(call->arena, text, length);
        r[i].to = text + length + 1;
    }
    *out = r;
    return arena_check(call->arena, e, "reading the command line");
}

/* A network on its way into a file. */
struct fresh {
    const struct call *call;
    struct experiment x;
    struct model from; /* of `load` */
    struct file_lock lock;
    struct samples samples;
    struct train_state state;
};

/* One line per parameter is the command's result. */
static enum status transfer(struct fresh *f, struct err *e)
{
    const struct write_options *o = f->call->options;
    struct text report = {0};
    struct transfer t = {
        .from = &f->from,
        .to = &f->x,
        .to_target = &f->samples.facts.target,
        .from_name = f->call->words[0],
        .rename_count = o->map.count,
        .partial = o->partial,
    };
    enum status s = read_renames(f->call, &t.renames, e);

    if (s == OK)
        s = transfer_weights(&t, f->state.params, f->state.buffers, &report, e);
    out_text(f->call->out, &report);
    return s;
}

/* Locks the output, takes classes and constants from the data of the document
 * or from a model of this program, and draws the weights that `fit` starts
 * from. */
static enum status prepare(struct fresh *f, struct err *e)
{
    const struct write_options *o = f->call->options;
    const struct experiment *x = &f->x;
    const struct data_facts like = {f->from.target, f->from.norm};
    enum status s = file_lock_take(&f->lock, o->output, e);

    if (s == OK && !o->force && file_exists(o->output))
        s = err_add(e, ERR_CANTCREATE, o->output,
                    "exists; --force replaces it");
    if (s == OK)
        s = samples_assume(&f->samples, x,
                           store_is_own(&f->from.stored) ? &like : NULL, e);
    if (s == OK)
        s = state_new(&f->state, &x->graph,
                      x->has_train ? update_of(x->update) : NULL, e);
    if (s == OK)
        graph_init_params(&x->graph, f->state.params, f->state.buffers);
    return s;
}

static enum status write_file(const struct fresh *f, struct err *e)
{
    const struct write_options *o = f->call->options;
    struct model_facts facts = {
        .target = &f->samples.facts.target,
        .norm = &f->samples.facts.norm,
        .fingerprint = f->samples.fingerprint,
    };
    enum status s = pool_open(f->call, &facts.pool, e);

    if (s == OK)
        s = model_write(o->output, &f->x, &f->state, &facts, e);
    pool_free(facts.pool);
    return s;
}

/* `from` NULL: nothing is loaded. */
static enum status write_network(const struct call *call, const char *config,
                                 const char *from, struct err *e)
{
    struct fresh f = {.call = call, .lock = {.fd = -1}};
    enum status s =
        experiment_read(&f.x, config, &call->global.set, 0, call->kernels, e);

    if (s == OK && from)
        s = model_read_any(&f.from, from, call->kernels, e);
    if (s == OK)
        s = prepare(&f, e);
    if (s == OK && from)
        s = transfer(&f, e);
    if (s == OK)
        s = write_file(&f, e);
    state_free(&f.state);
    samples_free(&f.samples);
    file_lock_drop(&f.lock);
    model_free(&f.from);
    experiment_free(&f.x);
    return s;
}

static enum status run_save(const struct call *call, struct err *e)
{
    const struct write_options *o = call->options;

    return o->output ? write_network(call, call->words[0], NULL, e)
                     : usage_error(e, call, "--output: is needed");
}

static enum status run_load(const struct call *call, struct err *e)
{
    const struct write_options *o = call->options;

    return o->into && o->output
               ? write_network(call, o->into, call->words[0], e)
               : usage_error(e, call, "--%s: is needed",
                             o->into ? "output" : "into");
}

const struct command cmd_checkpoint_save = {
    .name = "checkpoint save",
    .operands = "CONFIG",
    .doc = "Write the untrained network: the weights that fit starts from.",
    .examples = "  cnnctl checkpoint save mnist.yaml -o start.safetensors\n",
    .options = save_options,
    .options_size = sizeof(struct write_options),
    .takes_set = true,
    .min_words = 1,
    .max_words = 1,
    .run = run_save,
};

const struct command cmd_checkpoint_load = {
    .name = "checkpoint load",
    .operands = "MODEL",
    .doc = "Put the weights of a file into a network, by name and shape.",
    .examples = "  cnnctl checkpoint load m.safetensors --into b.yaml -o "
                "b.safetensors\n"
                "  cnnctl checkpoint load torch.safetensors --into b.yaml \\\n"
                "      -o b.safetensors --map features.0=conv2d1 --partial\n",
    .options = load_options,
    .options_size = sizeof(struct write_options),
    .takes_set = true,
    .min_words = 1,
    .max_words = 1,
    .run = run_load,
};
