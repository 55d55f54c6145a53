/*
 * fan.c - initial weights scaled by the connections of a unit.
 *
 * Ref: Glorot and Bengio 2010, eq. 16; He, Zhang, Ren, Sun 2015, eq. 10.  The
 * gain of He is 1 unless it is said to be that of rectified units, sqrt(2), as
 * in Lasagne.
 */
#include <math.h>

#include "init/shared.h"

struct fan_config {
    struct real_or_word gain;
};

static const struct field fan_fields[] = {
    INIT_GAIN(fan_config, "Factor of the standard deviation"),
    {0},
};

static double gain_of(const void *config)
{
    const struct fan_config *c = config;

    return init_gain(c->gain);
}

/* gain * sqrt(2 / ((n1 + n2) * receptive)) */
static double glorot_std(const void *config, struct shape shape)
{
    const double n1 = (double)shape.dim[0];
    const double n2 = shape.axes > 1 ? (double)shape.dim[1] : 1;
    const double receptive = init_fan_in(shape) / n2;

    return gain_of(config) * sqrt(2 / ((n1 + n2) * receptive));
}

/* gain * sqrt(1 / fan_in) */
static double he_std(const void *config, struct shape shape)
{
    return gain_of(config) * sqrt(1 / init_fan_in(shape));
}

static void fill_uniform(double std, struct rng_key key, struct shape shape,
                         real *value)
{
    const double bound = sqrt(3.0) * std;

    init_uniform(key, shape_count(shape), (double[2]){-bound, bound}, value);
}

static void glorot_uniform_fill(const void *config, struct rng_key key,
                                struct shape shape, real *value)
{
    fill_uniform(glorot_std(config, shape), key, shape, value);
}

static void glorot_normal_fill(const void *config, struct rng_key key,
                               struct shape shape, real *value)
{
    init_normal(key, shape_count(shape), 0, glorot_std(config, shape), value);
}

static void he_uniform_fill(const void *config, struct rng_key key,
                            struct shape shape, real *value)
{
    fill_uniform(he_std(config, shape), key, shape, value);
}

static void he_normal_fill(const void *config, struct rng_key key,
                           struct shape shape, real *value)
{
    init_normal(key, shape_count(shape), 0, he_std(config, shape), value);
}

const struct init_ops glorot_uniform_init = {
    .kind = {.name = "glorot_uniform",
             .doc = "Uniform within gain * sqrt(6 / ((n1 + n2) * receptive)): "
                    "n1 outputs, n2 inputs, receptive the filter's area.",
             CONFIG(fan),
             .aka = "xavier xavier_uniform glorot"},
    .min_axes = 2,
    .fill = glorot_uniform_fill,
};

const struct init_ops glorot_normal_init = {
    .kind = {.name = "glorot_normal",
             .doc = "Normal with std gain * sqrt(2 / ((n1 + n2) * receptive)).",
             CONFIG(fan),
             .aka = "xavier_normal"},
    .min_axes = 2,
    .fill = glorot_normal_fill,
};

const struct init_ops he_uniform_init = {
    .kind = {.name = "he_uniform",
             .doc = "Uniform within gain * sqrt(3 / fan_in), fan_in = n2 * "
                    "receptive.",
             CONFIG(fan),
             .aka = "kaiming_uniform"},
    .min_axes = 2,
    .fill = he_uniform_fill,
};

const struct init_ops he_normal_init = {
    .kind = {.name = "he_normal",
             .doc = "Normal with std gain * sqrt(1 / fan_in).",
             CONFIG(fan),
             .aka = "he kaiming kaiming_normal msra"},
    .min_axes = 2,
    .fill = he_normal_fill,
};
