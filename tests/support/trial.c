#include "support/trial.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "support/blocked.h"
#include "support/fake_layers.h"
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

    for (int64_t k = 0; k < t->layer.inputs; k++)
        t->in_count += t->batch * shape_count(t->in[k]);
    t->out_count = t->batch * shape_count(spec->out);
    t->x = take(t->in_count);
    t->dx = take(t->in_count);
    t->y = take(t->out_count);
    t->z = take(t->out_count);
    t->dy = take(t->out_count);
    t->dz = take(t->out_count);
    for (int64_t i = 0; i < spec->param_count; i++) {
        t->param_size[i] = shape_count(spec->params[i].shape);
        t->param[i] = take(t->param_size[i]);
        t->grad[i] = take(t->param_size[i]);
    }
    for (int64_t i = 0; i < spec->buffer_count; i++) {
        const int64_t count = shape_count(spec->buffers[i].shape);
        t->buffer[i] = take(count);
        for (int64_t k = 0; k < count; k++)
            t->buffer[i][k] = (real)spec->buffers[i].value;
    }
    for (int d = 0; d < DIRECTIONS; d++)
        t->sums[d] = take_bytes(spec->sums[d] * (int64_t)sizeof(double));
    t->slice_sums =
        take_bytes(num_max(spec->sums[FORWARD], spec->sums[BACKWARD]) *
                   (int64_t)sizeof(double));
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
    const struct trial_setup setup = {type, config, &in, 1, batch, convolution};

    return trial_set_up(t, &setup);
}

static const struct layer_ops *find_type(const char *type)
{
    static const struct layer_ops *const fakes[] = {&fake_sum_ops,
                                                    &fake_norm_ops};
    const struct layer_ops *ops = layer_find(type);

    for (size_t i = 0; i < ARRAY_LEN(fakes) && !ops; i++)
        if (strcmp(type, fakes[i]->kind.name) == 0)
            ops = fakes[i];
    cr_assert_not_null(ops, "no layer type %s", type);
    return ops;
}

enum status trial_set_up(struct trial *t, const struct trial_setup *setup)
{
    cr_assert_null(gemm_open());
    *t = (struct trial){
        .batch = setup->batch, .slice = setup->batch, .heir = -1};
    t->layer = (struct layer){
        .ops = find_type(setup->type),
        .name = setup->type,
        .config = setup->config,
        .inputs = setup->inputs,
        .in = t->in,
        .spec = {.engine = {trial_kernels(), setup->convolution}},
    };
    cr_assert_leq(setup->inputs, TRIAL_MOST_INPUTS);
    for (int64_t k = 0; k < setup->inputs; k++)
        t->in[k] = setup->in[k];
    const enum status s = t->layer.ops->infer(setup->config, t->in,
                                              setup->inputs, &t->layer.spec);
    if (s == OK)
        take_tensors(t);
    return s;
}

