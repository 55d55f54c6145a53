/*
 * apart.c - a store that reads from memory.
 */
#include "support/apart.h"

#include <string.h>

#include "data/pixels.h"

static enum status read_apart(const void *state, int64_t first, int64_t count,
                              void *pixels, struct err *e)
{
    struct apart *a = (struct apart *)(uintptr_t)state;

    atomic_fetch_add(&a->reads, 1);
    atomic_fetch_add(&a->samples, count);
    if (a->bad >= 0 && first + count > a->bad)
        return err_add(e, ERR_IO, "far", "sample %lld is gone",
                       (long long)(first > a->bad ? first : a->bad));
    memcpy(pixels, a->pixels + (size_t)first * a->bytes,
           (size_t)count * a->bytes);
    return OK;
}

static void close_apart(void *state)
{
    (void)state;
}

struct dataset apart_of(const struct dataset *d, struct apart *a)
{
    struct dataset out = *d;

    a->pixels = d->pixels;
    a->bytes = sample_bytes(d);
    a->bad = -1;
    atomic_init(&a->reads, 0);
    atomic_init(&a->samples, 0);
    out.apart = true;
    out.pixels = NULL;
    out.store = (struct pixel_store){read_apart, close_apart, a};
    return out;
}
