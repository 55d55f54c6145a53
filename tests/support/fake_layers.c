#include "support/fake_layers.h"

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
