/*
 * runs.c - curves over epochs as figures.
 */
#include "look/runs.h"

#include <math.h>

#include "base/file.h"

/* One panel over epochs while it is filled. */
struct chart {
    struct axes *axes; /* NULL: memory is short */
    struct series *series;
    struct figure_mark *marks;
    struct arena *arena;
};

/* With room for two series and a mark a run. */
static struct chart over_epochs(struct figure *f, int64_t runs,
                                struct arena *arena)
{
    const size_t count = (size_t)runs;
    struct panel *panel = arena_take(arena, 1, sizeof *panel);
    struct chart c = {
        .series = arena_take(arena, 2 * count, sizeof *c.series),
        .marks = arena_take(arena, count, sizeof *c.marks),
        .arena = arena,
    };

    *f = (struct figure){0};
    if (!panel || !c.series || !c.marks)
        return (struct chart){0};
    *panel = (struct panel){
        .kind = PANEL_AXES,
        .axes = {.x = {.label = "epoch", .whole = true},
                 .series = c.series,
                 .marks = c.marks},
    };
    f->panels = panel;
    f->count = 1;
    c.axes = &panel->axes;
    return c;
}

/* What each run is called where there is little room: its file's name without
 * the folder, unless two are called alike. */
static const char *const *labels_of(const struct run_curves *runs,
                                    int64_t count, struct arena *arena)
{
    const char **labels = arena_take(arena, (size_t)count, sizeof *labels);

    for (int64_t i = 0; labels && i < count; i++)
        labels[i] = file_base(runs[i].name);
    if (labels && text_twin(labels, count, arena))
        for (int64_t i = 0; i < count; i++)
            labels[i] = runs[i].name;
    return labels;
}

/* What a column was worth in the best epoch; NaN: it is not known. */
static double best_of(const struct run_curves *r, const double *column)
{
    return r->best >= 0 && column ? column[r->best] : (double)NAN;
}

static void add_mark(struct chart *c, const struct run_curves *r,
                     const double *column, bool several)
{
    const double value = best_of(r, column);

    if (isfinite(value))
        c->marks[c->axes->mark_count++] = (struct figure_mark){
            .x = r->epochs[r->best],
            .y = value,
            .text = arena_printf(c->arena, "%sepoch %.0f: %.4g",
                                 several ? "" : "best: ", r->epochs[r->best],
                                 value),
        };
}

static void add_series(struct chart *c, const struct run_curves *r,
                       const double *column, struct series s)
{
    /* One epoch alone is a point. */
    s.style = r->count > 1 ? SERIES_LINE : SERIES_POINTS;
    s.x = r->epochs;
    s.y = column;
    s.count = r->count;
    c->series[c->axes->series_count++] = s;
}

/* The loss that epochs are best by, as a rule: of the validation samples. */
static const double *main_loss(const struct run_curves *r)
{
    return r->columns[1] ? r->columns[1] : r->columns[0];
}

static void add_losses(struct chart *c, const struct run_curves *r,
                       const char *label, int64_t number)
{
    static const char *const names[] = {"train loss", "valid loss"};

    for (int64_t k = 0; k < 2; k++) {
        const struct series s = {
            .name = label ? arena_printf(c->arena, "%s: %s", label, names[k])
                          : names[k],
            .colour = label ? number : k,
            .dashed = label && k == 0 && r->columns[1],
        };
        if (r->columns[k])
            add_series(c, r, r->columns[k], s);
    }
    add_mark(c, r, main_loss(r), label != NULL);
}

/* Title, and what it shows for those who cannot see it. */
static void describe(struct figure *f, const char *title,
                     const char *const *labels, const struct run_curves *runs,
                     int64_t count, const double *column, struct arena *arena)
{
    const double best = best_of(&runs[0], column);

    if (count > 1) {
        f->title =
            arena_printf(arena, "%s of %lld models", title, (long long)count);
        return;
    }
    f->title = arena_printf(arena, "%s of %s", title, labels[0]);
    f->about =
        isfinite(best)
            ? arena_printf(arena,
                           "%s over %lld epochs; the best epoch is %.0f with "
                           "%.5g",
                           f->title, (long long)runs[0].count,
                           runs[0].epochs[runs[0].best], best)
            : arena_printf(arena, "%s over %lld epochs", f->title,
                           (long long)runs[0].count);
}

void losses_figure(struct figure *f, const struct run_curves *runs,
                   int64_t count, struct arena *arena)
{
    const char *const *labels = labels_of(runs, count, arena);
    struct chart c = over_epochs(f, count, arena);

    if (!c.axes || !labels)
        return;
    c.axes->y.label = "loss";
    for (int64_t i = 0; i < count; i++)
        add_losses(&c, &runs[i], count > 1 ? labels[i] : NULL, i);
    describe(f, "Loss", labels, runs, count, main_loss(&runs[0]), arena);
}

void metric_figure(struct figure *f, const char *key,
                   const struct run_curves *runs, int64_t count,
                   struct arena *arena)
{
    const char *const *labels = labels_of(runs, count, arena);
    struct chart c = over_epochs(f, count, arena);

    if (!c.axes || !labels)
        return;
    c.axes->y.label = key;
    for (int64_t i = 0; i < count; i++) {
        const char *label = count > 1 ? labels[i] : NULL;
        const struct series s = {.name = label, .colour = i};
        add_series(&c, &runs[i], runs[i].columns[0], s);
        add_mark(&c, &runs[i], runs[i].columns[0], count > 1);
    }
    describe(f, key, labels, runs, count, runs[0].columns[0], arena);
}
