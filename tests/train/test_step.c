/*
 * The training step: a batch in slices and segments, whatever the threads.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "support/rig.h"
#include "train/fault.h"
#include "train/gradients.h"

static struct pool *new_pool(int64_t threads)
{
    struct err e = {0};
    struct pool *p;

    cr_assert_eq(pool_new(&p, threads, &e), OK);
    return p;
}

/* A rig trained by itself. */
static void train(struct rig *r, const struct rig_net *net, int64_t slices,
                  int64_t threads)
{
    struct pool *pool = new_pool(threads);
    const struct exchange x = exchange_local(pool);

    rig_open(r, net);
    if (slices > 0)
        r->config.slices = slices;
    rig_train(r, &x);
    pool_free(pool);
}

Test(step, same_bits_for_any_number_of_threads)
{
    static const int64_t threads[] = {2, 3, 5};

    for (const struct rig_net *net = rig_nets; net->name; net++) {
        struct rig one, many;
        train(&one, net, 0, 1);
        for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
            train(&many, net, 0, threads[i]);
            cr_assert(rig_same(&one, &many), "%s, %d threads", net->name,
                      (int)threads[i]);
            rig_close(&many);
        }
        rig_close(&one);
    }
}

/* Rooms of gradients so large that there are fewer than slices. */
Test(step, same_bits_where_gradients_are_joined)
{
    for (const struct rig_net *net = rig_nets; net->name; net++) {
        struct rig apart, joined;
        train(&apart, net, 0, 1);
        for (int64_t threads = 1; threads <= 3; threads++) {
            struct pool *pool = new_pool(threads);
            const struct exchange x = exchange_local(pool);
            rig_open(&joined, net);
            joined.g.grad_size += 3 << 20;
            cr_assert_lt(
                gradients_rooms(&joined.g, joined.config.slices, threads, true),
                joined.config.slices);
            rig_train(&joined, &x);
            cr_assert(rig_same(&apart, &joined), "%s, %d threads", net->name,
                      (int)threads);
            rig_close(&joined);
            pool_free(pool);
        }
        rig_close(&apart);
    }
}

/* Slices round sums otherwise, and nothing else. */
Test(step, sums_are_those_of_the_whole_batch)
{
    for (const struct rig_net *net = rig_nets; net->name; net++) {
        struct rig whole, cut;
        train(&whole, net, 1, 1);
        train(&cut, net, 13, 2);
        for (int64_t i = 0; i < whole.g.weight_size; i++)
            cr_assert_float_eq(whole.state.params[i], cut.state.params[i],
                               1e-5F, "%s: params[%d]", net->name, (int)i);
        rig_close(&whole);
        rig_close(&cut);
    }
}

/* A class that counts three times is one whose samples all stand in the batch
 * three times; only the order of sums differs. */
Test(step, a_class_weight_is_a_number_of_samples)
{
    static const double weights[] = {1, 3, 1, 1, 1, 1, 1, 1};
    struct pool *pool = new_pool(2);
    const struct exchange x = exchange_local(pool);
    int64_t ids[3 * 13], count = 0;
    struct err e = {0};
    double loss[2];
    struct rig r[2];

    for (int i = 0; i < 2; i++) {
        struct step *step;
        rig_open(&r[i], rig_net("without sums"));
        r[i].config.batch_size = i == 0 ? 13 : ARRAY_LEN(ids);
        struct step_batch batch = rig_batch(&r[i], 0, 13);
        batch.class_weights = i == 0 ? weights : NULL;
        for (int64_t k = 0; i == 1 && k < 13; k++)
            for (double n = 0; n < weights[r[i].set.labels[k]]; n++)
                ids[count++] = k;
        if (i == 1) {
            batch.ids = ids;
            batch.count = count;
        }
        cr_assert_eq(step_new(&step, &r[i].config, &r[i].g, &x, &e), OK);
        loss[i] = step_run(step, &r[i].state, &batch).data_loss;
        step_free(step);
    }
    cr_assert_gt(count, 13);
    cr_assert_float_eq(loss[0], loss[1], 1e-6);
    for (int64_t i = 0; i < r[0].g.weight_size; i++)
        cr_assert_float_eq(r[0].state.params[i], r[1].state.params[i], 1e-6F,
                           "params[%d]", (int)i);
    rig_close(&r[0]);
    rig_close(&r[1]);
    pool_free(pool);
}

