/*
 * predict.c - what is asked of a model for every sample.
 */
#include <string.h>
#include <unistd.h>

#include "cli/layer_option.h"
#include "cli/say.h"
#include "command/predict_explain.h"
#include "command/predict_run.h"
#include "look/chosen.h"
#include "train/infer.h"

struct predict_options {
    const char *output, *format, *input_format, *array, *on_error, *pass,
        *unsure, *layer;
    bool proba, logits, explain, labelled, force;
    int64_t top_k;
    double threshold;
    bool has_threshold;
};

static const char *const layouts[] = {"plain", "csv", "tsv",
                                      "jsonl", "npy", NULL};
static const char *const reactions[] = {"fail", "record", NULL};

static const struct option predict_options[] = {
    OPTION(predict_options, output, "output", .letter = 'o', .argument = "FILE",
           .writes = WRITES_STREAM,
           .doc = "Write to a file, which appears whole or not at all."),
    OPTION(predict_options, force, "force",
           .doc = "Replace an existing output file."),
    OPTION(predict_options, format, "format", .choices = layouts,
           .doc = "Layout of the output; default: plain, a line a sample: a "
                  "class name, or with tabs between the names of its labels "
                  "or the numbers of regression.  csv and tsv have a column "
                  "for each label, 1 or 0.  npy: numbers alone, as a NumPy "
                  "array of 32-bit "
                  "floats, to a file."),
    OPTION(predict_options, proba, "proba",
           .doc = "The probability of every class; as csv unless --format says "
                  "otherwise.  Of a last layer that gives probabilities; not "
                  "of regression."),
    OPTION(predict_options, logits, "logits",
           .doc = "The outputs before the last nonlinearity instead, likewise. "
                  " Not of regression."),
    OPTION(predict_options, top_k, "top-k", .argument = "K", .min = 1,
           .max = 1e6,
           .doc = "The K most likely classes with their probabilities, which "
                  "the last layer must give.  Not of regression and of "
                  "label_columns."),
    OPTION(predict_options, threshold, "threshold", .argument = "P", .min = 0,
           .max = 1, .given = offsetof(struct predict_options, has_threshold),
           .doc = "A class less probable than P is printed as --unsure says.  "
                  "Of label_columns: labels more probable than P are those of "
                  "a sample; default: 0.5.  Of a last layer that gives "
                  "probabilities; not of regression."),
    OPTION(predict_options, unsure, "unsure", .argument = "WORD",
           .doc = "What stands for it; default: nothing.  Not of regression "
                  "and of label_columns."),
    OPTION(predict_options, layer, "layer", .argument = "NAME",
           .doc = "The output of that layer instead, a row a sample, as csv "
                  "unless --format says tsv or npy."),
    OPTION(predict_options, explain, "explain",
           .doc = "Show every image with its three most probable classes "
                  "and, beside it, what its class hangs on: its probability "
                  "with a square hidden, as plot occlusion has it."),
    PASS_OPTION(predict_options,
                "Copy these columns of a table to the output, in front: names, "
                "or numbers counted from 0, with commas between; they may be "
                "columns that the model does not know.  As csv unless --format "
                "says tsv or jsonl."),
    OPTION(predict_options, labelled, "labelled",
           .doc = "The rows have the label column or target columns of "
                  "training; they are skipped."),
    OPTION(predict_options, input_format, "input-format",
           .choices = source_formats,
           .doc = "Format of the input; default: told by its content, then by "
                  "its name.  A file that is an image, PNG, JPEG or PNM, is "
                  "one sample; csv, tsv and jsonl have its path in front, as "
                  "input."),
    OPTION(predict_options, array, "array", .argument = "NAME",
           .doc = "Which array of an archive of NumPy holds the samples; "
                  "default: the one called as that of training, else the only "
                  "one."),
    OPTION(predict_options, on_error, "on-error", .choices = reactions,
           .doc = "What a bad record, or one whose output is not finite, does: "
                  "end the run, or become an empty one in the output with the "
                  "reason on standard error."),
    {0},
};

static bool is_word(const char *word, const char *other)
{
    return word && strcmp(word, other) == 0;
}

static enum predict_layout layout_of(const struct predict_options *o)
{
    const bool columns = o->proba || o->logits || o->layer || o->pass;
    const char *word = o->format ? o->format : columns ? "csv" : "plain";
    int i = 0;

