/*
 * checkpoint_save.c - the untrained network as a model file.
 */
#include "cli/say.h"
#include "command/untrained.h"

struct save_options {
    const char *output;
    bool force;
};

static const struct option save_options[] = {
    OPTION(save_options, output, "output", .letter = 'o', .argument = "MODEL",
           .writes = WRITES_FILE, .doc = "The model file to write."),
    OPTION(save_options, force, "force", .doc = "Replace an existing MODEL."),
    {0},
};

static enum status save(const struct call *call, const struct experiment *x,
                        struct err *e)
{
    const struct save_options *o = call->options;
    struct untrained u = {.x = x, .output = o->output, .force = o->force};
    enum status s = untrained_open(&u, e);

    if (s == OK)
        s = untrained_write(&u, call, e);
    untrained_close(&u);
    return s;
}

static enum status run_save(const struct call *call, struct err *e)
{
    const struct save_options *o = call->options;
    struct experiment x;

    if (!o->output)
        return usage_error(e, call, "--output: is needed");
    enum status s = experiment_read(&x, call->words[0], &call->global.set, 0,
                                    call->kernels, e);
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
