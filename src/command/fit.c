/*
 * fit.c - train: prints the layer table and a line per epoch.
 *
 * The life of the run, its file and its data are app/training's; here is what
 * is printed and where.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/findings.h"
#include "app/training.h"
#include "base/num.h"
#include "cli/output.h"
#include "cli/say.h"
#include "command/epochs.h"
#include "command/layer_table.h"
#include "term/colour.h"

struct fit_options {
    const char *output, *init_from, *metrics, *max_time;
    int64_t epochs;
    bool resume, force, partial, dry_run;
};

static const struct option fit_options[] = {
    OPTION(fit_options, output, "output", .letter = 'o', .argument = "MODEL",
           .writes = WRITES_RUN,
           .doc = "The model file to write; default: the configuration's name "
                  "with .safetensors in the current folder."),
    OPTION(fit_options, epochs, "epochs", .argument = "N", .min = 1, .max = 1e9,
           .doc = "The same as --set train.max_epochs=N."),
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
                  "unmatched."),
    OPTION(fit_options, metrics, "metrics", .argument = "FILE",
           .writes = WRITES_RUN, .doc = "Write one line of JSON per epoch."),
    OPTION(fit_options, max_time, "max-time", .argument = "TIME",
           .doc = "Save and stop after this time, such as 90s, 50m or 8h."),
    OPTION(fit_options, dry_run, "dry-run",
           .doc = "One batch through training, validation, saving and loading, "
                  "then stop; writes nothing."),
    {0},
};

/* What is on while training runs. */
struct show {
    const struct call *call;
    const struct experiment *x;
    bool begun; /* the titles have been printed */
    struct epoch_log log;
    struct layer_log *layers; /* of this epoch; NULL: nobody asks */
};

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
    if (*output)
        return OK;
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
    return s == OK ? output_check(call, &fit_options[0], *output, e) : s;
}

/* Lines of another run are added to by a resumed one alone. */
static enum status check_metrics(const struct call *call, const char *output,
                                 struct err *e)
{
    const struct fit_options *o = call->options;

    if (!o->metrics || o->force || o->dry_run || !file_is_regular(o->metrics) ||
        (o->resume && file_exists(output)))
        return OK;
    return err_add(e, ERR_CANTCREATE, o->metrics,
                   "exists; --resume continues it with its model, --force "
                   "replaces it");
}

static enum status collect_settings(const struct call *call, const char *output,
                                    struct settings *set, struct err *e)
{
    const struct fit_options *o = call->options;

    *set = call->global.set;
    set->outputs = outputs_of(call, output);
    if (o->epochs == 0)
        return OK;
    const char *sugar = arena_printf(call->arena, "train.max_epochs=%lld",
                                     (long long)o->epochs);
    return opt_append(set, sugar, call->arena, e);
}

static enum status check_options(const struct call *call, struct err *e)
{
    const struct fit_options *o = call->options;

    if (o->partial && !o->init_from)
        return usage_error(e, call, "--partial: needs --init-from");
    if (o->resume && o->init_from)
        return usage_error(e, call,
                           "--init-from: a resumed run has its weights; "
                           "leave out --resume");
    return OK;
}

static void warn_of_layers(struct show *show)
{
    struct text warnings = {0};

    layer_log_warn(show->layers, &warnings);
    say_lines(show->call, "warning", &warnings);
    text_free(&warnings);
}

static enum status epoch_done(void *context, const struct train_state *s,
                              struct err *e)
{
    struct show *show = context;
    const int64_t room = terminal_columns(STDOUT_FILENO);
    const struct epoch_style style = {
        .columns = s->columns,
        .colour = colour_stdout(show->call),
        .narrow = room > 0 && room < epoch_table_width(s->columns),
    };
    struct text line = {0};
    const enum status status = epoch_log_add(&show->log, s, show->layers, e);

    if (status != OK)
        return status;
    progress_erase(show->call->progress);
    if (!show->begun)
        epoch_table_head(&line, style);
    show->begun = true;
    epoch_table_row(&line, s->history, s->history_count, style);
    out_text(show->call->out, &line);
    const enum status flushed = out_flush(show->call->out);
    if (flushed == OK && show->layers)
        warn_of_layers(show);
    return flushed;
}

static void layers_done(void *context, struct layer_log *log)
{
    struct show *show = context;

    show->layers = log;
}

