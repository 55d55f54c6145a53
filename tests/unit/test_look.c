/*
 * Figures of what a network does with a sample: which tiles, between which
 * ends, under which words.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/compiler.h"
#include "look/filters.h"
#include "look/heat.h"
#include "look/occlusion.h"
#include "look/saliency.h"

enum { CHANNELS = 2, ROWS = 2, COLUMNS = 3, PIXELS = ROWS * COLUMNS };

extern const struct activation_ops softmax_activation;

static const char *const names[] = {"cat", "a\033[31m\nb", "dog"};

/* Two samples of a model that was never read. */
struct rig {
    struct arena arena;
    struct model model;
    struct chosen chosen;
    int64_t index[2], label[2], predicted[2];
    float raw[2 * CHANNELS * PIXELS];
    real y[2 * 3];
};

static void open_rig(struct rig *r)
{
    *r = (struct rig){
        .index = {4, 9},
        .label = {-1, 1},
        .predicted = {0, 2},
        .y = {0.75F, 0.05F, 0.2F, 0.125F, 0.25F, 0.625F},
    };
    r->model.target = (struct target){TARGET_CLASS, 3, names};
    r->model.experiment.graph.in = SHAPE(CHANNELS, ROWS, COLUMNS);
    r->model.experiment.graph.out = SHAPE(3);
    r->model.experiment.graph.output_nonlinearity.kind =
        &softmax_activation.kind;
    r->chosen = (struct chosen){
        .model = &r->model,
        .count = 2,
        .index = r->index,
        .raw = r->raw,
        .width = 3,
        .y = r->y,
        .label = r->label,
        .predicted = r->predicted,
    };
    for (int64_t i = 0; i < 2 * CHANNELS * PIXELS; i++)
        r->raw[i] = (float)(i * 5);
}

static void close_rig(struct rig *r)
{
    cr_assert_not(r->arena.failed);
    arena_free(&r->arena);
}

static void expect_text(const char *got, const char *want)
{
    cr_assert_str_eq(got, want, "got '%s', want '%s'", got, want);
}

Test(look, captions_name_sample_label_and_prediction)
{
    struct rig r;

    open_rig(&r);
    expect_text(chosen_caption(&r.chosen, 0, "\n", &r.arena),
                "sample 4\npredicted cat (0.750)");
    expect_text(chosen_caption(&r.chosen, 1, ", ", &r.arena),
                "sample 9, label a\\x1b[31m\\x0ab, predicted dog (0.625)");
    expect_text(chosen_most_probable(&r.chosen, 1, 2, &r.arena),
                "sample 9\ndog 0.625\na\\x1b[31m\\x0ab 0.250");
    expect_text(chosen_most_probable(&r.chosen, 0, 9, &r.arena),
                "sample 4\ncat 0.750\ndog 0.200\na\\x1b[31m\\x0ab 0.050");
    close_rig(&r);
}

static void expect_range(const struct tile *t, double low, double high)
{
    cr_assert_float_eq(t->low, low, 1e-7, "low %g, not %g", t->low, low);
    cr_assert_float_eq(t->high, high, 1e-7, "high %g, not %g", t->high, high);
}

Test(look, occlusion_shows_image_map_and_both)
{
    static const struct occlusion_config usual = {.square = 5};
    static const float maps[2 * PIXELS] = {
        0.75F,  0.5F,   0.25F,  0.75F,  0.75F,  0.75F, /* a wide range */
        0.875F, 0.875F, 0.875F, 0.875F, 0.875F, 0.875F /* nothing matters */
    };
    struct rig r;

    open_rig(&r);
    const struct figure f = occlusion_figure(&r.chosen, maps, &usual, &r.arena);
    expect_text(f.title, "Probability with a square of 5x5 hidden");
    cr_assert_eq(f.count, 1);
    cr_assert_eq(f.panels[0].kind, PANEL_TILES);
    const struct tiles *t = &f.panels[0].tiles;
    cr_assert(t->count == 6 && t->columns == 3);
    expect_text(t->tiles[0].caption, "sample 4\npredicted cat (0.750)");
    expect_text(t->tiles[1].caption, "p 0.250 .. 0.750");
    expect_text(t->tiles[4].caption, "p 0.875 .. 0.875");
    for (int64_t i = 0; i < 2; i++) {
        const struct tile *row = t->tiles + 3 * i;
        cr_assert(row[1].map == MAP_HEAT && row[2].over);
        cr_assert(row[2].values == row[0].values && row[2].alpha == 0.6);
        cr_assert(row[2].over->values == row[1].values);
        for (int64_t k = 0; k < PIXELS; k++)
            cr_assert_eq(row[1].values[k], -(double)maps[i * PIXELS + k]);
    }
    expect_range(&t->tiles[1], -0.75, -0.25);
    /* All of it is the light end. */
    expect_range(&t->tiles[4], -0.875, -0.775);
    close_rig(&r);
}

