/*
 * c_patches.c - products with weights, in C.
 *
 * What the filters of a group see at an output is copied together, a patch of
 * the image, which each of them is multiplied with: weights lie as they are
 * needed, and sums stay in registers.  For filters of few taps the copying is
 * more than it saves.  Of a dense layer the input is the only patch.
 */
#include "base/num.h"
#include "export/c_integers.h"

/* Copies a patch: cells outside the image are `outside`. */
#define GATHER(type, argument, outside)                                        \
    "/* What a filter sees at output n, also outside the image. */\n"          \
    "static void gather(const struct conv *c, int n, " argument "const " type  \
    " *restrict x,\n"                                                          \
    "                   " type " *restrict patch)\n"                           \
    "{\n"                                                                      \
    "    const int top = n / c->columns * c->stride_y - c->pad_y;\n"           \
    "    const int left = n % c->columns * c->stride_x - c->pad_x;\n"          \
    "    const int channels = c->channels / c->groups;\n"                      \
    "\n"                                                                       \
    "    for (int k = 0; k < channels; k++, x += c->height * c->width)\n"      \
    "        for (int u = 0; u < c->kernel_y; u++) {\n"                        \
    "            const int a = top + u * c->dilation_y;\n"                     \
    "            int b = left;\n"                                              \
    "            for (int v = 0; v < c->kernel_x; v++, b += c->dilation_x)\n"  \
    "                *patch++ = a >= 0 && a < c->height && b >= 0 && b < "     \
    "c->width\n"                                                               \
    "                               ? x[a * c->width + b]\n"                   \
    "                               : " outside ";\n"                          \
    "        }\n"                                                              \
    "}\n"

/* A function that is called so: every output of every filter is set. */
#define EACH_PATCH(call, gather, set)                                          \
    "static void " call "{\n"                                                  \
    "    const int channels = c->channels / c->groups;\n"                      \
    "    const int filters = c->filters / c->groups;\n"                        \
    "    const int taps = channels * c->kernel_y * c->kernel_x;\n"             \
    "    const int cells = c->rows * c->columns;\n"                            \
    "\n"                                                                       \
    "    for (int g = 0; g < c->groups; g++, x += channels * c->height * "     \
    "c->width)\n"                                                              \
    "        for (int n = 0; n < cells; n++) {\n"                              \
    "            " gather ";\n"                                                \
    "            for (int o = g * filters; o < (g + 1) * filters; o++)\n"      \
    "                " set ";\n"                                               \
    "        }\n"                                                              \
    "}\n"

static const struct c_part dot_part = {
    .text =
        "/* Sums of products, eight side by side. */\n"
        "static float dot(int count, const float *restrict a, const float "
        "*restrict b)\n"
        "{\n"
        "    const int whole = count - count % 8;\n"
        "    float s[8] = {0, 0, 0, 0, 0, 0, 0, 0};\n"
        "    int i = 0;\n"
        "\n"
        "    for (; i < whole; i += 8)\n"
        "        for (int j = 0; j < 8; j++)\n"
        "            s[j] += a[i + j] * b[i + j];\n"
        "    for (; i < count; i++)\n"
        "        s[0] += a[i] * b[i];\n"
        "    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + "
        "s[7]));\n"
        "}\n",
};

const struct c_part c_dense_part = {
    .text =
        "/* y [units] = weight [units, inputs] x + bias, which may be NULL. "
        "*/\n"
        "static void dense(int units, int inputs, const float *x, const float "
        "*weight,\n"
        "                  const float *bias, float *y)\n"
        "{\n"
        "    for (int i = 0; i < units; i++)\n"
        "        y[i] = dot(inputs, x, weight + (long)i * inputs) + (bias ? "
        "bias[i] : 0);\n"
        "}\n",
    .needs = {&dot_part},
};

static const struct c_part gather_part = {
    .text = GATHER("float", "", "0"),
    .needs = {&c_conv_part},
};

