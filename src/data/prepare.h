/*
 * prepare.h - from samples as read to what training uses: constants and parts.
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "data/dataset.h"

/*
 * subset_moments - mean and population standard deviation of some samples, at
 * least one, in double and in their order (bytes: exactly, from integers); of
 * what is not missing, both 0 where nothing is there.
 *
 * parts  into how many equal runs of pixels a sample is cut: 1 for all of them,
 *        its channels, or its columns, as many as it has pixels
 * mean   [parts]  overwritten
 * std    [parts]  overwritten; 0 exactly where all pixels of a part are equal
 *
 * ERR_MEMORY; of pixels that are apart, as their store fails.
 */
MUST_USE enum status subset_moments(const struct subset *p, int64_t parts,
                                    double *mean, double *std, struct err *e);

/* subset_target_moments - the same of every number that is learnt: mean and std
 * [target.width]. */
void subset_target_moments(const struct subset *p, double *mean, double *std);

/* subset_range - *range becomes the largest value that bytes can have, of other
 * samples the largest absolute value that is not missing.  Fails as
 * subset_moments. */
MUST_USE enum status subset_range(const struct subset *p, double *range,
                                  struct err *e);

/* subset_has_value - does number `part` of a sample have a value in any of
 * them?  They are in memory: cells of a table. */
bool subset_has_value(const struct subset *p, int64_t part);

/* What is held out as one, and how it is chosen. */
enum split_way {
    SPLIT_SAMPLES,
    SPLIT_GROUPS, /* samples that agree in a passed cell, drawn */
    SPLIT_HASH,   /* the same, by what is in the cell */
};

struct split_config {
    double eval_size; /* 0 <= eval_size < 1 */
    int64_t folds;    /* into how many parts instead; 0: by eval_size */
    int64_t fold;     /* the one held out, from 1 */
    bool stratify, shuffle;
    bool test; /* a test part is held out: it is drawn by itself */
    uint64_t seed;
    enum split_way way;
    int64_t cell;     /* which of the passed cells, from 0 */
    double test_size; /* of SPLIT_HASH, unless `test`: what was held out before
                         of all there is */
};

/* split_share - how many of `count` samples are the share `e`: the small number
 * takes back what rounding may have added to count * e, so that for e = 1/k it
 * is ceil(count / k). */
int64_t split_share(int64_t count, double e);

/*
 * split_build - which samples of `from` train, which validate or are a test.
 *
 * stratify: of each class with c samples the first ceil(c*e - 1e-9) in order
 * validate, a single one trains; else the first ceil(n*e - 1e-9).  Fold k of K:
 * those from ceil(c*(k - 1)/K) up to ceil(c*k/K), so that the first one is
 * what e = 1/K gives and every sample but a single one validates in one fold.
 * shuffle: in the order of a seeded permutation; otherwise, and when none
 * validates, that of `from`, which both parts keep.  Groups and hashes:
 * split_groups.h; both parts keep the order of `from`.  Their ids live on
 * `arena`; `train` may be `from`.  ERR_MEMORY.
 */
MUST_USE enum status split_build(const struct subset *from,
                                 const struct split_config *c,
                                 struct arena *arena, struct subset *train,
                                 struct subset *valid, struct err *e);

/* part_count_classes - counts[class] samples of each class, overwritten. */
void part_count_classes(const struct subset *p, int64_t *counts);

/* part_in_turn - `count` samples of `d`, at most as many as it has, that are
 * the first of each class in turn: ids [count], in the order of the set.
 * Classes take turns in their own order.  ERR_MEMORY. */
MUST_USE enum status part_in_turn(const struct dataset *d, int64_t count,
                                  int64_t *ids, struct err *e);
