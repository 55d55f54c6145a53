/*
 * leaky.h - rows of rectified units, each with a slope below 0 of its own.
 *
 * y = x where x > 0, slope * x elsewhere, also for x = 0 and NaN; dx = dy or
 * slope * dy.  The slopes are the numbers of the row.  y may be x, dx may be
 * dy.
 *
 * Private to layer/.
 */
#pragma once

#include "layer/axes.h"

void leaky_forward_row(const struct axes_row *r);
void leaky_backward_row(const struct axes_row *r);
