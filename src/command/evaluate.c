/*
 * evaluate.c - how well a model does on labelled samples.
 */
#include <string.h>

#include "base/num.h"
#include "cli/say.h"
#include "command/data_options.h"
#include "command/evaluate_print.h"
#include "command/subject.h"
#include "command/threshold.h"
#include "tensor/finite.h"
#include "train/infer.h"

enum {
    DEFAULT_TOP_K = 5,
    COUNTED_CLASSES = 1000, /* in a confusion matrix, unless asked for */
    PIECE = 2048,           /* samples between two looks at the clock, */
    PIECE_OUTPUTS = 1 << 22 /* fewer where their outputs are more than this */
};

struct evaluate_options {
    struct data_options data;
    const char *fail_under, *predictions, *pass;
    int64_t top_k, worst;
    bool confusion, force;
};

static const struct option evaluate_options[] = {
    DATA_OPTIONS(evaluate_options),
    OPTION(evaluate_options, top_k, "top-k", .argument = "K", .min = 1,
           .max = 1e6,
           .doc = "Count a sample as near when its class is among the K most "
                  "likely; default: 5, or all classes when there are fewer."),
    OPTION(evaluate_options, worst, "worst", .argument = "N", .min = 1,
           .max = 1e6, .doc = "List the N samples with the largest loss."),
    OPTION(evaluate_options, confusion, "confusion",
           .doc = "Count the confusion matrix of more than 1,000 classes too."),
    OPTION(evaluate_options, fail_under, "fail-under",
           .argument = "METRIC=VALUE", .kinds = metric_kinds,
           .doc = "Exit 1 when the metric is worse than the value: below it, "
                  "or above it where small is good."),
    OPTION(evaluate_options, predictions, "predictions", .argument = "FILE",
           .writes = WRITES_FILE,
           .doc = "Write a CSV file: row, true, predicted, probability; of "
                  "regression row, then NAME and NAME_predicted of every "
                  "target."),
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
    struct threshold least;
    struct text_list columns; /* that are passed */
    struct model m;
    struct labelled l;
    struct pool *pool;
    struct infer *infer;
    int64_t piece;            /* samples computed at once */
    struct score *scores;     /* [piece] */
    real *y;                  /* [piece, out..] */
    struct evaluation found;  /* grows */
    struct text predictions;  /* the same */
    struct file_replace file; /* that they go to */
};

/* What is wrong with the command line is said before anything is read. */
static enum status check_options(struct walk *w, struct err *e)
{
    const struct evaluate_options *o = w->o;
    struct source source;
    enum status s = threshold_read(w->call, o->fail_under, &w->least, e);

    if (s == OK && o->pass && !o->predictions)
        s = usage_error(e, w->call, "--pass: needs --predictions");
    if (s == OK)
        s = passed_read(w->call, o->pass, &w->columns, e);
    return s == OK ? data_source(w->call, &o->data, config_of(w->call), NULL,
                                 &source, e)
                   : s;
}

/* What is wrong with it for this model. */
static enum status check_options_for(const struct walk *w, struct err *e)
{
    const struct evaluate_options *o = w->o;
    const struct target *t = &w->m.target;

    if (t->kind == TARGET_REAL && (o->top_k > 0 || o->worst > 0))
        return usage_error(e, w->call, "--%s: not of a regression model",
                           o->top_k > 0 ? "top-k" : "worst");
    if (o->top_k > t->width)
        return usage_error(e, w->call, "--top-k: %lld is not in [1, %lld]",
                           (long long)o->top_k, (long long)t->width);
    return threshold_fits(w->call, &w->least, t->kind, e);
}

/* Parts of the training data are cut as CONFIG says, which may not be how the
 * model's were. */
static enum status open_samples(struct walk *w, struct err *e)
{
    struct text warnings = {0};
    const struct labelled_request r = {
        .options = &w->o->data,
        .config = config_of(w->call),
        .model = &w->m,
        .passed = w->columns.count > 0 ? &w->columns : NULL,
    };
    enum status s = labelled_open(&w->l, w->call, &r, e);

