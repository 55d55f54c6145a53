/*
 * agree.c - is it classes or numbers, and does everything agree?
 */
#include "document/agree.h"

#include <string.h>

#include "document/bind.h"
#include "loss/loss.h"

/* A key that stands beside the one that takes its effect away. */
enum status agree_refuse(const struct experiment *x, const struct node *map,
                         const char *key, const char *why, struct err *e)
{
    const struct node *given = node_find(map, key);

    return given ? tree_error(&x->tree, given, AT_KEY, NULL, e,
                              "has no effect %s", why)
                 : OK;
}

/* Keys that need validation samples are errors when there are none; their
 * defaults give way, so that the resolved document is one without the error. */
static enum status check_validation(struct experiment *x,
                                    const struct node *train, struct err *e)
{
    const struct node *given = node_find(train, "restore_best");

    if (!x->train.restore_best || !x->train_source.kind ||
        x->valid_source.kind || x->split.eval_size.value > 0)
        return OK;
    x->train.restore_best = false;
    if (!given)
        return OK;
    return tree_error(&x->tree, given, AT_KEY, NULL, e,
                      "has no effect without validation samples "
                      "(data.split.eval_size is 0)");
}

/* `max_norm`: there are weights that it is of. */
static enum status check_max_norm(const struct experiment *x,
                                  const struct node *train, struct err *e)
{
    if (x->train.max_norm == 0 || !agree_has_output(x) ||
        apply_limits(&x->graph))
        return OK;
    return tree_error(&x->tree, node_find(train, "max_norm"), AT_KEY, NULL, e,
                      "has no effect without a conv2d, nin or dense layer that "
                      "is trained");
}

/* `l1` and `l2`: likewise, trained or not, as they count in the loss. */
static enum status check_penalties(const struct experiment *x,
                                   const struct node *train, struct err *e)
{
    static const char why[] = "without a layer with regularizable weights";
    bool some = !agree_has_output(x);
    enum status s = OK;

    for (int64_t i = 0; i < x->graph.tensor_count; i++)
        some = some || x->graph.params[i].regularizable;
    if (!some && x->train.l1 > 0)
        s = agree_refuse(x, train, "l1", why, e);
    return some || x->train.l2 <= 0
               ? s
               : bind_worse(agree_refuse(x, train, "l2", why, e), s);
}

/* One of several parts validates: which, of how many, and nothing else says
 * it. */
static enum status check_folds(const struct experiment *x,
                               const struct node *split, struct err *e)
{
    const struct node *folds = node_find(split, "folds");
    const struct node *fold = node_find(split, "fold");

    if (!folds)
        return fold ? tree_error(&x->tree, fold, AT_KEY, NULL, e,
                                 "needs folds, of how many it is one")
                    : OK;
    if (!fold)
        return tree_error(&x->tree, folds, AT_KEY, NULL, e,
                          "needs fold, which of them validates; without both "
                          "fit --folds trains on every one");
    const enum status s = agree_refuse(
        x, split, "eval_size", "beside folds, one of which validates", e);
    if (x->split.folds == 0 || x->split.fold <= x->split.folds)
        return s;
    return tree_error(&x->tree, fold, AT_VALUE, NULL, e,
                      "%lld is not in [1, %lld], the number of folds",
                      (long long)x->split.fold, (long long)x->split.folds);
}

/* Keys of data.split beside what takes their effect away.  Documents that are
 * stored hold every key. */
static enum status check_split(const struct experiment *x,
                               const struct node *data, struct err *e)
{
    const struct node *split = node_find(data, "split");
    const bool nothing = x->split.eval_size.text &&
                         x->split.eval_size.value == 0 &&
                         x->split.test_size.value == 0;
    static const char why[] = "where nothing is held out (eval_size is 0)";
    static const char *const keys[] = {"by", "hash", "shuffle"};
    enum status s =
        bind_worse(check_folds(x, split, e), agree_split_column(x, split, e));

    if (x->test_source.kind && x->split.test_size.text)
        s = bind_worse(agree_refuse(x, split, "test_size",
                                    "beside test, which names the test samples",
                                    e),
                       s);
    if (!nothing || x->tree.paths_as_written)
        return s;
    if (x->target.kind == TARGET_CLASS)
        s = bind_worse(agree_refuse(x, split, "stratify", why, e), s);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        s = bind_worse(agree_refuse(x, split, keys[i], why, e), s);
    return s;
}

