/*
 * fit.c - train: how often, and what may be written.
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "base/system.h"
#include "cli/output.h"
#include "cli/say.h"
#include "cli/together.h"
#include "command/fit_run.h"
#include "command/watch.h"

struct fit_options {
    const char *output, *init_from, *metrics, *max_time;
    int64_t epochs, folds, repeat;
    bool resume, force, partial, watch, dry_run, check;
};

/* The first rows, which name files. */
enum { OUTPUT, METRICS };

static const struct option fit_options[] = {
    OPTION(fit_options, output, "output", .letter = 'o', .argument = "MODEL",
           .writes = WRITES_RUN,
           .doc = "The model file to write; default: the configuration's name "
                  "with .safetensors in the current folder."),
    OPTION(fit_options, metrics, "metrics", .argument = "FILE",
           .writes = WRITES_RUN,
           .doc = "Write one line of JSON per epoch; dur counts the seconds of "
                  "this run, of an epoch that it resumes those of the rest."),
    OPTION(fit_options, epochs, "epochs", .argument = "N", .min = 1, .max = 1e9,
           .doc = "The same as --set train.max_epochs=N."),
    OPTION(fit_options, folds, "folds", .argument = "K", .min = 2,
           .max = 1 << 20,
           .doc = "Train K times, each time validating on another of K parts "
                  "of the training source, and print means of the best epochs. "
                  " MODEL holds {fold} for the number; without --output "
                  "nothing is kept."),
    OPTION(fit_options, repeat, "repeat", .argument = "N", .min = 2,
           .max = 1 << 20,
           .doc = "Likewise with N seeds, from the configuration's on; MODEL "
                  "holds {seed}."),
    OPTION(fit_options, resume, "resume",
           .doc = "Continue the run that MODEL holds; start when there is no "
                  "such file."),
    OPTION(fit_options, force, "force",
           .doc = "Replace existing output files; with --resume: a MODEL that "
                  "cannot be resumed."),
    OPTION(fit_options, init_from, "init-from", .argument = "MODEL",
           .doc = "Start from the weights of another model, matched by name "
                  "and shape; rows of the last layer by class, columns "
                  "of a dense first one by name."),
    OPTION(fit_options, partial, "partial",
           .doc = "With --init-from: parameters, classes and columns may stay "
                  "unmatched, but not all of them."),
    OPTION(fit_options, max_time, "max-time", .argument = "TIME",
           .doc = "Save and stop after this time, such as 90s, 50m or 8h."),
    OPTION(fit_options, watch, "watch",
           .doc = "Draw the loss curve under the epoch table, anew after every "
                  "epoch; on a terminal alone."),
    OPTION(fit_options, dry_run, "dry-run",
           .doc = "One batch through training, validation, saving and loading, "
                  "then stop; writes nothing, but sees that --output and "
                  "--metrics could be."),
    OPTION(fit_options, check, "check",
           .doc = "Compare the gradients of one batch with differences of the "
                  "loss in double precision, some elements of every parameter; "
                  "exit 1 and the worst element when they differ; writes "
                  "nothing and takes no output."),
    {0},
};

static bool is_series(const struct fit_options *o)
{
    return o->folds > 0 || o->repeat > 0;
}

/* "50m" in seconds. */
static enum status read_time(const struct call *call, const char *text,
                             double *seconds, struct err *e)
{
    static const struct {
        char unit;
        double seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}};
    const size_t length = text ? strlen(text) : 0;
    double number;

    *seconds = 0;
    if (!text)
        return OK;
    const size_t digit_count = length > 0 ? length - 1 : 0;
    const char *digits = arena_strndup(call->arena, text, digit_count);
    if (call->arena->failed)
        return arena_check(call->arena, e, "reading the command line");
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (text[digit_count] == units[i].unit &&
            num_parse_real(digits, &number) && number > 0) {
            *seconds = number * units[i].seconds;
            return OK;
        }
    return usage_error(e, call,
                       "--max-time: expected a time such as 90s, 50m or 8h, "
                       "got '%s'",
                       text);
}

/* The configuration's name with another ending, in the current folder. */
static enum status choose_output(const struct call *call, const char **output,
                                 struct err *e)
{
    const struct fit_options *o = call->options;
    const char *config = call->words[0];

