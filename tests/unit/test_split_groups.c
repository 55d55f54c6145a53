/* Parts by what stands in a passed cell: groups and hashes. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "data/split_groups.h"

enum { MOST = 400 };

/* Samples whose second passed cell is text[i]. */
struct cells {
    char text[MOST][16];
    char both[MOST][32];
    const char *passed[MOST];
    int64_t ids[MOST];
    struct dataset set;
};

static struct subset of_cells(struct cells *c, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        const int n = snprintf(c->both[i], sizeof c->both[i], "x%d", (int)i);
        snprintf(c->both[i] + n + 1, sizeof c->both[i] - (size_t)n - 1, "%s",
                 c->text[i]);
        c->passed[i] = c->both[i];
        c->ids[i] = i;
    }
    c->set = (struct dataset){.count = count, .passed = c->passed};
    return (struct subset){&c->set, c->ids, count};
}

/* Groups of 1 to 7 samples, mixed. */
static struct subset draw(struct cells *c, int64_t count, uint64_t seed)
{
    const struct rng_key key = rng_key(seed, "groups");

    for (int64_t i = 0; i < count; i++)
        snprintf(c->text[i], sizeof c->text[i], "g%d",
                 (int)rng_below(key, (uint64_t)i, (uint64_t)count / 4 + 1));
    return of_cells(c, count);
}

static void mark(const struct subset *from, const struct split_config *c,
                 int64_t *part)
{
    struct err e = {0};

    cr_assert_eq(split_cells(from, c, part, &e), OK);
}

/* Samples of one cell are in one part. */
static void check_whole(const struct cells *c, int64_t count,
                        const int64_t *part)
{
    for (int64_t i = 0; i < count; i++)
        for (int64_t k = 0; k < i; k++)
            if (strcmp(c->text[i], c->text[k]) == 0)
                cr_assert_eq(part[i], part[k], "samples %d and %d", (int)i,
                             (int)k);
}

static int64_t size_of(const struct cells *c, int64_t count, int64_t of)
{
    int64_t size = 0;

    for (int64_t i = 0; i < count; i++)
        size += strcmp(c->text[i], c->text[of]) == 0;
    return size;
}

/* They hold the share, and without the smallest of them they would not. */
Test(split_groups, groups_are_held_out_whole)
{
    static const double shares[] = {0.2, 1.0 / 3, 0.5, 0.01};
    static struct cells c;
    int64_t part[MOST];

    for (uint64_t seed = 0; seed < 40; seed++) {
        const int64_t count = 40 + (int64_t)seed * 9;
        const double e = shares[seed % 4];
        const struct subset all = draw(&c, count, seed);
        const struct split_config config = {.eval_size = e,
                                            .way = SPLIT_GROUPS,
                                            .cell = 1,
                                            .shuffle = seed & 1,
                                            .seed = seed};
        int64_t held = 0, largest = 0;
        mark(&all, &config, part);
        check_whole(&c, count, part);
        for (int64_t i = 0; i < count; i++) {
            held += part[i];
            if (part[i] && size_of(&c, count, i) > largest)
                largest = size_of(&c, count, i);
        }
        cr_expect_geq(held, split_share(count, e));
        cr_expect_lt(held - largest, split_share(count, e));
    }
}

Test(split_groups, in_order_of_appearance)
{
    static const int64_t want[] = {1, 1, 0, 1, 0, 1, 0, 0};
    static struct cells c = {.text = {"b", "a", "d", "a", "c", "b", "d", "c"}};
    const struct subset all = of_cells(&c, 8);
    struct split_config config = {
        .eval_size = 3.0 / 8, .way = SPLIT_GROUPS, .cell = 1};
    int64_t part[8];

    mark(&all, &config, part);
    for (int i = 0; i < 8; i++)
        cr_expect_eq(part[i], want[i], "sample %d", i);
    /* One stays. */
    config.eval_size = 0.999;
    mark(&all, &config, part);
    for (int i = 0; i < 8; i++)
        cr_expect_eq(part[i], strcmp(c.text[i], "c") != 0, "sample %d", i);
}

Test(split_groups, parts_keep_the_order)
{
    static const int64_t want_valid[] = {0, 1, 3, 5},
                         want_train[] = {2, 4, 6, 7};
    static struct cells c = {.text = {"b", "a", "d", "a", "c", "b", "d", "c"}};
    const struct subset all = of_cells(&c, 8);
    const struct split_config config = {
        .eval_size = 3.0 / 8, .way = SPLIT_GROUPS, .cell = 1};
    struct arena arena = {0};
    struct subset train, valid;
    struct err e = {0};

    cr_assert_eq(split_build(&all, &config, &arena, &train, &valid, &e), OK);
    cr_assert_eq(train.count, 4);
    cr_assert_eq(valid.count, 4);
    cr_expect_arr_eq(train.ids, want_train, sizeof want_train);
    cr_expect_arr_eq(valid.ids, want_valid, sizeof want_valid);
    arena_free(&arena);
}

