/*
 * shared.h - what the initializers have in common.
 *
 * Private to init/.
 */
#pragma once

#include "init/init.h"

/* init_uniform - uniform between bounds[0] and bounds[1]. */
void init_uniform(struct rng_key key, int64_t count, const double bounds[2],
                  real *value);

/* init_normal - N(mean, std^2). */
void init_normal(struct rng_key key, int64_t count, double mean, double std,
                 real *value);

/* A row of a table: a factor, or the word for that of rectified units. */
extern const char *const init_gain_words[];
#define INIT_GAIN(S, what)                                                     \
    FIELD(S, gain, .def = "1", .max = 1e6, .choices = init_gain_words,         \
          .doc = what ", or relu: sqrt(2).")

/* init_gain - the factor. */
double init_gain(struct real_or_word gain);

/* init_fan_in - the inputs that one output sums over: n2 * receptive. */
double init_fan_in(struct shape shape);
