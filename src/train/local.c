/*
 * local.c - the exchange of a process that has all slices.
 */
#include "train/exchange.h"

static struct share share_all(const struct exchange *x, int64_t count)
{
    (void)x;
    return (struct share){0, count};
}

static void sum_terms(const struct exchange *x, const double *terms,
                      int64_t count, int64_t width, double *total)
{
    (void)x;
    for (int64_t j = 0; j < width; j++)
        total[j] = 0;
    for (int64_t i = 0; i < count; i++)
        for (int64_t j = 0; j < width; j++)
            total[j] += terms[i * width + j];
}

/* Sums and uses a chunk while it is in the cache. */
static void run_chunk(void *context, int64_t chunk, int64_t worker)
{
    const struct gradient_job *job = context;
    real *total = job->chunks[chunk].param->trainable
                      ? job->add(job->context, chunk, worker, NULL)
                      : NULL;

    job->use(job->context, chunk, worker, total);
}

static void run_chunks(const struct exchange *x, const struct gradient_job *job)
{
    struct gradient_job own = *job;

    pool_run(x->pool, own.chunk_count, run_chunk, &own);
}

static void have_all(const struct exchange *x, void *items, int64_t count,
                     size_t size)
{
    (void)x;
    (void)items;
    (void)count;
    (void)size;
}

static int64_t only_value(const struct exchange *x, int64_t value)
{
    (void)x;
    return value;
}

static void tell_nobody(const struct exchange *x, int64_t from, void *bytes,
                        size_t size)
{
    (void)x;
    (void)from;
    (void)bytes;
    (void)size;
}

struct exchange exchange_local(struct pool *pool)
{
    static const struct exchange_ops local = {
        .share = share_all,
        .sum = sum_terms,
        .gradients = run_chunks,
        .collect = have_all,
        .least = only_value,
        .tell = tell_nobody,
    };

    return (struct exchange){.ops = &local, .pool = pool, .processes = 1};
}

struct share exchange_share(const struct exchange *x, int64_t process,
                            int64_t count)
{
    const int64_t first = count * process / x->processes;

    return (struct share){first, count * (process + 1) / x->processes - first};
}

enum status exchange_agree(const struct exchange *x, enum status own)
{
    /* OK is 0, what ends training above it. */
    return (enum status) - x->ops->least(x, -(int64_t)own);
}
