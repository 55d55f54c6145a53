/*
 * c_conv.c - layers with filters and weights, in C.
 *
 * A tap of a filter is one weight; it adds a row of the image to a row of the
 * output, which a compiler turns into vectors.  Where a tap meets the image is
 * found once, so that the rows have no conditions.
 */
#include "export/c_file.h"
#include "layer/config.h"
#include "layer/facts.h"

enum { WEIGHT, BIAS };

static const struct c_part range_part = {
    .text = "/* The cells i of `count` for which i * step + shift is in [0, "
            "within). */\n"
            "struct range { int begin, end; };\n"
            "\n"
            "static int steps(int cells, int step)\n"
            "{\n"
            "    return step == 1 ? cells : (cells + step - 1) / step;\n"
            "}\n"
            "\n"
            "static struct range inside(int count, int step, int shift, int "
            "within)\n"
            "{\n"
            "    struct range r;\n"
            "\n"
            "    r.begin = shift < 0 ? steps(-shift, step) : 0;\n"
            "    r.end = within > shift ? steps(within - shift, step) : 0;\n"
            "    if (r.end > count)\n"
            "        r.end = count;\n"
            "    if (r.begin > r.end)\n"
            "        r.begin = r.end;\n"
            "    return r;\n"
            "}\n",
};

const struct c_part c_conv_part = {
    .text = "/* Filters that slide over an image, tap (ky, kx) of output (i, "
            "j) at\n"
            " * (i * stride_y + ky * dilation_y - pad_y, the same of x) of the "
            "input. */\n"
            "struct conv {\n"
            "    int channels, height, width; /* of the input */\n"
            "    int filters, rows, columns;  /* of the output */\n"
            "    int groups, kernel_y, kernel_x, stride_y, stride_x;\n"
            "    int dilation_y, dilation_x, pad_y, pad_x;\n"
            "    int untied, rectify; /* a bias for every pixel; max(0, .) */\n"
            "};\n",
};

static const struct c_part tap_part = {
    .text =
        "/* Where tap (ky, kx) of a filter meets the image: for outputs (i, j) "
        "of these\n"
        " * rows and columns, at (i * stride_y + dy, j * stride_x + dx). */\n"
        "struct tap { int dy, dx; struct range rows, columns; };\n"
        "\n"
        "static struct tap tap_at(const struct conv *c, int ky, int kx)\n"
        "{\n"
        "    struct tap t;\n"
        "\n"
        "    t.dy = ky * c->dilation_y - c->pad_y;\n"
        "    t.dx = kx * c->dilation_x - c->pad_x;\n"
        "    t.rows = inside(c->rows, c->stride_y, t.dy, c->height);\n"
        "    t.columns = inside(c->columns, c->stride_x, t.dx, c->width);\n"
        "    return t;\n"
        "}\n",
    .needs = {&c_conv_part, &range_part},
};

static const struct c_part bias_part = {
    .text = "static void set_bias(int cells, const float *bias, int untied,\n"
            "                     float *restrict y)\n"
            "{\n"
            "    for (int i = 0; i < cells; i++)\n"
            "        y[i] = bias ? bias[untied ? i : 0] : 0;\n"
            "}\n",
};

