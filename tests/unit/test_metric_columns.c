/* The metrics of a run: order, names, what a word finds. */
#include <criterion/criterion.h>

#include "metric/columns.h"

static const struct top_k_config two = {2};

/* The titles and keys of all columns, a comma behind each. */
static void expect_columns(const struct metric_columns *c, const char *titles,
                           const char *keys)
{
    struct text title = {0}, key = {0};

    for (int64_t i = 0; i < c->count; i++) {
        metric_column_title(&title, &c->at[i]);
        text_puts(&key, metric_column_key(&c->at[i]).text);
        text_puts(&title, ", ");
        text_puts(&key, ", ");
    }
    cr_expect_str_eq(text_string(&title), titles);
    cr_expect_str_eq(text_string(&key), keys);
    text_free(&title);
    text_free(&key);
}

Test(metric, columns_of_a_run)
{
    const struct variant f1 = {kind_find(metric_kinds, "f1"), NULL};
    const struct variant asked[] = {
        f1, {&accuracy_metric.kind, NULL}, {&top_k_metric.kind, &two}};
    const struct variant_list list = {asked, 3}, none = {NULL, 0};
    struct metric_columns c;

    cr_expect(metric_columns_of(&c, TARGET_CLASS, &none, false));
    expect_columns(&c, "valid acc, ", "valid_accuracy, ");
    cr_expect(!metric_columns_train(&c) && !metric_columns_read(&c));
    cr_expect(metric_columns_of(&c, TARGET_REAL, &none, false));
    cr_expect(!metric_column_exists(&c, 0));
    cr_expect_eq(metric_columns_find(&c, "accuracy"), -1);
    cr_expect(metric_columns_of(&c, TARGET_CLASS, &list, true));
    expect_columns(&c,
                   "valid acc, f1, top 2, train f1, train accuracy, "
                   "train top 2, ",
                   "valid_accuracy, valid_f1, valid_top_2, train_f1, "
                   "train_accuracy, train_top_2, ");
    cr_expect_eq(metric_columns_find(&c, "valid_top_2"), 2);
    cr_expect_eq(metric_columns_find(&c, "top_2"), 2);
    cr_expect_eq(metric_columns_find(&c, "f1"), 1);
    cr_expect_eq(metric_columns_find(&c, "valid_accuracy"), 0);
    cr_expect_eq(metric_columns_find(&c, "train_f1"), -1);
    cr_expect_eq(metric_columns_find(&c, "top_k"), -1);
    cr_expect_eq(metric_columns_find(&c, "auc"), -1);
}

/* One more than a row of the history has room for is said. */
Test(metric, columns_without_room)
{
    struct top_k_config k[METRIC_MAX_COLUMNS];
    struct variant asked[METRIC_MAX_COLUMNS];
    struct metric_columns c;

    for (int i = 0; i < METRIC_MAX_COLUMNS; i++) {
        k[i].k = i + 1;
        asked[i] = (struct variant){&top_k_metric.kind, &k[i]};
    }
    cr_expect(metric_columns_of(
        &c, TARGET_CLASS, &(struct variant_list){asked, METRIC_MAX_COLUMNS - 1},
        false));
    cr_expect_eq(c.count, METRIC_MAX_COLUMNS);
    cr_expect_not(metric_columns_of(
        &c, TARGET_CLASS, &(struct variant_list){asked, METRIC_MAX_COLUMNS},
        false));
    cr_expect_eq(c.count, METRIC_MAX_COLUMNS);
}
