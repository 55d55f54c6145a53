/*
 * chart.h - what the files that draw axes share: where points of data are.
 */
#pragma once

#include "figure/figure.h"
#include "figure/words.h"

/* A series in pixels, within the box; NaN in between: apart. */
struct trace {
    const struct point *points;
    int64_t count;
};

struct chart {
    const struct axes *axes;
    struct box box;                      /* where data are */
    double x_low, x_high, y_low, y_high; /* low < high */
    struct trace *traces;                /* [series_count] */
    struct box legend;                   /* width 0: none */
};

/* chart_range - of both axes, from what is asked for and the series. */
void chart_range(struct chart *c);

/* chart_point - where a point of data is, which may be outside of the box. */
struct point chart_point(const struct chart *c, double x, double y);

/* chart_trace - all series as pixels.  The box and ranges are final. */
void chart_trace(struct sheet *s, struct chart *c);

/* chart_covered - how much of the series a box hides: pixels of lines. */
double chart_covered(const struct chart *c, struct box box);

/* chart_clip - the part of a segment that is within a box; false: none. */
bool chart_clip(struct box box, struct point *a, struct point *b);

/* chart_series - draw them, faint ones first. */
void chart_series(struct sheet *s, const struct chart *c);

/* chart_sample - what stands for a series in the legend, in this box. */
void chart_sample(struct sheet *s, const struct series *series, struct box box);

/* chart_marks - rings and words beside them, where there is room. */
void chart_marks(struct sheet *s, const struct chart *c);

/* The room for the names of series. */
struct legend {
    int64_t entries, rows, columns; /* rows * columns may be less: the last
                                       tells of those that are left out */
    double column, row;             /* width and height of an entry */
};

/* legend_of - all names in as few columns as `most` allows. */
struct legend legend_of(const struct sheet *s, const struct axes *a,
                        double height, double width);
double legend_width(const struct legend *l);
double legend_height(const struct legend *l);

/* legend_inside - the place in the chart where it hides least; `hidden`: how
 * much. */
struct box legend_inside(const struct sheet *s, const struct chart *c,
                         const struct legend *l, double *hidden);
void legend_lay(struct sheet *s, const struct axes *a, const struct legend *l,
                struct box at);
