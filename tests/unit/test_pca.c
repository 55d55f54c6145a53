/* Principal components against the eigenvectors of the whole covariance matrix,
 * found by another method. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/rng.h"
#include "look/eigen.h"
#include "look/pca.h"
#include "support/eigen_ql.h"

/* How rows are made: a sum of a few directions with falling weight, and
 * noise. */
struct trial {
    int64_t rows, width;
    double fall;  /* of the weights */
    double noise; /* added to every number */
    double first; /* what the first column is multiplied by */
};

static const struct trial trials[] = {
    {200, 5, 0.5, 0.1, 1},   {50, 120, 0.7, 0.01, 1}, {300, 70, 0.9, 0.3, 1},
    {90, 150, 1, 1, 1},      {400, 130, 1, 1, 1},     {7, 1, 1, 1, 1},
    {2, 6, 1, 1, 1},         {120, 48, 0.8, 0.2, 1},  {120, 49, 0.8, 0.2, 1},
    {150, 60, 0.7, 0.2, 1e4}};

static real *draw(const struct trial *t)
{
    const struct rng_key key = rng_key(7, "rows");
    real *x = calloc((size_t)(t->rows * t->width), sizeof *x);

    for (int64_t row = 0; row < t->rows; row++)
        for (int64_t d = 0; d < t->width; d++) {
            double sum = 3 + 0.1 * (double)d +
                         t->noise * rng_normal(key, (uint64_t)(row * 1000 + d));
            for (int64_t k = 0; k < 6; k++)
                sum += pow(t->fall, (double)k) *
                       rng_normal(key, (uint64_t)(900000 + row * 10 + k)) *
                       rng_normal(key, (uint64_t)(800000 + d * 10 + k));
            x[row * t->width + d] = (real)(d == 0 ? t->first * sum : sum);
        }
    return x;
}

/* scores and shares as the definition has them */
static void slowly(const struct pca_rows *of, double *scores, double *share)
{
    const int64_t n = of->width;
    double *mean = calloc((size_t)n, sizeof *mean),
           *values = calloc((size_t)n, sizeof *values),
           *c = calloc((size_t)(n * n), sizeof *c);
    double all = 0;

    for (int64_t i = 0; i < of->rows * n; i++)
        mean[i % n] += (double)of->x[i] / (double)of->rows;
    for (int64_t row = 0; row < of->rows; row++)
        for (int64_t i = 0; i < n * n; i++)
            c[i] += ((double)of->x[row * n + i / n] - mean[i / n]) *
                    ((double)of->x[row * n + i % n] - mean[i % n]) /
                    (double)of->rows;
    cr_assert(eigen_ql(n, c, values));
    for (int64_t i = 0; i < n; i++)
        all += values[i];
    for (int64_t k = 0; k < PCA_COMPONENTS; k++) {
        double most = 0;
        share[k] = k < n ? values[k] / all : 0;
        for (int64_t i = 0; k < n && i < n; i++)
            if (fabs(c[k * n + i]) > fabs(most))
                most = c[k * n + i];
        for (int64_t row = 0; row < of->rows; row++) {
            double sum = 0;
            for (int64_t i = 0; k < n && i < n; i++)
                sum += c[k * n + i] * ((double)of->x[row * n + i] - mean[i]);
            scores[row * PCA_COMPONENTS + k] = most < 0 ? -sum : sum;
        }
    }
    free(mean);
    free(values);
    free(c);
}

static void compute(const struct pca_rows *of, int64_t threads, double *scores,
                    double *share)
{
    static struct err e;
    struct pool *pool;

    cr_assert_eq(pool_new(&pool, threads, &e), OK);
    cr_assert_eq(pca_compute(of, pool, scores, share, &e), OK, "%s", e.text);
    pool_free(pool);
}

Test(pca, components_are_those_of_the_covariance)
{
    for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
        const struct trial *t = &trials[i];
        const struct pca_rows of = {t->rows, t->width, draw(t)};
        const int64_t count = t->rows * PCA_COMPONENTS;
        double *got = calloc((size_t)count, sizeof *got),
               *want = calloc((size_t)count, sizeof *want);
        double share[PCA_COMPONENTS], wanted[PCA_COMPONENTS];

        compute(&of, 2, got, share);
        slowly(&of, want, wanted);
        for (int k = 0; k < PCA_COMPONENTS; k++)
            cr_assert(fabs(share[k] - wanted[k]) < 1e-12, "trial %zu: %g %g", i,
                      share[k], wanted[k]);
        /* Of two rows there is one direction. */
        for (int64_t k = 0; k < count; k++)
            cr_assert(fabs(got[k] - want[k]) <
                          1e-10 * fmax(fabs(want[k - k % 2]), t->first),
                      "trial %zu, score %lld: %.17g, not %.17g", i,
                      (long long)k, got[k], want[k]);
        free((void *)(uintptr_t)of.x);
        free(got);
        free(want);
    }
}

