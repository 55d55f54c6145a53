/*
 * step.c - what makers of layers ask about the inputs of their node.
 */
#include <string.h>

#include "base/num.h"
#include "import/importer.h"

struct value *step_in(const struct step *s, int64_t k)
{
    const struct importer *im = s->im;
    const int64_t at = k < s->node->input_count
                           ? im->reads[im->first_read[s->number] + k]
                           : NO_NODE;

    return at >= 0 ? &im->values[at] : NULL;
}

const struct onnx_tensor *step_constant(const struct step *s, int64_t k)
{
    const struct value *v = step_in(s, k);

    return v && v->constant && v->constant->type == ONNX_FLOAT ? v->constant
                                                               : NULL;
}

enum status step_needs(const struct step *s, int64_t k, int64_t count,
                       const struct onnx_tensor **out)
{
    const struct value *v = step_in(s, k);

    *out = step_constant(s, k);
    if (!v)
        return step_refuse(s, "input %lld is missing", (long long)k);
    if (!*out)
        return step_refuse(s,
                           "input %lld, '%s', is no constant of "
                           "floating-point numbers",
                           (long long)k, v->name);
    return count < 0 || (*out)->count == count
               ? OK
               : step_refuse(s,
                             "input %lld, '%s', has %lld numbers, expected "
                             "%lld",
                             (long long)k, v->name, (long long)(*out)->count,
                             (long long)count);
}

enum status step_list(const struct step *s, const char *name, int64_t k,
                      struct node_list *out)
{
    const struct value *v = k < 0 ? NULL : step_in(s, k);

    if (v && !v->constant)
        return step_refuse(s, "%s are computed from the network's input", name);
    return node_list_of(&s->place, name, v ? v->constant : NULL, out, s->im->e);
}

enum status import_any(struct step *s, int64_t k, struct value **out)
{
    *out = step_in(s, k);
    if (!*out)
        return step_refuse(s, "input %lld is missing", (long long)k);
    return (*out)->layer >= 0
               ? OK
               : step_refuse(s,
                             "input %lld, '%s', is a constant, expected "
                             "what is computed from the network's input",
                             (long long)k, (*out)->name);
}

void import_same(struct step *s, const struct value *from)
{
    if (from->readers > 1)
        s->im->layers[from->layer]->shared = true;
    s->out->layer = from->layer;
    s->out->shape = from->shape;
}

/* A layer that gives the numbers of v the extents of v. */
static enum status materialize(struct step *s, struct value *v)
{
    struct importer *im = s->im;
    const bool flat = v->shape.axes == 1;
    struct value *out = s->out, whole = *v;
    struct made *m = made_new(s, flat ? "flatten" : "reshape");
    struct index *index =
        arena_take(im->arena, 1 + SHAPE_MAX_AXES, sizeof *index);

    if (!m || !index)
        return import_memory(im);
    if (!flat) {
        struct reshape_config *c = m->config;
        c->shape = (struct index_list){index, 1 + v->shape.axes, false};
        index[0] = (struct index){0, INDEX_BRACKETS};
        for (int64_t a = 0; a < v->shape.axes; a++)
            index[1 + a] = (struct index){v->shape.dim[a], INDEX_NUMBER};
    }
    s->out = &whole;
    const enum status status = made_on(s, m, v);
    s->out = out;
    v->layer = whole.layer;
    return status;
}

enum status import_whole(struct step *s, int64_t k, int64_t axes,
                         struct value **out)
{
    const enum status status = import_any(s, k, out);

    if (status != OK)
        return status;
    if (axes > 0 && (*out)->shape.axes != axes)
        return step_refuse(s, "its input '%s' is %s, expected %s", (*out)->name,
                           shape_text((*out)->shape).text,
                           axes == 3 ? "channels, rows and columns"
                                     : "a list of numbers");
    return shape_equal((*out)->shape, s->im->layers[(*out)->layer]->out)
               ? OK
               : materialize(s, *out);
}

struct made *import_last(const struct step *s, const struct value *v)
{
    struct made *m = v->layer >= 0 ? s->im->layers[v->layer] : NULL;

    return m && v->readers == 1 && m->readers == 0 && !m->shared && !m->fixed
               ? m
               : NULL;
}

/* Axis a of the batch and the sample as constant `t`, whose last axes they
 * meet, has it: 1 where it has fewer. */
static int64_t extent_of(const struct onnx_tensor *t, struct shape sample,
                         int64_t a)
{
    const int64_t at = a - (1 + sample.axes - t->rank);

    return at < 0 ? 1 : t->dims[at];
}

bool import_shared(const struct importer *im, const struct onnx_tensor *t,
                   struct shape sample, struct int_list_or_word *out)
{
    bool channels = true, all = true;
    int64_t *axes = arena_take(im->arena, SHAPE_MAX_AXES, sizeof *axes);
    int64_t count = 0;

    if (!axes || t->rank > 1 + sample.axes || extent_of(t, sample, 0) != 1)
        return false;
    for (int64_t a = 1; a <= sample.axes; a++) {
        const int64_t extent = extent_of(t, sample, a);
        if (extent != 1 && extent != sample.dim[a - 1])
            return false;
        if (extent == 1 && sample.dim[a - 1] > 1)
            axes[count++] = a;
        channels = channels && extent == (a == 1 ? sample.dim[0] : 1);
        all = all && extent == 1;
    }
    *out = (struct int_list_or_word){.list = {axes, count}};
    if (channels || all)
        *out = (struct int_list_or_word){.word = channels ? "auto" : "all"};
    return true;
}

enum status import_padded(struct step *s, struct value **v,
                          const struct pair width[NODE_AXES], double val)
{
    struct value *out = s->out;
    struct value *padded = arena_take(s->im->arena, 1, sizeof *padded);
    struct pair *kept = arena_take(s->im->arena, NODE_AXES, sizeof *kept);
    struct made *m = made_new(s, "pad");

    if (!padded || !kept || !m)
        return import_memory(s->im);
    struct pad_config *c = m->config;
    memcpy(kept, width, NODE_AXES * sizeof *kept);
    c->width = (struct pair_list){kept, NODE_AXES};
    c->val = val;
    *padded = **v;
    padded->readers = 1;
    s->out = padded;
    const enum status status = made_on(s, m, *v);
    s->out = out;
    *v = padded;
    return status;
}

enum status import_function(struct step *s, struct value *v, struct variant f)
{
    struct made *last = import_last(s, v);
    struct variant *part = last ? made_nonlinearity(last) : NULL;
    const struct shape shape = v->shape;

    if (!f.config)
        return import_memory(s->im);
    if (part && activation_is_linear(*part)) {
        *part = f;
        import_same(s, v);
        return OK;
    }
    struct made *m = made_new(s, "nonlinearity");
    if (!m)
        return import_memory(s->im);
    *made_nonlinearity(m) = f;
    m->alone = last != NULL;
    const enum status status = made_on(s, m, v);
    s->out->shape = shape;
    return status;
}