static const struct c_part conv2d_part = {
    .text =
        "/* y += v * x for a tap of weight v; planes. */\n"
        "static void add_tap(const struct conv *c, int ky, int kx, float v,\n"
        "                    const float *restrict x, float *restrict y)\n"
        "{\n"
        "    const int sx = c->stride_x;\n"
        "    const struct tap t = tap_at(c, ky, kx);\n"
        "    const int first = t.columns.begin, count = t.columns.end - "
        "first;\n"
        "\n"
        "    if (count == 0)\n"
        "        return;\n"
        "    for (int i = t.rows.begin; i < t.rows.end; i++) {\n"
        "        const float *restrict from =\n"
        "            x + (i * c->stride_y + t.dy) * c->width + first * sx + "
        "t.dx;\n"
        "        float *restrict to = y + i * c->columns + first;\n"
        "        int j = 0;\n"
        "        for (; sx == 1 && j + 4 <= count; j += 4)\n"
        "            for (int l = 0; l < 4; l++)\n"
        "                to[j + l] += v * from[j + l];\n"
        "        for (; j < count; j++)\n"
        "            to[j] += v * from[j * sx];\n"
        "    }\n"
        "}\n"
        "\n"
        "/* x [channels, height, width], weight [filters, channels / groups,\n"
        " * kernel_y, kernel_x], bias [filters] or NULL; y [filters, rows, "
        "columns]\n"
        " * is overwritten. */\n"
        "static void conv2d(const struct conv *c, const float *restrict x,\n"
        "                   const float *restrict weight, const float *bias,\n"
        "                   float *restrict y)\n"
        "{\n"
        "    const int channels = c->channels / c->groups;\n"
        "    const int filters = c->filters / c->groups;\n"
        "    const int cells = c->rows * c->columns;\n"
        "\n"
        "    for (int o = 0; o < c->filters; o++, y += cells) {\n"
        "        const float *in = x + o / filters * channels * c->height * "
        "c->width;\n"
        "        set_bias(cells, bias, c->untied, y);\n"
        "        for (int i = 0; i < channels; i++, in += c->height * "
        "c->width)\n"
        "            for (int ky = 0; ky < c->kernel_y; ky++)\n"
        "                for (int kx = 0; kx < c->kernel_x; kx++)\n"
        "                    add_tap(c, ky, kx, *weight++, in, y);\n"
        "        for (int i = 0; c->rectify && i < cells; i++)\n"
        "            y[i] = y[i] < 0 ? 0 : y[i];\n"
        "        if (bias)\n"
        "            bias += c->untied ? cells : 1;\n"
        "    }\n"
        "}\n",
    .needs = {&tap_part, &bias_part},
};

static const struct c_part transposed_part = {
    .text =
        "/* y += v * x for a tap of weight v, the other way round: x lies "
        "where "
        "the\n"
        " * output of the convolution does. */\n"
        "static void spread_tap(const struct conv *c, int ky, int kx, float "
        "v,\n"
        "                       const float *restrict x, float *restrict y)\n"
        "{\n"
        "    const int sy = c->stride_y, sx = c->stride_x;\n"
        "    const struct tap t = tap_at(c, ky, kx);\n"
        "\n"
        "    for (int i = t.rows.begin; i < t.rows.end; i++)\n"
        "        for (int j = t.columns.begin; j < t.columns.end; j++)\n"
        "            y[(i * sy + t.dy) * c->width + j * sx + t.dx] +=\n"
        "                v * x[i * c->columns + j];\n"
        "}\n"
        "\n"
        "/* The transpose of conv2d: x [filters, rows, columns], y [channels, "
        "height,\n"
        " * width]. */\n"
        "static void conv2d_transposed(const struct conv *c, const float "
        "*restrict x,\n"
        "                              const float *restrict weight,\n"
        "                              const float *bias, float *restrict y)\n"
        "{\n"
        "    const int channels = c->channels / c->groups;\n"
        "    const int filters = c->filters / c->groups;\n"
        "    const int cells = c->height * c->width;\n"
        "\n"
        "    for (int i = 0; i < c->channels; i++) {\n"
        "        const int first = c->untied ? i * cells : i;\n"
        "        set_bias(cells, bias ? bias + first : bias, c->untied, y + i "
        "* cells);\n"
        "    }\n"
        "    for (int o = 0; o < c->filters; o++, x += c->rows * c->columns) "
        "{\n"
        "        float *out = y + o / filters * channels * cells;\n"
        "        for (int i = 0; i < channels; i++, out += cells)\n"
        "            for (int ky = 0; ky < c->kernel_y; ky++)\n"
        "                for (int kx = 0; kx < c->kernel_x; kx++)\n"
        "                    spread_tap(c, ky, kx, *weight++, x, out);\n"
        "    }\n"
        "    for (int i = 0; c->rectify && i < c->channels * cells; i++)\n"
        "        y[i] = y[i] < 0 ? 0 : y[i];\n"
        "}\n",
    .needs = {&tap_part, &bias_part},
};

