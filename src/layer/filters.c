/*
 * filters.c - what layers that slide a bank of filters over an image have in
 * common.
 */
#include "layer/filters.h"

#include "activation/activation.h"
#include "base/num.h"
#include "layer/facts.h"
#include "tensor/gemm.h"

/* Parameters in the order of spec_param. */
enum { WEIGHT, BIAS };

struct bank {
    struct conv_plan plan;
    bool fused;  /* does the convolution add the bias? */
    bool untied; /* a bias for every pixel */
};

/* The pass of the convolution that is a pass of the layer. */
static enum conv_pass pass_of(const struct conv *v, enum layer_pass pass)
{
    static const enum conv_pass passes[2][LAYER_PASSES] = {
        {[LAYER_FORWARD] = CONV_FORWARD,
         [LAYER_DATA] = CONV_DATA,
         [LAYER_WEIGHTS] = CONV_WEIGHTS},
        {[LAYER_FORWARD] = CONV_DATA,
         [LAYER_DATA] = CONV_FORWARD,
         [LAYER_WEIGHTS] = CONV_WEIGHTS},
    };

    return passes[v->transposed][pass];
}

static const struct bank *bank_of(const struct layer *l)
{
    return (const void *)l->spec.prepared;
}

static const struct conv_task *task_of(const struct bank *b,
                                       enum layer_pass pass)
{
    const struct conv *v = &b->plan.task[CONV_FORWARD].conv;

    return &b->plan.task[pass_of(v, pass)];
}

const struct conv *filters_conv(const struct layer *l)
{
    return &bank_of(l)->plan.task[CONV_FORWARD].conv;
}

bool filters_untied(const struct layer *l)
{
    return bank_of(l)->untied;
}

static enum status check_groups(const struct conv *v, struct layer_spec *spec)
{
    const int64_t in = v->transposed ? v->filters : v->channels;
    const int64_t out = v->transposed ? v->channels : v->filters;

    if (in % v->groups != 0)
        return layer_refuse(spec, "num_groups",
                            "%lld does not divide the %lld input channels",
                            (long long)v->groups, (long long)in);
    if (out % v->groups != 0)
        return layer_refuse(spec, "num_groups",
                            "%lld does not divide num_filters, which is %lld",
                            (long long)v->groups, (long long)out);
    return OK;
}

/* Shapes, multiply-adds and what the matrix product can index. */
static enum status check_size(const struct conv *v, struct layer_spec *spec)
{
    const struct window *w = &v->window;
    int64_t column, weights;

    spec->out = v->transposed ? SHAPE(v->channels, w->y.in, w->x.in)
                              : SHAPE(v->filters, w->y.out, w->x.out);
    if (shape_fits(spec->out) &&
        num_mul(v->channels / v->groups, window_taps(w), &column) &&
        num_mul(column, v->filters, &weights) &&
        num_mul(weights, window_outputs(w), &spec->macs) &&
        gemm_fits((struct gemm_size){v->filters, window_outputs(w), column}) &&
        gemm_fits((struct gemm_size){.n = window_inputs(w)}))
        return OK;
    return layer_refuse(spec, NULL, "is too large to compute");
}

/* Scratch of a pass of the convolution whose weights are laid out. */
static int64_t work_of(const struct conv_plan *p, bool backward)
{
    return conv_work(p, backward) -
           conv_unlaid(p, backward) * (int64_t)sizeof(real);
}

/* Memory and algorithms. */
static void prepare(const struct filters *f, struct layer_spec *spec)
{
    struct bank *b = spec_prepared(spec, sizeof *b);
    const bool transposed = f->conv.transposed;

    b->plan = conv_plan(spec->engine.kern, &f->conv);
    /* Without biases they are as good as tied: folding gives every channel
     * one. */
    b->untied = f->untie_biases && f->b.kind;
    b->fused = !b->untied && !transposed;
    for (int pass = 0; pass < LAYER_PASSES; pass++)
        spec->blas[pass] = task_of(b, (enum layer_pass)pass)->ops->by_blas;
    spec->masks_dy = b->fused && conv_masks(&b->plan);
    if (b->fused && conv_blocks(&b->plan))
        spec_blocked(spec, WRITES_EITHER);
    for (int d = FORWARD; d < DIRECTIONS; d++) {
        const bool backward = (d == BACKWARD) != transposed;
        spec->laid[d] = conv_laid(&b->plan, backward);
        spec->unlaid[d] = conv_unlaid(&b->plan, backward);
    }
    spec_work(spec, num_max(work_of(&b->plan, false), work_of(&b->plan, true)),
              work_of(&b->plan, transposed));
}

enum status filters_infer(const struct filters *f, struct layer_spec *spec)
{
    const struct conv *v = &f->conv;
    enum status s = check_groups(v, spec);

    if (s == OK)
        s = check_size(v, spec);
    if (s != OK)
        return s;
    spec_param(spec, "weight",
               SHAPE(v->filters, v->channels / v->groups, v->window.y.kernel,
                     v->window.x.kernel),
               f->W, true);
    if (f->b.kind)
        spec_param(spec, "bias",
                   f->untie_biases ? spec->out : SHAPE(spec->out.dim[0]), f->b,
                   false);
    spec->nonlinearity = f->nonlinearity;
    prepare(f, spec);
    return OK;
}

