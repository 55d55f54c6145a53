/*
 * pca.c - components by block Lanczos with restarts.
 */
#include "look/pca.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/rng.h"
#include "look/eigen.h"

enum {
    BLOCK = 8,          /* vectors that are multiplied at once */
    BASIS = 6 * BLOCK,  /* the most before a restart */
    MOST_ROUNDS = 2000, /* of restarts; five are usual */
    ROWS = 64,
    COLUMNS = 64, /* of the part of a thread */
};

/* Of the first eigenvalue: how far C v may be from lambda v; what rounding
 * alone may leave; a variance that is none. */
static const double exact = 1e-14, nearly = 1e-10, nothing = 1e-14;

struct work {
    struct pca_rows of;
    struct pool *pool;
    double *mean;     /* [width] */
    double *in, *out; /* [width, BLOCK] vectors and their products with C */
    double *along;    /* [rows, BLOCK] coordinates of the rows along them */
    double *basis;    /* [BASIS, width] orthonormal */
    double *product;  /* [BASIS, width] C times these */
    double *ritz;     /* [BLOCK, width] the best approximations in the basis */
    int64_t count;    /* of vectors in the basis */
    double variance;  /* the sum of all eigenvalues */
    double small[BASIS * BASIS], vectors[BASIS * BASIS], values[BASIS];
};

static const real *row_of(const struct work *w, int64_t row)
{
    return w->of.x + row * w->of.width;
}

static void find_mean(void *context, int64_t part, int64_t worker)
{
    const struct work *w = context;
    const int64_t end = num_min((part + 1) * COLUMNS, w->of.width);

    (void)worker;
    for (int64_t row = 0; row < w->of.rows; row++)
        for (int64_t d = part * COLUMNS; d < end; d++)
            w->mean[d] += (double)row_of(w, row)[d];
    for (int64_t d = part * COLUMNS; d < end; d++)
        w->mean[d] /= (double)w->of.rows;
}

/* The coordinates of some rows along the vectors `in`. */
static void project(void *context, int64_t part, int64_t worker)
{
    const struct work *w = context;
    const int64_t end = num_min((part + 1) * ROWS, w->of.rows);

    (void)worker;
    for (int64_t row = part * ROWS; row < end; row++) {
        const real *x = row_of(w, row);
        double sum[BLOCK] = {0};
        for (int64_t d = 0; d < w->of.width; d++) {
            const double centred = (double)x[d] - w->mean[d];
            for (int j = 0; j < BLOCK; j++)
                sum[j] += centred * w->in[d * BLOCK + j];
        }
        memcpy(w->along + row * BLOCK, sum, sizeof sum);
    }
}

/* Some rows of the products with C, from all coordinates. */
static void spread(void *context, int64_t part, int64_t worker)
{
    const struct work *w = context;
    const int64_t first = part * COLUMNS;
    const int64_t count = num_min(COLUMNS, w->of.width - first);
    double sum[COLUMNS * BLOCK] = {0};

    (void)worker;
    for (int64_t row = 0; row < w->of.rows; row++) {
        const real *x = row_of(w, row) + first;
        const double *along = w->along + row * BLOCK;
        for (int64_t d = 0; d < count; d++) {
            const double centred = (double)x[d] - w->mean[first + d];
            for (int j = 0; j < BLOCK; j++)
                sum[d * BLOCK + j] += centred * along[j];
        }
    }
    for (int64_t i = 0; i < count * BLOCK; i++)
        w->out[first * BLOCK + i] = sum[i] / (double)w->of.rows;
}

static void multiply(struct work *w)
{
    pool_run(w->pool, num_ceil_div(w->of.rows, ROWS), project, w);
    pool_run(w->pool, num_ceil_div(w->of.width, COLUMNS), spread, w);
}