/* Every sample is in one fold, none is empty; the first is what 1/K holds out
 * where groups are small. */
Test(split_groups, folds)
{
    static struct cells c;
    int64_t part[MOST], one[MOST];

    for (uint64_t seed = 0; seed < 20; seed++) {
        const struct subset all = draw(&c, MOST - (int64_t)seed, seed);
        struct split_config config = {.folds = 2 + (int64_t)seed % 9,
                                      .way = SPLIT_GROUPS,
                                      .cell = 1,
                                      .shuffle = seed & 1,
                                      .seed = seed};
        const int64_t folds = config.folds;
        struct err e = {0};
        int64_t empty = -1;
        mark(&all, &config, part);
        check_whole(&c, all.count, part);
        cr_assert_eq(split_empty_fold(&all, &config, &empty, &e), OK);
        cr_expect_eq(empty, 0);
        config.folds = 0;
        config.eval_size = 1.0 / (double)folds;
        mark(&all, &config, one);
        for (int64_t i = 0; i < all.count; i++) {
            cr_expect(part[i] >= 1 && part[i] <= folds);
            cr_expect_eq(one[i], part[i] == 1);
        }
    }
}

/* As many folds as groups, of very different sizes. */
Test(split_groups, every_fold_has_a_group)
{
    static struct cells c = {.text = {"a", "a", "a", "a", "a", "a", "b", "c"}};
    static const int64_t want[] = {1, 1, 1, 1, 1, 1, 2, 3};
    const struct subset all = of_cells(&c, 8);
    struct split_config config = {.folds = 3, .way = SPLIT_GROUPS, .cell = 1};
    int64_t part[8], empty;
    struct err e = {0};

    mark(&all, &config, part);
    cr_expect_arr_eq(part, want, sizeof want);
    config.folds = 5;
    cr_assert_eq(split_empty_fold(&all, &config, &empty, &e), OK);
    cr_expect_eq(empty, 4);
}

/* SHA-256 of "42:CELL" by another program, the first 8 bytes / 2^64. */
static const struct {
    const char *cell;
    double u;
} known[] = {
    {"a", 0.5901377484090605},       {"b", 0.7720248972375352},
    {"p7", 0.3326062970740744},      {"", 0.009650607332700116},
    {"row 12", 0.14345275416257428}, {"1.0", 0.937569399725862},
    {"z", 0.0030491636126008565},    {"mm", 0.34624496181966696},
};

Test(split_groups, hashes)
{
    static const double shares[] = {0.05, 0.25, 0.5, 0.95};
    static struct cells c;
    int64_t part[ARRAY_LEN(known)];

    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        snprintf(c.text[i], sizeof c.text[i], "%s", known[i].cell);
    const struct subset all = of_cells(&c, ARRAY_LEN(known));
    for (size_t k = 0; k < ARRAY_LEN(shares); k++) {
        struct split_config config = {.eval_size = shares[k],
                                      .way = SPLIT_HASH,
                                      .cell = 1,
                                      .test_size = 0.3,
                                      .test = true,
                                      .seed = 42};
        mark(&all, &config, part);
        for (size_t i = 0; i < ARRAY_LEN(known); i++)
            cr_expect_eq(part[i], known[i].u < shares[k], "'%s' of %g",
                         known[i].cell, shares[k]);
        config.test = false;
        mark(&all, &config, part);
        for (size_t i = 0; i < ARRAY_LEN(known); i++)
            if (known[i].u >= 0.3)
                cr_expect_eq(part[i], (known[i].u - 0.3) / 0.7 < shares[k],
                             "'%s' of %g", known[i].cell, shares[k]);
        config.folds = 4;
        mark(&all, &config, part);
        for (size_t i = 0; i < ARRAY_LEN(known); i++)
            if (known[i].u >= 0.3)
                cr_expect_eq(part[i],
                             1 + (int64_t)((known[i].u - 0.3) / 0.7 * 4));
    }
}

/* Samples that are added, before and between, move no other. */
Test(split_groups, hashes_move_nobody)
{
    static struct cells few, many;
    int64_t part[MOST], more[MOST];
    const struct split_config config = {
        .eval_size = 0.3, .way = SPLIT_HASH, .cell = 1, .seed = 7};

    for (int i = 0; i < MOST; i++)
        snprintf(many.text[i], sizeof many.text[i], "id %d", i * 7 % MOST);
    for (int i = 0; i < MOST / 2; i++)
        memcpy(few.text[i], many.text[2 * i + 1], sizeof few.text[i]);
    const struct subset half = of_cells(&few, MOST / 2);
    const struct subset all = of_cells(&many, MOST);
    int64_t held = 0;

    mark(&half, &config, part);
    mark(&all, &config, more);
    for (int i = 0; i < MOST / 2; i++)
        cr_expect_eq(part[i], more[2 * i + 1]);
    for (int i = 0; i < MOST; i++)
        held += more[i];
    cr_expect(held > MOST / 5 && held < MOST * 2 / 5, "%d of %d", (int)held,
              MOST);
}
