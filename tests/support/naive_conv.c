/*
 * naive_conv.c - convolution by its definition.
 */
#include "support/naive_conv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

real *take_reals(int64_t count)
{
    const size_t bytes = ((size_t)count * sizeof(real) + 63) / 64 * 64;
    real *p = aligned_alloc(64, bytes ? bytes : 64);

    if (!p)
        abort();
    for (int64_t i = 0; i < count; i++)
        p[i] = (real)NAN;
    return p;
}

static double *take_doubles(int64_t count)
{
    double *p = calloc((size_t)count + 1, sizeof *p);

    if (!p)
        abort();
    return p;
}

/* Sum of four uniform numbers, scaled; a 64-bit linear congruential generator
 * (Knuth's constants) is random enough here. */
void fill_normal(real *to, int64_t count, uint64_t seed)
{
    uint64_t s = seed * 2654435761u + 88172645463325252u;

    for (int64_t i = 0; i < count; i++) {
        double sum = 0;
        for (int j = 0; j < 4; j++) {
            s = s * 6364136223846793005u + 1442695040888963407u;
            sum += (double)(s >> 40) * 0x1p-24 - 0.5;
        }
        to[i] = (real)(sum * sqrt(3.0));
    }
}

struct conv conv_square(int64_t channels, int64_t filters, int64_t in,
                        int64_t kernel, int64_t pad)
{
    const struct axis a = {
        .in = in,
        .out = in + 2 * pad - kernel + 1,
        .kernel = kernel,
        .stride = 1,
        .dilation = 1,
        .pad = pad,
    };

    return (struct conv){
        .window = {a, a},
        .channels = channels,
        .filters = filters,
        .groups = 1,
    };
}

struct conv conv_three(int64_t channels, int64_t filters, int64_t h, int64_t w)
{
    struct conv c = conv_square(channels, filters, h + 2, 3, 0);

    c.window.x = conv_square(channels, filters, w + 2, 3, 0).window.x;
    return c;
}

/* One product of the definition: y[yi] += w[wi] * x[xi], and its adjoints. */
static void one_term(struct conv_case *k, int64_t yi, int64_t wi, int64_t xi)
{
    const double w = (double)k->weight[wi], x = (double)k->x[xi];
    const double dy = (double)k->dy[yi];

    k->y[yi] += w * x;
    k->dx[xi] += w * dy;
    k->weight_grad[wi] += x * dy;
    k->y_scale[yi] += fabs(w * x);
    k->dx_scale[xi] += fabs(w * dy);
    k->weight_scale[wi] += fabs(x * dy);
}

/* All terms of output position (i, j) of filter o for one input channel c of
 * its group. */
static void window_terms(struct conv_case *k, int64_t n, int64_t o, int64_t c,
                         int64_t position)
{
    const struct conv *v = &k->conv;
    const struct axis *y = &v->window.y, *x = &v->window.x;
    const int64_t per_group = v->channels / v->groups;
    const int64_t channel = o / (v->filters / v->groups) * per_group + c;
    const int64_t i = position / x->out, j = position % x->out;

    for (int64_t a = 0; a < y->kernel; a++)
        for (int64_t b = 0; b < x->kernel; b++) {
            const int64_t iy = i * y->stride + a * y->dilation - y->pad;
            const int64_t ix = j * x->stride + b * x->dilation - x->pad;
            if (iy < 0 || iy >= y->in || ix < 0 || ix >= x->in)
                continue;
            one_term(k, (n * v->filters + o) * y->out * x->out + position,
                     ((o * per_group + c) * y->kernel + a) * x->kernel + b,
                     ((n * v->channels + channel) * y->in + iy) * x->in + ix);
        }
}

static void compute_answers(struct conv_case *k)
{
    const struct conv *v = &k->conv;
    const int64_t outputs = window_outputs(&v->window);

    for (int64_t n = 0; n < k->samples; n++)
        for (int64_t o = 0; o < v->filters; o++)
            for (int64_t c = 0; c < v->channels / v->groups; c++)
                for (int64_t p = 0; p < outputs; p++)
                    window_terms(k, n, o, c, p);
    for (int64_t i = 0; i < k->y_count; i++) {
        if (k->biased)
            k->y[i] += (double)k->bias[i / outputs % v->filters];
        if (k->rectify && k->y[i] < 0)
            k->y[i] = 0;
    }
    for (int64_t i = 0; i < k->weight_count; i++)
        k->weight_grad[i] += (double)k->weight_start[i];
}

