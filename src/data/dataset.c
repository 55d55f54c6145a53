/*
 * dataset.c - the life and the fingerprint of a set.
 */
#include "data/dataset.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "codec/digest.h"

/* Elements hashed at a time. */
enum { CHUNK = 4096 };

void dataset_free(struct dataset *d)
{
    mem_free(d->pixels);
    mem_free(d->labels);
    mem_free(d->targets);
    mem_free(d->passed);
    arena_free(&d->arena);
    *d = (struct dataset){0};
}

void dataset_drop_answers(struct dataset *d)
{
    mem_free(d->labels);
    mem_free(d->targets);
    d->labels = NULL;
    d->targets = NULL;
    d->target = (struct target){TARGET_INPUTS, shape_count(d->shape), NULL};
}

void dataset_fill(struct dataset *d, const struct filling *f)
{
    const int64_t size = shape_count(d->shape);
    float *numbers = d->holes ? d->pixels : NULL;

    for (int64_t i = 0; numbers && i < d->count; i++)
        for (int64_t k = 0; k < size; k++)
            if (isnan(numbers[i * size + k]))
                numbers[i * size + k] = (float)f->at[f->count > 1 ? k : 0];
    d->holes = false;
}

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

void dataset_digest(const struct dataset *d, struct shape shape,
                    struct sha256 *into)
{
    const int64_t count = d->count * shape_count(d->shape);
    const bool bytes = d->pixel == PIXEL_U8 || fits_bytes(d->pixels, count);

    sha256_add_int(into, d->count);
    sha256_add_int(into, shape.axes);
    for (int64_t i = 0; i < shape.axes; i++)
        sha256_add_int(into, shape.dim[i]);
    sha256_add_int(into, bytes);
    if (d->pixel == PIXEL_U8)
        sha256_add(into, d->pixels, (size_t)count);
    else if (bytes)
        add_as_bytes(d->pixels, count, into);
    else
        add_as_reals(d->pixels, count, into);
    for (int64_t i = 0; d->labels && i < d->count; i++) {
        const char *name = d->target.names[d->labels[i]];
        sha256_add(into, name, strlen(name) + 1);
    }
    if (!d->targets)
        return;
    sha256_add_int(into, d->target.width);
    add_as_reals(d->targets, d->count * d->target.width, into);
}
