/* Records of predict, byte for byte. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <string.h>

#include "command/predict_format.h"

static const char *const names[] = {"cat", "a,b", "say \"x\""};
static const real outputs[] = {(real)0.25, (real)0.5, (real)0.25};
static const real logits[] = {(real)-1, (real)2, (real)0.125};

/* The header, a record and one without outputs. */
static void put_two(struct text *out, const struct predict_format *f,
                    struct err *e)
{
    static const char cells[] = "7\0a,b";
    const struct prediction good = {outputs, logits, cells};
    const struct prediction bad = {.cells = cells};

    predict_header(out, f);
    cr_assert_eq(predict_record(out, f, &good, e), OK, "%s", e->text);
    cr_assert_eq(predict_record(out, f, &bad, e), OK, "%s", e->text);
}

struct format_case {
    enum predict_layout layout;
    enum predict_what what;
    int64_t top;
    char want[300]; /* header, a record, a bad record */
};

ParameterizedTestParameters(predict_format, records)
{
    static struct format_case cases[] = {
        {PREDICT_PLAIN, PREDICT_ANSWER, 0, "a,b\n\n"},
        {PREDICT_PLAIN, PREDICT_TOP, 2, "a,b 0.5\tcat 0.25\n\n"},
        {PREDICT_CSV, PREDICT_ANSWER, 0, "class\n\"a,b\"\n\n"},
        {PREDICT_CSV, PREDICT_PROBABILITIES, 0,
         "cat,\"a,b\",\"say \"\"x\"\"\"\n0.25,0.5,0.25\n,,\n"},
        {PREDICT_CSV, PREDICT_TOP, 1, "class1,probability1\n\"a,b\",0.5\n,\n"},
        {PREDICT_TSV, PREDICT_ANSWER, 0, "class\na,b\n\n"},
        {PREDICT_TSV, PREDICT_TOP, 2,
         "class1\tprobability1\tclass2\tprobability2\na,b\t0.5\tcat\t0.25\n"
         "\t\t\t\n"},
        {PREDICT_JSONL, PREDICT_ANSWER, 0, "{\"class\": \"a,b\"}\nnull\n"},
        {PREDICT_JSONL, PREDICT_TOP, 2,
         "{\"class\": \"a,b\", \"top\": [[\"a,b\", 0.5], [\"cat\", "
         "0.25]]}\nnull\n"},
        {PREDICT_JSONL, PREDICT_PROBABILITIES, 0,
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
        .what = c->what,
        .width = 3,
        .top = c->top,
        .target = &target,
        .order = order,
    };
    struct text got = {0};
    struct err e = {0};

    put_two(&got, &f, &e);
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
                .what = PREDICT_TOP,
                .top = top,
                .target = &target,
                .order = order,
            };
            bool used[3] = {false};
            struct text got = {0};
            cr_assert_eq(
                predict_record(&got, &f, &(struct prediction){.y = y}, &e), OK);
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
            .width = cases[i].targets,
        };
        struct text got = {0};
        struct err e = {0};

        put_two(&got, &f, &e);
        cr_expect_str_eq(text_string(&got), cases[i].want, "case %zu: got\n%s",
                         i, text_string(&got));
        text_free(&got);
    }
}

/* Logits, the output of a layer, classes that are not sure, columns in front.
 */
Test(predict_format, further_outputs)
{
    static const char *const columns[] = {"id", "b\tc"};
    static const struct passed passed = {columns, 2};
    const struct target target = {TARGET_CLASS, 3, names};
    const struct {
        struct predict_format f;
        const char *want;
    } cases[] = {
        {{.layout = PREDICT_CSV, .what = PREDICT_LOGITS},
         "cat,\"a,b\",\"say \"\"x\"\"\"\n-1,2,0.125\n,,\n"},
        {{.layout = PREDICT_JSONL, .what = PREDICT_LOGITS},
         "{\"class\": \"a,b\", \"logits\": {\"cat\": -1.0, \"a,b\": 2.0, "
         "\"say \\\"x\\\"\": 0.125}}\nnull\n"},
        {{.layout = PREDICT_CSV, .what = PREDICT_LAYER, .layer = "d1"},
         "d1_0,d1_1,d1_2\n0.25,0.5,0.25\n,,\n"},
        {{.layout = PREDICT_TSV, .what = PREDICT_LAYER, .layer = "d1"},
         "d1_0\td1_1\td1_2\n0.25\t0.5\t0.25\n\t\t\n"},
        {{.threshold = 0.5, .unsure = "?"}, "a,b\n\n"},
        {{.threshold = 0.51, .unsure = "?"}, "?\n\n"},
        {{.layout = PREDICT_CSV, .threshold = 0.51, .unsure = "?,"},
         "class\n\"?,\"\n\n"},
        {{.layout = PREDICT_JSONL, .threshold = 1, .unsure = ""},
         "{\"class\": \"\"}\nnull\n"},
        {{.layout = PREDICT_CSV, .passed = passed},
         "id,b\tc,class\n7,\"a,b\",\"a,b\"\n7,\"a,b\",\n"},
        {{.layout = PREDICT_TSV, .what = PREDICT_LOGITS, .passed = passed},
         "id\tb\\x09c\tcat\ta,b\tsay \"x\"\n7\ta,b\t-1\t2\t0.125\n"
         "7\ta,b\t\t\t\n"},
        {{.layout = PREDICT_JSONL, .passed = passed},
         "{\"id\": \"7\", \"b\\tc\": \"a,b\", \"class\": \"a,b\"}\nnull\n"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct predict_format f = cases[i].f;
        struct text got = {0};
        struct err e = {0};

        f.target = &target;
        f.width = 3;
        put_two(&got, &f, &e);
        cr_expect_str_eq(text_string(&got), cases[i].want, "case %zu: got\n%s",
                         i, text_string(&got));
        text_free(&got);
    }
}

/* Floats, those of a bad record no numbers. */
Test(predict_format, arrays)
{
    const struct target target = {TARGET_CLASS, 3, names};
    const struct predict_format f = {.layout = PREDICT_NPY,
                                     .what = PREDICT_LOGITS,
                                     .target = &target,
                                     .width = 3};
    struct text got = {0};
    struct err e = {0};
    float back[6];

    put_two(&got, &f, &e);
    cr_assert_eq(got.length, sizeof back);
    memcpy(back, got.at, sizeof back);
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(back[i], (float)logits[i]);
        cr_expect(isnan(back[3 + i]));
    }
    text_free(&got);
}
