/*
 * relay_gradients.c - the gradients of a batch from process to process.
 *
 * The threads of the pool add and use; the first of them, which the messages
 * belong to, lets them move in between.
 */
#include <string.h>

#include "base/num.h"
#include "base/system.h"
#include "train/relay.h"

/* What the threads do with a load. */
struct work {
    struct relay *r;
    const struct gradient_job *job;
    const struct loads *loads;
    int64_t first;      /* in the list */
    const real *before; /* [load] NULL: there is nothing before */
    real *sum, *total;  /* [load] */
    real *copy;         /* [load] for the total, which is still being sent;
                           NULL: it is not */
};

static void add_chunk(void *context, int64_t part, int64_t worker)
{
    const struct work *w = context;
    const int64_t i = w->first + part, chunk = w->loads->chunk[i];
    const int64_t at = w->loads->offset[i];
    const size_t bytes = (size_t)w->job->chunks[chunk].count * sizeof(real);
    const real *sum = w->job->add(w->job->context, chunk, worker,
                                  w->before ? w->before + at : NULL);

    memcpy(w->sum + at, sum, bytes);
    if (worker == 0)
        w->r->wire->poke();
}

static void use_chunk(void *context, int64_t part, int64_t worker)
{
    const struct work *w = context;
    const int64_t i = w->first + part, chunk = w->loads->chunk[i];
    const int64_t at = w->loads->offset[i];
    const size_t bytes = (size_t)w->job->chunks[chunk].count * sizeof(real);
    real *total = w->total ? w->total + at : NULL;

    if (w->copy)
        total = memcpy(w->copy + at, total, bytes);
    w->job->use(w->job->context, chunk, worker, total);
    if (worker == 0)
        w->r->wire->poke();
}

static struct slot *slot_of(const struct relay *r, int64_t load)
{
    return &r->slots[load % r->slot_count];
}

static size_t bytes_of(const struct relay *r, int64_t load)
{
    return (size_t)r->summed.at[load].reals * sizeof(real);
}

/* What will come is waited for. */
static void open_slot(const struct exchange *x, int64_t load)
{
    struct relay *r = x->context;
    struct slot *s = slot_of(r, load);

    relay_wait(r, &s->gone);
    relay_wait(r, &s->passed);
    if (x->number > 0)
        relay_receive(r, x->number - 1, s->before, bytes_of(r, load), &s->come);
    if (x->number + 1 < x->processes)
        relay_receive(r, x->number + 1, s->total, bytes_of(r, load), &s->back);
}

static struct work work_on(struct relay *r, const struct gradient_job *job,
                           int64_t load)
{
    return (struct work){
        .r = r,
        .job = job,
        .loads = &r->summed,
        .first = r->summed.at[load].first,
    };
}

/* The own slices join, and it goes on to the next process. */
static void add_load(const struct exchange *x, const struct gradient_job *job,
                     int64_t load)
{
    struct relay *r = x->context;
    struct slot *s = slot_of(r, load);
    struct work w = work_on(r, job, load);

    w.before = x->number > 0 ? s->before : NULL;
    w.sum = s->sum;
    pool_run(x->pool, r->summed.at[load].count, add_chunk, &w);
    if (x->number + 1 < x->processes)
        relay_send(r, x->number + 1, s->sum, bytes_of(r, load), &s->gone);
}

/* The last process has the total, the others get it from the next one. */
static real *total_of(const struct exchange *x, const struct slot *s)
{
    return x->number + 1 < x->processes ? s->total : s->sum;
}

static void pass_back(const struct exchange *x, int64_t load)
{
    struct relay *r = x->context;
    struct slot *s = slot_of(r, load);

    if (x->number > 0)
        relay_send(r, x->number - 1, total_of(x, s), bytes_of(r, load),
                   &s->passed);
}

static void use_load(const struct exchange *x, const struct gradient_job *job,
                     int64_t load)
{
    struct relay *r = x->context;
    struct slot *s = slot_of(r, load);
    struct work w = work_on(r, job, load);

    w.total = total_of(x, s);
    w.copy = x->number > 0 ? s->before : NULL;
    pool_run(x->pool, r->summed.at[load].count, use_chunk, &w);
}

/* Loads are opened, added, passed back and used in order; what can be sent on
 * comes first. */
static void sum_loads(const struct exchange *x, const struct gradient_job *job)
{
    struct relay *r = x->context;
    const struct wire *wire = r->wire;
    int64_t opened = 0, added = 0, passed = 0, used = 0;
    int64_t looks = 0; /* in vain */
    double idle = 0;   /* since when */

    while (used < r->summed.count) {
        while (opened < num_min(r->summed.count, used + r->slot_count))
            open_slot(x, opened++);
        const bool adds =
            added < opened && wire->done(&slot_of(r, added)->come);
        while (passed < added && wire->done(&slot_of(r, passed)->back))
            pass_back(x, passed++);
        if (!adds && used == passed) {
            idle = idle > 0 ? idle : clock_seconds();
            system_rest(&looks);
            continue;
        }
        r->spent.waited += idle > 0 ? clock_seconds() - idle : 0;
        idle = 0;
        looks = 0;
        if (adds)
            add_load(x, job, added++);
        else
            use_load(x, job, used++);
    }
    for (int64_t i = 0; i < r->slot_count; i++) {
        relay_wait(r, &r->slots[i].gone);
        relay_wait(r, &r->slots[i].passed);
    }
}

