/*
 * training.c - a run before its first batch: its file, its data, its state.
 */
#include "app/training.h"

#include <string.h>

#include "app/alike.h"
#include "app/preflight.h"
#include "app/resume.h"
#include "app/sources.h"
#include "app/transfer.h"
#include "base/num.h"
#include "base/system.h"
#include "graph/precision.h"
#include "train/checkpoint.h"

/* May the output be written, and is there a run to go on with? */
static enum status check_output(struct training *t, bool *resuming,
                                struct err *e)
{
    const struct training_options *o = &t->options;
    const bool exists = o->output && file_exists(o->output);

    *resuming = exists && o->resume;
    if (exists && !o->resume && !o->force)
        return err_add(e, ERR_CANTCREATE, o->output,
                       "exists; --resume continues it, --force replaces it");
    return OK;
}

/* Where the file stands must lie within an epoch of the data. */
static enum status check_position(const struct training *t,
                                  const struct train_state *s, struct err *e)
{
    const int64_t size = t->x->train.batch_size;
    const int64_t batches = num_ceil_div(t->samples.train_part.count, size);

    if (s->position.batches <= batches)
        return OK;
    return err_add(e, ERR_DATA, t->held.path,
                   "metadata position is %lld batches into an epoch of %lld",
                   (long long)s->position.batches, (long long)batches);
}

/* The samples, a table's columns as they are `known`; NULL: as they stand. */
static enum status load_samples(struct training *t,
                                const struct column_names *known, struct err *e)
{
    enum status s = sources_preflight(t->x, known, e);

    samples_free(&t->samples);
    if (s == OK)
        s = samples_load(&t->samples, t->x, known, t->options.threads, e);
    if (s == OK)
        s = samples_check_held_out(&t->samples, t->x, e);
    text_puts(&t->notes, text_string(&t->samples.notes));
    return s == OK ? preflight_memory(t->x, t->options.threads,
                                      t->exchange.processes,
                                      samples_staged(&t->samples, t->x), e)
                   : s;
}

static void take_state(struct training *t)
{
    const char *path = t->held.path;
    const struct kernels_name kernels = model_kernels(&t->x->graph);

    t->state = t->from.state;
    t->from.state = (struct train_state){0};
    t->state.columns = &t->x->columns;
    t->resumed = true;
    text_printf(&t->notes, "resuming %s after epoch %lld\n", path,
                (long long)t->state.epoch);
    if (t->state.watched.stopped)
        text_printf(&t->notes,
                    "nothing is left to train: train.early_stopping has ended "
                    "the run; it goes on with more patience, or without\n");
    else if (t->state.epoch >= t->x->train.max_epochs)
        text_printf(&t->notes,
                    "nothing is left to train: train.max_epochs is "
                    "%lld\n",
                    (long long)t->x->train.max_epochs);
    if (!model_computed_by(&t->from, &kernels))
        text_printf(&t->notes,
                    "%s was computed by %s, this machine computes by %s: "
                    "training goes on, the bytes will differ\n",
                    path, t->from.cpu_kernels, kernels.text);
}

/* What the document makes of the epochs there are, and of the next one. */
static enum status look_back(struct training *t, struct err *e)
{
    struct model *m = &t->from;
    const struct fit_config config = experiment_fit_config(t->x);
    struct train_state now = m->state;
    const struct watch_config was = experiment_fit_config(&m->experiment).watch;
    bool alike;
    const enum status s = resume_watches(m, t->x, &alike, e);

    if (was.keeps_last != config.watch.keeps_last ||
        was.best.column != config.watch.best.column)
        now.judged_from = now.epoch;

    if (s == OK && !alike)
        watch_replay(&config.watch, &now);
    if (s == OK)
        resume_schedule(m, t->x, &now.watched, t->samples.train_part.count,
                        &t->notes);
    m->state.watched = now.watched;
    m->state.judged_from = now.judged_from;
    return s;
}

/* By its own configuration; whether that of the run is another is told later.
 */
static bool has_training_state(const struct model *m)
{
    const struct experiment *x = &m->experiment;

    return checkpoint_resumable(&m->stored,
                                x->has_train ? update_of(x->update) : NULL,
                                experiment_decay(x));
}

/* The data being the same, so is what its targets are standardized by. */
static enum status check_scale(const struct training *t, struct err *e)
{
    const struct normalization *was = &t->from.scale;
    const struct normalization *is = &t->samples.facts.scale;

    for (int64_t k = 0; k < is->count; k++)
        if (was->mean[k] != is->mean[k] || was->std[k] != is->std[k])
            return err_add(e, ERR_DATA, t->held.path,
                           "metadata targets has mean %.17g and std %.17g of "
                           "target %lld, its data %.17g and %.17g",
                           was->mean[k], was->std[k], (long long)k, is->mean[k],
                           is->std[k]);
    return OK;
}

/* Takes weights, history and the order of columns from the output file. */
static enum status resume(struct training *t, struct err *e)
{
    const char *path = t->held.path;
    struct model *m = &t->from;
    enum status s = model_read(m, path, t->x->kern, e);

