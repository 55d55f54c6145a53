/*
 * crop.c - windows of the picture.
 *
 * crop: the picture is padded on all sides and a window of its size cut out,
 * every position alike; that is a shift by whole pixels, and exact.
 * resized_crop: a window of random size, stretched to the picture's; Szegedy et
 * al.: Going Deeper with Convolutions, 2015, section 6.  Windows end anywhere
 * between pixels and see their neighbours.
 */
#include <math.h>

#include "augment/resample.h"

struct crop_config {
    double p;
    struct real_or_word fill;
    struct span_axes pad;
};

struct resized_crop_config {
    double p;
    struct span area, aspect;
};

static const struct field crop_fields[] = {
    FIELD(crop_config, pad, .max = 10000, .sample = "2", .unit = "pixels",
          .aka = "padding",
          .doc = "By how much the picture is padded before a window of its "
                 "size is cut out; {y: .., x: ..} per axis."),
    P_FIELD(crop_config, "1"),
    FILL_FIELD(crop_config),
    {0},
};

static const struct field resized_crop_fields[] = {
    FIELD(resized_crop_config, area, .def = "[0.08, 1]", .min = 0.001, .max = 1,
          .aka = "scale crop_fraction fraction",
          .doc = "Share of the picture that is cut out."),
    FIELD(resized_crop_config, aspect, .def = "[0.75, 1.333]", .min = 0.01,
          .max = 100, .aka = "ratio aspect_ratio",
          .doc = "Width over height of what is cut out, uniform in its "
                 "logarithm."),
    P_FIELD(resized_crop_config, "1"),
    {0},
};

static bool is_whole(struct span s)
{
    return s.count < 2 && s.low <= floor(s.low);
}

static const char *crop_fault(const void *config, struct text *why)
{
    const struct crop_config *c = config;

    if (is_whole(c->pad.y) && is_whole(c->pad.x))
        return NULL;
    text_puts(why, "expected a whole number of pixels, or {y: .., x: ..} of "
                   "them");
    return "pad";
}

/* From -pad to pad, each as often. */
static double draw_whole(struct draw *d, double pad)
{
    return floor(draw_unit(d) * (2 * pad + 1)) - pad;
}

static void move_crop(const void *config, struct draw *d,
                      const struct picture *p, struct motion *m)
{
    const struct crop_config *c = config;
    const double y = draw_whole(d, c->pad.y.low);
    const double x = draw_whole(d, c->pad.x.low);

    (void)p;
    motion_add(
        m, (struct motion){.yy = 1, .xx = 1, .y0 = y, .x0 = x, .bent = true});
}

static void move_resized(const void *config, struct draw *d,
                         const struct picture *p, struct motion *m)
{
    const struct resized_crop_config *c = config;
    const double height = (double)p->height, width = (double)p->width;
    const struct box b = draw_box(d, c->area, c->aspect, p);
    /* The window's centre from the picture's. */
    const double y = (height - b.height) * (draw_unit(d) - 0.5);
    const double x = (width - b.width) * (draw_unit(d) - 0.5);

    motion_add(m, (struct motion){.yy = b.height / height,
                                  .y0 = y,
                                  .xx = b.width / width,
                                  .x0 = x,
                                  .bent = true});
}

const struct augment_ops crop_augment = {
    .kind = {.name = "crop",
             .doc = "Cuts a window of the picture's size out of the padded "
                    "picture.",
             CONFIG(crop),
             .aka = "random_crop randomcrop"},
    .needs_image = true,
    .fills = true,
    .fault = crop_fault,
    .move = move_crop,
    .amounts = {{.key = "pad", .still = 0}},
};

const struct augment_ops resized_crop_augment = {
    .kind = {.name = "resized_crop",
             .doc = "Stretches a part of the picture to its size.",
             CONFIG(resized_crop),
             .aka = "random_resized_crop randomresizedcrop"},
    .needs_image = true,
    .move = move_resized,
    .amounts = {{.key = "area", .still = 1, .plain = true},
                {.key = "aspect", .still = 1, .plain = true, .relative = true}},
};
