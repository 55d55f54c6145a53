/*
 * What becomes of given gradients on their way to the weights: penalties of
 * layers, clip_norm, max_norm, frozen layers, an average; against double
 * precision by hand, which PyTorch bears out.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "golden/weights.h"
#include "support/defaults.h"
#include "support/rig.h"

enum { LAYERS = 5, A = 1, B = 3 }; /* entries of the plain net */

/* The plain net with coefficients of a's own, and b frozen. */
static const struct graph_entry *changed_entries(void)
{
    static struct graph_entry entries[LAYERS];
    const struct rig_net *plain = rig_net("without sums");

    cr_assert_eq(plain->count, LAYERS);
    memcpy(entries, plain->entries, sizeof entries);
    entries[A].l1 = golden_a_l1;
    entries[A].l2 = golden_a_l2;
    entries[B].frozen = true;
    return entries;
}

static real start(int64_t number, int64_t at)
{
    return (real)((double)((5 * at + 7 * number) % 13 - 6) / 8);
}

static real gradient(int64_t step, int64_t number, int64_t at)
{
    return (real)(ldexp((double)((7 * step + 3 * at + number) % 11 - 4),
                        (int)-step));
}

/* An exchange that hands out the gradients of the script. */
static void hand_out(const struct exchange *x, const struct gradient_job *job)
{
    const int64_t step = *(const int64_t *)x->context;

    for (int64_t i = 0; i < job->chunk_count; i++) {
        const struct chunk *c = &job->chunks[i];
        real g[64];
        cr_assert_leq(c->count, (int64_t)ARRAY_LEN(g));
        cr_assert_eq(c->count, c->param->count);
        for (int64_t k = 0; k < c->count; k++)
            g[k] = gradient(step, i, k);
        job->use(job->context, i, 0, c->param->trainable ? g : NULL);
    }
}

static void fill(struct rig *r)
{
    for (int64_t i = 0; i < r->g.param_count; i++)
        for (int64_t k = 0; k < r->g.params[i].count; k++)
            r->state.params[r->g.params[i].offset + k] = start(i, k);
}

static void expect(const struct rig *r, const real *got, const double *want,
                   const char *name)
{
    for (int64_t i = 0; i < r->g.param_count; i++)
        for (int64_t k = 0; k < r->g.params[i].count; k++, want++) {
            const double value = (double)got[r->g.params[i].offset + k];
            cr_assert(fabs(value - *want) <= 1e-5 * fmax(1, fabs(*want)),
                      "%s, %s[%d]: got %.9g want %.9g", name,
                      r->g.params[i].name, (int)k, value, *want);
        }
}

static void check(const struct golden_weights *golden, struct pool *pool)
{
    static const struct exchange_ops ops = {.gradients = hand_out};
    const struct rig_net net = {golden->name, changed_entries(), LAYERS};
    int64_t step = 0;
    const struct exchange x = {.ops = &ops, .pool = pool, .context = &step};
    struct plan plan = {0};
    struct rig r;
    struct err e = {0};

    rig_open(&r, &net);
    state_free(&r.state);
    const struct variant sgd = {defaults_find(update_kinds, "sgd"),
                                &golden_rate};
    cr_assert_eq(state_new(&r.state, &r.g, update_of(sgd), NULL, &e), OK);
    cr_assert_eq(average_new(&r.state.average, &r.g, golden_decay, &e), OK);
    fill(&r);
    real *room = mem_take((size_t)r.g.param_size, sizeof *room);
    struct apply apply = {
        .g = &r.g,
        .x = &x,
        .penalty = {golden_l1, golden_l2},
        .clip_norm = golden->clip_norm,
        .max_norm = golden->max_norm,
        .measures = true,
        .rule = sgd,
        .gradient = room,
    };
    apply_open(&apply, &r.arena);
    const struct apply_batch batch = {.run.plan = &plan,
                                      .learning_rate = golden_rate};
    for (step = 1; step <= GOLDEN_STEPS; step++) {
        const struct apply_result result = apply_run(&apply, &r.state, &batch);
        cr_assert(result.finite);
        cr_assert_float_eq(result.gradient_norm, golden->norms[step - 1], 1e-5,
                           "%s: norm %.9g", golden->name, result.gradient_norm);
        cr_assert_float_eq(result.penalty, golden->penalties[step - 1], 1e-5,
                           "%s: penalty %.9g", golden->name, result.penalty);
    }
    expect(&r, r.state.params, golden->last, golden->name);
    expect(&r, state_current(&r.state, &r.g), golden->average, golden->name);
    mem_free(room);
    rig_close(&r);
}

