#include "train/hall.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#include "base/compiler.h"
#include "base/num.h"

enum { SUMS = 64, CHUNK = 4096 };

struct hall {
    int64_t processes;
    pthread_barrier_t barrier;
    double sums[SUMS];
    real chunk[CHUNK];
    unsigned char *memory[HALL_MOST]; /* what a process shows the others */
    int64_t value[HALL_MOST];
};

struct seat {
    struct hall *hall;
    int64_t number;
    pthread_t thread;
    struct pool *pool;
    void (*work)(void *context, int64_t process, const struct exchange *x);
    void *context;
};

static void meet(const struct seat *s)
{
    pthread_barrier_wait(&s->hall->barrier);
}

static struct share share_of(const struct hall *h, int64_t number,
                             int64_t count)
{
    const int64_t first = count * number / h->processes;

    return (struct share){first, count * (number + 1) / h->processes - first};
}

static struct share hall_share(const struct exchange *x, int64_t count)
{
    const struct seat *s = x->context;

    return share_of(s->hall, s->number, count);
}

static void hall_sum(const struct exchange *x, const double *terms,
                     int64_t count, int64_t width, double *total)
{
    const struct seat *s = x->context;
    double *sums = s->hall->sums;

    cr_assert_leq(width, SUMS);
    for (int64_t turn = 0; turn < s->hall->processes; turn++) {
        meet(s);
        if (turn != s->number)
            continue;
        if (turn == 0)
            memset(sums, 0, sizeof s->hall->sums);
        for (int64_t i = 0; i < count; i++)
            for (int64_t j = 0; j < width; j++)
                sums[j] += terms[i * width + j];
    }
    meet(s);
    memcpy(total, sums, (size_t)width * sizeof *total);
    meet(s);
}

static size_t least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Copies from every other process what is its share of `count` pieces. */
static void fetch(const struct seat *s, unsigned char *memory, int64_t pieces,
                  size_t piece, size_t end)
{
    struct hall *h = s->hall;

    h->memory[s->number] = memory;
    meet(s);
    for (int64_t i = 0; i < h->processes; i++) {
        const struct share of = share_of(h, i, pieces);
        const size_t from = least_of((size_t)of.first * piece, end);
        const size_t to = least_of((size_t)(of.first + of.count) * piece, end);
        if (i != s->number)
            memcpy(memory + from, h->memory[i] + from, to - from);
    }
    meet(s);
}

static void fetch_rows(const struct seat *s, const struct gradient_job *job)
{
    const struct plan *p = job->plan;
    const int64_t slices = num_ceil_div(p->rows.batch, p->rows.slice);

    for (int64_t i = 0; i < p->tensor_count; i++) {
        const struct plan_tensor *t = &p->tensors[i];
        if (t->of_batch)
            fetch(s, job->batch + t->offset, slices,
                  t->row_bytes * (size_t)p->rows.slice,
                  t->row_bytes * (size_t)job->rows);
    }
}

/* One chunk from process to process, the total back to all. */
static void sum_chunk(const struct seat *s, const struct gradient_job *job,
                      int64_t chunk)
{
    const size_t bytes = (size_t)job->chunks[chunk].count * sizeof(real);
    real *carry = s->hall->chunk;

    for (int64_t turn = 0; turn < s->hall->processes; turn++) {
        meet(s);
        if (turn != s->number)
            continue;
        const real *sum =
            job->add(job->context, chunk, 0, turn > 0 ? carry : NULL);
        memcpy(carry, sum, bytes);
    }
    meet(s);
    real total[CHUNK];
    memcpy(total, carry, bytes);
    job->use(job->context, chunk, 0, total);
    meet(s);
}

static void hall_gradients(const struct exchange *x,
                           const struct gradient_job *job)
{
    const struct seat *s = x->context;

    fetch_rows(s, job);
    for (int64_t i = 0; i < job->chunk_count; i++) {
        const struct param *p = job->chunks[i].param;
        if (!p->trainable)
            job->use(job->context, i, 0, NULL);
        else if (p->grad_offset == GRADIENT_NONE)
            job->use(job->context, i, 0, job->add(job->context, i, 0, NULL));
        else
            sum_chunk(s, job, i);
    }
}

static void hall_collect(const struct exchange *x, void *items, int64_t count,
                         size_t size)
{
    fetch(x->context, items, count, size, (size_t)count * size);
}

static int64_t hall_least(const struct exchange *x, int64_t value)
{
    const struct seat *s = x->context;
    int64_t least = value;

    s->hall->value[s->number] = value;
    meet(s);
    for (int64_t i = 0; i < s->hall->processes; i++)
        least = num_min(least, s->hall->value[i]);
    meet(s);
    return least;
}

static void hall_tell(const struct exchange *x, int64_t from, void *bytes,
                      size_t size)
{
    const struct seat *s = x->context;

    s->hall->memory[s->number] = bytes;
    meet(s);
    if (from != s->number)
        memcpy(bytes, s->hall->memory[from], size);
    meet(s);
}

static void *take_seat(void *seat)
{
    static const struct exchange_ops ops = {
        .share = hall_share,
        .sum = hall_sum,
        .gradients = hall_gradients,
        .collect = hall_collect,
        .least = hall_least,
        .tell = hall_tell,
    };
    struct seat *s = seat;
    const struct exchange x = {
        .ops = &ops,
        .pool = s->pool,
        .context = s,
        .number = s->number,
        .processes = s->hall->processes,
    };

    s->work(s->context, s->number, &x);
    return NULL;
}

void hall_run(int64_t processes, int64_t threads,
              void (*work)(void *context, int64_t process,
                           const struct exchange *x),
              void *context)
{
    static struct hall hall;
    struct seat seats[HALL_MOST];
    struct err e = {0};

    cr_assert_leq(processes, HALL_MOST);
    hall = (struct hall){.processes = processes};
    pthread_barrier_init(&hall.barrier, NULL, (unsigned)processes);
    for (int64_t i = 0; i < processes; i++) {
        seats[i] = (struct seat){
            .hall = &hall, .number = i, .work = work, .context = context};
        cr_assert_eq(pool_new(&seats[i].pool, threads, &e), OK);
        cr_assert_eq(
            pthread_create(&seats[i].thread, NULL, take_seat, &seats[i]), 0);
    }
    for (int64_t i = 0; i < processes; i++) {
        pthread_join(seats[i].thread, NULL);
        pool_free(seats[i].pool);
    }
    pthread_barrier_destroy(&hall.barrier);
}
