/*
 * A training state as the content of a file and back, and content with right
 * checksums that no training has left.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "support/rig.h"
#include "train/checkpoint.h"

/* A state in the middle of its second epoch, as a file would hold it. */
struct saved {
    struct rig rig;
    struct arena arena;
    struct checkpoint c;
    struct stored content;
    struct err e;
};

static int by_name(const void *left, const void *right)
{
    const struct stored_tensor *a = left, *b = right;

    return strcmp(a->name, b->name);
}

static void train(struct rig *r)
{
    struct pool *pool;
    struct err e = {0};

    cr_assert_eq(pool_new(&pool, 1, &e), OK);
    const struct exchange x = exchange_local(pool);
    (void)rig_train(r, &x);
    pool_free(pool);
}

/* `decay`: of an average of the weights. */
static void save_averaged(struct saved *s, double decay)
{
    const struct history_row row = {
        .epoch = 1, .train_loss = 1.5, .valid_loss = 2, .learning_rate = 0.1};

    *s = (struct saved){0};
    rig_open(&s->rig, rig_net("without sums"));
    cr_assert_eq(average_new(&s->rig.state.average, &s->rig.g, decay, &s->e),
                 OK);
    train(&s->rig);
    struct train_state *t = &s->rig.state;
    state_keep_best(t, &s->rig.g);
    cr_assert_eq(state_append(t, &row, &s->e), OK);
    t->best_epoch = 1;
    train(&s->rig);
    t->position = (struct epoch_position){3, {60, 29}, {50, 29}, 12};
    checkpoint_take(&s->c, &s->arena, &s->rig.g,
                    update_of(s->rig.config.update), t);
    cr_assert_eq(arena_check(&s->arena, &s->e, "a test"), OK);
    qsort(s->c.tensors, (size_t)s->c.tensor_count, sizeof *s->c.tensors,
          by_name);
    s->content = (struct stored){
        .text_count = COUNTERS,
        .texts = s->c.texts,
        .tensor_count = s->c.tensor_count,
        .tensors = s->c.tensors,
    };
}

static void save(struct saved *s)
{
    save_averaged(s, 0);
}

static void give_back(struct saved *s)
{
    arena_free(&s->arena);
    rig_close(&s->rig);
}

static enum status restore(struct saved *s, struct rig *into)
{
    static const char *const others[] = {NULL};
    const struct checkpoint_file file = {&s->content, "m.safetensors", others};
    const struct update_ops *update = update_of(s->rig.config.update);

    rig_open(into, rig_net("without sums"));
    cr_assert_eq(average_new(&into->state.average, &into->g,
                             s->rig.state.average.decay, &s->e),
                 OK);
    return checkpoint_restore(&file, &into->g, update, &into->state, &s->e);
}

Test(checkpoint, comes_back_whole_and_goes_on)
{
    struct saved s;
    struct rig back;

    save(&s);
    cr_assert_eq(restore(&s, &back), OK, "%s", s.e.text);
    const struct train_state *a = &s.rig.state, *b = &back.state;
    cr_assert(rig_same(&s.rig, &back));
    cr_assert_eq(memcmp(a->best_params, b->best_params,
                        (size_t)back.g.param_size * sizeof(real)),
                 0);
    cr_assert_eq(memcmp(&a->position, &b->position, sizeof a->position), 0);
    cr_assert_eq(b->epoch, 1);
    cr_assert_eq(b->best_epoch, 1);
    cr_assert_eq(state_best(b)->valid_loss, 2.0);
    cr_assert_eq(b->update_count, 6);
    train(&s.rig);
    train(&back);
    cr_assert(rig_same(&s.rig, &back));
    rig_close(&back);
    give_back(&s);
}

static bool same_block(const real *a, const real *b, int64_t count)
{
    return memcmp(a, b, (size_t)count * sizeof *a) == 0;
}

Test(checkpoint, an_average_comes_back_whole_and_goes_on)
{
    struct saved s;
    struct rig back;

    save_averaged(&s, 0.9);
    cr_assert_eq(restore(&s, &back), OK, "%s", s.e.text);
    const struct train_state *a = &s.rig.state, *b = &back.state;
    const int64_t count = back.g.param_size;
    cr_assert(same_block(a->average.sums, b->average.sums, count));
    cr_assert_not(same_block(b->params, b->best_params, count));
    train(&s.rig);
    train(&back);
    cr_assert(same_block(a->average.sums, b->average.sums, count));
    cr_assert(same_block(state_current(a, &back.g), state_current(b, &back.g),
                         count));
    rig_close(&back);
    give_back(&s);
}

