/*
 * bfloat16.c - a table for every level, and whether an instruction of the
 * processor may take the place of its blocks.
 */
#include "tensor/bfloat16.h"

#include <stdatomic.h>
#include <string.h>

#include "base/compiler.h"
#include "base/rng.h"
#include "tensor/isa_tables.h"
#include "tensor/product.h"

/* Blocks of up to 12 rows are those of emulation alone. */
enum { ROWS = 8, COLUMNS = KERNEL_MAX_VECTORS * KERNEL_MAX_LANES };
enum { DEEPEST = 4, TRIALS = 2 * DEEPEST };

/* Numbers of 16 bits: zeros, below and at the least normal one, around 1, steps
 * of a sum's rounding, what squares to the least float; and, from FIRST_WILD
 * on, what squares to more than the largest, the largest, and no numbers. */
static const uint32_t awkward[] = {
    0x0000, 0x8000, 0x0001, 0x807f, 0x0080, 0x80ff, 0x3f80, 0xbf80,
    0x3f81, 0xbf81, 0x3fff, 0x4000, 0xc07f, 0x3b80, 0xbb81, 0x3380,
    0x4b80, 0xcbff, 0x1f80, 0x9fff, 0x2000, 0x1a35, 0x3eab, 0xbeaa,
    0x5f80, 0xdf7f, 0x7f7f, 0xff00, 0x7f7f, 0x7f80, 0xff80, 0x7fc0,
};

enum { FIRST_WILD = 24, AWKWARD = 32 };

struct trial {
    uint32_t a[ROWS * DEEPEST], b[DEEPEST * COLUMNS], c[ROWS * COLUMNS];
};

/* One of the list, or any number between 1/16 and 16.  What is wild hides all
 * else, so every other trial has none of it. */
static uint32_t draw(struct rng_key key, uint64_t i, bool calm)
{
    const uint64_t word = rng_below(key, i, 1 << 23);
    const uint32_t sign = (uint32_t)(word >> 20 & 1) << 15;
    const uint32_t exponent = 123 + (uint32_t)(word >> 7) % 8;

    if (word >> 21 == 0)
        return awkward[word % (calm ? FIRST_WILD : AWKWARD)];
    return sign | exponent << 7 | (uint32_t)(word & 0x7f);
}

static void fill(struct trial *t, int trial)
{
    const struct rng_key key = rng_key((uint64_t)trial, "bfloat16/pairs");
    const bool calm = trial % 2 == 0;
    uint64_t at = 0;

    for (int i = 0; i < ROWS * DEEPEST; i++, at += 2)
        t->a[i] = draw(key, at, calm) << 16 | draw(key, at + 1, calm);
    for (int i = 0; i < DEEPEST * COLUMNS; i++, at += 2)
        t->b[i] = draw(key, at, calm) << 16 | draw(key, at + 1, calm);
    /* Sums of 24 bits, of which the lower half is often zeros or ones. */
    for (int i = 0; i < ROWS * COLUMNS; i++, at += 2) {
        static const uint32_t lower[] = {0, 1, 0x7fff, 0x8000, 0xffff};
        const uint64_t which = rng_below(key, at + 1, 8);
        t->c[i] = draw(key, at, calm) << 16 |
                  (which < ARRAY_LEN(lower)
                       ? lower[which]
                       : (uint32_t)rng_below(key, at + 1, 1 << 16));
    }
}

/* Of a trial's matrices, the first rows, vectors and steps. */
struct part {
    int64_t rows, vectors, depth;
};

/* The sums that a table gives, over what c holds. */
static void run(const struct kernels *kern, const struct trial *t,
                struct part part, real *c)
{
    const struct product p = {
        .m = part.rows,
        .n = part.vectors * KERNEL_MAX_LANES,
        .k = part.depth,
        .pairs = true,
        .a = (const real *)(const void *)t->a,
        .a_row = DEEPEST,
        .a_step = 1,
        .b = (const real *)(const void *)t->b,
        .b_row = COLUMNS,
        .c = c,
        .c_row = COLUMNS,
        .add = true,
    };

    product_run(kern, &p);
}

static bool same(const real *a, const real *b)
{
    return memcmp(a, b, sizeof *a) == 0 || (*a != *a && *b != *b);
}

static bool same_half(uint16_t a, uint16_t b)
{
    const uint16_t size = 0x7fff, infinity = 0x7f80;

    return a == b || ((a & size) > infinity && (b & size) > infinity);
}

