/*
 * registry.c - every initializer, the order of menus, and what they share.
 *
 * A new one is one line here and one file, or one more ops struct in the file
 * of its relatives.
 */
#include <math.h>

#include "init/shared.h"

#define INITS(X)                                                               \
    X(init, glorot_uniform)                                                    \
    X(init, glorot_normal)                                                     \
    X(init, he_uniform)                                                        \
    X(init, he_normal)                                                         \
    X(init, normal)                                                            \
    X(init, uniform)                                                           \
    X(init, constant)                                                          \
    X(init, orthogonal)                                                        \
    X(init, sparse)

REGISTRY(init, INITS)

void init_fill(struct variant v, struct rng_key key, struct shape shape,
               real *value)
{
    init_of(v)->fill(v.config, key, shape, value);
}

const char *const init_gain_words[] = {"relu", NULL};

double init_gain(struct real_or_word gain)
{
    return gain.word ? sqrt(2.0) : gain.value;
}

void init_uniform(struct rng_key key, int64_t count, const double bounds[2],
                  real *value)
{
    const double span = bounds[1] - bounds[0];

    for (int64_t i = 0; i < count; i++)
        value[i] = (real)(bounds[0] + span * rng_unit(key, (uint64_t)i));
}

void init_normal(struct rng_key key, int64_t count, double mean, double std,
                 real *value)
{
    for (int64_t i = 0; i < count; i++)
        value[i] = (real)(mean + std * rng_normal(key, (uint64_t)i));
}

double init_fan_in(struct shape shape)
{
    return (double)shape_count(shape) / (double)shape.dim[0];
}
