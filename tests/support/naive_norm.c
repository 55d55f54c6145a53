#include "support/naive_norm.h"

#include <criterion/criterion.h>
#include <math.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "layer/config.h"

static double *take(int64_t count)
{
    double *block = mem_take((size_t)count, sizeof *block);

    cr_assert_not_null(block);
    return block;
}

/* The channel of an element of a sample: its coordinates along the axes that
 * are not reduced, `reduced` bit a being axis a of the sample. */
static int64_t channel_of(struct shape in, unsigned reduced, int64_t element)
{
    int64_t channel = 0, step = 1;

    for (int64_t a = in.axes - 1; a >= 0; a--) {
        const int64_t at = element % in.dim[a];
        element /= in.dim[a];
        if (reduced >> a & 1)
            continue;
        channel += at * step;
        step *= in.dim[a];
    }
    return channel;
}

int64_t naive_norm_channels(struct shape in, unsigned reduced)
{
    int64_t channels = 1;

    for (int64_t a = 0; a < in.axes; a++)
        channels *= reduced >> a & 1 ? 1 : in.dim[a];
    return channels;
}

static void find_moments(const struct trial *t, struct naive_norm *w,
                         const int64_t *channel)
{
    const double n = (double)w->values;

    for (int64_t i = 0; i < t->in_count; i++)
        w->mean[channel[i]] += (double)t->x[i] / n;
    for (int64_t i = 0; i < t->in_count; i++) {
        const double d = (double)t->x[i] - w->mean[channel[i]];
        w->var[channel[i]] += d * d / n;
    }
}

/* With a tensor of means m over the batch: dx = weight / deviation * (dz -
 * m(dz) - xhat * m(dz * xhat)). */
static void find_gradients(const struct trial *t, struct naive_norm *w,
                           const int64_t *channel, const double *over_std,
                           bool of_batch)
{
    const double n = (double)w->values;

    for (int64_t i = 0; i < t->in_count; i++) {
        w->dbias[channel[i]] += w->dz[i];
        w->dweight[channel[i]] += w->dz[i] * w->xhat[i];
    }
    for (int64_t i = 0; i < t->in_count; i++) {
        const int64_t c = channel[i];
        const double through =
            of_batch ? w->dbias[c] / n + w->xhat[i] * w->dweight[c] / n : 0;
        w->dx[i] = w->weight[c] * over_std[c] * (w->dz[i] - through);
    }
}

void naive_norm(const struct trial *t, unsigned reduced, bool of_batch,
                struct naive_norm *w)
{
    const struct batchnorm_config *c = t->layer.config;
    const int64_t width = t->in_count / t->batch;
    int64_t *channel = mem_take((size_t)t->in_count, sizeof *channel);

    cr_assert_not_null(channel);
    for (int64_t i = 0; i < t->in_count; i++)
        channel[i] = channel_of(t->in[0], reduced, i % width);
    w->channels = naive_norm_channels(t->in[0], reduced);
    w->values = t->in_count / w->channels;
    double **const vectors[] = {&w->mean, &w->var,     &w->weight,
                                &w->bias, &w->dweight, &w->dbias};
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++)
        *vectors[i] = take(w->channels);
    double *over_std = take(w->channels);
    double **const tensors[] = {&w->y, &w->dx, &w->dz, &w->xhat};
    for (size_t i = 0; i < ARRAY_LEN(tensors); i++)
        *tensors[i] = take(t->in_count);
    if (of_batch)
        find_moments(t, w, channel);
    for (int64_t i = 0; i < w->channels; i++) {
        if (!of_batch) {
            w->mean[i] = (double)t->buffer[0][i];
            w->var[i] = (double)t->buffer[1][i];
        }
        over_std[i] =
            of_batch && w->values == 1 ? 0 : 1 / sqrt(w->var[i] + c->epsilon);
        w->weight[i] = c->weight ? (double)t->param[0][i] : 1;
        w->bias[i] = c->bias ? (double)t->param[c->weight][i] : 0;
    }
    const bool rectify = c->nonlinearity.kind == &rectify_activation.kind;
    for (int64_t i = 0; i < t->in_count; i++) {
        const int64_t k = channel[i];
        w->xhat[i] = ((double)t->x[i] - w->mean[k]) * over_std[k];
        const double z = w->weight[k] * w->xhat[i] + w->bias[k];
        w->y[i] = rectify && z < 0 ? 0 : z;
        w->dz[i] = rectify && !(z > 0) ? 0 : (double)t->dy[i];
    }
    find_gradients(t, w, channel, over_std, of_batch);
    mem_free(over_std);
    mem_free(channel);
}

void naive_norm_free(struct naive_norm *w)
{
    double *const all[] = {w->mean,  w->var, w->weight, w->bias, w->dweight,
                           w->dbias, w->y,   w->dx,     w->dz,   w->xhat};

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        mem_free(all[i]);
}
