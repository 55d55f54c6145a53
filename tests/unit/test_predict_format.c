/* Records of predict, byte for byte, and the figures of evaluate. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>

#include "command/metrics.h"
#include "command/predict_format.h"

static const char *const names[] = {"cat", "a,b", "say \"x\""};
static const real outputs[] = {(real)0.25, (real)0.5, (real)0.25};

struct format_case {
    enum predict_layout layout;
    bool probabilities;
    int64_t top;
    char want[300]; /* header, a record, a bad record */
};

ParameterizedTestParameters(predict_format, records)
{
    static struct format_case cases[] = {
        {PREDICT_PLAIN, false, 0, "a,b\n\n"},
        {PREDICT_PLAIN, false, 2, "a,b 0.5\tcat 0.25\n\n"},
        {PREDICT_CSV, false, 0, "class\n\"a,b\"\n\n"},
        {PREDICT_CSV, true, 0,
         "cat,\"a,b\",\"say \"\"x\"\"\"\n0.25,0.5,0.25\n,,\n"},
        {PREDICT_CSV, false, 1, "class1,probability1\n\"a,b\",0.5\n,\n"},
        {PREDICT_TSV, false, 0, "class\na,b\n\n"},
        {PREDICT_TSV, false, 2,
         "class1\tprobability1\tclass2\tprobability2\na,b\t0.5\tcat\t0.25\n"
         "\t\t\t\n"},
        {PREDICT_JSONL, false, 0, "{\"class\": \"a,b\"}\nnull\n"},
        {PREDICT_JSONL, false, 2,
         "{\"class\": \"a,b\", \"top\": [[\"a,b\", 0.5], [\"cat\", "
         "0.25]]}\nnull\n"},
        {PREDICT_JSONL, true, 0,
         "{\"class\": \"a,b\", \"probabilities\": {\"cat\": 0.25, "
         "\"a,b\": 0.5, \"say \\\"x\\\"\": 0.25}}\nnull\n"},
    };
    return cr_make_param_array(struct format_case, cases, ARRAY_LEN(cases));
}

ParameterizedTest(struct format_case *c, predict_format, records)
{
    int32_t order[3];
    const struct target target = {TARGET_CLASS, 3, names};
    const struct predict_format f = {
        .layout = c->layout,
        .probabilities = c->probabilities,
        .top = c->top,
        .target = &target,
        .order = order,
    };
    struct text got = {0};
    struct err e = {0};

    predict_header(&got, &f);
    cr_assert_eq(predict_record(&got, &f, outputs, &e), OK, "%s", e.text);
    cr_assert_eq(predict_record(&got, &f, NULL, &e), OK, "%s", e.text);
    cr_assert_str_eq(text_string(&got), c->want, "layout %d top %ld: got\n%s",
                     c->layout, (long)c->top, text_string(&got));
    text_free(&got);
}

/* All orders of three values, ties included, against a plain selection. */
Test(predict_format, top_is_sorted_and_ties_keep_their_order)
{
    int32_t order[3];
    static const char *const letters[] = {"a", "b", "c"};
    const struct target target = {TARGET_CLASS, 3, letters};
    struct err e = {0};

    for (int code = 0; code < 27; code++) {
        const real y[] = {(real)(code % 3), (real)(code / 3 % 3),
                          (real)(code / 9)};
        for (int64_t top = 1; top <= 3; top++) {
            const struct predict_format f = {
                .top = top,
                .target = &target,
                .order = order,
            };
            bool used[3] = {false};
            struct text got = {0};
            cr_assert_eq(predict_record(&got, &f, y, &e), OK);
            for (int64_t i = 0; i < top; i++) {
                int best = -1;
                for (int k = 0; k < 3; k++)
                    if (!used[k] && (best < 0 || y[k] > y[best]))
                        best = k;
                used[best] = true;
                cr_assert_eq(order[i], best, "code %d top %ld place %ld", code,
                             (long)top, (long)i);
            }
            text_free(&got);
        }
    }
}

