/*
 * lay_tiles.c - a grid of images with captions.
 *
 * All images of a panel have slots of one size; in its slot an image has the
 * largest whole number of pixels a cell that fits, or less than one where the
 * slot is small.
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "figure/panels.h"

/* In em. */
#define CAPTION_SIZE 0.9
#define HEAD_SIZE    0.95
#define SPACE        0.35 /* of a caption or head from its image */
#define CAPTION_MOST 12.0 /* width that a caption may wish for */
#define GAP          0.75
#define BARE_GAP     0.4  /* of images without captions */
#define BAR          0.5  /* height of a bar of colours */
#define BORDER       0.15 /* of an image whose caption speaks of a fault */

/* Sides of an image in pixels. */
#define SIDE_LEAST    6.0
#define CAPTION_LEAST 18.0
#define SIDE_MOST     1200.0
#define SIDE_LONG     768.0 /* of one that is large for its thinner side */
#define SIDE_ORDINARY 112.0

enum { LINES_MOST = 6, BAR_CELLS = 256 };

struct grid {
    int64_t columns, rows;
    int64_t width, height; /* cells of the largest image */
    int64_t lines;         /* of the longest caption */
    double gap, head, caption;
    double bar;  /* with what its ends stand for; 0: there are none */
    double ends; /* width that these need */
    double text; /* width that captions and heads wish for */
};

static int64_t lines_of(const char *caption)
{
    int64_t count = caption && *caption;

    for (; caption && *caption; caption++)
        count += *caption == '\n';
    return num_min(count, LINES_MOST);
}

static double whole_cells(double cell)
{
    return cell >= 1 ? floor(cell) : cell;
}

static struct words caption_words(const struct sheet *s, const struct tile *t)
{
    return (struct words){.size = CAPTION_SIZE,
                          .align = ALIGN_CENTRE,
                          .bold = t->wrong,
                          .colour = t->wrong ? s->alarm : s->ink};
}

/* The next line of a caption, and the rest. */
static const char *next_line(struct arena *arena, const char **caption)
{
    const size_t length = strcspn(*caption, "\n");
    const char *line = arena_strndup(arena, *caption, length);

    *caption += length + ((*caption)[length] == '\n');
    return line;
}

static double widest_caption(const struct sheet *s, const struct tiles *t)
{
    double widest = 0;

    for (int64_t i = 0; i < t->count; i++) {
        struct words w = caption_words(s, &t->tiles[i]);
        const char *rest = t->tiles[i].caption;
        while (rest && *rest) {
            w.text = next_line(s->arena, &rest);
            widest = fmax(widest, words_width(s, &w));
        }
    }
    return fmin(ceil(widest) + 1, CAPTION_MOST * s->em);
}

static struct words end_words(const struct sheet *s, const char *text,
                              enum words_align align)
{
    return (struct words){
        .text = text, .size = CAPTION_SIZE, .align = align, .colour = s->soft};
}

/* Of both ends beside each other; 0: no image has a bar. */
static double widest_ends(const struct sheet *s, const struct tiles *t)
{
    double widest = 0;

    for (int64_t i = 0; i < t->count; i++) {
        const char *const *ends = t->tiles[i].ends;
        const struct words low = end_words(s, ends[0], ALIGN_START);
        const struct words high = end_words(s, ends[1], ALIGN_END);
        if (ends[0] && ends[1])
            widest = fmax(widest,
                          words_width(s, &low) + s->em + words_width(s, &high));
    }
    return ceil(widest);
}

static double widest_head(const struct sheet *s, const struct tiles *t)
{
    const struct words w = {.size = HEAD_SIZE, .bold = true};

    return t->heads ? fmin(words_widest(s, &w, t->heads, t->columns) + 1,
                           CAPTION_MOST * s->em)
                    : 0;
}

/* Pixels a cell where there is room for all: the more images, the smaller. */
static double usual_cell(const struct sheet *s, const struct tiles *t,
                         const struct grid *g)
{
    const double largest = (double)num_max(g->width, g->height);
    const double thin = (double)num_min(g->width, g->height);
    const double along = sqrt((double)t->count);
    double side = SIDE_ORDINARY * (t->count == 1 ? 1.5 : 1);

    if (s->scale > 0)
        return s->scale;
    if (along > 8)
        side = fmax(side * 8 / along, 24);
    if (largest > side)
        side = fmin(largest, SIDE_MOST / fmax(along, 1));
    if (t->count == 1)
        side = fmax(side, fmin(SIDE_ORDINARY / thin * largest, SIDE_LONG));
    return whole_cells(side / largest);
}

static void set_columns(struct grid *g, int64_t count, int64_t columns)
{
    g->columns = columns;
    g->rows = num_ceil_div(count, columns);
}

