/*
 * make_constant.c - a value and a constant.
 */
#include <string.h>

#include "import/importer.h"
#include "tensor/finite.h"

const struct onnx_tensor *import_constant(const struct step *s, int64_t *k)
{
    for (*k = 0; *k < 2; (*k)++)
        if (step_constant(s, *k))
            return step_constant(s, *k);
    return NULL;
}

/* Numbers of a constant as a layer has them. */
static const float *changed(const struct step *s, const struct onnx_tensor *t,
                            float (*change)(float))
{
    float *out;

    if (!change)
        return t->reals;
    out = arena_take(s->im->arena, (size_t)t->count, sizeof *out);
    for (int64_t i = 0; out && i < t->count; i++)
        out[i] = change(t->reals[i]);
    return out;
}

static float minus(float x)
{
    return -x;
}

static float reciprocal(float x)
{
    return (float)(1 / (double)x);
}

/* Is `t` a number for each channel of `shape`, or feature? */
static bool is_per_channel(const struct importer *im,
                           const struct onnx_tensor *t, struct shape shape)
{
    struct int_list_or_word shared;

    return t->count == shape.dim[0] && import_shared(im, t, shape, &shared) &&
           shared.word && strcmp(shared.word, "auto") == 0;
}

/* Where a layer without one says that it has a bias; NULL: it has one, or
 * never. */
static struct variant *missing_bias(const struct made *m)
{
    const struct field *f = field_find(m->ops->kind.fields, "b");
    struct variant *b =
        f && field_find(m->ops->kind.fields, "nonlinearity")
            ? (struct variant *)(void *)((char *)m->config + f->offset)
            : NULL;

    return b && !b->kind && activation_is_linear(*made_nonlinearity(m)) ? b
                                                                        : NULL;
}

/* A constant added to what a linear layer without a bias computes is one. */
static bool join_bias(struct step *s, struct value *x,
                      const struct onnx_tensor *t, const float *numbers)
{
    struct made *m = import_last(s, x);
    struct variant *b = m ? missing_bias(m) : NULL;

    if (!b || !numbers || !shape_equal(x->shape, m->out) ||
        !is_per_channel(s->im, t, x->shape) || !all_finite(numbers, t->count))
        return false;
    const struct field *f = field_find(m->ops->kind.fields, "b");
    *b = *(const struct variant *)(const void *)((const char *)made_defaults(
                                                     s->im, m) +
                                                 f->offset);
    made_weight(m, "bias", numbers, t->count);
    import_same(s, x);
    return true;
}

/* x with numbers that are shared along axes: a layer with one weight. */
static enum status shared_layer(struct step *s, const char *type,
                                const struct onnx_tensor *t,
                                const float *numbers, struct value *x)
{
    struct made *m = made_new(s, type);

    if (!m || !numbers)
        return import_memory(s->im);
    if (!import_shared(s->im, t, x->shape, made_shared(m)))
        return step_refuse(s, "its constant does not fit samples of %s",
                           shape_text(x->shape).text);
    made_weight(m, strcmp(type, "bias") == 0 ? "bias" : "weight", numbers,
                t->count);
    return made_on(s, m, x);
}

/* A scale or bias layer of the constant that is input k. */
static enum status with_constant(struct step *s, int64_t k, const char *type,
                                 float (*change)(float))
{
    const struct onnx_tensor *t = step_constant(s, k);
    struct value *x;
    const enum status status = import_whole(s, 1 - k, 0, &x);

    if (status != OK)
        return status;
    const float *numbers = changed(s, t, change);
    if (strcmp(type, "bias") == 0 && join_bias(s, x, t, numbers))
        return OK;
    return shared_layer(s, type, t, numbers, x);
}

/* c x + d, the same for all numbers. */
enum status import_line(struct step *s, struct value *x, float c, float d)
{
    static const struct onnx_tensor one = {.name = "", .count = 1};
    float *numbers = arena_take(s->im->arena, 2, sizeof *numbers);
    enum status status = OK;
    struct value so_far = *x;

    if (!numbers)
        return import_memory(s->im);
    numbers[0] = c;
    numbers[1] = d;
    if (c != 1)
        status = shared_layer(s, "scale", &one, &numbers[0], &so_far);
    if (c != 1)
        so_far = *s->out;
    return status == OK && d != 0
               ? shared_layer(s, "bias", &one, &numbers[1], &so_far)
               : status;
}

enum status make_add(struct step *s)
{
    int64_t k;

    return import_constant(s, &k) ? with_constant(s, k, "bias", NULL)
                                  : import_merge(s, made_new(s, "elemwisesum"));
}

/* c - x is -x + c. */
static enum status from_constant(struct step *s)
{
    const struct onnx_tensor *t = step_constant(s, 0);
    struct value *x;
    enum status status = import_whole(s, 1, 0, &x);

    if (status == OK)
        status = import_line(s, x, -1, 0);
    if (status != OK)
        return status;
    struct value negative = *s->out;
    return shared_layer(s, "bias", t, t->reals, &negative);
}

enum status make_sub(struct step *s)
{
    int64_t k;

    if (!import_constant(s, &k))
        return import_merge_by(s, "sub");
    return k == 1 ? with_constant(s, 1, "bias", minus) : from_constant(s);
}

enum status make_div(struct step *s)
{
    int64_t k;

    if (!import_constant(s, &k))
        return step_refuse(s, "divides by what is computed");
    return k == 1 ? with_constant(s, 1, "scale", reciprocal)
                  : step_refuse(s, "divides a constant");
}

enum status make_mul(struct step *s)
{
    int64_t k;

    return import_constant(s, &k) ? with_constant(s, k, "scale", NULL)
                                  : import_product(s);
}
