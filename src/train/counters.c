/*
 * counters.c - counts as decimal numbers, history and position as JSON.
 */
#include "train/counters.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "codec/json.h"
#include "train/history.h"

const char counters_position[] = "position";
static const char schedule_key[] = "schedule",
                  stopping_key[] = "early_stopping", stopped_key[] = "stopped",
                  judged_key[] = "judged_from";

/* The only reason there is. */
static const char stop_reason[] = "early_stopping";

bool counters_is_position(const char *key)
{
    return strcmp(key, counters_position) == 0 ||
           strcmp(key, schedule_key) == 0 || strcmp(key, stopping_key) == 0;
}

/* Counts stay exact as doubles, and far from overflow. */
static const int64_t most_count = (int64_t)1 << 53;

static const char *history_text(struct arena *arena,
                                const struct train_state *s)
{
    struct json_writer w = {0};

    json_begin_list(&w, NULL);
    for (int64_t i = 0; i < s->history_count; i++)
        if (history_keeps(s->history[i].epoch, s->epoch, s->best_epoch))
            history_put_row(&w, s->columns, &s->history[i], false);
    json_end(&w);
    return json_finish_on(&w, JSON_SORTED, arena);
}

static const char *position_text(struct arena *arena,
                                 const struct epoch_position *at)
{
    struct json_writer w = {0};

    json_begin_map(&w, NULL);
    json_put_int(&w, "batches", at->batches);
    json_put_real(&w, "loss", at->loss.sum);
    json_put_real(&w, "data_loss", at->data_loss.sum);
    json_put_real(&w, "weight", at->loss.weight);
    if (at->batches > 0 && !isnan(at->gradient_norm))
        json_put_real(&w, "gradient_norm", at->gradient_norm);
    json_end(&w);
    return json_finish_on(&w, JSON_SORTED, arena);
}

/* What is waited for; behind `schedule` the rate that plateau has left. */
static const char *waiting_text(struct arena *arena, const struct waiting *w,
                                int64_t epoch, const double *rate)
{
    struct json_writer j = {0};

    json_begin_map(&j, NULL);
    json_put_real(&j, "best", w->best);
    json_put_int(&j, "wait", num_max(epoch - w->since, 0));
    if (rate) {
        json_put_int(&j, "cooldown", num_max(w->since - epoch, 0));
        json_put_real(&j, "rate", *rate);
    }
    json_end(&j);
    return json_finish_on(&j, JSON_SORTED, arena);
}

static const char *stopped_text(struct arena *arena, int64_t epoch)
{
    struct json_writer w = {0};

    json_begin_map(&w, NULL);
    json_put_int(&w, "epoch", epoch);
    json_put_text(&w, "reason", stop_reason);
    json_end(&w);
    return json_finish_on(&w, JSON_SORTED, arena);
}

static const char *count_text(struct arena *arena, int64_t count)
{
    return arena_printf(arena, "%lld", (long long)count);
}

void counters_take(struct arena *arena, const struct train_state *s,
                   struct stored_text *texts)
{
    const struct watched *w = &s->watched;
    const struct stored_text all[COUNTERS] = {
        {"best_epoch", count_text(arena, s->best_epoch)},
        {stopping_key,
         w->stops ? waiting_text(arena, &w->stopping, s->epoch, NULL) : NULL},
        {"epoch", count_text(arena, s->epoch)},
        {"history", history_text(arena, s)},
        {judged_key,
         s->judged_from > 0 ? count_text(arena, s->judged_from) : NULL},
        {counters_position, position_text(arena, &s->position)},
        {schedule_key,
         w->reduces ? waiting_text(arena, &w->plateau, s->epoch, &w->rate)
                    : NULL},
        {stopped_key, w->stopped ? stopped_text(arena, s->epoch) : NULL},
        {"update_count", count_text(arena, s->update_count)},
    };

    memcpy(texts, all, sizeof all);
}

/* A state being filled from a file. */
struct reader {
    const struct stored *from;
    const char *name;
    struct train_state *state;
    struct err *e;
};

