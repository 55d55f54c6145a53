/*
 * Pairs of bfloat16 on every instruction set: rounding and products bit by bit
 * against their definition, one number at a time.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/naive_conv.h"
#include "tensor/bfloat16.h"
#include "tensor/product.h"

#ifndef REAL_DOUBLE

static uint32_t bits_of(real v)
{
    uint32_t bits;

    memcpy(&bits, &v, sizeof bits);
    return bits;
}

static real number_of(uint32_t bits)
{
    real v;

    memcpy(&v, &bits, sizeof v);
    return v;
}

/* All tables that multiply pairs: those of the levels, and the processor's own
 * instruction, if it may be used. */
static const struct kernels *table_of(int number)
{
    const enum cpu_level level = (enum cpu_level)(number % CPU_LEVELS);
    const struct kernels *kern = kernels_of(level);

    if (number < CPU_LEVELS || !kern)
        return kern;
    kern = kernels_bfloat16(kern);
    return kern->native ? kern : NULL;
}

static const char *name_of(const struct kernels *kern)
{
    return kern->native ? "native" : cpu_name(kern->level);
}

/* The definition of the rounding, by cases. */
static uint32_t rounded(uint32_t bits)
{
    const uint32_t exponent = bits >> 23 & 255, rest = bits & 0xffff;
    const uint32_t up = rest > 0x8000 || (rest == 0x8000 && (bits >> 16 & 1));

    if (exponent == 255)
        return bits & 0x7fffff ? bits >> 16 | 0x40 : bits >> 16;
    return exponent == 0 ? bits >> 31 << 15 : (bits >> 16) + up;
}

enum { PATTERNS = 1 << 16 };

/* All upper halves with that lower one, as a row, and as two that are joined,
 * the second with and without. */
static int64_t wrong_roundings(const struct kernels *kern, uint32_t lower,
                               real *from, real *row, real *to)
{
    const uint32_t half = PATTERNS / 2;
    int64_t wrong = 0;

    for (uint32_t i = 0; i < PATTERNS; i++)
        from[i] = number_of(i << 16 | lower);
    kern->pairs.round(from, PATTERNS, row);
    for (uint32_t i = 0; i < PATTERNS; i += 2)
        wrong += bits_of(row[i / 2]) != (rounded(i << 16 | lower) |
                                         rounded((i + 1) << 16 | lower) << 16);
    kern->pairs.join(row, half / 2, 2, half, to, 0);
    for (uint32_t i = 0; i < half; i++)
        wrong += bits_of(to[i]) != (rounded(i << 16 | lower) |
                                    rounded((i + half) << 16 | lower) << 16);
    kern->pairs.join(row, half / 2, 1, half, to, 0);
    for (uint32_t i = 0; i < half; i++)
        wrong += bits_of(to[i]) != rounded(i << 16 | lower);
    return wrong;
}

Test(bfloat16, rounds_every_pattern_to_nearest)
{
    static const uint32_t lowers[] = {0, 1, 0x7fff, 0x8000, 0x8001, 0xffff};
    real *from = take_reals(PATTERNS), *row = take_reals(PATTERNS / 2);
    real *to = take_reals(PATTERNS / 2);

    for (int table = 0; table < 2 * CPU_LEVELS; table++) {
        const struct kernels *kern = table_of(table);
        for (size_t i = 0; kern && i < sizeof lowers / sizeof *lowers; i++) {
            const int64_t wrong =
                wrong_roundings(kern, lowers[i], from, row, to);
            cr_expect_eq(wrong, 0, "%s, lower half %04x: %lld pairs wrong",
                         name_of(kern), lowers[i], (long long)wrong);
        }
    }
    free(from);
    free(row);
    free(to);
}

