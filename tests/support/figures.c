/* Figures of every kind. */
#include "support/figures.h"

#include <math.h>
#include <string.h>

const char *name_of(struct arena *a, enum names names, int64_t i)
{
    static const char *const hostile[] = {
        "</text><script>alert(1)</script>",
        "a\"b'c&amp;d]]>",
        "\033[2J\033[31mred",
        "two\nlines\r\tand tabs",
        "\xff\xfe\xc0\x80 no UTF-8 \xed\xa0\x80",
        "\xe2\x80\xae reversed",
        "Z\xcc\x80\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85 piled",
        "\xef\xbf\xbe\xef\xbf\xbf",
        "",
        "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM"};
    const int64_t kinds = (int64_t)(sizeof hostile / sizeof *hostile);

    if (names == NAMES_SHORT)
        return arena_printf(a, "%d", (int)i);
    if (names == NAMES_LONG)
        return arena_printf(a, "the species that has the number %d", (int)i);
    return hostile[i % kinds];
}

static const char *title_of(struct arena *a, enum names names)
{
    return names == NAMES_SHORT
               ? "A title"
               : arena_printf(a, "A title %s of %s and more words than fit",
                              name_of(a, names, 0), name_of(a, names, 2));
}

static const struct figure *figure_of(struct arena *a, struct panel *p,
                                      enum names names)
{
    struct figure *f = arena_take(a, 1, sizeof *f);

    *f = (struct figure){.title = title_of(a, names),
                         .about = "what it shows",
                         .panels = p,
                         .count = 1};
    return f;
}

static void fill(struct series *s, struct arena *a, int64_t k)
{
    double *x = arena_take(a, 50, sizeof *x), *y = arena_take(a, 50, sizeof *y);

    for (int64_t i = 0; i < 50; i++) {
        x[i] = (double)i + 1;
        y[i] = (1 + (double)(k % 10) / 10) * exp(-(double)i / 10) +
               0.1 * sin((double)(i * (k + 1)));
    }
    if (k % 3 == 2)
        y[7] = (double)NAN, y[9] = (double)INFINITY;
    s->x = x, s->y = y, s->count = 50;
}

static struct panel *panel_of_curves(struct arena *a, int64_t count,
                                     enum series_style style, enum names names)
{
    struct panel *p = arena_take(a, 1, sizeof *p);
    struct series *s = arena_take(a, (size_t)count, sizeof *s);
    struct figure_mark *m = arena_take(a, 3, sizeof *m);

    for (int64_t k = 0; k < count; k++) {
        s[k] = (struct series){.name = name_of(a, names, k),
                               .style = style,
                               .colour = k,
                               .dashed = k % 4 == 1,
                               .faint = k % 5 == 4,
                               .width = 0.8};
        fill(&s[k], a, k);
    }
    for (int i = 0; i < 3; i++)
        m[i] = (struct figure_mark){
            .x = 48 + i, .y = 0.1 * i, .text = name_of(a, names, i)};
    *p = (struct panel){
        .kind = PANEL_AXES,
        .axes = {.x = {.label = name_of(a, names, 1), .whole = true},
                 .y = {.label = name_of(a, names, 3)},
                 .series = s,
                 .series_count = count,
                 .marks = m,
                 .mark_count = 3,
                 .square = style == SERIES_POINTS}};
    return p;
}

const struct figure *figure_of_curves(struct arena *a, int64_t series,
                                      enum series_style style, enum names names)
{
    return figure_of(a, panel_of_curves(a, series, style, names), names);
}

static struct panel *panel_of_tiles(struct arena *a, int64_t count,
                                    int64_t height, int64_t width,
                                    int64_t columns, enum names names)
{
    struct panel *p = arena_take(a, 1, sizeof *p);
    struct tile *t = arena_take(a, (size_t)count, sizeof *t);
    const char **heads = arena_take(a, (size_t)columns, sizeof *heads);

    for (int64_t i = 0; i < columns; i++)
        heads[i] = name_of(a, names, i);
    for (int64_t i = 0; i < count; i++) {
        double *v = arena_take(a, (size_t)(height * width), sizeof *v);
        for (int64_t k = 0; k < height * width; k++)
            v[k] = (double)((k + i) % (width + 1));
        t[i] =
            (struct tile){.values = v,
                          .channels = 1,
                          .height = height,
                          .width = width,
                          .map = (enum colour_map)(i % 4),
                          .caption = arena_printf(a, "%s\n%d: 0.5",
                                                  name_of(a, names, i), (int)i),
                          .wrong = i % 5 == 4};
    }
    *p = (struct panel){.kind = PANEL_TILES,
                        .tiles = {.tiles = t,
                                  .count = count,
                                  .columns = columns,
                                  .heads = columns > 0 ? heads : NULL}};
    return p;
}

const struct figure *figure_of_tiles(struct arena *a, int64_t count,
                                     int64_t height, int64_t width,
                                     int64_t columns, enum names names)
{
    return figure_of(a, panel_of_tiles(a, count, height, width, columns, names),
                     names);
}

static struct panel *panel_of_cells(struct arena *a, int64_t classes,
                                    enum names names)
{
    struct panel *p = arena_take(a, 1, sizeof *p);
    double *v = arena_take(a, (size_t)(classes * classes), sizeof *v);
    const char **n = arena_take(a, (size_t)classes, sizeof *n);

    for (int64_t i = 0; i < classes; i++) {
        n[i] = name_of(a, names, i);
        for (int64_t k = 0; k < classes; k++)
            v[i * classes + k] = i == k ? 990 : (double)((i * 7 + k) % 5);
    }
    *p = (struct panel){.kind = PANEL_CELLS,
                        .cells = {.values = v,
                                  .rows = classes,
                                  .columns = classes,
                                  .row_names = n,
                                  .column_names = n,
                                  .row_label = "true",
                                  .column_label = "predicted"}};
    return p;
}

const struct figure *figure_of_cells(struct arena *a, int64_t classes,
                                     enum names names)
{
    return figure_of(a, panel_of_cells(a, classes, names), names);
}

const struct figure *figure_of_all(struct arena *a, enum names names)
{
    struct figure *f = arena_take(a, 1, sizeof *f);
    struct panel *p = arena_take(a, 3, sizeof *p);

    p[0] = *panel_of_curves(a, 3, SERIES_LINE, names);
    p[1] = *panel_of_tiles(a, 6, 8, 12, 3, names);
    p[2] = *panel_of_cells(a, 5, names);
    for (int i = 0; i < 3; i++)
        p[i].title = name_of(a, names, i);
    *f = (struct figure){
        .title = title_of(a, names), .panels = p, .count = 3, .columns = 2};
    return f;
}
