/*
 * checkpoint_make.c - model files that no run has written: with the weights
 * that fit starts from, with those of another file, without what training goes
 * on from.
 */
#include <string.h>

#include "app/samples.h"
#include "app/transfer.h"
#include "cli/output.h"
#include "cli/say.h"
#include "cli/subject.h"

struct make_options {
    const char *into, *output;
    bool partial, force;
    struct settings map;
};

static const struct option save_options[] = {
    OPTION(make_options, output, "output", .letter = 'o', .argument = "MODEL",
           .writes = WRITES_FILE, .doc = "The model file to write."),
    OPTION(make_options, force, "force", .doc = "Replace an existing MODEL."),
    {0},
};

#define OUT                                                                    \
    OPTION(make_options, output, "output", .letter = 'o', .argument = "OUT",   \
           .writes = WRITES_FILE, .doc = "The model file to write.")
#define FORCE                                                                  \
    OPTION(make_options, force, "force", .doc = "Replace an existing OUT.")

static const struct option load_options[] = {
    OPTION(make_options, into, "into", .argument = "CONFIG",
           .doc = "The network that takes the weights."),
    OUT,
    OPTION(make_options, map, "map", .argument = "OLD=NEW",
           .doc = "A layer or parameter of MODEL has another name in the "
                  "network."),
    OPTION(make_options, partial, "partial",
           .doc = "Parameters, classes and columns may stay unmatched, but "
                  "not all of them."),
    FORCE,
    {0},
};

static const struct option strip_options[] = {OUT, FORCE, {0}};

/* What a model file is made of. */
struct maker {
    const struct call *call;
    struct experiment x;
    const char *from_name; /* whose weights to take; NULL: none */
    struct model from;     /* a file of this program brings classes and
                          normalization too, when x has no data */
    struct file_lock lock;
    struct samples samples;
    struct train_state state;
};

static enum status read_renames(const struct call *call,
                                const struct rename **out, struct err *e)
{
    const struct make_options *o = call->options;
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

/* One line per parameter is the command's result. */
static enum status transfer(struct maker *m, struct err *e)
{
    const struct make_options *o = m->call->options;
    struct text report = {0};
    struct transfer t = {
        .from = &m->from,
        .to = &m->x,
        .facts = &m->samples.facts,
        .from_name = m->from_name,
        .rename_count = o->map.count,
        .partial = o->partial,
    };
    enum status s = read_renames(m->call, &t.renames, e);

    if (s == OK)
        s = transfer_weights(&t, m->state.params, &report, e);
    out_text(m->call->out, &report);
    return s;
}

/* Lock the output, take classes and constants from the data of x, if it has
 * any, and draw the weights that `fit` starts from. */
static enum status prepare(struct maker *m, struct err *e)
{
    const struct data_facts facts = model_facts_of(&m->from);
    const struct graph *g = &m->x.graph;
    const struct update_ops *update =
        m->x.has_train ? update_of(m->x.update) : NULL;
    const bool is_own = m->from_name && store_is_own(&m->from.stored);
    const struct column_names known = transfer_order(&m->from, &m->x);
    const struct make_options *o = m->call->options;
    enum status s = output_lock(m->call, o->output, &m->lock, e);

    if (s == OK)
        s = samples_assume(&m->samples, &m->x, is_own ? &facts : NULL, &known,
                           m->call->global.threads, e);
    if (s == OK)
        s = state_new(&m->state, g, update, &m->x.columns, e);
    if (s == OK)
        graph_init_params(g, m->state.params);
    return s;
}

static enum status write_model(const struct maker *m, struct err *e)
{
    const struct make_options *o = m->call->options;
    struct model_facts facts = {&m->samples.facts, m->samples.fingerprint,
                                m->samples.cut, NULL};
    enum status s = pool_new(&facts.pool, m->call->global.threads, e);

    if (s == OK)
        s = model_write(o->output, &m->x, &m->state, &facts, e);
    pool_free(facts.pool);
    return s;
}

static enum status make(const struct call *call, const char *config,
                        const char *from, struct err *e)
{
    struct maker m = {.call = call, .from_name = from, .lock = {.fd = -1}};
    enum status s =
        experiment_read(&m.x, config, &call->global.set, 0, call->kernels, e);

    if (s == OK && from)
        s = model_read_any(&m.from, from, call->kernels, e);
    if (s == OK)
        s = prepare(&m, e);
    if (s == OK && from)
        s = transfer(&m, e);
    if (s == OK)
        s = write_model(&m, e);
    state_free(&m.state);
    samples_free(&m.samples);
    file_lock_drop(&m.lock);
    model_free(&m.from);
    experiment_free(&m.x);
    return s;
}

static enum status run_save(const struct call *call, struct err *e)
{
    const struct make_options *o = call->options;

    if (!o->output)
        return usage_error(e, call, "--output: is needed");
    return make(call, call->words[0], NULL, e);
}

static enum status run_load(const struct call *call, struct err *e)
{
    const struct make_options *o = call->options;

    if (!o->into || !o->output)
        return usage_error(e, call, "--%s: is needed",
                           o->into ? "output" : "into");
    return make(call, o->into, call->words[0], e);
}

static enum status run_strip(const struct call *call, struct err *e)
{
    const struct make_options *o = call->options;
    struct maker m = {.call = call, .lock = {.fd = -1}};

    if (!o->output)
        return usage_error(e, call, "--output: is needed");
    enum status s = output_lock(call, o->output, &m.lock, e);
    if (s == OK)
        s = model_read(&m.from, call->words[0], call->kernels, e);
    if (s == OK)
        s = model_write_stripped(o->output, &m.from, e);
    model_free(&m.from);
    file_lock_drop(&m.lock);
    return s;
}

const struct command cmd_checkpoint_save = {
    .name = "checkpoint save",
    .operands = "CONFIG",
    .doc = "Write the untrained network: the weights that fit starts from.",
    .examples = "  cnnctl checkpoint save mnist.yaml -o start.safetensors\n",
    .options = save_options,
    .options_size = sizeof(struct make_options),
    .takes_set = true,
    .run = run_save,
};

const struct command cmd_checkpoint_load = {
    .name = "checkpoint load",
    .operands = "MODEL",
    .doc = "Put the weights of a file into a network, by name and shape; "
           "those of the last layer by class, "
           "of a dense first one by column.",
    .examples = "  cnnctl checkpoint load m.safetensors --into b.yaml -o "
                "b.safetensors\n"
                "  cnnctl checkpoint load torch.safetensors --into b.yaml \\\n"
                "      -o b.safetensors --map features.0=conv2d1 --partial\n",
    .options = load_options,
    .options_size = sizeof(struct make_options),
    .takes_set = true,
    .run = run_load,
};

const struct command cmd_checkpoint_strip = {
    .name = "checkpoint strip",
    .operands = "MODEL",
    .doc = "Leave out what training goes on from: a smaller file that "
           "predicts the same.",
    .examples = "  cnnctl checkpoint strip m.safetensors -o "
                "small.safetensors\n",
    .options = strip_options,
    .options_size = sizeof(struct make_options),
    .run = run_strip,
};
