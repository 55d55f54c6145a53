/* Every metric against its definition, computed slowly from the samples. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/rng.h"
#include "base/text.h"
#include "metric/metric.h"

enum { ROWS = 61, WIDTH = 4 };

static struct score scores[ROWS];
static real outputs[ROWS * WIDTH];
static float targets[2 * ROWS * WIDTH];
static int64_t ids[ROWS];

/* Class 3 is predicted, but has no sample; targets are those of every other
 * sample of a set, around 1000; outputs are of a few values, so that many are
 * equal. */
static void draw(void)
{
    const struct rng_key key = rng_key(1, "metric");

    for (int64_t i = 0; i < ROWS; i++) {
        const uint64_t n = (uint64_t)i * 8;
        ids[i] = 2 * (ROWS - 1 - i) + 1;
        scores[i] = (struct score){
            .loss = rng_unit(key, n),
            .label = (int32_t)rng_below(key, n + 1, WIDTH - 1),
            .predicted = (int32_t)rng_below(key, n + 2, WIDTH),
        };
        if (i % 3 == 0)
            scores[i].predicted = scores[i].label;
        scores[i].rank = scores[i].predicted == scores[i].label
                             ? 0
                             : 1 + (int32_t)rng_below(key, n + 3, WIDTH - 1);
        scores[i].right = scores[i].predicted == scores[i].label;
    }
    for (int64_t i = 0; i < 2 * ROWS * WIDTH; i++)
        targets[i] = (float)(1000 + rng_unit(key, (uint64_t)i + 10000));
    for (int64_t i = 0; i < ROWS * WIDTH; i++)
        outputs[i] =
            (real)(1000 + floor(20 * rng_unit(key, (uint64_t)i + 20000)) / 20);
}

/* Those of classes have no targets. */
static struct metric_rows rows_of(const struct metric_ops *ops, int64_t first,
                                  int64_t count)
{
    return (struct metric_rows){
        .rows = count,
        .width = WIDTH,
        .scores = scores + first,
        .y = outputs + first * WIDTH,
        .targets = ops->takes & target_bit(TARGET_REAL) ? targets : NULL,
        .ids = ids + first};
}

static double target_at(int64_t i, int64_t k)
{
    return (double)targets[ids[i] * WIDTH + k];
}

static double residual_at(int64_t i, int64_t k)
{
    return target_at(i, k) - (double)outputs[i * WIDTH + k];
}

static double slow_accuracy(void)
{
    int64_t hits = 0;

    for (int64_t i = 0; i < ROWS; i++)
        hits += scores[i].predicted == scores[i].label;
    return (double)hits / ROWS;
}

static double slow_top_k(void)
{
    int64_t near = 0;

    for (int64_t i = 0; i < ROWS; i++)
        near += scores[i].rank == 0 || scores[i].rank == 1;
    return (double)near / ROWS;
}

/* Through precision and recall, class by class. */
static double slow_f1(void)
{
    double sum = 0;

    for (int32_t k = 0; k < WIDTH - 1; k++) {
        double hits = 0, truly = 0, said = 0;
        for (int64_t i = 0; i < ROWS; i++) {
            hits += scores[i].label == k && scores[i].predicted == k;
            truly += scores[i].label == k;
            said += scores[i].predicted == k;
        }
        cr_assert(hits > 0, "the draw leaves class %d without a hit", k);
        sum += 2 / (said / hits + truly / hits);
    }
    return sum / (WIDTH - 1);
}

static double slow_loss(void)
{
    double mean = 0;

    for (int64_t i = 0; i < ROWS; i++)
        mean += scores[i].loss / ROWS;
    return mean;
}

static double slow_mae(void)
{
    double mean = 0;

    for (int64_t i = 0; i < ROWS; i++)
        for (int64_t k = 0; k < WIDTH; k++)
            mean += fabs(residual_at(i, k)) / (ROWS * WIDTH);
    return mean;
}

static double slow_rmse(void)
{
    double mean = 0;

    for (int64_t i = 0; i < ROWS; i++)
        for (int64_t k = 0; k < WIDTH; k++)
            mean += pow(residual_at(i, k), 2) / (ROWS * WIDTH);
    return sqrt(mean);
}

/* The mean first, then squares around it. */
static double slow_r2(void)
{
    double sum = 0;

    for (int64_t k = 0; k < WIDTH; k++) {
        double mean = 0, spread = 0, left = 0;
        for (int64_t i = 0; i < ROWS; i++)
            mean += target_at(i, k) / ROWS;
        for (int64_t i = 0; i < ROWS; i++) {
            spread += pow(target_at(i, k) - mean, 2);
            left += pow(residual_at(i, k), 2);
        }
        sum += 1 - left / spread;
    }
    return sum / WIDTH;
}

