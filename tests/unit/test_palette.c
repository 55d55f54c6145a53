/* Colours are told apart, maps are what they are said to be, images become what
 * a slow computation makes of them. */
#include <criterion/criterion.h>
#include <math.h>

#include "base/arena.h"
#include "figure/palette.h"

/* Sight with one kind of cone missing, on linear red, green and blue.  Ref:
 * Machado, Oliveira and Fernandes 2009, severity 1. */
static const double sights[4][3][3] = {
    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    {{0.152286, 1.052583, -0.204868},
     {0.114503, 0.786281, 0.099216},
     {-0.003882, -0.048116, 1.051998}},
    {{0.367322, 0.860646, -0.227968},
     {0.280085, 0.672501, 0.047413},
     {-0.011820, 0.042940, 0.968881}},
    {{1.255528, -0.076749, -0.178779},
     {-0.078411, 0.930809, 0.147602},
     {0.004733, 0.691367, 0.303900}},
};

static double linear(double v)
{
    v /= 255;
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double f(double t)
{
    return t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116;
}

/* CIE L*a*b* of what is seen. */
static void lab_of(struct rgb c, const double sight[3][3], double lab[3])
{
    const double in[3] = {linear(c.red), linear(c.green), linear(c.blue)};
    double v[3];

    for (int i = 0; i < 3; i++) {
        v[i] = sight[i][0] * in[0] + sight[i][1] * in[1] + sight[i][2] * in[2];
        v[i] = fmin(fmax(v[i], 0), 1);
    }
    const double x =
        f((0.4124 * v[0] + 0.3576 * v[1] + 0.1805 * v[2]) / 0.9505);
    const double y = f(0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]);
    const double z = f((0.0193 * v[0] + 0.1192 * v[1] + 0.9505 * v[2]) / 1.089);
    lab[0] = 116 * y - 16, lab[1] = 500 * (x - y), lab[2] = 200 * (y - z);
}

static double distance(struct rgb a, struct rgb b, int sight)
{
    double p[3], q[3];

    lab_of(a, sights[sight], p);
    lab_of(b, sights[sight], q);
    return sqrt(pow(p[0] - q[0], 2) + pow(p[1] - q[1], 2) +
                pow(p[2] - q[2], 2));
}

Test(palette, series_are_told_apart)
{
    static const struct rgb papers[] = {{255, 255, 255}, {0x16, 0x18, 0x1d}};

    for (int dark = 0; dark < 2; dark++)
        for (int i = 0; i < SERIES_COLOURS; i++) {
            const struct rgb c = rgb_of_series(i, dark);
            cr_assert_geq(rgb_contrast(c, papers[dark]), dark ? 3.5 : 2.1,
                          "colour %d on paper %d", i, dark);
            for (int k = 0; k < i; k++)
                for (int sight = 0; sight < 4; sight++)
                    cr_assert_geq(
                        distance(c, rgb_of_series(k, dark), sight), 20,
                        "colours %d and %d, dark %d, sight %d: %g", k, i, dark,
                        sight, distance(c, rgb_of_series(k, dark), sight));
        }
    cr_assert_arr_eq(&(struct rgb[]){rgb_of_series(13, false)},
                     &(struct rgb[]){rgb_of_series(3, false)},
                     sizeof(struct rgb));
}

static void expect_rgb(struct rgb got, int red, int green, int blue)
{
    cr_assert(got.red == red && got.green == green && got.blue == blue,
              "#%02x%02x%02x, expected #%02x%02x%02x", got.red, got.green,
              got.blue, red, green, blue);
}

Test(palette, maps)
{
    /* Every byte of an image is that grey. */
    for (int v = 0; v < 256; v++) {
        expect_rgb(rgb_of_map(MAP_GREY, v / 255.0), v, v, v);
        expect_rgb(rgb_of_map(MAP_GREY_NEGATED, v / 255.0), 255 - v, 255 - v,
                   255 - v);
    }
    expect_rgb(rgb_of_map(MAP_HEAT, 0), 0xff, 0xf5, 0xf0);
    expect_rgb(rgb_of_map(MAP_HEAT, 1), 0x67, 0x00, 0x0d);
    expect_rgb(rgb_of_map(MAP_HEAT, 2), 0x67, 0x00, 0x0d);
    /* Entry 128 of 255 lies 128 / 255 * 8 - 4 beyond the fifth colour. */
    expect_rgb(rgb_of_map(MAP_HEAT, 0.5), 0xfb, 0x69, 0x4a);
    expect_rgb(rgb_of_map(MAP_DIVERGING, 0), 0x05, 0x30, 0x61);
    expect_rgb(rgb_of_map(MAP_DIVERGING, 1), 0x67, 0x00, 0x1f);
    expect_rgb(rgb_of_map(MAP_GREY, (double)NAN), 0xb0, 0x00, 0xb0);
    expect_rgb(rgb_of_share(0, false), 255, 255, 255);
    expect_rgb(rgb_of_share((double)NAN, false), 255, 255, 255);
    expect_rgb(rgb_of_share(1, false), 0x08, 0x30, 0x6b);
    expect_rgb(rgb_of_share(0, true), 0x16, 0x18, 0x1d);
    cr_assert_float_eq(
        rgb_contrast((struct rgb){0, 0, 0}, (struct rgb){255, 255, 255}), 21,
        1e-9);
}

