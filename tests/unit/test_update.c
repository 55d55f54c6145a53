/* Every rule against formulas written out in Python, and PyTorch where it has
 * the same rule (scripts/make-golden-rules.py). */
#include <criterion/criterion.h>
#include <math.h>

#include "golden/rules.h"
#include "support/defaults.h"
#include "update/update.h"

enum { SLOT_ROOM = UPDATE_MAX_SLOTS * GOLDEN_WIDTH };

struct trial {
    const struct update_ops *ops;
    struct defaults config;
    real p[GOLDEN_WIDTH], state[SLOT_ROOM];
};

static void begin(struct trial *t, const char *rule,
                  const struct golden_setting *settings)
{
    const struct kind *kind = defaults_find(update_kinds, rule);

    t->ops = update_of((struct variant){kind, NULL});
    defaults_fill(kind, &t->config);
    for (; settings && settings->key; settings++)
        defaults_set(kind, &t->config, settings->key, settings->value);
    for (int i = 0; i < GOLDEN_WIDTH; i++)
        t->p[i] = (real)golden_start[i];
    for (int i = 0; i < SLOT_ROOM; i++)
        t->state[i] = 0;
}

/* One step of the elements from `first` on, `count` of them. */
static void advance(struct trial *t, const struct update_step *s, int64_t first,
                    int64_t count)
{
    real g[GOLDEN_WIDTH], *slots[UPDATE_MAX_SLOTS];

    for (int i = 0; i < GOLDEN_WIDTH; i++)
        g[i] = (real)golden_gradient[s->t - 1][i];
    for (int k = 0; k < UPDATE_MAX_SLOTS; k++)
        slots[k] = t->state + k * GOLDEN_WIDTH + first;
    t->ops->step(t->config.config, s, count, t->p + first, g + first, slots);
}

static struct update_step step_of(const struct trial *trial, int64_t t,
                                  double rate)
{
    return (struct update_step){
        .t = t,
        .learning_rate = rate * (1 - (double)t / 40),
        .momentum = update_momentum(
            (struct variant){&trial->ops->kind, trial->config.config}),
        .regularizable = true,
    };
}

/* Each step rounds p once, by half an epsilon of p at most, and the step itself
 * carries a relative error of some roundings: 3 for each of up to 20 updates of
 * a running mean, and 8 more. */
static double tolerance(const struct golden_update *want, int i)
{
    const double p = fmax(fabs(golden_start[i]), fabs(want->p[i]));

    return GOLDEN_STEPS * (double)REAL_EPSILON *
           (p + want->largest_step * (3 * GOLDEN_STEPS + 8));
}

Test(update, twenty_steps)
{
    for (size_t c = 0; c < ARRAY_LEN(golden_updates); c++) {
        const struct golden_update *want = &golden_updates[c];
        struct trial t;

        begin(&t, want->rule, want->settings);
        for (int64_t k = 1; k <= GOLDEN_STEPS; k++) {
            struct update_step s = step_of(&t, k, want->rate);
            if (want->momentum_moves)
                s.momentum *= 1 - (double)k / 40;
            advance(&t, &s, 0, GOLDEN_WIDTH);
        }
        for (int i = 0; i < GOLDEN_WIDTH; i++)
            cr_assert(fabs((double)t.p[i] - want->p[i]) <= tolerance(want, i),
                      "case %zu %s element %d: got %.17g want %.17g +- %g", c,
                      want->rule, i, (double)t.p[i], want->p[i],
                      tolerance(want, i));
    }
}

/* The table's own learning rate, or none where there is no default. */
Test(update, default_learning_rate)
{
    for (size_t c = 0; c < ARRAY_LEN(golden_updates); c++) {
        const struct golden_update *want = &golden_updates[c];
        struct trial t;

        if (want->settings[0].key || want->momentum_moves)
            continue; /* another row of the same rule */
        begin(&t, want->rule, NULL);
        const struct variant v = {&t.ops->kind, t.config.config};
        const double got = update_learning_rate(v);
        cr_assert_eq(got, want->rate_is_default ? want->rate : 0, "%s: %g",
                     want->rule, got);
        cr_assert_str_eq(t.ops->kind.fields[0].key, "learning_rate");
        cr_assert_eq(t.ops->kind.fields[0].def != NULL, want->rate_is_default);
    }
}

/* Momentum means the key that the table has, and nothing where it has none. */
Test(update, momentum_is_the_key_of_that_name)
{
    for (const struct kind *const *k = update_kinds; *k; k++) {
        const bool has = field_find((*k)->fields, "momentum") ||
                         field_find((*k)->fields, "beta1");
        struct trial t;

        begin(&t, (*k)->name, NULL);
        const double got =
            update_momentum((struct variant){*k, t.config.config});
        cr_assert_eq(t.ops->momentum != NULL, has, "%s", (*k)->name);
        cr_assert(has ? got == 0.9 : isnan(got), "%s: %g", (*k)->name, got);
    }
}

