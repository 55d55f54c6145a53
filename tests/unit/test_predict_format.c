/* Records of predict, byte for byte. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

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