Test(look, saliency_begins_at_nothing)
{
    static const float maps[2 * PIXELS] = {0.25F, 0.5F, 2, 1, 1, 0.125F};
    struct rig r;

    open_rig(&r);
    const struct figure f = saliency_figure(&r.chosen, maps, &r.arena);
    expect_range(&f.panels[0].tiles.tiles[1], 0, 2);
    expect_range(&f.panels[0].tiles.tiles[4], 0, 1);
    close_rig(&r);
}

Test(look, photos_have_the_range_of_bytes_or_their_own)
{
    static const struct frame two = {2, 1, 2}, three = {3, 1, 1};
    static const float bytes[] = {0, 10, 20, 255}, shares[] = {0, 0.5F, 1, 1},
                       colour[] = {1, 2, 3};
    struct arena a = {0};
    const struct tile t = frame_photo(two, bytes, &a);
    const struct tile u = frame_photo(two, shares, &a);
    const struct tile c = frame_photo(three, colour, &a);

    cr_assert(t.channels == 1 && t.values[0] == 10 && t.values[1] == 132.5);
    expect_range(&t, 0, 255);
    expect_range(&u, 0, 0);
    cr_assert(c.channels == 3 && c.values[2] == 3);
    arena_free(&a);
}

static struct filters_seen bank(const real *values, struct frame f,
                                int64_t count, bool first)
{
    return (struct filters_seen){"conv", count, f, values, false, first};
}

Test(look, filters_are_panels_colours_or_means)
{
    static const real values[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    const struct frame two = {2, 1, 3}, three = {3, 2, 1};
    struct arena a = {0};
    struct filters_seen f = bank(values, two, 2, true);
    struct figure g = filters_figure(&f, FILTERS_MEAN, &a);

    cr_assert_eq(g.count, 2);
    expect_text(g.title, "conv: 2 filters of 2x1x3");
    expect_text(g.panels[1].title, "channel 1");
    cr_assert_eq(g.panels[1].tiles.tiles[0].values[2], 6);
    cr_assert_eq(g.panels[1].tiles.tiles[1].values[0], 10);
    f.first = false;
    g = filters_figure(&f, FILTERS_MEAN, &a);
    cr_assert_eq(g.count, 1);
    expect_text(g.title, "conv: 2 filters of 2x1x3, mean over the channels");
    cr_assert_eq(g.panels[0].tiles.tiles[1].values[0], 8.5);
    g = filters_figure(&f, 1, &a);
    expect_text(g.title, "conv: 2 filters of 2x1x3, channel 1");
    cr_assert_eq(g.panels[0].tiles.tiles[0].values[0], 4);
    f = bank(values, three, 2, true);
    g = filters_figure(&f, FILTERS_MEAN, &a);
    cr_assert(g.count == 1 && g.panels[0].tiles.tiles[1].channels == 3);
    cr_assert_eq(g.panels[0].tiles.tiles[1].values[5], 12);
    cr_assert_not(a.failed);
    arena_free(&a);
}

/* 5000 units of one input, whose weights are their numbers. */
Test(look, large_matrices_are_drawn_by_means)
{
    enum { UNITS = 5000 };
    static real values[UNITS];
    struct arena a = {0};
    const struct filters_seen f = {"fc", UNITS, {1, 1, 1}, values, true, true};

    for (int64_t i = 0; i < UNITS; i++)
        values[i] = (real)i;
    const struct figure g = filters_figure(&f, FILTERS_MEAN, &a);
    const struct tile *t = g.panels[0].tiles.tiles;
    cr_assert(t->height == 1667 && t->width == 1); /* of three each */
    cr_assert_eq(t->values[0], 1);
    cr_assert_eq(t->values[1000], 3001);
    cr_assert_eq(t->values[1666], 4998.5); /* of the last two */
    expect_range(t, -4998.5, 4998.5);
    cr_assert_not_null(strstr(g.title, "a cell the mean of 3x1"));
    arena_free(&a);
}
