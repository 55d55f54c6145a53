#include "support/fake_layers.h"

#include <math.h>
#include <stdio.h>

static enum status input_infer(const void *config, const struct shape *in,
                               int64_t inputs, struct layer_spec *spec)
{
    (void)in;
    (void)inputs;
    spec->out = SHAPE(*(const int64_t *)config);
    return OK;
}

const struct layer_ops fake_input_ops = {
    .kind = {.name = "input"},
    .infer = input_infer,
};

/* Not layer_refuse and spec_param: the graph is tested without the layers. */
static enum status sum_infer(const void *config, const struct shape *in,
                             int64_t inputs, struct layer_spec *spec)
{
    (void)config;
    (void)inputs;
    spec->out = in[0];
    spec->params[0] = (struct param_spec){.name = "scale", .shape = SHAPE(1)};
    spec->param_count = 1;
    spec->cache_per_sample = 8;
    spec->work_bytes = 100;
    return OK;
}

static void sum_forward(const struct layer *l, const struct pass *p)
{
    const int64_t count = p->batch * shape_count(l->spec.out);

    for (int64_t i = 0; i < count; i++) {
        p->y[i] = 0;
        for (int64_t k = 0; k < l->inputs; k++)
            p->y[i] += p->param[0][0] * p->x[k][i];
    }
}

static void sum_backward(const struct layer *l, const struct pass *p)
{
    const int64_t count = p->batch * shape_count(l->spec.out);

    for (int64_t k = 0; k < l->inputs; k++)
        for (int64_t i = 0; i < count; i++) {
            if (p->grad[0])
                p->grad[0][0] += p->dy[i] * p->x[k][i];
            if (p->dx[k])
                p->dx[k][i] = p->dy[i] * p->param[0][0];
        }
}

const struct layer_ops fake_sum_ops = {
    .kind = {.name = "sum"},
    .min_inputs = 1,
    .max_inputs = 8,
    .backward_reads_x = true,
    .infer = sum_infer,
    .forward = sum_forward,
    .backward = sum_backward,
};

/* Parameters, buffers and sums of the norm; the sums as gathered and as
 * settled. */
enum { NORM_WEIGHT, NORM_BIAS };
enum { NORM_MEAN, NORM_VAR };

extern const struct init_ops constant_init;
static const double norm_one = 1;
static const struct variant norm_init = {&constant_init.kind, &norm_one};

static const double norm_alpha = 0.1, norm_epsilon = 1e-3;

static enum status norm_infer(const void *config, const struct shape *in,
                              int64_t inputs, struct layer_spec *spec)
{
    (void)inputs;
    spec->out = in[0];
    spec_param(spec, "weight", in[0], norm_init, true);
    spec_param(spec, "bias", in[0], norm_init, false);
    spec_buffer(spec, "running_mean", in[0], 0, false);
    spec_buffer(spec, "running_var", in[0], 1, true);
    spec_sums(spec, 2 * in[0].dim[0], 2 * in[0].dim[0]);
    if (config)
        spec->nonlinearity = *(const struct variant *)config;
    return OK;
}

static double norm_input(const struct layer *l, const struct pass *p, int64_t i)
{
    double sum = 0;

    for (int64_t k = 0; k < l->inputs; k++)
        sum += (double)p->x[k][i];
    return sum;
}

static double norm_xhat(const struct layer *l, const struct pass *p, int64_t i)
{
    const int64_t width = l->spec.out.dim[0], f = i % width;
    const double *settled = p->sums[FORWARD];

    if (settled)
        return (norm_input(l, p, i) - settled[f]) * settled[width + f];
    return (norm_input(l, p, i) - (double)p->buffer[NORM_MEAN][f]) /
           sqrt((double)p->buffer[NORM_VAR][f] + norm_epsilon);
}

static void norm_gather(const struct layer *l, const struct pass *p,
                        enum direction d, double *sums)
{
    const int64_t width = l->spec.out.dim[0];

