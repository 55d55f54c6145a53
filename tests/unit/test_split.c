/* Which samples train and which validate; names of classes. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/labels.h"
#include "data/prepare.h"
#include "source/source.h"

/* The samples of a set, told apart. */
struct split {
    struct subset train, valid;
};

/* The first samples of a set, at most 60000. */
static struct subset first_of(const struct dataset *d, int64_t count)
{
    static int64_t ids[60000];

    for (int64_t i = 0; i < count; i++)
        ids[i] = i;
    return (struct subset){d, ids, count};
}

static enum status split_first(const struct dataset *d, int64_t count,
                               const struct split_config *c,
                               struct arena *arena, struct split *out,
                               struct err *e)
{
    const struct subset from = first_of(d, count);

    return split_build(&from, c, arena, &out->train, &out->valid, e);
}

/* Class counts of the tutorial's training file, 42,000 digits. */
static const int64_t tutorial[10] = {4132, 4684, 4177, 4351, 4072,
                                     3795, 4137, 4401, 4063, 4188};
enum { TUTORIAL = 42000 };

/* Labels only, of all classes in turn until each is used up. */
static struct dataset make(void)
{
    static const char *const names[] = {"0", "1", "2", "3", "4",
                                        "5", "6", "7", "8", "9"};
    static int32_t labels[TUTORIAL];
    int64_t left[10], n = 0;

    memcpy(left, tutorial, sizeof left);
    while (n < TUTORIAL)
        for (int32_t k = 0; k < 10; k++)
            if (left[k] > 0) {
                left[k]--;
                labels[n++] = k;
            }
    return (struct dataset){.count = TUTORIAL,
                            .shape = SHAPE(1),
                            .labels = labels,
                            .target = {.names = names, .width = 10}};
}

struct split_case {
    double eval_size;
    bool stratify;
    int64_t valid;
};

/* The stratified ones are what nolearn's folds give; the others ceil(n e). */
static const struct split_case cases[] = {
    {0.25, true, 10503}, {1.0 / 5, true, 8405},   {1.0 / 3, true, 14004},
    {0, true, 0},        {0.25, false, 10500},    {1.0 / 9, false, 4667},
    {0, false, 0},       {0.999999, true, 42000}, {0.1, false, 4200},
};

static void check_parts(const struct split_case *c, const struct subset *train,
                        const struct subset *valid)
{
    static unsigned char seen[TUTORIAL];

    memset(seen, 0, sizeof seen);
    cr_expect_eq(valid->count, c->valid, "e=%g stratify=%d: %ld validate",
                 c->eval_size, c->stratify, (long)valid->count);
    cr_expect_eq(train->count + valid->count, TUTORIAL);
    for (int64_t i = 0; i < train->count; i++)
        seen[train->ids[i]]++;
    for (int64_t i = 0; i < valid->count; i++)
        seen[valid->ids[i]]++;
    for (int64_t i = 0; i < TUTORIAL; i++)
        cr_assert_eq(seen[i], 1, "e=%g: sample %ld %d times", c->eval_size,
                     (long)i, seen[i]);
}

Test(split, counts_and_partition)
{
    const struct dataset d = make();

    for (size_t i = 0; i < 2 * ARRAY_LEN(cases); i++) {
        const struct split_case *c = &cases[i / 2];
        const struct split_config config = {.eval_size = c->eval_size,
                                            .stratify = c->stratify,
                                            .shuffle = i % 2,
                                            .seed = 5};
        struct arena a = {0};
        struct split got;
        struct err e = {0};
        cr_assert_eq(split_first(&d, d.count, &config, &a, &got, &e), OK);
        check_parts(c, &got.train, &got.valid);
        arena_free(&a);
    }
}

