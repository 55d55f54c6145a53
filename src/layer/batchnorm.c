/*
 * batchnorm.c - every channel shifted and scaled to mean 0 and variance 1.
 *
 * With m and v the mean and the variance of a channel,
 *
 *   xhat = (x - m) / sqrt(v + epsilon)
 *   y = weight * xhat + bias
 *
 * where training takes m and v over the whole batch, v with 1/n, and keeps
 * running ones for inference,
 *
 *   running_mean = (1 - alpha) * running_mean + alpha * m
 *   running_var  = (1 - alpha) * running_var  + alpha * v * n / (n - 1)
 *
 * A channel of one value has no variance: y is bias, the running ones stay, and
 * nothing of the gradient passes.  Without update, training too takes the
 * running ones, and leaves them.
 *
 * Ref: Ioffe and Szegedy: Batch Normalization, ICML 2015, algorithms 1 and 2;
 * the running variance and its default alpha (their momentum) as PyTorch's.
 *
 * Sums run in double precision over distances from the running mean, which is
 * near enough to m for nothing to cancel.  The linear maps run in single: m is
 * cut in what a real holds, `center`, and a rest that goes into the shift, so a
 * mean that is large against the deviation costs no digits.
 */
#include <math.h>
#include <string.h>

#include "layer/config.h"
#include "layer/facts.h"

enum { RUNNING_MEAN, RUNNING_VAR };

static const char *const axes_words[] = {"auto", NULL};
static const char *const update_words[] = {"auto", "true", "false", NULL};

/* clang-format off */
static const struct field batchnorm_fields[] = {
    FIELD(batchnorm_config, axes, .def = "auto", .choices = axes_words,
          .min = -SHAPE_MAX_AXES - 1, .max = SHAPE_MAX_AXES, .aka = "axis",
          .doc = "Axes over which means and variances are taken, counted with "
                 "the batch as 0, which is one of them; auto: all but the "
                 "channels (or features)."),
    FIELD(batchnorm_config, epsilon, .def = "1e-5", .min = 1e-12, .max = 1,
          .aka = "eps", .doc = "Added to the variance."),
    FIELD(batchnorm_config, alpha, .def = "0.1", .max = 1,
          .aka = "momentum decay moving_average_fraction",
          .doc = "Share of a batch in the running mean and variance; the other "
                 "share, 1 - alpha, is the momentum of Keras and Caffe."),
    FIELD(batchnorm_config, weight, .def = "true", .aka = "gamma scale affine",
          .doc = "Learn a factor of each channel; false: it is 1."),
    FIELD(batchnorm_config, bias, .def = "true", .aka = "beta center shift",
          .doc = "Learn a number that is added to each channel; false: it is "
                 "0."),
    FIELD(batchnorm_config, update, .def = "auto", .choices = update_words,
          .aka = "track_running_stats use_global_stats batch_norm_use_averages "
                 "batch_norm_update_averages",
          .doc = "Train with the statistics of the batch and update the "
                 "running ones by them; false: train with the running ones and "
                 "leave them; auto: true, but false where trainable is false."),
    FIELD(batchnorm_config, nonlinearity, .def = "linear",
          .kinds = activation_kinds,
          .aka = "activation act", .doc = "Function applied to the output."),
    {0},
};
/* clang-format on */

static enum status read_axes(const struct batchnorm_config *c, struct shape in,
                             struct layer_spec *spec, struct axes *out)
{
    if (c->axes.word) {
        *out = (struct axes){.has[0] = true};
        for (int64_t axis = 2; axis <= in.axes; axis++)
            out->has[axis] = true;
        return OK;
    }
    const enum status s = axes_read(spec, "axes", c->axes.list, in, out);
    if (s == OK && !out->has[0])
        return layer_refuse(spec, "axes",
                            "axis 0, the batch, must be one of them");
    return s;
}

