/*
 * evaluate.c - how well a model does on labelled samples.
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "cli/say.h"
#include "command/data_options.h"
#include "command/evaluate_print.h"
#include "command/predict_format.h"
#include "command/subject.h"
#include "command/threshold.h"
#include "data/convert.h"

enum {
    DEFAULT_TOP_K = 5,
    PIECE = 2048, /* samples between two looks at the clock */
};

struct evaluate_options {
    struct data_options data;
    const char *fail_under, *predictions;
    int64_t top_k, worst;
    bool force;
};

static const struct option evaluate_options[] = {
    DATA_OPTIONS(evaluate_options),
    OPTION(evaluate_options, top_k, "top-k", .argument = "K", .min = 1,
           .max = 1e6,
           .doc = "Count a sample as near when its class is among the K most "
                  "likely; default: 5, or all classes when there are fewer."),
    OPTION(evaluate_options, worst, "worst", .argument = "N", .min = 1,
           .max = 1e6, .doc = "List the N samples with the largest loss."),
    OPTION(evaluate_options, fail_under, "fail-under",
           .argument = "METRIC=VALUE",
           .doc = "Exit 1 when accuracy, top_k or f1 (the mean of the "
                  "classes') is below the value, or loss above it; of "
                  "regression r2 below it, or rmse, mae or loss above."),
    OPTION(evaluate_options, predictions, "predictions", .argument = "FILE",
           .writes = WRITES_FILE,
           .doc = "Write a CSV file: index, true, predicted, probability; of "
                  "regression index, then true and predicted of every "
                  "target."),
    OPTION(evaluate_options, force, "force",
           .doc = "Replace an existing file of predictions."),
    {0},
};

/* The loss that the model was trained with.  One that never was has the first
 * of the list. */
static enum status loss_of_model(const struct call *call, const struct model *m,
                                 struct variant *loss, struct err *e)
{
    const struct experiment *x = &m->experiment;

    *loss = x->train.loss;
    if (x->has_train)
        return OK;
    *loss = (struct variant){
        loss_kinds[0], arena_take(call->arena, 1, loss_kinds[0]->config_size)};
    return loss->config ? OK : err_memory(e, "preparing to evaluate");
}

/* Does the loss read the outputs of this network? */
static bool loss_fits(struct variant loss, const struct graph *g)
{
    const char *wanted = loss_of(loss)->activation;
    const struct kind *last = g->output_nonlinearity.kind;

    return !wanted || (last && strcmp(last->name, wanted) == 0);
}

/* What scores are computed with. */
struct scoring {
    const struct call *call;
    const struct model *m;
    struct variant loss;
    struct infer *infer;
};

/* Scores of a part, in pieces, so that progress shows. */
static void score_part(const struct scoring *s, const struct subset *p,
                       struct score *scores)
{
    const struct weights w = {s->m->state.best_params,
                              s->m->state.best_buffers};
    const bool fits = loss_fits(s->loss, &s->m->experiment.graph);

    for (int64_t first = 0; first < p->count; first += PIECE) {
        const struct subset piece = {p->set, p->ids + first,
                                     num_min(PIECE, p->count - first)};
        infer_scores(s->infer, &w, &piece, &s->m->norm, s->loss,
                     scores + first);
        progress_show(s->call->progress, "evaluate", "images",
                      first + piece.count, p->count);
    }
    for (int64_t i = 0; i < p->count && !fits; i++)
        scores[i].loss = (double)NAN;
    progress_erase(s->call->progress);
}

static enum status compute_scores(const struct call *call,
                                  const struct model *m, const struct subset *p,
                                  struct score *scores, struct err *e)
{
    struct scoring scoring = {.call = call, .m = m};
    struct pool *pool = NULL;

    enum status s = loss_of_model(call, m, &scoring.loss, e);
    if (s == OK)
        s = pool_new(&pool, call->global.threads, e);
    if (s == OK)
        s = infer_new(&scoring.infer, &m->experiment.graph, pool, INFER_ANY, e);
    if (s == OK)
        score_part(&scoring, p, scores);
    infer_free(scoring.infer);
    pool_free(pool);
    return s;
}

