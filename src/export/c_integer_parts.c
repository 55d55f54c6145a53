/*
 * c_integer_parts.c - functions over 8-bit integers, in C.
 */
#include "export/c_integers.h"

const struct c_part c_integer_times = {
    .text =
        "/* v * multiplier / 2^shift, rounded half up; >> keeps the sign. */\n"
        "static int64_t times(int32_t v, int32_t multiplier, int shift)\n"
        "{\n"
        "    return ((int64_t)v * multiplier + ((int64_t)1 << (shift - 1))) >> "
        "shift;\n"
        "}\n",
};

const struct c_part c_integer_clamp = {
    .text = "static int8_t clamp(int64_t v, int low)\n"
            "{\n"
            "    return (int8_t)(v < low ? low : v > 127 ? 127 : v);\n"
            "}\n",
};

const struct c_part c_integer_input = {
    .text =
        "/* A number as the byte zero + x / scale. */\n"
        "static int8_t to_byte(float x, float inverse, int zero)\n"
        "{\n"
        "    const float level = floorf(x * inverse + 0.5f);\n"
        "\n"
        "    return level < -300 ? -128 : level > 300 ? 127 : clamp((int)level "
        "+ zero, -128);\n"
        "}\n",
    .needs = {&c_integer_clamp},
};

const struct c_part c_integer_linear = {
    .text =
        "/* Products with weights: sum + bias[o], times multiplier[o] / "
        "2^shift[o],\n"
        " * is a byte from `to` on, at least `low`.  Inputs are 0 at the byte "
        "`zero`: what\n"
        " * that adds is taken off the bias. */\n"
        "struct linear {\n"
        "    const int8_t *weight;\n"
        "    const int32_t *bias, *multiplier, *shift;\n"
        "    int zero, to, low;\n"
        "};\n",
};

const struct c_part c_integer_finish = {
    .text = "static int8_t finish(const struct linear *l, int o, int32_t sum)\n"
            "{\n"
            "    return clamp(times(sum, l->multiplier[o], l->shift[o]) + "
            "l->to, l->low);\n"
            "}\n",
    .needs = {&c_integer_times, &c_integer_clamp, &c_integer_linear},
};

const struct c_part c_integer_pool_bytes = {
    .text =
        "/* The largest byte of a window, or its mean, halves away from zero; "
        "padding\n"
        " * counts with `padded`.  Bytes count from `zero` on. */\n"
        "static int8_t pooled(const struct pool *p, int mode, int zero,\n"
        "                     struct cells c, const int8_t *x)\n"
        "{\n"
        "    const int inside = (c.bottom - c.top) * (c.right - c.left);\n"
        "    const int count = mode == 2 ? p->kernel_y * p->kernel_x : "
        "inside;\n"
        "    int32_t sum = 0;\n"
        "    int most = -128;\n"
        "\n"
        "    for (int i = c.top; i < c.bottom; i++)\n"
        "        for (int j = c.left; j < c.right; j++) {\n"
        "            const int v = x[i * p->width + j];\n"
        "            most = v > most ? v : most;\n"
        "            sum += v - zero;\n"
        "        }\n"
        "    if (mode == 0)\n"
        "        return (int8_t)most;\n"
        "    sum = sum < 0 ? -((-sum + count / 2) / count) : (sum + count / 2) "
        "/ count;\n"
        "    return clamp(sum + zero, -128);\n"
        "}\n"
        "\n"
        "/* mode 0: maxima, 1: means of what is inside, 2: of all cells. */\n"
        "static void pool_bytes(const struct pool *p, int mode, int zero,\n"
        "                       const int8_t *x, int8_t *y)\n"
        "{\n"
        "    for (int k = 0; k < p->planes; k++, x += p->height * p->width)\n"
        "        for (int i = 0; i < p->rows; i++)\n"
        "            for (int j = 0; j < p->columns; j++)\n"
        "                *y++ = pooled(p, mode, zero, window_at(p, i, j), "
        "x);\n"
        "}\n",
    .needs = {&c_window_part, &c_integer_clamp},
};

const struct c_part c_integer_sum_bytes = {
    .text = "/* The sum of a plane in another scale. */\n"
            "static void sum_bytes(int planes, int cells, int zero, int32_t "
            "multiplier,\n"
            "                      int shift, int to, const int8_t *x, int8_t "
            "*y)\n"
            "{\n"
            "    for (int k = 0; k < planes; k++) {\n"
            "        int32_t sum = 0;\n"
            "        for (int i = 0; i < cells; i++)\n"
            "            sum += *x++ - zero;\n"
            "        y[k] = clamp(times(sum, multiplier, shift) + to, -128);\n"
            "    }\n"
            "}\n",
    .needs = {&c_integer_times, &c_integer_clamp},
};

const struct c_part c_integer_table = {
    .text =
        "/* A byte for every byte. */\n"
        "static void look_up(int count, const int8_t *table, const int8_t *x, "
        "int8_t *y)\n"
        "{\n"
        "    for (int i = 0; i < count; i++)\n"
        "        y[i] = table[x[i] + 128];\n"
        "}\n",
};

const struct c_part c_integer_copy = {
    .text = "static void copy_bytes(int count, const int8_t *x, int8_t *y)\n"
            "{\n"
            "    for (int i = 0; i < count; i++)\n"
            "        y[i] = x[i];\n"
            "}\n",
};