static bool is_updated(const struct batchnorm_config *c,
                       const struct layer_spec *spec)
{
    return strcmp(c->update, "auto") == 0 ? !spec->frozen
                                          : strcmp(c->update, "true") == 0;
}

/* The graph may have taken it away, or brought that of the layer behind. */
static bool is_rectified(const struct layer_spec *spec)
{
    return activation_of(spec->nonlinearity) == &rectify_activation ||
           activation_of(spec->behind) == &rectify_activation;
}

/* Scratch per channel: sums of both directions' kind, then vectors of
 * constants. */
enum {
    SUM_BYTES = 2 * (int)sizeof(double),
    FORWARD_BYTES = 3 * (int)sizeof(real),
    BACKWARD_BYTES = SUM_BYTES + 5 * (int)sizeof(real),
};

static enum status batchnorm_infer(const void *config, const struct shape *in,
                                   int64_t inputs, struct layer_spec *spec)
{
    const struct batchnorm_config *c = config;
    struct channels *l = spec_prepared(spec, sizeof *l);
    struct axes reduced;
    const enum status s = read_axes(c, in[0], spec, &reduced);

    (void)inputs;
    if (s != OK)
        return s;
    *l = channels_of(in[0], &reduced);
    const int64_t numbers = l->map.numbers;
    spec->out = in[0];
    if (c->weight)
        spec_param(spec, "weight", l->map.shape, init_ones, true);
    if (c->bias)
        spec_param(spec, "bias", l->map.shape, init_zeros, false);
    spec_buffer(spec, "running_mean", l->map.shape, 0, false);
    spec_buffer(spec, "running_var", l->map.shape, 1, true);
    spec->is_affine = l->first;
    spec->nonlinearity = c->nonlinearity;
    spec_in_place(spec, 0);
    if (l->first && in[0].axes == 3)
        spec_blocked(spec, WRITES_AS_READ);
    if (is_updated(c, spec)) {
        spec_sums(spec, 2 * numbers, 2 * numbers);
        spec->normalized = l->values;
    }
    spec_work(spec, numbers * BACKWARD_BYTES, numbers * FORWARD_BYTES);
    return OK;
}

const struct channels *batchnorm_channels(const struct layer *l)
{
    return (const void *)l->spec.prepared;
}

/* A fixed parameter is not there; the others stand in this order. */
static real weight_of(const struct layer *l, const real *const *param,
                      int64_t channel)
{
    const struct batchnorm_config *c = l->config;

    return c->weight ? param[0][channel] : 1;
}

static real bias_of(const struct layer *l, const real *const *param,
                    int64_t channel)
{
    const struct batchnorm_config *c = l->config;

    return c->bias ? param[c->weight][channel] : 0;
}

/* What x is normalized with. */
struct statistics {
    double mean, over_std;
};

static struct statistics running(const struct layer *l,
                                 const real *const *buffer, int64_t channel)
{
    const struct batchnorm_config *c = l->config;

    return (struct statistics){
        (double)buffer[RUNNING_MEAN][channel],
        1 / sqrt((double)buffer[RUNNING_VAR][channel] + c->epsilon),
    };
}

static void batchnorm_affine(const struct layer *l, const real *const *param,
                             const real *const *buffer, double *scale,
                             double *shift)
{
    for (int64_t i = 0; i < batchnorm_channels(l)->map.numbers; i++) {
        const struct statistics s = running(l, buffer, i);
        scale[i] = (double)weight_of(l, param, i) * s.over_std;
        shift[i] = (double)bias_of(l, param, i) - s.mean * scale[i];
    }
}

/* Of the batch where settle has left them: means, then 1 / deviations. */
static struct statistics statistics_of(const struct layer *l,
                                       const struct pass *p, int64_t i)
{
    const int64_t numbers = batchnorm_channels(l)->map.numbers;
    const double *settled = p->sums[FORWARD];

    if (settled)
        return (struct statistics){settled[i], settled[numbers + i]};
    return running(l, p->buffer, i);
}