static enum status malformed(const struct reader *r, const char *what)
{
    return err_add(r->e, ERR_DATA, r->name, "%s", what);
}

static enum status count_of(const struct reader *r, const char *key,
                            int64_t *out)
{
    const char *text = stored_text_of(r->from, key);

    *out = 0;
    if (text && num_parse_int(text, out) && *out >= 0 && *out <= most_count)
        return OK;
    return err_add(r->e, ERR_DATA, r->name, "metadata %s is no count", key);
}

static bool is_within(double value, double least, double most)
{
    const double slack = 1e-9; /* of rounding */

    return isnan(value) || (value >= least - slack && value <= most + slack);
}

/* Could an epoch have left these numbers?  NaN: there was nothing to measure.
 */
static bool row_fits(const struct metric_columns *columns,
                     const struct history_row *row)
{
    const double most = DBL_MAX;
    bool fits = isfinite(row->train_loss) && isfinite(row->train_data_loss) &&
                is_within(row->valid_loss, -most, most) &&
                is_within(row->valid_data_loss, -most, most) &&
                is_within(row->penalty, 0, most) &&
                is_within(row->learning_rate, 0, most) &&
                is_within(row->gradient_norm, 0, most);

    for (int64_t i = 0; i < columns->count; i++) {
        const struct metric_ops *m = metric_of(columns->at[i].of);
        fits = fits && is_within(row->metrics[i], m->min, m->max);
    }
    return fits;
}

/* A row for every epoch, or for those that a long history keeps. */
static enum status restore_history(const struct reader *r, int64_t epochs)
{
    struct train_state *state = r->state;
    struct json *rows;
    enum status s = stored_json(r->from, "history", r->name, &rows, r->e);

    if (s != OK)
        return s;
    const int64_t count = json_count(rows);
    if (count != epochs && count != history_kept(epochs, state->best_epoch))
        s = malformed(r, "the history has not the rows of its epochs");
    for (int64_t i = 0; s == OK && i < count; i++) {
        struct history_row row;
        if (!history_read_row(json_entry(rows, i), state->columns, &row) ||
            row.epoch <= state->epoch || row.epoch > epochs ||
            (count != epochs &&
             !history_keeps(row.epoch, epochs, state->best_epoch)) ||
            !row_fits(state->columns, &row))
            s = malformed(r, "a row of the history is malformed");
        else
            s = state_append(state, &row, r->e);
    }
    json_free(rows);
    return s;
}

static enum status restore_position(const struct reader *r)
{
    struct epoch_position *at = &r->state->position;
    struct json *map;
    const enum status s =
        stored_json(r->from, counters_position, r->name, &map, r->e);

    if (s != OK)
        return s;
    const struct json *norm = json_member(map, "gradient_norm");
    const bool sound =
        (!norm || json_real_of(norm, &at->gradient_norm)) &&
        json_int_of(json_member(map, "batches"), &at->batches) &&
        at->batches >= 0 &&
        json_real_of(json_member(map, "loss"), &at->loss.sum) &&
        json_real_of(json_member(map, "data_loss"), &at->data_loss.sum) &&
        json_real_of(json_member(map, "weight"), &at->loss.weight);
    at->data_loss.weight = at->loss.weight;
    if (!norm && at->batches > 0)
        at->gradient_norm = (double)NAN;
    json_free(map);
    return sound ? OK : malformed(r, "metadata position is malformed");
}

/* Whatever the text `key` says of waiting; *found: is there one?  `rate` NULL:
 * it is not the schedule's. */
static enum status restore_waiting(const struct reader *r, const char *key,
                                   struct waiting *w, double *rate, bool *found)
{
    int64_t wait, cooldown = 0;
    struct json *map;

