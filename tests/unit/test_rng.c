/*
 * The known answers of Philox4x32-10 published with the Random123 library, and
 * what is built on it.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <string.h>

#include "base/compiler.h"
#include "base/rng.h"

struct philox_case {
    struct rng_counter counter;
    struct rng_key key;
    struct rng_block want;
};

ParameterizedTestParameters(rng, philox_known_answers)
{
    static struct philox_case cases[] = {
        {{{0, 0, 0, 0}},
         {{0, 0}},
         {{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}}},
        {{{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}},
         {{0xffffffff, 0xffffffff}},
         {{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}}},
        {{{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}},
         {{0xa4093822, 0x299f31d0}},
         {{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}},
    };
    return cr_make_param_array(struct philox_case, cases, ARRAY_LEN(cases));
}

ParameterizedTest(struct philox_case *c, rng, philox_known_answers)
{
    const struct rng_block got = rng_block(c->key, c->counter);

    for (int i = 0; i < 4; i++)
        cr_assert_eq(got.word[i], c->want.word[i],
                     "counter %08x word %d: got %08x want %08x",
                     c->counter.word[0], i, got.word[i], c->want.word[i]);
}

Test(rng, keys_differ_by_seed_and_purpose)
{
    const struct rng_key a = rng_key(1, "shuffle"), b = rng_key(2, "shuffle"),
                         c = rng_key(1, "init"), d = rng_key(1, "shuffle");

    cr_assert_arr_neq(&a, &b, sizeof a);
    cr_assert_arr_neq(&a, &c, sizeof a);
    cr_assert_arr_eq(&a, &d, sizeof a);
}

enum { DRAWS = 100000 };

/* Bounds of five standard errors: 5/sqrt(12 * DRAWS) for the mean of a uniform
 * variable, 5/sqrt(DRAWS) and 5*sqrt(2/DRAWS) for mean and variance of a normal
 * one.  The draws are fixed by the key, so this cannot fail by chance. */
Test(rng, moments)
{
    const struct rng_key key = rng_key(7, "test");
    double sum = 0.0, normal_sum = 0.0, normal_squares = 0.0;

    for (uint64_t i = 0; i < DRAWS; i++) {
        const double u = rng_unit(key, i), z = rng_normal(key, i);
        cr_assert(u >= 0.0 && u < 1.0, "element %lu: %g", (unsigned long)i, u);
        cr_assert(isfinite(z));
        sum += u;
        normal_sum += z;
        normal_squares += z * z;
    }
    cr_assert_lt(fabs(sum / DRAWS - 0.5), 5.0 / sqrt(12.0 * DRAWS));
    cr_assert_lt(fabs(normal_sum / DRAWS), 5.0 / sqrt(DRAWS));
    cr_assert_lt(fabs(normal_squares / DRAWS - 1.0), 5.0 * sqrt(2.0 / DRAWS));
}

/* rng_unit is 53 bits of two words: recomputed from the block. */
Test(rng, unit_is_made_of_the_block)
{
    const struct rng_key key = rng_key(3, "x");
    const struct rng_block b =
        rng_block(key, (struct rng_counter){{2, 1, 0, 0}});
    const uint64_t high = b.word[3], low = b.word[2];
    const double want =
        ldexp((double)high, -32) + ldexp((double)(low >> 11), -53);

    cr_assert(rng_unit(key, 2 * ((UINT64_C(1) << 32) + 2) + 1) == want);
}

Test(rng, below_covers_its_range)
{
    const struct rng_key key = rng_key(5, "below");
    int64_t seen[7] = {0};

    for (uint64_t i = 0; i < 7000; i++) {
        const uint64_t k = rng_below(key, i, 7);
        cr_assert_lt(k, 7);
        seen[k]++;
    }
    for (int k = 0; k < 7; k++) /* 1000 expected, deviation 29.3 */
        cr_assert(seen[k] > 850 && seen[k] < 1150, "%d: %ld", k, (long)seen[k]);
    cr_assert_eq(rng_below(key, 1, 1), 0);
}

Test(rng, permutation)
{
    enum { COUNT = 1000 };
    int64_t order[COUNT], again[COUNT];
    bool seen[COUNT] = {false};
    int64_t fixed = 0;

    memset(order, 0, sizeof order);
    memset(again, 0xff, sizeof again);
    rng_permutation(rng_key(1, "shuffle"), COUNT, order);
    rng_permutation(rng_key(1, "shuffle"), COUNT, again);
    cr_assert_arr_eq(order, again, sizeof order, "the old content matters");
    for (int64_t i = 0; i < COUNT; i++) {
        cr_assert(order[i] >= 0 && order[i] < COUNT && !seen[order[i]],
                  "position %ld", (long)i);
        seen[order[i]] = true;
        fixed += order[i] == i;
    }
    cr_assert_lt(fixed, 10, "Poisson with mean 1");
}

/* Each of the 6 orders of 3 elements: 1000 expected of 6000, deviation 28.9. */
Test(rng, permutations_are_equally_likely)
{
    int64_t seen[27] = {0};

    for (uint64_t seed = 0; seed < 6000; seed++) {
        int64_t order[3] = {0};
        rng_permutation(rng_key(seed, "three"), 3, order);
        seen[order[0] * 9 + order[1] * 3 + order[2]]++;
    }
    int64_t kinds = 0;
    for (int i = 0; i < 27; i++) {
        kinds += seen[i] > 0;
        cr_assert(seen[i] == 0 || (seen[i] > 855 && seen[i] < 1145),
                  "order %d: %ld", i, (long)seen[i]);
    }
    cr_assert_eq(kinds, 6);
}