/* One pair of each and a sum, and what comes of it; by hand. */
static const struct step {
    const char *what;
    uint32_t a, b, c, sum; /* the second number of a pair stands above */
} steps[] = {
    {"1 * 2 + 3 * 4 + 5", 0x40403f80, 0x40804000, 0x40a00000, 0x41980000},
    {"two ties at 2^24", 0x3f803f80, 0x3f803f80, 0x4b800000, 0x4b800000},
    {"second before first", 0x3f80bf80, 0x3f803f80, 0x4b800001, 0x4b800002},
    {"products are exact", 0x3f810000, 0x3f810000, 0xbf800000, 0x3c808000},
    {"small operand", 0x00010000, 0x7f000000, 0x3f800000, 0x3f800000},
    {"small sum before", 0x00000000, 0x00000000, 0x00000001, 0x00000000},
    {"of its sign", 0x80008000, 0x3f803f80, 0x80000001, 0x80000000},
    {"small sum between", 0x20002000, 0x1f801f80, 0x00000000, 0x00000000},
    {"small sum after", 0x20000000, 0x9f808000, 0x00000000, 0x80000000},
    {"least normal sum", 0x20000000, 0x20000000, 0x00000000, 0x00800000},
    {"rounds to normal", 0x1a000000, 0x99800000, 0x00800000, 0x00800000},
    {"rounds to small", 0x1a000000, 0x99c00000, 0x00800000, 0x00000000},
    {"tie to infinity", 0x73000000, 0x3f800000, 0x7f7fffff, 0x7f800000},
    {"the largest stays", 0x72ff0000, 0x3f800000, 0x7f7fffff, 0x7f7fffff},
    {"too large", 0x7f000000, 0xff000000, 0x00000000, 0xff800000},
    {"infinity less itself", 0x7f007f80, 0xff003f80, 0, 0x7fc00000},
    {"infinity times 0", 0x7f800000, 0x00000000, 0x3f800000, 0x7fc00000},
    {"no number", 0x7fc00000, 0x00000000, 0x3f800000, 0x7fc00000},
};

/* The same in every place of a block. */
static void check_step(const struct kernels *kern, const struct step *s)
{
    enum { ROWS = 13, COLUMNS = 80 };
    real a[ROWS], *b = take_reals(COLUMNS), c[ROWS * COLUMNS];
    const struct product p = {
        .m = ROWS,
        .n = COLUMNS,
        .k = 1,
        .pairs = true,
        .a = a,
        .a_row = 1,
        .a_step = 1,
        .b = b,
        .b_row = COLUMNS,
        .c = c,
        .c_row = COLUMNS,
        .add = true,
    };
    uint32_t got = s->sum;

    for (int i = 0; i < ROWS; i++)
        a[i] = number_of(s->a);
    for (int i = 0; i < COLUMNS; i++)
        b[i] = number_of(s->b);
    for (int i = 0; i < ROWS * COLUMNS; i++)
        c[i] = number_of(s->c);
    product_run(kern, &p);
    for (int i = 0; i < ROWS * COLUMNS; i++)
        if (bits_of(c[i]) != s->sum &&
            !(isnan(c[i]) && isnan(number_of(s->sum))))
            got = bits_of(c[i]);
    cr_expect_eq(got, s->sum, "%s, %s: %08x, not %08x", name_of(kern), s->what,
                 got, s->sum);
    free(b);
}

Test(bfloat16, sums_of_pairs_are_rounded_as_they_are_defined)
{
    for (int i = 0; i < 2 * CPU_LEVELS; i++)
        for (size_t j = 0; j < sizeof steps / sizeof *steps; j++)
            if (table_of(i))
                check_step(table_of(i), &steps[j]);
}

static real half_of(real v)
{
    return number_of(rounded(bits_of(v)) << 16);
}

/* A product of reals [m, k] and [k, n], rounded, by its definition. */
static void define(const real *a, const real *b, int64_t m, int64_t n,
                   int64_t k, real *c)
{
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++)
            for (int64_t l = 0; l < k; l += 2) {
                real *sum = c + i * n + j;
                if (l + 1 < k)
                    *sum = fmaf(half_of(a[i * k + l + 1]),
                                half_of(b[(l + 1) * n + j]), *sum);
                *sum = fmaf(half_of(a[i * k + l]), half_of(b[l * n + j]), *sum);
            }
}

/* Matrices of numbers as products of pairs read them: [rows, columns], in rows
 * of whole vectors that are rounded, pairs as they lie or joined. */
static real *rounded_rows(const struct kernels *kern, const real *from,
                          int64_t rows, int64_t columns, int64_t pitch)
{
    real *padded = take_reals(rows * pitch), *to = take_reals(rows * pitch / 2);

    memset(padded, 0, (size_t)(rows * pitch) * sizeof *padded);
    for (int64_t i = 0; i < rows; i++)
        memcpy(padded + i * pitch, from + i * columns,
               (size_t)columns * sizeof *from);
    kern->pairs.round(padded, rows * pitch, to);
    free(padded);
    return to;
}

static real *joined_rows(const struct kernels *kern, const real *from,
                         int64_t rows, int64_t columns, int64_t pitch)
{
    real *row = rounded_rows(kern, from, rows, columns, pitch);
    real *to = take_reals((rows + 1) / 2 * pitch);

    kern->pairs.join(row, pitch / 2, rows, pitch, to, pitch);
    free(row);
    return to;
}

