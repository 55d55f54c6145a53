/*
 * hue.c - colours turned around the circle of hues.
 *
 * A colour is what is least of its channels, how much more the largest has
 * (chroma), and an angle: red 0, green 120, blue 240 degrees, between them in
 * proportion.  The angle is turned, the rest is kept: Smith: Color Gamut
 * Transform Pairs, SIGGRAPH 1978, the hexcone.
 */
#include <math.h>

#include "augment/resample.h"

struct hue_config {
    double p;
    struct span degrees;
};

static const struct field hue_fields[] = {
    FIELD(hue_config, degrees, .min = -360, .max = 360, .sample = "18",
          .unit = "degrees", .aka = "factor hue delta",
          .doc = "By which hues are turned; a number a is [-a, a]."),
    P_FIELD(hue_config, "1"),
    {0},
};

static real most_of(real a, real b)
{
    return a > b ? a : b;
}

/* In sixths of the circle, from 0 to 6; chroma is above 0. */
static real hue_of(real red, real green, real blue, real chroma)
{
    const real most = most_of(most_of(red, green), blue);

    if (most <= red)
        return (green - blue) / chroma + (green < blue ? 6 : 0);
    if (most <= green)
        return (blue - red) / chroma + 2;
    return (red - green) / chroma + 4;
}

/* The part of chroma that a channel has whose own hue is `distance` away on a
 * circle of 6: all of it within 1, none beyond 2. */
static real share_of(real hue, real own)
{
    real distance = hue < own ? own - hue : hue - own;

    distance = distance > 3 ? 6 - distance : distance;
    if (distance <= 1)
        return 1;
    return distance >= 2 ? 0 : 2 - distance;
}

static void turn_pixel(real *red, real *green, real *blue, real by)
{
    const real most = most_of(most_of(*red, *green), *blue);
    const real least = -most_of(most_of(-*red, -*green), -*blue);
    const real chroma = most - least;

    if (!(chroma > 0))
        return;
    real hue = hue_of(*red, *green, *blue, chroma) + by;
    hue = hue >= 6 ? hue - 6 : hue;
    *red = least + chroma * share_of(hue, 0);
    *green = least + chroma * share_of(hue, 2);
    *blue = least + chroma * share_of(hue, 4);
}

static void paint_hue(const void *config, struct draw *d, struct picture *p)
{
    const struct hue_config *c = config;
    const int64_t plane = p->height * p->width;
    const double turns = draw_span(d, c->degrees, SPAN_AROUND_0, 0) / 360;
    const real by = (real)(6 * (turns - floor(turns)));

    picture_reals(p);
    for (int64_t i = 0; i < plane; i++)
        turn_pixel(&p->x[i], &p->x[plane + i], &p->x[2 * plane + i], by);
}

const struct augment_ops hue_augment = {
    .kind = {.name = "hue",
             .doc = "Turns all colours around the circle of hues.",
             CONFIG(hue),
             .aka = "random_hue randomhue hsv_h"},
    .needs_image = true,
    .channels = 3,
    .paint = paint_hue,
    .amounts = {{.key = "degrees", .still = 0}},
};