/* The share of a class's samples, or of what is taken for it, that is right; a
 * class that is never predicted has a precision of 0. */
static double slow_share(bool of_predicted)
{
    double sum = 0;

    for (int32_t k = 0; k < WIDTH - 1; k++) {
        double hits = 0, all = 0;
        for (int64_t i = 0; i < ROWS; i++) {
            hits += scores[i].label == k && scores[i].predicted == k;
            all += (of_predicted ? scores[i].predicted : scores[i].label) == k;
        }
        sum += all > 0 ? hits / all : 0;
    }
    return sum / (WIDTH - 1);
}

static double slow_precision(void)
{
    return slow_share(true);
}

static double slow_recall(void)
{
    return slow_share(false);
}

/* Pair by pair. */
static double slow_auc(void)
{
    double sum = 0;

    for (int32_t k = 0; k < WIDTH - 1; k++) {
        double pairs = 0, right = 0;
        for (int64_t i = 0; i < ROWS; i++)
            for (int64_t j = 0; j < ROWS; j++) {
                const real own = outputs[i * WIDTH + k];
                const real other = outputs[j * WIDTH + k];
                if (scores[i].label != k || scores[j].label == k)
                    continue;
                pairs++;
                right += own > other ? 1 : own == other ? 0.5 : 0;
            }
        sum += right / pairs;
    }
    return sum / (WIDTH - 1);
}

static double slow_mse(void)
{
    return pow(slow_rmse(), 2);
}

static const struct {
    const char *name;
    double (*slow)(void);
} cases[] = {
    {"accuracy", slow_accuracy},
    {"subset_accuracy", slow_accuracy},
    {"top_k", slow_top_k},
    {"f1", slow_f1},
    {"precision", slow_precision},
    {"recall", slow_recall},
    {"balanced_accuracy", slow_recall},
    {"auc", slow_auc},
    {"mse", slow_mse},
    {"loss", slow_loss},
    {"mae", slow_mae},
    {"rmse", slow_rmse},
    {"r2", slow_r2},
};

static const struct top_k_config two = {2};

static double (*slow_of(const char *name))(void)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (strcmp(cases[i].name, name) == 0)
            return cases[i].slow;
    return NULL;
}

/* Terms are at most 2 in size and hundreds in number; the shifted sums of r2
 * lose less than that again. */
Test(metric, equals_its_definition)
{
    struct arena arena = {0};

    draw();
    for (int i = 0; metric_kinds[i]; i++) {
        const char *name = metric_kinds[i]->name;
        struct metric m = metric_new((struct variant){metric_kinds[i], &two},
                                     WIDTH, ROWS, &arena);
        const struct metric_rows all = rows_of(metric_of(m.of), 0, ROWS);
        cr_assert_not_null(slow_of(name), "%s has no case here", name);
        metric_add(&m, &all);
        const double got = metric_value(&m), want = slow_of(name)();
        cr_expect(fabs(got - want) <= 2000 * 0x1p-52,
                  "%s: got %.17g want %.17g", name, got, want);
        cr_expect(got >= metric_of(m.of)->min && got <= metric_of(m.of)->max,
                  "%s: %g is outside of its range", name, got);
        metric_clear(&m);
        metric_add(&m, &all);
        cr_expect_eq(metric_value(&m), got, "%s is not cleared", name);
    }
    arena_free(&arena);
}

/* How rows come does not matter where they need not come at once: one by one
 * gives the bits of all together; sums of parts add up. */
