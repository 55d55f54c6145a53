/*
 * separation.c - curves of every class against the rest.
 */
#include "plot/separation.h"

#include "cli/say.h"
#include "metric/kept.h"

const struct option separation_options[] = {
    DATA_OPTIONS(separation_options),
    PLOT_OPTIONS(separation_options),
    {0},
};

static void take(void *kept, const struct metric_rows *of)
{
    kept_add(kept, of);
}

/* Classes that have no curve are named. */
static enum status compute(const struct judge *j, enum separation_kind kind,
                           struct separation *s, struct err *e)
{
    struct arena *arena = j->call->arena;
    const struct target *t = &j->model.target;
    struct kept_rows kept;

    kept_begin(&kept, judge_part(j)->count, t->width, arena);
    enum status status = arena_check(arena, e, "keeping outputs");
    if (status == OK)
        status = judge_walk(j, take, &kept, e);
    if (status != OK)
        return status;
    separation_compute(s, kind, &kept.all, t, arena);
    status = arena_check(arena, e, "computing curves");
    if (status == OK && s->count == 0)
        return err_add(e, ERR_DATA, judge_name(j),
                       "no curve can be drawn: no %s has samples%s",
                       t->kind == TARGET_CLASS ? "class" : "label",
                       kind == SEPARATION_ROC ? " of it and others" : "");
    if (status == OK && s->without[0])
        note(j->call, "without a curve, for want of samples%s: %s",
             kind == SEPARATION_ROC ? " of it or of others" : "", s->without);
    return status;
}

static enum status show(const struct judge *j, struct plot *p, struct err *e)
{
    const enum separation_kind *kind = j->kind->context;
    struct arena *arena = j->call->arena;
    struct separation separation;
    struct figure figure = {0};
    enum status s = compute(j, *kind, &separation, e);

    if (s != OK)
        return s;
    if (plot_wants_numbers(p))
        separation_csv(&p->rows, &separation);
    if (plot_wants_picture(p))
        separation_figure(&figure, &separation, arena);
    s = arena_check(arena, e, "drawing curves");
    return s == OK ? plot_finish(p, &figure, e) : s;
}

enum status separation_run(const struct call *call, enum separation_kind which,
                           struct err *e)
{
    const struct separation_options *o = call->options;
    const struct judge_kind kind = {
        .needs = {.takes = target_bit(TARGET_CLASS) | target_bit(TARGET_LABELS),
                  .probable = true},
        .data = &o->data,
        .plot = &o->plot,
        .curves = true,
        .show = show,
        .context = &which,
    };

    return judge_plot(call, &kind, e);
}