static const struct c_part local_part = {
    .text =
        "/* Filters of their own at every pixel: weight [filters, channels or "
        "1,\n"
        " * kernel_y, kernel_x, height, width]; the output has the size of the "
        "input. */\n"
        "static void local2d(const struct conv *c, int channelwise,\n"
        "                    const float *restrict x, const float *restrict "
        "weight,\n"
        "                    const float *bias, float *restrict y)\n"
        "{\n"
        "    const int width = c->width, cells = c->height * width;\n"
        "    const int taps = c->kernel_y * c->kernel_x;\n"
        "\n"
        "    for (int o = 0; o < c->filters; o++, y += cells) {\n"
        "        const float *in = channelwise ? x + o * cells : x;\n"
        "        set_bias(cells, bias ? bias + o : bias, 0, y);\n"
        "        for (int i = 0; i < (channelwise ? 1 : c->channels); i++, in "
        "+= cells)\n"
        "            for (int k = 0; k < taps; k++, weight += cells) {\n"
        "                const struct tap t = tap_at(c, k / c->kernel_x, k % "
        "c->kernel_x);\n"
        "                for (int a = t.rows.begin; a < t.rows.end; a++)\n"
        "                    for (int b = t.columns.begin; b < t.columns.end; "
        "b++)\n"
        "                        y[a * width + b] += weight[a * width + b] *\n"
        "                                            in[(a + t.dy) * width + b "
        "+ t.dx];\n"
        "            }\n"
        "    }\n"
        "}\n",
    .needs = {&tap_part, &bias_part},
};

static const char *weight_of(struct c_file *f, const struct c_layer *l)
{
    const struct param_spec *p = &l->layer->spec.params[WEIGHT];

    return c_reals(f, l->node, "weight", l->param[WEIGHT],
                   shape_count(p->shape));
}

static const char *bias_of(struct c_file *f, const struct c_layer *l)
{
    const struct layer_spec *spec = &l->layer->spec;

    return spec->param_count > BIAS
               ? c_reals(f, l->node, "bias", l->param[BIAS],
                         shape_count(spec->params[BIAS].shape))
               : "0";
}

static bool rectifies(const struct c_layer *l)
{
    return activation_of(l->layer->spec.nonlinearity) == &rectify_activation;
}

/* One axis of the image, and of what becomes of it. */
static void put_axis(struct text *t, const struct axis *a, bool rows)
{
    c_member(t, rows ? "height" : "width", a->in);
    c_member(t, rows ? "rows" : "columns", a->out);
    c_member(t, rows ? "kernel_y" : "kernel_x", a->kernel);
    c_member(t, rows ? "stride_y" : "stride_x", a->stride);
    c_member(t, rows ? "dilation_y" : "dilation_x", a->dilation);
    c_member(t, rows ? "pad_y" : "pad_x", a->pad);
}

/* An image whose pixels are filtered one by one is a single row. */
static struct window flat(const struct window *w)
{
    const struct axis one = {1, 1, 1, 1, 1, 0};
    const int64_t cells = window_inputs(w);

    return window_is_pointwise(w)
               ? (struct window){one, {cells, cells, 1, 1, 1, 0}}
               : *w;
}

/* What floats and integers share. */
static void put_geometry(struct text *t, const struct conv *v)
{
    const struct window w = flat(&v->window);

    c_member(t, "channels", v->channels);
    c_member(t, "filters", v->filters);
    c_member(t, "groups", v->groups);
    put_axis(t, &w.y, true);
    put_axis(t, &w.x, false);
}

