/*
 * fit_run.c - the layer table, a line per epoch, what came of it.
 *
 * The life of the run, its file and its data are app/training's.
 */
#include "command/fit_run.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/say.h"
#include "command/epochs.h"
#include "command/gradient_table.h"
#include "command/layer_table.h"
#include "command/watch.h"
#include "data/pixels.h"
#include "document/cautions.h"
#include "document/findings.h"
#include "term/colour.h"
#include "train/accord.h"

/* What is on while training runs. */
struct show {
    const struct call *call;
    const struct experiment *x;
    bool begun; /* the titles have been printed */
    struct watch watch;
    struct epoch_log log;
    struct layer_log *layers; /* of this epoch; NULL: nobody asks */
};

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
    watch_erase(&show->watch, &line);
    if (!show->begun)
        epoch_table_head(&line, style);
    show->begun = true;
    epoch_table_row(&line, s->history, s->history_count, style);
    out_text(show->call->out, &line);
    const enum status flushed = out_flush(show->call->out);
    if (flushed == OK && show->layers)
        warn_of_layers(show);
    if (flushed != OK || !show->watch.on)
        return flushed;
    watch_draw(&show->watch, show->call, s, &line);
    out_text(show->call->out, &line);
    return out_flush(show->call->out);
}

static void layers_done(void *context, struct layer_log *log)
{
    struct show *show = context;

    show->layers = log;
}

static enum status draw_again(struct show *show, const struct train_state *s)
{
    struct text curve = {0};

    progress_erase(show->call->progress);
    watch_erase(&show->watch, &curve);
    watch_draw(&show->watch, show->call, s, &curve);
    out_text(show->call->out, &curve);
    return out_flush(show->call->out);
}

static enum status batch_done(void *context, const struct train_state *s,
                              int64_t done, int64_t total, struct err *e)
{
    struct show *show = context;
    char label[48];

    (void)e;
    if (show->watch.on && show->begun && watch_resized(&show->watch)) {
        const enum status drawn = draw_again(show, s);
        if (drawn != OK)
            return drawn;
    }
    snprintf(label, sizeof label, "epoch %lld/%lld", (long long)s->epoch + 1,
             (long long)show->x->train.max_epochs);
    progress_show(show->call->progress, label, "images", done, total);
    return OK;
}

