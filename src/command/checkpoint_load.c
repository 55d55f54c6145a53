/*
 * checkpoint_load.c - weights of a file in a network of another document.
 */
#include <string.h>

#include "app/transfer.h"
#include "cli/say.h"
#include "command/untrained.h"

struct load_options {
    const char *into, *output;
    bool partial, force;
    struct settings map;
};

static const struct option load_options[] = {
    OPTION(load_options, into, "into", .argument = "CONFIG",
           .doc = "The network that takes the weights."),
    OPTION(load_options, output, "output", .letter = 'o', .argument = "OUT",
           .writes = WRITES_FILE, .doc = "The model file to write."),
    OPTION(load_options, map, "map", .argument = "OLD=NEW",
           .doc = "A layer or parameter of MODEL has another name in the "
                  "network."),
    OPTION(load_options, partial, "partial",
           .doc = "Parameters may stay unmatched."),
    OPTION(load_options, force, "force", .doc = "Replace an existing OUT."),
    {0},
};

static enum status read_renames(const struct call *call,
                                const struct rename **out, struct err *e)
{
    const struct load_options *o = call->options;
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
static enum status transfer(const struct call *call, const struct model *from,
                            const struct untrained *u, struct err *e)
{
    const struct load_options *o = call->options;
    struct text report = {0};
    struct transfer t = {
        .from = &from->stored,
        .from_target = &from->target,
        .to_target = &u->samples.facts.target,
        .from_name = call->words[0],
        .to_name = o->into,
        .graph = &u->x->graph,
        .rename_count = o->map.count,
        .partial = o->partial,
    };
    enum status s = read_renames(call, &t.renames, e);

    if (s == OK)
        s = transfer_weights(&t, u->state.params, u->state.buffers, &report, e);
    out_text(call->out, &report);
    return s;
}

/* A file of this program brings classes and normalization, any other tensors
 * alone. */
static enum status load(const struct call *call, const struct model *from,
                        const struct experiment *x, struct err *e)
{
    const struct load_options *o = call->options;
    struct untrained u = {
        .x = x,
        .output = o->output,
        .force = o->force,
        .like = store_is_own(&from->stored) ? from : NULL,
    };
    enum status s = untrained_open(&u, e);

    if (s == OK)
        s = transfer(call, from, &u, e);
    if (s == OK)
        s = untrained_write(&u, call, e);
    untrained_close(&u);
    return s;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct load_options *o = call->options;
    struct experiment x;
    struct model from = {0};

    if (!o->into || !o->output)
        return usage_error(e, call, "--%s: is needed",
                           o->into ? "output" : "into");
    enum status s =
        experiment_read(&x, o->into, &call->global.set, 0, call->kernels, e);
    if (s == OK)
        s = model_read_any(&from, call->words[0], call->kernels, e);
    if (s == OK)
        s = load(call, &from, &x, e);
    model_free(&from);
    experiment_free(&x);
    return s;
}

const struct command cmd_checkpoint_load = {
    .name = "checkpoint load",
    .operands = "MODEL",
    .doc = "Put the weights of a file into a network, by name and shape.",
    .examples = "  cnnctl checkpoint load m.safetensors --into b.yaml -o "
                "b.safetensors\n"
                "  cnnctl checkpoint load torch.safetensors --into b.yaml \\\n"
                "      -o b.safetensors --map features.0=conv2d1 --partial\n",
    .options = load_options,
    .options_size = sizeof(struct load_options),
    .takes_set = true,
    .min_words = 1,
    .max_words = 1,
    .run = run,
};
