/*
 * preflight.h - will memory and disk suffice?
 */
#pragma once

#include "document/experiment.h"

/* The regions of a run's memory. */
enum memory_region {
    MEMORY_WEIGHTS,     /* last and best ones, buffers, train.log's copy */
    MEMORY_GRADIENTS,   /* of every slice */
    MEMORY_OPTIMIZER,   /* slots */
    MEMORY_ACTIVATIONS, /* of all threads: training, validation, and the
                           outputs that a model file is verified with */
    MEMORY_SCRATCH,
    MEMORY_DATA,    /* of the samples; 0 while unknown */
    MEMORY_PROGRAM, /* the fixed part: code, libraries, stacks */
    MEMORY_TOTAL,
    MEMORY_REGIONS,
};
extern const char *const memory_words[MEMORY_REGIONS]; /* their names */

/* What a run takes, in bytes; the figures of `info`. */
struct memory_plan {
    size_t bytes[MEMORY_REGIONS];
    size_t lanes;       /* in which slices are trained; 0: no training */
    bool lane_of_slice; /* each slice has one; else each thread */
};

/* memory_plan_of - from the sizes that the allocating code itself computes.
 * `data_bytes` is samples_survey's.  Of one of so many processes.  ERR_MEMORY.
 */
MUST_USE enum status memory_plan_of(const struct experiment *x, int64_t threads,
                                    int64_t processes, size_t data_bytes,
                                    struct memory_plan *out, struct err *e);

/* preflight_memory - ERR_MEMORY, with the plan, when the rest of the run needs
 * more than the machine or its control group has left.  `staged`: what it
 * holds of samples that are not there yet. */
MUST_USE enum status preflight_memory(const struct experiment *x,
                                      int64_t threads, int64_t processes,
                                      size_t staged, struct err *e);

/* preflight_room - ERR_CANTCREATE when there is no room for the model file
 * beside the lock of `output`, which stands where the output really lies. */
MUST_USE enum status preflight_room(const struct experiment *x,
                                    const struct file_lock *lock,
                                    const char *output, struct err *e);