/* Cut anywhere, the same bits. */
Test(update, elements_are_independent)
{
    for (const struct kind *const *k = update_kinds; *k; k++) {
        struct trial whole, cut;

        begin(&whole, (*k)->name, NULL);
        begin(&cut, (*k)->name, NULL);
        for (int64_t i = 1; i <= GOLDEN_STEPS; i++) {
            const struct update_step s = step_of(&whole, i, 0.01);
            const int64_t at = i % GOLDEN_WIDTH;
            advance(&whole, &s, 0, GOLDEN_WIDTH);
            advance(&cut, &s, at, GOLDEN_WIDTH - at);
            advance(&cut, &s, 0, at);
        }
        cr_assert_arr_eq(whole.p, cut.p, sizeof whole.p, "%s", (*k)->name);
        cr_assert_arr_eq(whole.state, cut.state, sizeof whole.state, "%s",
                         (*k)->name);
    }
}

/* A slot that a rule does not declare is not touched; one that it declares is
 * used. */
Test(update, slots_are_those_declared)
{
    for (const struct kind *const *k = update_kinds; *k; k++) {
        struct trial t;
        int declared = 0;

        begin(&t, (*k)->name, NULL);
        const struct update_step s = step_of(&t, 1, 0.01);
        while (t.ops->slots[declared])
            declared++;
        cr_assert(declared <= UPDATE_MAX_SLOTS);
        advance(&t, &s, 0, GOLDEN_WIDTH);
        for (int i = 0; i < UPDATE_MAX_SLOTS; i++)
            cr_assert_eq(t.state[i * GOLDEN_WIDTH] != 0, i < declared,
                         "%s slot %d of %d", (*k)->name, i, declared);
    }
}

/* Gradients have both signs. */
Test(update, magnitudes_are_the_slots_that_are_never_below_0)
{
    for (const struct kind *const *k = update_kinds; *k; k++) {
        struct trial t;

        begin(&t, (*k)->name, NULL);
        for (int64_t n = 1; n <= 3; n++) {
            const struct update_step s = step_of(&t, n, 0.01);
            advance(&t, &s, 0, GOLDEN_WIDTH);
        }
        for (int i = 0; t.ops->slots[i]; i++) {
            int below = 0;
            for (int j = 0; j < GOLDEN_WIDTH; j++)
                below += t.state[i * GOLDEN_WIDTH + j] < 0;
            cr_assert_eq(below == 0, t.ops->magnitudes >> i & 1, "%s slot %s",
                         (*k)->name, t.ops->slots[i]);
        }
    }
}

/* Without a gradient only decay moves a weight, and only a regularizable one:
 * p - eta * 0.01 * p. */
Test(update, adamw_decays_weights_alone)
{
    for (int regularizable = 0; regularizable < 2; regularizable++) {
        struct trial t;

        begin(&t, "adamw", NULL);
        struct update_step s = step_of(&t, 1, 0);
        s.learning_rate = 0.5;
        s.regularizable = regularizable;
        advance(&t, &s, 5, 1);
        const double want = regularizable ? 1 - 0.5 * 0.01 : 1;
        cr_assert(fabs((double)t.p[5] - want) <= (double)REAL_EPSILON,
                  "regularizable=%d: got %.9g want %.9g", regularizable,
                  (double)t.p[5], want);
    }
}

/* adam's first step is eta * sign(g), whatever the size of g, as long as
 * epsilon, which meets the uncorrected v, is small beside sqrt(0.001) * |g|. */
Test(update, first_step_of_adam)
{
    struct trial t;

    begin(&t, "adam", NULL);
    struct update_step s = step_of(&t, 1, 0);
    s.learning_rate = 0.25;
    advance(&t, &s, 0, 1);
    /* g = -0.5; epsilon / (sqrt(0.001) * 0.5) = 6.4e-7. */
    cr_assert(fabs((double)t.p[0] - 0.75) < 0.25 * 2e-6, "got %.9g",
              (double)t.p[0]);
}

Test(update, nan_travels)
{
    for (const struct kind *const *k = update_kinds; *k; k++) {
        real p[1] = {1}, state[UPDATE_MAX_SLOTS] = {0};
        const real g[1] = {(real)NAN};
        real *slots[UPDATE_MAX_SLOTS] = {state, state + 1, state + 2};
        struct trial t;

        begin(&t, (*k)->name, NULL);
        const struct update_step s = step_of(&t, 1, 0.01);
        t.ops->step(t.config.config, &s, 1, p, g, slots);
        cr_assert(isnan(p[0]), "%s", (*k)->name);
    }
}