/* Are the samples no rows of a table?  Nobody knows without a source. */
static bool lacks_columns(const struct experiment *x)
{
    return x->train_source.kind && !x->train_source.kind->columns;
}

/* `normalize: {standardize}`: there is what is to have a pair of its own. */
static enum status check_scope(const struct experiment *x,
                               const struct node *data, struct err *e)
{
    const struct node *given =
        node_find(node_find(data, "normalize"), "standardize");

    if (x->normalize != NORMALIZE_PARTS)
        return OK;
    if (strcmp(x->standard.standardize, "column") == 0 && lacks_columns(x))
        return tree_error(&x->tree, given, AT_VALUE, NULL, e,
                          "column needs a source with columns, csv, npy or "
                          "npz; data.train is %s",
                          x->train_source.kind->kind.name);
    if (strcmp(x->standard.standardize, "channel") == 0 && x->graph.count > 0 &&
        x->graph.in.axes != 3)
        return tree_error(&x->tree, given, AT_VALUE, NULL, e,
                          "channel needs an input of [channels, rows, "
                          "columns]");
    return OK;
}

/* `missing`: there are cells. */
static enum status check_missing(const struct experiment *x,
                                 const struct node *data, struct err *e)
{
    if (!experiment_fills(x) || !lacks_columns(x))
        return OK;
    return tree_error(&x->tree, node_find(data, "missing"), AT_KEY, NULL, e,
                      "has no effect without a source with columns, csv, npy "
                      "or npz; data.train is %s",
                      x->train_source.kind->kind.name);
}

/* `cache`: there are pixels that can be fetched. */
static enum status check_cache(const struct experiment *x,
                               const struct node *data, struct err *e)
{
    const struct source *const sources[] = {&x->train_source, &x->valid_source,
                                            &x->test_source};

    if (!x->data.cache || !x->train_source.kind)
        return OK;
    for (size_t i = 0; i < ARRAY_LEN(sources); i++)
        if (sources[i]->kind && sources[i]->kind->fetch)
            return OK;
    return tree_error(&x->tree, node_find(data, "cache"), AT_KEY, NULL, e,
                      "has no effect, %s is always held in memory",
                      x->train_source.kind->kind.name);
}

/* `normalize: {mean, std}`: one number, one per channel or one per column. */
static enum status check_constants(const struct experiment *x,
                                   const struct node *data, struct err *e)
{
    const int64_t means = x->constants.mean.count;
    const int64_t stds = x->constants.std.count;
    const int64_t channels = shape_channels(x->graph.in);
    const int64_t columns =
        lacks_columns(x) ? channels : shape_count(x->graph.in);

    if (x->normalize != NORMALIZE_CONSTANTS || means == 0 || stds == 0 ||
        x->graph.count == 0 ||
        (means == stds &&
         (means == 1 || means == channels || means == columns)))
        return OK;
    return tree_error(&x->tree, node_find(data, "normalize"), AT_VALUE, NULL, e,
                      "%lld means and %lld stds; expected one of each, or one "
                      "per channel (%lld)%s",
                      (long long)means, (long long)stds, (long long)channels,
                      lacks_columns(x) ? "" : " or column");
}

