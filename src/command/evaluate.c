/*
 * evaluate.c - how well a model does on labelled samples.
 */
#include <string.h>

#include "base/num.h"
#include "cli/data_options.h"
#include "cli/output.h"
#include "cli/say.h"
#include "cli/together.h"
#include "command/evaluate_print.h"
#include "command/threshold.h"
#include "look/sample_walk.h"
#include "metric/confusion.h"
#include "train/infer.h"

enum {
    DEFAULT_TOP_K = 5,
    COUNTED_CLASSES = 1000, /* in a confusion matrix, unless asked for */
};

struct evaluate_options {
    struct data_options data;
    const char *predictions, *pass, *compare;
    struct settings fail_under;
    int64_t top_k, worst;
    bool confusion, calibration, force;
};

static const struct option evaluate_options[] = {
    DATA_OPTIONS(evaluate_options),
    OPTION(evaluate_options, top_k, "top-k", .argument = "K", .min = 1,
           .max = 1e6,
           .doc = "Count a sample as near when its class is among the K most "
                  "likely; default: 5, or all classes when there are fewer.  "
                  "Of classes alone, not of regression, label_columns and "
                  "learnt inputs."),
    OPTION(evaluate_options, worst, "worst", .argument = "N", .min = 1,
           .max = 1e6,
           .doc = "List the N samples with the largest loss.  Of classes "
                  "alone, as --top-k."),
    OPTION(evaluate_options, confusion, "confusion",
           .doc = "Count the confusion matrix of more than 1,000 classes too, "
                  "up to 4,096.  Of classes alone."),
    OPTION(evaluate_options, compare, "compare", .argument = "OTHER_MODEL",
           .doc = "Count where only one of both models is right, and test "
                  "whether that may be chance (McNemar's test).  Not of "
                  "regression."),
    OPTION(evaluate_options, calibration, "calibration",
           .doc =
               "Compare how sure the model is with how often it is right, "
               "in 15 bins of equal width, and give the expected "
               "calibration error.  Of classes alone, whose last layer gives "
               "probabilities."),
    OPTION(evaluate_options, fail_under, "fail-under",
           .argument = "METRIC=VALUE", .kinds = metric_kinds,
           .doc = "Exit 1 when the metric is worse than the value: below it, "
                  "or above it where small is good.  May be given for several "
                  "metrics."),
    OPTION(evaluate_options, predictions, "predictions", .argument = "FILE",
           .writes = WRITES_FILE,
           .doc = "Write a CSV file: row, true, predicted, probability; of "
                  "regression row, then NAME and NAME_predicted of every "
                  "target; of label_columns row, then NAME and "
                  "NAME_probability, or NAME_score, of every label.  Not of "
                  "learnt inputs."),
    PASS_OPTION(evaluate_options,
                "Copy these columns of a table to the predictions, in front: "
                "names, or numbers counted from 0, with commas between; they "
                "may be columns that the model does not know."),
    OPTION(evaluate_options, force, "force",
           .doc = "Replace an existing file of predictions."),
    {0},
};

static const char *config_of(const struct call *call)
{
    return call->word_count > 1 ? call->words[1] : NULL;
}

/* One evaluation. */
struct walk {
    const struct call *call;
    const struct evaluate_options *o;
    struct thresholds least;
    struct text_list columns; /* that are passed */
    struct model m;
    struct labelled_request request;
    struct labelled l;
    struct comparison comparison;
    struct calibration calibration;
    struct evaluation found; /* grows */
    bool writes;             /* predictions, which this process does */
    struct text predictions; /* the same */
    struct output_file file; /* that they go to */
};

/* Samples are read for each model. */
static enum status refuse_once(const struct call *call, const char *name,
                               struct err *e)
{
    return usage_error(e, call, "--compare: %s can be read only once", name);
}

static bool reads_once(const struct source *s)
{
    return s->kind && source_reads_once(s->kind, s->config);
}

/* What is wrong with the command line is said before anything is read. */
static enum status check_options(struct walk *w, struct err *e)
{
    const struct evaluate_options *o = w->o;
    struct source source;
    enum status s = thresholds_read(w->call, &o->fail_under, &w->least, e);

