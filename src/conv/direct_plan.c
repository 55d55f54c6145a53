/*
 * direct_plan.c - what a direct convolution needs and costs.
 */
#include "base/num.h"
#include "conv/direct.h"
#include "tensor/product.h"
#include "tensor/scratch.h"

static struct direct plan_of(const struct conv_task *t)
{
    const struct conv *c = &t->conv;
    const bool backward = t->pass != CONV_FORWARD;
    struct direct d = {
        .task = t,
        .channels = c->channels / c->groups,
        .filters = c->filters / c->groups,
        .taps = window_taps(&c->window),
        .positions = window_outputs(&c->window),
        .chunk = DIRECT_TILE / (STENCIL_VECTORS * t->kern->lanes),
    };

    d.in_lanes = product_width(t->kern, d.channels);
    d.out_lanes = product_width(t->kern, d.filters);
    d.border = border_take(c, &d.total);
    const int64_t sums = d.border.depth * d.out_lanes;
    const int64_t taps = d.taps * d.filters * d.in_lanes;
    d.scatter = border_take_table(&d.total, backward ? d.positions : 0);
    d.step = border_take_table(&d.total, backward ? d.filters : 0);
    d.image = scratch_take(&d.total, d.border.needed || backward
                                         ? d.border.cells * d.in_lanes
                                         : 0);
    d.weights = scratch_take(&d.total, backward ? taps : 0);
    d.tile = scratch_take(&d.total, DIRECT_TILE);
    d.grad = scratch_take(&d.total, backward ? sums : 0);
    d.bias = scratch_take(&d.total, d.out_lanes);
    return d;
}

/* For the forward pass or the weights' gradient. */
static void prepare_stencils(struct conv_task *t)
{
    const struct direct d = plan_of(t);

    t->work = d.total;
    t->laid = t->pass == CONV_FORWARD
                  ? t->conv.groups * d.border.depth * d.out_lanes
                  : 0;
    t->unlaid = t->laid;
    conv_keep(t, &d, sizeof d);
}

/* What the terms of a sum cost.  Those of one tap come from as many planes, a
 * few numbers of each, and leave the first-level cache as they grow, unless
 * they are blocked. */
static double cost_of_terms(const struct conv_task *t, int64_t terms)
{
    const bool far =
        window_is_pointwise(&t->conv.window) && terms > 64 && !t->blocked;

    return (double)terms * (far ? 1 + (double)(terms - 64) / 1000 : 1);
}

/* A block of sums costs BLOCK of each sum's multiply-adds beside its own; all
 * sums of the weights' gradient are read and written per sample. */
static double cost_of_stencils(const struct conv_task *t)
{
    enum { BLOCK = 2 };
    const struct direct d = plan_of(t);
    const double depth = (double)d.border.depth;
    const double moved = t->blocked ? BLOCK : t->kern->moved;
    const double relaid = (double)CONV_RELAID / CONV_SAMPLES;

    return (double)(t->conv.groups * d.out_lanes) *
           ((double)d.positions * (cost_of_terms(t, d.border.depth) + moved) +
            (t->pass == CONV_FORWARD ? relaid : moved / 2) * depth);
}

static double cost_of_turned(const struct conv_task *other)
{
    const double relaid = (double)CONV_RELAID / CONV_SAMPLES;
    const struct direct d = plan_of(other);

    return cost_of_stencils(other) +
           relaid * (double)(other->conv.groups * d.out_lanes * d.border.depth);
}

static double cost_of_scatter(const struct conv_task *t)
{
    const struct direct d = plan_of(t);

    return direct_scatter_cost(&d);
}

bool direct_turn(const struct conv_task *t, struct conv_task *other)
{
    *other = *t;
    other->pass = CONV_FORWARD;
    if (!conv_turn(&t->conv, &other->conv) ||
        cost_of_turned(other) >= cost_of_scatter(t))
        return false;
    prepare_stencils(other);
    return true;
}

void direct_prepare(struct conv_task *t)
{
    struct conv_task other;

    prepare_stencils(t);
    if (t->pass == CONV_FORWARD || !direct_turn(t, &other))
        return;
    t->work = num_max(t->work, other.work);
    t->laid = t->unlaid = t->pass == CONV_DATA ? other.laid : 0;
}

double direct_cost(const struct conv_task *t)
{
    struct conv_task other;

    return t->pass != CONV_DATA     ? cost_of_stencils(t)
           : direct_turn(t, &other) ? cost_of_turned(&other)
                                    : cost_of_scatter(t);
}
