/* Layer tables and epoch lines against what the tutorial printed. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "command/epochs.h"
#include "command/layer_table.h"
#include "support/fake_layers.h"
#include "unit/tutorial_tables.h"

/* Layers that know shapes, weights and windows, and compute nothing. */
struct block {
    int64_t width, size, pad;
};

static enum status image_infer(const void *config, const struct shape *in,
                               int64_t inputs, struct layer_spec *spec)
{
    (void)config, (void)in, (void)inputs;
    spec->out = SHAPE(1, 28, 28);
    return OK;
}

static void declare(struct layer_spec *spec, int64_t rows, int64_t columns)
{
    spec->params[0] =
        (struct param_spec){.name = "weight", .shape = SHAPE(rows, columns)};
    spec->params[1] = (struct param_spec){.name = "bias", .shape = SHAPE(rows)};
    spec->param_count = 2;
}

static enum status conv_infer(const void *config, const struct shape *in,
                              int64_t inputs, struct layer_spec *spec)
{
    const struct block *b = config;
    const int64_t shrink = b->size - 1 - 2 * b->pad;

    (void)inputs;
    spec->out = SHAPE(b->width, in->dim[1] - shrink, in->dim[2] - shrink);
    declare(spec, b->width, in->dim[0] * b->size * b->size);
    return OK;
}

static enum status pool_infer(const void *config, const struct shape *in,
                              int64_t inputs, struct layer_spec *spec)
{
    (void)config, (void)inputs;
    spec->out = SHAPE(in->dim[0], in->dim[1] / 2, in->dim[2] / 2);
    return OK;
}

static enum status dense_infer(const void *config, const struct shape *in,
                               int64_t inputs, struct layer_spec *spec)
{
    const struct block *b = config;

    (void)inputs;
    spec->out = SHAPE(b->width);
    declare(spec, b->width, shape_count(*in));
    return OK;
}

static enum status same_infer(const void *config, const struct shape *in,
                              int64_t inputs, struct layer_spec *spec)
{
    (void)config, (void)inputs;
    spec->out = *in;
    return OK;
}

static struct layer_window conv_window(const void *config)
{
    const struct block *b = config;

    return (struct layer_window){
        .kind = WINDOW_CONV,
        .size = {b->size, b->size},
        .stride = {1, 1},
        .dilation = {1, 1},
        .pad = {b->pad, b->pad},
    };
}

static struct layer_window pool_window(const void *config)
{
    (void)config;
    return (struct layer_window){
        .kind = WINDOW_POOL,
        .size = {2, 2},
        .stride = {2, 2},
        .dilation = {1, 1},
    };
}

static struct layer_window whole_window(const void *config)
{
    (void)config;
    return (struct layer_window){.kind = WINDOW_WHOLE};
}

#define LAYER(word, how, in, seen)                                             \
    {                                                                          \
        .kind = {.name = (word)}, .infer = (how), .min_inputs = (in),          \
        .max_inputs = (in), .window = (seen)                                   \
    }

static const struct layer_ops image_ops = LAYER("input", image_infer, 0, NULL);
static const struct layer_ops conv_ops =
    LAYER("conv2d", conv_infer, 1, conv_window);
static const struct layer_ops pool_ops =
    LAYER("maxpool2d", pool_infer, 1, pool_window);
static const struct layer_ops dense_ops =
    LAYER("dense", dense_infer, 1, whole_window);
static const struct layer_ops dropout_ops =
    LAYER("dropout", same_infer, 1, NULL);

enum { MAX_LAYERS = 32 };

struct net {
    struct arena arena;
    struct graph_entry entries[MAX_LAYERS];
    struct block blocks[MAX_LAYERS];
    char names[MAX_LAYERS][16];
    int64_t count;
    struct graph g;
    struct fake_report report;
    struct err e;
};

static void add(struct net *n, const struct layer_ops *ops, struct block block)
{
    const int64_t i = n->count++;

    n->blocks[i] = block;
    snprintf(n->names[i], sizeof n->names[i], "%s%ld", ops->kind.name, (long)i);
    n->entries[i] = (struct graph_entry){
        .ops = ops,
        .name = n->names[i],
        .config = &n->blocks[i],
        .trainable = true,
        .learning_rate_scale = 1,
    };
}

/* `plan`: a letter and a width per layer: 'c' convolution, 'p' pool; the dense
 * end is the same in all of the tutorial's networks. */
static void build(struct net *n, const char *plan, int64_t pad)
{
    add(n, &image_ops, (struct block){0});
    for (const char *p = plan; *p; p++) {
        int64_t width = 0, size = 3;
        if (*p == 'p') {
            add(n, &pool_ops, (struct block){0});
            continue;
        }
        if (*p == 'C') /* a 5x5 filter */
            size = 5;
        while (p[1] >= '0' && p[1] <= '9')
            width = 10 * width + (*++p - '0');
        add(n, &conv_ops, (struct block){width, size, pad});
    }
    add(n, &dense_ops, (struct block){64, 0, 0});
    add(n, &dropout_ops, (struct block){0});
    add(n, &dense_ops, (struct block){64, 0, 0});
    add(n, &dense_ops, (struct block){10, 0, 0});
    const struct graph_reporter reporter = fake_reporter(&n->report);
    const struct graph_request request = {
        .entries = n->entries, .count = n->count, .seed = 1};
    const enum status s =
        graph_build(&n->g, &n->arena, &request, &reporter, &n->e);
    cr_assert_eq(s, OK, "%s%s", text_string(&n->report.text), n->e.text);
}

