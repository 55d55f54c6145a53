/* Every part runs exactly once, on a known worker, for any thread count. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/pool.h"

enum { PARTS = 1000 };

struct tally {
    int64_t runs[PARTS];
    int64_t worker[PARTS];
};

static void count_part(void *context, int64_t part, int64_t worker)
{
    struct tally *t = context;

    t->runs[part]++;
    t->worker[part] = worker;
}

ParameterizedTestParameters(pool, every_part_once)
{
    static int64_t threads[] = {1, 2, 3, 8};

    return cr_make_param_array(int64_t, threads, ARRAY_LEN(threads));
}

ParameterizedTest(int64_t *threads, pool, every_part_once)
{
    struct err e = {0};
    struct pool *p;

    cr_assert_eq(pool_new(&p, *threads, &e), OK);
    cr_assert_eq(pool_size(p), *threads);
    for (int64_t round = 0; round < 200; round++) {
        static struct tally t;
        const int64_t parts = round * 5;
        t = (struct tally){{0}, {0}};
        pool_run(p, parts, count_part, &t);
        for (int64_t i = 0; i < PARTS; i++) {
            cr_assert_eq(t.runs[i], i < parts, "part %ld of %ld ran %ld times",
                         (long)i, (long)parts, (long)t.runs[i]);
            cr_assert(t.worker[i] >= 0 && t.worker[i] < *threads);
        }
    }
    pool_free(p);
}

Test(pool, free_of_nothing)
{
    pool_free(NULL);
    cr_assert(pool_default_threads() >= 1);
}

/* A worker may still be looking for parts of the last job when it is told to
 * end. */
Test(pool, ends_right_after_a_job, .timeout = 120)
{
    for (int i = 0; i < 2000; i++) {
        struct tally t = {0};
        struct err e = {0};
        struct pool *p;
        cr_assert_eq(pool_new(&p, 4, &e), OK);
        for (int64_t parts = 2; parts <= 4; parts++)
            pool_run(p, parts, count_part, &t);
        pool_free(p);
    }
}
