/*
 * flip.c - a picture mirrored; exact unless a neighbour is resampled with it.
 */
#include "augment/resample.h"

struct flip_config {
    double p;
};

static const struct field flip_fields[] = {P_FIELD(flip_config, "0.5"), {0}};

static void move_horizontally(const void *config, struct draw *d,
                              const struct picture *p, struct motion *m)
{
    (void)config;
    (void)d;
    (void)p;
    motion_add(m, (struct motion){.yy = 1, .xx = -1});
}

static void move_vertically(const void *config, struct draw *d,
                            const struct picture *p, struct motion *m)
{
    (void)config;
    (void)d;
    (void)p;
    motion_add(m, (struct motion){.yy = -1, .xx = 1});
}

const struct augment_ops flip_horizontal_augment = {
    .kind = {.name = "flip_horizontal",
             .doc = "Mirrors the picture, left becomes right.",
             CONFIG(flip),
             .aka = "random_horizontal_flip randomhorizontalflip hflip fliplr "
                    "horizontal_flip random_flip randomflip flip mirror"},
    .needs_image = true,
    .joins = true,
    .move = move_horizontally,
};

const struct augment_ops flip_vertical_augment = {
    .kind = {.name = "flip_vertical",
             .doc = "Mirrors the picture, top becomes bottom.",
             CONFIG(flip),
             .aka = "random_vertical_flip randomverticalflip vflip flipud "
                    "vertical_flip"},
    .needs_image = true,
    .joins = true,
    .move = move_vertically,
};