    if (s == OK && w->l.samples.part.count == 0)
        s = err_add(e, ERR_DATA, config_of(w->call),
                    "there are no samples to evaluate");
    if (s == OK && w->l.samples.train.count > 0)
        samples_compare_run(&w->l.samples, &w->l.experiment, &w->m, &warnings);
    say_lines(w->call, "warning", &warnings);
    if (warnings.failed)
        s = err_memory(e, "comparing the data");
    text_free(&warnings);
    return s;
}

/* Every metric of such targets; --top-k is the parameter of one. */
static void choose_metrics(struct walk *w)
{
    struct evaluation *v = &w->found;
    struct arena *a = w->call->arena;
    struct top_k_config *top = arena_take(a, 1, sizeof *top);
    int64_t count = 0;

    if (top)
        top->k = w->o->top_k > 0 ? w->o->top_k
                                 : num_min(DEFAULT_TOP_K, v->target->width);
    while (metric_kinds[count])
        count++;
    v->metrics = arena_take(a, (size_t)count, sizeof *v->metrics);
    for (int64_t i = 0; v->metrics && i < count; i++) {
        const struct variant of = {metric_kinds[i], top};
        if (metric_takes(of, v->target->kind))
            v->metrics[v->metric_count++] = metric_new(of, v->target->width, a);
    }
}

static enum status prepare(struct walk *w, struct err *e)
{
    struct evaluation *v = &w->found;
    struct arena *a = w->call->arena;

    v->target = &w->m.target;
    v->samples = w->l.samples.part.count;
    v->cells = w->l.samples.part.set->passed;
    v->passed = (struct passed){w->l.samples.part.set->columns.passed,
                                w->columns.count};
    const size_t classes = (size_t)target_classes(v->target);
    w->piece = num_max(1, num_min(PIECE, PIECE_OUTPUTS / v->target->width));
    w->scores = arena_take(a, (size_t)w->piece, sizeof *w->scores);
    w->y = arena_take(a, (size_t)(w->piece * v->target->width), sizeof *w->y);
    choose_metrics(w);
    if (classes > 0 && (classes <= COUNTED_CLASSES || w->o->confusion))
        v->confusion = arena_take(a, classes * classes, sizeof *v->confusion);
    v->worst_room = num_min(w->o->worst, v->samples);
    v->worst = arena_take(a, (size_t)v->worst_room, sizeof *v->worst);
    enum status s = arena_check(a, e, "preparing to evaluate");
    if (s == OK)
        s = pool_new(&w->pool, w->call->global.threads, e);
    return s == OK ? infer_new(&w->infer, &w->m.experiment.graph, w->pool,
                               INFER_ANY, e)
                   : s;
}

/* By falling loss; of equals the first comes first. */
static void keep_worst(struct evaluation *v, int64_t row,
                       const struct score *score)
{
    int64_t place = v->worst_count;

    while (place > 0 && score->loss > v->worst[place - 1].score.loss)
        place--;
    if (place >= v->worst_room)
        return;
    v->worst_count = num_min(v->worst_count + 1, v->worst_room);
    for (int64_t k = v->worst_count - 1; k > place; k--)
        v->worst[k] = v->worst[k - 1];
    v->worst[place] = (struct scored){row, *score};
}

static void take_rows(struct walk *w, const struct metric_rows *of)
{
    struct evaluation *v = &w->found;

    for (int64_t i = 0; i < v->metric_count; i++)
        metric_add(&v->metrics[i], of);
    for (int64_t i = 0; i < of->rows; i++) {
        const struct score *s = &of->scores[i];
        if (v->confusion)
            v->confusion[s->label * v->target->width + s->predicted]++;
        if (v->worst_room > 0)
            keep_worst(v, of->ids[i], s);
    }
    if (w->o->predictions)
        predictions_rows(&w->predictions, v, of);
}

