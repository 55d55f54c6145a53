/*
 * step_inside.h - what a step is made of; shared by step*.c alone.
 */
#pragma once

#include "base/arena.h"
#include "train/feed.h"
#include "train/gradients.h"
#include "train/step.h"

struct step {
    struct step_config config;
    const struct graph *g;
    const struct exchange *x;
    struct arena arena;
    struct plan plan;
    struct share own;     /* of the slices of a full batch */
    unsigned char *lanes; /* [lane_count][plan.lane_bytes] */
    unsigned char *batch; /* [plan.batch_bytes] */
    unsigned char *work;  /* [threads][work_bytes] */
    real *laid;           /* [plan.laid] of the weights of the batch */
    size_t work_bytes;
    struct gradients gradients; /* of the own slices */
    double *slice_sums;         /* [own.count][plan.most_sums] */
    double *settled;            /* [plan.sum_count] */
    struct feed feed;
    struct apply apply;
    double *row_loss; /* [batch_size] */
    float *inputs;    /* [batch_size, in..] as targets; NULL: they are none */
    const struct run_watch *watches; /* [threads]; NULL: nobody watches */
};