/* What is learnt, and the defaults that depend on it. */
static void settle(struct experiment *x)
{
    const struct text_map *classes = &x->data.classes;
    enum target_kind kind;

    agree_settle_targets(x, &x->train_source);
    agree_settle_targets(x, &x->valid_source);
    agree_settle_targets(x, &x->test_source);
    const struct text_list columns = agree_columns(&x->train_source, &kind);
    x->target = (struct target){TARGET_CLASS, classes->count, classes->at};
    if (x->train.regression && x->train.targets)
        x->target =
            (struct target){TARGET_INPUTS, shape_count(x->graph.in), NULL};
    else if (x->train.regression)
        x->target = (struct target){TARGET_REAL, 0, NULL};
    else if (kind == TARGET_LABELS && columns.count > 0)
        x->target = (struct target){TARGET_LABELS, 0, NULL};
    if (x->target.kind != TARGET_CLASS || experiment_split_column(x))
        x->split.stratify = false;
    if (x->target.kind == kind && kind != TARGET_CLASS) {
        x->target.width = columns.count;
        x->target.names = columns.at;
    }
    x->binary = agree_is_binary(x);
    if (x->target.kind != TARGET_INPUTS)
        return;
    agree_settle_label(x, &x->train_source);
    agree_settle_label(x, &x->valid_source);
    agree_settle_label(x, &x->test_source);
}

enum status agree_shape(const struct tree *tree, const struct source *from,
                        const struct graph *g, struct shape found,
                        struct err *e)
{
    const struct shape want = g->in;

    if (shape_equal(found, want) ||
        (found.axes == 1 && found.dim[0] == shape_count(want)))
        return OK;
    if (!tree)
        return source_misfit(found, want, &from->origin, e);
    return tree_error(tree, from->node, AT_KEY, NULL, e,
                      "its samples are %s, the input layer takes %s",
                      shape_text(found).text, shape_text(want).text);
}

/* The shape of samples that come from no file is known before they are read. */
static enum status check_made(const struct experiment *x,
                              const struct source *source, struct err *e)
{
    const struct source_request blind = {.blind = true};
    struct source_reader r;

    if (!source->kind || !source->kind->nested || !agree_has_output(x))
        return OK;
    enum status s = source_open(&r, source->kind, source->config, &blind, e);
    if (s == OK)
        s = agree_shape(&x->tree, source, &x->graph, r.shape, e);
    source_close(&r);
    return s;
}

/* What regression learns, and how. */
static enum status check_targets(const struct experiment *x,
                                 const struct node *train, struct err *e)
{
    static const char without[] = "without regression: true";
    enum status s = OK;

    if (!x->train.regression)
        s = agree_refuse(x, train, "targets", without, e);
    if (!x->train.regression)
        return bind_worse(
            agree_refuse(x, train, "standardize_targets", without, e), s);
    return x->train.targets
               ? agree_refuse(x, train, "standardize_targets",
                              "beside targets: inputs, which are normalized", e)
               : OK;
}

enum status agree_document(struct experiment *x, bool trains, struct err *e)
{
    const struct source *sources[] = {&x->train_source, &x->valid_source,
                                      &x->test_source};
    const struct node *data = node_find(x->tree.root, "data");
    const struct node *train = node_find(x->tree.root, "train");
    enum status s = OK;