/* The loss that the model was trained with, or the default where it never was;
 * no kind when this network cannot have it. */
static struct variant loss_of_model(const struct model *m)
{
    const struct experiment *x = &m->experiment;
    const struct variant loss =
        x->has_train ? x->train.loss : loss_default(m->target.kind);
    const char *wanted = loss_of(loss)->activation;
    const struct kind *last = x->graph.output_nonlinearity.kind;

    return !wanted || (last && strcmp(last->name, wanted) == 0)
               ? loss
               : (struct variant){NULL, NULL};
}

/* Outputs that are no numbers are no answer. */
static enum status check_outputs(const struct walk *w,
                                 const struct metric_rows *of, struct err *e)
{
    const struct data_options *o = &w->o->data;
    const int64_t count = of->rows * of->width;
    const int64_t at = first_nonfinite(of->y, count);

    if (at == count)
        return OK;
    return err_add(e, ERR_DATA,
                   o->csv      ? o->csv
                   : o->images ? o->images
                               : config_of(w->call),
                   "sample %lld: the network's output is not finite",
                   (long long)of->ids[at / of->width]);
}

/* In pieces, so that progress shows and memory does not grow. */
static enum status walk_samples(struct walk *w, struct err *e)
{
    const struct subset *p = &w->l.samples.part;
    enum status s = OK;
    const struct scoring with = {&w->m.norm, loss_of_model(&w->m)};

    for (int64_t first = 0; s == OK && first < p->count; first += w->piece) {
        const struct subset piece = {p->set, p->ids + first,
                                     num_min(w->piece, p->count - first)};
        const struct metric_rows rows = {
            .rows = piece.count,
            .width = w->found.target->width,
            .scores = w->scores,
            .y = w->y,
            .targets = p->set->targets,
            .ids = piece.ids,
        };
        infer_scores(w->infer, w->m.state.best_params, &piece, &with, w->scores,
                     w->y);
        s = check_outputs(w, &rows, e);
        if (s == OK)
            take_rows(w, &rows);
        progress_show(w->call->progress, "evaluate", "samples",
                      first + piece.count, p->count);
    }
    progress_erase(w->call->progress);
    return s;
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
    if (s == OK && w->o->predictions)
        s = file_replace_write(&w->file, text_string(&w->predictions),
                               w->predictions.length, e);
    if (s == OK && w->o->predictions)
        s = file_replace_commit(&w->file, e);
    return s == OK ? threshold_check(w->call, &w->least, v->metrics,
                                     v->metric_count, e)
                   : s;
}

/* The output is begun first: that it cannot be made is found before the work
 * is done. */
static enum status evaluate(struct walk *w, struct err *e)
{
    const bool writes = w->o->predictions != NULL;
    enum status s =
        writes ? file_replace_begin(&w->file, w->o->predictions, e) : OK;

    if (s != OK)
        return s;
    s = open_samples(w, e);
    if (s == OK)
        s = prepare(w, e);
    if (s == OK)
        predictions_head(&w->predictions, &w->found);
    if (s == OK)
        s = walk_samples(w, e);
    if (s == OK)
        s = report(w, e);
    if (writes)
        file_replace_abort(&w->file);
    return s;
}

static enum status run(const struct call *call, struct err *e)
{
    struct walk w = {.call = call, .o = call->options};
    enum status s = check_options(&w, e);

    if (s == OK)
        s = model_read(&w.m, call->words[0], call->kernels, e);
    if (s == OK)
        s = check_options_for(&w, e);
    if (s == OK)
        s = evaluate(&w, e);
    text_free(&w.predictions);
    infer_free(w.infer);
    pool_free(w.pool);
    labelled_close(&w.l);
    model_free(&w.m);
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
    OPTIONS(evaluate_options),
    .takes_set = true,
    .takes_json = true,
    .run = run,
};
