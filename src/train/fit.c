/*
 * fit.c - epochs of batches, validation, best weights.
 */
#include "train/fit.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/system.h"
#include "train/accord.h"
#include "train/fault.h"
#include "train/order.h"
#include "train/scores.h"

struct fit {
    const struct fit_config *config;
    const struct graph *g;
    const struct fit_data *data;
    const struct exchange *x;
    struct train_state *state;
    const struct fit_observer *observer; /* NULL in a dry run */
    struct err *e;
    struct step *step;
    struct infer *infer;
    int64_t *order;       /* [train.count] samples of the epoch, in order */
    int64_t most;         /* samples of a part that is measured */
    struct score *scores; /* [most] of the part that is measured */
    real *outputs;        /* [most, out..]; NULL: no column reads them */
    float *inputs;        /* [most, in..] as targets; NULL: they are none */
    struct arena arena;   /* all of these */
    bool fetches;         /* some process reads samples as they are needed */
    struct layer_log log; /* count 0: nobody asks */
    struct schedule schedule;
    struct metric loss, columns[METRIC_MAX_COLUMNS];
};

/* Batches count by their samples, or every one alike. */
static void add_batch(const struct fit *f, struct batch_mean *m, double value,
                      int64_t samples)
{
    const double weight = f->config->batch_mean ? 1.0 : (double)samples;

    m->sum += weight * value;
    m->weight += weight;
}

/* Numbers of an answer. */
static int64_t width_of(const struct fit *f)
{
    return f->config->binary ? 2 : shape_count(f->g->out);
}

static double mean_of(const struct batch_mean *m)
{
    return m->weight > 0 ? m->sum / m->weight : (double)NAN;
}

static enum status diverged(struct fit *f, const struct step_batch *b,
                            int64_t number, struct step_result result)
{
    const int64_t first = b->ids - f->order + 1;
    char what[FAULT_BYTES];

    fault_describe(f->step, f->state, b, result, what);
    return err_add(f->e, ERR_DIVERGED, NULL,
                   "training diverged: %s is not finite in epoch %lld, batch "
                   "%lld (samples %lld to %lld of the epoch), learning rate "
                   "%g",
                   what, (long long)b->epoch, (long long)number + 1,
                   (long long)first, (long long)first + b->count - 1,
                   b->learning_rate);
}

/* Updates of an epoch. */
static int64_t epoch_updates(const struct fit *f)
{
    return num_ceil_div(f->data->train.count, f->config->step.batch_size);
}

/* Of the schedule: epochs count alike, whatever size their batches had. */
static int64_t updates_done(const struct fit *f)
{
    return f->state->epoch * epoch_updates(f) + f->state->position.batches;
}

static double rate_of(const struct fit *f, int64_t update)
{
    return schedule_rate(&f->schedule, update,
                         f->state->watched.reduces ? f->state->watched.rate
                                                   : f->schedule.rate);
}

/* The next batch of the epoch. */
static enum status train_batch(struct fit *f, const struct history_row *row)
{
    const int64_t total = f->data->train.count;
    const int64_t size = f->config->step.batch_size;
    struct epoch_position *at = &f->state->position;
    const int64_t first = at->batches * size;
    const struct step_batch batch = {
        .set = f->data->train.set,
        .part = &f->data->train,
        .norm = f->data->norm,
        .ids = f->order + first,
        .count = num_min(size, total - first),
        .epoch = row->epoch,
        .learning_rate = rate_of(f, updates_done(f)),
        .momentum = schedule_momentum(&f->schedule, updates_done(f)),
        .class_weights = f->data->class_weights,
    };
    const int64_t left = total - first - batch.count;
    const bool is_told = f->log.watch && left == 0;
    enum status s = step_load(f->step, &batch, left, f->e);

    if (f->fetches)
        s = exchange_agree(f->x, s);
    if (s != OK)
        return s;
    if (is_told)
        layer_log_before(&f->log, f->state->params);
    const struct step_result r = step_run(f->step, f->state, &batch);
    if (!r.finite)
        return diverged(f, &batch, at->batches, r);
    if (is_told)
        layer_log_after(&f->log, f->step, f->state->params);
    add_batch(f, &at->loss, r.data_loss + r.penalty, batch.count);
    add_batch(f, &at->data_loss, r.data_loss, batch.count);
    at->gradient_norm += r.gradient_norm;
    at->batches++;
    if (!f->observer)
        return OK;
    return exchange_agree(
        f->x, f->observer->batch_done(f->observer->context, f->state,
                                      first + batch.count, total, f->e));
}

/* What is left of the epoch, `limit` batches at most. */
static enum status train_epoch(struct fit *f, int64_t limit,
                               struct history_row *row)
{
    struct epoch_position *at = &f->state->position;
    const int64_t batches = epoch_updates(f);
    enum status s = OK;

