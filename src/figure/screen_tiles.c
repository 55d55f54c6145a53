/*
 * screen_tiles.c - images side by side as the width allows, captions below.
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "figure/screen_part.h"
#include "term/picture.h"

enum {
    GAP = 2,            /* columns between images */
    SMALL_COLUMNS = 12, /* up to as many a small image is drawn larger */
    LEAST_CELLS = 8,    /* what an image is made smaller to, to stand in its
                          column */
    MOST_LINES = 40,    /* of an image */
    CAPTION_ROOM = 24,  /* columns, where the image is narrower */
};

/* Tiles while they are printed. */
struct shelf {
    struct printing *p;
    const struct tiles *tiles;
    struct picture_style style;
    int64_t columns;          /* images beside each other */
    int64_t slot;             /* columns of each */
    bool heads;               /* their columns are those of the heads */
    int64_t bars;             /* lines of a bar and its ends */
    struct picture *pictures; /* [count] */
};

/* Columns that a cell takes. */
static int64_t cell_columns(const struct shelf *s)
{
    return picture_has_blocks(s->style) ? 1 : 2;
}

/* Cells across and down of an image in a room of so many across. */
static void fit(const struct shelf *s, const struct tile *t, int64_t room,
                int64_t *width, int64_t *height)
{
    const int64_t most = MOST_LINES * (picture_has_blocks(s->style) ? 2 : 1);
    const int64_t larger = num_max(t->width, t->height) * cell_columns(s);
    const int64_t factor = num_max(1, SMALL_COLUMNS / larger);
    double w = (double)(t->width * factor), h = (double)(t->height * factor);
    const double less = fmin(1, fmin((double)room / w, (double)most / h));

    *width = num_max(1, (int64_t)(w * less + 0.5));
    *height = num_max(1, (int64_t)(h * less + 0.5));
}

/* The mean of the cells that come to lie on (x, y), of one channel. */
static double mean_of(const struct tile *t, const struct rgb *colours,
                      int64_t width, int64_t height, int64_t x, int64_t y,
                      int channel)
{
    const int64_t top = y * t->height / height, left = x * t->width / width;
    const int64_t bottom = num_max(top + 1, (y + 1) * t->height / height);
    const int64_t right = num_max(left + 1, (x + 1) * t->width / width);
    int64_t sum = 0;

    for (int64_t i = top; i < bottom; i++)
        for (int64_t k = left; k < right; k++) {
            const struct rgb c = colours[i * t->width + k];
            sum += channel == 0 ? c.red : channel == 1 ? c.green : c.blue;
        }
    return (double)sum / (double)((bottom - top) * (right - left));
}

/* Without colours a map whose least value is light is shown by how dark it is:
 * much is dense. */
static bool is_turned(const struct shelf *s, const struct tile *t)
{
    return s->style.palette == PALETTE_ASCII && t->channels != 3 &&
           (t->map == MAP_HEAT || t->map == MAP_DIVERGING);
}

static void make_picture(struct shelf *s, const struct tile *t, int64_t room,
                         struct picture *out)
{
    struct arena *arena = s->p->arena;
    const struct rgb *colours = tile_colours(t, arena);
    const bool turned = is_turned(s, t);
    int64_t width, height;

    fit(s, t, room, &width, &height);
    double *pixels =
        arena_take(arena, (size_t)(3 * width * height), sizeof *pixels);
    *out = (struct picture){.channels = 3};
    if (!colours || !pixels)
        return;
    for (int64_t i = 0; i < 3 * width * height; i++) {
        const int64_t at = i % (width * height);
        pixels[i] = mean_of(t, colours, width, height, at % width, at / width,
                            (int)(i / (width * height)));
        pixels[i] = turned ? 255 - pixels[i] : pixels[i];
    }
    *out = (struct picture){pixels, 0, 255, 3, height, width};
}

