/*
 * pool.c - worker threads that wait for jobs cut into parts.
 *
 * The number of a job and its next part are one atomic number, the ticket, so
 * that a part is claimed of the job that was looked at or not at all.  The
 * caller claims parts as the others do, and waits for those alone that somebody
 * has claimed: a worker that the system keeps from running holds nobody up.
 * Who waits watches for a while, in which most jobs come and end, and then
 * sleeps.  Which thread takes which part is left to chance on purpose:
 * no result may depend on it.
 */
#include "base/pool.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/num.h"

/* Looks for a job or its end: some microseconds, in which most come, then some
 * hundreds in which the processor goes to whoever else wants it, then sleep, as
 * waking up takes tens. */
enum { WATCHES = 2000, WATCHES_BEFORE_SLEEP = 3000, LEAST_NANOSECONDS = 4000 };

/* Bits of a ticket for the part; one whose part is the last of them has no part
 * to give. */
enum { PART_BITS = 32 };
#define NO_PART UINT32_MAX

struct worker {
    struct pool *pool;
    int64_t index;
    pthread_t thread;
};

struct pool {
    atomic_uint_fast64_t ticket;
    /* The job; written while the ticket has no part. */
    pool_fn *_Atomic fn;
    void *_Atomic context;
    atomic_int_fast64_t parts;
    atomic_int_fast64_t done; /* its parts that have ended */

    pthread_mutex_t lock; /* of those who sleep and who wake them */
    pthread_cond_t job_ready, job_done;
    atomic_int sleepers;       /* workers that wait for job_ready, */
    atomic_bool caller_sleeps; /* and the caller, for job_done */
    atomic_bool stopping;
    int64_t size, started;
    struct worker workers[]; /* size; [0] is the caller */
};

static uint_fast64_t job_of(uint_fast64_t ticket)
{
    return ticket >> PART_BITS;
}

static int64_t part_of(uint_fast64_t ticket)
{
    return (int64_t)(ticket & NO_PART);
}

/* For some tens of nanoseconds, or as long as others want. */
static void pause_watching(int looks)
{
    if (looks >= WATCHES) {
        sched_yield();
        return;
    }
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb" ::: "memory");
#endif
}

static void wake_caller(struct pool *p)
{
    if (!atomic_load(&p->caller_sleeps))
        return;
    pthread_mutex_lock(&p->lock);
    pthread_cond_signal(&p->job_done);
    pthread_mutex_unlock(&p->lock);
}

/* Returns the job of which there is no part left.  While a part of a job can be
 * claimed, the job cannot end, so what was read of it before is of it. */
static uint_fast64_t take_parts(struct pool *p, int64_t worker)
{
    for (;;) {
        uint_fast64_t ticket = atomic_load(&p->ticket);
        const int64_t part = part_of(ticket), parts = atomic_load(&p->parts);
        pool_fn *const fn = atomic_load(&p->fn);
        void *const context = atomic_load(&p->context);

        if (part >= parts)
            return job_of(ticket);
        if (!atomic_compare_exchange_strong(&p->ticket, &ticket, ticket + 1))
            continue;
        fn(context, part, worker);
        if (atomic_fetch_add(&p->done, 1) == parts - 1)
            wake_caller(p);
    }
}

/* The last job of all may have been `seen` by who was still looking for parts
 * of the one before. */
static bool is_idle(struct pool *p, uint_fast64_t seen)
{
    return job_of(atomic_load(&p->ticket)) == seen &&
           !atomic_load(&p->stopping);
}

/* Returns when the job is no longer `seen`, or none will come. */
static void wait_for_job(struct pool *p, uint_fast64_t seen)
{
    for (int i = 0; i < WATCHES_BEFORE_SLEEP; i++) {
        if (!is_idle(p, seen))
            return;
        pause_watching(i);
    }
    pthread_mutex_lock(&p->lock);
    atomic_fetch_add(&p->sleepers, 1);
    while (is_idle(p, seen))
        pthread_cond_wait(&p->job_ready, &p->lock);
    atomic_fetch_sub(&p->sleepers, 1);
    pthread_mutex_unlock(&p->lock);
}

static void *work(void *argument)
{
    const struct worker *w = argument;

    for (uint_fast64_t seen = 0;;) {
        wait_for_job(w->pool, seen);
        if (atomic_load(&w->pool->stopping))
            return NULL;
        seen = take_parts(w->pool, w->index);
    }
}

/* The next job, from part `first` on. */
static void announce(struct pool *p, uint_fast64_t first)
{
    const uint_fast64_t job = job_of(atomic_load(&p->ticket)) + 1;

    atomic_store(&p->ticket, job << PART_BITS | first);
    if (atomic_load(&p->sleepers) == 0)
        return;
    pthread_mutex_lock(&p->lock);
    pthread_cond_broadcast(&p->job_ready);
    pthread_mutex_unlock(&p->lock);
}

enum status pool_new(struct pool **out, int64_t threads, struct err *e)
{
    struct pool *p =
        mem_take(1, sizeof *p + (size_t)threads * sizeof(struct worker));