Test(pca, bits_do_not_depend_on_threads)
{
    const struct trial t = {333, 90, 0.9, 0.3, 1};
    const struct pca_rows of = {t.rows, t.width, draw(&t)};
    double scores[3][333 * PCA_COMPONENTS], share[3][PCA_COMPONENTS];

    for (int i = 0; i < 3; i++) {
        compute(&of, i + 1, scores[i], share[i]);
        cr_assert_arr_eq(scores[i], scores[0], sizeof scores[0]);
        cr_assert_arr_eq(share[i], share[0], sizeof share[0]);
    }
    free((void *)(uintptr_t)of.x);
}

Test(pca, without_variance_all_is_zero)
{
    const real same[] = {1, 2, 3, 1, 2, 3, 1, 2, 3}, line[] = {0, 0, 3, -4};
    double scores[6], share[2];

    compute(&(struct pca_rows){3, 3, same}, 1, scores, share);
    for (int i = 0; i < 6; i++)
        cr_assert_eq(scores[i], 0);
    cr_assert_eq(share[0], 0);
    compute(&(struct pca_rows){1, 9, same}, 1, scores, share);
    cr_assert_eq(scores[0], 0);
    /* Along (-3, 4) / 5, whose second coefficient is positive. */
    compute(&(struct pca_rows){2, 2, line}, 1, scores, share);
    cr_assert(fabs(scores[0] - 2.5) < 1e-14 && fabs(scores[2] + 2.5) < 1e-14);
    cr_assert(scores[1] == 0 && scores[3] == 0);
    cr_assert(fabs(share[0] - 1) < 1e-14 && share[1] == 0);
}

/* Any two directions are right then, but at right angles. */
Test(pca, equal_variances_are_two_directions)
{
    enum { WIDTH = 100 };
    static real x[2 * WIDTH * WIDTH];
    static double scores[2 * WIDTH * PCA_COMPONENTS];
    double share[2], sum[3] = {0};

    for (int i = 0; i < WIDTH; i++) {
        x[i * WIDTH + i] = 1;
        x[(WIDTH + i) * WIDTH + i] = -1;
    }
    compute(&(struct pca_rows){2 * WIDTH, WIDTH, x}, 2, scores, share);
    for (int i = 0; i < 2 * WIDTH; i++) {
        sum[0] += scores[2 * i] * scores[2 * i];
        sum[1] += scores[2 * i + 1] * scores[2 * i + 1];
        sum[2] += scores[2 * i] * scores[2 * i + 1];
    }
    cr_assert(fabs(sum[0] - 2) < 1e-13 && fabs(sum[1] - 2) < 1e-13);
    cr_assert(fabs(sum[2]) < 1e-13);
    cr_assert(fabs(share[0] - 1.0 / WIDTH) < 1e-15);
}

Test(pca, eigenvectors_of_small_matrices)
{
    enum { MOST = 30 };
    const struct rng_key key = rng_key(3, "matrix");

    for (int64_t n = 1; n <= MOST; n++) {
        double a[MOST * MOST], b[MOST * MOST], values[MOST], v[MOST * MOST],
            other[MOST];
        for (int64_t i = 0; i < n; i++)
            for (int64_t k = 0; k <= i; k++)
                a[i * n + k] = a[k * n + i] =
                    n % 3 == 0 && i != k
                        ? 0
                        : rng_normal(key, (uint64_t)(n * 10000 + i * 100 + k));
        memcpy(b, a, sizeof b);
        eigen_symmetric(n, a, values, v);
        memcpy(a, b, sizeof a);
        cr_assert(eigen_ql(n, b, other));
        for (int64_t i = 0; i < n; i++) {
            cr_assert(fabs(values[i] - other[i]) < 1e-13 * (double)n);
            for (int64_t k = 0; k < n; k++) {
                double product = 0, dot = 0;
                for (int64_t j = 0; j < n; j++) {
                    product += a[k * n + j] * v[i * n + j];
                    dot += v[i * n + j] * v[k * n + j];
                }
                cr_assert(fabs(product - values[i] * v[i * n + k]) <
                          1e-13 * 20);
                cr_assert(fabs(dot - (i == k)) < 1e-14 * 20);
            }
        }
    }
}
