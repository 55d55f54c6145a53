/*
 * pool.c - worker threads that wait for jobs cut into parts.
 *
 * A job is announced by raising `generation` under the lock; parts are claimed
 * from one atomic counter.  A waiting worker first watches the generation for a
 * moment, since in training the next job comes within microseconds, and then
 * sleeps.  Which thread takes which part is left to chance on purpose: no
 * result may depend on it.
 */
#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/num.h"

enum { SPINS_BEFORE_SLEEP = 2000, LEAST_NANOSECONDS = 4000 };

struct worker {
    struct pool *pool;
    int64_t index;
    pthread_t thread;
};

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t job_ready, job_done;
    atomic_uint_fast64_t generation; /* written under the lock */
    atomic_int_fast64_t next_part;
    int64_t parts;
    pool_fn *fn;
    void *context;
    atomic_int_fast64_t busy; /* workers that have not finished the job; written
                                 under the lock */
    bool stopping;
    int64_t size, started;
    struct worker workers[]; /* size; [0] is the caller */
};

static void take_parts(struct pool *p, int64_t worker)
{
    for (;;) {
        const int64_t part = atomic_fetch_add(&p->next_part, 1);
        if (part >= p->parts)
            return;
        p->fn(p->context, part, worker);
    }
}

/* Returns when the generation is no longer `seen`. */
static void wait_for_job(struct pool *p, uint_fast64_t seen)
{
    for (int i = 0; i < SPINS_BEFORE_SLEEP; i++) {
        if (atomic_load(&p->generation) != seen)
            return;
        sched_yield();
    }
    pthread_mutex_lock(&p->lock);
    while (atomic_load(&p->generation) == seen)
        pthread_cond_wait(&p->job_ready, &p->lock);
    pthread_mutex_unlock(&p->lock);
}

static void *work(void *argument)
{
    const struct worker *w = argument;
    struct pool *p = w->pool;

    for (uint_fast64_t seen = 0;; seen++) {
        wait_for_job(p, seen);
        /* The lock orders the reads of the job after its announcement. */
        pthread_mutex_lock(&p->lock);
        const bool stop = p->stopping;
        pthread_mutex_unlock(&p->lock);
        if (stop)
            return NULL;
        take_parts(p, w->index);
        pthread_mutex_lock(&p->lock);
        if (atomic_fetch_sub(&p->busy, 1) == 1)
            pthread_cond_signal(&p->job_done);
        pthread_mutex_unlock(&p->lock);
    }
}

static void announce(struct pool *p)
{
    atomic_fetch_add(&p->generation, 1);
    pthread_cond_broadcast(&p->job_ready);
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
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    announce(p);
    pthread_mutex_unlock(&p->lock);
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

/* The parts of the others mostly end within microseconds of the caller's. */
static void wait_for_end(struct pool *p)
{
    for (int i = 0; i < SPINS_BEFORE_SLEEP; i++) {
        if (atomic_load(&p->busy) == 0)
            return;
        sched_yield();
    }
    pthread_mutex_lock(&p->lock);
    while (atomic_load(&p->busy) > 0)
        pthread_cond_wait(&p->job_done, &p->lock);
    pthread_mutex_unlock(&p->lock);
}

void pool_run(struct pool *p, int64_t parts, pool_fn *fn, void *context)
{
    if (p->size == 1 || parts <= 1) {
        for (int64_t part = 0; part < parts; part++)
            fn(context, part, 0);
        return;
    }
    pthread_mutex_lock(&p->lock);
    p->fn = fn;
    p->context = context;
    p->parts = parts;
    atomic_store(&p->busy, p->size - 1);
    atomic_store(&p->next_part, 0);
    announce(p);
    pthread_mutex_unlock(&p->lock);

    take_parts(p, 0);
    wait_for_end(p);
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