    *output = o->output;
    if (is_series(o) || o->check)
        return OK; /* each run has its own, or none has */
    if (*output)
        return output_check(call, &fit_options[OUTPUT], *output, e);
    if (strcmp(config, "-") == 0)
        return usage_error(e, call,
                           "--output: is needed when the configuration comes "
                           "from standard input");
    const char *base = file_base(config), *dot = strrchr(base, '.');
    const int length =
        (int)(dot && dot > base ? (size_t)(dot - base) : strlen(base));
    *output = arena_printf(call->arena, "%.*s.safetensors", length, base);
    const enum status s =
        arena_check(call->arena, e, "reading the command line");
    return s == OK ? output_check(call, &fit_options[OUTPUT], *output, e) : s;
}

/* Lines of another run are added to by a resumed one alone. */
static enum status check_metrics(const struct call *call, bool resumes,
                                 struct err *e)
{
    const struct fit_options *o = call->options;

    if (!exchange_leads(call->exchange) || !o->metrics || o->force ||
        o->dry_run || resumes || !file_is_regular(o->metrics))
        return OK;
    return err_add(e, ERR_CANTCREATE, o->metrics,
                   "exists; --resume continues it with its model, --force "
                   "replaces it");
}

static enum status collect_settings(const struct call *call, const char *output,
                                    struct bytes document, struct settings *set,
                                    struct err *e)
{
    const struct fit_options *o = call->options;

    *set = call->global.set;
    set->document = document;
    set->outputs = outputs_of(call, output);
    if (o->epochs == 0)
        return OK;
    const char *sugar = arena_printf(call->arena, "train.max_epochs=%lld",
                                     (long long)o->epochs);
    return opt_append(set, sugar, call->arena, e);
}

/* An option that has no effect on a run that trains nothing; NULL: none. */
static const char *idle_option(const struct fit_options *o)
{
    const struct {
        const char *name;
        bool given, rehearses; /* a dry run takes it */
    } all[] = {
        {"dry-run", o->dry_run && o->check, false},
        {"folds", o->folds > 0, true},
        {"repeat", o->repeat > 0, true},
        {"output", o->output, true},
        {"metrics", o->metrics, true},
        {"resume", o->resume, true},
        {"force", o->force, true},
        {"epochs", o->epochs > 0, true},
        {"max-time", o->max_time, false},
        {"watch", o->watch, false},
    };

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (all[i].given && (o->check || (o->dry_run && !all[i].rehearses)))
            return all[i].name;
    return NULL;
}

/* --epochs is the same as this, of which the last would win. */
static bool sets_epochs(const struct settings *set)
{
    static const char key[] = "train.max_epochs=";

    for (int64_t i = 0; i < set->count; i++)
        if (strncmp(set->at[i], key, sizeof key - 1) == 0)
            return true;
    return false;
}

static enum status check_options(const struct call *call, struct err *e)
{
    const struct fit_options *o = call->options;
    const char *idle = idle_option(o);

    if (idle)
        return usage_error(e, call, "--%s: trains nothing; leave out --%s",
                           o->check ? "check" : "dry-run", idle);
    if (o->epochs > 0 && sets_epochs(&call->global.set))
        return usage_error(e, call,
                           "--epochs: not together with --set "
                           "train.max_epochs, which says the same");
    if (o->partial && !o->init_from)
        return usage_error(e, call, "--partial: needs --init-from");
    if (o->resume && o->init_from && !is_series(o))
        return usage_error(e, call,
                           "--init-from: a resumed run has its weights; "
                           "leave out --resume");
    return OK;
}

/* Several runs write several files, or none. */
static enum status check_series(const struct call *call,
                                const struct run_series *s, struct err *e)
{
    const struct fit_options *o = call->options;
    const char *lost = o->resume ? "resume" : o->max_time ? "max-time" : NULL;

    if (o->folds > 0 && o->repeat > 0)
        return usage_error(e, call, "--folds: not together with --repeat");
    if (o->output && !series_named(s, o->output))
        return usage_error(e, call,
                           "--output: %s needs {%s} in its name, every run "
                           "writes a file",
                           o->output, series_key(s));
    if (!o->output && lost)
        return usage_error(
            e, call, "--%s: needs --output, without it nothing is kept", lost);
    return OK;
}

/* What is asked for, before it is one run or several. */
struct asked {
    struct fit_order order;
    const char *output;    /* as given, or the default; NULL: none */
    struct bytes document; /* that one process alone can read; at NULL: none */
    double started;        /* clock_seconds */
};

static enum status run_one(void *context, struct err *e)
{
    const struct asked *asked = context;
    struct fit_order of = asked->order;
    struct training_options *options = &of.options;
    struct settings set;
    struct experiment x = {0};

