/*
 * limit.h - how many operations a second the processor can do at most.
 */
#pragma once

#include "base/pool.h"
#include "tensor/kernels.h"

/* Floating point operations a second, a multiply-add being two, of one thread
 * while all of the pool's do multiply-adds in registers and nothing else: the
 * level's, and those of pairs of bfloat16, 0 where they are not native. */
struct limits {
    double plain, pairs;
};

/* limits_measure - the best of several tries, some 60 ms of each in all. */
struct limits limits_measure(const struct kernels *kern, struct pool *pool);

/* limits_better - the higher of both. */
struct limits limits_better(struct limits a, struct limits b);
