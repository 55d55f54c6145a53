/*
 * samples_cut.c - how the samples of a run are cut: whether they can be, in
 * words and for its file.
 */
#include <string.h>

#include "app/samples.h"
#include "base/num.h"
#include "data/split_groups.h"
#include "document/agree.h"

struct split_config samples_split_of(const struct samples *s,
                                     const struct experiment *x, bool test)
{
    return (struct split_config){
        .way = x->split.by     ? SPLIT_GROUPS
               : x->split.hash ? SPLIT_HASH
                               : SPLIT_SAMPLES,
        .cell = s->split_cell,
        .test_size = x->split.test_size.value,
        .folds = test ? 0 : x->split.folds,
        .fold = test ? 0 : x->split.fold,
        .eval_size = test ? x->split.test_size.value : x->split.eval_size.value,
        .stratify = x->split.stratify,
        .shuffle = x->split.shuffle,
        .test = test,
        .seed = (uint64_t)x->top.seed,
    };
}

/* The key of data.split that goes by a column. */
static const struct node *column_node(const struct experiment *x)
{
    const struct node *data = node_find(x->tree.root, "data");

    return node_find(node_find(data, "split"), x->split.by ? "by" : "hash");
}

enum status samples_check_held(const struct samples *s,
                               const struct experiment *x, struct err *e)
{
    const bool validates = x->split.eval_size.value > 0 || x->split.folds > 0;
    const bool tests = x->split.test_size.value > 0;
    const bool no_valid = validates && s->valid_part.count == 0;
    const int64_t count =
        s->train_part.count + s->valid_part.count + s->test_part.count;

    if (!experiment_split_column(x) || x->valid_source.kind ||
        (!no_valid && (!tests || s->test_part.count > 0)))
        return OK;
    if (x->split.by)
        return tree_error(&x->tree, column_node(x), AT_VALUE, NULL, e,
                          "no group can be held out, %s %s one",
                          counted(s->train_part.count, "sample").text,
                          s->train_part.count == 1 ? "is" : "are");
    return tree_error(&x->tree, column_node(x), AT_VALUE, NULL, e,
                      "none of %s falls into the %s part",
                      counted(count, "sample").text,
                      no_valid ? "validation" : "test");
}

/* Folds of groups and hashes. */
static enum status check_cells(const struct samples *s,
                               const struct experiment *x, struct err *e)
{
    const struct split_config c = samples_split_of(s, x, false);
    int64_t empty;
    const enum status status = split_empty_fold(&s->train_part, &c, &empty, e);

    return status == OK && empty > 0
               ? tree_error(&x->tree, column_node(x), AT_VALUE, NULL, e,
                            "%lld folds are too many, no %s is left for "
                            "number %lld",
                            (long long)c.folds,
                            x->split.by ? "group" : "sample", (long long)empty)
               : status;
}

enum status samples_check_folds(struct samples *s, const struct experiment *x,
                                struct err *e)
{
    const int64_t classes = target_classes(&s->train.target);
    const int64_t folds = x->split.folds;
    int64_t most = x->split.stratify ? 0 : s->train_part.count;

    if (folds == 0)
        return OK;
    if (experiment_split_column(x))
        return check_cells(s, x, e);
    int64_t *counts = arena_take(&s->arena, (size_t)classes, sizeof *counts);
    if (!counts)
        return err_memory(e, "preparing the samples");
    part_count_classes(&s->train_part, counts);
    for (int64_t k = 0; x->split.stratify && k < classes; k++)
        most = num_max(most, counts[k]);
    if (folds <= most)
        return OK;
    return err_add(e, ERR_CONFIG, x->tree.name,
                   "data.split.folds: %lld are too many, %s %s",
                   (long long)folds,
                   x->split.stratify ? "the largest class has"
                   : most == 1       ? "there is"
                                     : "there are",
                   counted(most, "sample").text);
}

/* Keys of train that need what eval_size has come out without. */
static enum status refuse_empty(const struct experiment *x, int64_t samples,
                                const struct node *const *keys, int64_t count,
                                struct err *e)
{
    const struct node *data = node_find(x->tree.root, "data");
    const struct node *split = node_find(data, "split");
    const struct node *given = node_find(split, "eval_size");
    const struct node *place = given ? given : split ? split : data;
    const char *key = split ? "eval_size" : "split.eval_size";
    struct text list = {0};

    for (int64_t i = 0; i < count; i++)
        text_printf(&list, "%s%s", i > 0 ? ", " : "",
                    tree_path(&x->tree, keys[i]));
    const enum status status =
        list.failed
            ? err_memory(e, "preparing the samples")
            : tree_error(&x->tree, place, given ? AT_VALUE : AT_KEY,
                         given ? NULL : key, e,
                         "%s of %s is none to validate with, as %s need%s",
                         x->split.eval_size.text,
                         counted(samples, "sample").text, text_string(&list),
                         count == 1 ? "s" : "");
    text_free(&list);
    return status;
}

