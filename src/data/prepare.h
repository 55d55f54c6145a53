/*
 * prepare.h - from samples as read to what training uses: constants and parts.
 */
#ifndef DATA_PREPARE_H
#define DATA_PREPARE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "data/dataset.h"

/* dataset_moments - mean and population standard deviation over all pixels of
 * the first `count` samples, in double and in a fixed order (bytes: exactly,
 * from counts). */
void dataset_moments(const struct dataset *d, int64_t count, double *mean,
                     double *std);

struct split_config {
    double eval_size; /* 0 <= eval_size < 1 */
    bool stratify, shuffle;
    uint64_t seed;
};

/* The samples of a set, told apart. */
struct split {
    struct subset train, valid;
};

/*
 * split_build - which of the first `count` samples train, which validate.
 *
 * stratify: of each class with c samples the first ceil(c*e - 1e-9) in order
 * validate, a single one trains; else the first ceil(n*e - 1e-9).  shuffle: in
 * the order of a seeded permutation; otherwise the file's, which both parts
 * keep.  The ids live on `arena`.  ERR_MEMORY.
 */
MUST_USE enum status split_build(const struct dataset *d, int64_t count,
                                 const struct split_config *c,
                                 struct arena *arena, struct split *out,
                                 struct err *e);

/* part_count_classes - counts[class] samples of each class, overwritten. */
void part_count_classes(const struct subset *p, int64_t *counts);

#endif
