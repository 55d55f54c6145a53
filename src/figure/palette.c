/*
 * palette.c - colours as tables, and images as colours.
 */
#include "figure/palette.h"

#include <math.h>

#define RGB(hex)                                                               \
    {                                                                          \
        (unsigned char)((hex) >> 16), (unsigned char)((hex) >> 8 & 255),       \
            (unsigned char)((hex)&255)                                         \
    }

/* Okabe and Ito's colours and two more, moved a little until the least distance
 * of two, seen without one of the three cones too, was largest. */
struct rgb rgb_of_series(int64_t colour, bool dark)
{
    static const struct rgb table[2][SERIES_COLOURS] = {
        {RGB(0x0a5ca6), RGB(0xd54802), RGB(0x03975f), RGB(0xb987ac),
         RGB(0x43b8ff), RGB(0xe6a210), RGB(0x210c86), RGB(0x75355c),
         RGB(0x2a1a0c), RGB(0x85a349)},
        {RGB(0x4f85c7), RGB(0xe5693d), RGB(0x13d47d), RGB(0xf68cb4),
         RGB(0x99c5ff), RGB(0xfdc553), RGB(0x9069fe), RGB(0xb04f6c),
         RGB(0xe0fffc), RGB(0xfffa2c)},
    };
    const int64_t index = colour % SERIES_COLOURS;

    return table[dark][index < 0 ? index + SERIES_COLOURS : index];
}

/* The colour between those of a table of `count`, at t in [0, 1]. */
static struct rgb between(const struct rgb *table, int count, double t)
{
    const double at = t * (count - 1);
    const int low = at >= count - 1 ? count - 2 : (int)at;
    const double part = at - low;
    const struct rgb a = table[low], b = table[low + 1];

    return (struct rgb){
        (unsigned char)lround(a.red + part * (b.red - a.red)),
        (unsigned char)lround(a.green + part * (b.green - a.green)),
        (unsigned char)lround(a.blue + part * (b.blue - a.blue)),
    };
}

/* ColorBrewer's Reds, as Matplotlib has them, and its RdBu turned round, its
 * middle white. */
struct rgb rgb_of_map(enum colour_map map, double t)
{
    static const struct rgb none = RGB(0xb000b0);
    static const struct rgb grey[] = {RGB(0x000000), RGB(0xffffff)};
    static const struct rgb negated[] = {RGB(0xffffff), RGB(0x000000)};
    static const struct rgb heat[] = {
        RGB(0xfff5f0), RGB(0xfee0d2), RGB(0xfcbba1),
        RGB(0xfc9272), RGB(0xfb6a4a), RGB(0xef3b2c),
        RGB(0xcb181d), RGB(0xa50f15), RGB(0x67000d)};
    static const struct rgb diverging[] = {
        RGB(0x053061), RGB(0x2166ac), RGB(0x4393c3), RGB(0x92c5de),
        RGB(0xd1e5f0), RGB(0xffffff), RGB(0xfddbc7), RGB(0xf4a582),
        RGB(0xd6604d), RGB(0xb2182b), RGB(0x67001f)};
    static const struct {
        const struct rgb *table;
        int count;
    } maps[] = {
        [MAP_GREY] = {grey, 2},
        [MAP_GREY_NEGATED] = {negated, 2},
        [MAP_HEAT] = {heat, 9},
        [MAP_DIVERGING] = {diverging, 11},
    };

    if (isnan(t))
        return none;
    const double entry = floor(256 * fmin(fmax(t, 0), 1));
    return between(maps[map].table, maps[map].count, fmin(entry, 255) / 255);
}

struct rgb rgb_of_share(double t, bool dark)
{
    static const struct rgb light_paper[] = {RGB(0xffffff), RGB(0xc6dbef),
                                             RGB(0x6baed6), RGB(0x2171b5),
                                             RGB(0x08306b)};
    static const struct rgb dark_paper[] = {RGB(0x16181d), RGB(0x12395f),
                                            RGB(0x2171b5), RGB(0x6baed6),
                                            RGB(0xdeebf7)};

