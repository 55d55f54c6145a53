/*
 * order.h - in which order an epoch sees the samples.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "data/dataset.h"

/* order_epoch - order [train.count] becomes the samples of `train`: as they
 * stand, or shuffled by a permutation that is a function of (seed, epoch). */
void order_epoch(int64_t *order, const struct subset *train, bool shuffle,
                 uint64_t seed, int64_t epoch);
