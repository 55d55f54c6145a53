/*
 * isa_blocked.h - planes to blocked planes and back; see kernels.h.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tensor/isa_vec.h"
#include "tensor/kernels.h"

/* Pixels at .. at + n of all planes, n <= LANES, pixel by pixel in r. */
ISA_INLINE void load_square(const struct planes *p, const real *planes,
                            int64_t n, vec *r)
{
    if (p->count == LANES && n == LANES) {
#pragma GCC unroll 16
        for (int64_t i = 0; i < LANES; i++)
            r[i] = vec_load(planes + i * p->stride);
        vec_transpose(r);
        return;
    }
#pragma GCC unroll 16
    for (int64_t i = 0; i < LANES; i++) {
        if (i >= p->count)
            r[i] = vec_splat(0);
        else if (n == LANES)
            r[i] = vec_load(planes + i * p->stride);
        else
            r[i] = vec_load_part(planes + i * p->stride, n);
    }
    vec_transpose(r);
}

static ISA_TARGET void to_blocked(const struct planes *p, const real *planes,
                                  real *blocked)
{
    vec r[LANES];
    int64_t at = 0;

    if (p->pixels == 1 && p->stride == 1) { /* a row of numbers, as it is */
        vec_store(blocked, vec_load_part(planes, p->count));
        return;
    }
    for (; at + LANES <= p->pixels; at += LANES) {
        load_square(p, planes + at, LANES, r);
#pragma GCC unroll 16
        for (int64_t i = 0; i < LANES; i++)
            vec_store(blocked + (at + i) * p->pitch, r[i]);
    }
    if (at == p->pixels)
        return;
    load_square(p, planes + at, p->pixels - at, r);
    for (int64_t i = 0; at + i < p->pixels; i++)
        vec_store(blocked + (at + i) * p->pitch, r[i]);
}

/* Writes or adds n pixels of all planes. */
ISA_INLINE void store_square(const struct planes *p, const vec *r, int64_t n,
                             bool add, real *planes)
{
#pragma GCC unroll 16
    for (int64_t i = 0; i < LANES; i++) {
        real *to = planes + i * p->stride;
        if (i >= p->count)
            return;
        vec v = r[i];
        if (add)
            v += n == LANES ? vec_load(to) : vec_load_part(to, n);
        if (n == LANES)
            vec_store(to, v);
        else
            vec_store_part(to, v, n);
    }
}

static ISA_TARGET void from_blocked(const struct planes *p, const real *blocked,
                                    bool add, real *planes)
{
    vec r[LANES];
    int64_t at = 0;

    for (; at + LANES <= p->pixels; at += LANES) {
#pragma GCC unroll 16
        for (int64_t i = 0; i < LANES; i++)
            r[i] = vec_load(blocked + (at + i) * p->pitch);
        vec_transpose(r);
        store_square(p, r, LANES, add, planes + at);
    }
    if (at == p->pixels)
        return;
    for (int64_t i = 0; i < LANES; i++)
        r[i] = at + i < p->pixels ? vec_load(blocked + (at + i) * p->pitch)
                                  : vec_splat(0);
    vec_transpose(r);
    store_square(p, r, p->pixels - at, add, planes + at);
}