    while (strcmp(layouts[i], word) != 0)
        i++;
    return (enum predict_layout)i;
}

static enum predict_what what_of(const struct predict_options *o)
{
    return o->layer       ? PREDICT_LAYER
           : o->logits    ? PREDICT_LOGITS
           : o->proba     ? PREDICT_PROBABILITIES
           : o->top_k > 0 ? PREDICT_TOP
                          : PREDICT_ANSWER;
}

/* Each asks for another output: the first two that are given. */
static enum status check_exclusive(const struct call *call, struct err *e)
{
    const struct predict_options *o = call->options;
    const struct {
        const char *name;
        bool given;
    } of[] = {{"proba", o->proba},
              {"logits", o->logits},
              {"top-k", o->top_k > 0},
              {"layer", o->layer != NULL},
              {"explain", o->explain},
              {"format", o->explain && o->format},
              {"pass", o->explain && o->pass},
              {"threshold", o->explain && o->has_threshold},
              {"unsure", o->explain && o->unsure},
              {"on-error", o->explain && o->on_error},
              {"output", o->explain && o->output}};
    const char *first = NULL;

    for (size_t i = 0; i < ARRAY_LEN(of); i++) {
        if (of[i].given && first)
            return usage_error(e, call, "--%s: not together with --%s", first,
                               of[i].name);
        if (of[i].given)
            first = of[i].name;
    }
    return OK;
}

/* What a layout has no place for. */
static enum status check_layout(const struct call *call, struct err *e)
{
    const struct predict_options *o = call->options;
    const enum predict_layout layout = layout_of(o);
    const bool plain = layout == PREDICT_PLAIN, npy = layout == PREDICT_NPY;
    const char *key = o->proba    ? "proba"
                      : o->logits ? "logits"
                      : o->layer  ? "layer"
                      : o->pass   ? "pass"
                                  : NULL;

    if (plain && key)
        return usage_error(e, call, "--%s: not as --format plain", key);
    if (layout == PREDICT_JSONL && o->layer)
        return usage_error(e, call,
                           "--layer: not as --format jsonl, but csv, tsv or "
                           "npy");
    if (npy && o->pass)
        return usage_error(e, call,
                           "--pass: not as --format npy, an array of numbers");
    if (npy && (!o->output || strcmp(o->output, "-") == 0))
        return usage_error(e, call,
                           "--format npy: needs --output FILE, whose "
                           "beginning says how many samples follow");
    return OK;
}

static enum status check_threshold(const struct call *call, struct err *e)
{
    const struct predict_options *o = call->options;

    if (o->unsure && o->threshold <= 0)
        return usage_error(e, call, "--unsure: needs --threshold above 0");
    if (o->threshold > 0 && what_of(o) != PREDICT_ANSWER &&
        (o->layer || layout_of(o) != PREDICT_JSONL))
        return usage_error(e, call,
                           "--threshold: has no effect with --%s%s, no class "
                           "is printed by it",
                           o->layer    ? "layer"
                           : o->proba  ? "proba"
                           : o->logits ? "logits"
                                       : "top-k",
                           o->layer ? "" : " unless --format is jsonl");
    return OK;
}

/* What is wrong with the command line is said before anything is read. */
static enum status check_options(const struct call *call, struct err *e)
{
    const struct predict_options *o = call->options;
    enum status s = check_exclusive(call, e);

    if (s == OK)
        s = check_layout(call, e);
    if (s == OK)
        s = check_threshold(call, e);
    if (s == OK && o->force && !o->output)
        s = usage_error(e, call, "--force: needs --output");
    if (s != OK)
        return s;
    for (int64_t i = 1, pipes = 0; i < call->word_count; i++) {
        pipes += is_word(call->words[i], "-");
        if (pipes > 1)
            return usage_error(e, call, "standard input is named twice");
    }
    if (call->word_count == 1 && isatty(STDIN_FILENO) == 1)
        return usage_error(e, call,
                           "expected INPUT, or samples on standard input");
    return OK;
}

/* What is wrong with it for this model. */
static enum status check_options_for(const struct predict_job *job,
                                     struct err *e)
{
    const struct predict_options *o = job->call->options;
    const struct predict_format *f = &job->format;
    const struct graph *g = &job->model->experiment.graph;
    const bool numbers = target_is_real(f->target->kind);
    const bool labels = f->target->kind == TARGET_LABELS;