    *out = NULL;
    if (!p)
        return err_memory(e, "starting the worker threads");
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->job_ready, NULL);
    pthread_cond_init(&p->job_done, NULL);
    atomic_store(&p->ticket, NO_PART);
    p->size = threads;
    for (p->started = 1; p->started < threads; p->started++) {
        struct worker *w = &p->workers[p->started];
        *w = (struct worker){.pool = p, .index = p->started};
        if (pthread_create(&w->thread, NULL, work, w) != 0) {
            const long long count = threads;
            pool_free(p);
            return err_add(e, ERR_MEMORY, NULL,
                           "the system does not give %lld threads", count);
        }
    }
    *out = p;
    return OK;
}

void pool_free(struct pool *p)
{
    if (!p)
        return;
    atomic_store(&p->stopping, true);
    announce(p, NO_PART);
    for (int64_t i = 1; i < p->started; i++)
        pthread_join(p->workers[i].thread, NULL);
    pthread_cond_destroy(&p->job_ready);
    pthread_cond_destroy(&p->job_done);
    pthread_mutex_destroy(&p->lock);
    mem_free(p);
}

int64_t pool_size(const struct pool *p)
{
    return p->size;
}

static void wait_for_end(struct pool *p, int64_t parts)
{
    for (int i = 0; i < WATCHES_BEFORE_SLEEP; i++) {
        if (atomic_load(&p->done) == parts)
            return;
        pause_watching(i);
    }
    pthread_mutex_lock(&p->lock);
    atomic_store(&p->caller_sleeps, true);
    while (atomic_load(&p->done) < parts)
        pthread_cond_wait(&p->job_done, &p->lock);
    atomic_store(&p->caller_sleeps, false);
    pthread_mutex_unlock(&p->lock);
}

void pool_run(struct pool *p, int64_t parts, pool_fn *fn, void *context)
{
    assert(parts < NO_PART);
    if (p->size == 1 || parts <= 1) {
        for (int64_t part = 0; part < parts; part++)
            fn(context, part, 0);
        return;
    }
    atomic_store(&p->fn, fn);
    atomic_store(&p->context, context);
    atomic_store(&p->parts, parts);
    atomic_store(&p->done, 0);
    announce(p, 0);
    take_parts(p, 0);
    wait_for_end(p, parts);
    atomic_fetch_or(&p->ticket, NO_PART);
}

int64_t crew_parts(const struct crew *c, int64_t nanoseconds)
{
    return c->pool ? num_max(1, num_min(c->pool->size,
                                        nanoseconds / LEAST_NANOSECONDS))
                   : 1;
}

void crew_run(const struct crew *c, int64_t parts, pool_fn *fn, void *context)
{
    if (c->pool)
        pool_run(c->pool, parts, fn, context);
    for (int64_t part = 0; !c->pool && part < parts; part++)
        fn(context, part, 0);
}

int64_t pool_default_threads(void)
{
    cpu_set_t cpus;

    if (sched_getaffinity(0, sizeof cpus, &cpus) != 0)
        return 1;
    return CPU_COUNT(&cpus) > 0 ? CPU_COUNT(&cpus) : 1;
}

struct aside {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    void (*fn)(void *context); /* NULL: nothing is going on */
    void *context;
    bool stopping;
    pthread_t thread;
};

static void *work_aside(void *argument)
{
    struct aside *a = argument;

    pthread_mutex_lock(&a->lock);
    for (;;) {
        while (!a->fn && !a->stopping)
            pthread_cond_wait(&a->changed, &a->lock);
        if (!a->fn)
            break;
        pthread_mutex_unlock(&a->lock);
        a->fn(a->context);
        pthread_mutex_lock(&a->lock);
        a->fn = NULL;
        pthread_cond_broadcast(&a->changed);
    }
    pthread_mutex_unlock(&a->lock);
    return NULL;
}

enum status aside_new(struct aside **out, struct err *e)
{
    struct aside *a = mem_take(1, sizeof *a);

    *out = NULL;
    if (!a)
        return err_memory(e, "starting a reader thread");
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->changed, NULL);
    if (pthread_create(&a->thread, NULL, work_aside, a) != 0) {
        pthread_cond_destroy(&a->changed);
        pthread_mutex_destroy(&a->lock);
        mem_free(a);
        return err_add(e, ERR_MEMORY, NULL,
                       "the system does not give a reader thread");
    }
    *out = a;
    return OK;
}

void aside_free(struct aside *a)
{
    if (!a)
        return;
    pthread_mutex_lock(&a->lock);
    a->stopping = true;
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
    pthread_join(a->thread, NULL);
    pthread_cond_destroy(&a->changed);
    pthread_mutex_destroy(&a->lock);
    mem_free(a);
}

void aside_begin(struct aside *a, void (*fn)(void *context), void *context)
{
    pthread_mutex_lock(&a->lock);
    a->fn = fn;
    a->context = context;
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
}

void aside_wait(struct aside *a)
{
    pthread_mutex_lock(&a->lock);
    while (a->fn)
        pthread_cond_wait(&a->changed, &a->lock);
    pthread_mutex_unlock(&a->lock);
}
