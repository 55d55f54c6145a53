/*
 * Every layer's backward against central differences of its forward, in double
 * precision (in single precision only the rules of accumulation would be
 * checked).
 *
 * The loss is <dy, y> for random dy.  With a step h near the cube root of the
 * rounding unit, the error of a central difference is about h^2 for the
 * curvature and eps * |loss terms| / h for rounding, both near 1e-10; the
 * tolerance leaves two orders of magnitude, and a wrong gradient is of order 1.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "grad/cases.h"
#include "support/trial.h"

static struct variant find_activation(const char *name)
{
    for (size_t i = 0; activation_kinds[i]; i++)
        if (strcmp(activation_kinds[i]->name, name) == 0)
            return (struct variant){.kind = activation_kinds[i]};
    cr_assert(name[0] == '\0', "no activation %s", name);
    return (struct variant){0};
}

static void open(struct trial *t, const struct grad_case *c,
                 const struct conv_ops *convolution)
{
    struct shape in[TRIAL_MOST_INPUTS] = {c->in};
    int64_t inputs = 1;

    for (; c->more && c->more[inputs - 1].axes > 0; inputs++)
        in[inputs] = c->more[inputs - 1];
    const struct trial_setup setup = {c->type, c->config, in,
                                      inputs,  c->batch,  convolution};
    const enum status s = trial_set_up(t, &setup);

    cr_assert_eq(s, OK, "%s %s: %s", c->type, c->what, t->layer.spec.why);
    if (*c->nonlinearity)
        t->layer.spec.nonlinearity = find_activation(c->nonlinearity);
    trial_fill(t, 11);
}

/* Convolutions are checked by every algorithm, and all in one slice and in
 * several. */
static void for_each_case(void (*check)(const struct grad_case *,
                                        const struct conv_ops *, int64_t slice))
{
    for (const struct grad_case *c = grad_cases; c->type; c++) {
        const struct layer_ops *ops = layer_find(c->type); /* NULL: a fake */
        const bool chooses = ops && ops->algorithm;
        for (int a = 0; a == 0 || (chooses && conv_words[a]); a++) {
            const struct conv_ops *convolution = conv_find(conv_words[a]);
            check(c, convolution, c->batch);
            check(c, convolution, num_ceil_div(c->batch, 2));
        }
    }
}

static real *copy(const real *from, int64_t count)
{
    real *to = mem_take((size_t)count, sizeof *to);

    cr_assert_not_null(to);
    memcpy(to, from, (size_t)count * sizeof *to);
    return to;
}

#ifdef REAL_DOUBLE
static const char *algorithm_of(const struct trial *t)
{
    const struct conv_ops *wish = t->layer.spec.engine.convolution;

    return wish ? wish->name : "auto";
}

static double loss(struct trial *t)
{
    double sum = 0;

    trial_forward(t, true);
    for (int64_t i = 0; i < t->out_count; i++)
        sum += t->dy[i] * t->y[i];
    return sum;
}

/* got: the gradient of the loss towards value [count], a tensor of t. */
static void check_tensor(struct trial *t, const struct grad_case *c,
                         const char *name, real *value, const real *got,
                         int64_t count)
{
    const double h = cbrt(REAL_EPSILON), tolerance = 1e-8;

    for (int64_t i = 0; i < count; i++) {
        const real before = value[i];
        value[i] = before + h;
        const double above = loss(t);
        value[i] = before - h;
        const double below = loss(t);
        value[i] = before;
        const double want = (above - below) / (2 * h);
        cr_assert(fabs(got[i] - want) <= tolerance * fmax(1, fabs(want)),
                  "%s %s, %s: %s[%ld]: got %.10g want %.10g", c->type, c->what,
                  algorithm_of(t), name, (long)i, got[i], want);
    }
}

static void check_differences(const struct grad_case *c,
                              const struct conv_ops *convolution, int64_t slice)
{
    struct trial t;

    open(&t, c, convolution);
    t.slice = slice;
    trial_forward(&t, true);
    trial_backward(&t, true);
    /* Forward of a later difference must not disturb what backward gave. */
    real *dx = copy(t.dx, t.in_count);
    check_tensor(&t, c, "dx", t.x, dx, t.in_count);
    for (int64_t i = 0; i < t.layer.spec.param_count; i++)
        check_tensor(&t, c, t.layer.spec.params[i].name, t.param[i], t.grad[i],
                     t.param_size[i]);
    mem_free(dx);
    trial_close(&t);
}

Test(grad, central_differences)
{
    for_each_case(check_differences);
}
#endif

/* backward adds to gradients (exactly: 2g is representable, and the second
 * call's sum starts from g, so it may round otherwise; hence a tolerance of one
 * rounding per term), overwrites dx with the same bits, leaves x, y and
 * parameters alone. */
