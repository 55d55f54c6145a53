/*
 * relay.c - sums, scores and agreement of several processes.
 */
#include "train/relay.h"

#include "base/system.h"

void relay_wait(struct relay *r, struct ticket *t)
{
    if (r->wire->done(t))
        return;
    const double begun = clock_seconds();
    for (int64_t looks = 0; !r->wire->done(t);)
        system_rest(&looks);
    r->spent.waited += clock_seconds() - begun;
}

void relay_send(struct relay *r, int64_t to, const void *bytes, size_t size,
                struct ticket *t)
{
    if (size == 0)
        return;
    r->spent.bytes += (double)size;
    r->wire->send(to, bytes, size, t);
}

void relay_receive(struct relay *r, int64_t from, void *bytes, size_t size,
                   struct ticket *t)
{
    if (size == 0)
        return;
    r->spent.bytes += (double)size;
    r->wire->receive(from, bytes, size, t);
}

static struct share own_share(const struct exchange *x, int64_t count)
{
    return exchange_share(x, x->number, count);
}

/* Nothing else is done until it is over. */
static void spend(struct relay *r, double begun, size_t bytes)
{
    const double seconds = clock_seconds() - begun;

    r->spent.bytes += (double)bytes;
    r->spent.seconds += seconds;
    r->spent.waited += seconds;
}

static int64_t relay_least(const struct exchange *x, int64_t value)
{
    struct relay *r = x->context;
    const double begun = clock_seconds();
    const int64_t least = r->wire->least(value);

    spend(r, begun, 2 * sizeof least);
    return least;
}

static void relay_tell(const struct exchange *x, int64_t from, void *bytes,
                       size_t size)
{
    struct relay *r = x->context;
    const double begun = clock_seconds();

    if (size > 0)
        r->wire->tell(from, bytes, size);
    spend(r, begun, size);
}

/* Each adds to what comes from the one before; the last one tells. */
static void relay_sum(const struct exchange *x, const double *terms,
                      int64_t count, int64_t width, double *total)
{
    struct relay *r = x->context;
    const size_t bytes = (size_t)width * sizeof *total;
    const double begun = clock_seconds(), waited = r->spent.waited;
    struct ticket come = {0}, gone = {0};

    for (int64_t j = 0; j < width; j++)
        total[j] = 0;
    if (x->number > 0)
        relay_receive(r, x->number - 1, total, bytes, &come);
    relay_wait(r, &come);
    for (int64_t i = 0; i < count; i++)
        for (int64_t j = 0; j < width; j++)
            total[j] += terms[i * width + j];
    if (x->number + 1 < x->processes)
        relay_send(r, x->number + 1, total, bytes, &gone);
    relay_wait(r, &gone);
    r->spent.waited = waited;
    spend(r, begun, 0);
    relay_tell(x, x->processes - 1, total, bytes);
}

static void relay_collect(const struct exchange *x, void *items, int64_t count,
                          size_t size)
{
    unsigned char *at = items;

    for (int64_t p = 0; p < x->processes; p++) {
        const struct share of = exchange_share(x, p, count);
        relay_tell(x, p, at + (size_t)of.first * size, (size_t)of.count * size);
    }
}

struct exchange exchange_over(struct relay *r, const struct wire *wire,
                              int64_t number, int64_t processes)
{
    static const struct exchange_ops ops = {
        .share = own_share,
        .sum = relay_sum,
        .gradients = relay_gradients,
        .collect = relay_collect,
        .least = relay_least,
        .tell = relay_tell,
        .prepare = relay_prepare,
    };

    *r = (struct relay){.wire = wire};
    return (struct exchange){
        .ops = &ops,
        .context = r,
        .number = number,
        .processes = processes,
        .spent = &r->spent,
    };
}

void relay_close(struct relay *r)
{
    arena_free(&r->arena);
}
