/*
 * smooth.h - exp and the normal distribution for loops that run in vectors.
 *
 * Without branches and without calls, in double precision, so that what is made
 * of them is right to the last digits of a real.  Private to activation/.
 */
#pragma once

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/compiler.h"
#include "tensor/real.h"

/*
 * smooth_exp - e^x within 2^-51 of itself for x in [-708, 708], beyond that of
 * the nearer end.  NaN travels.
 *
 * x = n ln 2 + r with |r| <= ln 2 / 2: the series of e^r until 13!, times 2^n,
 * which is n added to the exponent.  Adding 1.5 * 2^52 rounds to an integer and
 * leaves it in the low bits.
 */
INLINE double smooth_exp(double x)
{
    static const double round = 0x1.8p52;
    static const double ln2 = 0x1.62e42fefa38p-1, rest = 0x1.ef35793c7673p-45;
    const double low = x < -708 ? -708 : x, z = low > 708 ? 708 : low;
    const double shifted = z * 1.4426950408889634 + round;
    const double n = shifted - round;
    const double r = (z - n * ln2) - n * rest;
    double sum = 1.0 / 6227020800, scale;
    uint64_t bits;

    sum = sum * r + 1.0 / 479001600;
    sum = sum * r + 1.0 / 39916800;
    sum = sum * r + 1.0 / 3628800;
    sum = sum * r + 1.0 / 362880;
    sum = sum * r + 1.0 / 40320;
    sum = sum * r + 1.0 / 5040;
    sum = sum * r + 1.0 / 720;
    sum = sum * r + 1.0 / 120;
    sum = sum * r + 1.0 / 24;
    sum = sum * r + 1.0 / 6;
    sum = sum * r + 0.5;
    sum = sum * r + 1;
    sum = sum * r + 1;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 1023) << 52;
    memcpy(&scale, &bits, sizeof scale);
    return sum * scale;
}

/* At z: the normal distribution's density, and what lies below z and above. */
struct normal {
    double density, below, above;
};

/*
 * smooth_normal - the lower tail is exp(-z^2 / 2) g(x) / (1 + 2 x) / 2 with x =
 * |z| / sqrt 2, where g(x) = (1 + 2 x) exp(x^2) erfc(x) is smooth in t = (x -
 * 15/4) / (x + 15/4) on all of [-1, 1]: a series of Chebyshev polynomials, in
 * the form of Schonfelder, Math. Comp. 32, 1978, coefficients computed with 40
 * digits.  Tails are right relative to themselves.
 */
INLINE struct normal smooth_normal(double z)
{
    static const double series[] = {
        2.35515786913480351,       -0.00459005458064647733,
        -0.0842491333665179156,    0.0592099399981918905,
        -0.0266586684353057523,    0.00907499767070526509,
        -0.00241316354041760819,   0.000490775836525808632,
        -0.0000691697330250120637, 4.13902798607301017e-6,
        7.74038306619849067e-7,    -2.18864010492343957e-7,
        1.07649994656709104e-8,    4.5219598112182869e-9,
        -7.75440020883135111e-10,  -6.31808834088668449e-11,
        2.8687950109306699e-11,    1.94558685457773472e-13,
        -9.65469674843343891e-13,  3.25254814814873984e-14,
        3.34781194828680539e-14,   -1.8645628804193131e-15,
        -1.25079505306886471e-15,  7.41823525662404346e-17};
    enum { TERMS = sizeof(double) == sizeof(real) ? 24 : 14 };
    const double x = fabs(z) * 0.70710678118654752;
    const double t2 = 2 * (x - 3.75) / (x + 3.75);
    const double bell = smooth_exp(-0.5 * z * z);
    double b0 = 0, b1 = 0;

#pragma GCC unroll 24
    for (int i = TERMS - 1; i > 0; i--) {
        const double b2 = b1;
        b1 = b0;
        b0 = t2 * b1 - b2 + series[i];
    }
    const double g = 0.5 * (t2 * b0 - 2 * b1 + series[0]);
    const double tail = 0.5 * bell * g / (1 + 2 * x);
    return (struct normal){
        .density = bell * 0.39894228040143268,
        .below = z < 0 ? tail : 1 - tail,
        .above = z < 0 ? 1 - tail : tail,
    };
}
