/*
 * conv.c - which algorithm computes a convolution.
 */
#include "conv/conv.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/num.h"

#define CONV_ADDRESS(name) &conv_##name,
#define CONV_WORD(name)    #name,
static const struct conv_ops *const conv_list[] = {CONV_LIST(CONV_ADDRESS)
                                                       NULL};
const char *const conv_words[] = {"auto", CONV_LIST(CONV_WORD) NULL};

const struct conv_ops *conv_find(const char *name)
{
    for (int64_t i = 0; name && conv_list[i]; i++)
        if (strcmp(conv_list[i]->name, name) == 0)
            return conv_list[i];
    return NULL;
}

bool conv_fits(const struct conv_ops *ops, const struct conv *c)
{
    return !ops->fits || ops->fits(ops, c);
}

/* Inputs along an edge of a tile in bfloat16. */
enum { MOST_INPUTS = 6, LEAST_TAPS = 3 };

bool conv_rounds(const struct conv_ops *ops)
{
    return ops->tile > 0 && ops->tile + LEAST_TAPS - 1 <= MOST_INPUTS;
}

bool conv_suits(const struct kernels *kern, const struct conv_ops *ops,
                const struct conv *c)
{
    const int64_t inputs = ops->tile + c->window.y.kernel - 1;

    return conv_fits(ops, c) &&
           !(kern->bfloat16 && ops->tile > 0 && inputs > MOST_INPUTS);
}

/* Are the vectors of a blocked image those of one group, or of one channel? */
static bool blocks(const struct conv_task *t)
{
    const struct conv *c = &t->conv;
    const int64_t lanes = t->kern->lanes;

    return t->ops->blocks && (c->groups == 1 || t->ops == &conv_depthwise ||
                              (c->channels / c->groups % lanes == 0 &&
                               c->filters / c->groups % lanes == 0));
}

bool conv_blocks(const struct conv_plan *p)
{
    return blocks(&p->task[CONV_FORWARD]) && blocks(&p->task[CONV_DATA]) &&
           blocks(&p->task[CONV_WEIGHTS]);
}

bool conv_masks(const struct conv_plan *p)
{
    return p->task[CONV_DATA].ops->masks && p->task[CONV_WEIGHTS].ops->masks;
}

/* The fastest of all, or of those that take blocked images; its cost becomes
 * infinite where there is none. */
static struct conv_task choose(const struct conv_task *model, double *cost)
{
    const struct conv *c = &model->conv;
    struct conv_task best = *model, rival = *model;

    *cost = 0;
    if (c->wish && conv_suits(model->kern, c->wish, c))
        return best;
    *cost = (double)INFINITY;
    for (int64_t i = 0; (rival.ops = conv_list[i]); i++) {
        if (!rival.ops->cost || !conv_suits(rival.kern, rival.ops, c) ||
            (rival.blocked && !blocks(&rival)))
            continue;
        const double its = rival.ops->cost(&rival);
        if (its < *cost) {
            *cost = its;
            best = rival;
        }
    }
    return best;
}

/* The gradient of images of so few channels is seldom asked for: they are what
 * a network reads. */
enum { FEW_CHANNELS = 4 };

static struct conv_plan choose_all(const struct kernels *kern,
                                   const struct conv *c, bool blocked,
                                   double *total)
{
    struct conv_task model = {
        .ops = c->wish, .kern = kern, .conv = *c, .blocked = blocked};
    struct conv_plan p;

    *total = 0;
    for (int pass = 0; pass < CONV_PASSES; pass++) {
        double cost;
        model.pass = (enum conv_pass)pass;
        p.task[pass] = choose(&model, &cost);
        if (pass != CONV_DATA || c->channels >= FEW_CHANNELS)
            *total += cost;
    }
    return p;
}

/* Blocked images that need not be turned are worth a tenth of a layer. */
static const double worth = 1.1;

struct conv_plan conv_plan(const struct kernels *kern, const struct conv *c)
{
    double cost, cost_blocked;
    struct conv_plan p = choose_all(kern, c, false, &cost);
    const struct conv_plan q = choose_all(kern, c, true, &cost_blocked);

    if (!c->transposed && cost_blocked <= cost * worth)
        p = q;
    for (int pass = 0; pass < CONV_PASSES; pass++)
        p.task[pass].ops->prepare(&p.task[pass]);
    return p;
}

/* Whose scratch and laid weights a call has. */
static const struct conv_task *task_of(const struct conv_plan *p, bool backward)
{
    return &p->task[backward ? CONV_DATA : CONV_FORWARD];
}

/* Where weights are laid out that did not come so. */
static int64_t place_of_laid(const struct conv_plan *p, bool backward)
{
    return num_max(task_of(p, backward)->work,
                   backward ? p->task[CONV_WEIGHTS].work : 0);
}

int64_t conv_laid(const struct conv_plan *p, bool backward)
{
    return task_of(p, backward)->laid;
}

int64_t conv_unlaid(const struct conv_plan *p, bool backward)
{
    return task_of(p, backward)->unlaid;
}

int64_t conv_work(const struct conv_plan *p, bool backward)
{
    return (place_of_laid(p, backward) + conv_unlaid(p, backward)) *
           (int64_t)sizeof(real);
}

void conv_lay(const struct conv_plan *p, bool backward,
              const struct conv_call *call, int64_t part)
{
    const struct conv_task *t = task_of(p, backward);

    t->ops->lay(t, call, part);
}

/* The same call with its weights laid out. */
static struct conv_call lay_out(const struct conv_plan *p, bool backward,
                                const struct conv_call *call)
{
    struct conv_call laid = *call;

    if (call->laid || conv_unlaid(p, backward) == 0)
        return laid;
    laid.laid = call->work + place_of_laid(p, backward);
    for (int64_t part = 0; part < LAY_PARTS; part++)
        conv_lay(p, backward, &laid, part);
    return laid;
}