Test(metric, sums_of_parts_add_up)
{
    struct arena arena = {0};

    draw();
    for (int i = 0; metric_kinds[i]; i++) {
        const struct variant of = {metric_kinds[i], &two};
        const char *name = metric_kinds[i]->name;
        if (metric_of(of)->whole)
            continue;
        struct metric whole = metric_new(of, WIDTH, ROWS, &arena);
        struct metric single = metric_new(of, WIDTH, ROWS, &arena);
        struct metric part[2] = {metric_new(of, WIDTH, ROWS, &arena),
                                 metric_new(of, WIDTH, ROWS, &arena)};
        const struct metric_rows all = rows_of(metric_of(of), 0, ROWS);
        const int64_t sums =
            metric_of(of)->row
                ? 2
                : metric_of(of)->sums + metric_of(of)->sums_per_output * WIDTH;
        metric_add(&whole, &all);
        for (int64_t k = 0; k < ROWS; k++) {
            const struct metric_rows one = rows_of(metric_of(of), k, 1);
            metric_add(&single, &one);
            metric_add(&part[k >= 20], &one);
        }
        cr_expect_eq(metric_value(&single), metric_value(&whole),
                     "%s: one by one", name);
        for (int64_t k = 0; k < sums; k++)
            part[0].sums[k] += part[1].sums[k];
        cr_expect(fabs(metric_value(&part[0]) - metric_value(&whole)) <= 1e-13,
                  "%s: in parts %.17g, whole %.17g", name,
                  metric_value(&part[0]), metric_value(&whole));
    }
    arena_free(&arena);
}

/* What always has a column has no parameters to be given, and is one of a kind
 * of targets. */
Test(metric, rows_of_the_registry)
{
    unsigned columns = 0;

    for (int i = 0; metric_kinds[i]; i++) {
        const struct variant of = {metric_kinds[i], &two};
        const struct metric_ops *ops = metric_of(of);
        const size_t length = strlen(ops->kind.doc);
        cr_expect(ops->takes != 0 && ops->min < ops->max, "%s", ops->kind.name);
        cr_expect_eq(ops->kind.doc[length - 1], '.', "%s", ops->kind.name);
        if (!ops->column)
            continue;
        cr_expect_null(ops->kind.fields, "%s", ops->kind.name);
        cr_expect_eq(columns & ops->takes, 0, "%s", ops->kind.name);
        columns |= ops->takes;
    }
}

/* No class has samples of both kinds; ties alone; a class without samples. */
Test(metric, auc_at_its_borders)
{
    static const struct score one[] = {{.label = 0}, {.label = 0}};
    static const struct score two_kinds[] = {{.label = 0}, {.label = 1}};
    static const real level[] = {1, 1, 1, 1, 1, 1};
    const struct variant of = {kind_find(metric_kinds, "auc"), NULL};
    struct arena arena = {0};
    struct metric m = metric_new(of, 3, 2, &arena);

    metric_add(&m, &(struct metric_rows){
                       .rows = 2, .width = 3, .scores = one, .y = level});
    cr_expect(isnan(metric_value(&m)));
    metric_clear(&m);
    metric_add(&m, &(struct metric_rows){
                       .rows = 2, .width = 3, .scores = two_kinds, .y = level});
    cr_expect_eq(metric_value(&m), 0.5);
    arena_free(&arena);
}

Test(metric, names)
{
    struct text t = {0};

    metric_put_name(&t, (struct variant){&top_k_metric.kind, &two}, "-");
    text_puts(&t, " ");
    metric_put_name(&t, (struct variant){&loss_metric.kind, NULL}, "-");
    cr_expect_str_eq(text_string(&t), "top-2 loss");
    text_free(&t);
}

/* Three classes by hand: predicted 0 0 1 1 2, true 0 1 1 1 0; a fourth that is
 * neither. */
Test(metric, classes_one_by_one)
{
    static const struct score some[] = {
        {.predicted = 0, .label = 0}, {.predicted = 0, .label = 1},
        {.predicted = 1, .label = 1}, {.predicted = 1, .label = 1},
        {.predicted = 2, .label = 0},
    };
    const struct metric_rows of = {.rows = 5, .width = 4, .scores = some};
    const struct kind *f1 = kind_find(metric_kinds, "f1");
    struct arena arena = {0};
    struct metric m = metric_new((struct variant){f1, NULL}, 4, 5, &arena);

    metric_add(&m, &of);
    const struct class_metrics first = class_metrics_of(&m, 0);
    const struct class_metrics second = class_metrics_of(&m, 1);
    const struct class_metrics third = class_metrics_of(&m, 2);
    cr_expect_eq(first.precision, 0.5);
    cr_expect_eq(first.recall, 0.5);
    cr_expect_eq(second.precision, 1.0);
    cr_expect_eq(second.recall, 2.0 / 3);
    cr_expect_eq(second.f1, 0.8);
    cr_expect_eq(second.support, 3);
    cr_expect_eq(third.precision, 0.0);
    cr_expect(isnan(third.recall));
    cr_expect_eq(third.f1, 0.0);
    cr_expect(isnan(class_metrics_of(&m, 3).f1));
    cr_expect_eq(metric_value(&m), (0.5 + 0.8) / 2);
    arena_free(&arena);
}
