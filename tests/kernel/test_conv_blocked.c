/*
 * Convolutions whose images are blocked: on either side, by every algorithm
 * that takes them, against the definition.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "conv/conv.h"
#include "support/blocked.h"
#include "support/naive_conv.h"

/* The operands of a call in the layouts that are asked for. */
struct sides {
    struct layout x, y;
    bool x_blocked, y_blocked;
};

static real *laid_out(const struct layout *l, bool blocked, int64_t samples,
                      const real *plain)
{
    struct layout of = *l;

    of.lanes = blocked ? l->lanes : 1;
    return blocked_copy(&of, samples, plain);
}

static void expect(const struct conv_case *k, const struct conv_task *t,
                   const struct layout *l, const real *got, const double *want)
{
    const char *what = t->pass == CONV_FORWARD ? "forward" : "dx";
    const int64_t count = k->samples * l->channels * l->pixels;
    char text[160];
    int64_t dirty;
    real *plain = plain_copy(l, k->samples, got, &dirty);
    const double error = relative_error(plain, want, count);

    conv_case_print(k, text);
    cr_expect_lt(error, conv_tolerance(t), "%s %s, %s, lanes %lld: %.3g", what,
                 k->conv.wish ? k->conv.wish->name : "auto", text,
                 (long long)l->lanes, error);
    cr_expect_eq(dirty, 0, "%s %s: lanes beyond the channels hold numbers",
                 what, text);
    free(plain);
}

/* Whatever gradients are left in, and what they begin with. */
struct gradients {
    real *dx, *weight, *bias;
};

static struct gradients gradients_of(const struct conv_plan *plan,
                                     const struct conv_case *k, int64_t reals,
                                     const struct conv_call *call)
{
    const struct gradients g = {take_reals(reals), take_reals(k->weight_count),
                                take_reals(k->conv.filters)};
    struct conv_call one = *call;

    for (int64_t i = 0; i < k->weight_count; i++)
        g.weight[i] = k->weight_start[i];
    for (int64_t i = 0; i < k->conv.filters; i++)
        g.bias[i] = 1;
    one.dx = g.dx;
    one.weight_grad = g.weight;
    one.bias_grad = g.bias;
    conv_backward(plan, &one);
    return g;
}

static void drop_gradients(const struct gradients *g)
{
    free(g->dx);
    free(g->weight);
    free(g->bias);
}

/* The gradients of a call whose dy is masked before are those of one that masks
 * it itself. */
static void check_mask(const struct conv_plan *plan, const struct conv_case *k,
                       const struct layout *x, const struct layout *y,
                       const struct conv_call *call)
{
    const int64_t reals = layout_reals(x) * k->samples;
    const int64_t count = layout_reals(y) * k->samples;
    struct conv_call masked = *call, masks = *call;
    real *dy = take_reals(count);
    int64_t stopped = 0;

    for (int64_t i = 0; i < count; i++) {
        dy[i] = call->y[i] > 0 ? call->dy[i] : 0;
        stopped += dy[i] < call->dy[i] || dy[i] > call->dy[i];
    }
    cr_expect_gt(stopped, 0, "the mask stops nothing");
    masked.dy = dy;
    masks.over = call->y;
    const struct gradients want = gradients_of(plan, k, reals, &masked);
    const struct gradients got = gradients_of(plan, k, reals, &masks);
    cr_expect_arr_eq(got.dx, want.dx, (size_t)reals * sizeof *dy);
    cr_expect_arr_eq(got.weight, want.weight,
                     (size_t)k->weight_count * sizeof *dy);
    for (int64_t i = 0; i < k->conv.filters; i++)
        cr_expect_float_eq((double)got.bias[i], (double)want.bias[i],
                           1e3 * REAL_EPSILON, "%s: bias %lld",
                           plan->task[CONV_DATA].ops->name, (long long)i);
    drop_gradients(&want);
    drop_gradients(&got);
    free(dy);
}

static void check_sides(const struct conv_plan *plan, struct conv_case *k,
                        struct sides s)
{
    struct layout x = s.x, y = s.y;
    const int64_t forward = conv_work(plan, false);
    const int64_t backward = conv_work(plan, true);
    real *work = take_reals((forward > backward ? forward : backward) /
                            (int64_t)sizeof(real));
    x.lanes = s.x_blocked ? x.lanes : 1;
    y.lanes = s.y_blocked ? y.lanes : 1;
    real *in = laid_out(&s.x, s.x_blocked, k->samples, k->x);
    real *dy = laid_out(&s.y, s.y_blocked, k->samples, k->dy);
    real *out = blocked_room(&y, k->samples),
         *dx = blocked_room(&x, k->samples);
    real *grad = take_reals(k->weight_count);
    real *bias = calloc((size_t)k->conv.filters, sizeof *bias);
    const struct conv_call call = {
        .samples = k->samples,
        .x = in,
        .weight = k->weight,
        .bias = k->biased ? k->bias : NULL,
        .rectify = k->rectify,
        .x_blocked = s.x_blocked,
        .y_blocked = s.y_blocked,
        .y = out,
        .dy = dy,
        .dx = dx,
        .weight_grad = grad,
        .bias_grad = bias,
        .work = work,
    };

