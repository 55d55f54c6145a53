/* gemm: the contract's transpositions, strides and beta. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "tensor/gemm.h"

enum { M = 5, N = 7, K = 3, STRIDE = 11 };

static real element(struct matrix m, int64_t i, int64_t j)
{
    return m.transposed ? m.at[j * m.stride + i] : m.at[i * m.stride + j];
}

static void check(bool a_transposed, bool b_transposed, real beta)
{
    real a[STRIDE * STRIDE], b[STRIDE * STRIDE], c[STRIDE * STRIDE];

    /* Small integers: every sum is exact. */
    for (int i = 0; i < STRIDE * STRIDE; i++) {
        a[i] = (real)(i % 7 - 3);
        b[i] = (real)(i % 5 - 2);
        c[i] = beta == 0 ? (real)NAN : (real)i;
    }
    const struct matrix left = {a, STRIDE, a_transposed};
    const struct matrix right = {b, STRIDE, b_transposed};
    gemm((struct gemm_size){M, N, K}, left, right, beta, c, STRIDE);
    for (int64_t i = 0; i < M; i++)
        for (int64_t j = 0; j < N; j++) {
            real want = beta == 0 ? 0 : beta * (real)(i * STRIDE + j);
            for (int64_t k = 0; k < K; k++)
                want += element(left, i, k) * element(right, k, j);
            cr_assert_eq(c[i * STRIDE + j], want,
                         "transposed %d %d beta %g: [%ld,%ld]: got %g want %g",
                         a_transposed, b_transposed, (double)beta, (long)i,
                         (long)j, (double)c[i * STRIDE + j], (double)want);
        }
}

Test(gemm, transpositions_and_beta)
{
    cr_assert_null(gemm_open());
    for (int i = 0; i < 4; i++) {
        check(i / 2, i % 2, 0);
        check(i / 2, i % 2, 1);
        check(i / 2, i % 2, 2);
    }
}

Test(gemm, names_its_kernel)
{
    cr_assert_null(gemm_open());
    cr_assert_eq(strncmp(gemm_kernel(), "OpenBLAS ", 9), 0, "got '%s'",
                 gemm_kernel());
    cr_assert_not_null(strchr(gemm_kernel() + 9, ' '), "got '%s'",
                       gemm_kernel());
}

Test(gemm, fits)
{
    cr_assert(gemm_fits((struct gemm_size){INT32_MAX, 1, INT32_MAX}));
    cr_assert(!gemm_fits((struct gemm_size){.n = (int64_t)INT32_MAX + 1}));
}