static int64_t pixels_of(const struct layer *l)
{
    return l->spec.out.dim[1] * l->spec.out.dim[2];
}

static bool has_bias(const struct layer *l)
{
    return l->spec.param_count > BIAS;
}

/* y + bias, where the convolution has not added it. */
static void add_bias(const struct layer *l, const struct pass *p)
{
    const int64_t pixels = pixels_of(l), channels = l->spec.out.dim[0];
    const real *bias = p->param[BIAS];

    for (int64_t i = 0; i < p->batch * channels; i++) {
        real *row = p->y + i * pixels;
        const int64_t channel = i % channels;
        if (bank_of(l)->untied)
            for (int64_t j = 0; j < pixels; j++)
                row[j] += bias[channel * pixels + j];
        else
            for (int64_t j = 0; j < pixels; j++)
                row[j] += bias[channel];
    }
}

static void add_bias_gradient(const struct layer *l, const struct pass *p)
{
    const int64_t pixels = pixels_of(l), channels = l->spec.out.dim[0];
    real *grad = p->grad[BIAS];

    for (int64_t i = 0; i < p->batch * channels; i++) {
        const real *row = p->dy + i * pixels;
        const int64_t channel = i % channels;
        if (bank_of(l)->untied)
            for (int64_t j = 0; j < pixels; j++)
                grad[channel * pixels + j] += row[j];
        else
            grad[channel] += l->spec.engine.kern->sum(row, pixels);
    }
}

void filters_lay(const struct layer *l, const struct pass *p, enum direction d,
                 int64_t part)
{
    const struct conv_plan *plan = &bank_of(l)->plan;
    const bool transposed = plan->task[CONV_FORWARD].conv.transposed;
    const struct conv_call call = {
        .samples = 1,
        .weight = p->param[WEIGHT],
        .work = p->work,
        .laid = p->laid,
    };

    conv_lay(plan, (d == BACKWARD) != transposed, &call, part);
}

void filters_forward(const struct layer *l, const struct pass *p)
{
    const struct bank *b = bank_of(l);
    const struct variant nonlinearity = l->spec.nonlinearity;
    const bool rectifies = nonlinearity.kind && layer_applies(l);
    const bool transposed = b->plan.task[CONV_FORWARD].conv.transposed;
    const struct conv_call call = {
        .samples = p->batch,
        .x = p->x[0],
        .weight = p->param[WEIGHT],
        .bias = b->fused && has_bias(l) ? p->param[BIAS] : NULL,
        .rectify = b->fused && rectifies,
        .x_blocked = l->spec.x_blocked,
        .y_blocked = l->spec.y_blocked,
        .y = p->y,
        .dy = p->x[0],
        .dx = p->y,
        .work = p->work,
        .crew = p->crew,
        .laid = p->laid,
    };

    if (transposed)
        conv_backward(&b->plan, &call);
    else
        conv_forward(&b->plan, &call);
    if (has_bias(l) && !b->fused)
        add_bias(l, p);
    if (rectifies && !call.rectify)
        rectify_activation.forward(nonlinearity.config, p->batch,
                                   shape_count(l->spec.out), p->y);
}

static void transposed_backward(const struct bank *b, const struct pass *p)
{
    const struct conv_call call = {
        .samples = p->batch,
        .x = p->dy,
        .weight = p->param[WEIGHT],
        .y = p->dx[0],
        .dy = p->x[0],
        .weight_grad = p->grad[WEIGHT],
        .work = p->work,
        .laid = p->laid,
    };

    if (call.weight_grad)
        conv_backward(&b->plan, &call);
    if (call.y)
        conv_forward(&b->plan, &call);
}

void filters_backward(const struct layer *l, const struct pass *p)
{
    const struct bank *b = bank_of(l);
    const bool transposed = b->plan.task[CONV_FORWARD].conv.transposed;
    const struct conv_call call = {
        .samples = p->batch,
        .x = p->x[0],
        .weight = p->param[WEIGHT],
        .dy = p->dy,
        .over = layer_masks_dy(l) ? p->y : NULL,
        .dx = p->dx[0],
        .weight_grad = p->grad[WEIGHT],
        .bias_grad = b->fused && has_bias(l) ? p->grad[BIAS] : NULL,
        .x_blocked = l->spec.x_blocked,
        .y_blocked = l->spec.y_blocked,
        .work = p->work,
        .laid = p->laid,
        .crew = p->crew,
    };

    if (has_bias(l) && !b->fused && p->grad[BIAS])
        add_bias_gradient(l, p);
    if (transposed)
        transposed_backward(b, p);
    else
        conv_backward(&b->plan, &call);
}

const char *filters_algorithm(const struct layer *l, enum layer_pass pass)
{
    return task_of(bank_of(l), pass)->ops->name;
}

double filters_macs(const struct layer *l, enum layer_pass pass)
{
    return conv_macs(task_of(bank_of(l), pass));
}
