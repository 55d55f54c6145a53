/* Curves over epochs and updates as figures. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "look/rates.h"
#include "look/runs.h"
#include "support/fake_document.h"

static const double epochs[] = {1, 2, 3};

/* What is drawn of two losses over three epochs, the second of them best. */
static void figure_of(struct figure *f, const double *train,
                      const double *valid, const char *second,
                      struct arena *arena)
{
    const struct run_curves runs[] = {
        {"a/m.safetensors", 3, epochs, {train, valid}, 1},
        {second, 3, epochs, {train, valid}, -1},
    };

    losses_figure(f, runs, second ? 2 : 1, arena);
    cr_assert(!arena->failed);
    cr_assert_eq(f->count, 1);
    cr_assert_eq(f->panels[0].kind, PANEL_AXES);
}

Test(runs, one_run_and_its_best_epoch)
{
    static const double train[] = {3, 2, 1}, valid[] = {3, 2.5, 2.75};
    struct arena arena = {0};
    struct figure f;

    figure_of(&f, train, valid, NULL, &arena);
    const struct axes *a = &f.panels[0].axes;
    cr_assert_eq(a->series_count, 2);
    cr_assert_str_eq(a->series[0].name, "train loss");
    cr_assert_eq(a->series[0].y, train);
    cr_assert_str_eq(a->series[1].name, "valid loss");
    cr_assert_eq(a->series[1].y, valid);
    cr_assert_neq(a->series[0].colour, a->series[1].colour);
    cr_assert_eq(a->mark_count, 1);
    cr_assert_eq(a->marks[0].x, 2);
    cr_assert_eq(a->marks[0].y, 2.5);
    cr_assert_str_eq(a->marks[0].text, "best: epoch 2: 2.5");
    cr_assert_str_eq(f.title, "Loss of m.safetensors");
    cr_assert_str_eq(f.about, "Loss of m.safetensors over 3 epochs; the best "
                              "epoch is 2 with 2.5");
    arena_free(&arena);
}

/* Without validation the training loss is what the mark stands on. */
Test(runs, training_alone)
{
    static const double train[] = {3, 2, 1};
    struct arena arena = {0};
    struct figure f;

    figure_of(&f, train, NULL, NULL, &arena);
    const struct axes *a = &f.panels[0].axes;
    cr_assert_eq(a->series_count, 1);
    cr_assert_eq(a->mark_count, 1);
    cr_assert_eq(a->marks[0].y, 2);
    arena_free(&arena);
}

/* A colour each, training dashed; files of one name by their whole paths. */
Test(runs, several_runs)
{
    static const double train[] = {3, 2, 1}, valid[] = {3, 2.5, 2.75};
    struct arena arena = {0};
    struct figure f;

    figure_of(&f, train, valid, "b/m.safetensors", &arena);
    const struct axes *a = &f.panels[0].axes;
    cr_assert_eq(a->series_count, 4);
    cr_assert_str_eq(a->series[0].name, "a/m.safetensors: train loss");
    cr_assert_str_eq(a->series[3].name, "b/m.safetensors: valid loss");
    for (int i = 0; i < 4; i++) {
        cr_assert_eq(a->series[i].dashed, i % 2 == 0);
        cr_assert_eq(a->series[i].colour, i / 2);
    }
    cr_assert_eq(a->mark_count, 1); /* of the other no epoch is the best */
    figure_of(&f, train, valid, "b/n.safetensors", &arena);
    cr_assert_str_eq(f.panels[0].axes.series[3].name,
                     "n.safetensors: valid loss");
    arena_free(&arena);
}

struct section {
    struct group schedule;
};

static const struct field rows[] = {
    FIELD(section, schedule, .group = &schedule_group, .short_first = true,
          .doc = "A schedule."),
    {0},
};

/* Of a million updates few are drawn, among them the first and the last one and
 * every turn of the curve to where it turns. */
Test(rates, a_long_run_keeps_its_shape)
{
    static struct document d;
    struct section section;
    struct arena arena = {0};
    struct figure f;

    cr_assert_eq(document_parse(&d, "t: {schedule: {cosine: {restarts: 10, "
                                    "stop: 0.1}}}"),
                 OK);
    cr_assert_eq(
        field_fill(&d.tree, node_find(d.tree.root, "t"), rows, &section, &d.e),
        OK, "%s", d.e.text);
    const struct schedule_keys *keys = section.schedule.config;
    const struct schedule s = {.learning_rate = keys->learning_rate,
                               .rate = 1,
                               .beta = (double)NAN,
                               .epochs = 100,
                               .epoch_updates = 10000};
    rates_figure(&f, &s, "x/c.yaml", &arena);
    cr_assert(!arena.failed);
    cr_assert_eq(f.count, 1, "the rule has no momentum");
    const struct series *line = f.panels[0].axes.series;
    cr_assert_leq(line->count, 3001);
    cr_assert_eq(line->x[0], 1);
    cr_assert_eq(line->x[line->count - 1], 1e6);
    int64_t tops = 0;
    for (int64_t i = 0; i < line->count; i++) {
        cr_assert(i == 0 || line->x[i] > line->x[i - 1]);
        cr_assert_eq(line->y[i],
                     schedule_rate(&s, (int64_t)line->x[i] - 1, s.rate));
        tops += line->y[i] == 1;
    }
    cr_assert_eq(tops, 10, "%d restarts are drawn", (int)tops);
    document_free(&d);
    arena_free(&arena);
}