/* The first of every class validate, in the file's order. */
Test(split, the_first_of_each_class)
{
    int32_t labels[] = {0, 0, 1, 0, 1, 0, 1, 1, 1, 0};
    static const int64_t want_valid[] = {0, 1, 2, 4};
    static const int64_t want_train[] = {3, 5, 6, 7, 8, 9};
    const struct dataset d = {.count = 10, .labels = labels, .target.width = 2};
    const struct split_config config = {.eval_size = 0.4, .stratify = true};
    struct arena a = {0};
    struct split got;
    struct err e = {0};

    cr_assert_eq(split_first(&d, 10, &config, &a, &got, &e), OK);
    cr_assert_eq(got.valid.count, 4);
    cr_assert_eq(got.train.count, 6);
    cr_expect_eq(memcmp(got.valid.ids, want_valid, sizeof want_valid), 0);
    cr_expect_eq(memcmp(got.train.ids, want_train, sizeof want_train), 0);
    /* The first three samples alone: class 1 has one, and it trains. */
    int64_t counts[2];
    cr_assert_eq(split_first(&d, 3, &config, &a, &got, &e), OK);
    part_count_classes(&got.train, counts);
    cr_expect(counts[0] == 1 && counts[1] == 1);
    part_count_classes(&got.valid, counts);
    cr_expect(counts[0] == 1 && counts[1] == 0);
    arena_free(&a);
}

Test(split, shuffle_depends_on_the_seed_alone)
{
    const struct dataset d = make();
    struct split_config config = {
        .eval_size = 0.2, .stratify = true, .shuffle = true, .seed = 1};
    struct arena a = {0};
    struct split got[3];
    struct err e = {0};

    for (int i = 0; i < 3; i++) {
        config.seed = i == 2 ? 2 : 1;
        cr_assert_eq(split_first(&d, d.count, &config, &a, &got[i], &e), OK);
    }
    const size_t bytes = (size_t)got[0].valid.count * sizeof(int64_t);
    cr_expect_eq(memcmp(got[0].valid.ids, got[1].valid.ids, bytes), 0);
    cr_expect_neq(memcmp(got[0].valid.ids, got[2].valid.ids, bytes), 0);
    arena_free(&a);
}

/* Fold k of K of a class: what the shares 0 .. k/K hold and 0 .. (k - 1)/K do
 * not, so that all samples validate once. */
Test(split, folds_are_parts_of_the_same_order)
{
    static const int64_t of[] = {2, 3, 7, 10};
    static unsigned char seen[TUTORIAL];
    const struct dataset d = make();
    struct err e = {0};

    for (size_t i = 0; i < 4 * ARRAY_LEN(of); i++) {
        struct split_config config = {.stratify = i & 1,
                                      .shuffle = (i >> 1) & 1,
                                      .folds = of[i / 4],
                                      .eval_size = 0.9, /* without effect */
                                      .seed = 5};
        struct split_config first = config;
        struct arena a = {0};
        struct split got, share;
        memset(seen, 0, sizeof seen);
        for (int64_t k = 1; k <= config.folds; k++) {
            config.fold = k;
            cr_assert_eq(split_first(&d, d.count, &config, &a, &got, &e), OK);
            cr_assert_eq(got.train.count + got.valid.count, TUTORIAL);
            cr_expect_leq(llabs(got.valid.count - TUTORIAL / config.folds), 10);
            for (int64_t j = 0; j < got.valid.count; j++)
                seen[got.valid.ids[j]]++;
            if (k > 1)
                continue;
            first.folds = 0;
            first.eval_size = 1.0 / (double)config.folds;
            cr_assert_eq(split_first(&d, d.count, &first, &a, &share, &e), OK);
            cr_assert_eq(share.valid.count, got.valid.count);
            cr_expect_eq(memcmp(share.valid.ids, got.valid.ids,
                                (size_t)got.valid.count * sizeof(int64_t)),
                         0);
            cr_expect_eq(memcmp(share.train.ids, got.train.ids,
                                (size_t)got.train.count * sizeof(int64_t)),
                         0);
        }
        for (int64_t j = 0; j < TUTORIAL; j++)
            cr_assert_eq(seen[j], 1, "sample %ld validates %d times", (long)j,
                         seen[j]);
        arena_free(&a);
    }
}