/* Three classes by hand: predicted 0 0 1 1 2, true 0 1 1 1 0. */
Test(metrics, counts_and_ratios)
{
    static const struct score scores[] = {
        {.loss = 1, .predicted = 0, .label = 0, .rank = 0},
        {.loss = 2, .predicted = 0, .label = 1, .rank = 1},
        {.loss = 0, .predicted = 1, .label = 1, .rank = 0},
        {.loss = 0, .predicted = 1, .label = 1, .rank = 0},
        {.loss = 2, .predicted = 2, .label = 0, .rank = 2},
    };
    static const int64_t confusion[] = {1, 0, 1, 1, 2, 0, 0, 0, 0};
    struct arena arena = {0};
    struct metrics m = {.samples = 5, .top_k = 2, .class_count = 3};
    struct err e = {0};

    cr_assert_eq(metrics_of(&m, scores, &arena, &e), OK);
    cr_assert_eq(m.accuracy, 3.0 / 5);
    cr_assert_eq(m.top_k_accuracy, 4.0 / 5);
    cr_assert_eq(m.loss, 1.0);
    for (int i = 0; i < 9; i++)
        cr_assert_eq(m.confusion[i], confusion[i], "cell %d: got %ld", i,
                     (long)m.confusion[i]);
    cr_assert_eq(m.per_class[0].precision, 0.5);
    cr_assert_eq(m.per_class[0].recall, 0.5);
    cr_assert_eq(m.per_class[1].precision, 1.0);
    cr_assert_eq(m.per_class[1].recall, 2.0 / 3);
    cr_assert_eq(m.per_class[1].f1, 0.8);
    cr_assert_eq(m.per_class[2].precision, 0.0);
    cr_assert(isnan(m.per_class[2].recall));
    cr_assert_eq(m.per_class[2].f1, 0.0);
    cr_assert_eq(m.per_class[2].support, 0);
    arena_free(&arena);
}

/* A class that is neither there nor predicted has no F1 to average. */
Test(metrics, mean_f1_leaves_absent_classes_out)
{
    static const struct score scores[] = {{.predicted = 0, .label = 0},
                                          {.predicted = 1, .label = 1}};
    struct arena arena = {0};
    struct metrics m = {.samples = 2, .top_k = 1, .class_count = 3};
    struct err e = {0};

    cr_assert_eq(metrics_of(&m, scores, &arena, &e), OK);
    cr_assert(isnan(m.per_class[2].f1));
    cr_assert_eq(metrics_f1(&m), 1.0);
    arena_free(&arena);
}

/* The end points p solve |hits/n - p| = z * sqrt(p (1 - p) / n), which is how
 * the interval is defined. */
Test(metrics, wilson_interval_solves_its_equation)
{
    static const int64_t cases[][2] = {
        {0, 10}, {10, 10}, {1, 1}, {7, 20}, {9912, 10000}};

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const double n = (double)cases[i][1], share = (double)cases[i][0] / n;
        double interval[2];
        wilson_interval(cases[i][0], cases[i][1], interval);
        cr_assert(interval[0] <= share && share <= interval[1]);
        for (int end = 0; end < 2; end++) {
            const double p = interval[end];
            const double off = 1.959963984540054 * sqrt(p * (1 - p) / n);
            /* Double rounding, magnified by the root near 0 and 1. */
            cr_assert_float_eq(fabs(share - p), off, 1e-8,
                               "%ld of %ld, end %d: %g against %g",
                               (long)cases[i][0], (long)cases[i][1], end,
                               fabs(share - p), off);
        }
    }
}

/* Numbers of regression: names of columns where there are any. */
Test(predict_format, numbers)
{
    static const char *const columns[] = {"y,1", "3"};
    static const struct {
        enum predict_layout layout;
        int64_t targets;
        const char *want;
    } cases[] = {
        {PREDICT_PLAIN, 2, "0.25\t0.5\n\n"},
        {PREDICT_CSV, 2, "\"y,1\",target1\n0.25,0.5\n,\n"},
        {PREDICT_TSV, 1, "y,1\n0.25\n\n"},
        {PREDICT_JSONL, 1, "{\"target\": 0.25}\nnull\n"},
        {PREDICT_JSONL, 2, "{\"target\": [0.25, 0.5]}\nnull\n"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct target target = {TARGET_REAL, cases[i].targets, columns};
        const struct predict_format f = {
            .layout = cases[i].layout,
            .target = &target,
        };
        struct text got = {0};
        struct err e = {0};

        predict_header(&got, &f);
        cr_assert_eq(predict_record(&got, &f, outputs, &e), OK, "%s", e.text);
        cr_assert_eq(predict_record(&got, &f, NULL, &e), OK, "%s", e.text);
        cr_expect_str_eq(text_string(&got), cases[i].want, "case %zu: got\n%s",
                         i, text_string(&got));
        text_free(&got);
    }
}
