/* What a layout draws lies on the canvas, text never upon text. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "figure/layout.h"
#include "figure/paint.h"
#include "support/figures.h"

static struct err e;

struct laid {
    struct arena arena;
    struct sheet sheet;
};

/* Laid out on a canvas; 0: of the size that the figure asks for. */
static void lay(struct laid *l, const struct figure *f, double width,
                double height)
{
    l->sheet.arena = &l->arena;
    cr_assert_eq(paint_load(&e), OK, "%s", e.text);
    cr_assert_eq(brush_begin(&l->sheet.brush, &e), OK, "%s", e.text);
    const struct extent wish = layout_wish(&l->sheet, f);
    const struct extent size = {width > 0 ? width : wish.width,
                                height > 0 ? height : wish.height};
    layout(&l->sheet, f, size, wish);
    cr_assert_not(l->arena.failed);
}

static void done(struct laid *l)
{
    brush_end(&l->sheet.brush);
    arena_free(&l->arena);
}

static bool is_inside(const struct drawing *d, struct box b)
{
    const double slack = 0.01;

    return b.x >= -slack && b.y >= -slack &&
           b.x + b.width <= d->width + slack &&
           b.y + b.height <= d->height + slack;
}

static void expect_apart(const struct item *a, const char *what)
{
    for (const struct item *b = a->next; b; b = b->next)
        cr_assert(b->kind != ITEM_WRITING || !box_meets(a->box, b->box),
                  "%s: \"%s\" at (%g, %g) %gx%g meets \"%s\" at (%g, %g) %gx%g",
                  what, a->writing.string, a->box.x, a->box.y, a->box.width,
                  a->box.height, b->writing.string, b->box.x, b->box.y,
                  b->box.width, b->box.height);
}

/* No image lies under words that come later, nor upon another image. */
static void expect_uncovered(const struct item *a, bool numbers,
                             const char *what)
{
    for (const struct item *b = a->next; b; b = b->next) {
        const bool tells = b->kind == ITEM_WRITING && !numbers;
        cr_assert(!(tells || b->kind == ITEM_PICTURE) ||
                      !box_meets(a->box, b->box),
                  "%s: an image is covered", what);
    }
}

/* Returns how many texts there are. */
static int64_t expect_tidy(const struct drawing *d, bool numbers,
                           const char *what)
{
    int64_t texts = 0;

    for (const struct item *i = d->first; i; i = i->next) {
        cr_assert(is_inside(d, i->box),
                  "%s: item of kind %d at (%g, %g) %gx%g leaves %gx%g", what,
                  (int)i->kind, i->box.x, i->box.y, i->box.width, i->box.height,
                  d->width, d->height);
        if (i->kind == ITEM_PICTURE)
            expect_uncovered(i, numbers, what);
        if (i->kind != ITEM_WRITING)
            continue;
        texts++;
        cr_assert(i->writing.size >= 6, "%s: type of %g pixels", what,
                  i->writing.size);
        expect_apart(i, what);
    }
    return texts;
}

static const double sizes[][2] = {{0, 0},     {640, 480},  {300, 200},
                                  {200, 300}, {1600, 400}, {400, 1600},
                                  {130, 130}, {2400, 1800}};
enum { SIZES = sizeof sizes / sizeof *sizes };

/* At every size: tidy, or refused. */
static void expect_all_sizes(const struct figure *f, bool numbers,
                             const char *what)
{
    for (int i = 0; i < SIZES; i++) {
        struct laid l = {0};
        char name[80];
        snprintf(name, sizeof name, "%s on %gx%g", what, sizes[i][0],
                 sizes[i][1]);
        lay(&l, f, sizes[i][0], sizes[i][1]);
        cr_assert(i > 1 || !l.sheet.cramped, "%s: cramped", name);
        if (!l.sheet.cramped)
            cr_assert_gt(expect_tidy(&l.sheet.drawing, numbers, name), 0,
                         "%s: no text", name);
        done(&l);
    }
}

Test(paint_layout, curves)
{
    static const int64_t counts[] = {1, 2, 7, 24, 300};
    struct arena a = {0};
    char what[80];

    for (int i = 0; i < 5; i++)
        for (int names = 0; names < 3; names++)
            for (int style = 0; style < 4; style++) {
                snprintf(what, sizeof what, "%d series, style %d, names %d",
                         (int)counts[i], style, names);
                expect_all_sizes(figure_of_curves(&a, counts[i],
                                                  (enum series_style)style,
                                                  (enum names)names),
                                 false, what);
            }
    arena_free(&a);
}

