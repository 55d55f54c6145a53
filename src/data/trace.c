/*
 * trace.c - what is kept of a sample whose pixels are not.
 */
#include "data/trace.h"

#include <math.h>
#include <string.h>

#include "codec/digest.h"

static float number_at(enum pixel_type pixel, const void *pixels, int64_t i)
{
    return pixel == PIXEL_U8 ? (float)((const unsigned char *)pixels)[i]
                             : ((const float *)pixels)[i];
}

struct trace trace_of(enum pixel_type pixel, const void *pixels, int64_t size)
{
    const float first = number_at(pixel, pixels, 0);
    unsigned char digest[SHA256_BYTES];
    struct trace t = {.constant = true};
    struct sha256 sha;

    sha256_begin(&sha);
    pixels_digest(pixel, pixels, size, &sha);
    sha256_end_bytes(&sha, digest);
    memcpy(t.digest, digest, sizeof t.digest);
    for (int64_t i = 0; i < size; i++) {
        const float x = number_at(pixel, pixels, i);
        t.constant = t.constant && x == first;
        t.most = fmaxf(t.most, fabsf(x)); /* of NaN and a number the number */
    }
    return t;
}
