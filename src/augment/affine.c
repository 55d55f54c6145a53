/*
 * affine.c - pictures sheared, scaled, turned and shifted, in this order.
 *
 * With y down and x to the right from the centre of the picture, a pixel moves
 *
 *   shear   x' = x + tan(a) y (upright lines turn by a), then, of {y},
 *           y' = y - tan(a) x (level lines turn by a)
 *   scale   y' = f y, x' = f x
 *   turn    x' = cos(a) x + sin(a) y, y' = cos(a) y - sin(a) x
 *   shift   y' = y + dy, x' = x + dx
 *
 * angles counter-clockwise as seen.  The way back is composed.
 */
#include <math.h>

#include "augment/resample.h"

/* Smaller pictures than this share of theirs are none. */
static const double least_factor = 0.01;

static const double pi = 3.14159265358979323846;

struct affine_config {
    double p;
    struct real_or_word fill;
    struct span degrees;
    struct span_axes pixels, share, factor, shear;
};

struct shear_config {
    double p;
    struct real_or_word fill;
    struct span_axes degrees;
};

static void add_shear(const struct span_axes *degrees, struct draw *d,
                      struct motion *m)
{
    const bool both = degrees->apart;
    const double y = both ? draw_span(d, degrees->y, SPAN_AROUND_0, 0) : 0;
    const double x = draw_span(d, degrees->x, SPAN_AROUND_0, 0);

    motion_add(
        m,
        (struct motion){
            .yy = 1, .xx = 1, .yx = 0, .xy = -tan(x * pi / 180), .bent = true});
    motion_add(m, (struct motion){
                      .yy = 1, .xx = 1, .yx = tan(y * pi / 180), .bent = true});
}

/* One number for both axes is drawn once. */
static void add_scale(const struct span_axes *factor, struct draw *d,
                      struct motion *m)
{
    const double y = draw_span(d, factor->y, SPAN_AROUND_1, 1);
    const double x =
        factor->apart ? draw_span(d, factor->x, SPAN_AROUND_1, 1) : y;

    motion_add(m, (struct motion){.yy = 1 / y, .xx = 1 / x, .bent = true});
}

static void add_turn(struct span degrees, struct draw *d, struct motion *m)
{
    const double angle = draw_span(d, degrees, SPAN_AROUND_0, 0) * pi / 180;
    const double c = cos(angle), s = sin(angle);

    motion_add(
        m, (struct motion){.yy = c, .yx = s, .xy = -s, .xx = c, .bent = true});
}

static void add_shift(const struct span_axes *by, double y_unit, double x_unit,
                      struct draw *d, struct motion *m)
{
    const double y = draw_span(d, by->y, SPAN_AROUND_0, 0) * y_unit;
    const double x = draw_span(d, by->x, SPAN_AROUND_0, 0) * x_unit;

    motion_add(
        m, (struct motion){.yy = 1, .xx = 1, .y0 = -y, .x0 = -x, .bent = true});
}

static void move_affine(const void *config, struct draw *d,
                        const struct picture *p, struct motion *m)
{
    const struct affine_config *c = config;

    add_shear(&c->shear, d, m);
    add_scale(&c->factor, d, m);
    add_turn(c->degrees, d, m);
    add_shift(&c->pixels, 1, 1, d, m);
    add_shift(&c->share, (double)p->height, (double)p->width, d, m);
}

static void move_shear(const void *config, struct draw *d,
                       const struct picture *p, struct motion *m)
{
    const struct shear_config *c = config;

    (void)p;
    add_shear(&c->degrees, d, m);
}

static bool given(const struct span_axes *s)
{
    return s->y.count > 0 || s->x.count > 0;
}

static const char *factor_fault(const struct affine_config *c, struct text *why)
{
    const char *at =
        span_fault(c->factor.y, SPAN_AROUND_1, least_factor, "factor", why);

    return at ? at
              : span_fault(c->factor.x, SPAN_AROUND_1, least_factor, "factor",
                           why);
}

static const char *affine_fault(const void *config, struct text *why)
{
    const struct affine_config *c = config;

    if (given(&c->pixels) && given(&c->share)) {
        text_puts(why, "has no effect beside pixels");
        return "share";
    }
    if (!given(&c->pixels) && !given(&c->share) && !given(&c->factor) &&
        !given(&c->shear) && c->degrees.count == 0) {
        text_puts(why, "changes nothing, expected one of degrees, pixels, "
                       "share, factor, shear");
        return "";
    }
    return factor_fault(c, why);
}

static const char *shift_fault(const void *config, struct text *why)
{
    const struct affine_config *c = config;

    if (given(&c->pixels) || given(&c->share))
        return affine_fault(config, why);
    text_puts(why, "changes nothing, expected pixels or share");
    return "";
}

