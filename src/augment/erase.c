/*
 * erase.c - a box of the picture becomes one value.
 *
 * Ref: Zhong et al.: Random Erasing Data Augmentation, 2017; DeVries, Taylor:
 * Cutout, 2017.
 */
#include <math.h>

#include "augment/resample.h"

struct erase_config {
    double p;
    struct span area, aspect;
    double value;
};

static const struct field erase_fields[] = {
    FIELD(erase_config, area, .def = "[0.02, 0.2]", .max = 1,
          .aka = "scale size length fraction",
          .doc = "Share of the picture that is erased."),
    FIELD(erase_config, aspect, .def = "[0.3, 3.3]", .min = 0.01, .max = 100,
          .aka = "ratio aspect_ratio",
          .doc = "Width over height of the box, uniform in its logarithm."),
    FIELD(erase_config, value, .def = "0", .min = -1e30, .max = 1e30,
          .aka = "fill fill_value",
          .doc = "The raw value that it is filled with, of 8-bit sources "
                 "brought into 0 to 255."),
    P_FIELD(erase_config, "1"),
    {0},
};

/* From 0 to `most`, each as often. */
static int64_t draw_below(struct draw *d, int64_t most)
{
    return (int64_t)(draw_unit(d) * (double)(most + 1));
}

static void paint_box(const void *config, struct draw *d, struct picture *p)
{
    const struct erase_config *c = config;
    const struct box b = draw_box(d, c->area, c->aspect, p);
    const int64_t height = (int64_t)(b.height + 0.5);
    const int64_t width = (int64_t)(b.width + 0.5);
    const int64_t top = draw_below(d, p->height - height);
    const int64_t left = draw_below(d, p->width - width);
    const double value =
        p->clips ? fmin(fmax(c->value, 0), p->range) : c->value;

    picture_reals(p);
    for (int64_t k = 0; k < p->channels; k++)
        for (int64_t y = top; y < top + height; y++) {
            real *row = p->x + (k * p->height + y) * p->width;
            for (int64_t x = left; x < left + width; x++)
                row[x] = (real)value;
        }
}

const struct augment_ops erase_augment = {
    .kind = {.name = "erase",
             .doc = "Fills a random box of the picture with one value.",
             CONFIG(erase),
             .aka = "random_erasing randomerasing erasing cutout "
                    "coarse_dropout"},
    .needs_image = true,
    .paint = paint_box,
    .amounts = {{.key = "area", .still = 0}},
};
