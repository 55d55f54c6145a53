/*
 * Layers of blocked images against themselves with plain ones, whose numbers
 * other tests compare with definitions.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grad/configs.h"
#include "support/blocked.h"
#include "support/naive_conv.h"
#include "support/trial.h"

enum { BATCH = 5, SLICE = 2 };

extern const struct activation_ops rectify_activation;

#define LINEAR .nonlinearity = {.kind = NULL}

struct blocked_case {
    const char *type, *what;
    const void *config;
    int64_t inputs;
    bool shares; /* dx may lie on dy */
    bool cleans; /* lanes beyond the channels become zero */
};

/* clang-format off */
static const struct blocked_case cases[] = {
    {"maxpool2d", "pairs",
     POOL(.pool_size = {2, 2}, .ignore_border = true), 1, false, true},
    {"maxpool2d", "windows", POOL(.pool_size = {3, 3}, .stride = {2, 2},
     .pad = {1, 1}, .ignore_border = true), 1, false, true},
    {"maxpool2d", "borders", POOL(.pool_size = {2, 3}), 1, false, true},
    {"avgpool2d", "padding counted", MEAN("inc_pad", .pool_size = {3, 3},
     .stride = {1, 2}, .pad = {1, 2}, .ignore_border = true), 1, false, true},
    {"avgpool2d", "gaps", MEAN("exc_pad", .pool_size = {1, 2},
     .stride = {3, 4}, .ignore_border = true), 1, false, true},
    {"globalpool", "mean", GLOBAL("mean"), 1, false, true},
    {"globalpool", "sum", GLOBAL("sum"), 1, false, true},
    {"globalpool", "max", GLOBAL("max"), 1, false, true},
    {"spatialpyramidpooling", "max",
     PYRAMID(three_levels, "max", "kaiming"), 1, false, true},
    {"spatialpyramidpooling", "average",
     PYRAMID(three_levels, "average", "kaiming"), 1, false, true},
    {"batchnorm", "of the batch", NORM(AUTO, true, true, "auto", LINEAR), 1,
     true, true},
    {"batchnorm", "rectified",
     NORM(AUTO, true, true, "auto", BY(rectify_activation)), 1, true, true},
    {"batchnorm", "running, weight alone",
     NORM(AUTO, true, false, "false", LINEAR), 1, true, true},
    {"batchnorm", "tanh", NORM(AUTO, false, true, "auto", BY(tanh_activation)),
     1, true, true},
    {"nonlinearity", "tanh", &(const struct nonlinearity_config){
     .nonlinearity = {.kind = &tanh_activation.kind}}, 1, true, false},
    {"elemwisesum", "factors", SUM(FACTORS(0.5, -1, 2)), 3, true, false},
    {"elemwisemerge", "product", MERGE("mul", .cropping = {NULL, 0}), 3, true,
     false},
    {"elemwisemerge", "maximum", MERGE("maximum", .cropping = {NULL, 0}), 3,
     true, false},
    {"concat", "whole blocks", CONCAT(1, .cropping = {NULL, 0}), 2, false,
     false},
};
/* clang-format on */

/* Of both trials: in the order of plain images. */
struct pair_of_trials {
    const struct blocked_case *of;
    struct trial plain, blocked;
    char text[240];
};

static void expect_alike(const struct pair_of_trials *p, const char *what,
                         const real *got, const real *want, int64_t count)
{
    int64_t wrong = 0;

    for (int64_t i = 0; i < count; i++)
        wrong += !(fabs((double)got[i] - (double)want[i]) <=
                   200 * REAL_EPSILON * (1 + fabs((double)want[i])));
    cr_expect_eq(wrong, 0, "%s: %s: %lld of %lld numbers differ", p->text, what,
                 (long long)wrong, (long long)count);
}

static void compare(const struct pair_of_trials *p, const char *what,
                    const struct layout *l, const real *got, const real *want)
{
    int64_t dirty;
    real *plain = plain_copy(l, BATCH, got, &dirty);

    expect_alike(p, what, plain, want, BATCH * l->channels * l->pixels);
    cr_expect(!p->of->cleans || dirty == 0,
              "%s: %s: lanes beyond the channels hold numbers", p->text, what);
    free(plain);
}

