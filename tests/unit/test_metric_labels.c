/* Metrics of several labels against their definitions. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/rng.h"
#include "metric/metric.h"

enum { ROWS = 61, LABELS = 3 };

/* Truths are 1 where a draw says so, outputs of a few values. */
static void draw_labels(float *truths, real *y)
{
    const struct rng_key key = rng_key(2, "labels");

    for (int64_t i = 0; i < ROWS * LABELS; i++) {
        truths[i] = rng_below(key, (uint64_t)i, 3) == 0 && i % LABELS < 2;
        y[i] = (real)(rng_below(key, 1000 + (uint64_t)i, 9)) / 8;
    }
    truths[1] = 1;
}

/* The last label has no sample, and counts in no mean. */
static double slow_of_labels(const char *name, const float *truths,
                             const real *y, double cut)
{
    double sum = 0;

    for (int k = 0; k < LABELS - 1; k++) {
        double hits = 0, truly = 0, said = 0, pairs = 0, order = 0;
        for (int64_t i = k; i < ROWS * LABELS; i += LABELS) {
            const bool yes = (double)y[i] > cut;
            hits += yes && truths[i] > 0;
            truly += (double)truths[i];
            said += yes;
            for (int64_t j = k; j < ROWS * LABELS; j += LABELS)
                if (truths[i] > 0 && truths[j] == 0) {
                    pairs++;
                    order += y[i] > y[j] ? 1 : y[i] == y[j] ? 0.5 : 0;
                }
        }
        sum += strcmp(name, "precision") == 0 ? hits / said
               : strcmp(name, "recall") == 0  ? hits / truly
               : strcmp(name, "f1") == 0      ? 2 * hits / (truly + said)
                                              : order / pairs;
    }
    return sum / (LABELS - 1);
}

Test(metric, of_labels)
{
    static const char *const names[] = {"precision", "recall", "f1", "auc"};
    static float truths[ROWS * LABELS];
    static real y[ROWS * LABELS];
    int64_t ids[ROWS];
    struct arena arena = {0};

    draw_labels(truths, y);
    for (int64_t i = 0; i < ROWS; i++)
        ids[i] = i;
    const struct metric_rows of = {.rows = ROWS,
                                   .width = LABELS,
                                   .y = y,
                                   .cut = 0.25,
                                   .targets = truths,
                                   .ids = ids};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct variant v = {kind_find(metric_kinds, names[i]), NULL};
        struct metric m = metric_new(v, LABELS, ROWS, &arena);
        cr_assert(metric_takes(v, TARGET_LABELS));
        metric_add(&m, &of);
        const double want = slow_of_labels(names[i], truths, y, 0.25);
        cr_expect(fabs(metric_value(&m) - want) <= 1e-14,
                  "%s: got %.17g want %.17g", names[i], metric_value(&m), want);
    }
    arena_free(&arena);
}
