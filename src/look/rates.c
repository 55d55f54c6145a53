/*
 * rates.c - evaluates a schedule, update by update.
 */
#include "look/rates.h"

#include <math.h>

#include "base/file.h"
#include "base/num.h"
#include "conf/field.h"

/* A curve is drawn with no more than this many pieces, each of which is looked
 * at in so many places. */
enum { PIECES = 1000, PLACES = 1000, PIECE_POINTS = 3 };

typedef double value_fn(const struct schedule *s, int64_t update);

static double rate_at(const struct schedule *s, int64_t update)
{
    return schedule_rate(s, update, s->rate);
}

int64_t rates_updates(const struct schedule *s)
{
    return s->epochs * s->epoch_updates;
}

void rates_rows(struct text *out, const struct schedule *s)
{
    const int64_t count = rates_updates(s);

    text_puts(out, "update,learning_rate,momentum\n");
    for (int64_t i = 0; i < count && !out->failed; i++) {
        const double momentum = schedule_momentum(s, i);
        text_printf(out, "%lld,", (long long)i + 1);
        real_add(out, rate_at(s, i));
        text_puts(out, ",");
        if (!isnan(momentum))
            real_add(out, momentum);
        text_puts(out, "\n");
    }
}

/* Points of a curve while they are collected. */
struct points {
    double *x, *y;
    int64_t count;
};

static void add_point(struct points *p, const struct schedule *s,
                      value_fn *value, int64_t update)
{
    if (p->count > 0 && p->x[p->count - 1] >= (double)update + 1)
        return; /* it is there */
    p->x[p->count] = (double)update + 1;
    p->y[p->count++] = value(s, update);
}

/* The first update of a piece, its least and its largest one, in order. */
static void add_piece(struct points *p, const struct schedule *s,
                      value_fn *value, int64_t first, int64_t end)
{
    const int64_t stride = num_max(1, (end - first) / PLACES);
    int64_t least = first, most = first;

    for (int64_t i = first; i < end; i += stride) {
        least = value(s, i) < value(s, least) ? i : least;
        most = value(s, i) > value(s, most) ? i : most;
    }
    add_point(p, s, value, first);
    add_point(p, s, value, num_min(least, most));
    add_point(p, s, value, num_max(least, most));
}

/* The curve as a panel of a figure. */
static void fill_panel(struct panel *panel, const struct schedule *s,
                       value_fn *value, const char *label, struct arena *arena)
{
    const int64_t count = rates_updates(s);
    const int64_t pieces = num_min(count, PIECES);
    const size_t room = (size_t)pieces * PIECE_POINTS + 1;
    struct series *series = arena_take(arena, 1, sizeof *series);
    struct points p = {.x = arena_take(arena, room, sizeof *p.x),
                       .y = arena_take(arena, room, sizeof *p.y)};

    if (!series || !p.x || !p.y)
        return;
    const int64_t each = count / pieces, more = count % pieces;
    for (int64_t i = 0, first = 0; i < pieces; i++) {
        const int64_t end = first + each + (i < more);
        add_piece(&p, s, value, first, end);
        first = end;
    }
    add_point(&p, s, value, count - 1);
    *series =
        (struct series){.style = p.count > 1 ? SERIES_LINE : SERIES_POINTS,
                        .x = p.x,
                        .y = p.y,
                        .count = p.count};
    *panel = (struct panel){
        .kind = PANEL_AXES,
        .axes = {.x = {.label = "update", .whole = true},
                 .y = {.label = label},
                 .series = series,
                 .series_count = 1},
    };
}

void rates_figure(struct figure *f, const struct schedule *s, const char *name,
                  struct arena *arena)
{
    const bool has_momentum = !isnan(schedule_momentum(s, 0));
    struct panel *panels = arena_take(arena, 2, sizeof *panels);
    const char *flat = schedule_plateau(s) ? ", until plateau acts" : "";

    *f = (struct figure){
        .title =
            arena_printf(arena, "Learning rate of %s%s", file_base(name), flat),
        .about = arena_printf(
            arena, "Learning rate%s of %s over %lld epochs of %lld updates%s",
            has_momentum ? " and momentum" : "", file_base(name),
            (long long)s->epochs, (long long)s->epoch_updates, flat),
        .panels = panels,
        .count = panels ? 1 + has_momentum : 0,
    };
    if (!panels)
        return;
    fill_panel(&panels[0], s, rate_at, "learning rate", arena);
    if (has_momentum)
        fill_panel(&panels[1], s, schedule_momentum, "momentum", arena);
}
