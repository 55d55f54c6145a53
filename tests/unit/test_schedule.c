/* Every form against formulas written out in Python, and PyTorch where it has
 * the same form (scripts/make-golden-rules.py). */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "golden/schedules.h"
#include "schedule/schedule.h"
#include "support/fake_document.h"

struct section {
    struct group schedule;
};

static const struct field rows[] = {
    FIELD(section, schedule, .group = &schedule_group, .short_first = true,
          .doc = "A schedule."),
    {0},
};

/* The schedule that the document says, of learning rate 0.3, momentum 0.9. */
static struct schedule read_schedule(struct document *d, const char *yaml)
{
    struct section section;
    char text[300];

    snprintf(text, sizeof text, "t: {schedule: %s}", yaml);
    cr_assert_eq(document_parse(d, text), OK, "%s", yaml);
    cr_assert_eq(field_fill(&d->tree, node_find(d->tree.root, "t"), rows,
                            &section, &d->e),
                 OK, "%s\n%s", yaml, d->e.text);
    const struct schedule_keys *keys = section.schedule.config;
    const struct warmup *warmup = keys->warmup.config;
    return (struct schedule){
        .learning_rate = keys->learning_rate,
        .momentum = keys->momentum,
        .warmup = warmup ? *warmup : (struct warmup){0},
        .rate = 0.3,
        .beta = 0.9,
    };
}

static void expect(const struct golden_schedule *want, bool of_momentum)
{
    static struct document d;
    struct schedule s = read_schedule(&d, want->yaml);

    s.epochs = want->epochs;
    s.epoch_updates = want->epoch_updates;
    for (int64_t t = 0; t < s.epochs * s.epoch_updates; t++) {
        const double got = of_momentum ? schedule_momentum(&s, t)
                                       : schedule_rate(&s, t, s.rate);
        cr_assert(fabs(got - want->values[t]) <= 1e-15,
                  "%s, update %d: got %.17g want %.17g", want->yaml, (int)t,
                  got, want->values[t]);
        if (!strstr(want->yaml, "momentum"))
            cr_assert_eq(schedule_momentum(&s, t), s.beta);
    }
    document_free(&d);
}

Test(schedule, every_update)
{
    for (size_t i = 0; i < ARRAY_LEN(golden_rates); i++)
        expect(&golden_rates[i], false);
    for (size_t i = 0; i < ARRAY_LEN(golden_momenta); i++)
        expect(&golden_momenta[i], true);
}

Test(schedule, every_form_has_a_case)
{
    for (const struct kind *const *k = schedule_kinds; *k; k++) {
        bool found = false;
        for (size_t i = 0; i < ARRAY_LEN(golden_rates); i++)
            found = found || strstr(golden_rates[i].yaml, (*k)->name);
        cr_assert(found, "%s", (*k)->name);
    }
}

/* Nothing but plateau moves, and it takes what it is given. */
Test(schedule, plateau_is_where_it_was_brought)
{
    static struct document d;
    struct schedule s =
        read_schedule(&d, "{learning_rate: plateau, warmup: 1}");

    s.epochs = 3;
    s.epoch_updates = 4;
    cr_assert_eq(schedule_rate(&s, 4, 0.01), 0.01);
    cr_assert_eq(schedule_rate(&s, 2, 0.01), 0.005);
    cr_assert_not_null(schedule_plateau(&s));
    document_free(&d);
    s = read_schedule(&d, "cosine");
    cr_assert_null(schedule_plateau(&s));
    document_free(&d);
}

/* A step comes with the update that the configuration says, though 0.57 * 100
 * and 1.1 * 10 are no whole numbers in binary. */
Test(schedule, epochs_behind_a_warmup_begin_where_they_should)
{
    static const struct {
        double epochs;
        int64_t updates, begin;
    } cases[] = {{0.57, 100, 57}, {1.1, 10, 11}, {0.29, 100, 29}};
    static struct document d;

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct schedule s = read_schedule(
            &d, "{learning_rate: {step: {every: 1, gamma: 0.5}}, warmup: 1}");
        const int64_t border = cases[i].begin + cases[i].updates;
        s.epochs = 9;
        s.epoch_updates = cases[i].updates;
        s.warmup.epochs = cases[i].epochs;
        cr_expect_eq(schedule_rate(&s, cases[i].begin, s.rate), s.rate);
        cr_expect_eq(schedule_rate(&s, border - 1, s.rate), s.rate);
        cr_expect_eq(schedule_rate(&s, border, s.rate), s.rate / 2);
        document_free(&d);
    }
}

static const struct {
    const char *yaml;
    double most;
} greatest[] = {
    {"{momentum: constant}", 0.9},
    {"{momentum: {linear: {stop: 0.99}}}", 0.99},
    {"{momentum: {cosine: {stop: 0.5}}}", 0.9},
    {"{momentum: {exponential: {gamma: 1}}}", 0.9},
    {"{momentum: {one_cycle: {start: 0.95}}}", 0.95},
    {"{momentum: {step: {every: 1, gamma: 1.01}}}", HUGE_VAL},
};

Test(schedule, no_value_is_greater)
{
    static struct document d;

    for (size_t i = 0; i < ARRAY_LEN(greatest); i++) {
        struct schedule s = read_schedule(&d, greatest[i].yaml);
        cr_expect_eq(schedule_most(s.momentum, s.beta), greatest[i].most, "%s",
                     greatest[i].yaml);
        document_free(&d);
    }
}