double conv_macs(const struct conv_task *t)
{
    const struct conv *c = &t->conv;

    if (t->ops->macs)
        return t->ops->macs(t);
    return (double)c->filters * (double)(c->channels / c->groups) *
           (double)window_taps(&c->window) * (double)window_outputs(&c->window);
}

int64_t conv_parts(const struct conv_task *t, const struct conv_call *call)
{
    enum { MACS_A_NANOSECOND = 32 };

    return crew_parts(&call->crew, (int64_t)conv_macs(t) * call->samples /
                                       MACS_A_NANOSECOND);
}

void conv_forward(const struct conv_plan *p, const struct conv_call *call)
{
    const struct conv_task *t = &p->task[CONV_FORWARD];
    const struct conv_call laid = lay_out(p, false, call);

    t->ops->forward(t, &laid);
}

static void add_bias_gradient(const struct conv_task *t,
                              const struct conv_call *call)
{
    const int64_t positions = window_outputs(&t->conv.window);
    const int64_t filters = t->conv.filters, lanes = t->kern->lanes;
    const real *dy = call->dy;

    if (call->y_blocked)
        for (int64_t n = 0; n < call->samples; n++)
            for (int64_t o = 0; o < filters; o += lanes) {
                t->kern->sum_lanes(dy, positions, num_min(lanes, filters - o),
                                   call->bias_grad + o);
                dy += positions * lanes;
            }
    else
        for (int64_t i = 0; i < call->samples * filters; i++)
            call->bias_grad[i % filters] +=
                t->kern->sum(dy + i * positions, positions);
}

/* The gradients of one call. */
struct gradients {
    const struct conv_plan *plan;
    const struct conv_call *call;
};

/* One of them: the weights', then dx. */
static void run_gradient(void *context, int64_t part, int64_t worker)
{
    const struct gradients *g = context;
    const struct conv_task *t =
        &g->plan->task[part == 0 ? CONV_WEIGHTS : CONV_DATA];
    struct conv_call one = *g->call;

    one.work = crew_work(&g->call->crew, g->call->work, worker);
    one.crew = (struct crew){0};
    if (part == 0) {
        one.dx = NULL;
    } else {
        one.weight_grad = NULL;
        one.bias_grad = g->call->weight_grad ? NULL : one.bias_grad;
    }
    t->ops->backward(t, &one);
}

void conv_backward(const struct conv_plan *p, const struct conv_call *call)
{
    const struct conv_task *data = &p->task[CONV_DATA];
    const struct conv_task *weights = &p->task[CONV_WEIGHTS];
    struct conv_call one = call->dx ? lay_out(p, true, call) : *call;
    const bool both = call->dx && call->weight_grad;
    struct gradients g = {p, &one};

    if (call->bias_grad && !call->over &&
        !(call->weight_grad && weights->ops->sums_bias))
        add_bias_gradient(weights, call);
    if (both && conv_parts(data, &one) > 1) {
        crew_run(&call->crew, 2, run_gradient, &g);
        return;
    }
    one.crew = (struct crew){0};
    if (both && data->ops == weights->ops)
        weights->ops->backward(weights, &one);
    else
        for (int64_t part = 0; part < 2; part++)
            if (part == 0 ? call->weight_grad : call->dx)
                run_gradient(&g, part, 0);
}

void conv_keep(struct conv_task *t, const void *prepared, size_t size)
{
    assert(size <= sizeof t->prepared);
    memcpy(t->prepared, prepared, size);
}

void conv_recall(const struct conv_task *t, void *prepared, size_t size)
{
    memcpy(prepared, t->prepared, size);
}

static struct axis turn_axis(const struct axis *a)
{
    struct axis t = *a;

    t.in = a->out;
    t.out = a->in;
    t.pad = axis_span(a) - 1 - a->pad;
    return t;
}

bool conv_turn(const struct conv *c, struct conv *turned)
{
    *turned = *c;
    turned->channels = c->filters;
    turned->filters = c->channels;
    turned->window.y = turn_axis(&c->window.y);
    turned->window.x = turn_axis(&c->window.x);
    return c->window.y.stride == 1 && c->window.x.stride == 1 &&
           turned->window.y.pad >= 0 && turned->window.x.pad >= 0;
}

int64_t conv_input_at(const struct conv *c, int64_t sample, int64_t group)
{
    return (sample * c->channels + group * (c->channels / c->groups)) *
           window_inputs(&c->window);
}

int64_t conv_output_at(const struct conv *c, int64_t sample, int64_t group)
{
    return (sample * c->filters + group * (c->filters / c->groups)) *
           window_outputs(&c->window);
}

/* The lanes beyond the last plane of a sample count. */
static int64_t planes_of(const struct conv_task *t, bool blocked,
                         int64_t planes)
{
    const int64_t lanes = blocked ? t->kern->lanes : 1;

    return num_ceil_div(planes, lanes) * lanes;
}

int64_t conv_x_at(const struct conv_task *t, const struct conv_call *call,
                  int64_t sample, int64_t group)
{
    const struct conv *c = &t->conv;

    return (sample * planes_of(t, call->x_blocked, c->channels) +
            group * (c->channels / c->groups)) *
           window_inputs(&c->window);
}

int64_t conv_y_at(const struct conv_task *t, const struct conv_call *call,
                  int64_t sample, int64_t group)
{
    const struct conv *c = &t->conv;

    return (sample * planes_of(t, call->y_blocked, c->filters) +
            group * (c->filters / c->groups)) *
           window_outputs(&c->window);
}