/* A class with one sample trains in every fold. */
Test(split, folds_of_small_classes)
{
    int32_t labels[] = {0, 1, 0, 2, 0, 1};
    static const int64_t want[3][3] = {{0, 1, -1}, {2, 5, -1}, {4, -1, -1}};
    const struct dataset d = {.count = 6, .labels = labels, .target.width = 3};
    struct arena a = {0};
    struct split got;
    struct err e = {0};

    for (int64_t k = 1; k <= 3; k++) {
        const struct split_config config = {
            .stratify = true, .folds = 3, .fold = k};
        int64_t count = 0;
        cr_assert_eq(split_first(&d, 6, &config, &a, &got, &e), OK);
        while (count < 3 && want[k - 1][count] >= 0)
            count++;
        cr_assert_eq(got.valid.count, count, "fold %ld", (long)k);
        for (int64_t i = 0; i < count; i++)
            cr_expect_eq(got.valid.ids[i], want[k - 1][i]);
    }
    arena_free(&a);
}

static void find(struct dataset *d, const char *const *names, int64_t count)
{
    struct labels l = {0};
    struct err e = {0};

    *d = (struct dataset){.count = count};
    for (int64_t i = 0; i < count; i++)
        cr_assert_eq(labels_add(&l, names[i], strlen(names[i]), &e), OK);
    cr_assert_eq(labels_finish(&l, d, &e), OK, "%s", e.text);
}

Test(classes, sorted_as_numbers_or_bytes)
{
    static const char *const numbers[] = {
        "10", "9",  "+3", "-0", "0", "003", "123456789012345678901234567890",
        "-5", "-40"};
    static const char *const want[] = {
        "-40", "-5", "0", "3", "9", "10", "123456789012345678901234567890"};
    static const char *const words[] = {"b", "10", "9", "B", "", "b"};
    static const char *const words_want[] = {"", "10", "9", "B", "b"};
    struct dataset d;

    find(&d, numbers, 9);
    cr_assert_eq(d.target.width, 7);
    for (int32_t k = 0; k < 7; k++)
        cr_expect_str_eq(d.target.names[k], want[k]);
    cr_expect_eq(d.labels[2], 3);
    cr_expect_eq(d.labels[5], 3);
    dataset_free(&d);
    find(&d, words, 6);
    cr_assert_eq(d.target.width, 5);
    for (int32_t k = 0; k < 5; k++)
        cr_expect_str_eq(d.target.names[k], words_want[k]);
    dataset_free(&d);
}

Test(classes, many)
{
    enum { MANY = 20000 };
    static char text[MANY][8];
    static const char *names[MANY];
    struct dataset d;

    for (int i = 0; i < MANY; i++) {
        snprintf(text[i], sizeof text[i], "%d", (i * 7919) % MANY);
        names[i] = text[i];
    }
    find(&d, names, MANY);
    cr_assert_eq(d.target.width, MANY);
    for (int32_t i = 0; i < MANY; i++)
        cr_assert_eq(d.labels[i], (i * 7919) % MANY, "label %d", i);
    dataset_free(&d);
}

Test(classes, match_by_name)
{
    static const char *const names[] = {"2", "007", "2"};
    static const char *const mixed[] = {"x", "7", "02"};
    static const char *const one_two[] = {"1", "2"};
    const struct target few = {TARGET_CLASS, 2, one_two};
    const struct target all = {TARGET_CLASS, 3, mixed};
    const struct origin key = {.file = "c.yaml", .key = "data.test"},
                        file = {.file = "x.csv"};
    const char *of = "classes of the training data";
    struct dataset d;
    struct err e = {0};

    find(&d, names, 3);
    cr_expect_eq(dataset_match(&d, &few, of, &key, &e), ERR_CONFIG);
    cr_expect_eq(dataset_match(&d, &few, of, &file, &e), ERR_CONFIG);
    cr_expect_str_eq(
        e.text,
        "c.yaml: error: data.test: label '7' of sample 1 is none of the 2 "
        "classes of the training data\n"
        "x.csv: error: label '7' of sample 1 is none of the 2 classes of the "
        "training data\n");
    cr_expect_eq(dataset_match(&d, &all, of, &key, &e), OK);
    cr_expect_eq(d.labels[0], 2);
    cr_expect_eq(d.labels[1], 1);
    cr_expect_eq(d.labels[2], 2);
    cr_expect_eq(d.target.width, 3);
    cr_expect_str_eq(d.target.names[2], "02");
    dataset_free(&d);
}
