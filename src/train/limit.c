/*
 * limit.c - all threads at once, as in a step: they share what they share.
 */
#include "train/limit.h"

#include <math.h>

#include "base/system.h"

enum { TRIES = 24, FIRST_ROUNDS = 1 << 12 };

static const double try_seconds = 2.5e-3;

struct chains {
    real (*run)(int64_t rounds, real factor, real term);
    int64_t rounds;
};

/* Sums tend to 1, never to numbers that are slow to add. */
static void run_chains(void *context, int64_t part, int64_t worker)
{
    const struct chains *c = context;

    (void)part;
    (void)worker;
    (void)c->run(c->rounds, (real)0.5, (real)0.5);
}

static double time_chains(struct chains *c, struct pool *pool)
{
    const double begun = clock_seconds();

    pool_run(pool, pool_size(pool), run_chains, c);
    return clock_seconds() - begun;
}

/* Rounds a second. */
static double measure(struct chains c, struct pool *pool)
{
    double least;

    while ((least = time_chains(&c, pool)) < try_seconds)
        c.rounds *= 2;
    for (int i = 1; i < TRIES; i++) {
        const double seconds = time_chains(&c, pool);
        least = seconds < least ? seconds : least;
    }
    return (double)c.rounds / least;
}

struct limits limits_measure(const struct kernels *kern, struct pool *pool)
{
    const struct chains plain = {kern->chains, FIRST_ROUNDS};
    const struct chains pairs = {kern->pairs.chains, FIRST_ROUNDS};
    const double lanes = (double)kern->lanes;
    struct limits l = {.plain = 2 * KERNEL_CHAINS * lanes};

    l.plain *= measure(plain, pool);
    if (kern->native)
        l.pairs = 4 * KERNEL_PAIR_CHAINS * lanes * measure(pairs, pool);
    return l;
}

struct limits limits_better(struct limits a, struct limits b)
{
    return (struct limits){fmax(a.plain, b.plain), fmax(a.pairs, b.pairs)};
}