    if (f->log.watch)
        layer_log_begin(&f->log, at->batches == 0);
    order_epoch(f->order, &f->data->train, f->config->shuffle, f->config->seed,
                row->epoch);
    while (s == OK && at->batches < num_min(limit, batches))
        s = train_batch(f, row);
    row->train_loss = mean_of(&at->loss);
    row->train_data_loss = mean_of(&at->data_loss);
    row->gradient_norm = at->gradient_norm / (double)at->batches;
    return s;
}

/* A metric of a part: a mean over rows averaged as the batches of training are,
 * any other over the whole part. */
static double measure(const struct fit *f, const struct subset *part,
                      struct metric *m)
{
    const int64_t size =
        metric_of(m->of)->row ? f->config->step.batch_size : part->count;
    struct batch_mean mean = {0, 0};

    for (int64_t first = 0; first < part->count; first += size) {
        const int64_t rows = num_min(size, part->count - first);
        const struct metric_rows of = {
            .rows = rows,
            .width = m->width,
            .scores = f->scores + first,
            .y = f->outputs ? f->outputs + first * m->width : NULL,
            .cut = infer_cut(f->g),
            .targets =
                f->inputs ? f->inputs + first * m->width : part->set->targets,
            .ids = part->ids + first,
            .pair = f->config->binary,
            .by_row = f->inputs != NULL,
        };
        metric_clear(m);
        metric_add(m, &of);
        add_batch(f, &mean, metric_value(m), rows);
    }
    return mean_of(&mean);
}

/* All that is measured of a part. */
static enum status score_samples(struct fit *f, const struct subset *part)
{
    const struct scoring with = {f->data->norm,
                                 loss_plain(f->config->step.loss)};
    const struct score_room room = {f->scores, f->outputs, f->inputs,
                                    width_of(f)};

    infer_weights(f->infer, state_current(f->state, f->g));
    const enum status s = scores_of(f->x, f->infer, part, &with, &room, f->e);
    if (s == OK && f->outputs)
        batch_raw_targets(f->data->scale, part->count, f->outputs);
    return s;
}

/* The columns of a part whose scores are there. */
static void judge(struct fit *f, const struct subset *part, bool of_train,
                  struct history_row *row)
{
    const struct metric_columns *c = f->config->columns;

    for (int64_t i = 0; i < c->count; i++)
        if (c->at[i].of_train == of_train)
            row->metrics[i] = metric_column_exists(c, i)
                                  ? measure(f, part, &f->columns[i])
                                  : (double)NAN;
}

/* What the training part would have been validated with. */
static enum status measure_training(struct fit *f, struct history_row *row)
{
    struct subset part = f->data->train;

    if (!f->observer)
        part.count = num_min(part.count, f->config->step.batch_size);
    const enum status s = score_samples(f, &part);
    if (s == OK)
        judge(f, &part, true, row);
    return s;
}

static enum status validate(struct fit *f, struct history_row *row)
{
    bool finite;

    row->penalty =
        step_penalty(f->step, state_current(f->state, f->g), &finite);
    if (!finite)
        return err_add(f->e, ERR_DIVERGED, NULL,
                       "training diverged: a weight is not finite after epoch "
                       "%lld, learning rate %g",
                       (long long)row->epoch, row->learning_rate);
    const enum status s = score_samples(f, &f->data->valid);
    if (s != OK)
        return s;
    row->valid_data_loss = measure(f, &f->data->valid, &f->loss);
    row->valid_loss = row->valid_data_loss + row->penalty;
    judge(f, &f->data->valid, false, row);
    if (f->data->valid.count > 0 && !isfinite(row->valid_loss))
        return err_add(f->e, ERR_DIVERGED, NULL,
                       "training diverged: the validation loss is not finite "
                       "after epoch %lld, learning rate %g",
                       (long long)row->epoch, row->learning_rate);
    return metric_columns_train(f->config->columns) ? measure_training(f, row)
                                                    : OK;
}

/* The weights to predict with: those of the best epoch, the first of equals, or
 * simply the last. */
static void remember_best(struct fit *f, const struct history_row *row)
{
    struct train_state *s = f->state;
    const bool judged = watch_judges(&f->config->watch, row);
    const struct history_row *best = state_best(s);
    const struct monitor m = f->config->watch.best;

    if (judged && best &&
        !monitor_is_better(m, monitor_value(m, row), monitor_value(m, best), 0))
        return;
    s->best_epoch = row->epoch;
    state_keep_best(s, f->g);
}