    if (numbers && (o->proba || o->logits || o->top_k > 0 || o->threshold > 0))
        return usage_error(e, job->call, "--%s: not of a regression model",
                           o->proba       ? "proba"
                           : o->logits    ? "logits"
                           : o->top_k > 0 ? "top-k"
                                          : "threshold");
    if (labels && (o->top_k > 0 || o->unsure))
        return usage_error(e, job->call, "--%s: not of a model of labels",
                           o->top_k > 0 ? "top-k" : "unsure");
    if (f->top > f->target->width)
        return usage_error(e, job->call, "--top-k: %lld is not in [1, %lld]",
                           (long long)f->top, (long long)f->target->width);
    if (f->layout == PREDICT_NPY && !numbers &&
        (f->what == PREDICT_ANSWER || f->what == PREDICT_TOP))
        return usage_error(e, job->call,
                           "--format npy: a name is no number; expected "
                           "--proba, --logits or --layer too");
    if (o->explain && chosen_fault(job->model))
        return usage_error(e, job->call, "--explain: %s",
                           chosen_fault(job->model));
    if ((o->proba || o->top_k > 0 || o->threshold > 0 ||
         (labels && o->has_threshold)) &&
        !infer_has_probabilities(g))
        return usage_error(e, job->call,
                           "--%s: the last layer, %s, has outputs that are no "
                           "probabilities; --logits prints them",
                           o->proba       ? "proba"
                           : o->top_k > 0 ? "top-k"
                                          : "threshold",
                           g->nodes[g->count - 1].layer.name);
    return OK;
}

/* What the options mean for the model. */
static enum status choose(struct predict_job *job, struct err *e)
{
    const struct predict_options *o = job->call->options;
    const struct graph *g = &job->model->experiment.graph;
    const struct target *t = &job->model->target;
    struct predict_format *f = &job->format;

    *f = (struct predict_format){
        .layout = layout_of(o),
        .what = what_of(o),
        .target = t,
        .layer = o->layer,
        .top = o->top_k,
        .threshold = t->kind == TARGET_LABELS && !o->has_threshold
                         ? infer_cut(g)
                         : o->threshold,
        .probable = infer_has_probabilities(g),
        .unsure = o->unsure || o->threshold <= 0 ? o->unsure : "",
        .order =
            arena_take(job->call->arena, (size_t)t->width, sizeof *f->order),
    };
    enum status s = f->order ? check_options_for(job, e)
                             : err_memory(e, "preparing to predict");
    job->node = g->count - 1;
    if (s == OK && o->layer)
        s = layer_named(job->call, g, o->layer, &job->node, e);
    if (s == OK)
        f->width = o->layer ? shape_count(g->nodes[job->node].layer.spec.out)
                            : experiment_width(&job->model->experiment);
    return s;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct predict_options *o = call->options;
    struct model model;
    struct predict_job job = {
        .call = call,
        .model = &model,
        .input = source_of_format(o->input_format),
        .images = is_word(o->input_format, "image"),
        .array = o->array,
        .output = is_word(o->output, "-") ? NULL : o->output,
        .labelled = o->labelled,
        .keep_bad = is_word(o->on_error, "record"),
    };
    enum status s = check_options(call, e);

    if (s == OK)
        s = passed_read(call, o->pass, &job.columns, e);
    if (s != OK)
        return s;
    s = model_read(&model, call->words[0], call->kernels, e);
    if (s == OK)
        s = choose(&job, e);
    if (s == OK)
        s = o->explain ? predict_explain(&job, e) : predict_run(&job, e);
    model_free(&model);
    return s;
}

const struct command cmd_predict = {
    .name = "predict",
    .operands = "MODEL [INPUT...|-]",
    .doc = "Print the class, the labels, or the numbers of regression, of "
           "every sample of the input.",
    .examples =
        "  cnnctl predict m.safetensors x.csv\n"
        "  cnnctl predict m.safetensors photo.png holidays/*.jpg\n"
        "  cnnctl predict m.safetensors --explain photo.png\n"
        "  zcat x.csv.gz | cnnctl predict m.safetensors - | sort | uniq -c\n"
        "  cnnctl predict m.safetensors --proba t10k-images-idx3-ubyte.gz\n"
        "  tail -f x.csv | cnnctl predict m.safetensors --on-error=record\n"
        "  cnnctl predict m.safetensors --pass 0 --threshold 0.9 x.csv\n",
    OPTIONS(predict_options),
    .run = run,
};
