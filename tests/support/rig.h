/*
 * rig.h - small networks with samples and a state, for tests of training that
 * do not go through the command line.
 */
#pragma once

#include "data/dataset.h"
#include "graph/graph.h"
#include "train/step.h"

/* A network: layers that batch gradients, random numbers and sums over the
 * batch depend on, in every arrangement that the plan treats in a way of its
 * own. */
struct rig_net {
    const char *name;
    const struct graph_entry *entries; /* [count] */
    int64_t count;
};

extern const struct rig_net rig_nets[]; /* ended by name NULL */

/* One whose tensors outweigh everything else. */
extern const struct rig_net rig_wide;

enum { RIG_SAMPLES = 40 };

struct rig {
    struct arena arena;
    struct graph g;
    struct dataset set; /* RIG_SAMPLES of them, in classes */
    double mean, std;
    struct normalization norm;
    int64_t ids[RIG_SAMPLES];      /* 0, 1, .. */
    struct step_config config;     /* batches of 13 in 5 slices, momentum, l2 */
    struct metric_columns columns; /* accuracy alone */
    const double *class_weights;   /* of every other network; NULL: none */
    struct train_state state;      /* random weights */
};

/* rig_net - the net of that name. */
const struct rig_net *rig_net(const char *name);

void rig_open(struct rig *r, const struct rig_net *net);
void rig_close(struct rig *r);

/* rig_batch - `count` samples from `first` on, in epoch 1. */
struct step_batch rig_batch(const struct rig *r, int64_t first, int64_t count);

/* rig_train - three batches of 13, 13 and 3 samples, updates included, done by
 * `x`.  Returns the last one's loss. */
double rig_train(struct rig *r, const struct exchange *x);

/* rig_same - do weights, buffers and slots have the same bits? */
bool rig_same(const struct rig *a, const struct rig *b);