    for (int64_t i = 0; i < 2 * width; i++)
        sums[i] = 0;
    for (int64_t i = 0; i < p->batch * width; i++) {
        const int64_t f = i % width;
        const double from_mean =
            d == FORWARD ? norm_input(l, p, i) - (double)p->buffer[NORM_MEAN][f]
                         : 0;
        sums[f] += d == FORWARD ? from_mean : (double)p->dy[i];
        sums[width + f] += d == FORWARD ? from_mean * from_mean
                                        : (double)p->dy[i] * norm_xhat(l, p, i);
    }
}

/* Forward: mean and 1 / deviation.  Backward: means of dy and dy * xhat. */
static void norm_settle(const struct layer *l, const struct settle *s)
{
    const int64_t width = l->spec.out.dim[0];
    const double n = (double)s->batch;

    for (int64_t f = 0; f < width; f++) {
        double *first = &s->sums[f], *second = &s->sums[width + f];
        if (s->direction == BACKWARD) {
            if (s->grad && s->grad[NORM_BIAS]) {
                s->grad[NORM_BIAS][f] += (real)*first;
                s->grad[NORM_WEIGHT][f] += (real)*second;
            }
            *first /= n;
            *second /= n;
            continue;
        }
        real *mean = &s->buffer[NORM_MEAN][f], *var = &s->buffer[NORM_VAR][f];
        const double shift = *first / n;
        const double variance = *second / n - shift * shift;
        *first = (double)*mean + shift;
        *second = 1 / sqrt(variance + norm_epsilon);
        *mean += (real)(norm_alpha * shift);
        *var += (real)(norm_alpha * (variance * n / (n - 1) - (double)*var));
    }
}

static void norm_forward(const struct layer *l, const struct pass *p)
{
    const int64_t width = l->spec.out.dim[0];

    for (int64_t i = 0; i < p->batch * width; i++)
        p->y[i] = (real)((double)p->param[NORM_WEIGHT][i % width] *
                             norm_xhat(l, p, i) +
                         (double)p->param[NORM_BIAS][i % width]);
}

static void norm_backward(const struct layer *l, const struct pass *p)
{
    const int64_t width = l->spec.out.dim[0];
    const double *means = p->sums[BACKWARD];

    for (int64_t i = 0; i < p->batch * width; i++) {
        const int64_t f = i % width;
        const double dx = ((double)p->dy[i] - means[f] -
                           means[width + f] * norm_xhat(l, p, i)) *
                          (double)p->param[NORM_WEIGHT][f] *
                          p->sums[FORWARD][width + f];
        for (int64_t k = 0; k < l->inputs; k++)
            if (p->dx[k])
                p->dx[k][i] = (real)dx;
    }
}

const struct layer_ops fake_norm_ops = {
    .kind = {.name = "norm"},
    .min_inputs = 1,
    .max_inputs = 8,
    .backward_reads_x = true,
    .infer = norm_infer,
    .forward = norm_forward,
    .backward = norm_backward,
    .gather = norm_gather,
    .settle = norm_settle,
};

static enum status refuse_infer(const void *config, const struct shape *in,
                                int64_t inputs, struct layer_spec *spec)
{
    (void)config;
    (void)in;
    (void)inputs;
    spec->why_key = "size";
    snprintf(spec->why, sizeof spec->why, "does not fit");
    return ERR_CONFIG;
}

const struct layer_ops fake_refuse_ops = {
    .kind = {.name = "refuse"},
    .min_inputs = 1,
    .max_inputs = 1,
    .infer = refuse_infer,
};

static enum status report(void *context, int64_t entry, const char *key,
                          const char *why)
{
    struct fake_report *r = context;

    text_printf(&r->text, "%lld %s: %s\n", (long long)entry, key ? key : "-",
                why);
    return ERR_CONFIG;
}

struct graph_reporter fake_reporter(struct fake_report *into)
{
    return (struct graph_reporter){report, into};
}
