/*
 * resample.h - where the pixels of the new picture come from.
 *
 * Pixel (y, x) of the new picture is the bilinear value of the old one at a
 * place that a map or a field gives.  Coordinates are those of pixel centres:
 * y down, x to the right, from the centre of the picture.
 *
 * Private to augment/.
 */
#pragma once

#include "augment/picture.h"

/* The way back, from a place in the new picture to one in the old:
 * y' = yy * y + yx * x + y0, x' = xy * y + xx * x + x0. */
struct motion {
    double yy, yx, y0, xy, xx, x0;
    bool bent; /* more than flips */
};

extern const struct motion motion_none;

/* motion_add - what `m` has is followed by one more, given by its way back. */
void motion_add(struct motion *m, struct motion back);

enum fill_kind { FILL_NUMBER, FILL_EDGE, FILL_REFLECT };

/* What lies outside the picture: a raw value, the nearest pixel, or the picture
 * mirrored about the centres of its outermost pixels. */
struct fill {
    enum fill_kind kind;
    double value;
};

/* The words of `fill`. */
extern const char *const fill_words[];

/* FILL_FIELD - the row of a key `fill`. */
#define FILL_FIELD(S)                                                          \
    FIELD(S, fill, .def = "zero", .choices = fill_words, .min = -1e30,         \
          .max = 1e30, .aka = "fill_mode padding_mode border_mode mode",       \
          .choices_aka = "constant=zero zeros=zero black=zero nearest=edge "   \
                         "replicate=edge border=edge mirror=reflect "          \
                         "symmetric=reflect wrap=reflect",                     \
          .doc = "What lies outside the picture: 0 (zero), the nearest pixel " \
                 "(edge), the picture mirrored (reflect), or a raw value, of " \
                 "8-bit sources brought into 0 to 255.")

/* P_FIELD - the row of a key `p`. */
#define P_FIELD(S, often)                                                      \
    FIELD(S, p, .def = often, .max = 1, .aka = "prob probability rate",        \
          .doc = "How often it is applied to a sample, a probability.")

/* fill_of - what a key `fill` says; a picture that clips has it clipped. */
struct fill fill_of(struct real_or_word key, const struct picture *p);

/* resample_motion - flips are exact, whatever else has moved is resampled. */
void resample_motion(struct picture *p, const struct motion *m, struct fill f);

/* resample_field - pixel (y, x) comes from (y + dy, x + dx), fields of [height,
 * width] pixels. */
void resample_field(struct picture *p, const real *dy, const real *dx,
                    struct fill f);

/* resample_border, resample_rows - bytes of scratch: p->border, p->rows. */
size_t resample_border(const struct picture *p);
size_t resample_rows(const struct picture *p);