    return between(dark ? dark_paper : light_paper, 5, t > 0 ? fmin(t, 1) : 0);
}

static double linear(unsigned char part)
{
    const double v = part / 255.0;

    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double luminance(struct rgb c)
{
    return 0.2126 * linear(c.red) + 0.7152 * linear(c.green) +
           0.0722 * linear(c.blue);
}

double rgb_contrast(struct rgb a, struct rgb b)
{
    const double x = luminance(a) + 0.05, y = luminance(b) + 0.05;

    return x > y ? x / y : y / x;
}

struct range {
    double low, high;
};

static int64_t shown_channels(const struct tile *t)
{
    return t->channels == 3 ? 3 : 1;
}

static struct range range_of(const struct tile *t)
{
    const int64_t count = shown_channels(t) * t->height * t->width;
    struct range r = {(double)INFINITY, (double)-INFINITY};

    if (t->low != t->high)
        return (struct range){t->low, t->high};
    for (int64_t i = 0; i < count; i++) {
        if (!isfinite(t->values[i]))
            continue;
        r.low = fmin(r.low, t->values[i]);
        r.high = fmax(r.high, t->values[i]);
    }
    return r;
}

/* Halves, so that no range is too wide for a double. */
static double share_of(enum colour_map map, struct range r, double v)
{
    if (isnan(v))
        return v;
    if (map == MAP_DIVERGING) {
        const double end = fmax(fabs(r.low), fabs(r.high));
        return end > 0 ? 0.5 + v / end / 2 : 0.5;
    }
    if (isinf(v))
        return v > 0;
    return r.low < r.high ? (v / 2 - r.low / 2) / (r.high / 2 - r.low / 2)
                          : 0.5;
}

static struct rgb cell_colour(const struct tile *t, struct range r, int64_t at)
{
    const int64_t plane = t->height * t->width;

    if (shown_channels(t) == 1)
        return rgb_of_map(t->map, share_of(t->map, r, t->values[at]));
    const double red = share_of(MAP_GREY, r, t->values[at]);
    const double green = share_of(MAP_GREY, r, t->values[at + plane]);
    const double blue = share_of(MAP_GREY, r, t->values[at + 2 * plane]);
    if (isnan(red) || isnan(green) || isnan(blue))
        return rgb_of_map(MAP_GREY, (double)NAN);
    return (struct rgb){rgb_of_map(MAP_GREY, red).red,
                        rgb_of_map(MAP_GREY, green).green,
                        rgb_of_map(MAP_GREY, blue).blue};
}

static unsigned char mixed(unsigned char lower, unsigned char upper, double a)
{
    return (unsigned char)lround(a * upper + (1 - a) * lower);
}

static void lay_upon(const struct tile *t, const struct tile *over, double a,
                     struct rgb *out)
{
    const struct range r = range_of(over);

    for (int64_t y = 0; y < t->height; y++)
        for (int64_t x = 0; x < t->width; x++) {
            const int64_t row = y * over->height / t->height;
            const int64_t at = row * over->width + x * over->width / t->width;
            const struct rgb c = cell_colour(over, r, at);
            struct rgb *to = &out[y * t->width + x];
            *to = (struct rgb){mixed(to->red, c.red, a),
                               mixed(to->green, c.green, a),
                               mixed(to->blue, c.blue, a)};
        }
}

const struct rgb *tile_colours(const struct tile *t, struct arena *arena)
{
    const int64_t count = t->height * t->width;
    struct rgb *out = arena_take(arena, (size_t)count, sizeof *out);
    const struct range r = range_of(t);

    if (!out)
        return NULL;
    for (int64_t i = 0; i < count; i++)
        out[i] = cell_colour(t, r, i);
    if (t->over)
        lay_upon(t, t->over, t->alpha, out);
    return out;
}