/* Refused, in these words. */
static void expect_refusal(struct saved *s, const char *what)
{
    char want[200];
    struct rig back;

    cr_assert_eq(restore(s, &back), ERR_DATA, "%s: not refused", what);
    snprintf(want, sizeof want, "m.safetensors: error: %s\n", what);
    cr_assert_str_eq(s->e.text, want);
    rig_close(&back);
    give_back(s);
}

static void expect_bad_text(const char *key, const char *value,
                            const char *what)
{
    struct saved s;

    save(&s);
    for (int i = 0; i < COUNTERS; i++)
        if (strcmp(s.c.texts[i].key, key) == 0)
            s.c.texts[i].value = value;
    expect_refusal(&s, what);
}

#define POSITION(batches, loss, weight)                                        \
    "{\"batches\":" batches ",\"data_loss\":50,\"loss\":" loss                 \
    ",\"weight\":" weight "}"
#define POSITION_NONE "{\"batches\":0,\"data_loss\":0,\"loss\":0,\"weight\":0}"
#define HISTORY(epoch, loss)                                                   \
    "[{\"epoch\":" epoch ",\"learning_rate\":0.1,\"penalty\":0,"               \
    "\"train_data_loss\":1,\"train_loss\":" loss ",\"valid_accuracy\":1,"      \
    "\"valid_data_loss\":1,\"valid_loss\":1}]"

