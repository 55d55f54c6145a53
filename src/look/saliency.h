/*
 * saliency.h - which pixels of an image a prediction is sensitive to.
 */
#pragma once

#include "look/chosen.h"

/*
 * saliency_compute - of samples that chosen_fault allows.
 *
 *   map = max over channels of |d log p / d x|
 *
 * p the probability of chosen_class as inference computes it, x the normalized
 * input.  maps [count, rows, columns] is overwritten.  See train/slopes.h.
 * ERR_MEMORY; ERR_DATA: a gradient is not finite.
 */
MUST_USE enum status saliency_compute(const struct chosen *c, struct pool *pool,
                                      float *maps, struct err *e);

/* saliency_figure - a row a sample: the image, the pixels that matter in dark
 * red, from 0 to the map's largest value, one upon the other.  On `arena`,
 * which may fail. */
struct figure saliency_figure(const struct chosen *c, const float *maps,
                              struct arena *arena);
