/*
 * monitor.c - epochs compared, one after the other.
 */
#include "train/monitor.h"

#include <math.h>
#include <string.h>

static const char loss[] = "loss", valid_loss[] = "valid_loss";

bool monitor_find(struct monitor *out, const char *name,
                  const struct metric_columns *columns)
{
    *out = (struct monitor){-1, true};
    if (!name || strcmp(name, loss) == 0 || strcmp(name, valid_loss) == 0)
        return true;
    const int64_t i = metric_columns_find(columns, name);
    if (i < 0 || columns->at[i].of_train || !metric_column_exists(columns, i))
        return false;
    *out = (struct monitor){i, metric_of(columns->at[i].of)->small_is_good};
    return true;
}

void monitor_list(struct text *out, const struct metric_columns *columns)
{
    text_puts(out, loss);
    for (int64_t i = 0; i < columns->count; i++)
        if (!columns->at[i].of_train && metric_column_exists(columns, i)) {
            text_puts(out, ", ");
            metric_put_name(out, columns->at[i].of, "_");
        }
}

double monitor_value(struct monitor m, const struct history_row *row)
{
    return m.column < 0 ? row->valid_loss : row->metrics[m.column];
}

bool monitor_is_better(struct monitor m, double value, double than,
                       double delta)
{
    if (isnan(than))
        return !isnan(value);
    return (m.small_is_good ? than - value : value - than) > delta;
}

/* Epoch `row` joins; has nothing become better for as long as `c` waits? */
static bool see(const struct wait_config *c, struct waiting *w,
                const struct history_row *row)
{
    const double value = monitor_value(c->monitor, row);

    if (monitor_is_better(c->monitor, value, w->best, c->min_delta)) {
        w->best = value;
        w->since = w->since > row->epoch ? w->since : row->epoch;
    }
    return row->epoch - w->since >= c->patience;
}

static void see_row(const struct watch_config *c, struct watched *w,
                    const struct history_row *row)
{
    const struct schedule_config *plateau = schedule_plateau(&c->schedule);

    if (plateau && see(&c->plateau, &w->plateau, row) &&
        w->rate > plateau->min) {
        w->rate = fmax(w->rate * plateau->factor, plateau->min);
        w->plateau.since = row->epoch + plateau->cooldown;
    }
    if (w->stops)
        w->stopped = see(&c->stopping, &w->stopping, row);
}

void watch_see(const struct watch_config *c, struct train_state *s)
{
    see_row(c, &s->watched, &s->history[s->history_count - 1]);
}

static struct watched replay(const struct watch_config *c,
                             const struct train_state *s)
{
    struct watched w = {
        .known = true,
        .reduces = schedule_plateau(&c->schedule) != NULL,
        .stops = c->stopping.patience > 0,
        .plateau = {(double)NAN, 0},
        .rate = c->schedule.rate,
        .stopping = {(double)NAN, 0},
    };

    for (int64_t i = 0; i < s->history_count; i++)
        see_row(c, &w, &s->history[i]);
    return w;
}

void watch_replay(const struct watch_config *c, struct train_state *s)
{
    s->watched = replay(c, s);
}

bool watch_judges(const struct watch_config *c, const struct history_row *row)
{
    return !c->keeps_last && !isnan(row->valid_loss);
}

/* The first of equals is best. */
bool watch_best_fits(const struct watch_config *c, const struct train_state *s)
{
    const struct history_row *best = state_best(s);
    const struct monitor m = c->best;

    for (int64_t i = 0; best && i < s->history_count; i++) {
        const struct history_row *row = &s->history[i];
        const double value = monitor_value(m, row);
        if (row->epoch <= s->judged_from || row == best)
            continue;
        if (!watch_judges(c, row) && row->epoch > best->epoch)
            return false; /* it would have taken the place */
        if (row->epoch > best->epoch
                ? monitor_is_better(m, value, monitor_value(m, best), 0)
                : watch_judges(c, best) &&
                      !monitor_is_better(m, monitor_value(m, best), value, 0))
            return false;
    }
    return true;
}

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static bool same_waiting(const struct waiting *a, const struct waiting *b)
{
    return a->since == b->since && same_number(a->best, b->best);
}

bool watch_fits(const struct watch_config *c, const struct train_state *s)
{
    const struct watched *read = &s->watched, want = replay(c, s);

    if (want.reduces != read->reduces || want.stops != read->stops)
        return false;
    if (s->history_count != s->epoch)
        return true;
    return want.stopped == read->stopped &&
           (!want.stops || same_waiting(&want.stopping, &read->stopping)) &&
           (!want.reduces || (same_number(want.rate, read->rate) &&
                              same_waiting(&want.plateau, &read->plateau)));
}
