/*
 * facts.c - what a network is told of its samples: classes and constants.
 */
#include "app/facts.h"

#include <float.h>
#include <math.h>

#include "app/agree.h"
#include "base/num.h"
#include "data/prepare.h"

enum status facts_fit_shape(const struct tree *tree, const struct source *from,
                            const struct graph *g, struct dataset *d,
                            struct err *e)
{
    const struct shape want = g->in;

    if (shape_equal(d->shape, want) ||
        (d->shape.axes == 1 && d->shape.dim[0] == shape_count(want))) {
        d->shape = want;
        return OK;
    }
    if (!tree)
        return source_misfit(d->shape, want, &from->origin, e);
    struct text got = {0}, asked = {0};
    shape_print(&got, d->shape);
    shape_print(&asked, want);
    const enum status s =
        tree_error(tree, from->node, AT_KEY, NULL, e,
                   "its samples are %s, the input layer takes %s",
                   text_string(&got), text_string(&asked));
    text_free(&got);
    text_free(&asked);
    return s;
}

enum status facts_of_answers(struct data_facts *f, const struct experiment *x,
                             struct dataset *d, struct arena *arena,
                             struct err *e)
{
    const struct origin *from = &x->train_source.origin;
    enum status s = agree_answers(x, &d->target, from, e);

    if (s == OK && d->labels && x->data.classes.count > 0)
        s = dataset_match(d, &x->target, from, e);
    f->target = d->target;
    f->names = column_names_of(&d->columns, shape_count(d->shape),
                               target_numbers(&d->target), arena);
    return s == OK ? arena_check(arena, e, "reading the columns") : s;
}

static enum status standardize(double constants[2], const struct experiment *x,
                               const struct subset *used, struct err *e)
{
    const struct node *data = node_find(x->tree.root, "data");
    const struct node *node = node_find(data, "normalize");

    subset_moments(used, &constants[0], &constants[1]);
    /* Samples are float32, and so is 1 / std. */
    if (fabs(constants[0]) <= (double)FLT_MAX &&
        constants[1] >= (double)FLT_MIN && constants[1] <= 1 / (double)FLT_MIN)
        return OK;
    if (!(constants[1] > 0))
        return tree_error(&x->tree, node ? node : data, AT_KEY,
                          node ? NULL : "normalize", e,
                          "all pixels are equal, they cannot be standardized");
    return tree_error(&x->tree, node ? node : data, AT_KEY,
                      node ? NULL : "normalize", e,
                      "the pixels have mean %g and standard deviation %g, "
                      "they cannot be standardized",
                      constants[0], constants[1]);
}

/* `used` NULL: there is no data. */
static enum status choose_constants(struct data_facts *f,
                                    const struct experiment *x,
                                    const struct subset *used,
                                    struct arena *arena, struct err *e)
{
    double *constants = arena_take(arena, 2, sizeof *constants);

    if (!constants)
        return err_memory(e, "preparing the samples");
    constants[1] = x->normalize == NORMALIZE_SCALE ? 255 : 1;
    f->norm = (struct normalization){1, &constants[0], &constants[1]};
    if (x->normalize == NORMALIZE_CONSTANTS)
        f->norm = (struct normalization){
            x->constants.mean.count, x->constants.mean.at, x->constants.std.at};
    if (x->normalize != NORMALIZE_STANDARDIZE)
        return OK;
    if (used)
        return standardize(constants, x, used, e);
    return err_add(e, ERR_CONFIG, x->tree.name,
                   "data.normalize: standardize needs data; without data it "
                   "must be none, scale or {mean: .., std: ..}");
}

enum status facts_of_training(struct data_facts *f, const struct experiment *x,
                              struct dataset *d, const struct subset *used,
                              struct arena *arena, struct err *e)
{
    enum status s = facts_of_answers(f, x, d, arena, e);

    if (s == OK && f->target.kind == TARGET_CLASS)
        s = agree_outputs(x, &f->target, "the data", e);
    return s == OK ? choose_constants(f, x, used, arena, e) : s;
}

/* Classes 0..K-1. */
static enum status number_classes(struct data_facts *f, int64_t count,
                                  struct arena *arena, struct err *e)
{
    const char **classes = arena_take(arena, (size_t)count, sizeof *classes);

    if (!classes || count > INT32_MAX)
        return err_memory(e, "naming the classes");
    for (int64_t i = 0; i < count; i++)
        classes[i] = arena_printf(arena, "%lld", (long long)i);
    f->target = (struct target){TARGET_CLASS, count, classes};
    return arena_check(arena, e, "naming the classes");
}

enum status facts_without_data(struct data_facts *f, const struct experiment *x,
                               const struct data_facts *like,
                               struct arena *arena, struct err *e)
{
    enum status s = OK;

    if (like && x->target.kind != like->target.kind)
        return err_add(e, ERR_CONFIG, x->tree.name,
                       "of network and model one is of classes, the other of "
                       "regression");
    if (like)
        *f = *like;
    if (x->target.kind == TARGET_CLASS && x->target.names) {
        f->target = x->target;
        s = agree_outputs(x, &f->target, "data.classes", e);
    } else if (x->target.kind == TARGET_CLASS && like) {
        s = agree_outputs(x, &f->target, "the model", e);
    } else if (x->target.kind == TARGET_CLASS) {
        s = number_classes(f, shape_count(x->graph.out), arena, e);
    }
    return s == OK && !like ? choose_constants(f, x, NULL, arena, e) : s;
}
