/*
 * npz.h - arrays of NumPy in one archive, as numpy.savez writes it.
 */
#pragma once

#include "conf/field.h"
#include "source/source.h"

/* The archive, the names of its arrays, and the other keys in YAML. */
struct npz_source {
    struct path npz;
    const char *images, *labels, *targets; /* NULL: not given */
    struct text_list label_columns;
    const char *layout;
};

extern const struct source_ops npz_source_ops;