void trial_close(struct trial *t)
{
    real *const blocks[] = {t->x, t->y, t->z, t->dx, t->dy, t->dz};

    for (size_t i = 0; i < ARRAY_LEN(blocks); i++)
        mem_free(blocks[i]);
    for (int64_t i = 0; i < t->layer.spec.param_count; i++) {
        mem_free(t->param[i]);
        mem_free(t->grad[i]);
    }
    for (int64_t i = 0; i < t->layer.spec.buffer_count; i++)
        mem_free(t->buffer[i]);
    for (int d = 0; d < DIRECTIONS; d++)
        mem_free(t->sums[d]);
    mem_free(t->slice_sums);
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

/* Near the value that it starts from. */
static void fill_buffer(real *to, const struct param_spec *p, uint64_t seed)
{
    const struct rng_key key = rng_key(seed, p->name);
    const int64_t count = shape_count(p->shape);

    for (int64_t i = 0; i < count; i++)
        to[i] = (real)(p->value + rng_unit(key, (uint64_t)i) / 2);
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
    for (int64_t i = 0; i < t->layer.spec.buffer_count; i++)
        fill_buffer(t->buffer[i], &t->layer.spec.buffers[i], seed);
    fill_nan(t->y, t->out_count);
    fill_nan(t->dx, t->in_count);
}

/* The tensor in its layout, in memory of its own. */
static real *relaid(const struct layout *l, int64_t batch, const real *plain)
{
    const int64_t count = batch * layout_reals(l);
    real *copy = blocked_copy(l, batch, plain), *to = take(count);

    memcpy(to, copy, (size_t)count * sizeof *to);
    free(copy);
    return to;
}

static void relay_inputs(struct trial *t)
{
    real *plain = t->x, *next = plain;

    t->in_count = 0;
    for (int64_t k = 0; k < t->layer.inputs; k++) {
        const struct layout l = layer_reads(&t->layer, k);
        t->in_count += t->batch * layout_reals(&l);
    }
    real *to = t->x = take(t->in_count);
    for (int64_t k = 0; k < t->layer.inputs; k++) {
        const struct layout l = layer_reads(&t->layer, k);
        real *x = relaid(&l, t->batch, next);
        memcpy(to, x, (size_t)(t->batch * layout_reals(&l)) * sizeof *to);
        mem_free(x);
        to += t->batch * layout_reals(&l);
        next += t->batch * shape_count(t->in[k]);
    }
    mem_free(plain);
    mem_free(t->dx);
    t->dx = take(t->in_count);
    fill_nan(t->dx, t->in_count);
}

void trial_block(struct trial *t, bool x, bool y)
{
    real *const blocks[] = {t->y, t->z, t->dz, t->dy};

    t->layer.spec.x_blocked = x;
    t->layer.spec.y_blocked = y;
    const struct layout out = layer_writes(&t->layer);
    relay_inputs(t);
    t->out_count = t->batch * layout_reals(&out);
    t->dy = relaid(&out, t->batch, t->dy);
    for (size_t i = 0; i < ARRAY_LEN(blocks); i++)
        mem_free(blocks[i]);
    t->y = take(t->out_count);
    t->z = take(t->out_count);
    t->dz = take(t->out_count);
    fill_nan(t->y, t->out_count);
}

/* Scratch of the size declared for the kind of call, with room for weights that
 * are not laid out, full of NaN: a sanitizer sees what goes beyond it, a test
 * what reads it unwritten. */
static void *take_work(const struct trial *t, bool training)
{
    const struct layer_spec *spec = &t->layer.spec;
    const int64_t unit = sizeof(real);
    const int64_t forward =
        spec->infer_work_bytes + spec->unlaid[FORWARD] * unit;
    const int64_t both =
        num_max(forward, spec->work_bytes + spec->unlaid[BACKWARD] * unit);
    const int64_t bytes = training ? both : forward;
    void *work = take_bytes(bytes);

    memset(work, 0xff, (size_t)bytes);
    return work;
}

/* Pointers of one call. */
struct views {
    const real *x[TRIAL_MOST_INPUTS];
    real *dx[TRIAL_MOST_INPUTS];
};

/* A call with the samples first .. first + batch; work and sums are missing. */
static struct pass pass_of(const struct trial *t, int64_t first, int64_t batch,
                           struct views *v)
{
    const int64_t out = t->out_count / t->batch;
    int64_t input = 0;

    for (int64_t k = 0; k < t->layer.inputs; k++) {
        const struct layout l = layer_reads(&t->layer, k);
        const int64_t in = layout_reals(&l);
        v->x[k] = t->x + input + first * in;
        v->dx[k] =
            k == t->heir ? t->dz + first * out : t->dx + input + first * in;
        input += t->batch * in;
    }
    return (struct pass){
        .batch = batch,
        .x = v->x,
        .y = t->y + first * out,
        .dy = t->dz + first * out,
        .param = (const real *const *)t->param,
        .buffer = (const real *const *)t->buffer,
        .cache =
            (unsigned char *)t->cache + first * t->layer.spec.cache_per_sample,
        .rng = rng_key(7, "layer/trial"),
        .epoch = 3,
        .samples = t->samples + first,
    };
}

void trial_forward_part(struct trial *t, bool training, int64_t first,
                        int64_t batch)
{
    const struct variant f = t->layer.spec.nonlinearity;
    struct views v;
    struct pass p = pass_of(t, first, batch, &v);

    p.training = training;
    if (training && t->layer.spec.sums[FORWARD] > 0)
        p.sums[FORWARD] = t->sums[FORWARD];
    p.work = take_work(t, training);
    t->layer.ops->forward(&t->layer, &p);
    mem_free(p.work);
    if (layer_applies(&t->layer))
        return;
    memcpy(t->z + first * (t->out_count / t->batch), p.y,
           (size_t)(batch * (t->out_count / t->batch)) * sizeof *t->z);
    activation_of(f)->forward(f.config, batch, t->out_count / t->batch, p.y);
}

static int64_t rows_from(const struct trial *t, int64_t first)
{
    return num_min(t->slice, t->batch - first);
}

/* What the layer must know of the whole batch, slice by slice. */
static void settle(struct trial *t, enum direction d)
{
    const struct layer_spec *spec = &t->layer.spec;

    memset(t->sums[d], 0, (size_t)spec->sums[d] * sizeof(double));
    for (int64_t first = 0; first < t->batch; first += t->slice) {
        struct views v;
        struct pass p = pass_of(t, first, rows_from(t, first), &v);
        p.training = true;
        p.sums[FORWARD] = d == BACKWARD ? t->sums[FORWARD] : NULL;
        p.work = take_work(t, true);
        t->layer.ops->gather(&t->layer, &p, d, t->slice_sums);
        mem_free(p.work);
        for (int64_t i = 0; i < spec->sums[d]; i++)
            t->sums[d][i] += t->slice_sums[i];
    }
    const struct settle s = {
        .direction = d,
        .batch = t->batch,
        .sums = t->sums[d],
        .forward = t->sums[FORWARD],
        .param = (const real *const *)t->param,
        .buffer = t->buffer,
        .grad = t->grad,
    };
    t->layer.ops->settle(&t->layer, &s);
}

void trial_forward(struct trial *t, bool training)
{
    if (training && t->layer.spec.sums[FORWARD] > 0)
        settle(t, FORWARD);
    for (int64_t first = 0; first < t->batch; first += t->slice)
        trial_forward_part(t, training, first, rows_from(t, first));
}

void trial_backward(struct trial *t, bool wants_dx)
{
    const struct variant f = t->layer.spec.nonlinearity;
    real *const nobody[TRIAL_MOST_INPUTS] = {NULL};

    memcpy(t->dz, t->dy, (size_t)t->out_count * sizeof *t->dz);
    if (!layer_takes_dy(&t->layer))
        activation_of(f)->backward(f.config, t->batch, t->out_count / t->batch,
                                   activation_reads_z(f) ? t->z : t->y, t->dz);
    if (t->layer.spec.sums[BACKWARD] > 0)
        settle(t, BACKWARD);
    for (int64_t first = 0; first < t->batch; first += t->slice) {
        struct views v;
        struct pass p = pass_of(t, first, rows_from(t, first), &v);
        p.training = true;
        p.dx = wants_dx ? v.dx : nobody;
        p.grad = t->grad;
        for (int d = 0; d < DIRECTIONS; d++)
            p.sums[d] = t->layer.spec.sums[d] > 0 ? t->sums[d] : NULL;
        p.work = take_work(t, true);
        t->layer.ops->backward(&t->layer, &p);
        mem_free(p.work);
    }
}