enum status samples_check_held_out(struct samples *s,
                                   const struct experiment *x, struct err *e)
{
    const struct node *keys[MOST_VALIDATING];
    const int64_t count = agree_validating(x, keys);
    const int64_t samples = s->train_part.count;

    if (x->split.test_size.value > 0 && s->test_part.count == 0)
        text_printf(
            &s->warnings,
            "no sample is left for the test: data.split.test_size %s "
            "of %s is none\n",
            x->split.test_size.text,
            counted(samples + (x->valid_source.kind ? 0 : s->valid_part.count),
                    "sample")
                .text);
    if (s->valid_part.count == 0 && x->split.eval_size.value > 0) {
        if (count > 0)
            return refuse_empty(x, samples, keys, count, e);
        text_printf(&s->warnings,
                    "no sample is left to validate with: data.split.eval_size "
                    "%s of %s is none\n",
                    x->split.eval_size.text, counted(samples, "sample").text);
    }
    return s->warnings.failed ? err_memory(e, "preparing the samples") : OK;
}

/* How a document cuts its data: "data.valid", or the split. */
static void put_cut(struct text *out, const struct experiment *x)
{
    if (x->valid_source.kind) {
        text_puts(out, "data.valid");
    } else {
        text_puts(out, "data.split {");
        field_print(out, experiment_split_fields(x), &x->split);
        text_puts(out, "}");
        if (x->split.shuffle || x->split.hash)
            text_printf(out, " of seed %lld", (long long)x->top.seed);
    }
    if (x->train_source.limit > 0)
        text_printf(out, " of %s",
                    counted(x->train_source.limit, "sample").text);
}

void samples_compare_run(const struct samples *s, const struct experiment *x,
                         const struct model *m, struct text *out)
{
    struct text then = {0}, now = {0};

    if (*m->fingerprint == '\0')
        return; /* it was not trained */
    put_cut(&then, &m->experiment);
    put_cut(&now, x);
    if (strcmp(text_string(&then), text_string(&now)) != 0)
        text_printf(out,
                    "the model was trained with %s, these samples are cut by "
                    "%s: it may have trained on some of them\n",
                    text_string(&then), text_string(&now));
    else if (m->valid_rows && s->valid_rows && experiment_split_column(x) &&
             strcmp(m->valid_rows, s->valid_rows) != 0)
        text_printf(out,
                    "the column of %s is another one than in training: samples "
                    "%.12s validated, now %.12s do\n",
                    experiment_split_key(x), m->valid_rows, s->valid_rows);
    if (strcmp(m->fingerprint, s->fingerprint) != 0)
        text_printf(out,
                    "the model was trained on other data: fingerprint %.12s, "
                    "of these samples %.12s\n",
                    m->fingerprint, s->fingerprint);
    text_drop(out, &then);
    text_drop(out, &now);
}

/* SHA-256 over the numbers of the samples that validate, 8 bytes each. */
static const char *digest_rows(const struct subset *p, struct arena *arena)
{
    char hex[SHA256_HEX_BYTES];
    struct sha256 digest;

    sha256_begin(&digest);
    for (int64_t i = 0; i < p->count; i++)
        sha256_add_int(&digest, p->ids[i]);
    sha256_end(&digest, hex);
    return arena_strdup(arena, hex);
}

enum status samples_note_cut(struct samples *s, const struct experiment *x,
                             struct err *e)
{
    struct json_writer w = {0};

    json_begin_map(&w, NULL);
    if (!x->valid_source.kind) {
        if (x->split.folds > 0) {
            json_put_int(&w, "folds", x->split.folds);
            json_put_int(&w, "fold", x->split.fold);
        } else {
            json_put_text(&w, "eval_size", x->split.eval_size.text);
        }
        if (x->split.test_size.text)
            json_put_text(&w, "test_size", x->split.test_size.text);
        if (experiment_split_column(x))
            json_put_text(&w, x->split.by ? "by" : "hash",
                          experiment_split_column(x));
        if (!x->split.hash)
            json_put_bool(&w, "shuffle", x->split.shuffle);
        json_put_bool(&w, "stratify", x->split.stratify);
        json_put_int(&w, "seed", x->top.seed);
    }
    json_put_int(&w, "train", s->train_part.count);
    json_put_int(&w, "valid", s->valid_part.count);
    json_put_int(&w, "test", s->test_part.count);
    s->valid_rows = digest_rows(&s->valid_part, &s->arena);
    json_put_text(&w, "valid_rows", s->valid_rows);
    json_end(&w);
    s->cut = json_finish_on(&w, JSON_SORTED, &s->arena);
    return arena_check(&s->arena, e, "preparing the samples");
}
