#include "support/trial.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "tensor/gemm.h"

static real *take(int64_t count)
{
    real *block = mem_take((size_t)count, sizeof *block);

    cr_assert_not_null(block);
    return block;
}

static void *take_bytes(int64_t bytes)
{
    void *block = mem_take((size_t)bytes + 1, 1);

    cr_assert_not_null(block);
    return block;
}

static void take_tensors(struct trial *t)
{
    const struct layer_spec *spec = &t->layer.spec;

    t->in_count = t->batch * shape_count(t->in);
    t->out_count = t->batch * shape_count(spec->out);
    t->x = take(t->in_count);
    t->dx = take(t->in_count);
    t->y = take(t->out_count);
    t->dy = take(t->out_count);
    t->dz = take(t->out_count);
    for (int64_t i = 0; i < spec->param_count; i++) {
        t->param_size[i] = shape_count(spec->params[i].shape);
        t->param[i] = take(t->param_size[i]);
        t->grad[i] = take(t->param_size[i]);
    }
    t->cache = take_bytes(t->batch * spec->cache_per_sample);
    t->samples = mem_take((size_t)t->batch, sizeof *t->samples);
    cr_assert_not_null(t->samples);
    for (int64_t n = 0; n < t->batch; n++)
        t->samples[n] = n;
}

const struct kernels *trial_kernels(void)
{
    const char *name = getenv("CNNCTL_KERNELS");
    const struct kernels *kern = NULL;

    if (!name)
        return kernels_best();
    for (int i = 0; i < CPU_LEVELS; i++)
        if (strcmp(name, cpu_name((enum cpu_level)i)) == 0)
            kern = kernels_of((enum cpu_level)i);
    cr_assert_not_null(kern, "CNNCTL_KERNELS: no %s here", name);
    return kern;
}

enum status trial_open(struct trial *t, const char *type, const void *config,
                       struct shape in, int64_t batch)
{
    return trial_open_as(t, type, config, in, batch, NULL);
}

enum status trial_open_as(struct trial *t, const char *type, const void *config,
                          struct shape in, int64_t batch,
                          const struct conv_ops *convolution)
{
    gemm_setup();
    *t = (struct trial){.in = in, .batch = batch};
    t->layer = (struct layer){
        .ops = layer_find(type),
        .name = type,
        .config = config,
        .inputs = 1,
        .in = &t->in,
        .spec = {.engine = {trial_kernels(), convolution}},
    };
    cr_assert_not_null(t->layer.ops, "no layer type %s", type);
    const enum status s =
        t->layer.ops->infer(config, &t->in, 1, &t->layer.spec);
    if (s == OK)
        take_tensors(t);
    return s;
}

void trial_close(struct trial *t)
{
    real *const blocks[] = {t->x, t->y, t->dx, t->dy, t->dz};

    for (size_t i = 0; i < ARRAY_LEN(blocks); i++)
        mem_free(blocks[i]);
    for (int64_t i = 0; i < t->layer.spec.param_count; i++) {
        mem_free(t->param[i]);
        mem_free(t->grad[i]);
    }
    mem_free(t->cache);
    mem_free(t->samples);
}

static void fill(real *to, int64_t count, uint64_t seed, const char *purpose)
{
    const struct rng_key key = rng_key(seed, purpose);

    for (int64_t i = 0; i < count; i++)
        to[i] = (real)(2 * rng_unit(key, (uint64_t)i) - 1);
}

static void fill_nan(real *to, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        to[i] = (real)NAN;
}

void trial_fill(struct trial *t, uint64_t seed)
{
    int64_t *order = mem_take((size_t)t->in_count, sizeof *order);

    cr_assert_not_null(order);
    rng_permutation(rng_key(seed, "x"), t->in_count, order);
    for (int64_t i = 0; i < t->in_count; i++)
        t->x[i] =
            (real)((2 * (double)order[i] + 0.5) / (double)t->in_count - 1);
    mem_free(order);
    fill(t->dy, t->out_count, seed, "dy");
    for (int64_t i = 0; i < t->layer.spec.param_count; i++) {
        fill(t->param[i], t->param_size[i], seed, t->layer.spec.params[i].name);
        memset(t->grad[i], 0, (size_t)t->param_size[i] * sizeof(real));
    }
    fill_nan(t->y, t->out_count);
    fill_nan(t->dx, t->in_count);
}

static struct pass pass_of(struct trial *t)
{
    return (struct pass){
        .batch = t->batch,
        .y = t->y,
        .param = (const real *const *)t->param,
        .cache = t->cache,
        .work = t->work,
        .rng = rng_key(7, "layer/trial"),
        .epoch = 3,
        .samples = t->samples,
    };
}

/* Scratch of the size declared for the kind of call, full of NaN: a sanitizer
 * sees what goes beyond it, a test what reads it unwritten. */
static void *take_work(const struct trial *t, bool training)
{
    const int64_t bytes =
        training ? t->layer.spec.work_bytes : t->layer.spec.infer_work_bytes;
    void *work = take_bytes(bytes);

    memset(work, 0xff, (size_t)bytes);
    return work;
}

void trial_forward_part(struct trial *t, bool training, int64_t first,
                        int64_t batch)
{
    const struct variant f = t->layer.spec.nonlinearity;
    const int64_t out = t->out_count / t->batch;
    const real *x = t->x + first * (t->in_count / t->batch);
    struct pass p = pass_of(t);

    p.batch = batch;
    p.training = training;
    p.x = &x;
    p.y += first * out;
    p.samples += first;
    p.cache =
        (unsigned char *)t->cache + first * t->layer.spec.cache_per_sample;
    p.work = take_work(t, training);
    t->layer.ops->forward(&t->layer, &p);
    mem_free(p.work);
    if (f.kind && !t->layer.ops->fuses_nonlinearity)
        activation_of(f)->forward(f.config, batch, out, p.y);
}

void trial_forward(struct trial *t, bool training)
{
    trial_forward_part(t, training, 0, t->batch);
}

void trial_backward(struct trial *t, bool wants_dx)
{
    const struct variant f = t->layer.spec.nonlinearity;
    const real *x = t->x;
    real *dx = wants_dx ? t->dx : NULL;
    struct pass p = pass_of(t);

    memcpy(t->dz, t->dy, (size_t)t->out_count * sizeof *t->dz);
    if (f.kind)
        activation_of(f)->backward(f.config, t->batch, t->out_count / t->batch,
                                   t->y, t->dz);
    p.training = true;
    p.x = &x;
    p.dy = t->dz;
    p.dx = &dx;
    p.grad = t->grad;
    p.work = take_work(t, true);
    t->layer.ops->backward(&t->layer, &p);
    mem_free(p.work);
}