/* Into a file that has been begun; frees the text. */
static enum status write_text(struct file_replace *file, struct text *t,
                              struct err *e)
{
    enum status s =
        t->failed ? err_memory(e, "writing predictions")
                  : file_replace_write(file, text_string(t), t->length, e);

    if (s == OK)
        s = file_replace_commit(file, e);
    text_free(t);
    return s;
}

static enum status write_predictions(struct file_replace *file,
                                     const struct score *scores, int64_t count,
                                     const char *const *classes, struct err *e)
{
    struct text t = {0};

    text_puts(&t, "index,true,predicted,probability\n");
    for (int64_t i = 0; i < count; i++) {
        text_printf(&t, "%lld,", (long long)i);
        csv_put(&t, classes[scores[i].label]);
        text_puts(&t, ",");
        csv_put(&t, classes[scores[i].predicted]);
        text_printf(&t, ",%.9g\n", scores[i].probability);
    }
    return write_text(file, &t, e);
}

/* Everything that is printed and written. */
static enum status report(const struct call *call, const struct model *m,
                          const struct score *scores, int64_t count,
                          struct file_replace *predictions, struct err *e)
{
    const struct evaluate_options *o = call->options;
    struct metrics metrics = {
        .samples = count,
        .top_k = o->top_k > 0
                     ? o->top_k
                     : num_min(DEFAULT_TOP_K, target_classes(&m->target)),
        .class_count = (int32_t)target_classes(&m->target),
    };
    struct threshold least;

    enum status s = threshold_read(call, o->fail_under, &least, e);
    if (s == OK)
        s = metrics_of(&metrics, scores, call->arena, e);
    if (s == OK && call->global.json)
        s = metrics_print_json(call, &metrics, m->target.names, e);
    else if (s == OK)
        metrics_print(call, &metrics, m->target.names);
    if (s == OK && o->worst > 0 && !call->global.json)
        s = worst_print(call, scores, count, o->worst, m->target.names, e);
    if (s == OK && o->predictions)
        s = write_predictions(predictions, scores, count, m->target.names, e);
    return s == OK ? threshold_check(call, &least, &metrics, NULL) : s;
}

/* One row a sample, a pair of columns a target. */
static void put_numbers(struct text *t, const struct subset *p, int64_t width,
                        const real *outputs)
{
    text_puts(t, width == 1 ? "index,true,predicted" : "index");
    for (int64_t k = 0; width > 1 && k < width; k++)
        text_printf(t, ",true%lld,predicted%lld", (long long)k, (long long)k);
    text_puts(t, "\n");
    for (int64_t i = 0; i < p->count; i++) {
        text_printf(t, "%lld", (long long)i);
        for (int64_t k = 0; k < width; k++)
            text_printf(t, ",%.9g,%.9g",
                        (double)p->set->targets[p->ids[i] * width + k],
                        (double)outputs[i * width + k]);
        text_puts(t, "\n");
    }
}

/* The same as scores and report of a model of numbers. */
static enum status evaluate_numbers(const struct call *call,
                                    const struct model *m,
                                    const struct subset *p,
                                    struct file_replace *predictions,
                                    struct err *e)
{
    const struct evaluate_options *o = call->options;
    const int64_t width = shape_count(m->experiment.graph.out);
    struct residuals r;
    struct threshold least;
    real *outputs = NULL;
    enum status s = threshold_read(call, o->fail_under, &least, e);

    if (s == OK && predictions) {
        outputs = mem_take((size_t)p->count, (size_t)width * sizeof *outputs);
        s = outputs ? OK : err_memory(e, "preparing to evaluate");
    }
    if (s == OK)
        s = residuals_of(&r, call, m, p, outputs, e);
    if (s == OK && call->global.json)
        s = residuals_print_json(call, &r, e);
    else if (s == OK)
        residuals_print(call, &r);
    if (s == OK && outputs) {
        struct text t = {0};
        put_numbers(&t, p, width, outputs);
        s = write_text(predictions, &t, e);
    }
    mem_free(outputs);
    return s == OK ? threshold_check(call, &least, NULL, &r) : s;
}