static enum status run_epoch(struct fit *f, int64_t batch_limit)
{
    const double start = clock_seconds();
    const int64_t resumed_at =
        f->state->position.batches * f->config->step.batch_size;
    struct history_row row = {
        .epoch = f->state->epoch + 1,
        .learning_rate = rate_of(f, f->state->epoch * epoch_updates(f)),
    };

    enum status s = train_epoch(f, batch_limit, &row);
    const double trained = clock_seconds();
    if (s == OK)
        s = validate(f, &row);
    if (s != OK)
        return s;
    row.dur = clock_seconds() - start;
    row.images_per_second =
        (double)(f->data->train.count - resumed_at) / (trained - start);
    s = exchange_agree(f->x, state_append(f->state, &row, f->e));
    if (s == OK)
        s = accord_on_weights(f->x, f->state->params, f->g->weight_size,
                              row.epoch, f->e);
    if (s != OK)
        return s;
    f->state->position = (struct epoch_position){0};
    remember_best(f, &row);
    watch_see(&f->config->watch, f->state);
    if (!f->observer)
        return OK;
    if (f->log.watch)
        f->observer->layers_done(f->observer->context, &f->log);
    return exchange_agree(
        f->x, f->observer->epoch_done(f->observer->context, f->state, f->e));
}

/* The loss and the columns of metrics, and what they read. */
static void prepare_metrics(struct fit *f)
{
    const struct metric_columns *c = f->config->columns;
    const struct variant loss = {&loss_metric.kind, NULL};
    const int64_t width = width_of(f);

    f->most = num_max(f->data->valid.count,
                      metric_columns_train(c) ? f->data->train.count : 0);
    f->scores = arena_take(&f->arena, (size_t)f->most, sizeof *f->scores);
    f->loss = metric_new(loss, width, f->most, &f->arena);
    for (int64_t i = 0; i < c->count; i++)
        f->columns[i] = metric_new(c->at[i].of, width, f->most, &f->arena);
    if (f->config->step.of_inputs)
        f->inputs =
            arena_take(&f->arena, (size_t)(f->most * width), sizeof *f->inputs);
    if (metric_columns_read(c))
        f->outputs = arena_take(&f->arena, (size_t)(f->most * width),
                                sizeof *f->outputs);
}

static enum status prepare(struct fit *f)
{
    f->order =
        arena_take(&f->arena, (size_t)f->data->train.count, sizeof *f->order);
    prepare_metrics(f);
    enum status s = arena_check(&f->arena, f->e, "preparing the training loop");
    if (s == OK)
        s = step_new(&f->step, &f->config->step, f->g, f->x, f->e);
    if (s == OK && f->config->log && f->observer) {
        s = layer_log_new(&f->log, f->g, pool_size(f->x->pool), f->e);
        step_watch(f->step, s == OK ? layer_log_watches(&f->log) : NULL);
    }
    if (s == OK)
        s = infer_new(&f->infer, f->g, f->x->pool, f->most, f->e);
    if (s == OK && f->config->binary)
        infer_pair(f->infer);
    return s;
}

/* Epochs of at most `batch_limit` batches until `epochs` are finished. */
static enum status run(const struct fit_job *job, struct fit f, int64_t epochs,
                       int64_t batch_limit)
{
    f.config = job->config;
    f.g = job->graph;
    f.x = job->exchange;
    f.schedule = job->config->watch.schedule;
    f.schedule.rate = update_learning_rate(job->config->step.update);
    f.schedule.beta = update_momentum(job->config->step.update);
    f.schedule.epoch_updates = epoch_updates(&f);
    enum status s = exchange_agree(f.x, prepare(&f));
    /* A process with memory to spare may hold what another cannot. */
    f.fetches = f.x->ops->least(f.x, f.data->train.set->apart ? 0 : 1) == 0;

    if (!f.state->watched.known)
        watch_replay(&f.config->watch, f.state);
    while (s == OK && f.state->epoch < epochs &&
           !(f.observer && f.state->watched.stopped))
        s = run_epoch(&f, batch_limit);
    step_free(f.step);
    infer_free(f.infer);
    layer_log_free(&f.log);
    arena_free(&f.arena);
    return s;
}

enum status fit_run(const struct fit_job *job, struct train_state *state,
                    const struct fit_observer *observer, struct err *e)
{
    const struct fit f = {
        .data = job->data, .state = state, .observer = observer, .e = e};

    return run(job, f, job->config->max_epochs, INT64_MAX);
}

enum status fit_dry_run(const struct fit_job *job, struct train_state *state,
                        struct err *e)
{
    struct fit_data few = *job->data;
    const struct fit f = {.data = &few, .state = state, .e = e};

    few.valid.count = num_min(few.valid.count, job->config->step.batch_size);
    return run(job, f, state->epoch + 1, 1);
}
