/*
 * samples.c - sources to datasets to parts, checked against the network.
 */
#include "app/samples.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "app/agree.h"
#include "base/num.h"
#include "data/prepare.h"
#include "train/infer.h"

enum status samples_preflight(const struct experiment *x, struct err *e)
{
    const struct source *sources[] = {&x->train_source, &x->valid_source,
                                      &x->test_source};
    enum status s = OK;

    for (size_t i = 0; i < ARRAY_LEN(sources); i++)
        if (sources[i]->kind) {
            const enum status one =
                sources[i]->kind->check(sources[i]->config, e);
            s = s != OK ? s : one;
        }
    return s;
}

/* The samples must have the extents of the network's input; a CSV row is taken
 * for an image of as many cells. */
static enum status fit_shape(const struct experiment *x,
                             const struct source *source, struct dataset *d,
                             struct err *e)
{
    const struct shape want = x->graph.in;

    if (shape_equal(d->shape, want) ||
        (d->shape.axes == 1 && d->shape.dim[0] == shape_count(want))) {
        d->shape = want;
        return OK;
    }
    struct text got = {0}, asked = {0};
    shape_print(&got, d->shape);
    shape_print(&asked, want);
    const enum status s =
        source->node
            ? tree_error(&x->tree, source->node, AT_KEY, NULL, e,
                         "its samples are %s, the input layer takes %s",
                         text_string(&got), text_string(&asked))
            : err_add(e, ERR_CONFIG, source->origin.file,
                      "%s%sthe samples are %s, the network's input takes %s",
                      source->origin.key ? source->origin.key : "",
                      source->origin.key ? ": " : "", text_string(&got),
                      text_string(&asked));
    text_free(&got);
    text_free(&asked);
    return s;
}

static int64_t limited(const struct source *source, const struct dataset *d)
{
    return source->limit > 0 ? num_min(source->limit, d->count) : d->count;
}

/* A part that is the first `count` samples of a set. */
static enum status whole_part(struct arena *arena, const struct dataset *d,
                              int64_t count, struct subset *out, struct err *e)
{
    int64_t *ids = arena_take(arena, (size_t)count, sizeof *ids);

    if (!ids)
        return err_memory(e, "preparing the samples");
    for (int64_t i = 0; i < count; i++)
        ids[i] = i;
    *out = (struct subset){d, ids, count};
    return OK;
}

/* Numbers the labels as data.classes does, where it is given. */
static enum status match_given(const struct experiment *x, struct dataset *d,
                               struct err *e)
{
    return x->data.classes.count > 0
               ? dataset_match(d, &x->target, &x->train_source.origin, e)
               : OK;
}

static enum status choose_classes(struct samples *s, const struct experiment *x,
                                  struct err *e)
{
    enum status status =
        agree_answers(x, &s->train.target, &x->train_source.origin, e);

    s->target = s->train.target;
    if (status != OK || s->target.kind != TARGET_CLASS)
        return status;
    if (!s->train.labels)
        return tree_error(&x->tree, x->train_source.node, AT_KEY, NULL, e,
                          "the training samples have no labels");
    status = match_given(x, &s->train, e);
    s->target = s->train.target;
    return status == OK ? agree_outputs(x, &s->target, "the data", e) : status;
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
                               double *mean, double *std, struct err *e)
{
    const struct node *data = node_find(x->tree.root, "data");
    const struct node *node = node_find(data, "normalize");

    dataset_moments(&s->train, limited(&x->train_source, &s->train), mean, std);
    /* Samples are float32, and so is 1 / std. */
    if (fabs(*mean) <= (double)FLT_MAX && *std >= (double)FLT_MIN &&
        *std <= 1 / (double)FLT_MIN)
        return OK;
    if (!(*std > 0))
        return tree_error(&x->tree, node ? node : data, AT_KEY,
                          node ? NULL : "normalize", e,
                          "all pixels are equal, they cannot be standardized");
    return tree_error(&x->tree, node ? node : data, AT_KEY,
                      node ? NULL : "normalize", e,
                      "mean %g and standard deviation %g cannot be computed "
                      "with, they cannot be standardized",
                      *mean, *std);
}