#define PIXELS                                                                 \
    FIELD(affine_config, pixels, .optional = true, .min = -1e6, .max = 1e6,    \
          .unit = "pixels", .aka = "translate translation shift",              \
          .doc = "How far, down and to the right; a number a is [-a, a], "     \
                 "drawn for each axis.")
#define SHARE                                                                  \
    FIELD(affine_config, share, .optional = true, .min = -10, .max = 10,       \
          .aka = "height_factor width_factor width_shift_range "               \
                 "height_shift_range fraction",                                \
          .doc = "The same as a share of rows and columns.")
#define DEGREES(...)                                                           \
    FIELD(affine_config, degrees, .min = -360, .max = 360, .unit = "degrees",  \
          .aka = "angle rotation rotation_range",                              \
          .doc = "The angle, counter-clockwise; a number a is [-a, a].",       \
          __VA_ARGS__)
#define FACTOR(...)                                                            \
    FIELD(affine_config, factor, .max = 100, .aka = "scale zoom zoom_range",   \
          .doc = "What lengths are multiplied by; a number a is [1 - a, 1 + "  \
                 "a], one draw for both axes.",                                \
          __VA_ARGS__)
#define ENDS(S) P_FIELD(S, "1"), FILL_FIELD(S), {0},

static const struct field shift_fields[] = {PIXELS, SHARE, ENDS(affine_config)};

static const struct field rotate_fields[] = {DEGREES(.sample = "10"),
                                             ENDS(affine_config)};

static const struct field scale_fields[] = {FACTOR(.sample = "0.1"),
                                            ENDS(affine_config)};

static const struct field shear_fields[] = {
    FIELD(shear_config, degrees, .min = -80, .max = 80, .sample = "10",
          .unit = "degrees", .aka = "shear angle shear_range",
          .doc = "By which upright lines turn, counter-clockwise; of {y: ..} "
                 "level ones.  A number a is [-a, a] for upright lines "
                 "alone."),
    ENDS(shear_config)};

static const struct field affine_fields[] = {
    DEGREES(.optional = true),
    PIXELS,
    SHARE,
    FACTOR(.optional = true),
    FIELD(affine_config, shear, .optional = true, .min = -80, .max = 80,
          .unit = "degrees",
          .doc = "By which upright lines turn; of {y: ..} level ones."),
    ENDS(affine_config)};

#define RESAMPLED .needs_image = true, .fills = true, .joins = true

const struct augment_ops shift_augment = {
    .kind = {.name = "shift",
             .doc = "Moves the picture.",
             .fields = shift_fields,
             .config_size = sizeof(struct affine_config),
             .aka = "translate random_translation randomtranslation "
                    "translation width_shift_range height_shift_range"},
    RESAMPLED,
    .fault = shift_fault,
    .move = move_affine,
    .amounts = {{.key = "pixels", .still = 0}, {.key = "share", .still = 0}},
};

const struct augment_ops rotate_augment = {
    .kind = {.name = "rotate",
             .doc = "Turns the picture about its centre.",
             .fields = rotate_fields,
             .config_size = sizeof(struct affine_config),
             .aka = "random_rotation randomrotation rotation degrees "
                    "rotation_range"},
    RESAMPLED,
    .move = move_affine,
    .amounts = {{.key = "degrees", .still = 0}},
};

const struct augment_ops scale_augment = {
    .kind = {.name = "scale",
             .doc = "Makes the picture larger or smaller about its centre.",
             .fields = scale_fields,
             .config_size = sizeof(struct affine_config),
             .aka = "zoom random_zoom randomzoom zoom_range"},
    RESAMPLED,
    .fault = affine_fault,
    .move = move_affine,
    .amounts = {{.key = "factor", .still = 1}},
};

const struct augment_ops shear_augment = {
    .kind = {.name = "shear",
             .doc = "Slants the picture about its centre.",
             CONFIG(shear),
             .aka = "random_shear randomshear shear_range skew"},
    RESAMPLED,
    .move = move_shear,
    .amounts = {{.key = "degrees", .still = 0}},
};

const struct augment_ops affine_augment = {
    .kind = {.name = "affine",
             .doc = "Shears, scales, turns and shifts the picture, in this "
                    "order, about its centre.",
             CONFIG(affine),
             .aka = "random_affine randomaffine perspective"},
    RESAMPLED,
    .fault = affine_fault,
    .move = move_affine,
    .amounts = {{.key = "degrees", .still = 0},
                {.key = "pixels", .still = 0},
                {.key = "share", .still = 0},
                {.key = "factor", .still = 1},
                {.key = "shear", .still = 0}},
};