Test(paint_layout, tiles)
{
    static const int64_t shapes[][4] = {
        /* count, height, width, columns */
        {1, 28, 28, 0}, {15, 28, 28, 3}, {33, 24, 24, 0}, {150, 5, 5, 0},
        {4, 1, 300, 0}, {2, 300, 7, 2},  {5, 1, 1, 5},    {1, 500, 784, 0}};
    struct arena a = {0};
    char what[80];

    for (int i = 0; i < 8; i++)
        for (int names = 0; names < 3; names++) {
            snprintf(what, sizeof what, "tiles %d, names %d", i, names);
            expect_all_sizes(figure_of_tiles(&a, shapes[i][0], shapes[i][1],
                                             shapes[i][2], shapes[i][3],
                                             (enum names)names),
                             false, what);
        }
    arena_free(&a);
}

Test(paint_layout, cells)
{
    static const int64_t counts[] = {1, 2, 3, 10, 20, 21, 47, 100, 300};
    struct arena a = {0};
    char what[80];

    for (int i = 0; i < 9; i++)
        for (int names = 0; names < 3; names++) {
            snprintf(what, sizeof what, "%d classes, names %d", (int)counts[i],
                     names);
            expect_all_sizes(figure_of_cells(&a, counts[i], (enum names)names),
                             true, what);
        }
    arena_free(&a);
}

Test(paint_layout, panels)
{
    struct arena a = {0};

    for (int names = 0; names < 3; names++)
        expect_all_sizes(figure_of_all(&a, (enum names)names), true, "panels");
    arena_free(&a);
}

/* Numbers of any size, or none at all; ranges that cut the data off. */
Test(paint_layout, extremes)
{
    static const double values[][4] = {
        {-1.7e308, 1.7e308, 0, 1},
        {5e-324, 1e-323, 0, 5e-324},
        {(double)NAN, (double)NAN, (double)NAN, (double)NAN},
        {(double)INFINITY, (double)-INFINITY, (double)NAN, 1},
        {1e15, 1e15 + 1, 1e15, 1e15},
        {0, 0, 0, 0},
        {-3e-9, 2e-9, 1e-9, 0},
        {123456789, 123456790, 123456791, 0}};
    static const double ranges[][2] = {
        {0, 0}, {0, 1}, {-1e308, 1e308}, {1e9, 1e9 + 1}};
    char what[80];

    for (int64_t count = 0; count <= 4; count++)
        for (int i = 0; i < 8 * 4 * 8; i++) {
            const int xs = i % 8, ys = i / 8 % 8, range = i / 64;
            const struct series s = {.name = "s",
                                     .style = (enum series_style)(i % 4),
                                     .x = values[xs],
                                     .y = values[ys],
                                     .count = count,
                                     .width = 0.5};
            const struct figure_mark m = {values[xs][0], values[ys][0], "m"};
            const struct panel p = {
                .kind = PANEL_AXES,
                .axes = {.x = {"x", ranges[range][0], ranges[range][1], false},
                         .y = {"y", ranges[range][0], ranges[range][1], i % 3},
                         .series = &s,
                         .series_count = 1,
                         .marks = &m,
                         .mark_count = 1,
                         .square = i % 5 == 0}};
            const struct figure f = {.panels = &p, .count = 1};
            struct laid l = {0};
            snprintf(what, sizeof what, "%d points, case %d", (int)count, i);
            lay(&l, &f, 0, 0);
            cr_assert_not(l.sheet.cramped, "%s", what);
            cr_assert_geq(expect_tidy(&l.sheet.drawing, false, what), 3);
            done(&l);
        }
}

/* Of points that nobody can tell apart few are drawn, and the last one. */
Test(paint_layout, dense_lines)
{
    enum { COUNT = 100000 };
    static double x[COUNT], y[COUNT];
    const struct series s = {
        .style = SERIES_LINE, .x = x, .y = y, .count = COUNT};
    const struct panel p = {.kind = PANEL_AXES,
                            .axes = {.series = &s, .series_count = 1}};
    const struct figure f = {.panels = &p, .count = 1};
    struct laid l = {0};
    int64_t most = 0;
    double right = 0;

    for (int i = 0; i < COUNT; i++)
        x[i] = i, y[i] = sin(i * 1e-4);
    lay(&l, &f, 0, 0);
    for (const struct item *i = l.sheet.drawing.first; i; i = i->next)
        if (i->kind == ITEM_PATH && i->path.count > most) {
            most = i->path.count;
            right = i->path.points[most - 1].x;
        }
    cr_assert(most > 500 && most < 10000, "%d points", (int)most);
    cr_assert(right > 0.9 * l.sheet.drawing.width);
    done(&l);
}