struct table_case {
    const char *plan;
    int64_t pad, level;
    const char *want;
};

/* By number: pointers do not cross the process boundary of a parameter. */
static const struct table_case cases[] = {
    {"C96c96c96c96c96pc128c128c128p", 0, 0, table_of_net0},
    {"c32pc64c64pc96p", 0, 1, table_of_net1},
    {"c32c32c32c32c32c64c64c64c64c64p", 0, 1, table_of_net2},
    {"c32c32pc32c32pc64c64pc64c64p", 1, 1, table_of_net3},
    {"c32c32c32c32c32c32c32pc64c64c64p", 1, 1, table_of_net4},
    {"c32c32c32c32c32c32c32pc64c64c64p", 1, 2, table_of_net4_full},
};

/* The same bytes without colour codes. */
static void strip(char *text)
{
    char *to = text;

    for (const char *p = text; *p; p++) {
        if (*p == '\033')
            p = strchr(p, 'm');
        else
            *to++ = *p;
    }
    *to = '\0';
}

static void check_table(const struct table_case *c, bool colour)
{
    const struct layer_table_style style = {c->level, AUDIT_NOLEARN, 0, colour};
    struct net n = {0};
    struct text got = {0};
    char want[8192];

    build(&n, c->plan, c->pad);
    snprintf(want, sizeof want, "%s", c->want);
    if (!colour)
        strip(want);
    cr_assert_eq(layer_table_print(&got, &n.g, &style, &n.e), OK);
    cr_assert_str_eq(text_string(&got), want, "%s level %ld:\n%s", c->plan,
                     (long)c->level, text_string(&got));
    text_free(&got);
    text_free(&n.report.text);
    arena_free(&n.arena);
}

Test(layer_table, equals_the_tutorial_in_colour)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check_table(&cases[i], true);
}

Test(layer_table, equals_the_tutorial_without_colour)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check_table(&cases[i], false);
}

/* Without a convolution every level shows the plain table, whose sizes are
 * integers and so stand to the right. */
Test(layer_table, of_dense_layers_is_plain)
{
    const struct layer_table_style style = {2, AUDIT_EXACT, 0, true};
    static const int64_t width = 784;
    const struct block block = {64, 0, 0};
    struct graph_entry entries[] = {
        {.ops = &fake_input_ops, .name = "input0", .config = &width},
        {.ops = &dense_ops, .name = "dense1", .config = &block},
    };
    struct fake_report report = {{0}};
    const struct graph_reporter reporter = fake_reporter(&report);
    const struct graph_request request = {
        .entries = entries, .count = 2, .seed = 1};
    struct arena arena = {0};
    struct graph g;
    struct err e = {0};
    struct text got = {0};

    cr_assert_eq(graph_build(&g, &arena, &request, &reporter, &e), OK);
    cr_assert_eq(layer_table_print(&got, &g, &style, &e), OK);
    cr_assert_str_eq(text_string(&got),
                     "# Neural Network with 0 learnable parameters\n\n"
                     "## Layer information\n\n"
                     "  #  name      size\n"
                     "---  ------  ------\n"
                     "  0  input0     784\n"
                     "  1  dense1      64\n\n");
    text_free(&got);
    arena_free(&arena);
}

/* Three losses have a digit more than was printed: the ratio beside them was
 * computed before rounding. */
static const double net0_rows[][5] = {
    {1, 2.49039, 1.47864, 0.93246, 21.84},
    {2, 1.46182, 1.20667, 0.96527, 21.43},
    {3, 1.21271, 1.080947, 0.96913, 21.34},
    {4, 1.06744, 0.96083, 0.97421, 21.34},
    {5, 0.94933, 0.87513, 0.97675, 21.37},
    {6, 0.86063, 0.79308, 0.97967, 21.36},
    {7, 0.782333, 0.725157, 0.97986, 21.48},
    {8, 0.71531, 0.66827, 0.97939, 21.59},
    {9, 0.65571, 0.61533, 0.98136, 21.37},
    {10, 0.60635, 0.57576, 0.98033, 21.35},
};

/* A table without further metrics. */
static struct epoch_style style_of(struct metric_columns *c,
                                   enum target_kind kind, bool colour)
{
    metric_columns_of(c, kind, &(struct variant_list){NULL, 0}, false);
    return (struct epoch_style){c, colour, false};
}

Test(epoch_table, equals_the_tutorial)
{
    struct history_row rows[ARRAY_LEN(net0_rows)];
    struct text got = {0};

    epoch_table_head(&got,
                     style_of(&(struct metric_columns){0}, TARGET_CLASS, true));
    for (size_t i = 0; i < ARRAY_LEN(net0_rows); i++) {
        const double *r = net0_rows[i];
        rows[i] = (struct history_row){
            .epoch = (int64_t)r[0],
            .train_loss = r[1],
            .valid_loss = r[2],
            .metrics = {r[3]},
            .dur = r[4],
        };
        epoch_table_row(
            &got, rows, (int64_t)i + 1,
            style_of(&(struct metric_columns){0}, TARGET_CLASS, true));
    }
    cr_assert_str_eq(text_string(&got), epochs_of_net0, "got\n%s",
                     text_string(&got));
    text_free(&got);
}
