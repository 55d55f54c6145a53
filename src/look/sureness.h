/*
 * sureness.h - how sure a model is and how often right, as numbers and figure.
 */
#pragma once

#include "base/arena.h"
#include "base/text.h"
#include "figure/figure.h"
#include "metric/calibration.h"

/* calibration_csv - append low, high, count, confidence, accuracy of every bin
 * (low, high]; those of one without samples are empty. */
void calibration_csv(struct text *out, const struct calibration *c);

/* calibration_figure - of at least one sample; on `arena`, to be checked. */
void calibration_figure(struct figure *f, const struct calibration *c,
                        struct arena *arena);