/* A part of something that every process has a part of. */
struct part {
    unsigned char *at;
    size_t size;
};

/* Sends the own part to all, receives theirs; tickets [2][processes]. */
static void begin_part(const struct exchange *x, int64_t process,
                       struct part own, struct part theirs,
                       struct ticket *tickets)
{
    struct relay *r = x->context;

    if (process == x->number)
        return;
    relay_send(r, process, own.at, own.size, &tickets[process]);
    relay_receive(r, process, theirs.at, theirs.size,
                  &tickets[x->processes + process]);
}

/* The rows of a tensor that a process has written. */
static struct part rows_part(const struct exchange *x,
                             const struct gradient_job *job,
                             const struct plan_tensor *t, int64_t process)
{
    const struct plan_rows *rows = &job->plan->rows;
    const struct share of =
        exchange_share(x, process, num_ceil_div(rows->batch, rows->slice));
    const int64_t first = num_min(of.first * rows->slice, job->rows);
    const int64_t end = num_min((of.first + of.count) * rows->slice, job->rows);

    return (struct part){job->batch + t->offset + (size_t)first * t->row_bytes,
                         (size_t)(end - first) * t->row_bytes};
}

static void begin_rows(const struct exchange *x, const struct gradient_job *job)
{
    struct ticket *tickets = ((struct relay *)x->context)->rows;

    for (int64_t i = 0; i < job->plan->tensor_count; i++) {
        const struct plan_tensor *t = &job->plan->tensors[i];
        if (!t->of_batch)
            continue;
        for (int64_t p = 0; p < x->processes; p++)
            begin_part(x, p, rows_part(x, job, t, x->number),
                       rows_part(x, job, t, p), tickets);
        tickets += 2 * x->processes;
    }
}

static void wait_all(struct relay *r, struct ticket *tickets, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        relay_wait(r, &tickets[i]);
}

/* The chunks of a load that a process computes, in `room`. */
static struct part dealt_part(const struct exchange *x, const struct loads *l,
                              int64_t load, int64_t process, real *room)
{
    const struct load *of = &l->at[load];
    const struct share s = exchange_share(x, process, of->count);
    const int64_t end = s.first + s.count;
    const int64_t from = s.count > 0 ? l->offset[of->first + s.first] : 0;
    const int64_t to = s.count == 0       ? 0
                       : end == of->count ? of->reals
                                          : l->offset[of->first + end];

    return (struct part){(unsigned char *)(room + from),
                         (size_t)(to - from) * sizeof *room};
}

static void compute_load(const struct exchange *x,
                         const struct gradient_job *job, int64_t load)
{
    struct relay *r = x->context;
    const struct loads *l = &r->whole;
    const struct share own = exchange_share(x, x->number, l->at[load].count);
    real *room = r->room[load % 2];
    struct work w = {.r = r,
                     .job = job,
                     .loads = l,
                     .first = l->at[load].first + own.first,
                     .sum = room};

    pool_run(x->pool, own.count, add_chunk, &w);
    for (int64_t p = 0; p < x->processes; p++)
        begin_part(x, p, dealt_part(x, l, load, x->number, room),
                   dealt_part(x, l, load, p, room), r->dealt[load % 2]);
}

static void finish_load(const struct exchange *x,
                        const struct gradient_job *job, int64_t load)
{
    struct relay *r = x->context;
    struct work w = {.r = r,
                     .job = job,
                     .loads = &r->whole,
                     .first = r->whole.at[load].first,
                     .total = r->room[load % 2]};

    wait_all(r, r->dealt[load % 2], 2 * x->processes);
    pool_run(x->pool, r->whole.at[load].count, use_chunk, &w);
}

void relay_gradients(const struct exchange *x, const struct gradient_job *job)
{
    struct relay *r = x->context;
    const double begun = clock_seconds();
    struct work idle = {.r = r, .job = job, .loads = &r->idle};
    const int64_t loads = r->whole.count;

    begin_rows(x, job);
    pool_run(x->pool, r->idle.chunk_count, use_chunk, &idle);
    sum_loads(x, job);
    wait_all(r, r->rows, 2 * x->processes * relay_tensors(job->plan));
    for (int64_t i = 0; i < loads + 1; i++) {
        if (i < loads)
            compute_load(x, job, i);
        if (i > 0)
            finish_load(x, job, i - 1);
    }
    r->spent.seconds += clock_seconds() - begun;
}
