/*
 * facts.c - what a network is told of its samples: classes and constants.
 */
#include "app/facts.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "data/prepare.h"
#include "document/agree.h"
#include "document/bind.h"

enum status facts_fit_shape(const struct tree *tree, const struct source *from,
                            const struct graph *g, struct dataset *d,
                            struct err *e)
{
    const enum status s = agree_shape(tree, from, g, d->shape, e);

    if (s == OK)
        d->shape = g->in;
    return s;
}

enum status facts_of_answers(struct data_facts *f, const struct experiment *x,
                             struct dataset *d, struct arena *arena,
                             struct err *e)
{
    const struct origin *from = &x->train_source.origin;
    enum status s = agree_answers(x, &d->target, from, e);

    if (s == OK && d->labels && x->data.classes.count > 0)
        s = dataset_match(d, &x->target, "names in data.classes", from, e);
    f->target = d->target;
    f->names = column_names_of(&d->columns, shape_count(d->shape),
                               target_numbers(&d->target), arena);
    if (f->target.kind == TARGET_LABELS)
        f->target.names =
            f->names.targets.count > 0 ? f->names.targets.at : x->target.names;
    return s == OK ? arena_check(arena, e, "reading the columns") : s;
}

bool facts_can_divide(double mean, double std)
{
    return fabs(mean) <= (double)FLT_MAX && std >= (double)FLT_MIN &&
           std <= 1 / (double)FLT_MIN;
}

/* "column 'pw'", "column 3": where number `part` of a sample stands in the
 * table. */
static void put_column(struct text *out, const struct data_facts *f,
                       const struct dataset *d, int64_t part)
{
    int64_t column;

    if (f->names.inputs.count > 0) {
        text_puts(out, "column '");
        text_shown(out, f->names.inputs.at[part]);
        text_puts(out, "'");
        return;
    }
    column = d->columns.width > 0 ? 0 : part;
    while (d->columns.width > 0 && d->columns.slot[column] != part)
        column++;
    text_printf(out, "column %lld", (long long)column);
}

/* What has a pair of its own, for messages: a column, "channel 2"; the empty
 * text: all pixels together.  To be freed. */
static struct text part_name(const struct data_facts *f,
                             const struct dataset *d, int64_t part)
{
    const int64_t size = shape_count(d->shape);
    struct text name = {0};

    if (f->norm.count == 1)
        return name;
    if (f->norm.count != size ||
        (d->columns.width == 0 && size == shape_channels(d->shape)))
        text_printf(&name, "channel %lld", (long long)part);
    else
        put_column(&name, f, d, part);
    return name;
}

/* Says of one part why no constants follow from its moments. */
static enum status refuse_part(const struct data_facts *f,
                               const struct experiment *x,
                               const struct dataset *d, int64_t part,
                               struct err *e)
{
    const struct node *data = node_find(x->tree.root, "data");
    const struct node *node = node_find(data, "normalize");
    const struct node *at = node ? node : data;
    const char *key = node ? NULL : "normalize";
    const double mean = f->norm.mean[part], std = f->norm.std[part];
    struct text name = part_name(f, d, part);
    const char *which = text_string(&name);
    enum status s;

    if (std > 0)
        s = tree_error(&x->tree, at, AT_KEY, key, e,
                       "%s%s mean %g and standard deviation %g, they cannot be "
                       "standardized",
                       name.length > 0 ? which : "the pixels",
                       name.length > 0 ? " has" : " have", mean, std);
    else if (name.length == 0)
        s = tree_error(&x->tree, at, AT_KEY, key, e,
                       "all pixels are equal, they cannot be standardized");
    else
        s = tree_error(&x->tree, at, AT_KEY, key, e,
                       "%s is constant, it cannot be standardized; "
                       "constant: zero leaves its scale alone",
                       which);
    text_free(&name);
    return s;
}

/* The constants are on f->norm's arrays, `mean` and `std`. */
static enum status standardize(struct data_facts *f, double *mean, double *std,
                               const struct experiment *x,
                               const struct subset *used, struct err *e)
{
    const bool zero = x->normalize == NORMALIZE_PARTS &&
                      strcmp(x->standard.constant, "zero") == 0;
    enum status s = subset_moments(used, f->norm.count, mean, std, e);
    const int64_t count = s == OK ? f->norm.count : 0;

    for (int64_t k = 0; k < count; k++) {
        if (zero && std[k] == 0)
            std[k] = 1;
        if (!facts_can_divide(mean[k], std[k]))
            s = bind_worse(refuse_part(f, x, used->set, k, e), s);
    }
    return s;
}

