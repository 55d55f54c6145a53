/*
 * channels.h - arithmetic with constants per channel, whatever axes the
 * channels extend along.
 *
 * Private to layer/.
 */
#pragma once

#include "layer/axes.h"
#include "tensor/kernels.h"

/* How a sample lies in memory: map.rows blocks of [rows, channels, run], the
 * channels of each from the number on where axes_next has come. */
struct channels {
    struct axes_map map; /* map.numbers channels of map.shape */
    int64_t rows, channels, run;
    int64_t values; /* of a sample that share a channel */
    bool first;     /* they are the first axis of a sample */
};

/* channels_of - those along the axes that are not `reduced`. */
struct channels channels_of(struct shape in, const struct axes *reduced);

/* channels_run - a kernel over `batch` samples in the layout of the layer's
 * input, blocked images alone where `first`; of the job all pointers, at the
 * first sample and channel, and `rectify` are read. */
void channels_run(const struct layer *l, const struct channels *c,
                  channel_fn *fn, int64_t batch, const struct channel_job *j);
