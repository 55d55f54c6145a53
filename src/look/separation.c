/*
 * separation.c - curves of all classes.
 */
#include "look/separation.h"

#include <math.h>

#include "source/convert.h"

/* Of class `k`, as the metric has it. */
static void add_areas(struct metric *m, const struct metric_rows *all,
                      struct arena *arena)
{
    *m = metric_new((struct variant){&auc_metric.kind, NULL}, all->width,
                    all->rows, arena);
    if (!arena->failed)
        metric_add(m, all);
}

static bool has_curve(const struct separation *s, const struct curve *c)
{
    return c->own > 0 && (s->kind == SEPARATION_PR || c->others > 0);
}

void separation_compute(struct separation *s, enum separation_kind kind,
                        const struct metric_rows *all, const struct target *t,
                        struct arena *arena)
{
    char room[TARGET_NAME_BYTES];
    struct text without = {0};
    struct metric areas;

    *s = (struct separation){
        .kind = kind,
        .at = arena_take(arena, (size_t)t->width, sizeof *s->at),
        .samples = all->rows,
    };
    add_areas(&areas, all, arena);
    for (int64_t k = 0; !arena->failed && k < t->width; k++) {
        const char *name = target_name(t, k, room);
        const struct curve c = curve_of(all, k, arena);
        if (arena->failed)
            break;
        if (has_curve(s, &c))
            s->at[s->count++] = (struct separated){
                .class = k,
                .name = arena_strdup(arena, name),
                .curve = c,
                .area = kind == SEPARATION_ROC ? auc_at(&areas, k)
                                               : curve_average_precision(&c),
            };
        else
            text_printf(&without, "%s%s", without.length > 0 ? ", " : "", name);
    }
    s->without = arena_text(arena, &without);
}

static void put_ratio(struct text *out, double value)
{
    text_puts(out, ",");
    if (!isnan(value))
        real_add(out, value);
}

static void put_curve(struct text *out, const struct separation *s,
                      const struct separated *of)
{
    const struct curve *c = &of->curve;

    for (int64_t i = 0; i < c->count; i++) {
        csv_put(out, of->name);
        text_puts(out, ",");
        csv_put_float(out, (float)c->points[i].threshold);
        if (s->kind == SEPARATION_ROC)
            put_ratio(out, curve_false_rate(c, i));
        put_ratio(out, curve_recall(c, i));
        if (s->kind == SEPARATION_PR)
            put_ratio(out, curve_precision(c, i));
        text_puts(out, "\n");
    }
}

void separation_csv(struct text *out, const struct separation *s)
{
    text_puts(out, s->kind == SEPARATION_ROC
                       ? "class,threshold,fpr,tpr\n"
                       : "class,threshold,recall,precision\n");
    for (int64_t i = 0; i < s->count; i++)
        put_curve(out, s, &s->at[i]);
}

/* Is a point of an ROC curve on the way from the one before to the one after,
 * both of which are straight above, below or beside it? */
static bool is_passed(const struct curve *c, int64_t i)
{
    const struct curve_point *p = &c->points[i];

    return i > 0 && i + 1 < c->count &&
           ((p[-1].right == p->right && p->right == p[1].right) ||
            (p[-1].wrong == p->wrong && p->wrong == p[1].wrong));
}

static void put_roc(struct series *to, const struct curve *c, double *x,
                    double *y)
{
    for (int64_t i = 0; i < c->count; i++) {
        if (is_passed(c, i))
            continue;
        x[to->count] = curve_false_rate(c, i);
        y[to->count++] = curve_recall(c, i);
    }
}

/* Steps, whose area is the average precision: from the lowest threshold on,
 * whose precision holds down to the recall of the one before it. */
static void put_pr(struct series *to, const struct curve *c, double *x,
                   double *y)
{
    to->style = SERIES_STEPS;
    for (int64_t i = c->count - 1; i > 0; i--) {
        if (c->points[i].right == c->points[i - 1].right)
            continue;
        x[to->count] = curve_recall(c, i);
        y[to->count++] = curve_precision(c, i);
    }
    x[to->count] = 0;
    y[to->count] = y[to->count - 1];
    to->count++;
}

static void put_series(struct series *to, const struct separation *s, int64_t k,
                       struct arena *arena)
{
    const struct separated *of = &s->at[k];
    const size_t count = (size_t)of->curve.count;
    double *x = arena_take(arena, count, sizeof *x);
    double *y = arena_take(arena, count, sizeof *y);

    *to = (struct series){
        .name = arena_printf(arena, "%s, %s %.4f", of->name,
                             s->kind == SEPARATION_ROC ? "area" : "average",
                             of->area),
        .style = SERIES_LINE,
        .colour = of->class,
        .x = x,
        .y = y,
    };
    if (!x || !y)
        return;
    if (s->kind == SEPARATION_ROC)
        put_roc(to, &of->curve, x, y);
    else
        put_pr(to, &of->curve, x, y);
}

void separation_figure(struct figure *f, const struct separation *s,
                       struct arena *arena)
{
    static const double ends[] = {0, 1};
    const bool roc = s->kind == SEPARATION_ROC;
    struct panel *panel = arena_take(arena, 1, sizeof *panel);
    struct series *series =
        arena_take(arena, (size_t)s->count + 1, sizeof *series);

    *f = (struct figure){.panels = panel, .count = 1};
    if (!panel || !series)
        return;
    for (int64_t k = 0; k < s->count; k++)
        put_series(&series[k], s, k, arena);
    series[s->count] =
        (struct series){.faint = true, .x = ends, .y = ends, .count = 2};
    panel->kind = PANEL_AXES;
    panel->axes = (struct axes){
        .x = {.label = roc ? "false positive rate" : "recall", .high = 1},
        .y = {.label = roc ? "true positive rate" : "precision", .high = 1},
        .series = series,
        .series_count = s->count + roc,
        .square = true,
    };
    f->title = arena_printf(arena, "%s of %s",
                            roc ? "ROC curves" : "Precision and recall",
                            counted(s->samples, "sample").text);
}