static struct arena arena;

static const struct rgb *colours(const struct tile *t)
{
    const struct rgb *out = tile_colours(t, &arena);

    cr_assert_not_null(out);
    return out;
}

Test(palette, ranges)
{
    const double values[] = {
        0, 128, 255, (double)NAN, (double)INFINITY, (double)-INFINITY};
    struct tile t = {.values = values, .channels = 1, .height = 2, .width = 3};
    const struct rgb *c = colours(&t);

    expect_rgb(c[1], 128, 128, 128);
    expect_rgb(c[2], 255, 255, 255);
    expect_rgb(c[3], 0xb0, 0, 0xb0);
    expect_rgb(c[4], 255, 255, 255);
    expect_rgb(c[5], 0, 0, 0);
    t.low = 128, t.high = 383;
    expect_rgb(colours(&t)[0], 0, 0, 0);
    expect_rgb(colours(&t)[2], 127, 127, 127);
    const double same[] = {7, 7};
    const struct tile constant = {
        .values = same, .channels = 1, .height = 1, .width = 2};
    expect_rgb(colours(&constant)[0], 128, 128, 128);
    const double wide[] = {-1.7e308, 0, 1.7e308};
    const struct tile widest = {
        .values = wide, .channels = 1, .height = 1, .width = 3};
    expect_rgb(colours(&widest)[0], 0, 0, 0);
    expect_rgb(colours(&widest)[1], 128, 128, 128);
    expect_rgb(colours(&widest)[2], 255, 255, 255);
    arena_free(&arena);
}

/* Zero is white, whatever the range. */
Test(palette, diverging)
{
    const double values[] = {-1, 0, 4, 2};
    struct tile t = {.values = values,
                     .channels = 1,
                     .height = 2,
                     .width = 2,
                     .map = MAP_DIVERGING};

    for (int i = 0; i < 2; i++) {
        const struct rgb *c = colours(&t);
        cr_assert(c[1].red >= 253 && c[1].green >= 253 && c[1].blue >= 253,
                  "#%02x%02x%02x", c[1].red, c[1].green, c[1].blue);
        cr_assert(c[0].blue > c[0].red && c[3].red > c[3].blue);
        t.low = -1, t.high = 4;
    }
    arena_free(&arena);
}

/* Red, green and blue share a range; what lies upon is mixed with alpha and
 * stretched to the size below. */
Test(palette, colour_and_over)
{
    const double red[] = {0, 255, 255, 0, 51, 102,  /* red */
                          0, 0,   255, 0, 0,  255,  /* green */
                          0, 0,   255, 0, 0,  204}; /* blue */
    const double heat[] = {0, 1};
    struct tile over = {.values = heat,
                        .channels = 1,
                        .height = 1,
                        .width = 2,
                        .map = MAP_HEAT};
    struct tile t = {.values = red, .channels = 3, .height = 2, .width = 3};
    const struct rgb *c = colours(&t);

    expect_rgb(c[1], 255, 0, 0);
    expect_rgb(c[2], 255, 255, 255);
    expect_rgb(c[4], 51, 0, 0);
    expect_rgb(c[5], 102, 255, 204);
    t.over = &over, t.alpha = 0.6;
    c = colours(&t);
    /* Of three columns over two: 0, 0, 1. */
    expect_rgb(c[0], 153, 147, 144);
    expect_rgb(c[1], 255, 147, 144);
    expect_rgb(c[2], (int)lround(0.6 * 0x67 + 0.4 * 255), 102,
               (int)lround(0.6 * 0x0d + 0.4 * 255));
    arena_free(&arena);
}
