/*
 * activation.c - nonlinearities as operators.
 */
#include <string.h>

#include "operators/build.h"

/* One nonlinearity: what comes out of x; `sample` is its shape. */
typedef const char *activation_fn(struct operators *o, struct variant v,
                                  struct shape sample, const char *x);

static const char *unchanged(struct operators *o, struct variant v,
                             struct shape sample, const char *x)
{
    (void)o;
    (void)v;
    (void)sample;
    return x;
}

/* Those that are one operator without attributes. */
#define PLAIN(name, op)                                                        \
    static const char *name(struct operators *o, struct variant v,             \
                            struct shape sample, const char *x)                \
    {                                                                          \
        (void)v;                                                               \
        (void)sample;                                                          \
        return build_one(o, op, "nonlinearity", x);                            \
    }
PLAIN(put_relu, "Relu")
PLAIN(put_tanh, "Tanh")
PLAIN(put_sigmoid, "Sigmoid")
PLAIN(put_softplus, "Softplus")
PLAIN(put_elu, "Elu")
PLAIN(put_hard_swish, "HardSwish")

/* Over all numbers of a sample. */
static const char *put_softmax(struct operators *o, struct variant v,
                               struct shape sample, const char *x)
{
    (void)v;
    if (sample.axes > 1) {
        x = build_one(o, "Flatten", "nonlinearity_flatten", x);
        build_int(o, "axis", 1);
    }
    const char *y = build_one(o, "Softmax", "nonlinearity", x);
    build_int(o, "axis", 1);
    return sample.axes > 1 ? build_reshape(o, "nonlinearity_reshape", y, sample)
                           : y;
}

static const char *put_slope(struct operators *o, const char *x, double slope)
{
    const char *y = build_one(o, "LeakyRelu", "nonlinearity", x);

    build_real(o, "alpha", slope);
    return y;
}

static const char *put_leaky(struct operators *o, struct variant v,
                             struct shape sample, const char *x)
{
    (void)sample;
    return put_slope(o, x, activation_value(v, "leakiness"));
}

static const char *put_very_leaky(struct operators *o, struct variant v,
                                  struct shape sample, const char *x)
{
    (void)v;
    (void)sample;
    return put_slope(o, x, 1.0 / 3);
}

/* gamma (alpha exp(x) - alpha) below 0, gamma x above. */
static const char *put_selu(struct operators *o, struct variant v,
                            struct shape sample, const char *x)
{
    const char *y = build_one(o, "Selu", "nonlinearity", x);

    (void)sample;
    build_real(o, "alpha", activation_value(v, "scale_neg"));
    build_real(o, "gamma", activation_value(v, "scale"));
    return y;
}

/* max(0, min(1, alpha x + beta)) */
static const char *put_hard_sigmoid(struct operators *o, struct variant v,
                                    struct shape sample, const char *x)
{
    const char *y = build_one(o, "HardSigmoid", "nonlinearity", x);

    (void)v;
    (void)sample;
    build_real(o, "alpha", 1.0 / 6);
    build_real(o, "beta", 0.5);
    return y;
}

static const char *put_scaled_tanh(struct operators *o, struct variant v,
                                   struct shape sample, const char *x)
{
    const char *in = build_number(o, "nonlinearity_scale_in",
                                  activation_value(v, "scale_in"));
    const char *out = build_number(o, "nonlinearity_scale_out",
                                   activation_value(v, "scale_out"));

    (void)sample;
    x = build_two(o, "Mul", "nonlinearity_in", x, in);
    x = build_one(o, "Tanh", "nonlinearity_tanh", x);
    return build_two(o, "Mul", "nonlinearity_out", x, out);
}

/* x (1 + erf(x / sqrt 2)) / 2 */
static const char *put_gelu(struct operators *o, struct variant v,
                            struct shape sample, const char *x)
{
    const char *root = build_number(o, "nonlinearity_root", 1.4142135623730951);
    const char *one = build_number(o, "nonlinearity_one", 1);
    const char *half = build_number(o, "nonlinearity_half", 0.5);

    (void)v;
    (void)sample;
    const char *y = build_two(o, "Div", "nonlinearity_div", x, root);
    y = build_one(o, "Erf", "nonlinearity_erf", y);
    y = build_two(o, "Add", "nonlinearity_add", y, one);
    y = build_two(o, "Mul", "nonlinearity_mul", x, y);
    return build_two(o, "Mul", "nonlinearity_out", y, half);
}

static const char *put_swish(struct operators *o, struct variant v,
                             struct shape sample, const char *x)
{
    const char *y = build_one(o, "Sigmoid", "nonlinearity_sigmoid", x);

    (void)v;
    (void)sample;
    return build_two(o, "Mul", "nonlinearity_mul", x, y);
}

static const char *put_mish(struct operators *o, struct variant v,
                            struct shape sample, const char *x)
{
    const char *y = build_one(o, "Softplus", "nonlinearity_softplus", x);

    (void)v;
    (void)sample;
    y = build_one(o, "Tanh", "nonlinearity_tanh", y);
    return build_two(o, "Mul", "nonlinearity_mul", x, y);
}

/* A new nonlinearity: its line. */
static const struct row {
    const char *kind;
    activation_fn *build;
    const char *words;
} rows[] = {
    {"linear", unchanged, "nothing"},
    {"rectify", put_relu, "Relu"},
    {"softmax", put_softmax, "Softmax"},
    {"tanh", put_tanh, "Tanh"},
    {"sigmoid", put_sigmoid, "Sigmoid"},
    {"scaled_tanh", put_scaled_tanh, "Mul, Tanh, Mul"},
    {"leaky_rectify", put_leaky, "LeakyRelu"},
    {"very_leaky_rectify", put_very_leaky, "LeakyRelu"},
    {"elu", put_elu, "Elu"},
    {"selu", put_selu, "Selu"},
    {"softplus", put_softplus, "Softplus"},
    {"gelu", put_gelu, "Div, Erf, Add, Mul"},
    {"swish", put_swish, "Sigmoid, Mul"},
    {"hard_swish", put_hard_swish, "HardSwish"},
    {"hard_sigmoid", put_hard_sigmoid, "HardSigmoid"},
    {"mish", put_mish, "Softplus, Tanh, Mul"},
};

struct operator_words operators_of_activation(size_t i)
{
    return i < ARRAY_LEN(rows)
               ? (struct operator_words){rows[i].kind, rows[i].words}
               : (struct operator_words){0};
}

const char *build_activation(struct operators *o, struct variant v,
                             struct shape sample, const char *x)
{
    const char *kind = activation_of(v)->kind.name;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strcmp(rows[i].kind, kind) == 0)
            return rows[i].build(o, v, sample, x);
    return NULL;
}
