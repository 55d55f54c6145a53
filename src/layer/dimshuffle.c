/*
 * dimshuffle.c - the axes of the input in another order.
 *
 * Lasagne's DimshuffleLayer: `x` is a new axis of extent 1, an axis that the
 * pattern leaves out must have extent 1.
 */
#include "base/num.h"
#include "layer/axes.h"
#include "layer/config.h"
#include "layer/facts.h"
#include "layer/view.h"
#include "tensor/strided.h"

static const struct field dimshuffle_fields[] = {
    FIELD(dimshuffle_config, pattern, .least = 2, .most = SHAPE_MAX_AXES + 1,
          .aka = "dims perm permutation order", .sample = "[0, 2, 3, 1]",
          .doc = "The axes of the input in the order of the output's, of which "
                 "the first is 0, the batch; x: a new one of extent 1."),
    {0},
};

enum { NEW_AXIS = -1 };

/* What the pattern makes of an input. */
struct shuffle {
    struct shape out;
    int64_t from[SHAPE_MAX_AXES]; /* the sample's axis, or NEW_AXIS */
};

static enum status read_entry(const char *word, struct shape in,
                              struct layer_spec *spec, int64_t *from)
{
    int64_t axis;

    *from = NEW_AXIS;
    if (word[0] == 'x' && !word[1])
        return OK;
    if (!num_parse_int(word, &axis))
        return layer_refuse(spec, "pattern", "'%s' is neither an axis nor x",
                            word);
    if (axes_place(axis, in) < 1)
        return axes_refuse(spec, "pattern", axis, in);
    *from = axes_place(axis, in) - 1;
    return OK;
}

/* Every axis stands once, or has extent 1 and does not. */
static enum status check_use(const struct shuffle *s, struct shape in,
                             struct layer_spec *spec)
{
    for (int64_t a = 0; a < in.axes; a++) {
        int64_t used = 0;
        for (int64_t i = 0; i < s->out.axes; i++)
            used += s->from[i] == a;
        if (used > 1)
            return layer_refuse(spec, "pattern", "axis %lld stands twice",
                                (long long)a + 1);
        if (used == 0 && in.dim[a] != 1)
            return layer_refuse(spec, "pattern",
                                "axis %lld is left out but has %lld cells",
                                (long long)a + 1, (long long)in.dim[a]);
    }
    return OK;
}

static enum status read_pattern(const struct dimshuffle_config *c,
                                struct shape in, struct layer_spec *spec,
                                struct shuffle *s)
{
    enum status status = OK;
    int64_t batch;

    *s = (struct shuffle){.out.axes = c->pattern.count - 1};
    if (!num_parse_int(c->pattern.at[0], &batch) || batch != 0)
        return layer_refuse(spec, "pattern",
                            "must begin with 0, the batch, which is not moved");
    for (int64_t i = 0; status == OK && i < s->out.axes; i++) {
        status = read_entry(c->pattern.at[i + 1], in, spec, &s->from[i]);
        s->out.dim[i] = s->from[i] == NEW_AXIS ? 1 : in.dim[s->from[i]];
    }
    return status == OK ? check_use(s, in, spec) : status;
}

/* Do the axes of more than one cell keep their order? */
static bool keeps_order(const struct shuffle *s)
{
    int64_t last = NEW_AXIS;

    for (int64_t i = 0; i < s->out.axes; i++) {
        if (s->out.dim[i] == 1)
            continue;
        if (s->from[i] < last)
            return false;
        last = s->from[i];
    }
    return true;
}

static enum status dimshuffle_infer(const void *config, const struct shape *in,
                                    int64_t inputs, struct layer_spec *spec)
{
    struct shuffle *s = spec_prepared(spec, sizeof *s);
    const enum status status = read_pattern(config, in[0], spec, s);

    (void)inputs;
    spec->out = s->out;
    if (status == OK && keeps_order(s))
        spec_view(spec, true);
    return status;
}

const int64_t *dimshuffle_from(const struct layer *l)
{
    const struct shuffle *s = (const void *)l->spec.prepared;

    return s->from;
}

/* The output, and the input as its axes see it. */
struct walk dimshuffle_walk(const struct layer *l, int64_t batch)
{
    const struct shuffle *s = (const void *)l->spec.prepared;
    struct walk w = walk_over(batch, l->spec.out);

    walk_add(&w, l->spec.out);
    struct strided *x = walk_add(&w, l->in[0]);
    const struct strided own = *x;
    for (int64_t i = 0; i < s->out.axes; i++)
        x->step[i + 1] = s->from[i] == NEW_AXIS ? 0 : own.step[s->from[i] + 1];
    walk_join(&w);
    return w;
}

static void dimshuffle_forward(const struct layer *l, const struct pass *p)
{
    if (l->spec.view == VIEW_ALWAYS) {
        view_forward(l, p);
        return;
    }
    const struct walk w = dimshuffle_walk(l, p->batch);
    walk_copy(&w, 0, p->y, 1, p->x[0]);
}

static void dimshuffle_backward(const struct layer *l, const struct pass *p)
{
    if (l->spec.view == VIEW_ALWAYS) {
        view_backward(l, p);
        return;
    }
    const struct walk w = dimshuffle_walk(l, p->batch);
    if (p->dx[0])
        walk_copy(&w, 1, p->dx[0], 0, p->dy);
}

const struct layer_ops dimshuffle_layer = {
    .kind = {.name = "dimshuffle",
             .doc = "Its input with the axes in another order.",
             CONFIG(dimshuffle),
             .aka = "permute transpose swapaxes"},
    .min_inputs = 1,
    .max_inputs = 1,
    .infer = dimshuffle_infer,
    .forward = dimshuffle_forward,
    .backward = dimshuffle_backward,
};
