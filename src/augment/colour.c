/*
 * colour.c - values changed alike everywhere: light, contrast, colours.
 *
 * R is 255 for bytes, whose results are clipped to [0, R], else the largest
 * absolute value of the training source.
 *
 *   brightness  x + u R
 *   contrast    m + f (x - m), m the mean of the picture's grey
 *   saturation  g + f (x - g), g the grey of the pixel
 *   gamma       (|x| / R)^f R with the sign of x
 *   invert      R - x
 *
 * Grey is 0.299 red + 0.587 green + 0.114 blue of three channels, else the
 * value itself.
 */
#include <math.h>

#include "augment/resample.h"
#include "base/compiler.h"
#include "base/num.h"

struct colour_config {
    double p;
    struct span amount, factor, gamma;
};

#define FACTOR_FIELDS                                                          \
    {                                                                          \
        FIELD(colour_config, factor, .max = 100, .sample = "0.3",              \
              .aka = "lower upper magnitude strength",                         \
              .doc =                                                           \
                  "What distances are multiplied by; a number a is [1 - a, "   \
                  "1 + a]."),                                                  \
            P_FIELD(colour_config, "1"), {0},                                  \
    }

static const struct field contrast_fields[] = FACTOR_FIELDS;
static const struct field saturation_fields[] = FACTOR_FIELDS;

static const struct field brightness_fields[] = {
    FIELD(colour_config, amount, .min = -10, .max = 10, .sample = "0.2",
          .aka = "factor magnitude strength",
          .doc = "What is added, as a share of the largest value; a number a "
                 "is [-a, a]."),
    P_FIELD(colour_config, "1"),
    {0},
};

static const struct field gamma_fields[] = {
    FIELD(colour_config, gamma, .max = 100, .sample = "0.3",
          .aka = "gamma_limit",
          .doc = "The exponent of values from 0 to 1; a number a is [1 - a, 1 "
                 "+ a]."),
    P_FIELD(colour_config, "1"),
    {0},
};

static const struct field invert_fields[] = {P_FIELD(colour_config, "0.5"),
                                             {0}};

static const char *factor_fault(const void *config, struct text *why)
{
    const struct colour_config *c = config;

    return span_fault(c->factor, SPAN_AROUND_1, 0, "factor", why);
}

static const char *gamma_fault(const void *config, struct text *why)
{
    const struct colour_config *c = config;

    return span_fault(c->gamma, SPAN_AROUND_1, 0.01, "gamma", why);
}

static void paint_brightness(const void *config, struct draw *d,
                             struct picture *p)
{
    const struct colour_config *c = config;

    picture_scale(p, 1, draw_span(d, c->amount, SPAN_AROUND_0, 0) * p->range);
}

static bool has_colours(const struct picture *p)
{
    return p->channels == 3;
}

/* In the order of the pixels. */
static double mean_grey(const struct picture *p)
{
    const int64_t count = has_colours(p) ? p->height * p->width : p->count;
    double sum = 0;

    for (int64_t i = 0; i < count; i++)
        sum += has_colours(p) ? (double)picture_grey(p, i) : (double)p->x[i];
    return sum / (double)count;
}

static void paint_contrast(const void *config, struct draw *d,
                           struct picture *p)
{
    const struct colour_config *c = config;
    const double f = draw_span(d, c->factor, SPAN_AROUND_1, 1);

    picture_reals(p);
    picture_scale(p, f, (1 - f) * mean_grey(p));
}

static void paint_saturation(const void *config, struct draw *d,
                             struct picture *p)
{
    const struct colour_config *c = config;
    const int64_t plane = p->height * p->width;
    const real f = (real)draw_span(d, c->factor, SPAN_AROUND_1, 1);

    picture_reals(p);
    for (int64_t i = 0; i < plane; i++) {
        const real grey = picture_grey(p, i);
        for (int64_t k = 0; k < 3; k++) {
            real *x = &p->x[k * plane + i];
            *x = grey + f * (*x - grey);
        }
    }
    picture_clip(p);
}

static real power(real base, double exponent)
{
#ifdef REAL_DOUBLE
    return pow(base, exponent);
#else
    return powf(base, (real)exponent);
#endif
}

static void paint_gamma(const void *config, struct draw *d, struct picture *p)
{
    const struct colour_config *c = config;
    const double exponent = draw_span(d, c->gamma, SPAN_AROUND_1, 1);
    const real range = (real)p->range;

    picture_reals(p);
    for (int64_t i = 0; range > 0 && i < p->count; i++) {
        const real x = p->x[i];
        const real y = power((x < 0 ? -x : x) / range, exponent) * range;
        p->x[i] = x < 0 ? -y : y;
    }
    picture_clip(p);
}

static void paint_invert(const void *config, struct draw *d, struct picture *p)
{
    (void)config;
    (void)d;
    picture_scale(p, -1, p->range);
}

#define COLOURS(tag)                                                           \
    .fields = tag##_fields, .config_size = sizeof(struct colour_config)

const struct augment_ops brightness_augment = {
    .kind = {.name = "brightness",
             .doc = "Adds one number to all values.",
             COLOURS(brightness),
             .aka = "random_brightness randombrightness color_jitter "
                    "colorjitter hsv_v"},
    .paint = paint_brightness,
    .amounts = {{.key = "amount", .still = 0}},
};

const struct augment_ops contrast_augment = {
    .kind = {.name = "contrast",
             .doc = "Changes all distances from the mean of the picture's "
                    "grey.",
             COLOURS(contrast),
             .aka = "random_contrast randomcontrast autocontrast"},
    .fault = factor_fault,
    .paint = paint_contrast,
    .amounts = {{.key = "factor", .still = 1}},
};

const struct augment_ops saturation_augment = {
    .kind = {.name = "saturation",
             .doc = "Changes all distances from a pixel's grey.",
             COLOURS(saturation),
             .aka = "random_saturation randomsaturation hsv_s"},
    .needs_image = true,
    .channels = 3,
    .fault = factor_fault,
    .paint = paint_saturation,
    .amounts = {{.key = "factor", .still = 1}},
};

const struct augment_ops gamma_augment = {
    .kind = {.name = "gamma",
             .doc = "Bends the scale of values.",
             COLOURS(gamma),
             .aka = "random_gamma randomgamma adjust_gamma"},
    .fault = gamma_fault,
    .paint = paint_gamma,
    .amounts = {{.key = "gamma", .still = 1}},
};

const struct augment_ops invert_augment = {
    .kind = {.name = "invert",
             .doc = "Turns dark into bright.",
             COLOURS(invert),
             .aka = "random_invert randominvert negative solarize"},
    .paint = paint_invert,
};