    settle(x);
    const char *why = target_is_real(x->target.kind)
                          ? "in regression, which has no classes"
                          : "beside label_columns, which are no classes";
    const char *fault = target_fault(&x->target, &x->arena);
    if (fault && x->target.kind == TARGET_CLASS)
        s = tree_error(&x->tree, node_find(data, "classes"), AT_VALUE, NULL, e,
                       "%s", fault);
    if (trains && x->has_train)
        s = bind_worse(agree_activation(x, train, e), s);
    if (x->has_train)
        s = bind_worse(check_validation(x, train, e), s);
    if (x->has_train)
        s = bind_worse(check_max_norm(x, train, e), s);
    if (x->has_train && !x->tree.paths_as_written)
        s = bind_worse(check_penalties(x, train, e), s);
    for (size_t i = 0; i < ARRAY_LEN(sources); i++)
        s = bind_worse(agree_source(x, sources[i], e), s);
    s = bind_worse(agree_loss(x, trains, train, e), s);
    s = bind_worse(check_targets(x, train, e), s);
    s = bind_worse(agree_metrics(x, train, e), s);
    s = bind_worse(agree_engine(x, e), s);
    if (x->has_train)
        s = bind_worse(agree_schedule(x, train, e), s);
    s = bind_worse(check_split(x, data, e), s);
    s = bind_worse(check_missing(x, data, e), s);
    s = bind_worse(agree_images(x, data, e), s);
    s = bind_worse(check_cache(x, data, e), s);
    s = bind_worse(check_scope(x, data, e), s);
    s = bind_worse(check_constants(x, data, e), s);
    s = bind_worse(agree_augment(x, e), s);
    const bool sound = trains && s == OK;
    for (size_t i = 0; sound && i < ARRAY_LEN(sources); i++)
        s = bind_worse(check_made(x, sources[i], e), s);
    if (x->target.kind == TARGET_CLASS)
        return trains ? bind_worse(
                            agree_outputs(x, &x->target, "data.classes", e), s)
                      : s;
    s = bind_worse(agree_outputs(x, &x->target,
                                 x->target.kind == TARGET_INPUTS ? "the network"
                                                                 : "data.train",
                                 e),
                   s);
    s = bind_worse(agree_refuse(x, data, "classes", why, e), s);
    return bind_worse(
        agree_refuse(x, node_find(data, "split"), "stratify", why, e), s);
}

enum status agree_answers(const struct experiment *x,
                          const struct target *found, const struct origin *from,
                          struct err *e)
{
    const char *key = from->key ? from->key : "";
    const char *colon = from->key ? ": " : "";
    const int64_t units = shape_count(x->graph.out);
    static const char *const answers[] = {
        [TARGET_CLASS] = "no targets",
        [TARGET_REAL] = "targets",
        [TARGET_LABELS] = "labels",
        [TARGET_INPUTS] = "inputs",
    };

    if (x->target.kind != found->kind)
        return err_add(e, ERR_CONFIG, from->file,
                       "%s%sthe samples have %s, the network is of %s", key,
                       colon, answers[found->kind],
                       target_noun(x->target.kind));
    if (found->kind != TARGET_CLASS && found->width != units)
        return err_add(e, ERR_CONFIG, from->file,
                       "%s%s%lld %s, but the network of %s has %lld output "
                       "units",
                       key, colon, (long long)found->width,
                       answers[found->kind], target_noun(found->kind),
                       (long long)units);
    struct arena scratch = {0};
    const char *fault = target_fault(found, &scratch);
    const enum status s = arena_check(&scratch, e, "looking at the classes");
    arena_free(&scratch);
    return s == OK && fault
               ? err_add(e, ERR_DATA, from->file, "%s%s%s%s%s", key, colon,
                         from->first ? from->first : "",
                         from->first ? ": " : "", fault)
               : s;
}

enum status agree_outputs(const struct experiment *x, const struct target *t,
                          const char *whose, struct err *e)
{
    static const char *const nouns[][2] = {
        [TARGET_CLASS] = {"class", "classes"},
        [TARGET_REAL] = {"target", "targets"},
        [TARGET_LABELS] = {"label", "labels"},
        [TARGET_INPUTS] = {"input", "inputs"},
    };
    const int64_t units = shape_count(x->graph.out);

    if (t->width == 0 || !agree_has_output(x) ||
        experiment_width(x) == t->width)
        return OK;
    if (x->binary)
        return tree_error(&x->tree, x->layers.nodes[x->layers.count - 1],
                          AT_VALUE, NULL, e,
                          "one output unit stands for two classes, but %s has "
                          "%lld; expected as many units with softmax",
                          whose, (long long)t->width);
    return tree_error(&x->tree, x->layers.nodes[x->layers.count - 1], AT_VALUE,
                      NULL, e, "%lld output units, but %s has %lld %s",
                      (long long)units, whose, (long long)t->width,
                      nouns[t->kind][t->width != 1]);
}
