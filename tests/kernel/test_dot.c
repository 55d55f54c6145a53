/* Rows times rows: the definition, and the bits of a sum in any company. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/rng.h"
#include "tensor/dot.h"

enum { ROWS = 7 };

static real *numbers(struct arena *arena, int64_t count, const char *purpose)
{
    const struct rng_key key = rng_key(3, purpose);
    real *block = arena_take(arena, (size_t)count, sizeof *block);

    cr_assert_not_null(block);
    for (int64_t i = 0; i < count; i++)
        block[i] = (real)rng_normal(key, (uint64_t)i);
    return block;
}

static void expect_sums(const struct dot *d)
{
    for (int64_t i = 0; i < d->rows * d->units; i++) {
        const int64_t n = i / d->units, u = i % d->units;
        double sum = d->bias ? (double)d->bias[u] : 0, size = fabs(sum);
        for (int64_t l = 0; l < d->k; l++) {
            const double term =
                (double)d->x[n * d->k + l] * (double)d->w[u * d->k + l];
            sum += term;
            size += fabs(term);
        }
        cr_expect_float_eq((double)d->y[i], sum, 8 * REAL_EPSILON * size,
                           "%d units, %d terms: y[%d]", (int)d->units,
                           (int)d->k, (int)i);
    }
}

static void check(const struct kernels *kern, int64_t units, int64_t k,
                  bool biased)
{
    struct arena arena = {0};
    struct dot d = {
        .rows = ROWS,
        .units = units,
        .k = k,
        .x = numbers(&arena, ROWS * k, "x"),
        .w = numbers(&arena, units * k, "w"),
        .bias = biased ? numbers(&arena, units, "bias") : NULL,
        .y = numbers(&arena, ROWS * units, "y"),
    };

    dot_rows(kern, &d);
    expect_sums(&d);
    for (int64_t rows = 1; rows < ROWS; rows++)
        for (int64_t n = 0; n + rows <= ROWS; n++) {
            struct dot part = d;
            part.rows = rows;
            part.x += n * k;
            part.y = numbers(&arena, rows * units + 1, "part");
            const real beyond = part.y[rows * units];
            dot_rows(kern, &part);
            cr_expect_eq(memcmp(part.y, d.y + n * units,
                                (size_t)(rows * units) * sizeof(real)),
                         0, "%d of %d units, %d terms", (int)rows, (int)units,
                         (int)k);
            cr_expect_eq(part.y[rows * units], beyond);
        }
    arena_free(&arena);
}

Test(dot, sums_and_their_bits)
{
    static const int64_t units[] = {1, 3, 4, 10, 15, 16, 17, 33},
                         depths[] = {1, 5, 8, 16, 31, 100};

    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        for (size_t i = 0; kern && i < sizeof units / sizeof *units; i++)
            for (size_t j = 0; j < sizeof depths / sizeof *depths; j++)
                check(kern, units[i], depths[j], j % 2);
    }
}
