/*
 * ticks.h - round numbers along an axis.
 *
 * In steps of 1, 2 or 5 times a power of ten.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { TICK_BYTES = 40, TICKS_MOST = 50 };

struct ticks {
    int64_t first, count; /* ticks are (first + i) * step, 0 <= i < count */
    double step;
};

/* ticks_find - those in [low, high], at most `most` of them and TICKS_MOST;
 * `whole`: integers alone.  None where low < high does not hold. */
struct ticks ticks_find(double low, double high, int64_t most, bool whole);

double tick_value(const struct ticks *t, int64_t i);

/* tick_label - as many decimals as the step has, all of one axis alike; far
 * from 1 with an exponent. */
void tick_label(const struct ticks *t, int64_t i, char label[TICK_BYTES]);