static double width_with(const struct grid *g, double cell)
{
    return fmax(ceil((double)g->width * cell), g->text);
}

/* Those whose ends have no room below images of so many pixels a cell. */
static void drop_bars(struct grid *g, double cell)
{
    if (g->ends > width_with(g, cell))
        g->bar = 0;
}

/* Without the number of columns. */
static struct grid grid_of(const struct sheet *s, const struct tiles *t)
{
    struct grid g = {.width = 1, .height = 1};

    for (int64_t i = 0; i < t->count; i++) {
        g.width = num_max(g.width, t->tiles[i].width);
        g.height = num_max(g.height, t->tiles[i].height);
        g.lines = num_max(g.lines, lines_of(t->tiles[i].caption));
    }
    g.gap = ceil((g.lines > 0 ? GAP : BARE_GAP) * s->em);
    if (t->gap > 0)
        g.gap = round(t->gap * usual_cell(s, t, &g));
    if (t->heads)
        g.head = words_height(s, HEAD_SIZE) + SPACE * s->em;
    if (g.lines > 0)
        g.caption =
            (double)g.lines * words_height(s, CAPTION_SIZE) + SPACE * s->em;
    g.text = fmax(widest_caption(s, t), widest_head(s, t));
    g.ends = widest_ends(s, t);
    if (g.ends > 0)
        g.bar = (2 * SPACE + BAR) * s->em + words_height(s, CAPTION_SIZE);
    drop_bars(&g, usual_cell(s, t, &g));
    return g;
}

static struct extent whole_of(const struct grid *g, double width, double height)
{
    return (struct extent){
        (double)g->columns * (width + g->gap) - g->gap,
        g->head + (double)g->rows * (height + g->bar + g->caption + g->gap) -
            g->gap,
    };
}

/* As square as may be: of the numbers of columns the one whose longer side is
 * shortest. */
static struct extent near_square(const struct sheet *s, const struct tiles *t,
                                 struct grid *g)
{
    const double cell = usual_cell(s, t, g);
    const double width = width_with(g, cell);
    const double height = ceil((double)g->height * cell);
    struct extent best = {(double)INFINITY, (double)INFINITY};
    int64_t columns = num_min(t->columns, t->count);

    for (int64_t i = 1; t->columns <= 0 && i <= t->count; i++) {
        set_columns(g, t->count, i);
        const struct extent e = whole_of(g, width, height);
        if (fmax(e.width, e.height) >= fmax(best.width, best.height))
            continue;
        best = e;
        columns = i;
    }
    set_columns(g, t->count, columns);
    return whole_of(g, width, height);
}

struct extent tiles_wish(const struct sheet *s, const struct tiles *t)
{
    struct grid g = grid_of(s, t);

    return t->count > 0 ? near_square(s, t, &g) : (struct extent){0};
}

/* Under its slot, the bar and what its ends stand for. */
static void lay_bar(struct sheet *s, const struct tile *t, struct box slot)
{
    const struct words low = end_words(s, t->ends[0], ALIGN_START);
    const struct words high = end_words(s, t->ends[1], ALIGN_END);
    struct rgb *cells = arena_take(s->arena, BAR_CELLS, sizeof *cells);
    const struct box bar = {slot.x, slot.y + slot.height + SPACE * s->em,
                            slot.width, round(BAR * s->em)};
    struct box room = {bar.x, bar.y + bar.height + SPACE * s->em,
                       slot.width / 2, words_height(s, CAPTION_SIZE)};

    if (!t->ends[0] || !t->ends[1] || !cells)
        return;
    for (int i = 0; i < BAR_CELLS; i++)
        cells[i] = rgb_of_map(t->map, (i + 0.5) / BAR_CELLS);
    drawing_picture(&s->drawing, &(struct picture){cells, 1, BAR_CELLS}, bar);
    words_put(s, &low, room);
    room.x += room.width;
    words_put(s, &high, room);
}

/* Under its slot, or the bar there. */
static void lay_caption(struct sheet *s, const struct tile *t, struct box room)
{
    struct words w = caption_words(s, t);
    const char *rest = t->caption;

    room.y += room.height + SPACE * s->em;
    room.height = words_height(s, CAPTION_SIZE);
    for (int i = 0; i < LINES_MOST && rest && *rest; i++) {
        w.text = next_line(s->arena, &rest);
        words_put(s, &w, room);
        room.y += room.height;
    }
}

