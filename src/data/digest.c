/*
 * digest.c - the fingerprint of a set.
 */
#include "codec/digest.h"

#include <string.h>

#include "base/num.h"
#include "data/pixels.h"
#include "data/reach.h"

/* Elements hashed at a time. */
enum { CHUNK = 4096 };

/* Integers 0..255 are hashed as bytes however they were read: a CSV file with
 * `3.0` in it is the same data. */
static bool fits_bytes(const float *values, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        const float v = values[i];
        if (!(v >= 0 && v <= 255 && v == (float)(unsigned char)v))
            return false;
    }
    return true;
}

static void add_as_bytes(const float *values, int64_t count,
                         struct sha256 *into)
{
    unsigned char bytes[CHUNK];

    for (int64_t i = 0; i < count; i += CHUNK) {
        const int64_t n = num_min(CHUNK, count - i);
        for (int64_t j = 0; j < n; j++)
            bytes[j] = (unsigned char)values[i + j];
        sha256_add(into, bytes, (size_t)n);
    }
}

/* Four bytes each, little endian; -0 as 0. */
static void add_as_reals(const float *values, int64_t count,
                         struct sha256 *into)
{
    unsigned char bytes[4 * CHUNK];

    for (int64_t i = 0; i < count; i += CHUNK) {
        const int64_t n = num_min(CHUNK, count - i);
        for (int64_t j = 0; j < n; j++) {
            const float v = values[i + j] == 0 ? 0 : values[i + j];
            uint32_t bits;
            memcpy(&bits, &v, sizeof bits);
            for (int b = 0; b < 4; b++)
                bytes[4 * j + b] = (unsigned char)(bits >> 8 * b);
        }
        sha256_add(into, bytes, 4 * (size_t)n);
    }
}

/* What a scan of all pixels tells, or is told. */
struct hashing {
    struct sha256 *into;
    enum pixel_type pixel;
    int64_t size;
    bool bytes;   /* all are integers 0..255 */
    float *reach; /* of the sample that comes next; NULL: nobody asks */
};

static void look_for_bytes(void *context, const void *pixels, int64_t count)
{
    struct hashing *h = context;

    h->bytes = h->bytes && fits_bytes(pixels, count * h->size);
}

static void hash_pixels(void *context, const void *pixels, int64_t count)
{
    struct hashing *h = context;
    const size_t bytes = (size_t)h->size * pixel_bytes(h->pixel);
    const unsigned char *at = pixels;

    for (int64_t i = 0; h->reach && i < count; i++, at += bytes)
        *h->reach++ = reach_of_sample(h->pixel, at, h->size);
    if (h->pixel == PIXEL_U8)
        sha256_add(h->into, pixels, (size_t)(count * h->size));
    else if (h->bytes)
        add_as_bytes(pixels, count * h->size, h->into);
    else
        add_as_reals(pixels, count * h->size, h->into);
}

void pixels_digest(enum pixel_type pixel, const void *pixels, int64_t count,
                   struct sha256 *into)
{
    struct hashing h = {into, pixel, count,
                        pixel == PIXEL_U8 || fits_bytes(pixels, count), NULL};

    sha256_add_int(into, h.bytes);
    hash_pixels(&h, pixels, 1);
}

static void add_answers(const struct dataset *d, struct sha256 *into)
{
    for (int64_t i = 0; d->labels && i < d->count; i++) {
        const char *name = d->target.names[d->labels[i]];
        sha256_add(into, name, strlen(name) + 1);
    }
    if (!d->targets)
        return;
    sha256_add_int(into, d->target.width);
    add_as_reals(d->targets, d->count * d->target.width, into);
}

enum status dataset_digest(const struct dataset *d, struct shape shape,
                           struct sha256 *into, float *reach, struct err *e)
{
    struct hashing h = {into, d->pixel, shape_count(d->shape), true, reach};
    enum status s = OK;

    if (d->pixel != PIXEL_U8)
        s = pixels_scan(d, look_for_bytes, &h, e);
    sha256_add_int(into, d->count);
    sha256_add_int(into, shape.axes);
    for (int64_t i = 0; i < shape.axes; i++)
        sha256_add_int(into, shape.dim[i]);
    sha256_add_int(into, h.bytes);
    if (s == OK)
        s = pixels_scan(d, hash_pixels, &h, e);
    add_answers(d, into);
    return s;
}
