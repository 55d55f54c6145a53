/*
 * make_norm.c - normalizations.
 */
#include "import/importer.h"

/* Inputs 1 to `count` are numbers of each channel. */
static enum status channel_inputs(const struct step *s, int64_t count,
                                  int64_t channels,
                                  const struct onnx_tensor **out)
{
    enum status status = OK;

    for (int64_t k = 0; status == OK && k < count; k++)
        status = step_needs(s, 1 + k, channels, &out[k]);
    return status;
}

enum status make_batchnorm(struct step *s)
{
    static const char *const names[] = {"weight", "bias", "running_mean",
                                        "running_var"};
    const struct onnx_tensor *t[4];
    struct value *x;
    struct made *m = made_new(s, "batchnorm");

    if (!m)
        return import_memory(s->im);
    if (node_int(s->node, "training_mode", 0) != 0)
        return step_refuse(s, "attribute 'training_mode': a network is read as "
                              "it infers");
    if (node_int(s->node, "spatial", 1) != 1)
        return step_refuse(s, "attribute 'spatial': only 1 is read");
    enum status status = import_whole(s, 0, 0, &x);
    if (status == OK)
        status = channel_inputs(s, 4, x->shape.dim[0], t);
    if (status != OK)
        return status;
    struct batchnorm_config *c = m->config;
    c->epsilon = node_real(s->node, "epsilon", 1e-5);
    c->alpha = real_of_float((float)(1 - node_real(s->node, "momentum", 0.9)));
    for (int k = 0; k < 4; k++)
        made_weight(m, names[k], t[k]->reals, t[k]->count);
    return made_on(s, m, x);
}

static bool all_equal(const struct onnx_tensor *t, float value)
{
    for (int64_t i = 0; i < t->count; i++)
        if (t->reals[i] != value)
            return false;
    return true;
}

/* A layer whose one weight has a number for each channel. */
static enum status per_channel(struct step *s, const char *type,
                               const char *weight, const struct onnx_tensor *t,
                               struct value *x)
{
    struct made *m = made_new(s, type);

    if (!m)
        return import_memory(s->im);
    made_weight(m, weight, t->reals, t->count);
    return made_on(s, m, x);
}

enum status make_instancenorm(struct step *s)
{
    const struct onnx_tensor *t[2];
    struct value *x;
    struct made *m = made_new(s, "standardization");

    if (!m)
        return import_memory(s->im);
    enum status status = import_whole(s, 0, 0, &x);
    if (status == OK && x->shape.axes < 2)
        return step_refuse(s, "its input has no rows");
    if (status == OK)
        status = channel_inputs(s, 2, x->shape.dim[0], t);
    if (status != OK)
        return status;
    struct standardization_config *c = m->config;
    c->axes = (struct int_list_or_word){.word = "spatial"};
    c->epsilon = node_real(s->node, "epsilon", 1e-5);
    status = made_on(s, m, x);
    if (status == OK && !all_equal(t[0], 1))
        status = per_channel(s, "scale", "weight", t[0], s->out);
    if (status == OK && !all_equal(t[1], 0))
        status = per_channel(s, "bias", "bias", t[1], s->out);
    return status;
}

/* alpha is divided by the number of channels there. */
enum status make_lrn(struct step *s)
{
    struct value *x;
    struct made *m = made_new(s, "lrn2d");

    if (!m)
        return import_memory(s->im);
    const enum status status = import_whole(s, 0, 3, &x);
    const int64_t size = node_int(s->node, "size", 0);
    if (status == OK && (size < 1 || size > 1 << 20))
        return step_refuse(s, "attribute 'size': %lld channels",
                           (long long)size);
    if (status != OK)
        return status;
    struct lrn2d_config *c = m->config;
    c->alpha = real_of_float(
        (float)(node_real(s->node, "alpha", 1e-4) / (double)size));
    c->k = node_real(s->node, "bias", 1);
    c->beta = node_real(s->node, "beta", 0.75);
    c->n = size;
    return made_on(s, m, x);
}