/* An image in the middle of its slot. */
static void lay_tile(struct sheet *s, const struct tile *t, struct box slot)
{
    const double own = s->scale > 0
                           ? s->scale
                           : whole_cells(fmin(slot.width / (double)t->width,
                                              slot.height / (double)t->height));
    const double width = fmax((double)t->width * own, 1);
    const double height = fmax((double)t->height * own, 1);
    const struct box at = {round(slot.x + (slot.width - width) / 2),
                           round(slot.y + (slot.height - height) / 2), width,
                           height};
    const double edge = t->wrong ? fmax(round(BORDER * s->em), 1) : 1;
    const struct pen frame = {.width = edge,
                              .line = t->wrong ? s->alarm : s->grid};

    drawing_picture(
        &s->drawing,
        &(struct picture){tile_colours(t, s->arena), t->height, t->width}, at);
    drawing_box(&s->drawing, &frame,
                (struct box){at.x - edge / 2, at.y - edge / 2, width + edge,
                             height + edge});
}

static void lay_heads(struct sheet *s, const struct tiles *t,
                      const struct grid *g, struct box slot)
{
    struct words w = {.size = HEAD_SIZE,
                      .align = ALIGN_CENTRE,
                      .bold = true,
                      .colour = s->ink};

    slot.height = words_height(s, HEAD_SIZE);
    for (int64_t i = 0; t->heads && i < g->columns; i++) {
        w.text = t->heads[i];
        words_put(s, &w, slot);
        slot.x += slot.width + g->gap;
    }
}

static double slot_width(const struct grid *g, struct box room)
{
    return (room.width + g->gap) / (double)g->columns - g->gap;
}

/* Pixels a cell that fit. */
static double fitting_cell(const struct grid *g, struct box room)
{
    const double height = (room.height - g->head + g->gap) / (double)g->rows -
                          g->gap - g->bar - g->caption;

    return fmin(slot_width(g, room) / (double)g->width,
                height / (double)g->height);
}

/* A number of columns with which images are larger, if there is one. */
static double fit(const struct tiles *t, struct grid *g, struct box room)
{
    double best = fitting_cell(g, room);
    struct grid other = *g;

    for (int64_t i = 1; t->columns <= 0 && i <= t->count; i++) {
        set_columns(&other, t->count, i);
        const double cell = fitting_cell(&other, room);
        const bool shows =
            slot_width(&other, room) >= fmin(g->text, slot_width(g, room));
        if (!(cell > fmax(best, 0) * 1.05) || !shows)
            continue;
        best = cell;
        *g = other;
    }
    return best;
}

static double side_of(const struct grid *g, double cell)
{
    return cell * (double)num_max(g->width, g->height);
}

/* Columns and pixels a cell; captions are left out where they would leave too
 * little for the images. */
static double place(struct sheet *s, const struct tiles *t, struct grid *g,
                    struct box room)
{
    double cell;

    near_square(s, t, g);
    cell = fit(t, g, room);
    if (side_of(g, cell) < CAPTION_LEAST && (g->lines > 0 || g->bar > 0)) {
        g->lines = 0, g->caption = 0, g->text = 0, g->bar = 0;
        g->gap = fmin(g->gap, ceil(BARE_GAP * s->em));
        cell = fit(t, g, room);
    }
    if (g->bar > 0 &&
        g->ends > fmin(slot_width(g, room), width_with(g, cell))) {
        g->bar = 0;
        cell = fit(t, g, room);
    }
    if (!(side_of(g, cell) >= SIDE_LEAST) ||
        (s->scale > 0 && cell < s->scale * (1 - 1e-9)))
        s->cramped = true;
    return s->scale > 0 ? s->scale : whole_cells(cell);
}

void tiles_lay(struct sheet *s, const struct tiles *t, struct box room)
{
    struct grid g = grid_of(s, t);

    if (t->count == 0)
        return;
    const double cell = place(s, t, &g, room);
    if (s->cramped)
        return;
    struct box slot = {
        .width = floor(
            fmin(slot_width(&g, room), fmax((double)g.width * cell, g.text))),
        .height = (double)g.height * cell,
    };
    const struct extent whole = whole_of(&g, slot.width, slot.height);
    const double left = floor(room.x + fmax(room.width - whole.width, 0) / 2);
    const double top = ceil(room.y + fmax(room.height - whole.height, 0) / 2);
    slot.x = left, slot.y = top;
    lay_heads(s, t, &g, slot);
    for (int64_t i = 0; i < t->count; i++) {
        slot.x = left + (double)(i % g.columns) * (slot.width + g.gap);
        slot.y =
            top + g.head +
            (double)(i / g.columns) * (slot.height + g.bar + g.caption + g.gap);
        lay_tile(s, &t->tiles[i], slot);
        if (g.bar > 0)
            lay_bar(s, &t->tiles[i], slot);
        if (g.lines > 0)
            lay_caption(
                s, &t->tiles[i],
                (struct box){slot.x, slot.y + g.bar, slot.width, slot.height});
    }
}
