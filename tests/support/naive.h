/*
 * naive.h - layers by their definitions, in double precision: the witnesses of
 * the fast ones.  They share no code and no arithmetic of shapes with src/.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tensor/real.h"

/* A sum with what bounds the rounding error of any way to compute it: in
 * precision eps it lies within terms * eps * size of value. */
struct naive_sum {
    double value, size; /* sum of the terms, of their magnitudes */
    int64_t terms;
};

struct naive_axis {
    int64_t in, out, kernel, stride, dilation, pad;
};

/* naive_count - how many windows fit, found by trying. */
int64_t naive_count(struct naive_axis a, int64_t pad_after);

struct naive_conv {
    int64_t batch, channels, filters, groups;
    struct naive_axis y, x;
    const real *input, *weight, *bias, *dy;          /* bias may be NULL */
    struct naive_sum *output, *dx, *dweight, *dbias; /* zero before the call */
    bool untied; /* bias [filters, y.out, x.out], not [filters] */
};

/* naive_conv - one walk over all (sample, filter, position, channel, tap) that
 * adds the three products it stands for. */
void naive_conv(const struct naive_conv *c);

/* naive_add - one more term of a sum. */
void naive_add(struct naive_sum *s, double term);

/* naive_number - which of the numbers that extend along the axes of a sample
 * [extent[0], .. extent[axes - 1]] that are not left out belongs to an element.
 */
int64_t naive_number(const int64_t *extent, int64_t axes, const bool *left_out,
                     int64_t element);

/* naive_check - fails the test unless got[i] is as near to want[i] as rounding
 * allows; names `what` and the element. */
void naive_check(const char *what, const real *got,
                 const struct naive_sum *want, int64_t count);
