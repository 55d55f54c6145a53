/*
 * Matrix products on every instruction set: against the definition, and bit by
 * bit against themselves in other company.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/naive_conv.h"
#include "tensor/product.h"

struct size {
    int64_t m, n, k;
};

static const struct size sizes[] = {
    {1, 1, 1},       {1, 17, 5},    {2, 48, 25},  {3, 33, 9},
    {7, 64, 20},     {8, 96, 96},   {9, 16, 1},   {13, 50, 500},
    {25, 100, 7},    {50, 65, 513}, {6, 112, 31}, {16, 10, 64},
    {31, 31, 1100},  {5, 3, 2},     {100, 61, 5}, {103, 253, 128},
    {100, 125, 129},
};

/* Rows farther apart than they are long: of the last sizes by a power of two,
 * so that the right operand is copied. */
enum { STRIDE_EXTRA = 3 };

struct operands {
    int64_t a_stride, b_stride, c_stride;
    real *a, *b, *panels, *c, *start, *bias, *row_bias, *work;
};

/* b in panels, as product_place says. */
static void pack(const struct kernels *kern, struct size s, struct operands *o)
{
    const int64_t width = product_width(kern, s.n);

    for (int64_t j = 0; j < width; j++)
        for (int64_t l = 0; l < s.k; l++) {
            const int64_t lane = j % kern->lanes;
            const struct panel_place at =
                product_place(kern, s.k, s.n, j - lane);
            o->panels[at.base + lane + l * at.width] =
                j < s.n ? o->b[l * o->b_stride + j] : 0;
        }
}

static struct operands take_operands(const struct kernels *kern, struct size s,
                                     bool a_turned)
{
    struct operands o = {
        .a_stride = (a_turned ? s.m : s.k) + STRIDE_EXTRA,
        .b_stride = s.n + STRIDE_EXTRA,
        .c_stride = s.n + STRIDE_EXTRA,
    };
    const int64_t a = o.a_stride * (a_turned ? s.k : s.m);
    const int64_t b = o.b_stride * (s.k - 1) + s.n, c = o.c_stride * s.m;

    o.a = take_reals(a);
    o.b = take_reals(b);
    o.panels = take_reals(s.k * product_width(kern, s.n));
    o.c = take_reals(c);
    o.start = take_reals(c);
    o.bias = take_reals(product_width(kern, s.n));
    o.row_bias = take_reals(s.m);
    o.work = take_reals(product_work(kern));
    fill_normal(o.a, a, 1);
    fill_normal(o.b, b, 2);
    fill_normal(o.start, c, 3);
    fill_normal(o.bias, s.n, 4);
    fill_normal(o.row_bias, s.m, 5);
    memcpy(o.c, o.start, (size_t)c * sizeof *o.c);
    pack(kern, s, &o);
    return o;
}

static void free_operands(struct operands *o)
{
    free(o->a);
    free(o->b);
    free(o->panels);
    free(o->c);
    free(o->start);
    free(o->bias);
    free(o->row_bias);
    free(o->work);
}

static struct product product_of(const struct operands *o, struct size s,
                                 bool a_turned)
{
    return (struct product){
        .m = s.m,
        .n = s.n,
        .k = s.k,
        .a = o->a,
        .a_row = a_turned ? 1 : o->a_stride,
        .a_step = a_turned ? o->a_stride : 1,
        .b = o->b,
        .b_row = o->b_stride,
        .c = o->c,
        .c_row = o->c_stride,
    };
}

/* Is c[i][j] the definition's value within k roundings of its terms? */
static bool element_is_right(const struct operands *o, const struct product *p,
                             int64_t i, int64_t j)
{
    const double got = (double)p->c[i * p->c_row + j];
    double want = p->add ? (double)o->start[i * p->c_row + j] : 0;
    double scale = fabs(want);

    for (int64_t l = 0; l < p->k; l++) {
        const double term = (double)p->a[i * p->a_row + l * p->a_step] *
                            (double)o->b[l * o->b_stride + j];
        want += term;
        scale += fabs(term);
    }
    if (p->bias) {
        want += (double)p->bias[j];
        scale += fabs((double)p->bias[j]);
    }
    if (p->row_bias) {
        want += (double)p->row_bias[i];
        scale += fabs((double)p->row_bias[i]);
    }
    if (p->rectify && want < 0)
        want = 0;
    /* Two roundings per term where multiply and add round separately. */
    return fabs(got - want) <= 2 * (double)(p->k + 2) * REAL_EPSILON * scale;
}