    if (s == OK && (o->pass || o->force) && !o->predictions)
        s = usage_error(e, w->call, "--%s: needs --predictions",
                        o->pass ? "pass" : "force");
    if (s == OK)
        s = passed_read(w->call, o->pass, &w->columns, e);
    if (s == OK)
        s = data_source(w->call, &o->data, config_of(w->call), NULL, &source,
                        e);
    return s == OK && o->compare && reads_once(&source)
               ? refuse_once(w->call, data_name(&o->data, NULL), e)
               : s;
}

/* What is wrong with it for this model. */
static enum status check_options_for(const struct walk *w, struct err *e)
{
    const struct evaluate_options *o = w->o;
    const struct target *t = &w->m.target;
    enum status s = thresholds_fit(w->call, &w->least, t->kind, e);
    const char *of_classes = o->top_k > 0     ? "top-k"
                             : o->worst > 0   ? "worst"
                             : o->calibration ? "calibration"
                             : o->confusion   ? "confusion"
                             : o->compare     ? "compare"
                                              : NULL;

    if (s != OK)
        return s;
    if (o->confusion && t->width > CONFUSION_MOST)
        return usage_error(e, w->call,
                           "--confusion: expected a model of at most %d "
                           "classes, got one of %lld",
                           CONFUSION_MOST, (long long)t->width);
    if (target_is_real(t->kind) && of_classes)
        return usage_error(e, w->call, "--%s: not of a regression model",
                           of_classes);
    if (t->kind == TARGET_INPUTS && o->predictions)
        return usage_error(e, w->call,
                           "--predictions: the model learns its inputs; "
                           "predict prints what it makes of them");
    if (t->kind == TARGET_LABELS && of_classes &&
        strcmp(of_classes, "compare") != 0)
        return usage_error(e, w->call, "--%s: not of a model of labels",
                           of_classes);
    if (o->calibration && !infer_has_probabilities(&w->m.experiment.graph))
        return usage_error(e, w->call,
                           "--calibration: the last layer has outputs that are "
                           "no probabilities");
    if (o->top_k > t->width)
        return usage_error(e, w->call, "--top-k: %lld is not in [1, %lld]",
                           (long long)o->top_k, (long long)t->width);
    for (int64_t i = 0; i < w->least.count; i++)
        if (!measuring_takes(&w->m,
                             (struct variant){w->least.at[i].metric, NULL}))
            return usage_error(e, w->call,
                               "--fail-under: %s needs probabilities, the last "
                               "layer has outputs that are none",
                               w->least.at[i].metric->name);
    return OK;
}

static enum status open_samples(struct walk *w, struct err *e)
{
    const struct experiment *x = &w->l.experiment;

    w->request = (struct labelled_request){
        .options = &w->o->data,
        .config = config_of(w->call),
        .model = &w->m,
        .passed = w->columns.count > 0 ? &w->columns : NULL,
    };
    enum status s = labelled_open(&w->l, w->call, &w->request, e);
    if (s == OK && w->o->compare &&
        (reads_once(&x->train_source) || reads_once(&x->valid_source) ||
         reads_once(&x->test_source)))
        s = refuse_once(w->call, "a source", e);
    return s == OK ? labelled_compare(&w->l, w->call, &w->m, e) : s;
}

static enum status prepare(struct walk *w, struct err *e)
{
    const struct subset *part = &w->l.samples.part;
    struct evaluation *v = &w->found;
    struct arena *a = w->call->arena;

    v->target = &w->m.target;
    v->samples = part->count;
    v->cells = part->set->passed;
    v->passed = (struct passed){part->set->columns.passed, w->columns.count};
    const size_t classes = (size_t)target_classes(v->target);
    v->probable = infer_has_probabilities(&w->m.experiment.graph);
    measuring_begin(&v->measured, &w->m, v->samples,
                    w->o->top_k > 0 ? w->o->top_k
                                    : num_min(DEFAULT_TOP_K, v->target->width),
                    a);
    if (classes > 0 && (classes <= COUNTED_CLASSES || w->o->confusion))
        v->confusion = arena_take(a, classes * classes, sizeof *v->confusion);
    v->worst.room = num_min(w->o->worst, v->samples);
    v->worst.at = arena_take(a, (size_t)v->worst.room, sizeof *v->worst.at);
    v->calibration = w->o->calibration ? &w->calibration : NULL;
    if (w->o->compare) {
        w->comparison.other = w->o->compare;
        w->comparison.right =
            arena_take(a, (size_t)v->samples, sizeof *w->comparison.right);
        v->comparison = &w->comparison;
    }
    return arena_check(a, e, "preparing to evaluate");
}

