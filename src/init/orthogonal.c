/*
 * orthogonal.c - a random matrix with orthonormal rows or columns, whichever
 * are fewer.
 *
 * The weights are read as [n1, rest].  Numbers of N(0, 1) are made orthonormal
 * in place by Gram and Schmidt's process, which draws from the same
 * distribution as the singular vectors that Lasagne takes.  Ref: Saxe,
 * McClelland, Ganguli 2014.
 */
#include <math.h>

#include "init/shared.h"

struct orthogonal_config {
    struct real_or_word gain;
};

static const struct field orthogonal_fields[] = {
    INIT_GAIN(orthogonal_config, "Length of the rows or columns"),
    {0},
};

/* The fewer, longer vectors: element j of vector k is at[k * next + j * step].
 */
struct vectors {
    real *at;
    int64_t count, length, next, step;
};

static double dot(const struct vectors *v, int64_t k, int64_t l)
{
    const real *a = v->at + k * v->next, *b = v->at + l * v->next;
    double sum = 0;

    for (int64_t j = 0; j < v->length; j++)
        sum += (double)a[j * v->step] * (double)b[j * v->step];
    return sum;
}

static void subtract(const struct vectors *v, int64_t k, int64_t l,
                     double share)
{
    real *a = v->at + k * v->next;
    const real *b = v->at + l * v->next;

    for (int64_t j = 0; j < v->length; j++)
        a[j * v->step] -= (real)(share * (double)b[j * v->step]);
}

static void scale(const struct vectors *v, int64_t k, double factor)
{
    real *a = v->at + k * v->next;

    for (int64_t j = 0; j < v->length; j++)
        a[j * v->step] = (real)(factor * (double)a[j * v->step]);
}

/* The second pass removes what rounding left of the first. */
static void orthonormalize(const struct vectors *v)
{
    for (int64_t k = 0; k < v->count; k++) {
        for (int pass = 0; pass < 2; pass++) {
            for (int64_t l = 0; l < k; l++)
                subtract(v, k, l, dot(v, k, l));
            scale(v, k, 1 / sqrt(dot(v, k, k)));
        }
    }
}

static void orthogonal_fill(const void *config, struct rng_key key,
                            struct shape shape, real *value)
{
    const struct orthogonal_config *c = config;
    const int64_t count = shape_count(shape);
    const int64_t rows = shape.dim[0], columns = count / rows;
    const struct vectors v =
        rows <= columns ? (struct vectors){value, rows, columns, columns, 1}
                        : (struct vectors){value, columns, rows, 1, columns};

    init_normal(key, count, 0, 1, value);
    orthonormalize(&v);
    for (int64_t k = 0; k < v.count; k++)
        scale(&v, k, init_gain(c->gain));
}

const struct init_ops orthogonal_init = {
    .kind = {.name = "orthogonal",
             .doc = "Random orthonormal rows or columns of the matrix "
                    "[n1, rest], whichever are fewer, times gain.",
             CONFIG(orthogonal)},
    .min_axes = 2,
    .fill = orthogonal_fill,
};
