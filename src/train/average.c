/*
 * average.c - an exponential moving average.
 */
#include "train/average.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"

struct ema_config {
    double decay;
};

static const struct field ema_fields[] = {
    FIELD(ema_config, decay, .def = "0.999", .min = 1e-6, .max = 0.999999999,
          .aka = "beta momentum alpha d ema_decay",
          .doc = "Share of the average that an update keeps."),
    {0},
};

static const struct kind ema = {
    .name = "ema",
    .doc = "Exponential moving average from 0: each update takes 1 - decay of "
           "the weights; divided by 1 - decay^updates where it is used.",
    CONFIG(ema),
    .aka = "exponential moving_average model_ema polyak averaged_model swa",
};

const struct kind *const average_kinds[] = {&ema, NULL};

double average_decay(struct variant v)
{
    return v.kind ? ((const struct ema_config *)v.config)->decay : 0;
}

enum status average_new(struct average *a, const struct graph *g, double decay,
                        struct err *e)
{
    *a = (struct average){.decay = decay};
    if (decay == 0)
        return OK;
    a->sums = mem_take((size_t)g->param_size, sizeof *a->sums);
    a->values = mem_take((size_t)g->weight_size, sizeof *a->values);
    if (a->sums && a->values)
        return OK;
    average_free(a);
    return err_memory(e, "allocating the average of the weights");
}

void average_free(struct average *a)
{
    mem_free(a->sums);
    mem_free(a->values);
    *a = (struct average){0};
}

void average_add(const struct average *a, const real *params, int64_t offset,
                 int64_t count)
{
    const double keep = a->decay, take = 1 - a->decay;
    real *restrict sum = a->sums + offset;
    const real *restrict w = params + offset;

    for (int64_t i = 0; i < count; i++)
        sum[i] = (real)(keep * (double)sum[i] + take * (double)w[i]);
}

const real *average_values(const struct average *a, const struct graph *g,
                           const real *params, int64_t updates)
{
    const double share = 1 - pow(a->decay, (double)updates);

    if (updates == 0)
        return params;
    memcpy(a->values, params, (size_t)g->weight_size * sizeof *params);
    for (int64_t i = 0; i < g->param_count; i++) {
        const struct param *p = &g->params[i];
        if (!p->trainable)
            continue;
        for (int64_t k = p->offset; k < p->offset + p->count; k++)
            a->values[k] = (real)((double)a->sums[k] / share);
    }
    return a->values;
}
