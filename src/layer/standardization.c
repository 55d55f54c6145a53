/*
 * standardization.c - each sample, or part of it, to mean 0 and deviation 1.
 *
 * Lasagne's StandardizationLayer: over the named axes of a sample, n values,
 *
 *   mean = sum x / n                    var = sum (x - mean)^2 / n
 *   inv = 1 / sqrt(var + epsilon)       y = (x - mean) * inv
 *   dx = inv * (dy - sum dy / n - y * sum (dy * y) / n)
 *
 * Nothing is learned and nothing kept: training and inference compute alike.
 * Ref: Ba, Kiros, Hinton: Layer Normalization, 2016; Ulyanov, Vedaldi,
 * Lempitsky: Instance Normalization, 2016.  Sums are in double precision and
 * the mean is subtracted in two parts, so that y is right to a rounding of x
 * however large mean / deviation is.
 */
#include <math.h>
#include <string.h>

#include "base/compiler.h"
#include "layer/axes.h"
#include "layer/config.h"
#include "layer/facts.h"

static const char *const axes_words[] = {"auto", "spatial", "features", NULL};

/* clang-format off */
static const struct field standardization_fields[] = {
    FIELD(standardization_config, axes, .def = "auto", .choices = axes_words,
          .min = -SHAPE_MAX_AXES, .max = SHAPE_MAX_AXES,
          .aka = "axis normalized_shape",
          .doc = "Axes over which there is one mean, counted with the batch as "
                 "0; spatial: all but the channels, features: all, auto: "
                 "spatial where there are such axes."),
    FIELD(standardization_config, epsilon, .def = "1e-4", .min = 1e-12,
          .max = 1e3, .aka = "eps",
          .doc = "Added to the variance."),
    {0},
};
/* clang-format on */

const struct standard *standardization_parts(const struct layer *l)
{
    return (const void *)l->spec.prepared;
}

static enum status read_axes(const struct standardization_config *c,
                             struct shape in, struct layer_spec *spec,
                             struct axes *out)
{
    const char *word = c->axes.word;
    const bool is_features = word && strcmp(word, "features") == 0;

    if (!word && c->axes.list.count == 0)
        return layer_refuse(spec, "axes", "expected at least one axis");
    if (!word)
        return axes_read_sample(spec, "axes", c->axes.list, in, out);
    if (in.axes == 1 && strcmp(word, "spatial") == 0)
        return layer_refuse(spec, "axes",
                            "its input has no spatial axes, features alone");
    *out = (struct axes){.has[1] = is_features || in.axes == 1};
    for (int64_t axis = 2; axis <= in.axes; axis++)
        out->has[axis] = true;
    return OK;
}

static enum status standardization_infer(const void *config,
                                         const struct shape *in, int64_t inputs,
                                         struct layer_spec *spec)
{
    struct standard *made = spec_prepared(spec, sizeof *made);
    struct axes axes;
    const enum status s = read_axes(config, in[0], spec, &axes);

    (void)inputs;
    if (s != OK)
        return s;
    struct axes_map map = axes_map(in[0], &axes);
    const int64_t numbers = map.numbers;
    made->parts = 1;
    made->values = map.rows * map.count / numbers;
    /* Rows with a mean each are parts: read once for all they are used for. */
    if (map.step == 0 && map.rows == numbers) {
        made->parts = map.rows;
        map = (struct axes_map){.rows = 1, .count = map.count, .numbers = 1};
    }
    made->map = map;
    spec->out = in[0];
    spec->normalized = made->values;
    spec_in_place(spec, 0);
    spec_cache(spec, numbers * (int64_t)sizeof(double));
    spec_work(spec, 3 * map.numbers * (int64_t)sizeof(double),
              3 * map.numbers * (int64_t)sizeof(double));
    return OK;
}

/* A term of a sum: a, (a - shift)^2, a * b. */
typedef double term_fn(double a, double b, double shift);

INLINE double term_value(double a, double b, double shift)
{
    (void)b;
    (void)shift;
    return a;
}

INLINE double term_square(double a, double b, double shift)
{
    (void)b;
    return (a - shift) * (a - shift);
}

INLINE double term_product(double a, double b, double shift)
{
    (void)shift;
    return a * b;
}

enum { CHAINS = 16 };

/* sums[number] += the terms of a row, whose numbers begin at `sums`; `shift` is
 * given for each of them.  Chains side by side become vectors. */
INLINE void add_terms(const struct axes_map *m, term_fn *term, const real *a,
                      const real *b, const double *shift, double *sums)
{
    double part[CHAINS] = {0};
    int64_t i = 0;

    if (m->step) {
        for (; i < m->count; i++)
            sums[i] += term((double)a[i], (double)b[i], shift[i]);
        return;
    }
    for (; i + CHAINS <= m->count; i += CHAINS)
        for (int64_t j = 0; j < CHAINS; j++)
            part[j] += term((double)a[i + j], (double)b[i + j], shift[0]);
    for (int64_t j = 0; i < m->count; i++, j++)
        part[j] += term((double)a[i], (double)b[i], shift[0]);
    for (int64_t half = CHAINS / 2; half > 0; half /= 2)
        for (int64_t j = 0; j < half; j++)
            part[j] += part[j + half];
    sums[0] += part[0];
}