static enum status evaluate(const struct call *call, const struct model *m,
                            struct file_replace *predictions, struct err *e)
{
    const struct evaluate_options *o = call->options;
    const char *config = call->word_count > 1 ? call->words[1] : NULL;
    struct score *scores = NULL;
    struct labelled l;

    enum status s = labelled_open(&l, call, &o->data, config, m, e);
    if (s == OK && l.samples.part.count == 0)
        s = err_add(e, ERR_DATA, config, "there are no samples to evaluate");
    if (s == OK && m->target.kind == TARGET_REAL) {
        s = evaluate_numbers(call, m, &l.samples.part, predictions, e);
    } else if (s == OK) {
        scores = mem_take((size_t)l.samples.part.count, sizeof *scores);
        s = scores ? compute_scores(call, m, &l.samples.part, scores, e)
                   : err_memory(e, "preparing to evaluate");
    }
    if (s == OK && scores)
        s = report(call, m, scores, l.samples.part.count, predictions, e);
    mem_free(scores);
    labelled_close(&l);
    return s;
}

/* The output is begun first: that it cannot be made is found before the work
 * is done. */
static enum status evaluate_to(const struct call *call, const struct model *m,
                               struct err *e)
{
    const struct evaluate_options *o = call->options;
    struct file_replace predictions;

    if (!o->predictions)
        return evaluate(call, m, NULL, e);
    enum status s = file_replace_begin(&predictions, o->predictions, e);
    if (s != OK)
        return s;
    s = evaluate(call, m, &predictions, e);
    file_replace_abort(&predictions);
    return s;
}

/* What is wrong with the command line is said before anything is read. */
static enum status check_options(const struct call *call, struct err *e)
{
    const struct evaluate_options *o = call->options;
    const char *config = call->word_count > 1 ? call->words[1] : NULL;
    struct source source;
    struct threshold least;
    enum status s = threshold_read(call, o->fail_under, &least, e);

    if (s == OK && o->worst > 0 && call->global.json)
        s = usage_error(e, call, "--worst: not together with --json");
    return s == OK ? data_source(call, &o->data, config, NULL, &source, e) : s;
}

/* What is wrong with it for this model. */
static enum status check_options_for(const struct call *call,
                                     const struct model *m, struct err *e)
{
    const struct evaluate_options *o = call->options;
    const bool regression = m->target.kind == TARGET_REAL;
    struct threshold least;
    const enum status s = threshold_read(call, o->fail_under, &least, e);

    if (s != OK)
        return s;
    if (regression && (o->top_k > 0 || o->worst > 0))
        return usage_error(e, call, "--%s: not of a regression model",
                           o->top_k > 0 ? "top-k" : "worst");
    if (!regression && o->top_k > target_classes(&m->target))
        return usage_error(e, call, "--top-k: %lld is not in [1, %lld]",
                           (long long)o->top_k, (long long)m->target.width);
    return threshold_fits(call, &least, regression, e);
}

static enum status run(const struct call *call, struct err *e)
{
    struct model model;
    enum status s = check_options(call, e);

    if (s != OK)
        return s;
    s = model_read(&model, call->words[0], call->kernels, e);
    if (s == OK)
        s = check_options_for(call, &model, e);
    if (s == OK)
        s = evaluate_to(call, &model, e);
    model_free(&model);
    return s;
}

const struct command cmd_evaluate = {
    .name = "evaluate",
    .operands = "MODEL [CONFIG]",
    .doc = "Accuracy, loss and confusions on labelled data; R2, RMSE and MAE "
           "of regression.",
    .examples =
        "  cnnctl evaluate m.safetensors mnist.yaml\n"
        "  cnnctl evaluate m.safetensors mnist.yaml --split valid --worst 10\n"
        "  cnnctl evaluate m.safetensors --csv test.csv.gz --json\n"
        "  cnnctl evaluate m.safetensors mnist.yaml --fail-under "
        "accuracy=0.99\n",
    .options = evaluate_options,
    .options_size = sizeof(struct evaluate_options),
    .takes_set = true,
    .takes_json = true,
    .min_words = 1,
    .max_words = 2,
    .run = run,
};