static enum status choose_constants(struct samples *s,
                                    const struct experiment *x, struct err *e)
{
    double *constants = arena_take(&s->arena, 2, sizeof *constants);

    if (!constants)
        return err_memory(e, "preparing the samples");
    constants[0] = 0;
    constants[1] = 1;
    s->norm = (struct normalization){1, &constants[0], &constants[1]};
    switch (x->normalize) {
    case NORMALIZE_STANDARDIZE:
        return standardize(s, x, &constants[0], &constants[1], e);
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

static enum status split_training(struct samples *s, const struct experiment *x,
                                  struct err *e)
{
    const struct split_config config = {
        .eval_size = x->split.eval_size.value,
        .stratify = x->split.stratify,
        .shuffle = x->split.shuffle,
        .seed = (uint64_t)x->top.seed,
    };
    struct split split;
    const enum status status =
        split_build(&s->train, limited(&x->train_source, &s->train), &config,
                    &s->arena, &split, e);

    s->train_part = split.train;
    s->valid_part = split.valid;
    return status;
}

/* All of a source, or all but its pixels. */
static enum status read_source(const struct source *source, bool survey,
                               struct dataset *out, struct err *e)
{
    return survey ? source->kind->survey(source->config, out, e)
                  : source->kind->load(source->config, out, e);
}

static enum status load_valid(struct samples *s, const struct experiment *x,
                              bool survey, struct err *e)
{
    const struct source *source = &x->valid_source;
    enum status status = read_source(source, survey, &s->valid, e);

    if (status == OK)
        status = fit_shape(x, source, &s->valid, e);
    if (status == OK)
        status = agree_answers(x, &s->valid.target, &source->origin, e);
    if (status == OK && s->target.kind == TARGET_CLASS)
        status = dataset_match(&s->valid, &s->target, &source->origin, e);
    if (status == OK)
        status = whole_part(&s->arena, &s->valid, limited(source, &s->valid),
                            &s->valid_part, e);
    return status;
}

static enum status make_parts(struct samples *s, const struct experiment *x,
                              bool survey, struct err *e)
{
    enum status status;

    if (x->valid_source.kind) {
        status =
            whole_part(&s->arena, &s->train,
                       limited(&x->train_source, &s->train), &s->train_part, e);
        if (status == OK)
            status = load_valid(s, x, survey, e);
    } else {
        status = split_training(s, x, e);
    }
    if (status != OK)
        return status;
    int64_t missing = part_missing_class(&s->train_part);
    if (missing >= 0)
        return tree_error(&x->tree, x->train_source.node, AT_KEY, NULL, e,
                          "class '%s' has no sample left to train on",
                          s->target.names[missing]);
    const struct source *valid =
        x->valid_source.kind ? &x->valid_source : &x->train_source;
    missing = s->valid_part.count > 0 ? part_missing_class(&s->valid_part) : -1;
    if (missing >= 0)
        return tree_error(&x->tree, valid->node, AT_KEY, NULL, e,
                          "class '%s' has no sample to validate with",
                          s->target.names[missing]);
    return OK;
}

static void take_fingerprint(struct samples *s, const struct experiment *x)
{
    struct sha256 digest;

    sha256_begin(&digest);
    dataset_digest(&s->train, x->graph.in, &digest);
    if (s->valid.count > 0)
        dataset_digest(&s->valid, x->graph.in, &digest);
    sha256_end(&digest, s->fingerprint);
}

enum status samples_load(struct samples *s, const struct experiment *x,
                         struct err *e)
{
    const struct source *source = &x->train_source;

    *s = (struct samples){0};
    enum status status = read_source(source, false, &s->train, e);
    if (status == OK)
        status = fit_shape(x, source, &s->train, e);
    if (status == OK)
        status = choose_classes(s, x, e);
    if (status == OK)
        status = choose_constants(s, x, e);
    if (status == OK)
        status = make_parts(s, x, false, e);
    if (status == OK)
        take_fingerprint(s, x);
    return status;
}

/* What fit holds of a set: pixels and labels. */
static size_t set_bytes(const struct dataset *d)
{
    const size_t pixel = d->pixel == PIXEL_U8 ? 1 : sizeof(float);

    return (size_t)d->count *
           ((size_t)shape_count(d->shape) * pixel +
            (d->target.kind == TARGET_REAL
                 ? (size_t)d->target.width * sizeof *d->targets
                 : sizeof *d->labels));
}

/* Of a sample that trains its number and its place in the epoch's order, of one
 * that validates its number and its score. */
static size_t parts_bytes(const struct samples *s)
{
    return (size_t)s->train_part.count * 2 * sizeof *s->train_part.ids +
           (size_t)s->valid_part.count *
               (sizeof *s->valid_part.ids + sizeof(struct score));
}

static void survey(struct samples *s, const struct experiment *x,
                   struct samples_survey *out, struct err *e)
{
    enum status status = x->train_source.kind->check(x->train_source.config, e);
    if (status == OK)
        status = read_source(&x->train_source, true, &s->train, e);
    if (status == OK)
        status = agree_answers(x, &s->train.target, &x->train_source.origin, e);
    if (status == OK)
        status = match_given(x, &s->train, e);
    if (status != OK || s->train.count == 0)
        return;
    s->target = s->train.target;
    out->class_count = target_classes(&s->target);
    if (make_parts(s, x, true, e) == OK)
        out->bytes =
            set_bytes(&s->train) + set_bytes(&s->valid) + parts_bytes(s);
}

enum status samples_survey(const struct experiment *x,
                           struct samples_survey *out, struct err *e)
{
    struct err *ignored = mem_take(1, sizeof *ignored);
    struct samples s = {0};

    *out = (struct samples_survey){0};
    if (ignored && x->train_source.kind)
        survey(&s, x, out, ignored);
    const bool is_short = !ignored || ignored->status == ERR_MEMORY;
    samples_free(&s);
    mem_free(ignored);
    return is_short ? err_memory(e, "looking at the data") : OK;
}

enum status samples_load_labelled(struct samples *s, const struct experiment *x,
                                  const struct source *source,
                                  const struct target *classes, struct err *e)
{
    /* Its node may belong to another document than x. */
    struct source elsewhere = *source;

    elsewhere.node = NULL;
    *s = (struct samples){.target = *classes};
    enum status status = source->kind->load(source->config, &s->test, e);
    if (status == OK)
        status = fit_shape(x, &elsewhere, &s->test, e);
    if (status == OK)
        status = agree_answers(x, &s->test.target, &source->origin, e);
    if (status == OK && classes->kind == TARGET_CLASS)
        status = dataset_match(&s->test, classes, &source->origin, e);
    if (status == OK)
        status = whole_part(&s->arena, &s->test, limited(source, &s->test),
                            &s->test_part, e);
    return status;
}

void samples_free(struct samples *s)
{
    dataset_free(&s->train);
    dataset_free(&s->valid);
    dataset_free(&s->test);
    arena_free(&s->arena);
    *s = (struct samples){0};
}
