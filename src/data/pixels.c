/*
 * pixels.c - raw pixels in memory, or read a block at a time.
 */
#include "data/pixels.h"

#include <string.h>

#include "base/num.h"

/* Of the samples that are read at once. */
enum { BLOCK_BYTES = BUFFER_BYTES(1 << 20) };

size_t pixel_bytes(enum pixel_type pixel)
{
    return pixel == PIXEL_U8 ? 1 : sizeof(float);
}

size_t sample_bytes(const struct dataset *d)
{
    return (size_t)shape_count(d->shape) * pixel_bytes(d->pixel);
}

/* How many of the samples follow each other in the set. */
static int64_t run_of(const int64_t *ids, int64_t n)
{
    int64_t run = 1;

    while (run < n && ids[run] == ids[0] + run)
        run++;
    return run;
}

enum status pixels_read(const struct dataset *d, const int64_t *ids, int64_t n,
                        void *to, struct err *e)
{
    const size_t bytes = sample_bytes(d);
    const unsigned char *held = d->pixels;
    unsigned char *at = to;
    enum status s = OK;

    for (int64_t i = 0, run; s == OK && i < n; i += run) {
        run = run_of(ids + i, n - i);
        if (d->apart)
            s = d->store.read(d->store.state, ids[i], run, at, e);
        else
            memcpy(at, held + (size_t)ids[i] * bytes, (size_t)run * bytes);
        at += (size_t)run * bytes;
    }
    return s;
}

/* Samples of a block. */
static int64_t block_of(const struct dataset *d, int64_t count)
{
    const int64_t many = BLOCK_BYTES / (int64_t)sample_bytes(d);

    return num_max(1, num_min(many, count));
}

enum status pixels_walk(const struct subset *of, pixels_take *take,
                        void *context, struct err *e)
{
    const struct dataset *d = of->set;
    struct pixel_rows rows = {
        d->pixel, shape_count(d->shape), d->pixels, of->ids, 0, of->count};
    enum status s = OK;

    if (!d->apart) {
        take(context, &rows);
        return OK;
    }
    const int64_t most = block_of(d, of->count);
    void *pixels = mem_take((size_t)most, sample_bytes(d));
    int64_t *at = mem_take((size_t)most, sizeof *at);
    if (!pixels || !at)
        s = err_memory(e, "reading the samples");
    for (int64_t i = 0; s == OK && i < most; i++)
        at[i] = i;
    rows.pixels = pixels;
    rows.at = at;
    for (; s == OK && rows.first < of->count; rows.first += rows.count) {
        rows.count = num_min(most, of->count - rows.first);
        s = pixels_read(d, of->ids + rows.first, rows.count, pixels, e);
        if (s == OK)
            take(context, &rows);
    }
    mem_free(pixels);
    mem_free(at);
    return s;
}

enum status pixels_scan(const struct dataset *d, pixels_scanned *take,
                        void *context, struct err *e)
{
    enum status s = OK;

    if (!d->apart) {
        take(context, d->pixels, d->count);
        return OK;
    }
    const int64_t most = block_of(d, d->count);
    void *pixels = mem_take((size_t)most, sample_bytes(d));
    if (!pixels)
        s = err_memory(e, "reading the samples");
    for (int64_t i = 0; s == OK && i < d->count; i += most) {
        const int64_t count = num_min(most, d->count - i);
        s = d->store.read(d->store.state, i, count, pixels, e);
        if (s == OK)
            take(context, pixels, count);
    }
    mem_free(pixels);
    return s;
}
