/* Sources whose pixels are fetched: held or left, by any number of threads. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "data/pixels.h"
#include "source/stream.h"

enum { COUNT = 100, SIZE = 12 };

/* A kind of records that are functions of their numbers. */
struct made {
    int64_t bad; /* the first record that cannot be fetched */
    int64_t next;
    char label;
};

static unsigned char pixel_of(int64_t index, int64_t k)
{
    return (unsigned char)(index * 7 + k * k);
}

static enum status made_open(const void *config, const struct source_request *q,
                             struct source_reader *r, struct err *e)
{
    struct made *m = mem_take(1, sizeof *m);

    (void)q;
    (void)e;
    cr_assert(m);
    m->bad = *(const int64_t *)config;
    r->name = "made";
    r->shape = SHAPE(3, 2, 2);
    r->state = m;
    return OK;
}

static enum status made_next(struct source_reader *r, struct record *out,
                             bool *more, struct err *e)
{
    struct made *m = r->state;

    (void)e;
    *more = m->next < COUNT;
    m->label = (char)('a' + m->next++ % 3);
    out->label = &m->label;
    out->label_length = 1;
    return OK;
}

static enum status made_fetch(const struct source_reader *r, int64_t index,
                              void *pixels, struct err *e)
{
    const struct made *m = r->state;
    unsigned char *to = pixels;

    if (index >= m->bad)
        return err_add(e, ERR_DATA, "made", "record %lld", (long long)index);
    for (int64_t k = 0; k < SIZE; k++)
        to[k] = pixel_of(index, k);
    return OK;
}

static void made_close(struct source_reader *r)
{
    mem_free(r->state);
}

static const struct field no_fields[] = {{0}};
static const struct source_ops made_ops = {
    .kind = {.name = "made", .fields = no_fields},
    .open = made_open,
    .next = made_next,
    .fetch = made_fetch,
    .close = made_close,
};

static void expect_pixels(const struct dataset *d)
{
    unsigned char got[SIZE];
    struct err e = {0};

    for (int64_t i = d->count - 1; i >= 0; i--) {
        cr_assert_eq(pixels_read(d, &i, 1, got, &e), OK);
        for (int64_t k = 0; k < SIZE; k++)
            cr_assert_eq(got[k], pixel_of(i, k));
    }
}

Test(fetch, held_or_left_by_any_threads)
{
    static const enum source_cache caches[] = {CACHE_AUTO, CACHE_MEMORY,
                                               CACHE_NONE};
    const int64_t never = COUNT;

    for (int64_t i = 0; i < 12; i++) {
        struct source_request q = {.cache = caches[i % 3]};
        struct err e = {0};
        struct dataset d;
        if (i / 3 > 0)
            cr_assert_eq(pool_new(&q.pool, i / 3, &e), OK);
        cr_assert_eq(source_load(&made_ops, &never, &q, &d, &e), OK, "%s",
                     e.text);
        cr_expect_eq(d.count, COUNT);
        cr_expect_eq(d.target.width, 3);
        cr_expect_eq(d.apart, q.cache == CACHE_NONE);
        cr_expect_eq(d.pixels == NULL, d.apart);
        expect_pixels(&d);
        dataset_free(&d);
        pool_free(q.pool);
    }
}

/* The first in order, whoever meets it. */
Test(fetch, a_record_that_cannot_be_fetched)
{
    const int64_t bad = 37;

    for (int64_t threads = 1; threads <= 4; threads++) {
        struct source_request q = {.cache = CACHE_MEMORY};
        struct err e = {0};
        struct dataset d;
        cr_assert_eq(pool_new(&q.pool, threads, &e), OK);
        cr_expect_eq(source_load(&made_ops, &bad, &q, &d, &e), ERR_DATA);
        cr_expect_str_eq(e.text, "made: error: record 37\n");
        cr_expect_null(d.pixels);
        pool_free(q.pool);
    }
}

Test(fetch, a_survey_fetches_nothing)
{
    const int64_t bad = 0;
    const struct source_request q = {.blind = true, .cache = CACHE_NONE};
    struct err e = {0};
    struct dataset d;

    cr_assert_eq(source_load(&made_ops, &bad, &q, &d, &e), OK);
    cr_expect(d.apart && !d.store.state && d.count == COUNT);
    dataset_free(&d);
}

Test(fetch, a_stream_fetches_what_comes_next)
{
    const int64_t bad = 57;
    const struct sample_stream_config c = {
        .kind = &made_ops, .config = &bad, .shape = SHAPE(3, 2, 2)};
    struct sample_stream s;
    struct bad_record at[40];
    struct err e = {0};
    float x[40 * SIZE];
    int64_t first = 0, got;

    cr_assert_eq(sample_stream_open(&s, &c, &e), OK, "%s", e.text);
    while (sample_stream_next(&s, 40, x, at, &got, &e) == OK) {
        for (int64_t i = 0; i < got * SIZE; i++)
            cr_assert(x[i] == (float)pixel_of(first + i / SIZE, i % SIZE));
        first += got;
    }
    cr_expect_eq(first + got, bad);
    cr_expect_str_eq(e.text, "made: error: record 57\n");
    sample_stream_close(&s);
}