static double dot(int64_t n, const double *a, const double *b)
{
    double sum = 0;

    for (int64_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* to += factor * from */
static void add(int64_t n, double factor, const double *from, double *to)
{
    for (int64_t i = 0; i < n; i++)
        to[i] += factor * from[i];
}

/* What of `v` the basis does not have becomes its next vector, unless that is
 * next to nothing: when it shrinks a second time, it was rounding alone. */
static void extend(struct work *w, const double *v)
{
    const int64_t n = w->of.width;
    double length[2];

    if (w->count == num_min(BASIS, n))
        return;
    double *q = w->basis + w->count * n;
    memcpy(q, v, (size_t)n * sizeof *q);
    for (int pass = 0; pass < 2; pass++) {
        for (int64_t k = 0; k < w->count; k++)
            add(n, -dot(n, w->basis + k * n, q), w->basis + k * n, q);
        length[pass] = sqrt(dot(n, q, q));
    }
    if (!(length[1] > length[0] / 2))
        return;
    for (int64_t i = 0; i < n; i++)
        q[i] /= length[1];
    w->count++;
}

/* Multiplies the vectors of the basis from `first` on, at most a block. */
static void take_products(struct work *w, int64_t first)
{
    const int64_t n = w->of.width, count = w->count - first;

    memset(w->in, 0, (size_t)(n * BLOCK) * sizeof *w->in);
    for (int64_t k = 0; k < count; k++)
        for (int64_t d = 0; d < n; d++)
            w->in[d * BLOCK + k] = w->basis[(first + k) * n + d];
    multiply(w);
    for (int64_t k = 0; k < count; k++)
        for (int64_t d = 0; d < n; d++)
            w->product[(first + k) * n + d] = w->out[d * BLOCK + k];
}

/* The basis of the block w->ritz and its products with powers of C. */
static void build_basis(struct work *w)
{
    const int64_t n = w->of.width;
    int64_t first = 0;

    w->count = 0;
    for (int64_t k = 0; k < BLOCK; k++)
        extend(w, w->ritz + k * n);
    while (first < w->count) {
        const int64_t end = w->count;
        take_products(w, first);
        for (int64_t k = first; k < end; k++)
            extend(w, w->product + k * n);
        first = end;
    }
}

/* sum over the basis of the coefficients times `of` [count, width] */
static void combine(const struct work *w, const double *coefficients,
                    const double *of, double *to)
{
    const int64_t n = w->of.width;

    memset(to, 0, (size_t)n * sizeof *to);
    for (int64_t k = 0; k < w->count; k++)
        add(n, coefficients[k], of + k * n, to);
}

/* The eigenvectors of C as the basis sees it. */
static void approximate(struct work *w)
{
    const int64_t n = w->of.width, count = w->count;

    for (int64_t i = 0; i < count; i++)
        for (int64_t k = 0; k <= i; k++) {
            const double c = dot(n, w->basis + i * n, w->product + k * n);
            w->small[i * count + k] = c;
            w->small[k * count + i] = c;
        }
    eigen_symmetric(count, w->small, w->values, w->vectors);
    memset(w->ritz, 0, (size_t)(BLOCK * n) * sizeof *w->ritz);
    for (int64_t k = 0; k < num_min(BLOCK, count); k++)
        combine(w, w->vectors + k * count, w->basis, w->ritz + k * n);
}

/* The largest length of C v - lambda v, as a share of the first lambda. */
static double distance(const struct work *w)
{
    const int64_t n = w->of.width, count = w->count;
    double most = 0;

    for (int64_t k = 0; k < num_min(PCA_COMPONENTS, count); k++) {
        combine(w, w->vectors + k * count, w->product, w->out);
        add(n, -w->values[k], w->ritz + k * n, w->out);
        most = fmax(most, sqrt(dot(n, w->out, w->out)));
    }
    return w->values[0] > 0 ? most / w->values[0] : 0;
}

/* False: the components have not been found. */
static bool find(struct work *w)
{
    const struct rng_key key = rng_key(0, "pca");
    double best = (double)INFINITY;

    for (int64_t i = 0; i < BLOCK * w->of.width; i++)
        w->ritz[i] = rng_normal(key, (uint64_t)i);
    for (int round = 0; round < MOST_ROUNDS; round++) {
        build_basis(w);
        approximate(w);
        const double now = distance(w);
        if (now <= exact || (now <= nearly && now > best / 2))
            return true;
        best = fmin(best, now);
    }
    return false;
}

/* The largest coefficient becomes positive. */
static void turn(int64_t n, double *v)
{
    int64_t most = 0;

    for (int64_t i = 1; i < n; i++)
        if (fabs(v[i]) > fabs(v[most]))
            most = i;
    const double sign = v[most] < 0 ? -1 : 1;
    for (int64_t i = 0; i < n; i++)
        v[i] *= sign;
}

static void finish(struct work *w, double *scores, double *share)
{
    const int64_t n = w->of.width;

    memset(w->in, 0, (size_t)(n * BLOCK) * sizeof *w->in);
    for (int64_t k = 0; k < PCA_COMPONENTS; k++) {
        const bool is_there = k < w->count && w->values[k] > 0 &&
                              w->values[k] > nothing * w->values[0];
        share[k] = is_there ? fmin(1, w->values[k] / w->variance) : 0;
        if (!is_there)
            continue;
        turn(n, w->ritz + k * n);
        for (int64_t d = 0; d < n; d++)
            w->in[d * BLOCK + k] = w->ritz[k * n + d];
    }
    pool_run(w->pool, num_ceil_div(w->of.rows, ROWS), project, w);
    for (int64_t i = 0; i < w->of.rows * PCA_COMPONENTS; i++)
        scores[i] = w->along[i / PCA_COMPONENTS * BLOCK + i % PCA_COMPONENTS];
}

static void find_variance(struct work *w)
{
    for (int64_t row = 0; row < w->of.rows; row++)
        for (int64_t d = 0; d < w->of.width; d++) {
            const double centred = (double)row_of(w, row)[d] - w->mean[d];
            w->variance += centred * centred;
        }
    w->variance /= (double)w->of.rows;
}

static struct work *take_work(struct arena *a, const struct pca_rows *of)
{
    const size_t n = (size_t)of->width;
    struct work *w = arena_take(a, 1, sizeof *w);

    if (!w)
        return NULL;
    w->of = *of;
    w->mean = arena_take(a, n, sizeof *w->mean);
    w->in = arena_take(a, n * BLOCK, sizeof *w->in);
    w->out = arena_take(a, n * BLOCK, sizeof *w->out);
    w->along = arena_take(a, (size_t)of->rows * BLOCK, sizeof *w->along);
    w->basis = arena_take(a, n * BASIS, sizeof *w->basis);
    w->product = arena_take(a, n * BASIS, sizeof *w->product);
    w->ritz = arena_take(a, n * BLOCK, sizeof *w->ritz);
    return w;
}

enum status pca_compute(const struct pca_rows *of, struct pool *pool,
                        double *scores, double share[PCA_COMPONENTS],
                        struct err *e)
{
    struct arena a = {0};
    struct work *w = take_work(&a, of);
    enum status s = arena_check(&a, e, "finding principal components");

    if (s == OK) {
        w->pool = pool;
        pool_run(pool, num_ceil_div(of->width, COLUMNS), find_mean, w);
        find_variance(w);
        if (find(w))
            finish(w, scores, share);
        else
            s = err_add(e, ERR_DATA, NULL,
                        "the principal components cannot be told apart: too "
                        "many variances are all but equal");
    }
    arena_free(&a);
    return s;
}
