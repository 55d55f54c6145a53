/* Model files whose weights are no numbers, and files without their state. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "app/model.h"
#include "base/arena.h"
#include "base/file.h"
#include "codec/json.h"
#include "support/scratch.h"
#include "tensor/kernels.h"
#include "train/history.h"

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
    cr_assert_eq(
        state_new(&state, &x.graph, update_of(x.update), &x.columns, &e), OK);
    graph_init_params(&x.graph, state.params);
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
    const struct data_facts data = {.target = target, .norm = norm};
    const struct model_facts facts = {&data, "", NULL, pool};

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
        cr_assert_str_eq(e.text, "m: error: tensor dense1.bias holds a number "
                                 "that is not finite\n");
    }
}

/* The last weights count too: a resumed run goes on from them. */
MODEL_TEST(last_weights_must_be_numbers)
{
    memcpy(state.best_params, state.params,
           (size_t)x.graph.param_size * sizeof(real));
    state.best_epoch = state.update_count = 1;
    cr_assert_eq(state_append(&state, &(struct history_row){.epoch = 1}, &e),
                 OK);
    state.params[0] = NAN;
    write_model("m");
    cr_assert_eq(read_model("m"), ERR_DATA);
    cr_assert(strstr(e.text, "tensor train.last.dense1.weight holds a number "
                             "that is not finite"));
}

/* Every thousandth epoch and some is the best one so far. */
static bool is_best(int64_t epoch)
{
    return epoch == 1 || epoch % 1000 == 7;
}

static struct history_row row_of(int64_t epoch)
{
    return (struct history_row){
        .epoch = epoch, .valid_loss = is_best(epoch) ? 1 / (double)epoch : 2};
}

/* Epochs up to and including `last`. */
static void run_epochs(struct train_state *s, int64_t last)
{
    for (int64_t i = s->epoch + 1; i <= last; i++) {
        const struct history_row row = row_of(i);
        if (is_best(i))
            s->best_epoch = i;
        cr_assert_eq(state_append(s, &row, &e), OK);
    }
    s->update_count = last;
}

static void resume_from(const char *path)
{
    struct model m;

    cr_assert_eq(model_read(&m, path, kernels_best(), &e), OK, "%s", e.text);
    state_free(&state);
    state = m.state;
    state.columns = &x.columns;
    m.state = (struct train_state){0};
    model_free(&m);
}

/* Resumed wherever it was, with many rows gone, it writes the same bytes. */
MODEL_TEST(long_histories_are_thinned_alike)
{
    static const int64_t stops[] = {10,    16384, 16385, 20007,
                                    32769, 50007, 70000, 140000};
    struct bytes whole;

    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        run_epochs(&state, stops[i]);
        write_model("m");
        resume_from("m");
        cr_assert_eq(state.epoch, stops[i]);
        cr_assert_leq(state.history_count, HISTORY_ROWS + 2);
        cr_assert(!state.best_epoch ||
                  state_best(&state)->epoch == state.best_epoch);
    }
    cr_assert_eq(file_read_all("m", 1 << 30, &whole, &e), OK);
    state.history_count = state.epoch = state.best_epoch = 0;
    run_epochs(&state, 140000);
    cr_assert_eq(state.history_count, 140000);
    write_model("n");
    cr_assert(scratch_holds("n", whole.at, whole.length));
    mem_free(whole.at);
}

MODEL_TEST(a_million_epochs_fit_into_a_header)
{
    run_epochs(&state, 1000000);
    write_model("m");
    resume_from("m");
    cr_assert_eq(state.epoch, 1000000);
    cr_assert_eq(state.history[state.history_count - 1].epoch, 1000000);
}

/* What is read of a file, its history replaced by rows of these epochs. */
static enum status with_history(int64_t epochs, int64_t step)
{
    struct stored from;
    struct arena arena = {0};
    struct json_writer w = {0};

    run_epochs(&state, epochs);
    write_model("m");
    cr_assert_eq(store_read("m", &from, &e), OK);
    json_begin_list(&w, NULL);
    for (int64_t i = step; i <= epochs; i += step) {
        const struct history_row row = row_of(i);
        history_put_row(&w, &x.columns, &row, false);
    }
    json_end(&w);
    struct stored_content c = {from.texts, 0, from.tensors, from.tensor_count};
    for (int64_t i = 0; i < from.text_count; i++) {
        if (store_adds(from.texts[i].key))
            continue;
        from.texts[c.text_count] = from.texts[i];
        if (strcmp(from.texts[i].key, "history") == 0)
            from.texts[c.text_count].value =
                json_finish_on(&w, JSON_SORTED, &arena);
        c.text_count++;
    }
    cr_assert_eq(store_write("m", &c, &e), OK);
    store_free(&from);
    arena_free(&arena);
    return read_model("m");
}

/* Older versions wrote every row; any other choice is damage. */
MODEL_TEST(all_rows_of_a_long_history_are_fine)
{
    cr_assert_eq(with_history(20000, 1), OK, "%s", e.text);
}

MODEL_TEST(a_history_with_other_rows_is_refused)
{
    cr_assert_eq(with_history(20000, 4), ERR_DATA);
    cr_assert(strstr(e.text, "has not the rows of its epochs"));
}