/*
 * A job with its constants in scratch, [channels] each: those of y and, once
 * backward's sums are settled, of dx,
 *
 *   y = (x - center) * scale + shift
 *   dx = scale * (dz - a - xhat * b)
 *
 * where a and b are the means over the batch of dz and dz * xhat; with running
 * statistics, which do not depend on x, they count as 0.
 */
static struct channel_job job_of(const struct layer *l, const struct pass *p,
                                 real *scratch)
{
    const int64_t n = batchnorm_channels(l)->map.numbers;
    const double *means = p->sums[BACKWARD];
    real *center = scratch, *scale = center + n, *shift = scale + n;
    real *x_scale = shift + n, *offset = x_scale + n;

    for (int64_t i = 0; i < n; i++) {
        const struct statistics s = statistics_of(l, p, i);
        const double factor = (double)weight_of(l, p->param, i) * s.over_std;
        center[i] = (real)s.mean;
        scale[i] = (real)factor;
        const double rest = s.mean - (double)center[i];
        shift[i] = (real)((double)bias_of(l, p->param, i) - rest * factor);
        if (!p->dx)
            continue;
        const double slope = means ? -factor * means[n + i] * s.over_std : 0;
        x_scale[i] = (real)slope;
        offset[i] = (real)(means ? -factor * means[i] - slope * rest : 0);
    }
    return (struct channel_job){
        .rectify = is_rectified(&l->spec),
        .x = p->x[0],
        .dy = p->dy,
        .center = center,
        .scale = scale,
        .shift = shift,
        .dy_scale = p->dx ? scale : NULL,
        .x_scale = x_scale,
        .offset = offset,
    };
}

static void run(const struct layer *l, const struct pass *p, channel_fn *fn,
                const struct channel_job *j)
{
    channels_run(l, batchnorm_channels(l), fn, p->batch, j);
}

static void batchnorm_forward(const struct layer *l, const struct pass *p)
{
    struct channel_job j = job_of(l, p, p->work);

    j.to = p->y;
    run(l, p, l->spec.engine.kern->channel_affine, &j);
}

/* The two sums of a kernel over the pass's samples. */
static void sum(const struct layer *l, const struct pass *p, channel_fn *fn,
                const struct channel_job *j, double *sums)
{
    const int64_t numbers = batchnorm_channels(l)->map.numbers;
    struct channel_job own = *j;

    memset(sums, 0, (size_t)numbers * SUM_BYTES);
    own.sums[0] = sums;
    own.sums[1] = sums + numbers;
    run(l, p, fn, &own);
}

static void batchnorm_gather(const struct layer *l, const struct pass *p,
                             enum direction d, double *sums)
{
    const struct kernels *kern = l->spec.engine.kern;

    if (d == BACKWARD) {
        const struct channel_job j = job_of(l, p, p->work);
        sum(l, p, kern->channel_gradient_moments, &j, sums);
        return;
    }
    const struct channel_job j = {.x = p->x[0],
                                  .center = p->buffer[RUNNING_MEAN]};
    sum(l, p, kern->channel_moments, &j, sums);
}

/* Sums of x - running_mean and its square become mean and 1 / deviation, of
 * which a lone value has none: 0 in its place leaves bias alone of y. */
static void settle_forward(const struct layer *l, const struct settle *s)
{
    const struct batchnorm_config *c = l->config;
    const int64_t numbers = batchnorm_channels(l)->map.numbers;
    const double n = (double)(s->batch * batchnorm_channels(l)->values);

    for (int64_t i = 0; i < numbers; i++) {
        real *mean = &s->buffer[RUNNING_MEAN][i];
        real *var = &s->buffer[RUNNING_VAR][i];
        const double shift = s->sums[i] / n;
        const double rough = s->sums[numbers + i] / n - shift * shift;
        const double variance = rough < 0 ? 0 : rough;
        s->sums[i] = (double)*mean + shift;
        s->sums[numbers + i] = n > 1 ? 1 / sqrt(variance + c->epsilon) : 0;
        if (!(n > 1))
            continue;
        *mean = (real)((double)*mean + c->alpha * shift);
        *var = (real)((1 - c->alpha) * (double)*var +
                      c->alpha * variance * n / (n - 1));
    }
}

