/*
 * plain.c - initial values that do not depend on the shape.
 */
#include <math.h>

#include "init/shared.h"

struct normal_config {
    double std, mean;
};

static const struct field normal_fields[] = {
    FIELD(normal_config, std, .def = "0.01", .max = 1e6,
          .doc = "Standard deviation."),
    FIELD(normal_config, mean, .def = "0", .min = -1e6, .max = 1e6,
          .doc = "Mean."),
    {0},
};

static void normal_fill(const void *config, struct rng_key key,
                        struct shape shape, real *value)
{
    const struct normal_config *c = config;

    init_normal(key, shape_count(shape), c->mean, c->std, value);
}

const struct init_ops normal_init = {
    .kind = {.name = "normal",
             .doc = "Normal with a given mean and standard deviation.",
             CONFIG(normal),
             .aka = "gaussian random_normal"},
    .fill = normal_fill,
};

struct uniform_config {
    struct real_list range;
    double std; /* 0: absent */
    double mean;
};

static const struct field uniform_fields[] = {
    FIELD(uniform_config, range, .def = "0.01", .least = 1, .most = 2,
          .min = -1e6, .max = 1e6,
          .doc = "A number r for the interval -r to r, or its two ends."),
    FIELD(uniform_config, std, .optional = true, .min = 1e-12, .max = 1e6,
          .doc = "Standard deviation; takes the place of range, the interval "
                 "is mean +- sqrt(3) * std."),
    FIELD(uniform_config, mean, .def = "0", .min = -1e6, .max = 1e6,
          .doc = "Middle of the interval when std is given."),
    {0},
};

static void uniform_fill(const void *config, struct rng_key key,
                         struct shape shape, real *value)
{
    const struct uniform_config *c = config;
    const double *range = c->range.at;
    double bounds[2];

    if (c->std > 0) {
        bounds[0] = c->mean - sqrt(3.0) * c->std;
        bounds[1] = c->mean + sqrt(3.0) * c->std;
    } else {
        bounds[0] = c->range.count == 1 ? -range[0] : range[0];
        bounds[1] = c->range.count == 1 ? range[0] : range[1];
    }
    init_uniform(key, shape_count(shape), bounds, value);
}

const struct init_ops uniform_init = {
    .kind = {.name = "uniform",
             .doc = "Uniform in an interval.",
             CONFIG(uniform),
             .aka = "random_uniform"},
    .fill = uniform_fill,
};

struct constant_config {
    double val;
};

static const struct field constant_fields[] = {
    FIELD(constant_config, val, .def = "0", .min = -1e6, .max = 1e6,
          .doc = "The value."),
    {0},
};

static void constant_fill(const void *config, struct rng_key key,
                          struct shape shape, real *value)
{
    const struct constant_config *c = config;
    const int64_t count = shape_count(shape);

    (void)key;
    for (int64_t i = 0; i < count; i++)
        value[i] = (real)c->val;
}

const struct init_ops constant_init = {
    .kind = {.name = "constant",
             .doc = "One value everywhere; a plain number means the same.",
             CONFIG(constant),
             .aka = "zeros ones"},
    .fill = constant_fill,
};

static const struct constant_config zero = {0}, one = {1};
const struct variant init_zeros = {&constant_init.kind, &zero},
                     init_ones = {&constant_init.kind, &one};
