/*
 * tanh.c - the hyperbolic tangent, plain and scaled.
 */
#include <tgmath.h>

#include "activation/activation.h"

static void tanh_forward(const void *config, int64_t rows, int64_t width,
                         real *y)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++)
        y[i] = tanh(y[i]);
}

/* y = tanh(z), so dz = dy * (1 - y^2). */
static void tanh_backward(const void *config, int64_t rows, int64_t width,
                          const real *restrict y, real *restrict dy)
{
    const int64_t count = rows * width;

    (void)config;
    for (int64_t i = 0; i < count; i++)
        dy[i] *= 1 - y[i] * y[i];
}

const struct activation_ops tanh_activation = {
    .kind = {.name = "tanh",
             .doc = "Hyperbolic tangent.",
             .aka = "hyperbolic_tangent"},
    .forward = tanh_forward,
    .backward = tanh_backward,
};

struct scaled_tanh_config {
    double scale_in, scale_out;
};

static const struct field scaled_tanh_fields[] = {
    FIELD(scaled_tanh_config, scale_in, .def = "1", .min = -1e6, .max = 1e6,
          .doc = "Factor of z."),
    FIELD(scaled_tanh_config, scale_out, .def = "1", .min = -1e6, .max = 1e6,
          .doc = "Factor of the tangent."),
    {0},
};

static void scaled_tanh_forward(const void *config, int64_t rows, int64_t width,
                                real *y)
{
    const struct scaled_tanh_config *c = config;
    const real in = (real)c->scale_in, out = (real)c->scale_out;
    const int64_t count = rows * width;

    for (int64_t i = 0; i < count; i++)
        y[i] = out * tanh(in * y[i]);
}

/* y = out * tanh(in * z), so dz = dy * in * out * (1 - (y / out)^2), and 0
 * where out is. */
static void scaled_tanh_backward(const void *config, int64_t rows,
                                 int64_t width, const real *restrict y,
                                 real *restrict dy)
{
    const struct scaled_tanh_config *c = config;
    const real slope = (real)(c->scale_in * c->scale_out);
    const real out = (real)c->scale_out;
    const int64_t count = rows * width;

    for (int64_t i = 0; i < count; i++) {
        const real tangent = slope == 0 ? 0 : y[i] / out;
        dy[i] *= slope * (1 - tangent * tangent);
    }
}

const struct activation_ops scaled_tanh_activation = {
    .kind = {.name = "scaled_tanh",
             .doc = "scale_out * tanh(scale_in * z).",
             CONFIG(scaled_tanh),
             .aka = "lecun_tanh"},
    .forward = scaled_tanh_forward,
    .backward = scaled_tanh_backward,
};
