/*
 * Layers against PyTorch: outputs and all gradients, bit for bit (the inputs
 * are multiples of 1/8, so every sum is exact whatever its order).
 * Convolutions by every algorithm; only Winograd's, which divides, has a
 * tolerance: what winograd.h promises, of sums up to some tens.  Means are
 * rounded, and nothing but that.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "layer/config.h"
#include "support/trial.h"

struct golden {
    const char *type;
    const void *config;
    struct shape in, out;
    int64_t batch;
    const struct shape *more; /* inputs beside the first, ended by one without
                                 axes; their x and dx follow the first's */
    const double *x, *weight, *bias, *dy;   /* given */
    const double *y, *dx, *dweight, *dbias; /* expected */
};

static const struct kind any_init = {.name = "any"};

static const struct golden cases[] = {
#include "data/golden/layers.inc"
};

static void load(real *to, const double *from, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        to[i] = (real)from[i];
}

static bool is_conv(const struct golden *c)
{
    return layer_find(c->type)->algorithm != NULL;
}

/* One case by one algorithm. */
struct comparison {
    size_t number;
    const char *algorithm;
    double tolerance;
};

static void compare(const struct comparison *c, const char *name,
                    const real *got, const double *want, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        cr_assert(fabs((double)got[i] - want[i]) <= c->tolerance,
                  "case %zu, %s, %s: %s[%ld]: got %.9g want %.9g", c->number,
                  cases[c->number].type, c->algorithm, name, (long)i,
                  (double)got[i], want[i]);
}

/* Is it what computes all passes?  Where a wish does not fit, the fastest
 * does. */
static bool computes(const struct conv_ops *a, const struct layer *l)
{
    for (int pass = LAYER_FORWARD; pass <= LAYER_WEIGHTS; pass++)
        if (strcmp(l->ops->algorithm(l, (enum layer_pass)pass), a->name) != 0)
            return false;
    return true;
}

/* What divides, and how many roundings of numbers up to 1 that may cost. */
static const struct {
    const char *type;
    double roundings;
} rounded[] = {
    {"avgpool2d", 2}, {"globalpool", 2}, {"spatialpyramidpooling", 2},
    {"upscale2d", 8}, {"lrn2d", 8},      {"standardization", 16},
};

static double tolerance_of(const struct golden *c, const struct conv_ops *a,
                           const struct layer *l)
{
    if (is_conv(c))
        return a && !a->tile && computes(a, l) ? 0 : 5e-5;
    for (size_t i = 0; i < ARRAY_LEN(rounded); i++)
        if (strcmp(c->type, rounded[i].type) == 0)
            return rounded[i].roundings * REAL_EPSILON;
    return 0;
}

static void check(size_t number, const struct conv_ops *a)
{
    const struct golden *c = &cases[number];
    struct shape in[TRIAL_MOST_INPUTS] = {c->in};
    int64_t inputs = 1;
    struct trial t;

    for (; c->more && c->more[inputs - 1].axes > 0; inputs++)
        in[inputs] = c->more[inputs - 1];
    const struct trial_setup setup = {c->type, c->config, in,
                                      inputs,  c->batch,  a};
    const enum status s = trial_set_up(&t, &setup);

    cr_assert_eq(s, OK, "case %zu: %s", number, t.layer.spec.why);
    const struct comparison as = {number, a ? a->name : "auto",
                                  tolerance_of(c, a, &t.layer)};
    cr_assert(shape_equal(t.layer.spec.out, c->out), "case %zu: shape", number);
    trial_fill(&t, 1);
    load(t.x, c->x, t.in_count);
    load(t.dy, c->dy, t.out_count);
    load(t.param[0], c->weight, t.param_size[0]);
    load(t.param[1], c->bias, t.param_size[1]);
    trial_forward(&t, false);
    compare(&as, "y of inference", t.y, c->y, t.out_count);
    trial_forward(&t, true);
    compare(&as, "y", t.y, c->y, t.out_count);
    trial_backward(&t, true);
    compare(&as, "dx", t.dx, c->dx, t.in_count);
    compare(&as, "dweight", t.grad[0], c->dweight, t.param_size[0]);
    compare(&as, "dbias", t.grad[1], c->dbias, t.param_size[1]);
    trial_close(&t);
}

Test(golden, layers)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        for (int a = 0; a == 0 || (is_conv(&cases[i]) && conv_words[a]); a++)
            check(i, conv_find(conv_words[a]));
}

/* Layers that compute a function of their inputs alone need a witness here;
 * those over the whole batch have files of their own. */
Test(golden, every_deterministic_layer_type_has_a_case)
{
    for (size_t i = 0; layer_kinds[i]; i++) {
        const struct layer_ops *ops = layer_find(layer_kinds[i]->name);
        size_t found = ops->max_inputs == 0 || ops->random || ops->gather;
        for (size_t j = 0; j < ARRAY_LEN(cases); j++)
            found += strcmp(cases[j].type, ops->kind.name) == 0;
        cr_assert_gt(found, 0, "no golden case for %s", ops->kind.name);
    }
}
