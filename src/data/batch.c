/*
 * batch.c - raw samples to normalized batches.
 */
#include <string.h>

#include "base/compiler.h"
#include "base/num.h"
#include "data/pixels.h"

enum { BYTE_VALUES = 256, LINES = 64 };

/* (x - mean) * scale */
struct line {
    real mean, scale;
};

static struct line line_of(const struct normalization *norm, int64_t channel)
{
    return (struct line){(real)norm->mean[channel],
                         (real)(1.0 / norm->std[channel])};
}

static real normalize(real x, struct line l)
{
    return (x - l.mean) * l.scale;
}

/* Where one channel of the samples lies: `plane` pixels from `offset` on in
 * samples of `size` pixels. */
struct channel {
    int64_t offset, plane, size;
};

static void fill_bytes(const unsigned char *pixels, struct channel c,
                       struct line l, const int64_t *ids, int64_t n, real *x)
{
    real value[BYTE_VALUES];

    for (int v = 0; v < BYTE_VALUES; v++)
        value[v] = normalize((real)v, l);
    for (int64_t i = 0; i < n; i++) {
        const unsigned char *from = pixels + ids[i] * c.size + c.offset;
        real *to = x + i * c.size + c.offset;
        for (int64_t j = 0; j < c.plane; j++)
            to[j] = value[from[j]];
    }
}

static void fill_reals(const float *pixels, struct channel c, struct line l,
                       const int64_t *ids, int64_t n, real *x)
{
    for (int64_t i = 0; i < n; i++) {
        const float *from = pixels + ids[i] * c.size + c.offset;
        real *to = x + i * c.size + c.offset;
        for (int64_t j = 0; j < c.plane; j++)
            to[j] = normalize((real)from[j], l);
    }
}

/* Constants of their own for each number of a sample: rows are passed over a
 * few columns at a time, whose constants are prepared once. */
static void fill_columns(const struct dataset *d,
                         const struct normalization *norm, const int64_t *ids,
                         int64_t n, real *x)
{
    const int64_t size = norm->count;
    struct line line[LINES];

    for (int64_t first = 0; first < size; first += LINES) {
        const int64_t width = num_min(LINES, size - first);
        for (int64_t j = 0; j < width; j++)
            line[j] = line_of(norm, first + j);
        for (int64_t i = 0; i < n; i++) {
            const int64_t from = ids[i] * size + first;
            const unsigned char *bytes = d->pixels;
            const float *reals = d->pixels;
            real *to = x + i * size + first;
            if (d->pixel == PIXEL_U8)
                for (int64_t j = 0; j < width; j++)
                    to[j] = normalize((real)bytes[from + j], line[j]);
            else
                for (int64_t j = 0; j < width; j++)
                    to[j] = normalize((real)reals[from + j], line[j]);
        }
    }
}

static void fill_channels(const struct dataset *d,
                          const struct normalization *norm, const int64_t *ids,
                          int64_t n, real *x)
{
    struct channel c = {.size = shape_count(d->shape)};

    c.plane = c.size / norm->count;
    for (int64_t k = 0; k < norm->count; k++) {
        const struct line l = line_of(norm, k);
        c.offset = k * c.plane;
        if (d->pixel == PIXEL_U8)
            fill_bytes(d->pixels, c, l, ids, n, x);
        else
            fill_reals(d->pixels, c, l, ids, n, x);
    }
}

/* Raw pixels are read to the last bytes of x, and grow from there to its
 * beginning. */
static enum status fill_apart(const struct subset *of,
                              const struct normalization *norm, real *x,
                              struct err *e)
{
    const struct dataset *d = of->set;
    const int64_t size = shape_count(d->shape);
    unsigned char *raw = (unsigned char *)(x + of->count * size) -
                         (size_t)of->count * sample_bytes(d);
    const enum status s = pixels_read(d, of->ids, of->count, raw, e);

    if (s == OK)
        batch_of(norm, d->pixel, raw, size, of->count, x);
    return s;
}

enum status batch_fill(const struct subset *of,
                       const struct normalization *norm, real *x,
                       int32_t *labels, struct err *e)
{
    const struct dataset *d = of->set;
    enum status s = OK;

    if (d->apart)
        s = fill_apart(of, norm, x, e);
    else if (norm->count > 1 && norm->count == shape_count(d->shape))
        fill_columns(d, norm, of->ids, of->count, x);
    else
        fill_channels(d, norm, of->ids, of->count, x);
    for (int64_t i = 0; labels && i < of->count; i++)
        labels[i] = d->labels[of->ids[i]];
    return s;
}

HOT_CLONES
static void normalize_run(struct line l, int64_t n, real *x)
{
    NO_CARRY
    for (int64_t i = 0; i < n; i++)
        x[i] = normalize(x[i], l);
}

/* A pair for each number of a sample: see fill_columns. */
static void normalize_columns(const struct normalization *norm, int64_t n,
                              real *x)
{
    const int64_t size = norm->count;
    struct line line[LINES];

    for (int64_t first = 0; first < size; first += LINES) {
        const int64_t width = num_min(LINES, size - first);
        for (int64_t j = 0; j < width; j++)
            line[j] = line_of(norm, first + j);
        for (int64_t i = 0; i < n; i++) {
            real *to = x + i * size + first;
            for (int64_t j = 0; j < width; j++)
                to[j] = normalize(to[j], line[j]);
        }
    }
}

void batch_normalize(const struct normalization *norm, int64_t size, int64_t n,
                     real *x)
{
    const int64_t run = size / norm->count;

    if (run == 1) {
        normalize_columns(norm, n, x);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        for (int64_t k = 0; k < norm->count; k++, x += run)
            normalize_run(line_of(norm, k), run, x);
}

/* What is read lies behind what is written, or is the same: from the first
 * pixel on nothing is overwritten before it is read. */
void batch_of(const struct normalization *norm, enum pixel_type pixel,
              const void *raw, int64_t size, int64_t n, real *x)
{
    const unsigned char *bytes = raw;
    float value;

    for (int64_t i = 0; pixel == PIXEL_U8 && i < n * size; i++)
        x[i] = (real)bytes[i];
    for (int64_t i = 0; pixel == PIXEL_F32 && i < n * size; i++) {
        memcpy(&value, bytes + i * (int64_t)sizeof value, sizeof value);
        x[i] = (real)value;
    }
    batch_normalize(norm, size, n, x);
}

void batch_raw(const struct normalization *norm, struct shape shape, real *x)
{
    const int64_t size = shape_count(shape), run = size / norm->count;

    for (int64_t k = 0; k < size; k++)
        x[k] = (real)((double)x[k] * norm->std[k / run] + norm->mean[k / run]);
}

void batch_raw_targets(const struct normalization *scale, int64_t n, real *y)
{
    for (int64_t i = 0; scale && i < n && scale->count > 0; i++)
        batch_raw(scale, SHAPE(scale->count), y + i * scale->count);
}
