/*
 * c_channels.c - layers that treat numbers by their channel, in C.
 */
#include "export/c_file.h"
#include "layer/config.h"
#include "layer/facts.h"

/* One more axis, outside of all others: operand 0 is the sample, 1 the number
 * that its elements meet. */
static void add_axis(struct walk *w, int64_t extent, int64_t step)
{
    if (extent == 1)
        return;
    w->dim[w->axes] = extent;
    w->operand[1].step[w->axes++] = step;
}

/* The sample is contiguous. */
static void finish(struct walk *w)
{
    int64_t step = 1;

    if (w->axes == 0) {
        w->dim[0] = 1;
        w->axes = 1;
    }
    for (int64_t a = w->axes - 1; a >= 0; a--) {
        w->operand[0].step[a] = step;
        step *= w->dim[a];
    }
    w->operands = 2;
}

static struct walk walk_of_map(const struct axes_map *m)
{
    struct walk w = {0};

    for (int64_t k = 0; k < m->loops; k++)
        add_axis(&w, m->loop[k].extent, m->loop[k].step);
    add_axis(&w, m->count, m->step);
    finish(&w);
    return w;
}

/* Its map's innermost loops are those of a block. */
static struct walk walk_of_channels(const struct channels *c)
{
    struct walk w = {0};

    for (int64_t k = 0; k < c->map.loops; k++)
        add_axis(&w, c->map.loop[k].extent, c->map.loop[k].step);
    add_axis(&w, c->rows, 0);
    add_axis(&w, c->channels, 1);
    add_axis(&w, c->run, 0);
    finish(&w);
    return w;
}

/* y = FORM for every element, where the form is of x, and of a and b, constant
 * arrays (NULL: there is none). */
static void put_elements(struct c_file *f, const struct c_layer *l,
                         const struct walk *w, const char *form,
                         const char *const arrays[2])
{
    const char *at = c_at(f, w, 0), *number = c_at(f, w, 1);

    c_line(f, "{");
    f->depth++;
    c_line(f, "const float *x = %s;", l->x[0]);
    c_line(f, "float *y = %s;", l->y);
    c_loops(f, w, 0, w->axes);
    c_line(f, "const float v = x[%s];", at);
    for (int i = 0; i < 2; i++)
        if (arrays[i])
            c_line(f, "const float %c = %s[%s];", 'a' + i, arrays[i], number);
    c_line(f, "y[%s] = %s;", at, form);
    c_loops_end(f, w->axes);
    f->depth--;
    c_line(f, "}");
}

static void put_parameter(struct c_file *f, struct c_layer *l, const char *what,
                          const char *form)
{
    const struct axes_map *m = axes_map_of(l->layer);
    const struct walk w = walk_of_map(m);
    const char *arrays[2] = {c_reals(f, l->node, what, l->param[0], m->numbers),
                             NULL};

    put_elements(f, l, &w, form, arrays);
}

void c_bias(struct c_file *f, struct c_layer *l)
{
    put_parameter(f, l, "bias", "v + a");
}

void c_scale(struct c_file *f, struct c_layer *l)
{
    put_parameter(f, l, "weight", "v * a");
}

void c_prelu(struct c_file *f, struct c_layer *l)
{
    put_parameter(f, l, "slope", "v * (v > 0 ? 1 : a)");
}

void c_rrelu(struct c_file *f, struct c_layer *l)
{
    const struct rrelu_config *c = l->layer->config;
    const int64_t count = shape_count(l->layer->spec.out);
    const struct walk w = walk_of_map(
        &(struct axes_map){.count = count, .step = 1, .numbers = 1});
    const float slope = (float)((c->lower + c->upper) / 2);

    put_elements(f, l, &w,
                 c_word(f, "v * (v > 0 ? 1 : %s)", c_real(slope).text),
                 (const char *[2]){NULL, NULL});
}

