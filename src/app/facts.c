/*
 * facts.c - what a network is told of its samples: classes and constants.
 */
#include "app/facts.h"

#include "app/agree.h"
#include "data/prepare.h"

enum status facts_fit_shape(struct place from, const struct graph *g,
                            struct dataset *d, struct err *e)
{
    const struct source *source = from.source;
    const struct shape want = g->in;

    if (shape_equal(d->shape, want) ||
        (d->shape.axes == 1 && d->shape.dim[0] == shape_count(want))) {
        d->shape = want;
        return OK;
    }
    if (!from.tree)
        return source_misfit(d->shape, want, &source->origin, e);
    struct text got = {0}, asked = {0};
    shape_print(&got, d->shape);
    shape_print(&asked, want);
    const enum status s =
        tree_error(from.tree, source->node, AT_KEY, NULL, e,
                   "its samples are %s, the input layer takes %s",
                   text_string(&got), text_string(&asked));
    text_free(&got);
    text_free(&asked);
    return s;
}

enum status facts_of_answers(struct samples *s, const struct experiment *x,
                             struct err *e)
{
    const struct origin *from = &x->train_source.origin;
    enum status status = agree_answers(x, &s->train.target, from, e);

    if (status == OK && s->train.labels && x->data.classes.count > 0)
        status = dataset_match(&s->train, &x->target, from, e);
    s->target = s->train.target;
    return status;
}

/* `normalize: {mean, std}`: one number or one per channel. */
static enum status given_constants(struct samples *s,
                                   const struct experiment *x, struct err *e)
{
    const struct real_list *mean = &x->constants.mean;
    const struct real_list *std = &x->constants.std;
    const int64_t channels = x->graph.in.axes == 3 ? x->graph.in.dim[0] : 1;
    const struct node *node =
        node_find(node_find(x->tree.root, "data"), "normalize");

    if (mean->count != std->count ||
        (mean->count != 1 && mean->count != channels))
        return tree_error(&x->tree, node, AT_VALUE, NULL, e,
                          "%lld means and %lld stds; expected one of each, or "
                          "one per channel (%lld)",
                          (long long)mean->count, (long long)std->count,
                          (long long)channels);
    s->norm = (struct normalization){mean->count, mean->at, std->at};
    return OK;
}

static enum status standardize(struct samples *s, const struct experiment *x,
                               int64_t count, double *constants, struct err *e)
{
    const struct node *data = node_find(x->tree.root, "data");
    const struct node *node = node_find(data, "normalize");

    dataset_moments(&s->train, count, &constants[0], &constants[1]);
    if (constants[1] > 0)
        return OK;
    return tree_error(&x->tree, node ? node : data, AT_KEY,
                      node ? NULL : "normalize", e,
                      "all pixels are equal, they cannot be standardized");
}

/* x' = x, until something else is known. */
static enum status no_constants(struct samples *s, double **constants,
                                struct err *e)
{
    double *c = arena_take(&s->arena, 2, sizeof *c);

    if (!c)
        return err_memory(e, "preparing the samples");
    c[1] = 1;
    s->norm = (struct normalization){1, &c[0], &c[1]};
    *constants = c;
    return OK;
}

static enum status choose_constants(struct samples *s,
                                    const struct experiment *x, int64_t count,
                                    struct err *e)
{
    double *constants = NULL;
    const enum status status = no_constants(s, &constants, e);

    if (status != OK)
        return status;
    switch (x->normalize) {
    case NORMALIZE_STANDARDIZE:
        return standardize(s, x, count, constants, e);
    case NORMALIZE_SCALE:
        constants[1] = 255;
        return OK;
    case NORMALIZE_CONSTANTS:
        return given_constants(s, x, e);
    case NORMALIZE_NONE:
        break;
    }
    return OK;
}

enum status facts_of_training(struct samples *s, const struct experiment *x,
                              int64_t count, struct err *e)
{
    enum status status = facts_of_answers(s, x, e);

    if (status == OK && s->target.kind == TARGET_CLASS)
        status = agree_outputs(x, &s->target, "the data", e);
    return status == OK ? choose_constants(s, x, count, e) : status;
}

/* Classes 0..K-1. */
static enum status number_classes(struct samples *s, int64_t count,
                                  struct err *e)
{
    const char **classes =
        arena_take(&s->arena, (size_t)count, sizeof *classes);

    if (!classes || count > INT32_MAX)
        return err_memory(e, "naming the classes");
    for (int64_t i = 0; i < count; i++)
        classes[i] = arena_printf(&s->arena, "%lld", (long long)i);
    s->target = (struct target){TARGET_CLASS, count, classes};
    return arena_check(&s->arena, e, "naming the classes");
}

static enum status assume_constants(struct samples *s,
                                    const struct experiment *x, struct err *e)
{
    double *constants = NULL;
    const enum status status = no_constants(s, &constants, e);

    if (status != OK)
        return status;
    constants[1] = x->normalize == NORMALIZE_SCALE ? 255 : 1;
    if (x->normalize == NORMALIZE_CONSTANTS)
        s->norm = (struct normalization){
            x->constants.mean.count, x->constants.mean.at, x->constants.std.at};
    if (x->normalize != NORMALIZE_STANDARDIZE)
        return OK;
    return err_add(e, ERR_CONFIG, x->tree.name,
                   "data.normalize: standardize needs data; without data it "
                   "must be none, scale or {mean: .., std: ..}");
}

static enum status take_facts_of(struct samples *s, const struct model *like,
                                 const struct experiment *x, struct err *e)
{
    s->target = like->target;
    s->norm = like->norm;
    if (x->target.kind != like->target.kind)
        return err_add(e, ERR_CONFIG, x->tree.name,
                       "of network and model one is of classes, the other of "
                       "regression");
    return like->target.kind == TARGET_CLASS
               ? agree_outputs(x, &like->target, "the model", e)
               : OK;
}

enum status facts_without_data(struct samples *s, const struct experiment *x,
                               const struct model *like, struct err *e)
{
    if (like)
        return take_facts_of(s, like, x, e);
    const enum status status =
        x->target.kind == TARGET_REAL
            ? OK
            : number_classes(s, shape_count(x->graph.out), e);
    return status == OK ? assume_constants(s, x, e) : status;
}
