/*
 * stage.c - two sides, one of which is read while the other is used.
 *
 * A side is read in units of a few samples, which the reader thread and helping
 * workers claim from one counter.
 */
#include "train/stage.h"

#include <stdatomic.h>
#include <string.h>

#include "base/arena.h"
#include "base/blame.h"
#include "base/system.h"
#include "data/pixels.h"

enum { UNIT = 16 /* samples that are read at once */ };

struct side {
    const struct dataset *set; /* NULL: nothing is here */
    int64_t count;             /* rows, */
    int64_t all;               /* and partners behind them */
    int64_t *ids;              /* [all] */
    int64_t *partner;          /* [count] which of these; -1: none */
    unsigned char *pixels;     /* [all] */
};

struct stage {
    struct stage_size size;
    struct pool *pool;
    struct aside *reader;
    struct blame blame; /* of the workers, then of the reader */
    struct side sides[2];
    int64_t used;                  /* the side that stage_row shows */
    atomic_int_fast64_t next_unit; /* of the other one */
    double waited;
    struct arena arena;
};

static size_t most_ids(const struct stage_size *size)
{
    return (size_t)size->rows * (size->has_partners ? 2 : 1);
}

size_t stage_bytes(const struct stage_size *size)
{
    return 2 * most_ids(size) * size->row_bytes;
}

enum status stage_new(struct stage **out, const struct stage_size *size,
                      struct pool *pool, struct err *e)
{
    struct stage *s = mem_take(1, sizeof *s);
    bool good = s != NULL;

    *out = NULL;
    if (!s)
        return err_memory(e, "preparing to read samples");
    s->size = *size;
    s->pool = pool;
    for (int i = 0; i < 2; i++) {
        struct side *d = &s->sides[i];
        d->ids = arena_take(&s->arena, most_ids(size), sizeof *d->ids);
        d->partner =
            arena_take(&s->arena, (size_t)size->rows, sizeof *d->partner);
        d->pixels = mem_take(most_ids(size), size->row_bytes);
        good = good && d->pixels;
    }
    enum status status = good && !s->arena.failed
                             ? blame_open(&s->blame, pool_size(pool) + 1, e)
                             : err_memory(e, "preparing to read samples");
    if (status == OK)
        status = aside_new(&s->reader, e);
    if (status == OK)
        *out = s;
    else
        stage_free(s);
    return status;
}

void stage_free(struct stage *s)
{
    if (!s)
        return;
    aside_free(s->reader);
    blame_close(&s->blame);
    for (int i = 0; i < 2; i++)
        mem_free(s->sides[i].pixels);
    arena_free(&s->arena);
    mem_free(s);
}

static int64_t unit_count(const struct side *d)
{
    return (d->all + UNIT - 1) / UNIT;
}

/* Reads units that nobody else has begun. */
static void read_units(struct stage *s, int64_t worker)
{
    const struct side *d = &s->sides[1 - s->used];
    const int64_t units = unit_count(d);

    for (;;) {
        const int64_t unit = atomic_fetch_add(&s->next_unit, 1);
        if (unit >= units)
            return;
        const int64_t first = unit * UNIT;
        const int64_t count = d->all - first < UNIT ? d->all - first : UNIT;
        struct err *e = blame_at(&s->blame, worker, unit);
        /* A failure is found in `blame`. */
        if (e &&
            pixels_read(d->set, d->ids + first, count,
                        d->pixels + (size_t)first * s->size.row_bytes, e) != OK)
            continue;
    }
}

static void help(void *context, int64_t part, int64_t worker)
{
    (void)part;
    read_units(context, worker);
}

static void read_aside(void *context)
{
    struct stage *s = context;

    read_units(s, pool_size(s->pool));
}

/* Does the side hold, or is it to hold, that batch? */
static bool holds(const struct side *d, const struct stage_batch *b)
{
    if (d->set != b->set || d->count != b->count ||
        memcmp(d->ids, b->ids, (size_t)b->count * sizeof *b->ids) != 0)
        return false;
    for (int64_t i = 0; i < b->count; i++) {
        const int64_t at = d->partner[i];
        const int64_t partner = at < 0 ? -1 : d->ids[at];
        if (partner != (b->partners ? b->partners[i] : -1))
            return false;
    }
    return true;
}

/* The side that is not used is to be read from its beginning. */
static void begin(struct stage *s, const struct stage_batch *b)
{
    struct side *d = &s->sides[1 - s->used];

    d->set = b->set;
    d->count = d->all = b->count;
    memcpy(d->ids, b->ids, (size_t)b->count * sizeof *b->ids);
    for (int64_t i = 0; i < b->count; i++) {
        const bool mixed = b->partners && b->partners[i] >= 0;
        d->partner[i] = mixed ? d->all : -1;
        if (mixed)
            d->ids[d->all++] = b->partners[i];
    }
    atomic_store(&s->next_unit, 0);
}

/* All of the side that is not used is there. */
static enum status complete(struct stage *s, struct err *e)
{
    if (atomic_load(&s->next_unit) < unit_count(&s->sides[1 - s->used]))
        pool_run(s->pool, pool_size(s->pool), help, s);
    aside_wait(s->reader);
    return blame_settle(&s->blame, e);
}

enum status stage_load(struct stage *s, const struct stage_batch *now,
                       const struct stage_batch *next, struct err *e)
{
    const double begun = clock_seconds();
    enum status status = OK;

    if (!holds(&s->sides[1 - s->used], now)) {
        aside_wait(s->reader);
        blame_forget(&s->blame);
        begin(s, now);
    }
    status = complete(s, e);
    if (status != OK)
        s->sides[1 - s->used].set = NULL;
    else
        s->used = 1 - s->used;
    s->waited += clock_seconds() - begun;
    if (status == OK && next) {
        begin(s, next);
        aside_begin(s->reader, read_aside, s);
    }
    return status;
}

const void *stage_row(const struct stage *s, int64_t row)
{
    return s->sides[s->used].pixels + (size_t)row * s->size.row_bytes;
}

const void *stage_partner(const struct stage *s, int64_t row)
{
    return stage_row(s, s->sides[s->used].partner[row]);
}

double stage_waited(const struct stage *s)
{
    return s->waited;
}