static const struct c_part biased_part = {
    .text =
        "static float biased(const struct conv *c, int o, int n, float sum,\n"
        "                    const float *bias)\n"
        "{\n"
        "    if (bias)\n"
        "        sum += bias[c->untied ? o * c->rows * c->columns + n : o];\n"
        "    return c->rectify && sum < 0 ? 0 : sum;\n"
        "}\n",
    .needs = {&c_conv_part},
};

const struct c_part c_patches_part = {
    .text = "/* What conv2d does, patch by patch. */\n" EACH_PATCH(
        "conv2d_patches(const struct conv *c, const float *restrict x,\n"
        "                           const float *restrict weight, const "
        "float *bias,\n"
        "                           float *restrict patch, float *restrict "
        "y)\n",
        "gather(c, n, x, patch)",
        "y[o * cells + n] = biased(\n"
        "                    c, o, n, dot(taps, patch, weight + (long)o * "
        "taps), bias)"),
    .needs = {&gather_part, &dot_part, &biased_part},
};

static const struct c_part unit_part = {
    .text =
        "static int32_t unit(const struct linear *l, int o, int inputs, const "
        "int8_t *x)\n"
        "{\n"
        "    const int8_t *w = l->weight + (long)o * inputs;\n"
        "    int32_t sum = l->bias[o];\n"
        "\n"
        "    for (int i = 0; i < inputs; i++)\n"
        "        sum += w[i] * x[i];\n"
        "    return sum;\n"
        "}\n",
    .needs = {&c_integer_linear},
};

const struct c_part c_integer_dense_bytes = {
    .text =
        "static void dense_bytes(int units, int inputs, const struct linear "
        "*l,\n"
        "                        const int8_t *x, int8_t *y)\n"
        "{\n"
        "    for (int o = 0; o < units; o++)\n"
        "        y[o] = finish(l, o, unit(l, o, inputs, x));\n"
        "}\n",
    .needs = {&unit_part, &c_integer_finish},
};

const struct c_part c_integer_dense_floats = {
    .text =
        "/* The last layer: numbers again, scale[o] for each integer. */\n"
        "static void dense_floats(int units, int inputs, const struct linear "
        "*l,\n"
        "                         const float *scale, const int8_t *x, float "
        "*y)\n"
        "{\n"
        "    for (int o = 0; o < units; o++)\n"
        "        y[o] = (float)unit(l, o, inputs, x) * scale[o];\n"
        "}\n",
    .needs = {&unit_part},
};

static const struct c_part gather_bytes_part = {
    .text = GATHER("int8_t", "int outside, ", "(int8_t)outside"),
    .needs = {&c_conv_part},
};

const struct c_part c_integer_conv_bytes = {
    .text = EACH_PATCH(
        "conv_bytes(const struct conv *c, const struct linear *l,\n"
        "                       const int8_t *restrict x, int8_t *restrict "
        "patch,\n"
        "                       int8_t *restrict y)\n",
        "gather(c, n, l->zero, x, patch)",
        "y[o * cells + n] = finish(l, o, unit(l, o, taps, patch))"),
    .needs = {&gather_bytes_part, &unit_part, &c_integer_finish},
};

const struct c_part c_integer_conv_floats = {
    .text =
        "/* The last layer: numbers again, scale[o] for each integer. "
        "*/\n" EACH_PATCH(
            "conv_floats(const struct conv *c, const struct linear *l,\n"
            "                        const float *scale, const int8_t "
            "*restrict x,\n"
            "                        int8_t *restrict patch, float *restrict "
            "y)\n",
            "gather(c, n, l->zero, x, patch)",
            "y[o * cells + n] = (float)unit(l, o, taps, patch) * scale[o]"),
    .needs = {&gather_bytes_part, &unit_part},
};

const char *c_patch(struct c_file *f, const struct conv *v)
{
    const int64_t taps = v->channels / v->groups * window_taps(&v->window);
    const size_t first = f->net->plan.lane_bytes / sizeof(real);

    f->patch = num_max(f->patch, taps);
    return first > 0 ? c_word(f, "work + %zu", first) : "work";
}