/* Adds what the sums of dz and dz * (x - center) say of the parameters; they
 * become those of dz and dz * xhat. */
static void add_gradients(const struct layer *l, int64_t channel,
                          struct statistics of, double *sums[2],
                          real *const *grad)
{
    const struct batchnorm_config *c = l->config;
    double *dz = &sums[0][channel], *dz_xhat = &sums[1][channel];
    const double rest = of.mean - (double)(real)of.mean;

    *dz_xhat = (*dz_xhat - rest * *dz) * of.over_std;
    if (!grad)
        return;
    if (c->weight && grad[0])
        grad[0][channel] += (real)*dz_xhat;
    if (c->bias && grad[c->weight])
        grad[c->weight][channel] += (real)*dz;
}

static void settle_backward(const struct layer *l, const struct settle *s)
{
    const int64_t numbers = batchnorm_channels(l)->map.numbers;
    const double n = (double)(s->batch * batchnorm_channels(l)->values);
    double *sums[2] = {s->sums, s->sums + numbers};

    for (int64_t i = 0; i < numbers; i++) {
        const struct statistics of = {s->forward[i], s->forward[numbers + i]};
        add_gradients(l, i, of, sums, s->grad);
        sums[0][i] /= n;
        sums[1][i] /= n;
    }
}

static void batchnorm_settle(const struct layer *l, const struct settle *s)
{
    (s->direction == FORWARD ? settle_forward : settle_backward)(l, s);
}

/* Running statistics are constants: the sums over the batch are those of the
 * slices, and only parameters want them. */
static void add_own_gradients(const struct layer *l, const struct pass *p,
                              const struct channel_job *j, double *scratch)
{
    const int64_t numbers = batchnorm_channels(l)->map.numbers;
    double *sums[2] = {scratch, scratch + numbers};

    sum(l, p, l->spec.engine.kern->channel_gradient_moments, j, scratch);
    for (int64_t i = 0; i < numbers; i++)
        add_gradients(l, i, running(l, p->buffer, i), sums, p->grad);
}

static void batchnorm_backward(const struct layer *l, const struct pass *p)
{
    double *sums = p->work;
    struct channel_job j =
        job_of(l, p, (real *)(sums + 2 * batchnorm_channels(l)->map.numbers));

    j.to = p->dx[0];
    if (l->spec.sums[BACKWARD] == 0 && l->spec.param_count > 0 && p->grad[0])
        add_own_gradients(l, p, &j, sums);
    if (j.to)
        run(l, p, l->spec.engine.kern->channel_gradient, &j);
}

static void batchnorm_still(void *config)
{
    ((struct batchnorm_config *)config)->update = "false";
}

const struct layer_ops batchnorm_layer = {
    .kind = {.name = "batchnorm",
             .doc = "Shifts and scales every channel to mean 0 and variance 1 "
                    "over the batch.",
             CONFIG(batchnorm),
             .aka = "batch_normalization batch_norm batchnormalization bn "
                    "batchnorm1d batchnorm2d batch_norm_layer"},
    .family = FAMILY_NORMALIZATION,
    ONE_INPUT,
    .backward_reads_x = true,
    .fuses_rectify = true,
    .fuses_slope = true,
    .cancels_bias = true,
    .infer = batchnorm_infer,
    .forward = batchnorm_forward,
    .backward = batchnorm_backward,
    .gather = batchnorm_gather,
    .settle = batchnorm_settle,
    .affine = batchnorm_affine,
    .still = batchnorm_still,
};