/* All that a pass of training has left. */
static void compare_passes(const struct pair_of_trials *p)
{
    const struct layer *l = &p->blocked.layer;
    const struct layout out = layer_writes(l);
    const real *dx = p->blocked.dx, *want = p->plain.dx;

    compare(p, "y", &out, p->blocked.y, p->plain.y);
    for (int64_t k = 0; k < l->inputs; k++) {
        const struct layout in = layer_reads(l, k);
        compare(p, "dx", &in, k == p->blocked.heir ? p->blocked.dz : dx,
                k == p->plain.heir ? p->plain.dz : want);
        dx += BATCH * layout_reals(&in);
        want += BATCH * shape_count(l->in[k]);
    }
    for (int64_t i = 0; i < l->spec.param_count; i++)
        expect_alike(p, l->spec.params[i].name, p->blocked.grad[i],
                     p->plain.grad[i], p->plain.param_size[i]);
    for (int64_t i = 0; i < l->spec.buffer_count; i++)
        expect_alike(p, l->spec.buffers[i].name, p->blocked.buffer[i],
                     p->plain.buffer[i], shape_count(l->spec.buffers[i].shape));
}

static void open(struct trial *t, const struct blocked_case *c,
                 const struct shape *in, bool in_place)
{
    const struct trial_setup setup = {c->type,   c->config, in,
                                      c->inputs, BATCH,     NULL};

    cr_assert_eq(trial_set_up(t, &setup), OK, "%s", t->layer.spec.why);
    t->slice = SLICE;
    t->heir = in_place ? 0 : -1;
    trial_fill(t, 3);
}

static void check(const struct blocked_case *c, const struct shape *in, bool x,
                  bool y)
{
    struct pair_of_trials p = {.of = c};

    open(&p.plain, c, in, c->shares);
    open(&p.blocked, c, in, c->shares);
    snprintf(p.text, sizeof p.text, "%s, %s, %s, %s, %s to %s", c->type,
             c->what, cpu_name(trial_kernels()->level), shape_text(in[0]).text,
             x ? "blocked" : "plain", y ? "blocked" : "plain");
    cr_assert(p.blocked.layer.spec.reads_blocked, "%s", p.text);
    trial_block(&p.blocked, x, y);
    const struct layout out = layer_writes(&p.blocked.layer);
    trial_forward(&p.plain, false);
    trial_forward(&p.blocked, false);
    compare(&p, "y of inference", &out, p.blocked.y, p.plain.y);
    trial_forward(&p.plain, true);
    trial_forward(&p.blocked, true);
    trial_backward(&p.plain, true);
    trial_backward(&p.blocked, true);
    compare_passes(&p);
    trial_close(&p.plain);
    trial_close(&p.blocked);
}

/* The layouts that the layer may be given. */
static void check_layouts(const struct blocked_case *c, int64_t channels)
{
    const struct shape in = SHAPE(channels, 7, 9);
    const struct shape all[] = {in, in, in};
    struct trial t;

    open(&t, c, all, false);
    const enum layout_written writes = t.layer.spec.writes;
    trial_close(&t);
    check(c, all, true, writes == WRITES_AS_READ);
    if (writes != WRITES_EITHER)
        return;
    check(c, all, true, true);
    check(c, all, false, true);
}

Test(layer_blocked, as_plain)
{
    static const int64_t channels[] = {3, 16, 35};

    for (int level = 0; level < CPU_LEVELS; level++) {
        if (!kernels_of((enum cpu_level)level))
            continue;
        setenv("CNNCTL_KERNELS", cpu_name((enum cpu_level)level), 1);
        for (size_t i = 0; i < ARRAY_LEN(cases); i++)
            for (size_t k = 0; k < ARRAY_LEN(channels); k++)
                if (channels[k] == 16 || strcmp(cases[i].type, "concat") != 0)
                    check_layouts(&cases[i], channels[k]);
    }
}
