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
    {1, 1, 1},    {1, 17, 5},   {2, 48, 25},    {3, 33, 9},   {7, 64, 20},
    {8, 96, 96},  {9, 16, 1},   {13, 50, 500},  {25, 100, 7}, {50, 65, 513},
    {6, 112, 31}, {16, 10, 64}, {31, 31, 1100}, {5, 3, 2},
};

enum { STRIDE_EXTRA = 3 }; /* rows farther apart than they are long */

struct operands {
    int64_t a_stride, b_stride, c_stride;
    real *a, *b, *c, *start, *bias, *work;
};

static struct operands take_operands(const struct kernels *kern, struct size s,
                                     bool a_turned, bool b_turned)
{
    struct operands o = {
        .a_stride = (a_turned ? s.m : s.k) + STRIDE_EXTRA,
        .b_stride = (b_turned ? s.k : s.n) + STRIDE_EXTRA,
        .c_stride = s.n + STRIDE_EXTRA,
    };
    const int64_t a = o.a_stride * (a_turned ? s.k : s.m);
    const int64_t b = o.b_stride * (b_turned ? s.n : s.k);
    const int64_t c = o.c_stride * s.m;

    o.a = take_reals(a);
    o.b = take_reals(b);
    o.c = take_reals(c);
    o.start = take_reals(c);
    o.bias = take_reals(s.n);
    o.work = take_reals(product_work(kern, s.n, s.k, b_turned));
    fill_normal(o.a, a, 1);
    fill_normal(o.b, b, 2);
    fill_normal(o.start, c, 3);
    fill_normal(o.bias, s.n, 4);
    memcpy(o.c, o.start, (size_t)c * sizeof *o.c);
    return o;
}

static void free_operands(struct operands *o)
{
    free(o->a);
    free(o->b);
    free(o->c);
    free(o->start);
    free(o->bias);
    free(o->work);
}

static double element(const real *p, int64_t stride, bool turned, int64_t i,
                      int64_t j)
{
    return (double)(turned ? p[j * stride + i] : p[i * stride + j]);
}

/* Is c[i][j] the definition's value within k roundings of its terms? */
static bool element_is_right(const struct operands *o,
                             const struct gemm_call *g, int64_t i, int64_t j)
{
    const double got = (double)g->c[i * g->c_stride + j];
    double want = g->add ? (double)o->start[i * g->c_stride + j] : 0;
    double scale = fabs(want);

    for (int64_t l = 0; l < g->k; l++) {
        const double term = element(o->a, o->a_stride, g->a.transposed, i, l) *
                            element(o->b, o->b_stride, g->b.transposed, l, j);
        want += term;
        scale += fabs(term);
    }
    if (g->bias) {
        want += (double)o->bias[j];
        scale += fabs((double)o->bias[j]);
    }
    if (g->rectify && want < 0)
        want = 0;
    /* Two roundings per term where multiply and add round separately. */
    return fabs(got - want) <= 2 * (double)(g->k + 2) * REAL_EPSILON * scale;
}

static void check(const struct kernels *kern, struct size s, int variant)
{
    const bool a_turned = variant & 1, b_turned = variant & 2;
    const bool add = variant & 4;
    struct operands o = take_operands(kern, s, a_turned, b_turned);
    const struct gemm_call g = {
        .m = s.m,
        .n = s.n,
        .k = s.k,
        .a = {o.a, o.a_stride, a_turned},
        .b = {o.b, o.b_stride, b_turned},
        .add = add,
        .c = o.c,
        .c_stride = o.c_stride,
        .bias = add ? NULL : o.bias,
        .rectify = variant == 3,
        .work = o.work,
    };
    int64_t wrong = 0;

    product_gemm(kern, &g);
    for (int64_t i = 0; i < s.m; i++) {
        for (int64_t j = 0; j < s.n; j++)
            wrong += !element_is_right(&o, &g, i, j);
        wrong +=
            first_difference(o.c + i * o.c_stride + s.n,
                             o.start + i * o.c_stride + s.n, STRIDE_EXTRA) >= 0;
    }
    cr_expect_eq(wrong, 0,
                 "%s: %lldx%lldx%lld a'=%d b'=%d add=%d: %lld elements wrong",
                 cpu_name(kern->level), (long long)s.m, (long long)s.n,
                 (long long)s.k, a_turned, b_turned, add, (long long)wrong);
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

/* Row i alone, and columns cut elsewhere, give the same bits. */
Test(product, bits_do_not_depend_on_the_place)
{
    const struct size s = {23, 77, 600};

    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        if (!kern)
            continue;
        struct operands o = take_operands(kern, s, false, true);
        struct gemm_call g = {
            .m = s.m,
            .n = s.n,
            .k = s.k,
            .a = {o.a, o.a_stride, false},
            .b = {o.b, o.b_stride, true},
            .c = o.c,
            .c_stride = o.c_stride,
            .work = o.work,
        };
        product_gemm(kern, &g);
        for (int64_t i = 0; i < s.m; i++) {
            g.m = 1;
            g.n = s.n - i;
            g.a.at = o.a + i * o.a_stride;
            g.b.at = o.b + i * o.b_stride;
            g.c = o.start;
            product_gemm(kern, &g);
            cr_expect_eq(
                first_difference(o.start, o.c + i * o.c_stride + i, g.n), -1,
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
        struct operands o = take_operands(kern, (struct size){2, 3, 4}, 0, 0);
        const struct gemm_call g = {
            .m = 2,
            .n = 3,
            .k = 4,
            .a = {o.a, o.a_stride, false},
            .b = {o.b, o.b_stride, false},
            .c = o.c,
            .c_stride = o.c_stride,
            .rectify = true,
            .work = o.work,
        };
        o.a[1] = (real)NAN;
        product_gemm(kern, &g);
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
