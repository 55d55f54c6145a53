/*
 * c_pooling.c - layers that pool windows of an image, and those that make it
 * larger, in C.
 */
#include <string.h>

#include "export/c_file.h"
#include "layer/config.h"
#include "layer/facts.h"

static const struct c_part cells_part = {
    .text = "/* Cells [begin, end) of rows and columns of a plane. */\n"
            "struct cells { int top, bottom, left, right; };\n",
};

static const struct c_part max_part = {
    .text = "static float max_of(const float *x, int width, struct cells c)\n"
            "{\n"
            "    float most = x[c.top * width + c.left];\n"
            "\n"
            "    for (int i = c.top; i < c.bottom; i++)\n"
            "        for (int j = c.left; j < c.right; j++) {\n"
            "            const float v = x[i * width + j];\n"
            "            most = v > most || v != v ? v : most; /* NaN wins */\n"
            "        }\n"
            "    return most;\n"
            "}\n",
    .needs = {&cells_part},
};

static const struct c_part mean_part = {
    .text = "/* Of the cells; with `count` their sum over that. */\n"
            "static float mean_of(const float *x, int width, struct cells c, "
            "int count)\n"
            "{\n"
            "    double sum = 0;\n"
            "\n"
            "    for (int i = c.top; i < c.bottom; i++) {\n"
            "        float row = 0;\n"
            "        for (int j = c.left; j < c.right; j++)\n"
            "            row += x[i * width + j];\n"
            "        sum += (double)row;\n"
            "    }\n"
            "    if (count == 0)\n"
            "        count = (c.bottom - c.top) * (c.right - c.left);\n"
            "    return (float)(sum / count);\n"
            "}\n",
    .needs = {&cells_part},
};

static const struct c_part pool_part = {
    .text =
        "/* Windows that slide over planes of an image; the outputs of a plane "
        "are\n"
        " * y_step apart from those of the next. */\n"
        "struct pool {\n"
        "    int planes, height, width, rows, columns;\n"
        "    int kernel_y, kernel_x, stride_y, stride_x, pad_y, pad_x, "
        "y_step;\n"
        "};\n",
    .needs = {&cells_part},
};

const struct c_part c_window_part = {
    .text =
        "static struct cells window_at(const struct pool *p, int i, int j)\n"
        "{\n"
        "    const int top = i * p->stride_y - p->pad_y;\n"
        "    const int left = j * p->stride_x - p->pad_x;\n"
        "    struct cells c;\n"
        "\n"
        "    c.top = top < 0 ? 0 : top;\n"
        "    c.left = left < 0 ? 0 : left;\n"
        "    c.bottom = top + p->kernel_y < p->height ? top + p->kernel_y : "
        "p->height;\n"
        "    c.right = left + p->kernel_x < p->width ? left + p->kernel_x : "
        "p->width;\n"
        "    return c;\n"
        "}\n",
    .needs = {&pool_part},
};

static const struct c_part bins_part = {
    .text =
        "/* The image divided into rows x columns bins, which may share "
        "cells. */\n"
        "static struct cells bin_at(const struct pool *p, int i, int j)\n"
        "{\n"
        "    struct cells c;\n"
        "\n"
        "    c.top = i * p->height / p->rows;\n"
        "    c.bottom = ((i + 1) * p->height + p->rows - 1) / p->rows;\n"
        "    c.left = j * p->width / p->columns;\n"
        "    c.right = ((j + 1) * p->width + p->columns - 1) / p->columns;\n"
        "    return c;\n"
        "}\n",
    .needs = {&pool_part},
};

/* A function that is called so: every output becomes `value`. */
#define EACH_OUTPUT(call, value)                                               \
    "static void " call "const float *restrict x, float *restrict y)\n"        \
    "{\n"                                                                      \
    "    for (int k = 0; k < p->planes; k++, x += p->height * p->width)\n"     \
    "        for (int i = 0; i < p->rows; i++)\n"                              \
    "            for (int j = 0; j < p->columns; j++)\n"                       \
    "                y[k * p->y_step + i * p->columns + j] =\n"                \
    "                    " value ";\n"                                         \
    "}\n"

static const struct c_part pool_max_part = {
    .text = EACH_OUTPUT("pool_max(const struct pool *p, ",
                        "max_of(x, p->width, window_at(p, i, j))"),
    .needs = {&c_window_part, &max_part},
};

static const struct c_part pool_mean_part = {
    .text = EACH_OUTPUT("pool_mean(const struct pool *p, int count, ",
                        "mean_of(x, p->width, window_at(p, i, j), count)"),
    .needs = {&c_window_part, &mean_part},
};

static const struct c_part bins_max_part = {
    .text = EACH_OUTPUT("bins_max(const struct pool *p, ",
                        "max_of(x, p->width, bin_at(p, i, j))"),
    .needs = {&bins_part, &max_part},
};

static const struct c_part bins_mean_part = {
    .text = EACH_OUTPUT("bins_mean(const struct pool *p, int count, ",
                        "mean_of(x, p->width, bin_at(p, i, j), count)"),
    .needs = {&bins_part, &mean_part},
};

static void put_axis(struct text *t, const struct axis *a, bool rows)
{
    c_member(t, rows ? "height" : "width", a->in);
    c_member(t, rows ? "rows" : "columns", a->out);
    c_member(t, rows ? "kernel_y" : "kernel_x", a->kernel);
    c_member(t, rows ? "stride_y" : "stride_x", a->stride);
    c_member(t, rows ? "pad_y" : "pad_x", a->pad);
}

