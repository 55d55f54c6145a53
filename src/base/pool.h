/*
 * pool.h - a fixed set of worker threads.
 *
 * Work is cut into parts by the caller, never by the pool, so results cannot
 * depend on the number of threads.  The only user of threads in the program.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct pool;
struct aside;

/* One part of a job: `part` counts from 0, `worker` is the index of the thread
 * that runs it (0 .. pool_size - 1), for scratch memory. */
typedef void pool_fn(void *context, int64_t part, int64_t worker);

/* pool_new - a pool of `threads` workers, the caller's thread included; >= 1.
 * ERR_MEMORY when threads or memory are short. */
MUST_USE enum status pool_new(struct pool **out, int64_t threads,
                              struct err *e);
void pool_free(struct pool *p); /* NULL is allowed */

int64_t pool_size(const struct pool *p);

/*
 * pool_run - call fn(context, part, worker) once for every part in [0, parts)
 * and return when all have ended.  Which worker runs which part is undefined.
 * Everything written before the call is visible to the parts, everything they
 * wrote is visible after it.  Never fails or allocates; must not be called
 * from inside a part.
 */
void pool_run(struct pool *p, int64_t parts, pool_fn *fn, void *context);

/* Who computes one call: a pool's workers, each with scratch of its own, or the
 * caller alone. */
struct crew {
    struct pool *pool; /* NULL: the caller */
    size_t work_bytes; /* from the caller's scratch to the next worker's */
};

/* crew_parts - into how many parts a call should be cut that takes one core
 * about so many nanoseconds: 1 where waking the others costs more than it
 * saves.  Bits must not depend on the answer. */
int64_t crew_parts(const struct crew *c, int64_t nanoseconds);

/* crew_run - as pool_run; without a pool the caller is worker 0. */
void crew_run(const struct crew *c, int64_t parts, pool_fn *fn, void *context);

/* crew_work - a worker's scratch, given the caller's. */
static inline void *crew_work(const struct crew *c, void *work, int64_t worker)
{
    return (unsigned char *)work + (size_t)worker * c->work_bytes;
}

/* pool_default_threads - the CPUs available to this process, at least 1. */
int64_t pool_default_threads(void);

/* aside_new - a thread beside a pool's, for what may go on while the pool
 * works; it does one thing at a time.  ERR_MEMORY. */
MUST_USE enum status aside_new(struct aside **out, struct err *e);
void aside_free(struct aside *a); /* waits; NULL is allowed */

/* aside_begin - call fn(context) there and return at once; what was begun
 * before has been waited for.  Never fails or allocates. */
void aside_begin(struct aside *a, void (*fn)(void *context), void *context);

/* aside_wait - return when what was begun has ended, if anything was; what it
 * wrote is visible. */
void aside_wait(struct aside *a);
