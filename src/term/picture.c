/*
 * picture.c - pixels to half blocks or characters.
 */
#include "term/picture.h"

#include <string.h>

#include "term/colour.h"

#define UPPER_HALF_BLOCK "\xe2\x96\x80"

struct colour {
    int r, g, b; /* 0..255 */
};

static int level_of(const struct picture *m, int64_t channel, int64_t y,
                    int64_t x)
{
    const double value = m->pixels[(channel * m->height + y) * m->width + x];
    const double span = m->high - m->low;
    const double share = span > 0 ? (value - m->low) / span : 0;

    /* Not a number is black. */
    return share > 0 ? share < 1 ? (int)(share * 255 + 0.5) : 255 : 0;
}

/* Beyond the last row: black. */
static struct colour colour_at(const struct picture *m, int64_t y, int64_t x)
{
    if (y >= m->height)
        return (struct colour){0, 0, 0};
    if (m->channels == 3)
        return (struct colour){level_of(m, 0, y, x), level_of(m, 1, y, x),
                               level_of(m, 2, y, x)};
    const int grey = level_of(m, 0, y, x);
    return (struct colour){grey, grey, grey};
}

static void put_cell(struct text *out, struct colour upper, struct colour lower,
                     enum palette palette)
{
    if (palette == PALETTE_RGB)
        text_printf(out, "\033[38;2;%d;%d;%d;48;2;%d;%d;%dm", upper.r, upper.g,
                    upper.b, lower.r, lower.g, lower.b);
    else
        text_printf(out, "\033[38;5;%d;48;5;%dm",
                    colour_256(upper.r, upper.g, upper.b),
                    colour_256(lower.r, lower.g, lower.b));
    text_puts(out, UPPER_HALF_BLOCK);
}

/* One pixel as two blanks. */
static void put_blanks(struct text *out, struct colour c, enum palette palette)
{
    if (palette == PALETTE_RGB)
        text_printf(out, "\033[48;2;%d;%d;%dm  ", c.r, c.g, c.b);
    else
        text_printf(out, "\033[48;5;%dm  ", colour_256(c.r, c.g, c.b));
}

static void put_character(struct text *out, struct colour c)
{
    static const char ramp[] = " .:-=+*#%@";
    const int last = (int)sizeof ramp - 2;

    text_pad(out, ramp[(c.r + c.g + c.b) * last / (3 * 255)], 2);
}

bool picture_has_blocks(struct picture_style style)
{
    return style.palette != PALETTE_ASCII && !style.ascii;
}

int64_t picture_lines(const struct picture *m, struct picture_style style)
{
    return picture_has_blocks(style) ? (m->height + 1) / 2 : m->height;
}

void picture_line(struct text *out, const struct picture *m, int64_t line,
                  struct picture_style style)
{
    const bool blocks = picture_has_blocks(style);

    for (int64_t x = 0; x < m->width; x++) {
        if (blocks)
            put_cell(out, colour_at(m, 2 * line, x),
                     colour_at(m, 2 * line + 1, x), style.palette);
        else if (style.palette != PALETTE_ASCII)
            put_blanks(out, colour_at(m, line, x), style.palette);
        else
            put_character(out, colour_at(m, line, x));
    }
    text_puts(out, style.palette != PALETTE_ASCII ? COLOUR_END : "");
}

void picture_print(struct text *out, const struct picture *m,
                   enum palette palette)
{
    const struct picture_style style = {.palette = palette};

    for (int64_t i = 0; i < picture_lines(m, style); i++) {
        picture_line(out, m, i, style);
        text_puts(out, "\n");
    }
}
