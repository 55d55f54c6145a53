/*
 * checkpoint_strip.c - a model file without what training goes on from.
 */
#include "app/model.h"
#include "cli/say.h"
#include "command/subject.h"

struct strip_options {
    const char *output;
    bool force;
};

static const struct option strip_options[] = {
    OPTION(strip_options, output, "output", .letter = 'o', .argument = "OUT",
           .writes = WRITES_FILE, .doc = "The model file to write."),
    OPTION(strip_options, force, "force", .doc = "Replace an existing OUT."),
    {0},
};

static enum status strip(const struct call *call, const char *output,
                         struct err *e)
{
    struct model m;
    enum status s = model_read(&m, call->words[0], call->kernels, e);

    if (s == OK)
        s = model_write_stripped(output, &m, e);
    model_free(&m);
    return s;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct strip_options *o = call->options;
    struct file_lock lock;

    if (!o->output)
        return usage_error(e, call, "--output: is needed");
    enum status s = file_lock_take(&lock, o->output, e);
    if (s == OK && !o->force && file_exists(o->output))
        s = err_add(e, ERR_CANTCREATE, o->output,
                    "exists; --force replaces it");
    if (s == OK)
        s = strip(call, o->output, e);
    file_lock_drop(&lock);
    return s;
}

const struct command cmd_checkpoint_strip = {
    .name = "checkpoint strip",
    .operands = "MODEL",
    .doc = "Leave out what training goes on from: a smaller file that "
           "predicts the same.",
    .examples = "  cnnctl checkpoint strip m.safetensors -o "
                "small.safetensors\n",
    .options = strip_options,
    .options_size = sizeof(struct strip_options),
    .run = run,
};
