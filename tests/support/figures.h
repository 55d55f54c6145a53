/*
 * figures.h - figures of every kind, modest and monstrous, for tests.
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "figure/figure.h"

/* What names are made of. */
enum names { NAMES_SHORT, NAMES_LONG, NAMES_HOSTILE };

/* figure_of_curves - `series` of each `style`, some with gaps, three marks. */
const struct figure *figure_of_curves(struct arena *a, int64_t series,
                                      enum series_style style,
                                      enum names names);

/* figure_of_tiles - `count` images of height x width with captions of two lines
 * and heads; `columns` 0: as square as may be. */
const struct figure *figure_of_tiles(struct arena *a, int64_t count,
                                     int64_t height, int64_t width,
                                     int64_t columns, enum names names);

/* figure_of_cells - a confusion matrix. */
const struct figure *figure_of_cells(struct arena *a, int64_t classes,
                                     enum names names);

/* figure_of_all - one panel of each of the three above, in two columns, each
 * with a title. */
const struct figure *figure_of_all(struct arena *a, enum names names);

/* name_of - a name, as its kind has it. */
const char *name_of(struct arena *a, enum names names, int64_t i);