/* How many sums of a trial are rounded otherwise; they are all kinds of
 * numbers. */
static int64_t other_rounding(const struct kernels *a, const struct kernels *b,
                              const struct trial *t)
{
    enum { COUNT = ROWS * COLUMNS };
    real from[COUNT], row[2][COUNT / 2];
    uint16_t x[COUNT], y[COUNT];
    int64_t other = 0;

    memcpy(from, t->c, sizeof t->c);
    a->pairs.round(from, COUNT, row[0]);
    b->pairs.round(from, COUNT, row[1]);
    memcpy(x, row[0], sizeof x);
    memcpy(y, row[1], sizeof y);
    for (int i = 0; i < COUNT; i++)
        other += !same_half(x[i], y[i]);
    return other;
}

/* How many sums are others. */
static int64_t other_sums(const struct kernels *a, const struct kernels *b,
                          const struct trial *t, struct part part)
{
    real x[ROWS * COLUMNS], y[ROWS * COLUMNS];
    int64_t other = 0;

    memcpy(x, t->c, sizeof t->c);
    memcpy(y, t->c, sizeof t->c);
    run(a, t, part, x);
    run(b, t, part, y);
    for (int i = 0; i < ROWS * COLUMNS; i++)
        other += !same(&x[i], &y[i]);
    return other;
}

/* Every block, of so many rows and vectors. */
static int64_t other_blocks(const struct kernels *a, const struct kernels *b,
                            const struct trial *t, int64_t depth)
{
    int64_t other = 0;

    for (int64_t rows = 1; rows <= ROWS; rows++)
        for (int64_t v = 1; v <= KERNEL_MAX_VECTORS; v++)
            other += other_sums(a, b, t, (struct part){rows, v, depth});
    return other;
}

bool pairs_alike(const struct kernels *a, const struct kernels *b)
{
    struct trial t;
    int64_t other = 0;

    for (int trial = 0; trial < TRIALS; trial++) {
        fill(&t, trial);
        other +=
            other_rounding(a, b, &t) + other_blocks(a, b, &t, 1 + trial / 2);
    }
    return other == 0;
}

const char *bfloat16_manner(const struct kernels *kern)
{
    return !kern->bfloat16 ? NULL : kern->native ? "native" : "emulated";
}

#ifdef REAL_DOUBLE

const struct kernels *kernels_bfloat16(const struct kernels *kern)
{
    return kern;
}

#else

enum { ROUNDED_3 = KERNEL_ROUNDED - 1 }; /* of 3x3 filters */

static struct kernels tables[CPU_LEVELS];
static atomic_flag making = ATOMIC_FLAG_INIT;
static atomic_bool made;

/* Transforms store what products read. */
static void store_rounded(struct winograd_kernels *to,
                          const struct rounded_kernels *from)
{
    to->input = from->input;
    to->d_output = from->d_output;
    to->filter = from->filter;
}

static struct kernels table_with(const struct kernels *kern,
                                 const struct pair_kernels *pairs)
{
    struct kernels table = *kern;

    table.bfloat16 = true;
    table.native = pairs != &kern->pairs;
    table.pairs = *pairs;
    for (int i = 0; i < ROUNDED_3; i++)
        store_rounded(&table.winograd[i], &pairs->winograd[i]);
    store_rounded(&table.winograd5[0], &pairs->winograd[ROUNDED_3]);
    return table;
}

static struct kernels make_table(const struct kernels *kern)
{
    const struct kernels table = table_with(kern, &kern->pairs);

#ifdef ISA_HAS_X86
    if (kern->level == CPU_AVX512 && cpu_has_bfloat16()) {
        const struct kernels native = table_with(kern, &pairs_avx512bf16);
        if (pairs_alike(&native, &table))
            return native;
    }
#endif
    return table;
}

static void make_tables(void)
{
    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        if (kern)
            tables[level] = make_table(kern);
    }
}

const struct kernels *kernels_bfloat16(const struct kernels *kern)
{
    if (!atomic_load_explicit(&made, memory_order_acquire)) {
        while (atomic_flag_test_and_set_explicit(&making, memory_order_acquire))
            ;
        if (!atomic_load_explicit(&made, memory_order_relaxed))
            make_tables();
        atomic_store_explicit(&made, true, memory_order_release);
        atomic_flag_clear_explicit(&making, memory_order_release);
    }
    return &tables[kern ? kern->level : cpu_best()];
}

#endif