Test(checkpoint, refuses_counters_that_no_training_leaves)
{
    static const char *const rows[][3] = {
        {"epoch", "-1", "metadata epoch is no count"},
        {"epoch", "2", "the history has not the rows of its epochs"},
        {"epoch", "9007199254740993", "metadata epoch is no count"},
        {"best_epoch", "2", "best_epoch is beyond epoch"},
        {"best_epoch", "0", "best_epoch is 0 after an epoch"},
        {"update_count", "9223372036854775807",
         "metadata update_count is no count"},
        {"update_count", "3", "update_count does not fit epoch and position"},
        {"history", HISTORY("1", "null"), "a row of the history is malformed"},
        {"history", HISTORY("2", "1"), "a row of the history is malformed"},
        {"position", POSITION("-1", "60", "29"),
         "metadata position is malformed"},
        {"position", POSITION("9223372036854775807", "60", "29"),
         "update_count does not fit epoch and position"},
        {"position", POSITION("0", "60", "29"),
         "metadata position contradicts itself"},
        {"position", POSITION("3", "60", "-29"),
         "metadata position contradicts itself"},
        {"position", POSITION("3", "60", "2"),
         "metadata position contradicts itself"},
        {"position", POSITION("3", "null", "29"),
         "metadata position contradicts itself"},
        {"position", POSITION("3", "60", "null"),
         "metadata position contradicts itself"},
        {"position",
         "{\"batches\":3,\"data_loss\":50,\"gradient_norm\":-1,\"loss\":60,"
         "\"weight\":29}",
         "metadata position contradicts itself"},
        {"position",
         "{\"batches\":0,\"data_loss\":0,\"gradient_norm\":1,\"loss\":0,"
         "\"weight\":0}",
         "metadata position contradicts itself"},
        {"position",
         "{\"batches\":3,\"data_loss\":50,\"gradient_norm\":\"x\",\"loss\":60,"
         "\"weight\":29}",
         "metadata position is malformed"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        expect_bad_text(rows[i][0], rows[i][1], rows[i][2]);
}

static struct stored_tensor *tensor(struct saved *s, const char *name)
{
    int64_t i = 0;

    while (strcmp(s->c.tensors[i].name, name) != 0)
        i++;
    return &s->c.tensors[i];
}

Test(checkpoint, refuses_slots_that_are_incomplete)
{
    static const char name[] = "train.momentum.v.b.weight";
    struct saved s;

    save(&s);
    struct stored_tensor *t = tensor(&s, name);
    memmove(t, t + 1,
            (size_t)(s.c.tensors + --s.content.tensor_count - t) * sizeof *t);
    expect_refusal(&s, "tensor train.momentum.v.b.weight is missing");
    save(&s);
    tensor(&s, name)->shape = (struct shape){2, {4, 9}};
    expect_refusal(&s, "tensor train.momentum.v.b.weight has shape 4x9, the "
                       "architecture asks for 6x6");
}

Test(checkpoint, refuses_numbers_that_are_none)
{
    static const char *const names[] = {"train.momentum.v.b.weight",
                                        "train.last.a.bias", "a.bias"};
    static const float bad[36] = {[4] = HUGE_VALF};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct saved s;
        char want[100];
        save(&s);
        tensor(&s, names[i])->data = bad;
        snprintf(want, sizeof want,
                 "tensor %s holds a number that is not finite", names[i]);
        expect_refusal(&s, want);
    }
}

Test(checkpoint, refuses_sums_that_are_incomplete)
{
    struct saved s;

    save_averaged(&s, 0.9);
    struct stored_tensor *t = tensor(&s, "train.average.b.bias");
    memmove(t, t + 1,
            (size_t)(s.c.tensors + --s.content.tensor_count - t) * sizeof *t);
    expect_refusal(&s, "tensor train.average.b.bias is missing");
}

/* At the end of the best epoch the weights to predict with are its average. */
Test(checkpoint, refuses_sums_of_another_average)
{
    static const float other[6] = {1, 2, 3, 4, 5, 6};
    struct saved s;

    save_averaged(&s, 0.9);
    tensor(&s, "train.average.b.bias")->data = other;
    struct rig back;
    cr_assert_eq(restore(&s, &back), OK, "it is not the best one's");
    rig_close(&back);
    for (int i = 0; i < COUNTERS; i++)
        if (strcmp(s.c.texts[i].key, "position") == 0)
            s.c.texts[i].value = POSITION_NONE;
    expect_refusal(&s, "tensor a.weight is not the average whose sums are "
                       "train.average.a.weight");
}

/* Neither is stripped: it has a position. */
Test(checkpoint, refuses_a_state_whose_slots_or_sums_are_all_missing)
{
    static const char *const prefixes[] = {"train.momentum.", "train.average."};

    for (size_t k = 0; k < ARRAY_LEN(prefixes); k++) {
        struct saved s;
        char want[100];
        int64_t kept = 0;
        save_averaged(&s, 0.9);
        for (int64_t i = 0; i < s.c.tensor_count; i++)
            if (strncmp(s.c.tensors[i].name, prefixes[k],
                        strlen(prefixes[k])) != 0)
                s.c.tensors[kept++] = s.c.tensors[i];
        s.content.tensor_count = kept;
        snprintf(want, sizeof want, "tensor %s%sscores.bias is missing",
                 prefixes[k], k == 0 ? "v." : "");
        expect_refusal(&s, want);
    }
}

Test(checkpoint, refuses_magnitudes_below_0)
{
    static const char *const others[] = {NULL};
    static const float bad[36] = {[4] = -1}, none[36];
    struct saved s;
    struct rig back;

    save(&s);
    tensor(&s, "train.momentum.v.b.weight")->data = bad;
    cr_assert_eq(restore(&s, &back), OK, "a velocity has a direction: %s",
                 s.e.text);
    rig_close(&back);
    struct update_ops squares = *update_of(s.rig.config.update);
    squares.magnitudes = 1;
    for (int64_t i = 0; i < s.c.tensor_count; i++)
        if (strncmp(s.c.tensors[i].name, "train.momentum.", 15) == 0 &&
            s.c.tensors[i].data != bad)
            s.c.tensors[i].data = none;
    const struct checkpoint_file file = {&s.content, "m.safetensors", others};
    rig_open(&back, rig_net("without sums"));
    cr_assert_eq(
        checkpoint_restore(&file, &back.g, &squares, &back.state, &s.e),
        ERR_DATA);
    cr_assert_str_eq(s.e.text, "m.safetensors: error: tensor "
                               "train.momentum.v.b.weight holds a number below "
                               "0\n");
    rig_close(&back);
    give_back(&s);
}

/* A stripped file predicts and does not go on. */
Test(checkpoint, slots_may_be_missing_altogether)
{
    struct saved s;
    struct rig back;
    int64_t kept = 0;

    save(&s);
    for (int64_t i = 0; i < s.c.tensor_count; i++)
        if (strncmp(s.c.tensors[i].name, "train.momentum.", 15) != 0)
            s.c.tensors[kept++] = s.c.tensors[i];
    s.content.tensor_count = kept;
    for (int i = 0; i < COUNTERS; i++)
        if (strcmp(s.c.texts[i].key, "position") == 0)
            s.c.texts[i].key = "position of another";
    cr_assert_eq(restore(&s, &back), OK, "%s", s.e.text);
    cr_assert_not(
        checkpoint_resumable(&s.content, update_of(s.rig.config.update), 0));
    rig_close(&back);
    give_back(&s);
}
