/*
 * registry.c - the list of data sources.
 */
#include "data/csv.h"
#include "data/digits.h"
#include "data/idx.h"
#include "data/source.h"

const struct source_ops *const source_registry[] = {
    &idx_source_ops,
    &csv_source_ops,
    &digits_source_ops,
    NULL,
};