/* sums [numbers] = the terms of all rows of a part. */
INLINE void sum_terms(const struct axes_map *m, term_fn *term, const real *a,
                      const real *b, const double *shift, double *sums)
{
    struct axes_walk w = {0};

    memset(sums, 0, (size_t)m->numbers * sizeof *sums);
    for (int64_t r = 0; r < m->rows; r++, a += m->count, b += m->count) {
        add_terms(m, term, a, b, shift + w.at, sums + w.at);
        axes_next(m, &w);
    }
}

/* y = (x - mean) * inv; the mean in two parts, of which the first is near x so
 * that the difference is exact. */
INLINE void standardize_row(const struct axes_map *m, const real *x,
                            const double *mean, const double *inv, real *y)
{
    const real high = (real)mean[0], low = (real)(mean[0] - (double)high);
    const real factor = (real)inv[0];

    if (m->step) {
        NO_CARRY
        for (int64_t i = 0; i < m->count; i++)
            y[i] = (real)(((double)x[i] - mean[i]) * inv[i]);
    } else {
        NO_CARRY
        for (int64_t i = 0; i < m->count; i++)
            y[i] = ((x[i] - high) - low) * factor;
    }
}

/* One part; mean and inv [numbers]. */
HOT_CLONES
static void standardize(const struct standard *s, double epsilon, const real *x,
                        double *mean, double *inv, real *y)
{
    const struct axes_map *m = &s->map;
    const double values = (double)s->values;
    struct axes_walk w = {0};

    sum_terms(m, term_value, x, x, mean, mean);
    for (int64_t k = 0; k < m->numbers; k++)
        mean[k] /= values;
    sum_terms(m, term_square, x, x, mean, inv);
    for (int64_t k = 0; k < m->numbers; k++)
        inv[k] = 1 / sqrt(inv[k] / values + epsilon);
    for (int64_t r = 0; r < m->rows; r++, x += m->count, y += m->count) {
        standardize_row(m, x, mean + w.at, inv + w.at, y);
        axes_next(m, &w);
    }
}

static void standardization_forward(const struct layer *l, const struct pass *p)
{
    const struct standardization_config *c = l->config;
    const struct standard *s = standardization_parts(l);
    const int64_t numbers = s->map.numbers;
    const int64_t width = s->map.rows * s->map.count;
    double *mean = p->work;

    for (int64_t part = 0; part < p->batch * s->parts; part++) {
        double *inv =
            p->cache ? (double *)p->cache + part * numbers : mean + numbers;
        standardize(s, c->epsilon, p->x[0] + part * width, mean, inv,
                    p->y + part * width);
    }
}

/* dx = inv * (dy - a - y * b) for the means a of dy and b of dy * y. */
INLINE void backward_row(const struct axes_map *m, const real *dy,
                         const real *y, const double *means[3], real *dx)
{
    const double *a = means[0], *b = means[1], *inv = means[2];
    const real a0 = (real)a[0], b0 = (real)b[0], inv0 = (real)inv[0];

    if (m->step) {
        NO_CARRY
        for (int64_t i = 0; i < m->count; i++)
            dx[i] =
                (real)(inv[i] * ((double)dy[i] - a[i] - (double)y[i] * b[i]));
    } else {
        NO_CARRY
        for (int64_t i = 0; i < m->count; i++)
            dx[i] = inv0 * (dy[i] - a0 - y[i] * b0);
    }
}

/* One part; work [2, numbers]. */
HOT_CLONES
static void give_back(const struct standard *s, const real *dy, const real *y,
                      const double *inv, double *work, real *dx)
{
    const struct axes_map *m = &s->map;
    const double values = (double)s->values;
    double *a = work, *b = work + m->numbers;
    struct axes_walk w = {0};

    sum_terms(m, term_value, dy, y, inv, a);
    sum_terms(m, term_product, dy, y, inv, b);
    for (int64_t k = 0; k < 2 * m->numbers; k++)
        work[k] /= values;
    for (int64_t r = 0; r < m->rows; r++) {
        const int64_t at = r * m->count;
        const double *means[] = {a + w.at, b + w.at, inv + w.at};
        backward_row(m, dy + at, y + at, means, dx + at);
        axes_next(m, &w);
    }
}

static void standardization_backward(const struct layer *l,
                                     const struct pass *p)
{
    const struct standard *s = standardization_parts(l);
    const int64_t width = s->map.rows * s->map.count;

    for (int64_t part = 0; p->dx[0] && part < p->batch * s->parts; part++)
        give_back(s, p->dy + part * width, p->y + part * width,
                  (const double *)p->cache + part * s->map.numbers, p->work,
                  p->dx[0] + part * width);
}

const struct layer_ops standardization_layer = {
    .kind = {.name = "standardization",
             .doc = "Brings each sample, or each channel of it, to mean 0 and "
                    "deviation 1.",
             CONFIG(standardization),
             .aka = "instance_norm instance_normalization instancenorm2d "
                    "instance_norm2d layer_norm layer_normalization layernorm"},
    .family = FAMILY_NORMALIZATION,
    ONE_INPUT,
    .backward_reads_y = true,
    .infer = standardization_infer,
    .forward = standardization_forward,
    .backward = standardization_backward,
};
