/*
 * batchnorm against PyTorch: a batch of training, all gradients, what it leaves
 * of the running statistics, and inference with those.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "layer/config.h"
#include "support/trial.h"

struct golden {
    struct batchnorm_config config;
    struct shape in;
    int64_t batch;
    const double *x, *weight, *bias, *dy, *mean, *var; /* given */
    const double *y, *dx, *dweight, *dbias;            /* expected */
    const double *mean_after, *var_after, *y_after;
};

static const struct golden cases[] = {
#include "data/golden/batchnorm.inc"
};

static const double tolerance = 1e-5;

static void load(real *to, const double *from, int64_t count)
{
    for (int64_t i = 0; from && i < count; i++)
        to[i] = (real)from[i];
}

static void compare(size_t number, const char *name, const real *got,
                    const double *want, int64_t count)
{
    for (int64_t i = 0; want && i < count; i++)
        cr_assert(fabs((double)got[i] - want[i]) <=
                      tolerance * fmax(1, fabs(want[i])),
                  "case %zu: %s[%ld]: got %.9g want %.9g", number, name,
                  (long)i, (double)got[i], want[i]);
}

static void check(size_t number, int64_t slice)
{
    const struct golden *c = &cases[number];
    const int64_t channels = c->in.dim[0];
    struct trial t;

    cr_assert_eq(trial_open(&t, "batchnorm", &c->config, c->in, c->batch), OK);
    trial_fill(&t, 1);
    t.slice = slice;
    load(t.x, c->x, t.in_count);
    load(t.dy, c->dy, t.out_count);
    load(t.param[0], c->weight, channels);
    load(t.param[c->weight != NULL], c->bias, channels);
    load(t.buffer[0], c->mean, channels);
    load(t.buffer[1], c->var, channels);
    trial_forward(&t, true);
    compare(number, "y", t.y, c->y, t.out_count);
    trial_backward(&t, true);
    compare(number, "dx", t.dx, c->dx, t.in_count);
    compare(number, "dweight", t.grad[0], c->dweight, channels);
    compare(number, "dbias", t.grad[c->weight != NULL], c->dbias, channels);
    compare(number, "running_mean", t.buffer[0], c->mean_after, channels);
    compare(number, "running_var", t.buffer[1], c->var_after, channels);
    trial_forward(&t, false);
    compare(number, "y of inference", t.y, c->y_after, t.out_count);
    trial_close(&t);
}

Test(golden, batchnorm)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        check(i, cases[i].batch);
        check(i, 1);
        check(i, 2);
    }
}
