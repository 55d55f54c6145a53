/*
 * relay_prepare.c - which chunks travel together, and the memory for it.
 */
#include "base/num.h"
#include "train/relay.h"

enum {
    LOADS = 32, /* at least, where there are weights */
    SMALL_LOAD = 1 << 12,
    LARGE_LOAD = 1 << 16, /* reals of a load of sums */
    WHOLE_LOAD = 1 << 22, /* of batch gradients */
};

/* How a chunk's gradient comes about. */
enum manner { IDLE, SUMMED, WHOLE };

static enum manner manner_of(const struct chunk *c)
{
    if (!c->param->trainable)
        return IDLE;
    return c->param->grad_offset == GRADIENT_NONE ? WHOLE : SUMMED;
}

/* The chunks of that manner, not yet in loads. */
static void list_chunks(struct loads *l, const struct gradient_job *job,
                        enum manner manner, struct arena *a)
{
    int64_t count = 0;

    for (int64_t i = 0; i < job->chunk_count; i++)
        count += manner_of(&job->chunks[i]) == manner;
    *l = (struct loads){
        .chunk_count = count,
        .at = arena_take(a, (size_t)count, sizeof *l->at),
        .chunk = arena_take(a, (size_t)count, sizeof *l->chunk),
        .offset = arena_take(a, (size_t)count, sizeof *l->offset),
    };
    count = 0;
    for (int64_t i = 0; !a->failed && i < job->chunk_count; i++)
        if (manner_of(&job->chunks[i]) == manner)
            l->chunk[count++] = i;
}

/* In their order, a load having at most `most` reals, or one chunk. */
static void cut_loads(struct loads *l, const struct gradient_job *job,
                      int64_t most)
{
    struct load *at = l->at; /* the last one */

    for (int64_t i = 0; i < l->chunk_count; i++) {
        const int64_t reals = job->chunks[l->chunk[i]].count;
        if (l->count == 0 || at->reals + reals > most) {
            at = &l->at[l->count++];
            *at = (struct load){.first = i};
        }
        l->offset[i] = at->reals;
        at->count++;
        at->reals += reals;
        l->largest = num_max(l->largest, at->reals);
    }
}

static int64_t reals_of(const struct loads *l, const struct gradient_job *job)
{
    int64_t reals = 0;

    for (int64_t i = 0; i < l->chunk_count; i++)
        reals += job->chunks[l->chunk[i]].count;
    return reals;
}

/* Every process can compute some of every load. */
static int64_t whole_load(const struct exchange *x, const struct loads *l,
                          const struct gradient_job *job)
{
    int64_t largest = 0;

    for (int64_t i = 0; i < l->chunk_count; i++)
        largest = num_max(largest, job->chunks[l->chunk[i]].count);
    return num_max(WHOLE_LOAD, 2 * x->processes * largest);
}

static void take_slots(struct relay *r, int64_t processes)
{
    const size_t reals = (size_t)r->summed.largest;

    /* As many as are on their way from here to the last one and back. */
    r->slot_count = num_min(r->summed.count, 2 * processes + 2);
    r->slots = arena_take(&r->arena, (size_t)r->slot_count, sizeof *r->slots);
    for (int64_t i = 0; r->slots && i < r->slot_count; i++) {
        struct slot *s = &r->slots[i];
        s->before = arena_take(&r->arena, reals, sizeof *s->before);
        s->sum = arena_take(&r->arena, reals, sizeof *s->sum);
        s->total = arena_take(&r->arena, reals, sizeof *s->total);
    }
}

enum status relay_prepare(const struct exchange *x,
                          const struct gradient_job *job, struct err *e)
{
    struct relay *r = x->context;
    struct arena *a = &r->arena;
    const size_t tickets = 2 * (size_t)x->processes;

    arena_free(a);
    list_chunks(&r->idle, job, IDLE, a);
    list_chunks(&r->summed, job, SUMMED, a);
    list_chunks(&r->whole, job, WHOLE, a);
    if (!a->failed) {
        const int64_t share = reals_of(&r->summed, job) / LOADS;
        cut_loads(&r->summed, job,
                  num_max(SMALL_LOAD, num_min(LARGE_LOAD, share)));
        cut_loads(&r->whole, job, whole_load(x, &r->whole, job));
        take_slots(r, x->processes);
    }
    for (int i = 0; i < 2; i++) {
        r->room[i] = arena_take(a, (size_t)r->whole.largest, sizeof(real));
        r->dealt[i] = arena_take(a, tickets, sizeof *r->dealt[i]);
    }
    r->rows = arena_take(a, (size_t)relay_tensors(job->plan) * tickets,
                         sizeof *r->rows);
    return arena_check(a, e, "preparing to exchange gradients");
}

int64_t relay_tensors(const struct plan *p)
{
    int64_t count = 0;

    for (int64_t i = 0; i < p->tensor_count; i++)
        count += p->tensors[i].of_batch;
    return count;
}