/* Batch normalization that could not be folded. */
void c_channel_affine(struct c_file *f, struct c_layer *l)
{
    const struct channels *c = batchnorm_channels(l->layer);
    const struct walk w = walk_of_channels(c);
    const size_t numbers = (size_t)c->map.numbers;
    double *exact = arena_take(&f->arena, 2 * numbers, sizeof *exact);
    real *rounded = arena_take(&f->arena, 2 * numbers, sizeof *rounded);
    const char *arrays[2];

    if (!exact || !rounded)
        return;
    l->layer->ops->affine(l->layer, l->param, l->buffer, exact,
                          exact + numbers);
    for (size_t i = 0; i < 2 * numbers; i++)
        rounded[i] = (real)exact[i];
    arrays[0] = c_reals(f, l->node, "scale", rounded, (int64_t)numbers);
    arrays[1] =
        c_reals(f, l->node, "shift", rounded + numbers, (int64_t)numbers);
    put_elements(f, l, &w, "v * a + b", arrays);
    if (l->layer->spec.behind.kind)
        c_activation(f, l->layer->spec.behind, shape_count(l->layer->spec.out),
                     l->y);
}

/* The axes of means first, then those that are averaged over. */
static struct walk sorted(const struct axes_map *m, int64_t parts,
                          int64_t *means)
{
    const struct walk map = walk_of_map(m);
    struct walk w = {.operands = 1};

    if (parts > 1) {
        w.dim[0] = parts;
        w.operand[0].step[w.axes++] = m->rows * m->count;
    }
    for (int pass = 0; pass < 2; pass++) {
        for (int64_t a = 0; a < map.axes; a++) {
            if ((map.operand[1].step[a] != 0) != (pass == 0))
                continue;
            w.dim[w.axes] = map.dim[a];
            w.operand[0].step[w.axes++] = map.operand[0].step[a];
        }
        if (pass == 0)
            *means = w.axes;
    }
    return w;
}

static void put_sum(struct c_file *f, const struct walk *w, int64_t means,
                    const char *term)
{
    c_loops(f, w, means, w->axes);
    c_line(f, "%s", term);
    c_loops_end(f, w->axes - means);
}

/* In double precision, as the mean may be large against the deviation. */
void c_standardization(struct c_file *f, struct c_layer *l)
{
    const struct standardization_config *c = l->layer->config;
    const struct standard *s = standardization_parts(l->layer);
    const long long values = s->values;
    int64_t means;
    const struct walk w = sorted(&s->map, s->parts, &means);
    const char *at = c_at(f, &w, 0);

    c_line(f, "{");
    f->depth++;
    c_line(f, "const float *x = %s;", l->x[0]);
    c_line(f, "float *y = %s;", l->y);
    c_loops(f, &w, 0, means);
    c_line(f, "double mean = 0, square = 0;");
    put_sum(f, &w, means, c_word(f, "mean += (double)x[%s];", at));
    c_line(f, "mean /= %lld;", values);
    put_sum(f, &w, means,
            c_word(f,
                   "square += ((double)x[%s] - mean) * ((double)x[%s] - "
                   "mean);",
                   at, at));
    c_line(f, "const double factor = 1 / sqrt(square / %lld + %s);", values,
           c_double(c->epsilon).text);
    put_sum(
        f, &w, means,
        c_word(f, "y[%s] = (float)(((double)x[%s] - mean) * factor);", at, at));
    c_loops_end(f, means);
    f->depth--;
    c_line(f, "}");
}

static const struct c_part response_part = {
    .text =
        "/* Every number divided by (k + alpha * the sum of squares of n "
        "channels\n"
        " * around it) to the power of beta; y is not x. */\n"
        "static void local_response(int channels, int cells, int n, float "
        "alpha,\n"
        "                           float k, float beta, const float *restrict "
        "x,\n"
        "                           float *restrict y)\n"
        "{\n"
        "    for (int c = 0; c < channels; c++)\n"
        "        for (int i = 0; i < cells; i++) {\n"
        "            const int first = c < n / 2 ? 0 : c - n / 2;\n"
        "            const int end = c + n / 2 < channels ? c + n / 2 + 1 : "
        "channels;\n"
        "            float sum = 0;\n"
        "            for (int j = first; j < end; j++)\n"
        "                sum += x[j * cells + i] * x[j * cells + i];\n"
        "            y[c * cells + i] = x[c * cells + i] * powf(k + alpha * "
        "sum, -beta);\n"
        "        }\n"
        "}\n",
};

