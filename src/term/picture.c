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

/* The 24 greys of the 256-colour palette, or its 6x6x6 cube. */
static int index_of(struct colour c)
{
    if (c.r == c.g && c.g == c.b)
        return 232 + c.r * 23 / 255;
    return 16 + 36 * (c.r * 5 / 255) + 6 * (c.g * 5 / 255) + c.b * 5 / 255;
}

static void put_cell(struct text *out, struct colour upper, struct colour lower,
                     enum palette palette)
{
    if (palette == PALETTE_RGB)
        text_printf(out, "\033[38;2;%d;%d;%d;48;2;%d;%d;%dm", upper.r, upper.g,
                    upper.b, lower.r, lower.g, lower.b);
    else
        text_printf(out, "\033[38;5;%d;48;5;%dm", index_of(upper),
                    index_of(lower));
    text_puts(out, UPPER_HALF_BLOCK);
}

static void print_blocks(struct text *out, const struct picture *m,
                         enum palette palette)
{
    for (int64_t y = 0; y < m->height; y += 2) {
        for (int64_t x = 0; x < m->width; x++)
            put_cell(out, colour_at(m, y, x), colour_at(m, y + 1, x), palette);
        text_puts(out, COLOUR_END "\n");
    }
}

static void print_characters(struct text *out, const struct picture *m)
{
    static const char ramp[] = " .:-=+*#%@";
    const int last = (int)sizeof ramp - 2;

    for (int64_t y = 0; y < m->height; y++) {
        for (int64_t x = 0; x < m->width; x++) {
            const struct colour c = colour_at(m, y, x);
            text_pad(out, ramp[(c.r + c.g + c.b) * last / (3 * 255)], 2);
        }
        text_puts(out, "\n");
    }
}

void picture_print(struct text *out, const struct picture *m,
                   enum palette palette)
{
    if (palette == PALETTE_ASCII)
        print_characters(out, m);
    else
        print_blocks(out, m, palette);
}