static void take_rows(void *context, const struct metric_rows *of)
{
    struct walk *w = context;
    struct evaluation *v = &w->found;

    measuring_add(&v->measured, of);
    if (v->confusion)
        confusion_add(v->confusion, of);
    for (int64_t i = 0; v->worst.room > 0 && i < of->rows; i++)
        worst_keep(&v->worst, of->ids[i], of->scores[i].loss, &of->scores[i]);
    if (v->calibration)
        calibration_add(v->calibration, of);
    if (v->comparison)
        comparison_add(v->comparison, of);
    if (w->writes)
        predictions_rows(&w->predictions, v, of);
}

/* Everything that is printed and written. */
static enum status report(struct walk *w, struct err *e)
{
    const struct evaluation *v = &w->found;
    enum status s = OK;

    if (w->call->global.json)
        s = evaluation_print_json(w->call, v, e);
    else
        evaluation_print(w->call, v);
    if (s == OK && w->predictions.failed)
        s = err_memory(e, "writing predictions");
    if (s == OK && w->writes)
        s = file_replace_write(&w->file.file, text_string(&w->predictions),
                               w->predictions.length, e);
    if (s == OK && w->writes)
        s = file_replace_commit(&w->file.file, e);
    return s == OK ? thresholds_check(w->call, &w->least, v->measured.at,
                                      v->measured.count, e)
                   : s;
}

static enum status walk_samples(struct walk *w, struct err *e)
{
    const struct sample_walk walk = {
        .exchange = w->call->exchange,
        .model = &w->m,
        .part = &w->l.samples.part,
        .threads = w->call->global.threads,
        .progress = w->call->progress,
        .label = w->call->command->name,
        .name = data_name(&w->o->data, w->request.config),
        .take = take_rows,
        .context = w,
    };
    const enum status s = sample_walk(&walk, e);

    if (s == OK)
        measuring_end(&w->found.measured);
    worst_end(&w->found.worst);
    if (s != OK || !w->o->compare)
        return s;
    labelled_close(&w->l);
    return comparison_finish(&w->comparison, w->call, &w->request, e);
}

/* The output is begun first: that it cannot be made is found before the work
 * is done. */
static enum status evaluate(struct walk *w, struct err *e)
{
    enum status s =
        w->writes ? output_begin(w->call, w->o->predictions, &w->file, e) : OK;

    if (s == OK)
        s = open_samples(w, e);
    if (s == OK)
        s = prepare(w, e);
    if (s == OK)
        predictions_head(&w->predictions, &w->found);
    if (s == OK)
        s = walk_samples(w, e);
    if (s == OK)
        s = report(w, e);
    output_end(&w->file);
    return s;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct evaluate_options *o = call->options;
    struct walk w = {
        .call = call,
        .o = o,
        .writes = o->predictions && exchange_leads(call->exchange),
        .file = {.lock = {.fd = -1}},
    };
    enum status s = together_words(call, check_options(&w, e), e);

    if (s == OK)
        s = model_read(&w.m, call->words[0], call->kernels, e);
    if (s == OK)
        s = check_options_for(&w, e);
    if (s == OK)
        s = evaluate(&w, e);
    text_free(&w.predictions);
    labelled_close(&w.l);
    model_free(&w.m);
    return s;
}

const struct command cmd_evaluate = {
    .name = "evaluate",
    .operands = "MODEL [CONFIG]",
    .doc = "Accuracy, loss and confusions on labelled data; R2, RMSE and MAE "
           "of numbers.",
    .examples =
        "  cnnctl evaluate m.safetensors mnist.yaml\n"
        "  cnnctl evaluate m.safetensors mnist.yaml --split valid --worst 10\n"
        "  cnnctl evaluate m.safetensors --csv test.csv.gz --json\n"
        "  cnnctl evaluate m.safetensors mnist.yaml --fail-under "
        "accuracy=0.99\n"
        "  cnnctl evaluate m.safetensors mnist.yaml --calibration\n",
    OPTIONS(evaluate_options),
    .takes_set = true,
    .takes_json = true,
    .by_several = true,
    .run = run,
};
