/*
 * apart.h - sets whose pixels are read when they are needed, out of memory.
 */
#pragma once

#include <stdatomic.h>

#include "data/dataset.h"

/* Where they lie, and what was asked for. */
struct apart {
    const unsigned char *pixels;
    size_t bytes; /* of a sample */
    int64_t bad;  /* the first sample that cannot be read; -1: none */
    atomic_int_fast64_t reads, samples;
};

/* apart_of - the same set, its pixels apart; it owns nothing.  `a` lives as
 * long. */
struct dataset apart_of(const struct dataset *d, struct apart *a);