    *found = stored_text_of(r->from, key) != NULL;
    if (!*found)
        return OK;
    const enum status s = stored_json(r->from, key, r->name, &map, r->e);
    if (s != OK)
        return s;
    bool sound = json_real_of(json_member(map, "best"), &w->best) &&
                 !isinf(w->best) &&
                 json_int_of(json_member(map, "wait"), &wait) && wait >= 0 &&
                 wait <= r->state->epoch;
    if (rate)
        sound = sound && json_int_of(json_member(map, "cooldown"), &cooldown) &&
                cooldown >= 0 && cooldown <= most_count &&
                (wait == 0 || cooldown == 0) &&
                json_real_of(json_member(map, "rate"), rate) && *rate >= 0 &&
                isfinite(*rate);
    if (sound)
        w->since = r->state->epoch - wait + cooldown;
    json_free(map);
    return sound ? OK
                 : err_add(r->e, ERR_DATA, r->name, "metadata %s is malformed",
                           key);
}

static enum status restore_stopped(const struct reader *r)
{
    struct json *map;
    int64_t epoch;

    if (!stored_text_of(r->from, stopped_key))
        return OK;
    const enum status s =
        stored_json(r->from, stopped_key, r->name, &map, r->e);
    if (s != OK)
        return s;
    const char *reason = json_text_of(json_member(map, "reason"));
    const bool sound = reason && strcmp(reason, stop_reason) == 0 &&
                       json_int_of(json_member(map, "epoch"), &epoch) &&
                       epoch == r->state->epoch &&
                       r->state->position.batches == 0;
    json_free(map);
    r->state->watched.stopped = true;
    return sound ? OK : malformed(r, "metadata stopped is malformed");
}

/* What plateau and early stopping wait for, of runs that have them. */
static enum status restore_watched(const struct reader *r)
{
    struct watched *w = &r->state->watched;
    enum status s =
        restore_waiting(r, schedule_key, &w->plateau, &w->rate, &w->reduces);

    if (s == OK)
        s = restore_waiting(r, stopping_key, &w->stopping, NULL, &w->stops);
    if (s == OK)
        s = restore_stopped(r);
    w->known = w->reduces || w->stops;
    return s;
}

/* Could the batches of the running epoch have left these sums?  Every batch
 * weighs 1 or its samples. */
static bool position_fits(const struct epoch_position *at)
{
    if (at->batches == 0)
        return at->loss.sum == 0 && at->data_loss.sum == 0 &&
               at->loss.weight == 0 && at->gradient_norm == 0;
    return isfinite(at->loss.sum) && isfinite(at->data_loss.sum) &&
           isfinite(at->loss.weight) &&
           at->loss.weight >= (double)at->batches &&
           (isnan(at->gradient_norm) ||
            (at->gradient_norm >= 0 && isfinite(at->gradient_norm)));
}

/* What no training leaves behind; NULL: nothing. */
static const char *contradiction(const struct train_state *s, bool stripped)
{
    const int64_t before = s->update_count - s->position.batches;

    if (s->best_epoch > s->epoch)
        return "best_epoch is beyond epoch";
    if (s->judged_from > s->epoch)
        return "judged_from is beyond epoch";
    if (s->epoch > 0 && s->best_epoch == 0)
        return "best_epoch is 0 after an epoch";
    if (before < s->epoch || (s->epoch == 0 && before > 0 && !stripped))
        return "update_count does not fit epoch and position";
    if (!position_fits(&s->position))
        return "metadata position contradicts itself";
    return NULL;
}

enum status counters_restore(const struct stored *from, const char *name,
                             struct train_state *state, struct err *e)
{
    const struct reader r = {from, name, state, e};
    const bool stripped = !stored_text_of(from, counters_position);
    int64_t epochs;
    enum status s = count_of(&r, "epoch", &epochs);

    if (s == OK)
        s = count_of(&r, "best_epoch", &state->best_epoch);
    if (s == OK)
        s = count_of(&r, "update_count", &state->update_count);
    if (s == OK && stored_text_of(from, judged_key))
        s = count_of(&r, judged_key, &state->judged_from);
    if (s == OK)
        s = restore_history(&r, epochs);
    if (s == OK && !stripped)
        s = restore_position(&r);
    if (s == OK)
        s = restore_watched(&r);
    const char *what = s == OK ? contradiction(state, stripped) : NULL;
    if (what)
        s = malformed(&r, what);
    return s;
}