/* How many pairs of constants standardize samples of shape `in`. */
static int64_t count_pairs(const struct experiment *x, struct shape in)
{
    if (x->normalize != NORMALIZE_PARTS)
        return 1;
    if (strcmp(x->standard.standardize, "column") == 0)
        return shape_count(in);
    return strcmp(x->standard.standardize, "channel") == 0 ? shape_channels(in)
                                                           : 1;
}

/* `used` NULL: there is no data. */
static enum status choose_constants(struct data_facts *f,
                                    const struct experiment *x,
                                    const struct subset *used,
                                    struct arena *arena, struct err *e)
{
    const bool computed = x->normalize == NORMALIZE_STANDARDIZE ||
                          x->normalize == NORMALIZE_PARTS;
    const int64_t count = count_pairs(x, x->graph.in);
    double *mean = arena_take(arena, (size_t)count, sizeof *mean);
    double *std = arena_take(arena, (size_t)count, sizeof *std);

    if (!mean || !std)
        return err_memory(e, "preparing the samples");
    std[0] = x->normalize == NORMALIZE_SCALE ? 255 : 1;
    f->norm = (struct normalization){count, mean, std};
    if (x->normalize == NORMALIZE_CONSTANTS)
        f->norm = (struct normalization){
            x->constants.mean.count, x->constants.mean.at, x->constants.std.at};
    if (!computed)
        return OK;
    if (used)
        return standardize(f, mean, std, x, used, e);
    return err_add(e, ERR_CONFIG, x->tree.name,
                   "data.normalize: standardize needs data; without data it "
                   "must be none, scale or {mean: .., std: ..}");
}

/* Nothing is learnt of a target that never varies, and it has no r2. */
static enum status check_target(const struct experiment *x, int64_t k,
                                double mean, double std, struct err *e)
{
    char room[TARGET_NAME_BYTES];
    const char *name = target_name(&x->target, k, room);
    const struct node *train = x->train_source.node;
    const struct node *at = node_find(train, "target_columns");

    if (std == 0)
        return tree_error(&x->tree, at ? at : train, AT_KEY, NULL, e,
                          "target '%s' is constant in the training samples, "
                          "there is nothing to learn of it",
                          name);
    if (x->train.standardize_targets && !facts_can_divide(mean, std))
        return tree_error(&x->tree, at ? at : train, AT_KEY, NULL, e,
                          "target '%s' has mean %g and standard deviation %g, "
                          "it cannot be standardized",
                          name, mean, std);
    return OK;
}

/* What targets are standardized by, if they are. */
static enum status choose_scale(struct data_facts *f,
                                const struct experiment *x,
                                const struct subset *used, struct arena *arena,
                                struct err *e)
{
    const int64_t width = f->target.width;
    double *mean, *std;
    enum status s = OK;

    f->scale = (struct normalization){0};
    if (f->target.kind != TARGET_REAL)
        return OK;
    mean = arena_take(arena, (size_t)width, sizeof *mean);
    std = arena_take(arena, (size_t)width, sizeof *std);
    if (!mean || !std)
        return err_memory(e, "preparing the targets");
    subset_target_moments(used, mean, std);
    /* A lone sample's targets vary as little as they can. */
    for (int64_t k = 0;
         k < width && (used->count > 1 || x->train.standardize_targets); k++)
        s = bind_worse(check_target(x, k, mean[k], std[k], e), s);
    if (x->train.standardize_targets)
        f->scale = (struct normalization){width, mean, std};
    return s;
}

/* The constants of a model's targets, where the document has no data. */
static enum status keep_scale(struct data_facts *f, const struct experiment *x,
                              struct err *e)
{
    const int64_t width = experiment_width(x);

    if (!x->train.standardize_targets)
        f->scale = (struct normalization){0};
    else if (f->scale.count == 0)
        return err_add(e, ERR_CONFIG, x->tree.name,
                       "train.standardize_targets: needs data, or a model that "
                       "was trained with it");
    else if (f->scale.count != width)
        return err_add(e, ERR_CONFIG, x->tree.name,
                       "train.standardize_targets: needs data; the model has "
                       "%lld targets, the network %lld",
                       (long long)f->scale.count, (long long)width);
    return OK;
}

/* Every column needs a value to have a mean. */
static enum status check_values(const struct data_facts *f,
                                const struct experiment *x,
                                const struct subset *used, struct err *e)
{
    const struct node *node =
        node_find(node_find(x->tree.root, "data"), "missing");
    enum status s = OK;

    for (int64_t k = 0; used->set->holes && k < f->missing.count; k++) {
        struct text name = {0};
        if (subset_has_value(used, k))
            continue;
        put_column(&name, f, used->set, k);
        s = tree_error(&x->tree, node, AT_VALUE, NULL, e,
                       "%s has no value to take the mean of",
                       text_string(&name));
        text_free(&name);
    }
    return s;
}

