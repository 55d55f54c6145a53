/*
 * naive_norm.h - batch normalization by its definition, in double precision and
 * index by index.
 */
#pragma once

#include "support/trial.h"

/* What the layer of a trial should compute. */
struct naive_norm {
    int64_t channels, values; /* values of the whole batch per channel */
    double *mean, *var, *weight, *bias; /* [channels] */
    double *dweight, *dbias;
    double *y, *dx; /* of the trial's sizes */
    double *dz, *xhat;
};

/* naive_norm_channels - channels of a sample; bit a of `reduced`: axis a of the
 * sample is no part of them. */
int64_t naive_norm_channels(struct shape in, unsigned reduced);

/* naive_norm - everything that the trial's batchnorm should make of its x, dy,
 * parameters and, unless `of_batch`, buffers; to be freed. */
void naive_norm(const struct trial *t, unsigned reduced, bool of_batch,
                struct naive_norm *w);
void naive_norm_free(struct naive_norm *w);