static void check(const struct kernels *kern, struct size s, int variant)
{
    const bool a_turned = variant & 1, panels = variant & 2, add = variant & 4;
    struct operands o = take_operands(kern, s, a_turned);
    struct product p = product_of(&o, s, a_turned);
    int64_t wrong = 0;

    p.add = add;
    if (panels) {
        p.b = o.panels;
        p.b_row = 0;
        p.bias = add ? NULL : o.bias;
        p.rectify = variant == 3;
        product_run(kern, &p);
    } else {
        product_run_exact(kern, &p, o.work);
    }
    for (int64_t i = 0; i < s.m; i++) {
        for (int64_t j = 0; j < s.n; j++)
            wrong += !element_is_right(&o, &p, i, j);
        wrong +=
            first_difference(o.c + i * o.c_stride + s.n,
                             o.start + i * o.c_stride + s.n, STRIDE_EXTRA) >= 0;
    }
    cr_expect_eq(wrong, 0,
                 "%s: %lldx%lldx%lld a'=%d panels=%d add=%d: %lld elements "
                 "wrong",
                 cpu_name(kern->level), (long long)s.m, (long long)s.n,
                 (long long)s.k, a_turned, panels, add, (long long)wrong);
    free_operands(&o);
}

Test(product, agrees_with_the_definition)
{
    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        for (size_t i = 0; kern && i < sizeof sizes / sizeof *sizes; i++)
            for (int variant = 0; variant < 8; variant++)
                check(kern, sizes[i], variant);
    }
}

/* Places that strides would give, so that tables must give the same bits. */
static const int64_t *take_table(int64_t count, int64_t stride)
{
    int64_t *table = malloc((size_t)count * sizeof *table);

    cr_assert_not_null(table);
    for (int64_t i = 0; i < count; i++)
        table[i] = i * stride;
    return table;
}

/* One product by strides, against the definition; again with tables in place
 * of each stride, to the same bits. */
static void check_tables(const struct kernels *kern, struct size s, bool turned)
{
    struct operands o = take_operands(kern, s, turned);
    struct product p = product_of(&o, s, turned);
    const int64_t *const a_rows = take_table(s.m, p.a_row);
    const int64_t *const a_steps = take_table(s.k, p.a_step);
    const int64_t *const c_rows = take_table(s.m, p.c_row);
    const int64_t c_count = s.m * o.c_stride;
    int64_t wrong = 0;

    p.b = o.panels;
    p.b_row = 0;
    p.add = turned;
    p.bias = turned ? NULL : o.bias;
    p.row_bias = s.m % 2 ? o.row_bias : NULL;
    product_run(kern, &p);
    for (int64_t i = 0; i < s.m; i++)
        for (int64_t j = 0; j < s.n; j++)
            wrong += !element_is_right(&o, &p, i, j);
    for (int form = 1; form < 8; form++) {
        p.a_rows = form & 1 ? a_rows : NULL;
        p.a_steps = form & 2 ? a_steps : NULL;
        p.c_rows = form & 4 ? c_rows : NULL;
        p.c = take_reals(c_count);
        fill_normal(p.c, c_count, 3);
        product_run(kern, &p);
        wrong += first_difference(p.c, o.c, c_count) >= 0;
        free(p.c);
    }
    cr_expect_eq(wrong, 0, "%s: %lldx%lldx%lld a'=%d: %lld wrong",
                 cpu_name(kern->level), (long long)s.m, (long long)s.n,
                 (long long)s.k, turned, (long long)wrong);
    free((void *)(uintptr_t)a_rows);
    free((void *)(uintptr_t)a_steps);
    free((void *)(uintptr_t)c_rows);
    free_operands(&o);
}

/* Every height of a block and two blocks, every number of vectors in a panel
 * and after one, whole and in part. */
Test(product, all_blocks_and_tables)
{
    static const int64_t depths[] = {1, 2, 3, 6, PRODUCT_DEPTH + 2};

    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        for (int64_t m = 1; kern && m <= 26; m++)
            for (int64_t half = 1; half <= 14; half++)
                check_tables(kern,
                             (struct size){m, half * kern->lanes / 2,
                                           depths[(m + half) % 5]},
                             (m + half / 2) % 2);
    }
}