    if (s == OK && !has_training_state(m))
        s = err_add(e, ERR_CANTCREATE, path,
                    "holds no training state to resume; --force replaces it");
    if (s == OK)
        s = load_samples(t, &m->names, e);
    if (s == OK)
        s = resume_check(m, t->x, &t->samples, path, &t->notes, e);
    if (s == OK)
        s = check_scale(t, e);
    if (s == OK)
        s = check_position(t, &m->state, e);
    if (s == OK)
        s = look_back(t, e);
    if (s == OK)
        take_state(t);
    return s;
}

static enum status transfer(struct training *t, struct err *e)
{
    struct text report = {0};
    const struct transfer transfer = {
        .from = &t->from,
        .to = t->x,
        .facts = &t->samples.facts,
        .from_name = t->options.init_from,
        .lost = &t->lost,
        .partial = t->options.partial,
    };
    const enum status s =
        transfer_weights(&transfer, t->state.params, &report, e);

    text_join(&t->notes, &report);
    return s;
}

/* Samples that a refused resume has read are there. */
static enum status start(struct training *t, struct err *e)
{
    const struct graph *g = &t->x->graph;
    const char *from = t->options.init_from;
    enum status s = from ? model_read_any(&t->from, from, t->x->kern, e) : OK;

    const struct column_names known = transfer_order(&t->from, t->x);
    if (s == OK && (t->samples.train.count == 0 || t->samples.reordered))
        s = load_samples(t, &known, e);
    if (s == OK)
        s = state_new(&t->state, g, update_of(t->x->update), &t->x->columns, e);
    if (s == OK)
        s = average_new(&t->state.average, g, experiment_decay(t->x), e);
    if (s != OK)
        return s;
    graph_init_params(g, t->state.params);
    return from ? transfer(t, e) : OK;
}

/* A damaged file is replaced where --force allows it. */
static enum status resume_or_start(struct training *t, bool resuming,
                                   struct err *e)
{
    if (!resuming) {
        if (t->options.resume)
            text_printf(&t->notes, "%s does not exist: starting\n",
                        t->held.path);
        return start(t, e);
    }
    if (!t->options.force)
        return resume(t, e);
    struct err *refused = mem_take(1, sizeof *refused);
    if (!refused)
        return err_memory(e, "resuming");
    enum status s = resume(t, refused);
    if (s == ERR_MEMORY)
        *e = *refused;
    if (s != OK && s != ERR_MEMORY) {
        text_printf(&t->notes, "%s%s cannot be resumed: starting\n",
                    refused->text, t->held.path);
        model_free(&t->from);
        s = start(t, e);
    }
    mem_free(refused);
    return s;
}

/* Who writes has the file, and the others what is read of it. */
static enum status take_output(struct training *t, bool *resuming,
                               struct err *e)
{
    const struct training_options *o = &t->options;
    enum status s = o->output ? file_lock_take(&t->lock, o->output, e) : OK;

    if (s == OK)
        s = check_output(t, resuming, e);
    if (s == OK && o->output)
        s = preflight_room(t->x, &t->lock, o->output, e);
    return alike_file(&t->exchange, s, &t->held, resuming, e);
}

static void note_precision(struct training *t)
{
    const struct kernels *kern = t->x->graph.engine.kern;

    if (!kern->bfloat16)
        return;
    text_puts(&t->notes, "precision: ");
    precision_print(&t->notes, &t->x->graph, true);
    text_puts(&t->notes, "\n");
    if (!kern->native)
        text_printf(&t->notes,
                    "engine.precision: bfloat16 is emulated, %s: to the same "
                    "bits, more slowly than float32\n",
                    cpu_has_bfloat16() ? "as this processor's is not asked for "
                                         "or gives other bits"
                                       : "as this processor has none");
}

enum status training_open(struct training *t, const struct experiment *x,
                          const struct training_options *options, struct err *e)
{
    bool resuming = false;

    *t = (struct training){.x = x,
                           .options = *options,
                           .exchange = *options->exchange,
                           .lock = {.fd = -1},
                           .held = {.fd = -1, .path = options->output},
                           .started = clock_seconds()};
    enum status s = alike_documents(&t->exchange, x, e);
    note_precision(t);
    if (s == OK)
        s = take_output(t, &resuming, e);
    if (s == OK)
        s = resume_or_start(t, resuming, e);
    model_free(&t->from);
    if (s == OK)
        s = pool_new(&t->pool, options->threads, e);
    t->exchange.pool = t->pool;
    if (s == OK && (t->notes.failed || t->lost.failed))
        s = err_memory(e, "preparing to train");
    return alike_runs(&t->exchange, s,
                      &(struct alike_run){x, &t->samples, &t->state}, e);
}

enum status training_check_output(const struct training_options *o,
                                  struct err *e)
{
    struct training t = {.options = *o};
    bool resuming;
    enum status s = file_lock_take(&t.lock, o->output, e);

    if (s == OK)
        s = check_output(&t, &resuming, e);
    file_lock_drop(&t.lock);
    return s;
}

void training_close(struct training *t)
{
    state_free(&t->state);
    samples_free(&t->samples);
    pool_free(t->pool);
    file_lock_drop(&t->lock);
    alike_file_close(&t->held);
    text_free(&t->notes);
    text_free(&t->lost);
    t->pool = NULL;
}
