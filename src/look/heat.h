/*
 * heat.h - images beside maps of what matters in them, three tiles a row.
 */
#pragma once

#include "look/chosen.h"

/* A map of a sample. */
struct heat {
    const double *values; /* [rows, columns] on the arena; large is dark red */
    double low, high;
    const char *ends[2]; /* of the colours, light and dark */
    const char *caption;
    int64_t sample;   /* of those that are chosen */
    const char *said; /* of it, under its image */
};

/* heat_figure - `heats` [count]: image, map and one upon the other for each.
 * Title NULL: none.  On `arena`, which may fail. */
struct figure heat_figure(const struct chosen *c, const struct heat *heats,
                          int64_t count, const char *title,
                          struct arena *arena);
