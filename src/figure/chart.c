/*
 * chart.c - from data to pixels.
 */
#include "figure/chart.h"

#include <float.h>
#include <math.h>

#define ROOM  0.04   /* beside the data, of their range */
#define LEAST 1e-290 /* of a range: smaller ones are a single value */
#define FAR   1e6    /* pixels that count as far outside */
#define NEAR  0.15   /* pixels between points, of which one is enough */

struct range {
    double low, high;
};

static void include(struct range *r, double v)
{
    if (isfinite(v)) {
        r->low = fmin(r->low, v);
        r->high = fmax(r->high, v);
    }
}

static void include_series(const struct series *series, struct range *x,
                           struct range *y)
{
    const bool bars = series->style == SERIES_BARS;
    const double half = bars ? series->width / 2 : 0;

    if (bars && series->count > 0)
        include(y, 0);
    for (int64_t i = 0; i < series->count; i++) {
        if (!isfinite(series->x[i]) || !isfinite(series->y[i]))
            continue;
        include(x, series->x[i] - half);
        include(x, series->x[i] + half);
        include(y, series->y[i]);
    }
}

/* A little wider, in halves so that nothing overflows; a single value gets room
 * of its own size. */
static struct range widened(struct range r, bool from_zero)
{
    if (!(r.low <= r.high))
        return (struct range){0, 1};
    if (r.high / 2 - r.low / 2 < LEAST) {
        const double room = fabs(r.low) < LEAST ? 1 : fabs(r.low) / 10;
        return (struct range){fmax(r.low - room, -DBL_MAX),
                              fmin(r.high + room, DBL_MAX)};
    }
    const double room = 2 * ROOM * (r.high / 2 - r.low / 2);
    const struct range wide = {from_zero && r.low == 0 ? 0 : r.low - room,
                               r.high + room};
    return isfinite(wide.low) && isfinite(wide.high) ? wide : r;
}

void chart_range(struct chart *c)
{
    const struct axes *a = c->axes;
    struct range x = {(double)INFINITY, (double)-INFINITY}, y = x;
    bool bars = false;

    for (int64_t i = 0; i < a->series_count; i++) {
        include_series(&a->series[i], &x, &y);
        bars = bars || a->series[i].style == SERIES_BARS;
    }
    for (int64_t i = 0; i < a->mark_count; i++) {
        const struct figure_mark *m = &a->marks[i];
        if (isfinite(m->x) && isfinite(m->y)) {
            include(&x, m->x);
            include(&y, m->y);
        }
    }
    x = widened(x, false), y = widened(y, bars);
    if (a->x.low < a->x.high)
        x = (struct range){a->x.low, a->x.high};
    if (a->y.low < a->y.high)
        y = (struct range){a->y.low, a->y.high};
    c->x_low = x.low, c->x_high = x.high;
    c->y_low = y.low, c->y_high = y.high;
}

static double part(double low, double high, double v)
{
    return (v / 2 - low / 2) / (high / 2 - low / 2);
}

static double near(double v)
{
    return fmin(fmax(v, -FAR), FAR);
}

struct point chart_point(const struct chart *c, double x, double y)
{
    const struct box *b = &c->box;

    if (!isfinite(x) || !isfinite(y))
        return (struct point){(double)NAN, (double)NAN};
    return (struct point){
        near(b->x + b->width * part(c->x_low, c->x_high, x)),
        near(b->y + b->height * (1 - part(c->y_low, c->y_high, y))),
    };
}

/* Liang and Barsky: what of [t0, t1] is on the inner side of one edge. */
static bool cut(double towards, double room, double *t0, double *t1)
{
    if (towards == 0)
        return room >= 0;
    const double t = room / towards;
    if (towards < 0)
        *t0 = fmax(*t0, t);
    else
        *t1 = fmin(*t1, t);
    return *t0 <= *t1;
}

bool chart_clip(struct box box, struct point *a, struct point *b)
{
    const double dx = b->x - a->x, dy = b->y - a->y;
    const struct point from = *a;
    double t0 = 0, t1 = 1;

    if (!cut(-dx, from.x - box.x, &t0, &t1) ||
        !cut(dx, box.x + box.width - from.x, &t0, &t1) ||
        !cut(-dy, from.y - box.y, &t0, &t1) ||
        !cut(dy, box.y + box.height - from.y, &t0, &t1))
        return false;
    if (t1 < 1)
        *b = (struct point){from.x + t1 * dx, from.y + t1 * dy};
    if (t0 > 0)
        *a = (struct point){from.x + t0 * dx, from.y + t0 * dy};
    return true;
}

/* A growing row of points, in room that suffices. */
struct points {
    struct point *at;
    int64_t count;
};

static void add(struct points *p, struct point at)
{
    p->at[p->count++] = at;
}

/* Its visible part; a break where it does not begin at the last point. */
static void add_segment(struct points *p, struct box box, struct point a,
                        struct point b)
{
    const struct point *last = p->count > 0 ? &p->at[p->count - 1] : NULL;

