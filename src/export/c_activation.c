/*
 * c_activation.c - nonlinearities in C: a function each.
 *
 * A row for every kind of activation_kinds, with the constants that its
 * parameters become.
 */
#include <string.h>

#include "export/c_file.h"

#define FUNCTION(name, arguments, doc, form)                                   \
    {                                                                          \
        .text =                                                                \
            "/* " doc " */\n"                                                  \
            "static void apply_" name "(int count" arguments ", float *y)\n"   \
            "{\n"                                                              \
            "    for (int i = 0; i < count; i++)\n"                            \
            "        y[i] = " form ";\n"                                       \
            "}\n",                                                             \
    }

const struct c_part c_rectify_part =
    FUNCTION("rectify", "", "max(0, z); NaN stays.", "y[i] < 0 ? 0 : y[i]");

static const struct c_part
    tanh_part = FUNCTION("tanh", "", "tanh(z)", "tanhf(y[i])"),
    sigmoid_part = FUNCTION("sigmoid", "", "The logistic function.",
                            "1 / (1 + "
                            "expf(-y[i]))"),
    scaled_part = FUNCTION("scaled_tanh", ", float in, float out",
                           "out * tanh(in * z)", "out * tanhf(in * y[i])"),
    leaky_part = FUNCTION("leaky", ", float slope", "z, below 0 slope * z.",
                          "y[i] > 0 ? y[i] : slope * y[i]"),
    elu_part = FUNCTION("elu", ", float above, float below",
                        "above * z, below 0 below * (exp(z) - 1).",
                        "y[i] > 0 ? above * y[i] : below * expm1f(y[i])"),
    softplus_part =
        FUNCTION("softplus", "", "log(1 + exp(z))",
                 "(y[i] < 0 ? 0 : y[i]) + log1pf(expf(-fabsf(y[i])))"),
    gelu_part = FUNCTION("gelu", "",
                         "z times the part of the normal distribution below "
                         "it.",
                         "y[i] * 0.5f * erfcf(y[i] * -0.70710678f)"),
    swish_part = FUNCTION("swish", "", "z times the logistic function.",
                          "y[i] / (1 + expf(-y[i]))"),
    mish_part = FUNCTION("mish", "", "z tanh(log(1 + exp(z)))",
                         "y[i] > 20 ? y[i] : y[i] * "
                         "tanhf(log1pf(expf(y[i])))");

static const struct c_part step_part = {
    .text = "/* min(max(z + 3, 0), 6) / 6 */\n"
            "static float hard_step(float z)\n"
            "{\n"
            "    return (z < -3 ? 0 : z > 3 ? 6 : z + 3) / 6;\n"
            "}\n",
};

static const struct c_part hard_sigmoid_part = {
    .text = "static void apply_hard_sigmoid(int count, float *y)\n"
            "{\n"
            "    for (int i = 0; i < count; i++)\n"
            "        y[i] = hard_step(y[i]);\n"
            "}\n",
    .needs = {&step_part},
};

static const struct c_part hard_swish_part = {
    .text = "static void apply_hard_swish(int count, float *y)\n"
            "{\n"
            "    for (int i = 0; i < count; i++)\n"
            "        y[i] *= hard_step(y[i]);\n"
            "}\n",
    .needs = {&step_part},
};

static const struct c_part softmax_part = {
    .text = "/* Positive numbers with sum 1. */\n"
            "static void apply_softmax(int count, float *y)\n"
            "{\n"
            "    float most = y[0];\n"
            "    double sum = 0;\n"
            "\n"
            "    for (int i = 1; i < count; i++)\n"
            "        most = y[i] > most ? y[i] : most;\n"
            "    for (int i = 0; i < count; i++) {\n"
            "        y[i] = expf(y[i] - most);\n"
            "        sum += (double)y[i];\n"
            "    }\n"
            "    for (int i = 0; i < count; i++)\n"
            "        y[i] = (float)((double)y[i] / sum);\n"
            "}\n",
};

/* The arguments that stand before y: ", 0x1p+0f". */
typedef const char *arguments_fn(struct c_file *f, struct variant v);

static const char *one(struct c_file *f, double a)
{
    return c_word(f, ", %s", c_real((real)a).text);
}

static const char *two(struct c_file *f, double a, double b)
{
    return c_word(f, ", %s, %s", c_real((real)a).text, c_real((real)b).text);
}

static const char *leaky_arguments(struct c_file *f, struct variant v)
{
    return one(f, activation_value(v, "leakiness"));
}

static const char *very_leaky_arguments(struct c_file *f, struct variant v)
{
    (void)v;
    return one(f, 1.0 / 3);
}

static const char *scaled_arguments(struct c_file *f, struct variant v)
{
    return two(f, activation_value(v, "scale_in"),
               activation_value(v, "scale_out"));
}

static const char *elu_arguments(struct c_file *f, struct variant v)
{
    (void)v;
    return two(f, 1, 1);
}

static const char *selu_arguments(struct c_file *f, struct variant v)
{
    const double scale = activation_value(v, "scale");

    return two(f, scale, scale * activation_value(v, "scale_neg"));
}

static const struct row {
    const char *kind;
    const struct c_part *part; /* NULL: nothing is done */
    const char *function;      /* apply_FUNCTION */
    arguments_fn *arguments;   /* NULL: none */
} rows[] = {
    {"linear", NULL, NULL, NULL},
    {"rectify", &c_rectify_part, "rectify", NULL},
    {"softmax", &softmax_part, "softmax", NULL},
    {"tanh", &tanh_part, "tanh", NULL},
    {"sigmoid", &sigmoid_part, "sigmoid", NULL},
    {"scaled_tanh", &scaled_part, "scaled_tanh", scaled_arguments},
    {"leaky_rectify", &leaky_part, "leaky", leaky_arguments},
    {"very_leaky_rectify", &leaky_part, "leaky", very_leaky_arguments},
    {"elu", &elu_part, "elu", elu_arguments},
    {"selu", &elu_part, "elu", selu_arguments},
    {"softplus", &softplus_part, "softplus", NULL},
    {"gelu", &gelu_part, "gelu", NULL},
    {"swish", &swish_part, "swish", NULL},
    {"hard_swish", &hard_swish_part, "hard_swish", NULL},
    {"hard_sigmoid", &hard_sigmoid_part, "hard_sigmoid", NULL},
    {"mish", &mish_part, "mish", NULL},
};

static const struct row *row_of(struct variant v)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strcmp(rows[i].kind, activation_of(v)->kind.name) == 0)
            return &rows[i];
    return NULL;
}

bool c_activation_known(struct variant v)
{
    return row_of(v) != NULL;
}

void c_activation(struct c_file *f, struct variant v, int64_t count,
                  const char *y)
{
    const struct row *r = row_of(v);

    if (!r || !r->part)
        return;
    c_need(f, r->part);
    c_line(f, "apply_%s(%lld%s, %s);", r->function, (long long)count,
           r->arguments ? r->arguments(f, v) : "", y);
}
