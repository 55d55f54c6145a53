/*
 * import.c - a network that another program has written, as a model file.
 */
#include "import/import.h"

#include <string.h>

#include "base/interrupt.h"
#include "base/pool.h"
#include "cli/output.h"
#include "cli/say.h"

struct import_options {
    const char *output, *config;
    bool force;
};

static const struct option import_options[] = {
    OPTION(import_options, output, "output", .letter = 'o', .argument = "MODEL",
           .writes = WRITES_FILE, .doc = "The model file to write."),
    OPTION(import_options, config, "config", .argument = "OUT.yaml",
           .writes = WRITES_FILE,
           .doc = "Write the network as a configuration, too, to which data "
                  "and train can be added: fit --init-from MODEL goes on from "
                  "its weights."),
    OPTION(import_options, force, "force", .doc = "Replace existing files."),
    {0},
};

struct outputs {
    struct output_file model, config;
};

static enum status begin_outputs(const struct call *call, struct outputs *out,
                                 struct err *e)
{
    const struct import_options *o = call->options;
    const enum status s = output_begin(call, o->output, &out->model, e);

    return s == OK && o->config ? output_begin(call, o->config, &out->config, e)
                                : s;
}

/* What has been written must be a model that computes the same. */
static enum status check_written(const struct call *call,
                                 struct file_replace *file, struct pool *pool,
                                 struct err *e)
{
    const struct import_options *o = call->options;
    const struct file_view view = file_replace_view(file);
    const char *path = file->named ? file->temporary : view.path;
    double largest = 0;
    struct model back;

    if (!file->temporary && !file->named)
        return OK; /* a device gives nothing back */
    enum status s = model_read(&back, path, call->kernels, e);
    if (s == OK)
        s = model_replay(&back, o->output, pool, &largest, e);
    if (s == OK && largest != 0)
        s = err_add(e, ERR_INTERNAL, o->output,
                    "computes something else when it is read back");
    model_free(&back);
    return s;
}

/* Both are complete before one of them appears. */
static enum status write_outputs(const struct call *call, struct outputs *out,
                                 const struct model *m, struct pool *pool,
                                 struct err *e)
{
    const struct import_options *o = call->options;
    const struct data_facts data = model_facts_of(m);
    const struct model_facts facts = {&data, "", NULL, pool};
    const struct bytes *document = &m->experiment.document;
    enum status s = model_put(&out->model.file, o->output, &m->experiment,
                              &m->state, &facts, e);

    if (s == OK)
        s = check_written(call, &out->model.file, pool, e);
    if (s == OK && o->config)
        s = file_replace_write(&out->config.file, document->at,
                               document->length, e);
    if (s == OK)
        s = interrupt_unwritten(e);
    return s == OK ? file_replace_commit_both(&out->config.file,
                                              &out->model.file, e)
                   : s;
}

static void report(const struct call *call, const struct model *m,
                   enum import_check how)
{
    const struct import_options *o = call->options;
    const struct graph *g = &m->experiment.graph;

    note(call, "%s: %lld layers, %lld parameters", o->output,
         (long long)g->count, (long long)graph_weights(g, false));
    if (how == IMPORT_SAME)
        note(call, "%s: it computes what the graph does", o->output);
    else if (how == IMPORT_LOGARITHMS)
        note(call,
             "%s: it computes probabilities, of which the graph computes the "
             "logarithms",
             o->output);
    else
        insist(call,
               "%s: not compared with the graph, whose evaluation node by "
               "node would take too long",
               o->output);
}

static enum status make(const struct call *call, struct outputs *out,
                        struct err *e)
{
    struct pool *pool = NULL;
    enum import_check how = IMPORT_UNCHECKED;
    struct model m = {0};
    enum status s = pool_new(&pool, call->global.threads, e);

    if (s == OK)
        s = import_checked(&m, call->words[0], call->kernels, pool, &how, e);
    if (s == OK)
        s = write_outputs(call, out, &m, pool, e);
    if (s == OK)
        report(call, &m, how);
    model_free(&m);
    pool_free(pool);
    return s;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct import_options *o = call->options;
    struct outputs out = {.model = {.lock = {.fd = -1}},
                          .config = {.lock = {.fd = -1}}};

    if (!o->output)
        return usage_error(e, call, "--output: is needed");
    interrupt_watch();
    enum status s = begin_outputs(call, &out, e);
    if (s == OK)
        s = make(call, &out, e);
    output_end(&out.config);
    output_end(&out.model);
    return s;
}

const struct command cmd_import = {
    .name = "import",
    .operands = "FILE.onnx",
    .doc = "Read a network of another program: ONNX.",
    .examples = "  cnnctl import resnet.onnx -o resnet.safetensors\n"
                "  cnnctl import net.onnx -o net.safetensors --config "
                "net.yaml\n",
    OPTIONS(import_options),
    .run = run,
};