const char *c_pool_shape(struct c_file *f, int64_t node, const struct layer *l,
                         const struct window *w, int64_t step)
{
    struct text t = {0};

    c_member(&t, "planes", l->in[0].dim[0]);
    put_axis(&t, &w->y, true);
    put_axis(&t, &w->x, false);
    c_member(&t, "y_step", step);
    return c_struct(f, "pool", node, &t);
}

/* A pool whose outputs begin at y.  Means are sums over `count`; 0: over the
 * cells that there are. */
static void put_call(struct c_file *f, struct c_layer *l,
                     const struct pool2d *p, int64_t count, const char *y)
{
    const char *shape =
        c_pool_shape(f, l->node, l->layer, &p->window, p->y_stride);
    const char *over = p->adaptive ? "bins" : "pool";

    if (p->mode == POOL_MAX) {
        c_need(f, p->adaptive ? &bins_max_part : &pool_max_part);
        c_line(f, "%s_max(&%s, %s, %s);", over, shape, l->x[0], y);
    } else {
        c_need(f, p->adaptive ? &bins_mean_part : &pool_mean_part);
        c_line(f, "%s_mean(&%s, %lld, %s, %s);", over, shape, (long long)count,
               l->x[0], y);
    }
}

void c_pool(struct c_file *f, struct c_layer *l)
{
    const struct pool2d *p = pooling_pool(l->layer);
    const struct window *w = &p->window;

    put_call(f, l, p,
             p->mode == POOL_MEAN_PADDED ? w->y.kernel * w->x.kernel : 0, l->y);
}

void c_pyramid(struct c_file *f, struct c_layer *l)
{
    const struct pool2d *p;
    int64_t bins = 0;

    for (int64_t i = 0; (p = pyramid_level(l->layer, i)); i++) {
        put_call(f, l, p, 0, c_word(f, "%s + %lld", l->y, (long long)bins));
        bins += window_outputs(&p->window);
    }
}

/* One bin. */
void c_global(struct c_file *f, struct c_layer *l)
{
    const struct globalpool_config *c = l->layer->config;
    const struct shape in = l->layer->in[0];
    const struct pool2d p = {
        .window = {.y = {.in = in.dim[1], .out = 1},
                   .x = {.in = in.dim[2], .out = 1}},
        .adaptive = true,
        .mode = strcmp(c->pool_function, "max") == 0 ? POOL_MAX : POOL_MEAN,
        .y_stride = 1,
    };

    put_call(f, l, &p, strcmp(c->pool_function, "sum") == 0, l->y);
}

static const struct c_part repeat_part = {
    .text =
        "/* Every pixel becomes a x b pixels: all of them it, or with `gaps` "
        "the first\n"
        " * alone, the others 0. */\n"
        "static void upscale(int rows, int columns, int a, int b, int gaps,\n"
        "                    const float *restrict x, float *restrict y)\n"
        "{\n"
        "    for (int i = 0; i < rows * a; i++)\n"
        "        for (int j = 0; j < columns * b; j++)\n"
        "            *y++ = gaps && (i % a || j % b) ? 0 : x[i / a * columns + "
        "j / b];\n"
        "}\n",
};

static const struct c_part bilinear_part = {
    .text =
        "/* Pixel i of an axis whose cells became `factor` each: its cell, the "
        "one\n"
        " * beside it, and what that weighs. */\n"
        "struct between { int own, other; float weight; };\n"
        "\n"
        "static struct between between(int i, int factor, int count)\n"
        "{\n"
        "    const int offset = 2 * (i % factor) + 1 - factor;\n"
        "    const int step = (offset > 0) - (offset < 0);\n"
        "    struct between b;\n"
        "\n"
        "    b.own = i / factor;\n"
        "    b.other = b.own + step;\n"
        "    if (b.other < 0 || b.other >= count)\n"
        "        b.other = b.own;\n"
        "    b.weight = (float)(offset * step) / (float)(2 * factor);\n"
        "    return b;\n"
        "}\n"
        "\n"
        "/* Planes one below the other, interpolated between the centres of "
        "pixels. */\n"
        "static void interpolate(int planes, int height, int width, int a, int "
        "b,\n"
        "                        const float *restrict x, float *restrict y)\n"
        "{\n"
        "    for (int k = 0; k < planes; k++, x += height * width)\n"
        "        for (int i = 0; i < height * a; i++)\n"
        "            for (int j = 0; j < width * b; j++) {\n"
        "                const struct between r = between(i, a, height);\n"
        "                const struct between c = between(j, b, width);\n"
        "                const float *p = x + r.own * width, *q = x + r.other "
        "* width;\n"
        "                const float own = (1 - c.weight) * p[c.own] + "
        "c.weight "
        "* p[c.other];\n"
        "                const float other =\n"
        "                    (1 - c.weight) * q[c.own] + c.weight * "
        "q[c.other];\n"
        "                *y++ = (1 - r.weight) * own + r.weight * other;\n"
        "            }\n"
        "}\n",
};

void c_upscale(struct c_file *f, struct c_layer *l)
{
    const struct upscale2d_config *c = l->layer->config;
    const struct shape in = l->layer->in[0];
    const long long a = c->scale_factor.y, b = c->scale_factor.x;
    const long long planes = in.dim[0], rows = in.dim[1], columns = in.dim[2];

    if (strcmp(c->mode, "bilinear") == 0) {
        c_need(f, &bilinear_part);
        c_line(f, "interpolate(%lld, %lld, %lld, %lld, %lld, %s, %s);", planes,
               rows, columns, a, b, l->x[0], l->y);
        return;
    }
    c_need(f, &repeat_part);
    c_line(f, "upscale(%lld, %lld, %lld, %lld, %d, %s, %s);", planes * rows,
           columns, a, b, strcmp(c->mode, "dilate") == 0, l->x[0], l->y);
}
