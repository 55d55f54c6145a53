/*
 * occlusion.h - which parts of an image a prediction hangs on: its probability
 * with a square of the image hidden, for every place of the square.
 *
 * Ref: Zeiler, Fergus: Visualizing and Understanding Convolutional Networks,
 * 2013.  Unlike nolearn's, the square is centred on the pixel it stands for.
 */
#pragma once

#include "look/chosen.h"
#include "term/progress.h"

struct occlusion_config {
    int64_t square; /* its side, odd; what lies beyond the image is cut off */
    bool has_fill;
    double fill; /* raw value of hidden pixels; else they are 0 after
                    normalization, the mean grey */
};

enum { OCCLUSION_SQUARE = 7 }; /* nolearn's */

/*
 * occlusion_compute - of samples that chosen_fault allows.
 *
 * maps  [count, rows, columns]  overwritten: the probability of chosen_class
 *                               with the square centred on the pixel, hidden in
 *                               all channels
 *
 * All positions of all samples run in large batches on all threads; equal bits
 * for any number of them.  Progress is shown.  ERR_MEMORY; ERR_DATA: an output
 * is not finite.
 */
MUST_USE enum status occlusion_compute(const struct chosen *c,
                                       const struct occlusion_config *o,
                                       struct pool *pool,
                                       struct progress *progress, float *maps,
                                       struct err *e);

/* occlusion_figure - a row a sample: the image, the parts that lower the
 * probability in dark red, one upon the other.  The red spans the map's own
 * range, or 0.1 below its highest probability where that is more: what hangs on
 * nothing stays light.  On `arena`, which may fail. */
struct figure occlusion_figure(const struct chosen *c, const float *maps,
                               const struct occlusion_config *o,
                               struct arena *arena);

/* occlusion_explained - the same of sample i alone, without a title: its most
 * probable classes, three at most, stand under the image. */
struct figure occlusion_explained(const struct chosen *c, int64_t i,
                                  const float *map, struct arena *arena);
