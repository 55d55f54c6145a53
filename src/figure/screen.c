/*
 * screen.c - panel below panel; foreign text in its room.
 */
#include "figure/screen.h"

#include <string.h>

#include "base/num.h"
#include "base/utf8.h"
#include "figure/screen_part.h"

enum { USUAL_COLUMNS = 80, USUAL_ROWS = 24, LEAST_COLUMNS = 20 };

/* The next character of `*at`, before `end`: as it may be shown, and its
 * columns. */
static int64_t next_piece(const struct printing *p, const char **at,
                          const char *end, char piece[UTF8_PIECE_BYTES + 1])
{
    static const char digits[] = "0123456789abcdef";
    const char *from = *at;
    char whole[8] = {0};
    const size_t left = (size_t)(end - from);

    /* The character may be cut by the end. */
    memcpy(whole, from, left < 4 ? left : 4);
    const char *here = whole;
    utf8_shown(&here, piece);
    *at += here - whole;
    if ((unsigned char)piece[0] < 0x80)
        return (int64_t)strlen(piece);
    if (p->utf8)
        return 1;
    char *to = piece;
    for (const char *byte = whole; byte < here; byte++) {
        const unsigned char value = (unsigned char)*byte;
        *to++ = '\\';
        *to++ = 'x';
        *to++ = digits[value >> 4];
        *to++ = digits[value & 15];
    }
    *to = '\0';
    return (int64_t)(to - piece);
}

int64_t screen_width(const struct printing *p, const char *foreign,
                     size_t length)
{
    const char *end = foreign + length;
    char piece[UTF8_PIECE_BYTES + 1];
    int64_t width = 0;

    while (foreign < end)
        width += next_piece(p, &foreign, end, piece);
    return width;
}

/* As many whole pieces as there is room for; returns their columns. */
static int64_t put_pieces(struct printing *p, const char *foreign,
                          const char *end, int64_t room)
{
    char piece[UTF8_PIECE_BYTES + 1];
    int64_t width = 0;

    while (foreign < end) {
        const int64_t columns = next_piece(p, &foreign, end, piece);
        if (width + columns > room)
            break;
        text_puts(p->out, piece);
        width += columns;
    }
    return width;
}

int64_t screen_words(struct printing *p, const char *foreign, size_t length,
                     int64_t room)
{
    const char *dots = p->utf8 ? "\xe2\x80\xa6" : "...";
    const int64_t dots_width = p->utf8 ? 1 : 3;

    if (screen_width(p, foreign, length) <= room)
        return put_pieces(p, foreign, foreign + length, room);
    if (room <= dots_width)
        return 0;
    /* Its number stays, if more than that does. */
    size_t tail = text_number_at_end(foreign, length);
    if ((int64_t)tail >= room - dots_width)
        tail = 0;
    const char *end = foreign + length - tail;
    const int64_t used =
        put_pieces(p, foreign, end, room - dots_width - (int64_t)tail);
    text_puts(p->out, dots);
    text_add(p->out, end, tail);
    return used + dots_width + (int64_t)tail;
}

void screen_line(struct printing *p, const char *foreign, int64_t room)
{
    screen_words(p, foreign, strlen(foreign), room);
    text_puts(p->out, "\n");
}

void screen_colour(struct printing *p, struct rgb c)
{
    if (p->palette == PALETTE_RGB)
        text_printf(p->out, "\033[38;2;%d;%d;%dm", c.red, c.green, c.blue);
    else if (p->palette == PALETTE_256)
        text_printf(p->out, "\033[38;5;%dm",
                    colour_256(c.red, c.green, c.blue));
}

void screen_plain(struct printing *p)
{
    if (p->palette != PALETTE_ASCII)
        text_puts(p->out, COLOUR_END);
}

static void print_panel(struct printing *p, const struct panel *panel,
                        int64_t rows)
{
    if (panel->title)
        screen_line(p, panel->title, p->columns);
    switch (panel->kind) {
    case PANEL_AXES:
        screen_axes(p, &panel->axes, rows);
        break;
    case PANEL_TILES:
        screen_tiles(p, &panel->tiles);
        break;
    case PANEL_CELLS:
        screen_cells(p, &panel->cells);
        break;
    }
}

void screen_print(struct text *out, const struct figure *f,
                  const struct screen *s)
{
    const int64_t rows = s->rows > 0 ? s->rows : USUAL_ROWS;
    struct arena arena = {0};
    struct printing p = {
        .out = out,
        .columns =
            s->columns > 0 ? num_max(s->columns, LEAST_COLUMNS) : USUAL_COLUMNS,
        .palette = s->palette,
        .utf8 = s->utf8,
        .arena = &arena,
    };

    if (f->title)
        screen_line(&p, f->title, p.columns);
    for (int64_t i = 0; i < f->count; i++) {
        if (i > 0)
            text_puts(out, "\n");
        print_panel(&p, &f->panels[i], rows / f->count);
    }
    out->failed = out->failed || arena.failed;
    arena_free(&arena);
}
