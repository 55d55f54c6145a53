/*
 * limit.h - how many operations a second the processor can do at most.
 */
#pragma once

#include "base/pool.h"
#include "tensor/kernels.h"

/* limit_measure - floating point operations a second, a multiply-add being two,
 * of one thread while all of the pool's do the level's multiply-adds in
 * registers and nothing else: the best of several tries, some 60 ms in all. */
double limit_measure(const struct kernels *kern, struct pool *pool);