/* A chart that is square and full has its legend beside it and is none the
 * smaller for it; one with room in it has no other canvas than without names.
 */
Test(paint_layout, square_charts_with_a_legend)
{
    enum { COUNT = 40 };
    static double x[COUNT * COUNT], y[COUNT * COUNT];
    struct series s = {.style = SERIES_POINTS, .x = x, .y = y};
    const struct panel p = {.kind = PANEL_AXES,
                            .axes = {.series = &s,
                                     .series_count = 1,
                                     .square = true,
                                     .x.high = 1,
                                     .y.high = 1}};
    const struct figure f = {.panels = &p, .count = 1};
    struct extent bare = {0, 0};

    for (int64_t i = 0; i < COUNT * COUNT; i++) {
        x[i] = ((double)(i % COUNT) + 0.5) / COUNT;
        y[i] = ((double)i / COUNT + 0.5) / COUNT;
    }
    for (int i = 0; i < 3; i++) {
        struct laid l = {0};
        double left = 1e9, right = 0;
        s.name = i == 0 ? NULL : "a name that takes room";
        s.count = i == 2 ? COUNT : COUNT * COUNT;
        lay(&l, &f, 0, 0);
        cr_assert_not(l.sheet.cramped);
        const struct drawing *d = &l.sheet.drawing;
        for (const struct item *k = d->first; k; k = k->next) {
            if (k->kind != ITEM_PATH || k->path.count != 2)
                continue; /* an axis, a tick */
            left = fmin(left, k->box.x);
            right = fmax(right, k->box.x + k->box.width);
        }
        if (i == 0)
            bare = (struct extent){d->width, right - left};
        cr_expect(i != 1 || d->width > bare.width + 60, "no room beside it");
        cr_expect(i != 2 || fabs(d->width - bare.width) < 1, "room beside it");
        cr_expect(fabs(right - left - bare.height) < 3,
                  "case %d: %g pixels wide, not %g", i, right - left,
                  bare.height);
        done(&l);
    }
}

/* Below what a figure wishes for, the pictures of its first image and bar. */
static void find_pictures(const struct drawing *d, struct box found[2])
{
    int count = 0;

    for (const struct item *i = d->first; i; i = i->next)
        if (i->kind == ITEM_PICTURE && count < 2)
            found[count++] = i->box;
    while (count < 2)
        found[count++] = (struct box){0};
}

/* One image alone is as large as its thinner side needs. */
Test(paint_layout, a_thin_image)
{
    static const struct {
        int64_t height, width;
        double least; /* pixels of the thinner side */
    } cases[] = {{10, 256, 30}, {256, 10, 30}, {10, 64, 100}, {1, 2000, 0.5}};
    static double values[256 * 10];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct tile t = {.values = values,
                               .channels = 1,
                               .height = cases[i].height,
                               .width = cases[i].width};
        const struct panel p = {.kind = PANEL_TILES,
                                .tiles = {.tiles = &t, .count = 1}};
        const struct figure f = {.panels = &p, .count = 1};
        struct laid l = {0};
        struct box found[2];
        lay(&l, &f, 0, 0);
        find_pictures(&l.sheet.drawing, found);
        cr_expect(fmin(found[0].width, found[0].height) >= cases[i].least,
                  "case %zu: %gx%g", i, found[0].width, found[0].height);
        cr_expect(fmax(found[0].width, found[0].height) <= 2000);
        done(&l);
    }
}

/* A bar of the map's colours under an image, if its ends have room. */
Test(paint_layout, bars_of_colours)
{
    static const double values[100];

    for (int map = MAP_GREY; map <= MAP_DIVERGING; map++)
        for (int i = 0; i < 2; i++) {
            const struct tile t = {
                .values = values,
                .channels = 1,
                .height = 10,
                .width = 10,
                .low = -2,
                .high = 2,
                .map = (enum colour_map)map,
                .ends = {"-2", i ? "2, which is far more than there is room "
                                   "for below an image of this size"
                                 : "2"},
                .caption = "below"};
            const struct panel p = {.kind = PANEL_TILES,
                                    .tiles = {.tiles = &t, .count = 1}};
            const struct figure f = {.panels = &p, .count = 1};
            struct laid l = {0};
            struct box found[2];
            lay(&l, &f, 0, 0);
            cr_assert_eq(expect_tidy(&l.sheet.drawing, false, "bar"),
                         i ? 1 : 3);
            find_pictures(&l.sheet.drawing, found);
            cr_expect_eq(found[1].width > 0, i == 0);
            cr_expect(i || found[1].y >= found[0].y + found[0].height);
            done(&l);
        }
}
