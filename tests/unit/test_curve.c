/* Curves over all thresholds, and the worst samples, against their definitions,
 * where many outputs are equal. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "metric/curve.h"
#include "metric/kept.h"
#include "metric/worst.h"

enum { ROWS = 83, WIDTH = 3 };

static struct score scores[ROWS];
static real outputs[ROWS * WIDTH];
static float targets[ROWS * WIDTH];
static int64_t ids[ROWS];

/* Class 2 has no sample; label 1 has no other. */
static struct metric_rows draw(bool of_labels)
{
    const struct rng_key key = rng_key(4, "curve");

    for (int64_t i = 0; i < ROWS; i++) {
        ids[i] = i;
        scores[i].label = (int32_t)rng_below(key, (uint64_t)i, 2);
        scores[i].loss = (double)rng_below(key, (uint64_t)(5000 + i), 9);
        for (int64_t k = 0; k < WIDTH; k++) {
            const uint64_t n = (uint64_t)(1000 + i * WIDTH + k);
            outputs[i * WIDTH + k] = (real)rng_below(key, n, 12) / 12;
            targets[i * WIDTH + k] =
                (float)(k == 1 || rng_below(key, 9000 + n, 3) == 0);
        }
    }
    return (struct metric_rows){.rows = ROWS,
                                .width = WIDTH,
                                .scores = scores,
                                .y = outputs,
                                .targets = of_labels ? targets : NULL,
                                .ids = ids};
}

static bool is_own(const struct metric_rows *of, int64_t i, int64_t k)
{
    return of->targets ? of->targets[i * WIDTH + k] > 0
                       : of->scores[i].label == k;
}

static void check_point(const struct metric_rows *of, int64_t k,
                        const struct curve *c, int64_t at)
{
    const struct curve_point *p = &c->points[at];
    int64_t right = 0, wrong = 0;

    for (int64_t i = 0; i < ROWS; i++)
        if ((double)outputs[i * WIDTH + k] >= p->threshold) {
            right += is_own(of, i, k);
            wrong += !is_own(of, i, k);
        }
    cr_assert_eq(p->right, right);
    cr_assert_eq(p->wrong, wrong);
    cr_assert(at == 0 ? isinf(p->threshold)
                      : p->threshold < c->points[at - 1].threshold);
}

/* Of the samples of the class, in the order of their outputs, equal ones at
 * once: the mean of the precisions. */
static double slow_average(const struct metric_rows *of, int64_t k)
{
    double sum = 0, own = 0;

    for (int64_t i = 0; i < ROWS; i++) {
        double right = 0, said = 0;
        if (!is_own(of, i, k))
            continue;
        for (int64_t n = 0; n < ROWS; n++)
            if (outputs[n * WIDTH + k] >= outputs[i * WIDTH + k]) {
                said++;
                right += is_own(of, n, k);
            }
        sum += right / said;
        own++;
    }
    return sum / own;
}

static double trapezoids(const struct curve *c)
{
    double area = 0;

    for (int64_t i = 1; i < c->count; i++)
        area += (curve_false_rate(c, i) - curve_false_rate(c, i - 1)) *
                (curve_recall(c, i) + curve_recall(c, i - 1)) / 2;
    return area;
}

static void check(bool of_labels)
{
    const struct metric_rows rows = draw(of_labels);
    struct arena a = {0};
    struct metric auc =
        metric_new((struct variant){&auc_metric.kind, NULL}, WIDTH, ROWS, &a);

    metric_add(&auc, &rows);
    for (int64_t k = 0; k < WIDTH; k++) {
        const struct curve c = curve_of(&rows, k, &a);
        cr_assert_eq(c.count, 13); /* 12 values and inf */
        for (int64_t i = 0; i < c.count; i++)
            check_point(&rows, k, &c, i);
        cr_assert_eq(c.own + c.others, ROWS);
        cr_assert(isnan(curve_precision(&c, 0)));
        if (c.own == 0) {
            cr_assert(isnan(curve_recall(&c, 3)));
            cr_assert(isnan(curve_average_precision(&c)));
            continue;
        }
        cr_assert(fabs(curve_average_precision(&c) - slow_average(&rows, k)) <
                  1e-14);
        if (c.others == 0)
            cr_assert(isnan(curve_false_rate(&c, 1)));
        else
            cr_assert(fabs(trapezoids(&c) - auc_at(&auc, k)) < 1e-14);
    }
    arena_free(&a);
}

Test(curve, goes_through_every_threshold)
{
    check(false);
    check(true);
}

/* Rows that come in pieces are those that come at once. */
Test(curve, rows_are_kept_in_order)
{
    const struct metric_rows rows = draw(true);
    struct arena a = {0};
    struct kept_rows kept;

    kept_begin(&kept, ROWS, WIDTH, &a);
    for (int64_t first = 0; first < ROWS; first += 20) {
        struct metric_rows piece = rows;
        piece.rows = first + 20 < ROWS ? 20 : ROWS - first;
        piece.scores += first;
        piece.y += first * WIDTH;
        piece.ids += first;
        kept_add(&kept, &piece);
    }
    cr_assert_eq(kept.all.rows, ROWS);
    cr_assert_arr_eq(kept.all.scores, scores, sizeof scores);
    cr_assert_arr_eq(kept.all.y, outputs, sizeof outputs);
    cr_assert_arr_eq(kept.all.ids, ids, sizeof ids);
    cr_assert_eq(kept.all.targets, targets);
    arena_free(&a);
}

/* Falling, and of equal ones the first that came. */
static int by_badness(const void *x, const void *y)
{
    const struct scored *a = x, *b = y;

    return a->badness != b->badness ? (a->badness < b->badness ? 1 : -1)
                                    : (a->row > b->row) - (a->row < b->row);
}

Test(curve, the_worst_are_sorted)
{
    const struct metric_rows rows = draw(false);
    struct scored all[ROWS], at[ROWS];

    for (int64_t i = 0; i < ROWS; i++) {
        scores[i].loss = floor(4 * scores[i].loss); /* many are alike */
        all[i] = (struct scored){i, scores[i].loss, scores[i]};
    }
    qsort(all, ROWS, sizeof *all, by_badness);
    for (int64_t room = 0; room <= ROWS; room++) {
        struct worst w = {.room = room, .at = at};
        for (int64_t i = 0; i < ROWS; i++) { /* in an order that is none */
            const int64_t k = (i * 7 + room) % ROWS;
            worst_keep(&w, k, rows.scores[k].loss, &rows.scores[k]);
        }
        worst_end(&w);
        cr_assert_eq(w.count, room);
        for (int64_t i = 0; i < room; i++)
            cr_assert_eq(w.at[i].row, all[i].row);
    }
}
