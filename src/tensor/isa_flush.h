/*
 * isa_flush.h - vec_fma_flushed in double precision, for processors of which
 * neither a multiply-add that rounds once nor a mode that flushes is known.
 *
 * The product of two numbers of 8 bits is a double.  Its sum with c is rounded
 * to odd: where it is not exact, of the two doubles beside it the one whose
 * last bit is 1.  Rounding that to 24 bits gives what rounding the sum once
 * does (Boldo and Melquiond 2008, "Emulation of FMA and correctly rounded sums:
 * proved algorithms using rounding to odd").
 */
#pragma once

#include "tensor/isa_vec.h"

typedef int64_t wide_mask __attribute__((vector_size(ISA_BYTES)));

/* Numbers below the normal ones become zeros of their sign. */
ISA_INLINE vec vec_flush(vec v)
{
    const vec_mask bits = (vec_mask)v;

    return (vec)(bits & ~(((bits & lane_infinity) == 0) & lane_magnitude));
}

/* p + c rounded to odd; the error of their sum is Knuth's. */
ISA_INLINE wide wide_add_odd(wide p, wide c)
{
    const wide s = p + c, of_c = s - p;
    const wide error = (p - (s - of_c)) + (c - of_c);
    const wide_mask above = error > 0, below = error < 0;
    const wide_mask bits = (wide_mask)s, even = (bits & 1) == 0;
    const wide_mask outwards = ~(above ^ (s > 0));

    return (wide)(bits + ((above | below) & even & ((outwards & 2) - 1)));
}

/* To be rounded to 2^-126, the least normal float, or more. */
ISA_INLINE wide wide_flush(wide s)
{
    const double least = 0x1p-126 - 0x1p-151;
    const wide_mask bits = (wide_mask)s;
    const wide_mask tiny = (s < least) & (s > -least);

    return (wide)(bits & ~(tiny & INT64_MAX));
}

/* A function of its own: it would be most of each register block. */
static __attribute__((noinline)) vec vec_fma_flushed(vec a, vec b, vec c)
{
    wide x[WIDE], y[WIDE], z[WIDE];
    vec sum;

    vec_widen(vec_flush(a), x);
    vec_widen(vec_flush(b), y);
    vec_widen(vec_flush(c), z);
    for (int64_t i = 0; i < WIDE; i++)
        z[i] = wide_flush(wide_add_odd(x[i] * y[i], z[i]));
    for (int64_t i = 0; i < LANES; i++)
        sum[i] = (real)z[i * WIDE / LANES][i % (LANES / WIDE)];
    return sum;
}