const char *c_conv(struct c_file *f, int64_t node, const struct conv *v)
{
    struct text t = {0};

    put_geometry(&t, v);
    return c_struct(f, "conv", node, &t);
}

static const char *put_conv(struct c_file *f, const struct c_layer *l,
                            const struct conv *v, bool untied)
{
    struct text t = {0};

    put_geometry(&t, v);
    c_member(&t, "untied", untied);
    c_member(&t, "rectify", rectifies(l));
    return c_struct(f, "conv", l->node, &t);
}

/* Weights and bias are written before the call that names them; `more` stands
 * before the output. */
static void put_call(struct c_file *f, struct c_layer *l, const char *call,
                     const char *shape, const char *more)
{
    const char *weight = weight_of(f, l), *bias = bias_of(f, l);

    c_line(f, "%s&%s, %s, %s, %s, %s%s);", call, shape, l->x[0], weight, bias,
           more, l->y);
}

/* Does it pay to copy patches (c_patches.c)?  Nanoseconds of a product, as they
 * were measured of one and the other: a patch is copied once for all filters,
 * and its sums are added up once; a row of a tap begins and ends. */
static bool in_patches(const struct conv *v)
{
    const struct window w = flat(&v->window);
    const int64_t taps = v->channels / v->groups * window_taps(&w);
    const int64_t filters = v->filters / v->groups;
    const double patches = 0.12 + 1.5 / (double)filters + 7.0 / (double)taps;

    return patches < 0.22 + 2.0 / (double)w.x.out;
}

void c_convolution(struct c_file *f, struct c_layer *l)
{
    const struct conv *v = filters_conv(l->layer);
    const char *shape = put_conv(f, l, v, filters_untied(l->layer));

    if (in_patches(v)) {
        c_need(f, &c_patches_part);
        put_call(f, l, "conv2d_patches(", shape,
                 c_word(f, "%s, ", c_patch(f, v)));
    } else {
        c_need(f, &conv2d_part);
        put_call(f, l, "conv2d(", shape, "");
    }
    l->rectified = rectifies(l);
}

void c_transposed(struct c_file *f, struct c_layer *l)
{
    const struct conv *v = filters_conv(l->layer);

    c_need(f, &transposed_part);
    put_call(f, l, "conv2d_transposed(",
             put_conv(f, l, v, filters_untied(l->layer)), "");
    l->rectified = rectifies(l);
}

void c_local(struct c_file *f, struct c_layer *l)
{
    const struct locallyconnected2d_config *c = l->layer->config;
    const struct shape in = l->layer->in[0];
    const struct pair size = c->filter_size;
    const struct axis y = {in.dim[1], in.dim[1], size.y, 1, 1, size.y / 2};
    const struct axis x = {in.dim[2], in.dim[2], size.x, 1, 1, size.x / 2};
    struct text t = {0};

    c_need(f, &local_part);
    c_member(&t, "channels", in.dim[0]);
    c_member(&t, "filters", c->num_filters);
    put_axis(&t, &y, true);
    put_axis(&t, &x, false);
    const char *shape = c_struct(f, "conv", l->node, &t);
    const char *weight = weight_of(f, l), *bias = bias_of(f, l);
    c_line(f, "local2d(&%s, %d, %s, %s, %s, %s);", shape, c->channelwise,
           l->x[0], weight, bias, l->y);
}

void c_dense(struct c_file *f, struct c_layer *l)
{
    const char *weight = weight_of(f, l), *bias = bias_of(f, l);

    c_need(f, &c_dense_part);
    c_line(f, "dense(%lld, %lld, %s, %s, %s, %s);",
           (long long)l->layer->spec.out.dim[0],
           (long long)shape_count(l->layer->in[0]), l->x[0], weight, bias,
           l->y);
}