/* Rows 29 i .. of a times the rows from i of b, against the definition. */
Test(product, many_of_one_shape)
{
    enum { COUNT = 4, M = 29, K = 17 };
    const struct size all = {COUNT * M, 48, K + COUNT};

    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        if (!kern)
            continue;
        struct operands o = take_operands(kern, all, false), part = o;
        struct product p = product_of(&o, all, false);
        const struct product_steps next = {M * p.a_row, p.b_row, M * p.c_row};
        p.m = M;
        p.k = K;
        product_run_many(kern, &p, COUNT, next);
        for (int64_t i = 0; i < all.m; i++) {
            part.b = o.b + i / M * next.b;
            for (int64_t j = 0; j < all.n; j++)
                cr_expect(element_is_right(&part, &p, i, j),
                          "%s: row %lld of product %lld", cpu_name(kern->level),
                          (long long)(i % M), (long long)(i / M));
        }
        free_operands(&o);
    }
}

/* The product of all columns, share by share, to the same bits; no share is
 * wider than all others and a panel. */
static void check_shares(const struct kernels *kern, struct size s,
                         int64_t parts)
{
    struct operands o = take_operands(kern, s, false);
    const struct product whole = product_of(&o, s, false);
    const int64_t fair = s.n / parts + KERNEL_MAX_VECTORS * kern->lanes;
    struct product p = whole;
    int64_t from = 0;

    p.b = o.panels;
    p.b_row = 0;
    product_run(kern, &p);
    for (int64_t part = 0; part < parts; part++) {
        const struct range r = product_share(kern, s.n, parts, part);
        cr_expect_eq(r.begin, from, "%d lanes, %d in %d parts: part %d",
                     (int)kern->lanes, (int)s.n, (int)parts, (int)part);
        cr_expect_leq(r.end - r.begin, fair);
        from = r.end;
        p.n = r.end - r.begin;
        p.b = o.panels + r.begin * s.k;
        p.c = o.start + r.begin;
        product_run(kern, &p);
    }
    cr_expect_eq(from, s.n);
    for (int64_t i = 0; i < s.m; i++)
        cr_expect_eq(first_difference(o.c + i * o.c_stride,
                                      o.start + i * o.c_stride, s.n),
                     -1, "%d lanes, %d in %d parts: row %d", (int)kern->lanes,
                     (int)s.n, (int)parts, (int)i);
    free_operands(&o);
}

Test(product, shares_have_the_panels_of_all)
{
    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        for (int64_t vectors = 1; kern && vectors <= 14; vectors++)
            for (int64_t parts = 1; parts <= 6; parts++)
                check_shares(
                    kern,
                    (struct size){5, vectors * kern->lanes - parts % 3, 7},
                    parts);
    }
}

/* Row i alone, and columns cut elsewhere, give the same bits. */
Test(product, bits_do_not_depend_on_the_place)
{
    const struct size s = {23, 77, 600};

    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        if (!kern)
            continue;
        struct operands o = take_operands(kern, s, false);
        struct product p = product_of(&o, s, false);
        product_run_exact(kern, &p, o.work);
        for (int64_t i = 0; i < s.m; i++) {
            p.m = 1;
            p.n = s.n - i;
            p.a = o.a + i * o.a_stride;
            p.b = o.b + i;
            p.c = o.start;
            product_run_exact(kern, &p, o.work);
            cr_expect_eq(
                first_difference(o.start, o.c + i * o.c_stride + i, p.n), -1,
                "%s: row %lld differs from itself alone", cpu_name(kern->level),
                (long long)i);
        }
        free_operands(&o);
    }
}

/* NaN must travel through the rectifier. */
Test(product, rectifier_keeps_nan)
{
    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        if (!kern)
            continue;
        const struct size s = {2, 3, 4};
        struct operands o = take_operands(kern, s, false);
        struct product p = product_of(&o, s, false);
        p.b = o.panels;
        p.b_row = 0;
        p.rectify = true;
        o.a[1] = (real)NAN;
        product_run(kern, &p);
        cr_expect(isnan(o.c[0]), "%s: max(0, NaN) is %g", cpu_name(kern->level),
                  (double)o.c[0]);
        cr_expect(o.c[o.c_stride] >= 0, "%s: negative after the rectifier",
                  cpu_name(kern->level));
        free_operands(&o);
    }
}

Test(cpu, levels_and_names)
{
    cr_expect(cpu_has(CPU_PORTABLE));
    cr_expect(cpu_has(cpu_best()));
    cr_expect_null(kernels_of(CPU_LEVELS));
    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        cr_expect_eq(kern != NULL, cpu_has((enum cpu_level)level));
        cr_expect(!kern || kern->level == (enum cpu_level)level);
        cr_expect_str_neq(cpu_name((enum cpu_level)level), "unknown");
    }
}