    for (int64_t i = 0; i < k->weight_count; i++)
        grad[i] = k->weight_start[i];
    conv_forward(plan, &call);
    conv_backward(plan, &call);
    if (s.y_blocked && conv_masks(plan))
        check_mask(plan, k, &x, &y, &call);
    expect(k, &plan->task[CONV_FORWARD], &y, out, k->y);
    expect(k, &plan->task[CONV_DATA], &x, dx, k->dx);
    cr_expect_lt(relative_error(grad, k->weight_grad, k->weight_count),
                 conv_tolerance(&plan->task[CONV_WEIGHTS]), "weight gradient");
    for (int64_t o = 0; o < k->conv.filters; o++) {
        double want = 0, scale = 1;
        for (int64_t i = 0; i < k->samples * s.y.pixels; i++) {
            const double term =
                (double)
                    k->dy[(i / s.y.pixels * k->conv.filters + o) * s.y.pixels +
                          i % s.y.pixels];
            want += term;
            scale += term < 0 ? -term : term;
        }
        cr_expect_float_eq((double)bias[o], want, 100 * REAL_EPSILON * scale);
    }
    free(work);
    free(in);
    free(dy);
    free(out);
    free(dx);
    free(grad);
    free(bias);
}

static void check(const struct kernels *kern, const struct conv *c)
{
    const struct conv_plan plan = conv_plan(kern, c);
    const struct window *w = &c->window;
    const struct shape x = SHAPE(c->channels, w->y.in, w->x.in);
    const struct shape y = SHAPE(c->filters, w->y.out, w->x.out);
    struct sides s = {.x = layout_for(kern, x, true),
                      .y = layout_for(kern, y, true)};

    if (!conv_blocks(&plan))
        return;
    for (int i = 0; i < 4; i++) {
        struct conv_case *k = conv_case_new(c, 3, (uint64_t)i);
        s.x_blocked = i & 1;
        s.y_blocked = i & 2;
        check_sides(&plan, k, s);
        conv_case_free(k);
    }
}

static void check_levels(struct conv c)
{
    for (int level = 0; level < CPU_LEVELS; level++)
        for (int i = 0; conv_words[i]; i++) {
            const struct kernels *kern = kernels_of((enum cpu_level)level);
            c.wish = conv_find(conv_words[i]);
            if (kern && (!c.wish || conv_fits(c.wish, &c)))
                check(kern, &c);
        }
}

Test(conv_blocked, one_group)
{
    const struct conv cases[] = {
        conv_square(1, 32, 28, 3, 1), conv_square(20, 50, 12, 5, 0),
        conv_square(64, 64, 4, 3, 0), conv_square(96, 50, 8, 3, 0),
        conv_square(3, 5, 27, 3, 0),  conv_square(16, 24, 9, 3, 2),
        conv_square(16, 24, 5, 1, 0), conv_square(7, 3, 26, 1, 0),
        conv_square(4, 9, 13, 7, 3),
    };
    struct conv strided = conv_square(8, 12, 15, 3, 1);

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_levels(cases[i]);
    strided.window.y.stride = 2;
    strided.window.y.out = 8;
    check_levels(strided);
}

Test(conv_blocked, groups)
{
    struct conv apart = conv_square(32, 64, 10, 3, 1);
    struct conv depthwise = conv_square(37, 37, 11, 3, 1);
    struct conv bare = conv_square(21, 21, 9, 3, 0); /* no border */
    struct conv gaps = conv_square(5, 5, 11, 2, 0);  /* cells of no tap */
    struct conv torn = conv_square(12, 18, 10, 3, 1);

    apart.groups = 2;
    check_levels(apart);
    depthwise.groups = 37;
    check_levels(depthwise);
    bare.groups = 21;
    check_levels(bare);
    gaps.groups = 5;
    gaps.window.y.stride = gaps.window.x.stride = 3;
    gaps.window.y.out = gaps.window.x.out = 4;
    check_levels(gaps);
    torn.groups = 3;
    check_levels(torn);
}
