/*
 * dense.c - every output is a weighted sum of all inputs.
 *
 * Let N be the batch, F the features of a flattened input and U the units:
 *
 *   y [N, U] = x [N, F] weight^T [F, U] + bias [U]
 *
 * The bits of a row of y depend on that row of x alone.
 */
#include "activation/activation.h"
#include "base/num.h"
#include "layer/config.h"
#include "layer/layer.h"
#include "tensor/dot.h"
#include "tensor/gemm.h"
#include "tensor/product.h"

/* Parameters in the order of spec_param. */
enum { WEIGHT, BIAS };

/* clang-format off */
static const struct field dense_fields[] = {
    FIELD(dense_config, num_units, .min = 1, .max = 1 << 24,
          .aka = "units out_features num_hidden output_dim num_output "
"output",
          .doc = "Number of outputs."),
    FIELD(dense_config, nonlinearity, .def = "rectify",
          .kinds = activation_kinds,
          .aka = "activation act",
          .doc = "Function applied to the output."),
    FIELD(dense_config, W, .def = "glorot_uniform", .kinds = init_kinds,
          .number = "constant",
          .aka = "kernel_initializer weight_init weight weight_filler init",
          .doc = "Initial weights."),
    FIELD(dense_config, b, .def = "0", .kinds = init_kinds,
          .number = "constant", .null_ok = true,
          .aka = "bias use_bias bias_term bias_initializer bias_filler",
          .doc = "Initial biases; null: the layer has none."),
    {0},
};
/* clang-format on */

static enum status dense_infer(const void *config, const struct shape *in,
                               int64_t inputs, struct layer_spec *spec)
{
    const struct dense_config *c = config;
    const int64_t features = shape_count(in[0]);

    (void)inputs;
    if (!num_mul(features, c->num_units, &spec->macs) ||
        !gemm_fits((struct gemm_size){1, c->num_units, features}))
        return layer_refuse(spec, NULL, "is too large to compute");
    spec->out = SHAPE(c->num_units);
    spec_param(spec, "weight", SHAPE(c->num_units, features), c->W, true);
    if (c->b.kind)
        spec_param(spec, "bias", SHAPE(c->num_units), c->b, false);
    spec->nonlinearity = c->nonlinearity;
    spec_work(spec, product_work(spec->engine.kern) * (int64_t)sizeof(real), 0);
    return OK;
}

static const real *bias_of(const struct layer *l, const struct pass *p)
{
    return l->spec.param_count > BIAS ? p->param[BIAS] : NULL;
}

/* A sample's sums, of which every part has as many units. */
struct share {
    const struct kernels *kern;
    struct dot whole;
    int64_t units;
};

static void run_share(void *context, int64_t part, int64_t worker)
{
    const struct share *s = context;
    const int64_t first = part * s->units;
    struct dot d = s->whole;

    (void)worker;
    d.units = num_min(s->units, d.units - first);
    d.w += first * d.k;
    d.bias = d.bias ? d.bias + first : NULL;
    d.y += first;
    dot_rows(s->kern, &d);
}

static void dense_forward(const struct layer *l, const struct pass *p)
{
    struct share s = {
        .kern = l->spec.engine.kern,
        .whole =
            {
                .rows = p->batch,
                .units = l->spec.out.dim[0],
                .k = shape_count(l->in[0]),
                .x = p->x[0],
                .w = p->param[WEIGHT],
                .bias = bias_of(l, p),
                .y = p->y,
            },
    };
    const int64_t units = s.whole.units;
    /* A weight is read for one multiply-add, four in a nanosecond. */
    const int64_t parts =
        p->batch == 1 ? crew_parts(&p->crew, l->spec.macs / 4) : 1;

    s.units = num_ceil_div(num_ceil_div(units, parts), DOT_UNITS) * DOT_UNITS;
    crew_run(&p->crew, num_ceil_div(units, s.units), run_share, &s);
}

/* From y = x weight^T + bias: dweight = dy^T x, dbias = sum of dy over the
 * batch, dx = dy weight. */
static void dense_backward(const struct layer *l, const struct pass *p)
{
    const int64_t features = shape_count(l->in[0]);
    const int64_t units = l->spec.out.dim[0];
    const struct product weight_grad = {
        .m = units,
        .n = features,
        .k = p->batch,
        .a = p->dy,
        .a_row = 1,
        .a_step = units,
        .b = p->x[0],
        .b_row = features,
        .c = p->grad[WEIGHT],
        .c_row = features,
        .add = true,
    };
    const struct product dx = {
        .m = p->batch,
        .n = features,
        .k = units,
        .a = p->dy,
        .a_row = units,
        .a_step = 1,
        .b = p->param[WEIGHT],
        .b_row = features,
        .c = p->dx[0],
        .c_row = features,
    };

    if (p->grad[WEIGHT])
        product_run_exact(l->spec.engine.kern, &weight_grad, p->work);
    for (int64_t n = 0; bias_of(l, p) && p->grad[BIAS] && n < p->batch; n++)
        for (int64_t u = 0; u < units; u++)
            p->grad[BIAS][u] += p->dy[n * units + u];
    if (p->dx[0])
        product_run_exact(l->spec.engine.kern, &dx, p->work);
}

/* dweight = dy^T x, a sum of products of slices. */
static void dense_batch_gradient(const struct layer *l,
                                 const struct batch_pass *p)
{
    const int64_t features = shape_count(l->in[0]);
    const int64_t units = l->spec.out.dim[0];

    for (int64_t n = 0; n < p->batch; n += p->slice_rows) {
        const struct product slice = {
            .m = p->count,
            .n = features,
            .k = num_min(p->slice_rows, p->batch - n),
            .a = p->dy + n * units + p->first,
            .a_row = 1,
            .a_step = units,
            .b = p->x + n * features,
            .b_row = features,
            .c = p->grad,
            .c_row = features,
            .add = n > 0,
        };
        product_run(l->spec.engine.kern, &slice);
    }
}

static struct layer_window dense_window(const void *config)
{
    (void)config;
    return (struct layer_window){.kind = WINDOW_WHOLE};
}

const struct layer_ops dense_layer = {
    .kind = {.name = "dense",
             .doc = "Weighted sums of all inputs; flattens its input.",
             CONFIG(dense),
             .aka = "linear fc fully_connected inner_product connected affine"},
    .family = FAMILY_DENSE,
    ONE_INPUT,
    .backward_reads_x = true,
    .is_linear = true,
    .infer = dense_infer,
    .forward = dense_forward,
    .backward = dense_backward,
    .batch_gradient = dense_batch_gradient,
    .window = dense_window,
};
