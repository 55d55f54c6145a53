/*
 * chart_series.c - lines, points and bars in their colours.
 *
 * From the eleventh colour on a series has another marker, a line another dash.
 */
#include <math.h>

#include "figure/chart.h"

/* In em. */
#define LINE_WIDTH  0.15
#define FAINT_WIDTH 0.09
#define RADIUS      0.26
#define BAR_ALPHA   0.85

enum { CORNERS_MOST = 12, SHAPES = 6, DASHES = 4, MANY_POINTS = 1500 };

/* Corners of markers in units of the radius. */
static const struct shape {
    int count;
    double x[CORNERS_MOST], y[CORNERS_MOST];
} shapes[SHAPES] = {
    {12,
     {1, 0.866, 0.5, 0, -0.5, -0.866, -1, -0.866, -0.5, 0, 0.5, 0.866},
     {0, 0.5, 0.866, 1, 0.866, 0.5, 0, -0.5, -0.866, -1, -0.866, -0.5}},
    {4, {-0.9, 0.9, 0.9, -0.9}, {-0.9, -0.9, 0.9, 0.9}},
    {3, {0, 1.1, -1.1}, {-1.2, 0.8, 0.8}},
    {4, {0, 1.2, 0, -1.2}, {-1.2, 0, 1.2, 0}},
    {3, {0, 1.1, -1.1}, {1.2, -0.8, -0.8}},
    {12,
     {-0.4, 0.4, 0.4, 1.2, 1.2, 0.4, 0.4, -0.4, -0.4, -1.2, -1.2, -0.4},
     {-1.2, -1.2, -0.4, -0.4, 0.4, 0.4, 1.2, 1.2, 0.4, 0.4, -0.4, -0.4}},
};

static struct rgb colour_of(const struct sheet *s, const struct series *series)
{
    return series->faint ? s->rule : rgb_of_series(series->colour, s->dark);
}

/* Which ten of colours it is of. */
static int64_t round_of(const struct series *series)
{
    return series->colour > 0 ? series->colour / SERIES_COLOURS : 0;
}

static const double *dash_of(const struct sheet *s, const struct series *series)
{
    static const double dashes[DASHES][2] = {
        {0.45, 0.3}, {0.12, 0.25}, {0.9, 0.35}, {0.25, 0.25}};
    const int64_t number = round_of(series) - !series->dashed;
    double *dash = number < 0 ? NULL : arena_take(s->arena, 2, sizeof *dash);

    for (int i = 0; dash && i < 2; i++)
        dash[i] = dashes[number % DASHES][i] * s->em;
    return dash;
}

static struct pen line_pen(const struct sheet *s, const struct series *series)
{
    return (struct pen){
        .width = (series->faint ? FAINT_WIDTH : LINE_WIDTH) * s->em,
        .line = colour_of(s, series),
        .dash = dash_of(s, series),
    };
}

static void put_markers(struct sheet *s, const struct series *series,
                        const struct point *at, int64_t count)
{
    const int64_t round = round_of(series);
    const struct shape *shape = &shapes[round % SHAPES];
    const bool hollow = round / SHAPES % 2 == 1;
    const double radius = RADIUS * s->em * (count > MANY_POINTS ? 0.6 : 1);
    const struct pen pen = {.closes = true,
                            .fills = !hollow,
                            .fill = colour_of(s, series),
                            .line = colour_of(s, series),
                            .width = hollow ? 0.1 * s->em : 0};
    struct point *out = arena_take(
        s->arena, (size_t)count * (size_t)(shape->count + 1), sizeof *out);
    int64_t used = 0;

    for (int64_t i = 0; out && i < count; i++) {
        if (isnan(at[i].x))
            continue;
        for (int k = 0; k < shape->count; k++)
            out[used++] = (struct point){at[i].x + radius * shape->x[k],
                                         at[i].y + radius * shape->y[k]};
        out[used++] = (struct point){(double)NAN, (double)NAN};
    }
    drawing_path(&s->drawing, &pen, out, out ? used : 0);
}

/* What no line reaches: points between two gaps. */
static void put_lone_points(struct sheet *s, const struct chart *c,
                            const struct series *series)
{
    struct point *lone =
        arena_take(s->arena, (size_t)series->count, sizeof *lone);
    int64_t count = 0;

    for (int64_t i = 0; lone && i < series->count; i++) {
        struct point p = chart_point(c, series->x[i], series->y[i]), q = p;
        const bool left =
            i > 0 && isfinite(series->x[i - 1]) && isfinite(series->y[i - 1]);
        const bool right = i + 1 < series->count &&
                           isfinite(series->x[i + 1]) &&
                           isfinite(series->y[i + 1]);
        if (!isnan(p.x) && !left && !right && chart_clip(c->box, &p, &q))
            lone[count++] = p;
    }
    if (count > 0)
        put_markers(s, series, lone, count);
}

static void put_series(struct sheet *s, const struct chart *c, int64_t i)
{
    const struct series *series = &c->axes->series[i];
    const struct trace *t = &c->traces[i];
    const struct pen bars = {.fills = true,
                             .closes = true,
                             .fill = colour_of(s, series),
                             .line = s->drawing.paper,
                             .width = 1,
                             .alpha = BAR_ALPHA};
    const struct pen line = line_pen(s, series);

    switch (series->style) {
    case SERIES_POINTS:
        put_markers(s, series, t->points, t->count);
        break;
    case SERIES_BARS:
        drawing_path(&s->drawing, &bars, t->points, t->count);
        break;
    case SERIES_LINE:
    case SERIES_STEPS:
        drawing_path(&s->drawing, &line, t->points, t->count);
        put_lone_points(s, c, series);
        break;
    }
}

void chart_series(struct sheet *s, const struct chart *c)
{
    for (int faint = 1; faint >= 0; faint--)
        for (int64_t i = 0; c->traces && i < c->axes->series_count; i++)
            if (c->axes->series[i].faint == (faint == 1))
                put_series(s, c, i);
}

void chart_sample(struct sheet *s, const struct series *series, struct box box)
{
    const double middle = box.y + box.height / 2;
    const struct pen line = line_pen(s, series);
    const struct pen bar = {
        .fills = true, .fill = colour_of(s, series), .alpha = BAR_ALPHA};
    struct point *ends = arena_take(s->arena, 2, sizeof *ends);

    if (!ends)
        return;
    ends[0] = (struct point){box.x, middle};
    ends[1] = (struct point){box.x + box.width, middle};
    switch (series->style) {
    case SERIES_POINTS:
        ends[0].x += box.width / 2;
        put_markers(s, series, ends, 1);
        break;
    case SERIES_BARS:
        drawing_box(
            &s->drawing, &bar,
            (struct box){box.x, middle - 0.35 * s->em, box.width, 0.7 * s->em});
        break;
    case SERIES_LINE:
    case SERIES_STEPS:
        drawing_path(&s->drawing, &line, ends, 2);
        break;
    }
}
