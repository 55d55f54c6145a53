/*
 * registry.c - the list of initializers as a table, and what they share.
 */
#include <math.h>

#include "init/list.h"

#define KIND(name) &name##_init.kind,
const struct kind *const init_kinds[] = {INITS(KIND) NULL};

const struct init_ops *init_of(struct variant v)
{
    /* The kind is the first member of the ops it belongs to. */
    return (const struct init_ops *)(const void *)v.kind;
}

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
