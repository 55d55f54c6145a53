/* upscale2d against its definition: what every pixel of the output takes of
 * every pixel of the input. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "graph/audit.h"
#include "layer/config.h"
#include "support/fake_layers.h"
#include "support/naive.h"
#include "support/trial.h"

enum { CHANNELS = 2, BATCH = 2 };

/* What pixel o of the output takes of pixel i, along one axis of `count`. */
typedef double weight_fn(int64_t o, int64_t i, int64_t count, int64_t factor);

static double repeat_weight(int64_t o, int64_t i, int64_t count, int64_t factor)
{
    (void)count;
    return o / factor == i;
}

static double dilate_weight(int64_t o, int64_t i, int64_t count, int64_t factor)
{
    (void)count;
    return o == i * factor;
}

/* Centres of pixels are at half numbers: o's lies at (o + 1/2) / factor of the
 * input, where every input pixel reaches as far as its neighbours' centres, and
 * those at the border to infinity. */
static double bilinear_weight(int64_t o, int64_t i, int64_t count,
                              int64_t factor)
{
    double at = ((double)o + 0.5) / (double)factor - 0.5;

    at = fmin(fmax(at, 0), (double)count - 1);
    return fmax(0, 1 - fabs(at - (double)i));
}

static const struct mode {
    const char *name;
    weight_fn *weight;
} modes[] = {
    {"repeat", repeat_weight},
    {"dilate", dilate_weight},
    {"bilinear", bilinear_weight},
};

static void compare_plane(const struct trial *t, const struct mode *mode,
                          int64_t plane)
{
    const struct upscale2d_config *c = t->layer.config;
    const struct shape in = t->in[0], out = t->layer.spec.out;
    const int64_t in_at = plane * in.dim[1] * in.dim[2];
    const int64_t out_at = plane * out.dim[1] * out.dim[2];
    struct naive_sum y[400] = {{0}}, dx[400] = {{0}};

    cr_assert_leq(out.dim[1] * out.dim[2], 400);
    for (int64_t o = 0; o < out.dim[1] * out.dim[2]; o++)
        for (int64_t i = 0; i < in.dim[1] * in.dim[2]; i++) {
            const double weight = mode->weight(o / out.dim[2], i / in.dim[2],
                                               in.dim[1], c->scale_factor.y) *
                                  mode->weight(o % out.dim[2], i % in.dim[2],
                                               in.dim[2], c->scale_factor.x);
            if (weight == 0)
                continue;
            naive_add(&y[o], weight * (double)t->x[in_at + i]);
            naive_add(&dx[i], weight * (double)t->dy[out_at + o]);
        }
    /* Weights are rounded too. */
    for (int64_t i = 0; i < 400; i++) {
        y[i].terms += 4;
        dx[i].terms += 4;
    }
    naive_check("y", t->y + out_at, y, out.dim[1] * out.dim[2]);
    naive_check("dx", t->dx + in_at, dx, in.dim[1] * in.dim[2]);
}

static void check(int64_t rows, int64_t columns, struct pair factor,
                  const struct mode *mode)
{
    const struct upscale2d_config config = {factor, mode->name};
    struct trial t;

    cr_assert_eq(trial_open(&t, "upscale2d", &config,
                            SHAPE(CHANNELS, rows, columns), BATCH),
                 OK);
    cr_assert(shape_equal(t.layer.spec.out, SHAPE(CHANNELS, rows * factor.y,
                                                  columns * factor.x)));
    trial_fill(&t, 1);
    trial_forward(&t, false);
    trial_backward(&t, true);
    for (int64_t plane = 0; plane < CHANNELS * BATCH; plane++)
        compare_plane(&t, mode, plane);
    trial_close(&t);
}

Test(upscale2d, against_definition)
{
    static const int64_t sizes[][2] = {{1, 1}, {1, 2}, {3, 1},
                                       {2, 2}, {4, 5}, {5, 3}};
    static const struct pair factors[] = {{1, 1}, {2, 2}, {3, 3},
                                          {1, 4}, {2, 5}, {4, 1}};

    for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
        for (size_t k = 0; k < ARRAY_LEN(factors); k++)
            for (size_t m = 0; m < ARRAY_LEN(modes); m++)
                check(sizes[i][0], sizes[i][1], factors[k], &modes[m]);
}

/* A filter of 3x3, upscaling by two, another filter of 3x3.  Three neighbours
 * of the upscaled image come from two pixels, 4 of the image; interpolated,
 * from three, 5 of the image. */
static double field_of(const char *mode)
{
    static const int64_t image[] = {1, 16, 16};
    static const struct input_config input = {{image, 3}};
    static const struct conv2d_config conv = {.num_filters = 1,
                                              .filter_size = {3, 3},
                                              .stride = {1, 1},
                                              .dilation = {1, 1},
                                              .num_groups = 1};
    const struct upscale2d_config up = {{2, 2}, mode};
    const struct graph_entry entries[] = {
        {.ops = layer_find("input"), .name = "input", .config = &input},
        {.ops = layer_find("conv2d"), .name = "a", .config = &conv},
        {.ops = layer_find("upscale2d"), .name = "b", .config = &up},
        {.ops = layer_find("conv2d"), .name = "c", .config = &conv},
    };
    const struct graph_request request = {.entries = entries,
                                          .count = ARRAY_LEN(entries)};
    struct fake_report report = {0};
    const struct graph_reporter reporter = fake_reporter(&report);
    struct audit_row rows[ARRAY_LEN(entries)];
    struct arena arena = {0};
    struct err e = {0};
    struct graph g;

    cr_assert_eq(graph_build(&g, &arena, &request, &reporter, &e), OK);
    cr_assert_eq(audit_graph(&g, AUDIT_EXACT, rows, &e), OK);
    cr_assert_eq(rows[3].field[0], rows[3].field[1]);
    arena_free(&arena);
    text_free(&report.text);
    return rows[3].field[0];
}

Test(upscale2d, receptive_field)
{
    cr_assert_eq(field_of("repeat"), 4);
    cr_assert_eq(field_of("dilate"), 4);
    cr_assert_eq(field_of("bilinear"), 5);
}

/* Zeros of a dilated image are zeros whatever the pixels are. */
Test(upscale2d, dilate_keeps_nan_apart)
{
    const struct upscale2d_config config = {{2, 2}, "dilate"};
    struct trial t;

    cr_assert_eq(trial_open(&t, "upscale2d", &config, SHAPE(1, 1, 1), 1), OK);
    trial_fill(&t, 1);
    t.x[0] = (real)NAN;
    trial_forward(&t, false);
    cr_assert(t.y[0] != t.y[0]);
    for (int i = 1; i < 4; i++)
        cr_assert_eq(t.y[i], 0);
    trial_close(&t);
}

Test(upscale2d, refusals)
{
    const struct upscale2d_config config = {{2, 2}, "repeat"};
    struct trial t;

    cr_assert_eq(trial_open(&t, "upscale2d", &config, SHAPE(7), 1), ERR_CONFIG);
    cr_assert_str_eq(t.layer.spec.why,
                     "takes images (channels, rows, columns), its input has 1 "
                     "axis");
}