static bool is_same_case(const struct conv_case *a, const struct conv_case *b)
{
    const struct conv *c = &a->conv, *d = &b->conv;

    return memcmp(&c->window, &d->window, sizeof c->window) == 0 &&
           c->channels == d->channels && c->filters == d->filters &&
           c->groups == d->groups && a->samples == b->samples &&
           a->seed == b->seed;
}

/* The answers of the last cases are kept: every algorithm on every level asks
 * for the same. */
static void give_answers(struct conv_case *k)
{
    enum { KEPT = 4 };
    static struct conv_case kept[KEPT];
    static int last;
    const size_t bytes = (size_t)k->answer_count * sizeof *k->answers;

    for (int i = 0; i < KEPT; i++)
        if (kept[i].answers && is_same_case(&kept[i], k)) {
            memcpy(k->answers, kept[i].answers, bytes);
            return;
        }
    compute_answers(k);
    last = (last + 1) % KEPT;
    free(kept[last].answers);
    kept[last] = *k;
    kept[last].answers = take_doubles(k->answer_count);
    memcpy(kept[last].answers, k->answers, bytes);
}

/* One block, so that it is copied at once. */
static void place_answers(struct conv_case *k)
{
    k->answer_count = 2 * (k->y_count + k->x_count + k->weight_count);
    k->answers = take_doubles(k->answer_count);
    k->y = k->answers;
    k->y_scale = k->y + k->y_count;
    k->dx = k->y_scale + k->y_count;
    k->dx_scale = k->dx + k->x_count;
    k->weight_grad = k->dx_scale + k->x_count;
    k->weight_scale = k->weight_grad + k->weight_count;
}

struct conv_case *conv_case_new(const struct conv *c, int64_t samples,
                                uint64_t seed)
{
    struct conv_case *k = calloc(1, sizeof *k);

    if (!k)
        abort();
    k->conv = *c;
    k->samples = samples;
    k->seed = seed;
    k->biased = seed % 2 == 0;
    k->rectify = seed % 4 == 0;
    k->x_count = samples * c->channels * window_inputs(&c->window);
    k->y_count = samples * c->filters * window_outputs(&c->window);
    k->weight_count =
        c->filters * (c->channels / c->groups) * window_taps(&c->window);
    k->x = take_reals(k->x_count);
    k->dy = take_reals(k->y_count);
    k->weight = take_reals(k->weight_count);
    k->weight_start = take_reals(k->weight_count);
    k->bias = take_reals(c->filters);
    fill_normal(k->x, k->x_count, seed + 1);
    fill_normal(k->dy, k->y_count, seed + 2);
    fill_normal(k->weight, k->weight_count, seed + 3);
    fill_normal(k->bias, c->filters, seed + 4);
    for (int64_t o = 1; o < c->filters; o += 3)
        k->bias[o] = 0; /* as that of a filter which never learned */
    fill_normal(k->weight_start, k->weight_count, seed + 5);
    place_answers(k);
    give_answers(k);
    return k;
}

void conv_case_free(struct conv_case *k)
{
    void *const blocks[] = {
        k->x, k->dy, k->weight, k->weight_start, k->bias, k->answers, k,
    };

    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        free(blocks[i]);
}

void conv_case_print(const struct conv_case *k, char text[160])
{
    const struct axis *y = &k->conv.window.y, *x = &k->conv.window.x;

    snprintf(text, 160,
             "%lldx%lldx%lld -> %lld, %lldx%lld pad %lld,%lld stride %lld,%lld "
             "dilation %lld,%lld groups %lld, %lld samples",
             (long long)k->conv.channels, (long long)y->in, (long long)x->in,
             (long long)k->conv.filters, (long long)y->kernel,
             (long long)x->kernel, (long long)y->pad, (long long)x->pad,
             (long long)y->stride, (long long)x->stride, (long long)y->dilation,
             (long long)x->dilation, (long long)k->conv.groups,
             (long long)k->samples);
}

double relative_error(const real *got, const double *want, int64_t count)
{
    double square = 0, largest = 0;

    for (int64_t i = 0; i < count; i++) {
        const double error = fabs((double)got[i] - want[i]);
        square += want[i] * want[i];
        if (isnan(error) || error > largest) /* NaN stays */
            largest = error;
    }
    return largest / sqrt(square / (double)count + 1e-300);
}

double conv_tolerance(const struct conv_task *t)
{
    const int64_t inputs = t->ops->tile + t->conv.window.y.kernel - 1;

    return (t->ops->tile > 0 && inputs > 6 ? 1000 : 300) * REAL_EPSILON;
}

int64_t first_difference(const real *a, const real *b, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (memcmp(a + i, b + i, sizeof *a) != 0)
            return i;
    return -1;
}