/* `used` NULL: there is no data. */
static enum status choose_filling(struct data_facts *f,
                                  const struct experiment *x,
                                  const struct subset *used,
                                  struct arena *arena, struct err *e)
{
    const bool mean = x->data.missing.word != NULL;
    const int64_t count = mean ? shape_count(x->graph.in) : 1;

    f->missing = (struct filling){0};
    if (!experiment_fills(x))
        return OK;
    if (!used && mean)
        return err_add(e, ERR_CONFIG, x->tree.name,
                       "data.missing: mean needs data; without data it must be "
                       "error or a number");
    double *at = arena_take(arena, (size_t)count, sizeof *at);
    double *std = arena_take(arena, (size_t)count, sizeof *std);
    if (!at || !std)
        return err_memory(e, "preparing the samples");
    f->missing = (struct filling){count, at};
    at[0] = x->data.missing.value;
    if (!mean)
        return OK;
    const enum status s = subset_moments(used, count, at, std, e);
    return s == OK ? check_values(f, x, used, e) : s;
}

enum status facts_of_training(struct data_facts *f, const struct experiment *x,
                              const struct subset *used, struct arena *arena,
                              struct err *e)
{
    enum status s = OK;

    f->images = experiment_images(x);
    f->of_images = experiment_reads_images(x);
    f->is_bytes = used->set->pixel == PIXEL_U8;
    if (x->data.augment.count > 0)
        s = subset_range(used, &f->range, e);
    if (s == OK && f->target.kind == TARGET_CLASS)
        s = agree_outputs(x, &f->target, "the data", e);
    if (s == OK)
        s = choose_filling(f, x, used, arena, e);
    if (s == OK)
        s = choose_scale(f, x, used, arena, e);
    return s == OK ? choose_constants(f, x, used, arena, e) : s;
}

struct fit_config facts_fit_config(const struct data_facts *f,
                                   const struct experiment *x)
{
    struct fit_config c = experiment_fit_config(x);

    c.step.augment.range = f->range;
    c.step.augment.clips = f->is_bytes;
    return c;
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

/* What a model knows of its inputs is of no use to other ones, nor are its
 * constants to a document that says its own.  Are they left? */
static bool take_like(struct data_facts *f, const struct experiment *x,
                      const struct data_facts *like)
{
    const struct node *data = node_find(x->tree.root, "data");
    const struct shape in = x->graph.in;
    const int64_t pairs = like->norm.count;

    *f = *like;
    if (like->names.inputs.count != shape_count(in))
        f->names = (struct column_names){0};
    if (like->names.targets.count != experiment_width(x))
        f->names.targets = (struct text_list){0};
    if (like->missing.count > 1 && like->missing.count != shape_count(in))
        f->missing = (struct filling){0};
    f->of_images = like->of_images && image_rule_makes(&like->images, in);
    const bool kept =
        !node_find(data, "normalize") &&
        (pairs == 1 || pairs == shape_channels(in) || pairs == shape_count(in));
    if (!kept)
        f->reach = (struct reach){0};
    return kept;
}

enum status facts_without_data(struct data_facts *f, const struct experiment *x,
                               const struct data_facts *like,
                               struct arena *arena, struct err *e)
{
    enum status s = OK;
    bool constants = false;

    if (like && x->target.kind != like->target.kind)
        return err_add(e, ERR_CONFIG, x->tree.name,
                       "the network is of %s, the model of %s",
                       target_noun(x->target.kind),
                       target_noun(like->target.kind));
    if (like)
        constants = take_like(f, x, like);
    if (x->target.kind == TARGET_CLASS && x->target.names) {
        f->target = x->target;
        s = agree_outputs(x, &f->target, "data.classes", e);
    } else if (x->target.kind == TARGET_CLASS && like) {
        s = agree_outputs(x, &f->target, "the model", e);
    } else if (x->target.kind == TARGET_CLASS) {
        s = number_classes(f, experiment_width(x), arena, e);
    } else if (!like) {
        f->target = (struct target){x->target.kind, experiment_width(x),
                                    x->target.names};
    }
    if (s == OK)
        s = keep_scale(f, x, e);
    if (s == OK && (!like || experiment_fills(x)))
        s = choose_filling(f, x, NULL, arena, e);
    return s == OK && !constants ? choose_constants(f, x, NULL, arena, e) : s;
}
