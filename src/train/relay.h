/*
 * relay.h - an exchange of processes that send each other messages.
 *
 * A sum over slices goes from process to process, each adding its slices to
 * what comes from the one before, and its total goes the same way back; in
 * loads of some chunks, so that the first totals are back, and used, while the
 * last terms are still on their way forward.  What is computed from the rows of
 * the whole batch is dealt: all fetch all rows, each computes its share of the
 * rows of a gradient, and all fetch the shares of the others.
 *
 * Internal to train/: knows messages as a `wire` has them, and no library for
 * them.
 */
#pragma once

#include "base/arena.h"
#include "train/exchange.h"

/* A message on its way; {0}: there is none. */
struct ticket {
    bool pending;
    uint64_t request; /* the library's */
};

/* Called by the thread that began alone.  Total functions: a lost process ends
 * all of them. */
struct wire {
    /* The message must stay as it is, or its room be left alone, until it is
     * done.  Two between the same processes arrive in the order of sending. */
    void (*send)(int64_t to, const void *bytes, size_t size, struct ticket *t);
    void (*receive)(int64_t from, void *bytes, size_t size, struct ticket *t);

    /* Has it come to its end, or has there been none?  Never waits. */
    bool (*done)(struct ticket *t);

    /* Lets messages move while this process computes. */
    void (*poke)(void);

    /* As of exchange_ops; all processes come to it. */
    int64_t (*least)(int64_t value);
    void (*tell)(int64_t from, void *bytes, size_t size);
};

/* Chunks that travel together. */
struct load {
    int64_t first, count; /* in the list */
    int64_t reals;
};

/* The chunks of a job that are treated alike. */
struct loads {
    int64_t count, chunk_count;
    struct load *at; /* [count] */
    int64_t *chunk;  /* [chunk_count] its number in the job */
    int64_t *offset; /* [chunk_count] reals before it in its load */
    int64_t largest; /* reals of a load */
};

/* A load of sums on its way, and the rooms [loads.largest] for it. */
struct slot {
    real *before, *sum, *total;
    struct ticket come, gone, back, passed;
};

struct relay {
    const struct wire *wire;
    struct exchange_spent spent;
    struct arena arena; /* what follows, for the jobs it was prepared for */
    struct loads idle;  /* nothing is trained */
    struct loads summed, whole;
    int64_t slot_count;
    struct slot *slots;
    real *room[2];           /* [whole.largest] of a load and of the next */
    struct ticket *dealt[2]; /* [2][processes] of their parts */
    struct ticket *rows;     /* [tensors of the batch][2][processes] */
};

/* exchange_over - several processes, this one being `number` of them.  `r` is
 * empty at first and lives as long; it is given back with relay_close. */
struct exchange exchange_over(struct relay *r, const struct wire *wire,
                              int64_t number, int64_t processes);
void relay_close(struct relay *r);

/* Of the relay itself: memory, and the way of gradients. */
MUST_USE enum status relay_prepare(const struct exchange *x,
                                   const struct gradient_job *job,
                                   struct err *e);
void relay_gradients(const struct exchange *x, const struct gradient_job *job);

/* relay_tensors - how many tensors of the plan are of the batch. */
int64_t relay_tensors(const struct plan *p);

/* relay_wait - until the message is done; the time counts as waited. */
void relay_wait(struct relay *r, struct ticket *t);

/* relay_send, relay_receive - nothing is no message. */
void relay_send(struct relay *r, int64_t to, const void *bytes, size_t size,
                struct ticket *t);
void relay_receive(struct relay *r, int64_t from, void *bytes, size_t size,
                   struct ticket *t);
