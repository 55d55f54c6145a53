/* Model files whose weights are no numbers, and files without their state. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "app/model.h"
#include "support/scratch.h"
#include "tensor/kernels.h"

static struct err e;
static struct experiment x;
static struct train_state state;
static struct pool *pool;

static const char document[] =
    "data: {normalize: none}\n"
    "layers:\n"
    "  - input: {shape: [2]}\n"
    "  - dense: {num_units: 2, nonlinearity: softmax}\n"
    "train: {max_epochs: 1, update: adam}\n";

static void begin(void)
{
    e = (struct err){0};
    scratch_begin();
    cr_assert_eq(experiment_parse_stored(&x, "c.yaml", document,
                                         strlen(document), kernels_best(), &e),
                 OK, "%s", e.text);
    cr_assert_eq(state_new(&state, &x.graph, update_of(x.update), &e), OK);
    graph_init_params(&x.graph, state.params, state.buffers);
    cr_assert_eq(pool_new(&pool, 1, &e), OK);
}

static void end(void)
{
    pool_free(pool);
    state_free(&state);
    experiment_free(&x);
    scratch_end();
}

#define MODEL_TEST(name) Test(model, name, .init = begin, .fini = end)

static void write_model(const char *path)
{
    static const char *const classes[] = {"a", "b"};
    const struct target target = {
        .kind = TARGET_CLASS, .width = 2, .names = classes};
    static const double constants[] = {0, 1};
    const struct normalization norm = {1, &constants[0], &constants[1]};
    const struct model_facts facts = {
        .target = &target,
        .norm = &norm,
        .fingerprint = "none",
        .pool = pool,
    };

    cr_assert_eq(model_write(path, &x, &state, &facts, &e), OK, "%s", e.text);
}

static enum status read_model(const char *path)
{
    struct model m;
    const enum status s = model_read(&m, path, kernels_best(), &e);

    model_free(&m);
    return s;
}

MODEL_TEST(weights_must_be_numbers)
{
    const float bad[] = {NAN, INFINITY, -INFINITY};
    const int64_t bias = x.graph.params[1].offset;

    write_model("m");
    cr_assert_eq(read_model("m"), OK, "%s", e.text);
    for (size_t i = 0; i < 3; i++) {
        e = (struct err){0};
        state.params[bias + 1] = bad[i];
        write_model("m");
        cr_assert_eq(read_model("m"), ERR_DATA);
        cr_assert_str_eq(e.text, "m: error: tensor dense1.bias holds weights "
                                 "that are not finite, the first is number "
                                 "1\n");
    }
}

/* The last weights count too: a resumed run goes on from them. */
MODEL_TEST(last_weights_must_be_numbers)
{
    memcpy(state.best_params, state.params,
           (size_t)x.graph.param_size * sizeof(real));
    state.best_epoch = 1;
    cr_assert_eq(state_append(&state, &(struct history_row){.epoch = 1}, &e),
                 OK);
    state.params[0] = NAN;
    write_model("m");
    cr_assert_eq(read_model("m"), ERR_DATA);
    cr_assert(strstr(e.text, "tensor train.last.dense1.weight holds weights "
                             "that are not finite"));
}