static int64_t whole_vectors(int64_t count)
{
    return (count + KERNEL_MAX_LANES - 1) / KERNEL_MAX_LANES * KERNEL_MAX_LANES;
}

/* m rows, n columns (whole vectors), k deep; a in pairs of its rows or, turned,
 * of rows that are joined, as those of b. */
static void check_product(const struct kernels *kern, int64_t m, int64_t n,
                          int64_t k, bool turned)
{
    const int64_t wide = whole_vectors(turned ? m : k);
    real *a = take_reals(m * k), *b = take_reals(k * n);
    real *other = take_reals(m * k);
    real *c = take_reals(m * n), *want = take_reals(m * n);

    fill_normal(a, m * k, 1);
    fill_normal(b, k * n, 2);
    for (int64_t i = 0; i < m; i++)
        for (int64_t l = 0; l < k; l++)
            other[l * m + i] = a[i * k + l];
    memset(c, 0, (size_t)(m * n) * sizeof *c);
    memset(want, 0, (size_t)(m * n) * sizeof *want);
    define(a, b, m, n, k, want);
    real *of_a = turned ? joined_rows(kern, other, k, m, wide)
                        : rounded_rows(kern, a, m, k, wide);
    real *of_b = joined_rows(kern, b, k, n, n);
    const struct product p = {
        .m = m,
        .n = n,
        .k = (k + 1) / 2,
        .pairs = true,
        .a = of_a,
        .a_row = turned ? 1 : wide / 2,
        .a_step = turned ? wide : 1,
        .b = of_b,
        .b_row = n,
        .c = c,
        .c_row = n,
        .add = turned,
    };
    product_run(kern, &p);
    cr_expect_eq(first_difference(c, want, m * n), -1,
                 "%s: %lldx%lldx%lld%s differs", name_of(kern), (long long)m,
                 (long long)n, (long long)k, turned ? ", turned," : "");
    real *const blocks[] = {a, b, other, of_a, of_b, c, want};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        free(blocks[i]);
}

Test(bfloat16, products_have_the_bits_of_their_definition)
{
    static const int64_t sizes[][3] = {
        {1, 16, 1},   {3, 48, 2},   {7, 64, 3},    {12, 32, 17}, {13, 96, 96},
        {50, 112, 9}, {9, 16, 255}, {4, 32, 1101}, {33, 80, 20},
    };

    for (int i = 0; i < 2 * CPU_LEVELS; i++)
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++)
            for (int turned = 0; table_of(i) && turned < 2; turned++)
                check_product(table_of(i), sizes[j][0], sizes[j][1],
                              sizes[j][2], turned);
}

Test(bfloat16, all_levels_have_the_same_bits)
{
    const struct kernels *portable = kernels_of(CPU_PORTABLE);

    for (int i = 0; i < 2 * CPU_LEVELS; i++) {
        const struct kernels *kern = table_of(i);
        cr_expect(!kern || pairs_alike(portable, kern), "table %d: other bits",
                  i);
    }
}

/* As numbers that are cut, not rounded. */
static void cut_row(const real *from, int64_t count, real *to)
{
    for (int64_t i = 0; i < count; i += 2)
        to[i / 2] = number_of(bits_of(from[i]) >> 16 |
                              (bits_of(from[i + 1]) & 0xffff0000));
}

/* What would be a wrong instruction is found out: one that multiplies floats,
 * or does not flush, or cuts. */
Test(bfloat16, other_bits_are_seen)
{
    const struct kernels *kern = kernels_best();
    struct kernels other = *kern;

    for (int i = 0; i < KERNEL_MAX_VECTORS; i++)
        other.pairs.blocks[i] = other.blocks[i];
    cr_expect(!pairs_alike(kern, &other));
    other = *kern;
    other.pairs.enter = NULL;
    other.pairs.leave = NULL;
    cr_expect(!kern->pairs.enter || !pairs_alike(kern, &other));
    other = *kern;
    other.pairs.round = cut_row;
    cr_expect(!pairs_alike(kern, &other));
}

Test(bfloat16, tables_are_those_of_the_level)
{
    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        if (!kern)
            continue;
        const struct kernels *narrow = kernels_bfloat16(kern);
        cr_expect(!kern->bfloat16 && !kern->native);
        cr_expect(narrow->bfloat16 && narrow->level == kern->level);
        cr_expect(!narrow->native || cpu_has_bfloat16());
        cr_expect_eq(narrow->blocks[0], kern->blocks[0]);
        cr_expect_eq(kernels_bfloat16(narrow), narrow);
    }
}

#endif
