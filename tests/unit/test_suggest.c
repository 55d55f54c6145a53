/*
 * The suggested network passes the audit, and no stack of 3x3 convolutions and
 * 2x2 pools that passes it is deeper: all stacks are tried for small images.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "document/documents.h"
#include "document/experiment.h"
#include "graph/lint.h"
#include "support/files.h"
#include "support/scratch.h"

TestSuite(suggest, .init = scratch_begin, .fini = scratch_end);

enum { MAX_LAYERS = 128 };

static void read_document(struct experiment *x, const char *yaml)
{
    struct err e = {0};

    put_text("c.yaml", yaml);
    cr_assert_eq(experiment_read(x, "c.yaml", NULL, 0, NULL, &e), OK, "%s\n%s",
                 yaml, e.text);
}

/* The suggestion for a [channels, height, width] image and ten classes. */
static void suggest(int channels, int height, int width, struct text *out)
{
    struct experiment x;
    struct err e = {0};
    char yaml[256];

    snprintf(yaml, sizeof yaml,
             "layers:\n- input: {shape: [%d, %d, %d]}\n"
             "- dense: {num_units: 10, nonlinearity: softmax}\n",
             channels, height, width);
    read_document(&x, yaml);
    cr_assert_eq(suggest_layers(&x, out, &e), OK, "%s", e.text);
    experiment_free(&x);
}

static int count_of(const char *text, const char *word)
{
    int count = 0;

    for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
        count++;
    return count;
}

static void expect_no_finding(const char *yaml)
{
    struct experiment x;
    struct audit_row rows[MAX_LAYERS];
    struct finding *found;
    struct err e = {0};
    int64_t count;

    read_document(&x, yaml);
    cr_assert_leq(x.graph.count, MAX_LAYERS);
    cr_assert_eq(audit_graph(&x.graph, AUDIT_EXACT, rows, &e), OK);
    const struct lint_subject subject = {
        .graph = &x.graph, .rows = rows, .class_count = 10};
    cr_assert_eq(lint_graph(&subject, &x.arena, &found, &count, &e), OK);
    cr_assert_eq(count, 0, "%s\n%s %s", yaml, found->rule, found->message);
    experiment_free(&x);
}

Test(suggest, breaks_no_rule)
{
    static const int sizes[][3] = {
        {1, 96, 96}, {3, 224, 224}, {3, 32, 48},  {1, 64, 8},
        {1, 3, 3},   {1, 5, 200},   {3, 511, 33}, {1, 1000, 1000},
    };
    struct text t = {0};

    for (int side = 8; side <= 64; side++) {
        suggest(1, side, side, &t);
        expect_no_finding(text_string(&t));
        text_free(&t);
    }
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        suggest(sizes[i][0], sizes[i][1], sizes[i][2], &t);
        expect_no_finding(text_string(&t));
        text_free(&t);
    }
}

/* Every word over {convolution, pool}, in the audit's own terms: a convolution
 * of filter 3 at jump j sees field + 2j, which must neither exceed the image
 * nor six times the 3j it spans; a pool of 2 adds j, which nobody judges until
 * a convolution follows. */
static int deepest(int side)
{
    struct {
        int field, jump, depth;
    } stack[64] = {{1, 1, 0}};
    int used = 1, best = 0;

    while (used > 0) {
        const int field = stack[--used].field, jump = stack[used].jump;
        const int depth = stack[used].depth;
        const int wider = field + 2 * jump;
        if (depth > best)
            best = depth;
        if (2 * jump <= side) {
            stack[used].field = field + jump;
            stack[used].jump = 2 * jump;
            stack[used++].depth = depth;
        }
        if (wider <= side && wider <= 6 * 3 * jump) {
            stack[used].field = wider;
            stack[used].jump = jump;
            stack[used++].depth = depth + 1;
        }
    }
    return best;
}

Test(suggest, nothing_is_deeper)
{
    for (int side = 3; side <= 128; side++) {
        struct text t = {0};
        suggest(1, side, side, &t);
        cr_assert_eq(count_of(text_string(&t), "conv2d"), deepest(side),
                     "side %d: deepest %d\n%s", side, deepest(side),
                     text_string(&t));
        text_free(&t);
    }
}

/* The shorter side decides. */
Test(suggest, of_a_rectangle)
{
    struct text t = {0};

    suggest(1, 20, 90, &t);
    cr_assert_eq(count_of(text_string(&t), "conv2d"), deepest(20));
    text_free(&t);
    suggest(1, 90, 20, &t);
    cr_assert_eq(count_of(text_string(&t), "conv2d"), deepest(20));
    text_free(&t);
}

Test(suggest, is_for_images)
{
    static const char *const inputs[] = {"[784]", "[1, 2, 28]", "[1, 28, 4097]",
                                         "[28, 28]"};

    for (size_t i = 0; i < ARRAY_LEN(inputs); i++) {
        struct experiment x;
        struct text t = {0};
        struct err e = {0};
        char yaml[128];
        snprintf(yaml, sizeof yaml,
                 "layers:\n- input: {shape: %s}\n- dense: {num_units: 2}\n",
                 inputs[i]);
        read_document(&x, yaml);
        cr_assert_eq(suggest_layers(&x, &t, &e), ERR_CONFIG, "%s", inputs[i]);
        cr_assert_eq(strncmp(e.text, "c.yaml:2:", 9), 0, "%s", e.text);
        text_free(&t);
        experiment_free(&x);
    }
}