    options->output =
        of.series ? series_output(of.series, asked->output, of.call->arena)
                  : asked->output;
    if (of.series && options->max_seconds > 0)
        options->max_seconds = fmax(
            options->max_seconds - (clock_seconds() - asked->started), 1e-9);
    enum status s =
        collect_settings(of.call, options->output, asked->document, &set, e);
    if (s == OK && of.series)
        s = series_set(of.series, &set, of.call->arena, e);
    if (s != OK)
        return s;
    s = experiment_read(&x, of.call->words[0], &set,
                        EXPERIMENT_DATA | EXPERIMENT_TRAIN, of.call->kernels,
                        e);
    if (s == OK && !of.series)
        s = check_metrics(of.call,
                          options->resume && options->output &&
                              file_exists(options->output),
                          e);
    if (s == OK)
        s = fit_run_one(&of, &x, e);
    experiment_free(&x);
    return s;
}

/* What any of the runs may write is looked at before the first one. */
static enum status check_outputs(const struct asked *asked, struct err *e)
{
    const struct call *call = asked->order.call;
    struct run_series each = *asked->order.series;
    struct training_options options = asked->order.options;
    bool resumes = false;
    enum status s = OK;

    for (int64_t i = 0; s == OK && asked->output && i < each.count; i++) {
        each.number = each.first + i;
        options.output = series_output(&each, asked->output, call->arena);
        s = arena_check(call->arena, e, "reading the command line");
        if (s == OK)
            s = output_check(call, &fit_options[OUTPUT], options.output, e);
        if (s == OK)
            s = training_check_output(&options, e);
        resumes = resumes || (options.resume && file_exists(options.output));
    }
    return s == OK ? check_metrics(call, resumes, e) : s;
}

static enum status run_series(struct asked *asked, struct err *e)
{
    const struct call *call = asked->order.call;
    const struct fit_options *o = call->options;
    struct run_series series = {
        .kind = o->folds > 0 ? SERIES_FOLDS : SERIES_SEEDS,
        .count = o->folds > 0 ? o->folds : o->repeat,
    };
    struct settings set;

    asked->order.series = &series;
    enum status s = check_series(call, &series, e);
    if (s == OK)
        s = collect_settings(call, NULL, asked->document, &set, e);
    if (s == OK)
        s = series_open(&series, call, &set, e);
    if (s == OK)
        s = check_outputs(asked, e);
    if (s == OK)
        s = series_run(&series, call, run_one, asked, e);
    series_close(&series);
    return s;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct fit_options *o = call->options;
    const bool leads = exchange_leads(call->exchange);
    struct asked asked = {
        .started = clock_seconds(),
        .order = {.call = call,
                  .options = {.exchange = call->exchange,
                              .resume = o->resume,
                              /* Who writes nothing may. */
                              .force = o->force || (o->dry_run && !o->resume),
                              .init_from = o->init_from,
                              .partial = o->partial,
                              .threads = call->global.threads},
                  .metrics = leads ? o->metrics : NULL,
                  .dry_run = o->dry_run,
                  .check = o->check},
    };
    struct file_lock lock = {.fd = -1}; /* of the lines of --metrics */
    enum status s = check_options(call, e);

    if (s == OK)
        s = read_time(call, o->max_time, &asked.order.options.max_seconds, e);
    if (s == OK)
        s = choose_output(call, &asked.output, e);
    if (s == OK && o->metrics)
        s = output_check(call, &fit_options[METRICS], o->metrics, e);
    if (s == OK && asked.order.metrics && !o->dry_run)
        s = file_lock_take(&lock, o->metrics, e);
    if (!leads) /* another process writes */
        asked.output = NULL;
    s = together_document(call, s, &asked.document, e);
    asked.order.watch = s == OK && o->watch && watch_possible(call);
    if (s == OK)
        s = is_series(o) ? run_series(&asked, e) : run_one(&asked, e);
    file_lock_drop(&lock);
    mem_free(asked.document.at);
    return s;
}

const struct command cmd_fit = {
    .name = "fit",
    .operands = "CONFIG",
    .doc = "Train, validate, write the model file.",
    .examples =
        "  cnnctl fit mnist.yaml\n"
        "  cnnctl fit mnist.yaml -o m.safetensors --epochs 3\n"
        "  cnnctl fit mnist.yaml --epochs 20 --watch\n"
        "  cnnctl fit mnist.yaml --resume --max-time 50m\n"
        "  cnnctl fit mnist.yaml --folds 5 -s data.split.eval_size=null\n"
        "  cnnctl fit - -o m.safetensors --set train.l2=0.001 < m.yaml\n",
    OPTIONS(fit_options),
    .takes_set = true,
    .by_several = true,
    .run = run,
};
