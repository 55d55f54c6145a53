/*
 * layout.c - title and panels.
 */
#include "figure/layout.h"

#include <math.h>
#include <string.h>

#define ORDINARY 12.0 /* pixels of type */
#define SMALLEST 9.0
#define LARGEST  36.0

/* In em. */
#define TITLE_SIZE  1.3
#define PANEL_SIZE  1.1
#define MARGIN      1.0
#define PANEL_GAP   1.5
#define TITLE_WIDTH 44.0 /* of a title, of which less wide panels are made */

enum { TITLE_LINES = 3, COLUMNS_MOST = 64 };

static void choose_theme(struct sheet *s)
{
    s->em = ORDINARY;
    if (s->dark) {
        s->drawing.paper = (struct rgb){0x16, 0x18, 0x1d};
        s->ink = (struct rgb){0xf0, 0xf0, 0xf0};
        s->soft = (struct rgb){0xb8, 0xbc, 0xc4};
        s->rule = (struct rgb){0x80, 0x86, 0x90};
        s->grid = (struct rgb){0x33, 0x37, 0x40};
        s->alarm = (struct rgb){0xff, 0x8a, 0x65};
        return;
    }
    s->drawing.paper = (struct rgb){0xff, 0xff, 0xff};
    s->ink = (struct rgb){0x1a, 0x1a, 0x1a};
    s->soft = (struct rgb){0x50, 0x50, 0x50};
    s->rule = (struct rgb){0x80, 0x80, 0x80};
    s->grid = (struct rgb){0xe4, 0xe4, 0xe4};
    s->alarm = (struct rgb){0xb3, 0x3a, 0x00};
}

static struct words title_words(const struct sheet *s, const char *text,
                                double size, enum words_align align)
{
    return (struct words){.text = text,
                          .size = size,
                          .align = align,
                          .bold = true,
                          .colour = s->ink};
}

static double title_height(struct sheet *s, const struct figure *f,
                           double width)
{
    const struct words w = title_words(s, f->title, TITLE_SIZE, ALIGN_CENTRE);
    const int64_t lines =
        words_lines(s, &w, (struct box){.width = width}, TITLE_LINES, true);

    return lines > 0 ? (double)lines * words_height(s, TITLE_SIZE) +
                           MARGIN * s->em / 2
                     : 0;
}

static double panel_title_height(const struct sheet *s, const struct panel *p)
{
    return p->title ? words_height(s, PANEL_SIZE) + 0.3 * s->em : 0;
}

static struct extent panel_wish(const struct sheet *s, const struct panel *p)
{
    struct extent wish = {0};

    switch (p->kind) {
    case PANEL_AXES:
        wish = axes_wish(s, &p->axes);
        break;
    case PANEL_TILES:
        wish = tiles_wish(s, &p->tiles);
        break;
    case PANEL_CELLS:
        wish = cells_wish(s, &p->cells);
        break;
    }
    wish.height += panel_title_height(s, p);
    return wish;
}

static int64_t columns_of(const struct figure *f)
{
    const int64_t columns = f->columns > 0 ? f->columns : 1;

    return columns < f->count ? columns : f->count;
}

/* Widths of columns and heights of rows, one after the other, as wished. */
struct grid {
    int64_t columns, rows;
    double *widths, *heights, width, height; /* the last two: their sums */
};

static struct grid grid_of(const struct sheet *s, const struct figure *f)
{
    struct grid g = {.columns = columns_of(f)};

    g.rows = g.columns > 0 ? (f->count + g.columns - 1) / g.columns : 0;
    g.widths =
        arena_take(s->arena, (size_t)(g.columns + g.rows), sizeof *g.widths);
    if (!g.widths)
        return (struct grid){0};
    g.heights = g.widths + g.columns;
    for (int64_t i = 0; i < f->count; i++) {
        const struct extent wish = panel_wish(s, &f->panels[i]);
        double *width = &g.widths[i % g.columns];
        double *height = &g.heights[i / g.columns];
        *width = fmax(*width, wish.width);
        *height = fmax(*height, wish.height);
    }
    for (int64_t i = 0; i < g.columns; i++)
        g.width += g.widths[i];
    for (int64_t i = 0; i < g.rows; i++)
        g.height += g.heights[i];
    return g;
}

