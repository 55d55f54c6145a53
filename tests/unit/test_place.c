/* Offsets of tensors: those alive together lie apart, in little more room than
 * they need. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/rng.h"
#include "graph/gaps.h"
#include "graph/place.h"

enum { UNIT = 64 };

/* Bytes alive at a moment, at most: no placement needs less. */
static size_t least_bytes(const struct lane *l)
{
    size_t *change = mem_take((size_t)l->moments + 1, sizeof *change);
    size_t alive = 0, most = 0;

    cr_assert(change);
    for (int64_t i = 0; i < l->count; i++) {
        if (l->tensors[i].of_batch)
            continue;
        change[l->tensors[i].begin] += l->tensors[i].bytes;
        change[l->tensors[i].end + 1] -= l->tensors[i].bytes;
    }
    for (int64_t m = 0; m < l->moments; m++) {
        alive += change[m];
        most = alive > most ? alive : most;
    }
    mem_free(change);
    return most;
}

static void expect_apart(const struct lane *l, const char *what)
{
    for (int64_t i = 0; i < l->count; i++) {
        const struct plan_tensor *a = &l->tensors[i];
        cr_assert(a->of_batch || a->offset + a->bytes <= l->bytes, "%s: %lld",
                  what, (long long)i);
        for (int64_t k = 0; k < i; k++) {
            const struct plan_tensor *b = &l->tensors[k];
            const bool together = a->begin <= b->end && b->begin <= a->end &&
                                  !a->of_batch && !b->of_batch;
            cr_assert(!together || a->offset + a->bytes <= b->offset ||
                          b->offset + b->bytes <= a->offset,
                      "%s: %lld and %lld", what, (long long)i, (long long)k);
        }
    }
}

static void place(struct lane *l, const char *what)
{
    struct err e = {0};

    l->bytes = 1;
    cr_assert_eq(place_tensors(l, &e), OK, "%s", e.text);
    expect_apart(l, what);
}

/* Room for `count` tensors over that many moments. */
static struct lane lane_of(int64_t count, int64_t moments, int64_t loss)
{
    struct lane l = {.tensors = mem_take((size_t)count, sizeof *l.tensors),
                     .moments = moments,
                     .loss = loss};

    cr_assert(l.tensors);
    return l;
}

static void add(struct lane *l, size_t bytes, int64_t begin, int64_t end)
{
    l->tensors[l->count++] =
        (struct plan_tensor){.bytes = bytes, .begin = begin, .end = end};
}

/* Tensors as a network of mirrored skips has them, n down and n up again; with
 * their gradients if it is trained. */
static struct lane mirrored(int64_t n, bool trained, uint64_t seed)
{
    const struct rng_key key = rng_key(seed, "sizes");
    const int64_t nodes = 2 * n;
    struct lane l = lane_of(4 * nodes, 2 * nodes + 1, trained ? nodes : -1);

    for (int64_t i = 0; i < nodes; i++) {
        const size_t bytes =
            UNIT * (seed ? 1 + rng_below(key, (uint64_t)i, 9) : 1);
        const int64_t mirror = nodes - 1 - i;
        const int64_t read = i < n ? mirror : i + 1;
        add(&l, bytes, i, trained && i % 3 ? 2 * nodes - i : read);
        if (trained) /* of the gradient: written by the layers that read it */
            add(&l, bytes, 2 * nodes - num_min(read, nodes), 2 * nodes - i);
        if (i < n)
            add(&l, bytes, i, i + 1);
    }
    return l;
}

/* However deep: no room is lost between skips of one size; between others as
 * much as a twentieth, or a tenth where they crowd. */
Test(place, mirrored_skips)
{
    static const struct {
        int64_t depth;
        bool trained;
        uint64_t seed;
        double most; /* times what no placement can do without */
    } cases[] = {
        {20, false, 0, 1},    {20, true, 0, 1},    {20, true, 1, 1.05},
        {20, true, 3, 1.05},  {900, false, 0, 1},  {900, true, 0, 1},
        {900, false, 1, 1.1}, {900, true, 1, 1.1}, {900, false, 2, 1.1},
        {900, true, 2, 1.1},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct lane l =
            mirrored(cases[i].depth, cases[i].trained, cases[i].seed);
        place(&l, "mirrored");
        const double least = (double)least_bytes(&l);
        cr_expect((double)l.bytes <= cases[i].most * least,
                  "case %zu: %zu bytes, %g times the least", i, l.bytes,
                  (double)l.bytes / least);
        mem_free(l.tensors);
    }
}

/* Lives of any length around any moment, so many that they crowd, or not. */
Test(place, random_lives)
{
    for (uint64_t seed = 0; seed < 12; seed++) {
        const struct rng_key key = rng_key(seed, "lives");
        const int64_t count = seed % 2 ? 1500 : 200, moments = 1 + count / 2;
        const int64_t loss = seed % 3 ? (int64_t)seed * moments / 12 : -1;
        struct lane l = lane_of(count, moments, loss);
        for (uint64_t i = 0; l.count < count; i++) {
            const uint64_t m = (uint64_t)moments;
            const int64_t a = (int64_t)rng_below(key, 3 * i, m);
            const int64_t b = (int64_t)rng_below(key, 3 * i + 1, m);
            const size_t units = 1 + rng_below(key, 3 * i + 2, 40);
            add(&l, UNIT * units, a < b ? a : b, a < b ? b : a);
            l.tensors[l.count - 1].of_batch = i % 50 == 7;
        }
        place(&l, "random");
        cr_expect((double)l.bytes < 1.3 * (double)least_bytes(&l),
                  "seed %d: %g times the least", (int)seed,
                  (double)l.bytes / (double)least_bytes(&l));
        mem_free(l.tensors);
    }
}

/* Gaps as a map of units, each of which is free or not. */
Test(gaps, are_taken_from_below_and_become_one)
{
    enum { UNITS = 4000, PIECES = 200, FIRST = 5 };
    static bool used[UNITS];
    static struct gap room[PIECES + 1];
    const struct rng_key key = rng_key(3, "gaps");
    struct {
        size_t at, bytes;
    } pieces[PIECES];
    struct gaps g;
    size_t count = 0;

    gaps_begin(&g, room, PIECES + 1, FIRST);
    for (uint64_t i = 0; i < 20000; i++) {
        const bool full = count == PIECES, turn = i / 1000 % 2;
        if (count == 0 ||
            (!full && rng_below(key, 2 * i, 10) < (turn ? 4 : 6))) {
            const size_t bytes = 1 + rng_below(key, 2 * i + 1, 12);
            size_t want = FIRST, run = 0;
            for (size_t u = FIRST; run < bytes; u++) {
                cr_assert_lt(u, UNITS);
                run = used[u] ? 0 : run + 1;
                want = u + 1 - run;
            }
            const size_t got = gaps_take(&g, bytes);
            cr_assert_eq(got, want, "step %d: %zu, not %zu", (int)i, got, want);
            for (size_t u = got; u < got + bytes; u++)
                used[u] = true;
            pieces[count].at = got;
            pieces[count++].bytes = bytes;
        } else {
            const size_t k = rng_below(key, 2 * i + 1, count);
            gaps_give(&g, pieces[k].at, pieces[k].bytes);
            for (size_t u = 0; u < pieces[k].bytes; u++)
                used[pieces[k].at + u] = false;
            pieces[k] = pieces[--count];
        }
    }
}