/* The columns of the longest line of a caption. */
static int64_t caption_width(const struct shelf *s, const struct tile *t)
{
    const char *line = t->caption ? t->caption : "";
    int64_t width = 0;

    while (*line) {
        const size_t length = strcspn(line, "\n");
        width = num_max(width,
                        screen_width(s->p, line, length) + (t->wrong ? 2 : 0));
        line += length + (line[length] == '\n');
    }
    return width;
}

/* How many stand side by side, and how wide each may be. */
static int64_t arrange(struct shelf *s)
{
    const int64_t columns = s->p->columns, wanted = s->tiles->columns;
    const int64_t room =
        wanted > 0 ? (columns - GAP * (wanted - 1)) / wanted : 0;

    int64_t least = 1; /* cells that no image may be made smaller than */

    for (int64_t i = 0; i < s->tiles->count; i++)
        least = num_max(least, num_min(s->tiles->tiles[i].width, LEAST_CELLS));
    s->heads = wanted > 0 && room / cell_columns(s) >= least;
    return (s->heads ? room : columns) / cell_columns(s);
}

static void measure(struct shelf *s)
{
    const int64_t columns = s->p->columns;

    for (int64_t i = 0; i < s->tiles->count; i++) {
        const int64_t width = s->pictures[i].width * cell_columns(s);
        const int64_t caption = num_min(caption_width(s, &s->tiles->tiles[i]),
                                        num_max(width, CAPTION_ROOM));
        s->slot = num_max(s->slot, num_max(width, caption));
    }
    if (s->heads) {
        s->columns = s->tiles->columns;
        s->slot =
            num_min(s->slot, (columns - GAP * (s->columns - 1)) / s->columns);
        return;
    }
    s->slot = num_max(1, num_min(s->slot, columns));
    s->columns = num_max(1, (columns + GAP) / (s->slot + GAP));
}

