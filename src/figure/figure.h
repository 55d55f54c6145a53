/*
 * figure.h - a picture as facts: panels of curves, images or cells, and texts.
 *
 * What is to be seen, not how: paint.h makes a file of it, screen.h prints it
 * in the terminal.  Knows no network and no data set.  What a figure points to
 * is its maker's, most simply on one arena; texts are UTF-8 or not, and are
 * drawn as text whatever they hold.
 *
 * The folder is over 5,000 lines because each kind of panel is laid out twice,
 * on a canvas and in a terminal, and text has to be placed in both.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Pixels of a side that cairo draws at most. */
enum { FIGURE_SIDE_MOST = 32767 };

/* How a series looks.  SERIES_STEPS hold a value until the next x. */
enum series_style { SERIES_LINE, SERIES_STEPS, SERIES_POINTS, SERIES_BARS };

/* Points (x, y), in the order in which they are joined.  Where one is no finite
 * number the line has a gap. */
struct series {
    const char *name; /* in the legend; NULL: it is not there */
    enum series_style style;
    int64_t colour; /* 0, 1, ..: ten colours that colour-blind readers tell
                       apart; from the second ten on with another marker or
                       dash each */
    bool dashed;
    bool faint; /* a line to compare with, behind the others, in grey */
    const double *x, *y;
    int64_t count;
    double width; /* of SERIES_BARS, in units of x */
};

/* A point that is pointed out, with a few words beside it. */
struct figure_mark {
    double x, y;
    const char *text;
};

struct figure_axis {
    const char *label;
    double low, high; /* equal: as the series ask for, with a little room */
    bool whole;       /* only whole numbers are ticks */
};

struct axes {
    struct figure_axis x, y;
    const struct series *series;
    int64_t series_count;
    const struct figure_mark *marks;
    int64_t mark_count;
    bool square; /* a unit is as long on one axis as on the other */
};

/* How values become colours: dark and light of grey; the same the other way
 * round; from light to dark red; from blue over white to red around 0. */
enum colour_map { MAP_GREY, MAP_GREY_NEGATED, MAP_HEAT, MAP_DIVERGING };

/* An image.  Three channels are red, green and blue, whatever the map; of any
 * other number the first one is shown. */
struct tile {
    const double *values; /* [channels, height, width] */
    int64_t channels, height, width;
    double low, high; /* the ends of the map; equal: the smallest and largest of
                         the values, and of one that is constant its middle */
    enum colour_map map;
    const struct tile *over; /* drawn upon it with `alpha`; NULL: nothing */
    double alpha;
    const char *ends[2]; /* what the ends of the map stand for, under a bar of
                            its colours, where there is room; NULL: no bar */
    const char *caption; /* under it, lines apart by '\n'; NULL: none */
    bool wrong;          /* the caption speaks of a fault: it stands out, not by
                            its colour alone */
};

struct tiles {
    const struct tile *tiles; /* row by row */
    int64_t count, columns;   /* columns 0: as square as may be */
    const char *const *heads; /* [columns] titles of columns; NULL: none */
    double gap;               /* between tiles, in cells of a tile; 0: usual */
};

/* A table of numbers, each cell coloured by its share of its row, as of a
 * confusion matrix; of more than 20 rows the numbers are left out. */
struct cells {
    const double *values; /* [rows, columns] */
    int64_t rows, columns;
    const char *const *row_names, *const *column_names;
    const char *row_label, *column_label;
};

enum panel_kind { PANEL_AXES, PANEL_TILES, PANEL_CELLS };

struct panel {
    enum panel_kind kind;
    const char *title; /* NULL: none */
    union {
        struct axes axes;
        struct tiles tiles;
        struct cells cells;
    };
};

struct figure {
    const char *title; /* NULL: none */
    const char *about; /* one sentence for those who cannot see it; NULL: the
                          title */
    const struct panel *panels;
    int64_t count, columns; /* columns of panels; 0: one */
};