static void check_rules(const struct grad_case *c,
                        const struct conv_ops *convolution, int64_t slice)
{
    struct trial t;

    open(&t, c, convolution);
    t.slice = slice;
    real *x = copy(t.x, t.in_count);
    trial_forward(&t, true);
    real *y = copy(t.y, t.out_count);
    trial_backward(&t, true);
    real *dx = copy(t.dx, t.in_count);
    real *grad[LAYER_MAX_PARAMS];
    for (int64_t i = 0; i < t.layer.spec.param_count; i++)
        grad[i] = copy(t.grad[i], t.param_size[i]);
    trial_backward(&t, true);
    cr_assert_eq(memcmp(x, t.x, (size_t)t.in_count * sizeof *x), 0,
                 "%s %s: x was written", c->type, c->what);
    cr_assert_eq(memcmp(y, t.y, (size_t)t.out_count * sizeof *y), 0,
                 "%s %s: y was written", c->type, c->what);
    cr_assert_eq(memcmp(dx, t.dx, (size_t)t.in_count * sizeof *dx), 0,
                 "%s %s: dx depends on what was there", c->type, c->what);
    for (int64_t i = 0; i < t.layer.spec.param_count; i++) {
        const double terms = (double)t.out_count;
        for (int64_t j = 0; j < t.param_size[i]; j++)
            cr_assert(fabs((double)t.grad[i][j] - 2 * (double)grad[i][j]) <=
                          4 * terms * REAL_EPSILON,
                      "%s %s: %s[%ld]: %g, then %g: not accumulated", c->type,
                      c->what, t.layer.spec.params[i].name, (long)j,
                      (double)grad[i][j], (double)t.grad[i][j]);
        mem_free(grad[i]);
    }
    mem_free(x);
    mem_free(y);
    mem_free(dx);
    trial_close(&t);
}

Test(grad, accumulates_and_overwrites)
{
    for_each_case(check_rules);
}

static bool can_replace(const struct layer_spec *s, int64_t k)
{
    return (s->in_place >> k & 1) || (k == 0 && s->view != VIEW_NEVER);
}

/* Training moves running statistics, from which sums are taken. */
static void forward_anew(struct trial *t)
{
    const struct layer_spec *spec = &t->layer.spec;

    for (int64_t i = 0; i < spec->buffer_count; i++)
        for (int64_t j = 0; j < shape_count(spec->buffers[i].shape); j++)
            t->buffer[i][j] = (real)spec->buffers[i].value;
    trial_forward(t, true);
}

/* y in the place of x[k], then dx[k] in that of dy: the same bits. */
static void check_place(const struct grad_case *c, int64_t slice, int64_t k)
{
    struct trial t;
    int64_t first = 0;

    open(&t, c, NULL);
    t.slice = slice;
    for (int64_t i = 0; i < k; i++)
        first += t.batch * shape_count(t.in[i]);
    forward_anew(&t);
    trial_backward(&t, true);
    real *x = copy(t.x, t.in_count), *dx = copy(t.dx, t.in_count);
    real *const y = t.y;
    t.heir = k;
    trial_backward(&t, true);
    memcpy(t.dx + first, t.dz, (size_t)t.out_count * sizeof(real));
    cr_assert_eq(memcmp(dx, t.dx, (size_t)t.in_count * sizeof *dx), 0,
                 "%s %s: dx in the place of dy", c->type, c->what);
    t.y = t.x + first;
    forward_anew(&t);
    cr_assert_eq(memcmp(y, t.y, (size_t)t.out_count * sizeof *y), 0,
                 "%s %s: y in the place of x", c->type, c->what);
    memcpy(t.y, x + first, (size_t)t.out_count * sizeof *x);
    cr_assert_eq(memcmp(x, t.x, (size_t)t.in_count * sizeof *x), 0,
                 "%s %s: another x was written", c->type, c->what);
    t.y = y;
    mem_free(x);
    mem_free(dx);
    trial_close(&t);
}

static void check_places(const struct grad_case *c,
                         const struct conv_ops *convolution, int64_t slice)
{
    struct trial t;

    open(&t, c, convolution);
    for (int64_t k = 0; k < t.layer.inputs; k++)
        if (can_replace(&t.layer.spec, k))
            check_place(c, slice, k);
    trial_close(&t);
}

Test(grad, outputs_in_the_place_of_inputs)
{
    for_each_case(check_places);
}

Test(grad, every_layer_type_has_a_case)
{
    for (size_t i = 0; layer_kinds[i]; i++) {
        const struct layer_ops *ops = layer_find(layer_kinds[i]->name);
        int64_t rows = ops->max_inputs == 0; /* input layers compute nothing */
        for (const struct grad_case *c = grad_cases; c->type; c++)
            rows += strcmp(c->type, ops->kind.name) == 0;
        cr_assert_gt(rows, 0, "no row in tests/grad/cases.c for %s",
                     ops->kind.name);
    }
}