/* What stands in the file at the end, or would. */
static void show_result(const struct call *call, const struct training *t)
{
    const struct train_state *s = &t->state;
    const char *output = t->options.output;
    const bool valid = t->samples.valid_part.count > 0;

    const struct history_row *best = state_best(s);
    if (!best) {
        note(call, "%s%s%lld epoch%s", output ? output : "", output ? ": " : "",
             (long long)s->epoch, s->epoch == 1 ? "" : "s");
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
    note(call, "%s%s%lld, %s", output ? output : "the best epoch is ",
         output ? ": weights of epoch " : "", (long long)s->best_epoch,
         text_string(&values));
    text_free(&values);
}

/* Why training has ended before its last epoch. */
static void show_stop(const struct call *call, const struct training *t)
{
    const struct early_stopping_section *stop =
        t->x->train.early_stopping.config;
    const struct waiting *w = &t->state.watched.stopping;
    const char *monitor = stop->monitor ? stop->monitor : t->x->train.monitor;
    char best[64] = "";

    if (!isnan(w->best))
        snprintf(best, sizeof best, ": %.5f in epoch %lld", w->best,
                 (long long)w->since);
    note(call,
         "stopped early after epoch %lld: %s has not become better by more "
         "than %g for %lld epoch%s%s",
         (long long)t->state.epoch, monitor ? monitor : "valid_loss",
         stop->min_delta, (long long)stop->patience,
         stop->patience == 1 ? "" : "s", best);
}

/* What the audit has against the network, and what the run is too short for,
 * before it is trained. */
static enum status show_findings(const struct call *call,
                                 const struct training *t, struct err *e)
{
    struct text cautions = {0};
    struct findings f;
    enum status s = findings_of(t->x, audit_mode_of(t->x),
                                target_classes(&t->samples.facts.target),
                                call->arena, &f, e);

    for (int64_t i = 0; i < f.count; i++)
        warn(call, "%s %s: %s", f.at[i].rule, f.at[i].layer, f.at[i].message);
    if (s == OK)
        s = cautions_of(&cautions, t->x, t->samples.train_part.count, e);
    say_lines(call, "warning", &cautions);
    text_free(&cautions);
    return s;
}

/* What stands above the epoch table: the layers, and which run it is. */
static enum status print_head(const struct fit_order *of,
                              const struct training *t, struct err *e)
{
    const struct call *call = of->call;
    const struct run_series *series = of->series;
    struct text title = {0};
    enum status s = OK;

    if (!series || series->number == series->first)
        s = show_findings(call, t, e);
    if (s == OK && (!series || series->number == series->first))
        s = print_layers(call, t->x, audit_mode_of(t->x), e);
    else
        text_puts(&title, "\n");
    if (s == OK && series) {
        text_puts(&title, "# ");
        series_title(series, &title);
        text_puts(&title, "\n\n");
        out_text(call->out, &title);
    }
    text_free(&title);
    return s == OK ? out_flush(call->out) : s;
}

static enum status open_log(struct epoch_log *log, const struct fit_order *of,
                            const struct training *t, struct err *e)
{
    const struct run_series *series = of->series;

    if (!of->metrics || of->dry_run)
        return OK;
    if (series) {
        log->key = series_key(series);
        log->number = series->number;
        log->goes_on = of->options.resume || series->number > series->first;
    }
    return epoch_log_open(log, of->metrics, t->resumed ? &t->state : NULL, e);
}

/* Where pixels are that need not be held, for those who want to know more. */
static void say_where(const struct call *call, const struct source *from,
                      const struct dataset *d)
{
    const double mib = (double)d->count * (double)sample_bytes(d) / (1 << 20);

    if (call->global.verbose == 0 || d->count == 0 || !from->kind->fetch)
        return;
    note(call, "%s: %.1f MiB of pixels %s", from->origin.key, mib,
         d->apart ? "are read when they are needed" : "are held in memory");
}

/* How fast images were decoded, which every epoch does again when their pixels
 * are not held. */
static void say_decoding(const struct call *call, const struct source *from,
                         const struct dataset *d)
{
    const struct decoding *of = &d->decoding;

    if (of->images > 0 && of->seconds > 0)
        note(call, "%s: %lld images decoded in %.2f s, %.0f images/s",
             from->origin.key, (long long)of->images, of->seconds,
             (double)of->images / of->seconds);
}

enum status fit_run_one(const struct fit_order *of, const struct experiment *x,
                        struct err *e)
{
    const struct call *call = of->call;
    struct training t;
    struct show show = {
        .call = call, .x = x, .watch = {.on = of->watch}, .log = {.fd = -1}};
    const struct fit_observer observer = {&show, epoch_done, batch_done,
                                          layers_done};

    enum status s = of->check ? gradient_check_possible(x, e) : OK;
    if (s != OK)
        return s;
    s = training_open(&t, x, &of->options, e);
    if (s == OK)
        s = open_log(&show.log, of, &t, e);
    say_lines(call, NULL, &t.notes);
    say_lines(call, "warning", &t.samples.warnings);
    say_where(call, &x->train_source, &t.samples.train);
    say_where(call, &x->valid_source, &t.samples.valid);
    say_decoding(call, &x->train_source, &t.samples.train);
    say_decoding(call, &x->valid_source, &t.samples.valid);
    if (s == OK && call->global.quiet && t.lost.length > 0)
        insist(call, "%s: not loaded, or not all of it: %s",
               of->options.init_from, text_string(&t.lost));
    if (of->check) {
        s = s == OK ? gradient_table(call, &t, e) : s;
        training_close(&t);
        return s;
    }
    if (s == OK)
        s = print_head(of, &t, e);
    s = accord_status(call->exchange, s, e);
    if (s == OK)
        s = of->dry_run ? training_rehearse(&t, e)
                        : training_run(&t, &observer, e);
    if (s == OK && of->dry_run)
        note(call, "dry run: everything works, nothing was written");
    else if (s == OK && t.state.watched.stopped)
        show_stop(call, &t);
    if (s == OK && !of->dry_run)
        show_result(call, &t);
    if (s == OK && of->series && !of->dry_run)
        s = series_add(of->series, &t.state, e);
    epoch_log_close(&show.log);
    training_close(&t);
    return s;
}