/* One batch of the input alone: what the running statistics must become. */
Test(step, settle_updates_buffers_once)
{
    struct pool *pool = new_pool(2);
    const struct exchange x = exchange_local(pool);
    struct err e = {0};
    struct step *step;
    struct rig r;

    rig_open(&r, rig_net("sums of the input"));
    cr_assert_eq(step_new(&step, &r.config, &r.g, &x, &e), OK);
    const struct step_batch batch = rig_batch(&r, 0, 13);
    (void)step_run(step, &r.state, &batch);
    const float *pixels = r.set.pixels;
    for (int64_t f = 0; f < 6; f++) {
        double sum = 0, square = 0;
        for (int64_t i = 0; i < 13; i++) {
            const double value = ((double)pixels[i * 6 + f] - r.mean) / r.std;
            sum += value;
            square += value * value;
        }
        const double mean = sum / 13, var = (square - sum * mean) / 12;
        const struct param *buffer = r.g.params + r.g.param_count;
        const real *weights = r.state.params;
        cr_assert_float_eq(weights[buffer[0].offset + f], 0.1 * mean, 1e-6);
        cr_assert_float_eq(weights[buffer[1].offset + f], 0.9 + 0.1 * var,
                           1e-6);
    }
    step_free(step);
    rig_close(&r);
    pool_free(pool);
}

Test(step, lanes_are_as_many_as_slices_only_where_slices_wait)
{
    struct step_sizes one, many;
    struct err e = {0};
    struct rig r;

    rig_open(&r, rig_net("sums two in a row"));
    cr_assert_eq(step_sizes_of(&r.config, &r.g, 1, 1, &one, &e), OK);
    cr_assert_eq(step_sizes_of(&r.config, &r.g, 4, 1, &many, &e), OK);
    cr_assert_eq(many.activations, one.activations);
    cr_assert_eq(many.scratch, 4 * one.scratch);
    rig_close(&r);
    rig_open(&r, rig_net("without sums"));
    cr_assert_eq(step_sizes_of(&r.config, &r.g, 1, 1, &one, &e), OK);
    cr_assert_eq(step_sizes_of(&r.config, &r.g, 4, 1, &many, &e), OK);
    cr_assert_gt(many.activations, one.activations);
    rig_close(&r);
}

/* Runs a batch that cannot be computed with; what fault says of it. */
static void expect_fault(struct rig *r, const char *want)
{
    struct pool *pool = new_pool(2);
    const struct exchange x = exchange_local(pool);
    char text[FAULT_BYTES];
    struct err e = {0};
    struct step *step;

    cr_assert_eq(step_new(&step, &r->config, &r->g, &x, &e), OK);
    const struct step_batch batch = rig_batch(r, 0, 13);
    const struct step_result result = step_run(step, &r->state, &batch);
    cr_assert_not(result.finite);
    fault_describe(step, &r->state, &batch, result, text);
    cr_assert_str_eq(text, want);
    step_free(step);
    pool_free(pool);
    rig_close(r);
}

Test(fault, names_the_first_layer_and_its_sample)
{
    struct rig r;

    rig_open(&r, rig_net("without sums"));
    ((float *)r.set.pixels)[10 * 6 + 2] = NAN;
    expect_fault(&r, "the output of input (forward, sample 10)");
}

/* A number that is none reaches every slice through the sums; the sample that
 * it came with is to blame all the same. */
Test(fault, looks_behind_the_sums_of_a_batch)
{
    struct rig r;

    rig_open(&r, rig_net("sums two in a row"));
    ((float *)r.set.pixels)[10 * 6 + 2] = NAN;
    expect_fault(&r, "the output of input (forward, sample 10)");
    rig_open(&r, rig_net("sums two in a row"));
    r.state.params[r.g.params[2].offset] = NAN; /* m.weight */
    expect_fault(&r, "the output of m (forward, sample 0)");
}

Test(step, keeps_the_weights_of_a_loss_that_is_no_number)
{
    struct pool *pool = new_pool(1);
    const struct exchange x = exchange_local(pool);
    struct err e = {0};
    struct step *step;
    struct rig r, before;

    rig_open(&r, rig_net("without sums"));
    rig_open(&before, rig_net("without sums"));
    ((float *)r.set.pixels)[5] = NAN;
    cr_assert_eq(step_new(&step, &r.config, &r.g, &x, &e), OK);
    const struct step_batch batch = rig_batch(&r, 0, 13);
    const struct step_result result = step_run(step, &r.state, &batch);
    cr_assert_not(result.finite);
    cr_assert(rig_same(&r, &before));
    cr_assert_eq(r.state.update_count, 0);
    step_free(step);
    rig_close(&r);
    rig_close(&before);
    pool_free(pool);
}
