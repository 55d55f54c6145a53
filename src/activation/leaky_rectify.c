/*
 * leaky_rectify.c - rectified units with a small slope below 0.
 *
 * Ref: Maas, Hannun, Ng: Rectifier Nonlinearities Improve Neural Network
 * Acoustic Models, 2013.
 */
#include "activation/activation.h"

struct leaky_config {
    double leakiness;
};

static const struct field leaky_fields[] = {
    FIELD(leaky_config, leakiness, .def = "0.01", .min = -1e3, .max = 1e3,
          .doc = "Slope where z is negative."),
    {0},
};

static void lean(int64_t count, real slope, real *y)
{
    for (int64_t i = 0; i < count; i++)
        y[i] = y[i] > 0 ? y[i] : slope * y[i];
}

/* y = z where z > 0, which is where y > 0, and slope * z elsewhere; with a
 * negative slope y is z itself. */
static void lean_back(int64_t count, real slope, const real *restrict y,
                      real *restrict dy)
{
    for (int64_t i = 0; i < count; i++)
        dy[i] *= y[i] > 0 ? 1 : slope;
}

/* Two z have the same y. */
static bool leaky_reads_z(const void *config)
{
    const struct leaky_config *c = config;

    return c->leakiness < 0;
}

static void leaky_rectify_forward(const void *config, int64_t rows,
                                  int64_t width, real *y)
{
    const struct leaky_config *c = config;

    lean(rows * width, (real)c->leakiness, y);
}

static void leaky_rectify_backward(const void *config, int64_t rows,
                                   int64_t width, const real *y, real *dy)
{
    const struct leaky_config *c = config;

    lean_back(rows * width, (real)c->leakiness, y, dy);
}

const struct activation_ops leaky_rectify_activation = {
    .kind = {.name = "leaky_rectify",
             .doc = "z where it is positive, leakiness * z elsewhere.",
             CONFIG(leaky),
             .aka = "leaky leaky_relu lrelu"},
    .reads_z = leaky_reads_z,
    .forward = leaky_rectify_forward,
    .backward = leaky_rectify_backward,
};

static const double very_leaky = 1.0 / 3;

static void very_leaky_rectify_forward(const void *config, int64_t rows,
                                       int64_t width, real *y)
{
    (void)config;
    lean(rows * width, (real)very_leaky, y);
}

static void very_leaky_rectify_backward(const void *config, int64_t rows,
                                        int64_t width, const real *y, real *dy)
{
    (void)config;
    lean_back(rows * width, (real)very_leaky, y, dy);
}

const struct activation_ops very_leaky_rectify_activation = {
    .kind = {.name = "very_leaky_rectify",
             .doc = "z where it is positive, z / 3 elsewhere."},
    .forward = very_leaky_rectify_forward,
    .backward = very_leaky_rectify_backward,
};
