/*
 * fetch.c - from a reader's fetch to pixels in memory and to a store of them.
 */
#include "source/fetch.h"

#include "base/arena.h"
#include "base/blame.h"
#include "base/num.h"
#include "base/system.h"
#include "data/pixels.h"

enum { UNIT = 16 /* records that a thread fetches at once */ };

/* `count` records of `bytes` each. */
static enum status fetch(const struct source_reader *r, int64_t first,
                         int64_t count, size_t bytes, void *pixels,
                         struct err *e)
{
    unsigned char *to = pixels;
    enum status s = OK;

    if (r->ops->fetch_run)
        return r->ops->fetch_run(r, first, count, pixels, e);
    for (int64_t i = 0; s == OK && i < count; i++, to += bytes)
        s = r->ops->fetch(r, first + i, to, e);
    return s;
}

/* All records of a set. */
struct fetching {
    const struct source_reader *reader;
    const struct dataset *set;
    struct blame blame;
};

static void fetch_unit(void *context, int64_t unit, int64_t worker)
{
    struct fetching *f = context;
    const size_t bytes = sample_bytes(f->set);
    const int64_t first = unit * UNIT;
    const int64_t count = num_min(UNIT, f->set->count - first);
    struct err *e = blame_at(&f->blame, worker, unit);

    /* A failure is found in `blame`. */
    if (e &&
        fetch(f->reader, first, count, bytes,
              (unsigned char *)f->set->pixels + (size_t)first * bytes, e) != OK)
        return;
}

enum status fetch_all(const struct source_reader *r, struct dataset *d,
                      struct pool *pool, struct err *e)
{
    struct fetching f = {.reader = r, .set = d};
    const int64_t units = num_ceil_div(d->count, UNIT);
    const double begun = clock_seconds();

    d->pixels = mem_take((size_t)d->count, sample_bytes(d));
    if (!d->pixels)
        return err_memory(e, "reading the samples");
    enum status s = blame_open(&f.blame, pool ? pool_size(pool) : 1, e);
    if (s == OK && pool)
        pool_run(pool, units, fetch_unit, &f);
    for (int64_t i = 0; s == OK && !pool && i < units; i++)
        fetch_unit(&f, i, 0);
    if (s == OK)
        s = blame_settle(&f.blame, e);
    blame_close(&f.blame);
    if (r->ops->pictures)
        d->decoding = (struct decoding){d->count, clock_seconds() - begun};
    return s;
}

/* A reader that outlives its reading. */
struct kept {
    struct source_reader reader;
    size_t bytes; /* of a record */
};

static enum status read_kept(const void *state, int64_t first, int64_t count,
                             void *pixels, struct err *e)
{
    const struct kept *k = state;

    return fetch(&k->reader, first, count, k->bytes, pixels, e);
}

static void close_kept(void *state)
{
    struct kept *k = state;

    source_close(&k->reader);
    mem_free(k);
}

enum status fetch_later(struct source_reader *r, struct dataset *d,
                        struct err *e)
{
    struct kept *k = mem_take(1, sizeof *k);

    if (!k)
        return err_memory(e, "reading the samples");
    *k = (struct kept){*r, sample_bytes(d)};
    *r = (struct source_reader){0};
    d->store = (struct pixel_store){read_kept, close_kept, k};
    return OK;
}