static enum status batch_done(void *context, const struct train_state *s,
                              int64_t done, int64_t total, struct err *e)
{
    const struct show *show = context;
    char label[48];

    (void)e;
    snprintf(label, sizeof label, "epoch %lld/%lld", (long long)s->epoch + 1,
             (long long)show->x->train.max_epochs);
    progress_show(show->call->progress, label, "images", done, total);
    return OK;
}

/* What stands in the file at the end. */
static void show_result(const struct call *call, const struct training *t)
{
    const struct train_state *s = &t->state;
    const bool valid = t->samples.valid_part.count > 0;

    const struct history_row *best = state_best(s);
    if (!best) {
        note(call, "%s: %lld epochs", t->options.output, (long long)s->epoch);
        return;
    }
    struct text values = {0};
    text_printf(&values, "%s loss %.5f", valid ? "valid" : "train",
                valid ? best->valid_loss : best->train_loss);
    for (int64_t i = 0; i < s->columns->count; i++) {
        if (isnan(best->metrics[i]))
            continue;
        text_puts(&values, ", ");
        metric_column_title(&values, &s->columns->at[i]);
        text_printf(&values, " %.5f", best->metrics[i]);
    }
    note(call, "%s: weights of epoch %lld, %s", t->options.output,
         (long long)s->best_epoch, text_string(&values));
    text_free(&values);
}

/* What the audit has against the network, before it is trained. */
static enum status show_findings(const struct call *call,
                                 const struct training *t, struct err *e)
{
    struct findings f;
    const enum status s = findings_of(t->x, audit_mode_of(t->x),
                                      target_classes(&t->samples.facts.target),
                                      call->arena, &f, e);

    for (int64_t i = 0; i < f.count; i++)
        warn(call, "%s %s: %s", f.at[i].rule, f.at[i].layer, f.at[i].message);
    return s;
}

/* Everything once the document is read. */
static enum status run_training(const struct call *call,
                                const struct experiment *x,
                                const struct training_options *options,
                                struct err *e)
{
    const struct fit_options *o = call->options;
    struct training t;
    struct show show = {.call = call, .x = x, .log = {.fd = -1}};
    const struct fit_observer observer = {&show, epoch_done, batch_done,
                                          layers_done};

    enum status s = training_open(&t, x, options, e);
    if (s == OK && o->metrics && !o->dry_run)
        s = epoch_log_open(&show.log, o->metrics, t.resumed ? &t.state : NULL,
                           e);
    say_lines(call, NULL, &t.notes);
    say_lines(call, "warning", &t.samples.warnings);
    if (s == OK)
        s = show_findings(call, &t, e);
    if (s == OK)
        s = print_layers(call, x, audit_mode_of(x), e);
    if (s == OK)
        s = out_flush(call->out);
    if (s == OK)
        s = o->dry_run ? training_rehearse(&t, e)
                       : training_run(&t, &observer, e);
    if (s == OK && o->dry_run)
        note(call, "dry run: everything works, nothing was written");
    else if (s == OK)
        show_result(call, &t);
    epoch_log_close(&show.log);
    training_close(&t);
    return s;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct fit_options *o = call->options;
    struct training_options options = {
        .resume = o->resume,
        .force = o->force || (o->dry_run && !o->resume), /* writes nothing */
        .init_from = o->init_from,
        .partial = o->partial,
        .threads = call->global.threads,
    };
    struct settings set;
    struct experiment x;
    enum status s = check_options(call, e);

    if (s == OK)
        s = read_time(call, o->max_time, &options.max_seconds, e);
    if (s == OK)
        s = choose_output(call, &options.output, e);
    if (s == OK)
        s = collect_settings(call, options.output, &set, e);
    if (s != OK)
        return s;
    s = experiment_read(&x, call->words[0], &set,
                        EXPERIMENT_DATA | EXPERIMENT_TRAIN, call->kernels, e);
    if (s == OK)
        s = check_metrics(call, options.output, e);
    if (s == OK)
        s = run_training(call, &x, &options, e);
    experiment_free(&x);
    return s;
}

const struct command cmd_fit = {
    .name = "fit",
    .operands = "CONFIG",
    .doc = "Train, validate, write the model file.",
    .examples =
        "  cnnctl fit mnist.yaml\n"
        "  cnnctl fit mnist.yaml -o m.safetensors --epochs 3\n"
        "  cnnctl fit mnist.yaml --resume --max-time 50m\n"
        "  cnnctl fit - -o m.safetensors --set train.l2=0.001 < m.yaml\n",
    OPTIONS(fit_options),
    .takes_set = true,
    .run = run,
};