/* Line `line` of a caption, NULL: it has fewer. */
static const char *caption_line(const struct tile *t, int64_t line)
{
    const char *at = t->caption ? t->caption : "";

    for (; line > 0 && *at; line--) {
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    return *at ? at : NULL;
}

/* Returns its columns. */
static int64_t put_caption(struct shelf *s, const struct tile *t, int64_t line)
{
    static const struct rgb red = {222, 60, 60};
    const char *at = caption_line(t, line);
    int64_t used = 0;

    if (!at)
        return 0;
    if (t->wrong) {
        screen_colour(s->p, red);
        text_puts(s->p->out, line == 0 ? "! " : "  ");
        used = 2;
    }
    used += screen_words(s->p, at, strcspn(at, "\n"), s->slot - used);
    if (t->wrong)
        screen_plain(s->p);
    return used;
}

static bool has_bar(const struct tile *t)
{
    return t->ends[0] && t->ends[1];
}

/* Lines for bars and their ends, if there are any and all have room. */
static int64_t bar_lines(const struct shelf *s)
{
    int64_t lines = 0;

    for (int64_t i = 0; i < s->tiles->count; i++) {
        const struct tile *t = &s->tiles->tiles[i];
        if (!has_bar(t))
            continue;
        if (screen_width(s->p, t->ends[0], strlen(t->ends[0])) + 1 +
                screen_width(s->p, t->ends[1], strlen(t->ends[1])) >
            s->slot)
            return 0;
        lines = 2;
    }
    return lines;
}

/* A bar of the colours that the image has; returns its columns. */
static int64_t put_bar(struct shelf *s, const struct tile *t, int64_t width)
{
    enum { ROWS = 2 };
    double *pixels =
        arena_take(s->p->arena, (size_t)(3 * ROWS * width), sizeof *pixels);
    const struct picture bar = {pixels, 0, 255, 3, ROWS, width};

    if (!pixels || !has_bar(t))
        return 0;
    for (int64_t i = 0; i < ROWS * width; i++) {
        const double share =
            (double)(i % width) / (double)num_max(width - 1, 1);
        const struct rgb c = rgb_of_map(t->map, share);
        const unsigned char channels[] = {c.red, c.green, c.blue};
        for (int k = 0; k < 3; k++)
            pixels[k * ROWS * width + i] =
                is_turned(s, t) ? 255 - channels[k] : channels[k];
    }
    picture_line(s->p->out, &bar, 0, s->style);
    return width * cell_columns(s);
}

/* What the ends of a bar of so many columns stand for. */
static int64_t put_ends(struct shelf *s, const struct tile *t, int64_t columns)
{
    if (!has_bar(t))
        return 0;
    const size_t low = strlen(t->ends[0]), high = strlen(t->ends[1]);
    const int64_t between = columns - screen_width(s->p, t->ends[0], low) -
                            screen_width(s->p, t->ends[1], high);
    int64_t used = screen_words(s->p, t->ends[0], low, s->slot);

    text_pad(s->p->out, ' ', num_max(between, 1));
    used += num_max(between, 1);
    return used + screen_words(s->p, t->ends[1], high, s->slot - used);
}

/* Line `line` of tile `i`, which stands `lines` high above its bar and its
 * caption; returns its columns. */
static int64_t put_line(struct shelf *s, int64_t i, int64_t line, int64_t lines)
{
    const struct tile *t = &s->tiles->tiles[i];
    const struct picture *m = &s->pictures[i];

    if (line >= lines + s->bars)
        return put_caption(s, t, line - lines - s->bars);
    if (line > lines)
        return put_ends(s, t, m->width * cell_columns(s));
    if (line == lines)
        return put_bar(s, t, m->width);
    if (line >= picture_lines(m, s->style))
        return 0;
    picture_line(s->p->out, m, line, s->style);
    return m->width * cell_columns(s);
}

/* Tiles `first` to `end`, side by side, their captions below the highest. */
static void print_shelf(struct shelf *s, int64_t first, int64_t end)
{
    int64_t lines = 0, captions = 0;

    for (int64_t i = first; i < end; i++) {
        lines = num_max(lines, picture_lines(&s->pictures[i], s->style));
        while (caption_line(&s->tiles->tiles[i], captions))
            captions++;
    }
    for (int64_t line = 0; line < lines + s->bars + captions; line++) {
        int64_t owed = 0; /* blanks before what comes next */
        for (int64_t i = first; i < end; i++) {
            const size_t before = s->p->out->length;
            text_pad(s->p->out, ' ', owed);
            const size_t here = s->p->out->length;
            const int64_t used = put_line(s, i, line, lines);
            if (s->p->out->length == here && !s->p->out->failed)
                s->p->out->length = before; /* nothing to stand behind */
            else
                owed = 0;
            owed += s->slot + GAP - used;
        }
        text_puts(s->p->out, "\n");
    }
}

static void print_heads(struct shelf *s)
{
    int64_t owed = 0;

    for (int64_t i = 0; i < s->columns; i++) {
        const char *head = s->tiles->heads[i];
        text_pad(s->p->out, ' ', owed);
        owed = s->slot + GAP - screen_words(s->p, head, strlen(head), s->slot);
    }
    text_puts(s->p->out, "\n");
}

/* What the columns would have been titled, where they do not fit. */
static void print_lost_heads(struct shelf *s)
{
    for (int64_t i = 0; i < s->tiles->columns; i++)
        screen_line(s->p, s->tiles->heads[i], s->p->columns);
}

void screen_tiles(struct printing *p, const struct tiles *t)
{
    struct shelf s = {
        .p = p,
        .tiles = t,
        .style = {p->palette, !p->utf8},
        .pictures = arena_take(p->arena, (size_t)t->count, sizeof *s.pictures),
    };

    const int64_t room = arrange(&s);
    for (int64_t i = 0; s.pictures && i < t->count; i++)
        make_picture(&s, &t->tiles[i], room, &s.pictures[i]);
    if (p->arena->failed)
        return;
    measure(&s);
    s.bars = bar_lines(&s);
    if (t->heads && s.heads)
        print_heads(&s);
    else if (t->heads)
        print_lost_heads(&s);
    for (int64_t i = 0; i < t->count; i += s.columns) {
        if (i > 0)
            text_puts(p->out, "\n");
        print_shelf(&s, i, num_min(i + s.columns, t->count));
    }
}
