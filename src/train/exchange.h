/*
 * exchange.h - the one place where the slices of a batch meet.
 *
 * Slices are dealt to processes in contiguous runs; each process has the whole
 * network, its own training step and its own copy of the state.  Everything
 * that crosses slices goes through these calls, which all processes make in the
 * same order; what comes out has the same bits in all of them and for any
 * number of them, since sums run left to right in the order of slices: a
 * process adds its terms to what comes from the one before and hands on.
 *
 * Knows no layer, no loss and no rule.  local.c serves a single process,
 * relay.c several that send each other messages.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/pool.h"
#include "graph/plan.h"

/* A run of consecutive weights, the unit of work of an update. */
struct chunk {
    const struct param *param;
    int64_t begin, count; /* in the parameter; of a batch gradient whole rows */
    bool finite;          /* the weights after the update */
    bool gradient_finite; /* what they were updated by; set when not finite */
};

/* What falls to this process of things that all processes count alike. */
struct share {
    int64_t first, count;
};

/* The gradients of a batch on their way to the update.  A chunk whose parameter
 * is not trainable has none. */
struct gradient_job {
    const struct chunk *chunks; /* [chunk_count] */
    int64_t chunk_count;
    void *context;

    /*
     * The chunk's gradient: `before` [chunk.count], what the slices of the
     * processes before add up to, plus that of each own slice, in order.
     * before NULL: there is no slice before.  A batch gradient (grad_offset
     * GRADIENT_NONE) is the whole one and takes no `before`: whoever adds it
     * computes it.  Returns [chunk.count], valid until `worker` adds another
     * chunk.
     */
    real *(*add)(void *context, int64_t chunk, int64_t worker,
                 const real *before);

    /* The chunk makes its step; total [chunk.count] is overwritten, NULL where
     * nothing is trained. */
    void (*use)(void *context, int64_t chunk, int64_t worker, real *total);

    /* What batch gradients are computed from: the tensors of the plan that are
     * of_batch, in the memory `batch`; `rows` of them, those of the own slices
     * written, the others to be fetched before a batch gradient is added. */
    const struct plan *plan;
    unsigned char *batch;
    int64_t rows;
};

struct exchange;

/* Total functions: a lost process ends all of them. */
struct exchange_ops {
    /* Deals `count` things, in order and as evenly as it can be; no process
     * goes without a slice. */
    struct share (*share)(const struct exchange *x, int64_t count);

    /* total[j] = sum over all terms, in order, of term[j].  The own ones are
     * terms [count][width], count 0 allowed; total [width] is overwritten. */
    void (*sum)(const struct exchange *x, const double *terms, int64_t count,
                int64_t width, double *total);

    /* Calls add and use for every chunk, on the threads of the pool. */
    void (*gradients)(const struct exchange *x, const struct gradient_job *job);

    /* items [count] of `size` bytes each, of which the own share is written,
     * are complete on return. */
    void (*collect)(const struct exchange *x, void *items, int64_t count,
                    size_t size);

    /* The least value of all processes. */
    int64_t (*least)(const struct exchange *x, int64_t value);

    /* bytes [size] of process `from` reach all others. */
    void (*tell)(const struct exchange *x, int64_t from, void *bytes,
                 size_t size);

    /* Memory for the gradients of jobs with these chunks and this plan, of
     * which it takes nothing else; NULL: none is needed.  ERR_MEMORY, of this
     * process alone. */
    enum status (*prepare)(const struct exchange *x,
                           const struct gradient_job *job, struct err *e);
};

/* What has been sent and received so far, and what it took. */
struct exchange_spent {
    double bytes, seconds; /* the latter while anything was on its way */
    double waited;         /* of these, when there was nothing else to do */
};

/* How a process reaches the others, and the threads it has here. */
struct exchange {
    const struct exchange_ops *ops;
    struct pool *pool;                  /* of gradients; NULL: there are none */
    void *context;                      /* of the ops */
    int64_t number, processes;          /* this one among how many */
    const struct exchange_spent *spent; /* NULL: there is no other process */
    bool is_launched; /* what it prints goes through whoever started it, and
                         looks like a terminal or does not, whatever reads */
};

/* exchange_local - a process on its own. */
struct exchange exchange_local(struct pool *pool);

/*
 * exchange_begin - the processes that this program was started as, before
 * anything else is done; whoever starts them may have words of its own among
 * the arguments, which go.  One process where it cannot be told: alone.c and
 * exchange_mpi.c both have it, and a program is linked with one of them.
 */
struct exchange exchange_begin(int *argc, char ***argv);

/* exchange_end - the last thing that a process does with the others; all
 * do. */
void exchange_end(void);

/* exchange_with - the same processes, with threads. */
static inline struct exchange exchange_with(struct exchange x,
                                            struct pool *pool)
{
    x.pool = pool;
    return x;
}

/* exchange_leads - is it the process that prints and writes? */
static inline bool exchange_leads(const struct exchange *x)
{
    return x->number == 0;
}

/* exchange_share - of `count` things what falls to a process, in order and as
 * evenly as it can be. */
struct share exchange_share(const struct exchange *x, int64_t process,
                            int64_t count);

/* exchange_agree - the status that all processes go on with: OK only when it is
 * everybody's. */
enum status exchange_agree(const struct exchange *x, enum status own);