Test(apply, golden_values)
{
    struct err e = {0};
    struct pool *pool;

    cr_assert_eq(pool_new(&pool, 2, &e), OK);
    for (size_t i = 0; i < ARRAY_LEN(golden_weights); i++)
        check(&golden_weights[i], pool);
    pool_free(pool);
}

/* Everything on, in real steps; the average of a frozen layer is the layer. */
static void train(struct rig *r, const struct rig_net *net, int64_t threads)
{
    struct pool *pool;
    struct err e = {0};

    rig_open(r, net);
    cr_assert_eq(average_new(&r->state.average, &r->g, 0.9, &e), OK);
    r->config.clip_norm = 0.05;
    r->config.max_norm = 0.5;
    cr_assert_eq(pool_new(&pool, threads, &e), OK);
    const struct exchange x = exchange_local(pool);
    rig_train(r, &x);
    pool_free(pool);
}

Test(apply, same_bits_for_any_number_of_threads)
{
    for (const struct rig_net *net = rig_nets; net->name; net++) {
        struct rig one, many;
        train(&one, net, 1);
        train(&many, net, 5);
        cr_assert(rig_same(&one, &many), "%s", net->name);
        cr_assert_eq(memcmp(one.state.average.sums, many.state.average.sums,
                            (size_t)one.g.param_size * sizeof(real)),
                     0, "%s", net->name);
        rig_close(&one);
        rig_close(&many);
    }
}

Test(apply, frozen_weights_and_buffers_are_no_average)
{
    struct rig r;

    train(&r, rig_net("batch normalization"), 2);
    const real *now = state_current(&r.state, &r.g);
    for (int64_t i = 0; i < r.g.tensor_count; i++) {
        const struct param *p = &r.g.params[i];
        const bool same = memcmp(now + p->offset, r.state.params + p->offset,
                                 (size_t)p->count * sizeof *now) == 0;
        cr_assert_eq(same, !p->trainable || i >= r.g.param_count, "%s",
                     p->name);
    }
    rig_close(&r);
}

/* Rows of a dense layer whose gradient is a batch's, over several chunks, end
 * no longer than asked for. */
Test(apply, rows_of_every_layer_are_limited)
{
    struct rig r;

    train(&r, &rig_wide, 3);
    for (int64_t i = 0; i < r.g.param_count; i++) {
        const struct param *p = &r.g.params[i];
        const int64_t row = p->count / p->shape.dim[0];
        double longest = 0;
        for (int64_t k = 0; k < p->shape.dim[0]; k++) {
            double square = 0;
            for (int64_t l = 0; l < row; l++)
                square +=
                    pow((double)r.state.params[p->offset + k * row + l], 2);
            longest = fmax(longest, sqrt(square));
        }
        if (strcmp(p->name, "a.weight") == 0 ||
            strcmp(p->name, "scores.weight") == 0)
            cr_assert(longest <= 0.5 + 1e-6 && longest > 0.49, "%s: %.9g",
                      p->name, longest);
        else
            cr_assert(fabs(longest - 0.5) > 1e-3, "%s: %g", p->name, longest);
    }
    rig_close(&r);
}