    if (isnan(a.x) || isnan(b.x) || !chart_clip(box, &a, &b))
        return;
    if (!last || last->x != a.x || last->y != a.y) {
        if (last)
            add(p, (struct point){(double)NAN, (double)NAN});
        add(p, a);
    }
    add(p, b);
}

static struct point at(const struct chart *c, const struct series *s, int64_t i)
{
    return chart_point(c, s->x[i], s->y[i]);
}

/* Too near for an eye, and not the end of a line. */
static bool is_near(const struct chart *c, const struct series *s,
                    struct point a, int64_t i)
{
    const struct point b = at(c, s, i);

    return fabs(a.x - b.x) < NEAR && fabs(a.y - b.y) < NEAR &&
           i + 1 < s->count && !isnan(at(c, s, i + 1).x);
}

static void trace_line(const struct chart *c, const struct series *s,
                       struct points *out)
{
    int64_t from = 0;

    for (int64_t i = 1; i < s->count; i++) {
        const struct point a = at(c, s, from), b = at(c, s, i);
        if (s->style == SERIES_LINE && is_near(c, s, a, i))
            continue;
        from = i;
        if (s->style == SERIES_LINE) {
            add_segment(out, c->box, a, b);
            continue;
        }
        add_segment(out, c->box, a, (struct point){b.x, a.y});
        add_segment(out, c->box, (struct point){b.x, a.y}, b);
    }
}

static void trace_points(const struct chart *c, const struct series *s,
                         struct points *out)
{
    for (int64_t i = 0; i < s->count; i++) {
        struct point a = at(c, s, i), b = a;
        if (isnan(a.x) || !chart_clip(c->box, &a, &b))
            continue;
        add(out, a);
        add(out, (struct point){(double)NAN, (double)NAN});
    }
}

/* The four corners of each, cut at the edges of the box. */
static void trace_bars(const struct chart *c, const struct series *s,
                       struct points *out)
{
    const struct box *b = &c->box;

    for (int64_t i = 0; i < s->count; i++) {
        const struct point foot = chart_point(c, s->x[i] - s->width / 2, 0);
        const struct point top =
            chart_point(c, s->x[i] + s->width / 2, s->y[i]);
        if (isnan(top.x) || isnan(foot.x))
            continue;
        const double left = fmax(foot.x, b->x);
        const double right = fmin(top.x, b->x + b->width);
        const double low = fmin(fmax(foot.y, b->y), b->y + b->height);
        const double high = fmin(fmax(top.y, b->y), b->y + b->height);
        if (left >= right)
            continue;
        add(out, (struct point){left, low});
        add(out, (struct point){left, high});
        add(out, (struct point){right, high});
        add(out, (struct point){right, low});
        add(out, (struct point){(double)NAN, (double)NAN});
    }
}

void chart_trace(struct sheet *s, struct chart *c)
{
    const int64_t count = c->axes->series_count;

    c->traces = arena_take(s->arena, (size_t)count, sizeof *c->traces);
    for (int64_t i = 0; c->traces && i < count; i++) {
        const struct series *series = &c->axes->series[i];
        struct points out = {.at = arena_take(s->arena,
                                              (size_t)series->count * 6 + 1,
                                              sizeof *out.at)};
        if (!out.at)
            return;
        if (series->style == SERIES_POINTS)
            trace_points(c, series, &out);
        else if (series->style == SERIES_BARS)
            trace_bars(c, series, &out);
        else
            trace_line(c, series, &out);
        c->traces[i] = (struct trace){out.at, out.count};
    }
}

/* Of a bar its sides and its middle count. */
static double bar_covered(const struct point *bar, struct box box)
{
    const double middle = (bar[0].x + bar[2].x) / 2;
    const double xs[] = {bar[0].x, middle, bar[2].x};
    double sum = 0;

    for (int i = 0; i < 3; i++) {
        struct point a = {xs[i], bar[0].y}, b = {xs[i], bar[1].y};
        if (chart_clip(box, &a, &b))
            sum += 1 + fabs(a.y - b.y);
    }
    return sum;
}

static double trace_covered(const struct trace *t, enum series_style style,
                            struct box box)
{
    double sum = 0;

    for (int64_t i = 0; i < t->count; i++) {
        struct point a = t->points[i], b = a;
        const bool alone = style == SERIES_POINTS;
        if (style == SERIES_BARS) {
            sum += bar_covered(t->points + i, box);
            i += 4;
            continue;
        }
        if (!alone && i + 1 < t->count)
            b = t->points[i + 1];
        if (isnan(a.x) || isnan(b.x) || !chart_clip(box, &a, &b))
            continue;
        sum += alone ? 5 : hypot(a.x - b.x, a.y - b.y);
    }
    return sum;
}

double chart_covered(const struct chart *c, struct box box)
{
    double sum = 0;

    for (int64_t i = 0; c->traces && i < c->axes->series_count; i++)
        sum += trace_covered(&c->traces[i], c->axes->series[i].style, box);
    return sum;
}