static double gaps(const struct sheet *s, int64_t count)
{
    return count > 1 ? (double)(count - 1) * PANEL_GAP * s->em : 0;
}

struct extent layout_wish(struct sheet *s, const struct figure *f)
{
    choose_theme(s);
    const struct grid g = grid_of(s, f);
    const struct words w = title_words(s, f->title, TITLE_SIZE, ALIGN_CENTRE);
    const double title = fmin(words_width(s, &w) + 1, TITLE_WIDTH * s->em);
    const double margin = MARGIN * s->em;
    const double width = fmax(g.width + gaps(s, g.columns), title);

    return (struct extent){
        ceil(width + 2 * margin),
        ceil(g.height + gaps(s, g.rows) + title_height(s, f, width) +
             2 * margin),
    };
}

static void lay_panel(struct sheet *s, const struct panel *p, struct box room)
{
    const double title = panel_title_height(s, p);
    const struct words w = title_words(s, p->title, PANEL_SIZE, ALIGN_CENTRE);
    struct box head = room;

    if (room.width <= 0 || room.height <= title) {
        s->cramped = true;
        return;
    }
    head.height = words_height(s, PANEL_SIZE);
    words_put(s, &w, head);
    room.y += title;
    room.height -= title;
    switch (p->kind) {
    case PANEL_AXES:
        axes_lay(s, &p->axes, room);
        break;
    case PANEL_TILES:
        tiles_lay(s, &p->tiles, room);
        break;
    case PANEL_CELLS:
        cells_lay(s, &p->cells, room);
        break;
    }
}

/* The room is shared out as the wishes are. */
static void lay_panels(struct sheet *s, const struct figure *f,
                       const struct grid *g, struct box room)
{
    const double wide = (room.width - gaps(s, g->columns)) / g->width;
    const double high = (room.height - gaps(s, g->rows)) / g->height;
    const double gap = PANEL_GAP * s->em;
    double y = room.y;

    for (int64_t row = 0; row < g->rows; row++) {
        const double height = g->heights[row] * high;
        double x = room.x;
        for (int64_t column = 0; column < g->columns; column++) {
            const int64_t i = row * g->columns + column;
            const double width = g->widths[column] * wide;
            if (i < f->count)
                lay_panel(s, &f->panels[i], (struct box){x, y, width, height});
            x += width + gap;
        }
        y += height + gap;
    }
}

static const char *clean(const struct sheet *s, const char *text)
{
    return text ? words_clean(s->arena, text, strlen(text)) : NULL;
}

void layout(struct sheet *s, const struct figure *f, struct extent size,
            struct extent wish)
{
    s->em = ORDINARY;
    const struct grid g = grid_of(s, f);
    const double part =
        fmin(size.width / wish.width, size.height / wish.height);

    s->em = fmin(fmax(ORDINARY * part, SMALLEST), LARGEST);
    s->cramped = false;
    s->drawing = (struct drawing){.width = size.width,
                                  .height = size.height,
                                  .paper = s->drawing.paper,
                                  .title = clean(s, f->title),
                                  .about = clean(s, f->about),
                                  .arena = s->arena};
    const double margin = MARGIN * s->em;
    struct box room = {margin, margin, size.width - 2 * margin,
                       size.height - 2 * margin};
    const double title = title_height(s, f, room.width);
    const struct words w = title_words(s, f->title, TITLE_SIZE, ALIGN_CENTRE);
    if (room.width <= 0 || room.height <= title) {
        s->cramped = true;
        return;
    }
    words_lines(s, &w, room, TITLE_LINES, false);
    room.y += title;
    room.height -= title;
    if (f->count > 0)
        lay_panels(s, f, &g, room);
}
