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

static void fill_normal(double std, struct rng_key key, struct shape shape,
                        real *value)
{
    init_normal(key, shape_count(shape), 0, std, value);
}

/* FAN(name, std, distribution, .doc = .., .aka = ..); */
#define FAN(word, std_of, fill_by, ...)                                        \
    static void word##_fill(const void *config, struct rng_key key,            \
                            struct shape shape, real *value)                   \
    {                                                                          \
        fill_by(std_of(config, shape), key, shape, value);                     \
    }                                                                          \
                                                                               \
    const struct init_ops word##_init = {                                      \
        .kind = {.name = #word, CONFIG(fan), __VA_ARGS__},                     \
        .min_axes = 2,                                                         \
        .fill = word##_fill,                                                   \
    }

FAN(glorot_uniform, glorot_std, fill_uniform,
    .doc = "Uniform within gain * sqrt(6 / ((n1 + n2) * receptive)): n1 "
           "outputs, n2 inputs, receptive the filter's area.",
    .aka = "xavier xavier_uniform glorot");
FAN(glorot_normal, glorot_std, fill_normal,
    .doc = "Normal with std gain * sqrt(2 / ((n1 + n2) * receptive)).",
    .aka = "xavier_normal");
FAN(he_uniform, he_std, fill_uniform,
    .doc = "Uniform within gain * sqrt(3 / fan_in), fan_in = n2 * receptive.",
    .aka = "kaiming_uniform");
FAN(he_normal, he_std, fill_normal,
    .doc = "Normal with std gain * sqrt(1 / fan_in).",
    .aka = "he kaiming kaiming_normal msra");