void c_response(struct c_file *f, struct c_layer *l)
{
    const struct lrn2d_config *c = l->layer->config;
    const struct shape in = l->layer->in[0];

    c_need(f, &response_part);
    c_line(f, "local_response(%lld, %lld, %lld, %s, %s, %s, %s, %s);",
           (long long)in.dim[0], (long long)(in.dim[1] * in.dim[2]),
           (long long)c->n, c_real((real)c->alpha).text,
           c_real((real)c->k).text, c_real((real)c->beta).text, l->x[0], l->y);
}

static const struct c_part feature_max_part = {
    .text =
        "/* The maximum of `size` numbers that lie `inner` apart, a NaN if "
        "there is\n"
        " * one; with `keep` the first of them stays and the others become 0 "
        "(y may\n"
        " * be x), else it alone is put out. */\n"
        "static void feature_max(int groups, int size, int inner, int keep,\n"
        "                        const float *x, float *y)\n"
        "{\n"
        "    for (int g = 0; g < groups; g++, x += size * inner)\n"
        "        for (int i = 0; i < inner; i++) {\n"
        "            float best = x[i];\n"
        "            int place = 0;\n"
        "            for (int k = 1; k < size; k++) {\n"
        "                const float v = x[k * inner + i];\n"
        "                if (v > best || (v != v && best == best)) {\n"
        "                    best = v;\n"
        "                    place = k;\n"
        "                }\n"
        "            }\n"
        "            for (int k = 0; keep && k < size; k++)\n"
        "                y[(g * size + k) * inner + i] = k == place ? best : "
        "0;\n"
        "            if (!keep)\n"
        "                y[g * inner + i] = best;\n"
        "        }\n"
        "}\n",
};

static const struct c_part feature_sum_part = {
    .text =
        "/* `share` of the sum of `size` numbers that lie `inner` apart. */\n"
        "static void feature_sum(int groups, int size, int inner, float "
        "share,\n"
        "                        const float *restrict x, float *restrict y)\n"
        "{\n"
        "    for (int g = 0; g < groups; g++, x += size * inner)\n"
        "        for (int i = 0; i < inner; i++) {\n"
        "            float sum = 0;\n"
        "            for (int k = 0; k < size; k++)\n"
        "                sum += x[k * inner + i];\n"
        "            *y++ = share * sum;\n"
        "        }\n"
        "}\n",
};

static void put_maximum(struct c_file *f, struct c_layer *l, bool keep)
{
    const struct feature_groups *g = feature_groups_of(l->layer);

    c_need(f, &feature_max_part);
    c_line(f, "feature_max(%lld, %lld, %lld, %d, %s, %s);",
           (long long)(g->outer * g->groups), (long long)g->size,
           (long long)g->inner, keep, l->x[0], l->y);
}

void c_feature_pool(struct c_file *f, struct c_layer *l)
{
    const struct featurepool_config *c = l->layer->config;
    const struct feature_groups *g = feature_groups_of(l->layer);
    const bool is_mean = strcmp(c->pool_function, "mean") == 0;

    if (strcmp(c->pool_function, "max") == 0) {
        put_maximum(f, l, false);
        return;
    }
    c_need(f, &feature_sum_part);
    c_line(f, "feature_sum(%lld, %lld, %lld, %s, %s, %s);",
           (long long)(g->outer * g->groups), (long long)g->size,
           (long long)g->inner, c_real(is_mean ? 1 / (real)g->size : 1).text,
           l->x[0], l->y);
}

void c_feature_wta(struct c_file *f, struct c_layer *l)
{
    put_maximum(f, l, true);
}
