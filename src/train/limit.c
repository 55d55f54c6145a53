/*
 * limit.c - all threads at once, as in a step: they share what they share.
 */
#include "train/limit.h"

#include "base/system.h"

enum { TRIES = 24, FIRST_ROUNDS = 1 << 12 };

static const double try_seconds = 2.5e-3;

struct chains {
    const struct kernels *kern;
    int64_t rounds;
};

/* Sums tend to 1, never to numbers that are slow to add. */
static void run_chains(void *context, int64_t part, int64_t worker)
{
    const struct chains *c = context;

    (void)part;
    (void)worker;
    (void)c->kern->chains(c->rounds, (real)0.5, (real)0.5);
}

static double time_chains(struct chains *c, struct pool *pool)
{
    const double begun = clock_seconds();

    pool_run(pool, pool_size(pool), run_chains, c);
    return clock_seconds() - begun;
}

double limit_measure(const struct kernels *kern, struct pool *pool)
{
    struct chains c = {kern, FIRST_ROUNDS};
    double least;

    while ((least = time_chains(&c, pool)) < try_seconds)
        c.rounds *= 2;
    for (int i = 1; i < TRIES; i++) {
        const double seconds = time_chains(&c, pool);
        least = seconds < least ? seconds : least;
    }
    return 2.0 * (double)(c.rounds * KERNEL_CHAINS * kern->lanes) / least;
}
