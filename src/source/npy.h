/*
 * npy.h - an array of NumPy as samples, another as their labels or targets.
 */
#pragma once

#include "conf/field.h"
#include "source/source.h"

/* The files, and the other keys in YAML. */
struct npy_source {
    struct path npy, labels, targets;
    struct text_list label_columns;
    const char *layout;
};

extern const struct source_ops npy_source_ops;
