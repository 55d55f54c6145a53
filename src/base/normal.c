/*
 * normal.c - logarithm, sine and cosine as series that become vectors.
 */
#include "base/normal.h"

#include <math.h>
#include <string.h>

#include "base/compiler.h"

/*
 * log(u) of u = (w + 1) / 2^32: u = m * 2^e with m in [sqrt(1/2), sqrt(2)), and
 * log(m) = 2 (s + s^3 / 3 + s^5 / 5 + ..) of s = (m - 1) / (m + 1); |s| is
 * below 0.172 and what is left out below 2e-9.
 */
INLINE float log_unit(uint32_t w)
{
    const float f = (float)w + 1; /* 1 .. 2^32 */
    uint32_t bits;
    float m;

    memcpy(&bits, &f, sizeof bits);
    /* Of the exponent that puts the mantissa around 1. */
    const int32_t shift = (int32_t)(bits - 0x3f3504f3U) >> 23;
    bits -= (uint32_t)shift << 23;
    memcpy(&m, &bits, sizeof m);
    const float s = (m - 1) / (m + 1), q = s * s;
    const float series =
        s * (2 + q * (2.0F / 3 + q * (2.0F / 5 + q * (2.0F / 7 + q * 2 / 9))));
    return (float)(shift - 32) * 0.69314718F + series;
}

/* Sine and cosine of a 2^32nd part of the circle times w: of the angle to the
 * nearest quarter, |t| <= pi / 4, by their series, and turned by quarters. */
INLINE void turn(uint32_t w, float *sine, float *cosine)
{
    const uint32_t quarter = (w + 0x20000000U) >> 30;
    const float t =
        (float)(int32_t)(w - (quarter << 30)) * (6.28318531F * 0x1p-32F);
    const float q = t * t;
    const float sin_t =
        t * (1 + q * (-1.0F / 6 + q * (1.0F / 120 + q * (-1.0F / 5040))));
    const float cos_t =
        1 + q * (-1.0F / 2 +
                 q * (1.0F / 24 + q * (-1.0F / 720 + q * (1.0F / 40320))));
    const float a = quarter & 1 ? cos_t : sin_t;
    const float b = quarter & 1 ? sin_t : cos_t;

    *sine = quarter & 2 ? -a : a;
    *cosine = (quarter + 1) & 2 ? -b : b;
}

HOT_CLONES
void normal_batch(const uint32_t word[4][RNG_BATCH],
                  float normal[4 * RNG_BATCH])
{
    for (int pair = 0; pair < 4; pair += 2) {
        const uint32_t *u = word[pair], *v = word[pair + 1];
        float *to = normal + pair * RNG_BATCH;
        NO_CARRY
        for (int i = 0; i < RNG_BATCH; i++) {
            const float radius = sqrtf(-2 * log_unit(u[i]));
            float sine, cosine;
            turn(v[i], &sine, &cosine);
            to[i] = radius * cosine;
            to[i + RNG_BATCH] = radius * sine;
        }
    }
}
