/*
 * split_groups.h - parts of a set by what stands in a passed cell of a sample.
 *
 * SPLIT_GROUPS: samples that agree in the cell are a group.  Groups, in the
 * order of a seeded permutation or (shuffle: false) of appearance, are held out
 * whole until these hold the share that is asked for or one is left.  With
 * folds the next one begins where k/K of the samples are dealt, and no later
 * than that every fold to come has a group of its own; so as long as groups are
 * many the first fold is what e = 1/K holds out.
 *
 * SPLIT_HASH: u = the first 8 bytes, big endian, of SHA-256("SEED:CELL"), as a
 * share of 2^64.  u < test_size: test; else v = (u - test_size) / (1 -
 * test_size), which validates where v < eval_size, in fold k of K where
 * (k - 1)/K <= v < k/K.  It is a function of seed and cell alone: samples that
 * are added move no other.
 */
#pragma once

#include "data/prepare.h"

/*
 * split_cells - of every sample, in the order of `from`, the fold in which it
 * is held out, from 1; without folds 1 where it is held out, else 0.
 *
 * part  [from->count]  overwritten
 * ERR_MEMORY.
 */
MUST_USE enum status split_cells(const struct subset *from,
                                 const struct split_config *c, int64_t *part,
                                 struct err *e);

/* split_empty_fold - the first of the folds that holds out no sample; 0: all of
 * them do.  ERR_MEMORY. */
MUST_USE enum status split_empty_fold(const struct subset *from,
                                      const struct split_config *c,
                                      int64_t *fold, struct err *e);
