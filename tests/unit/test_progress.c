/* The progress line, and when colour and control characters are allowed. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#include "base/compiler.h"
#include "term/colour.h"
#include "term/progress.h"

struct line_case {
    int64_t columns, done, total;
    double rate;
    char want[100];
};

ParameterizedTestParameters(progress, line)
{
    static struct line_case cases[] = {
        {79, 0, 100, 0, "epoch 1/2 [                        ]   0 %  ETA -:--"},
        {79, 50, 100, 5,
         "epoch 1/2 [############            ]  50 %  5 images/s  ETA 0:10"},
        {79, 1, 3601, 1,
         "epoch 1/2 [                        ]   0 %  1 images/s  ETA 1:00:00"},
        {79, 100, 100, 25,
         "epoch 1/2 [########################] 100 %  25 images/s  ETA 0:00"},
        {20, 50, 100, 5, "epoch 1/2 [#########"},
        {79, 0, 0, 0, "epoch 1/2 [                        ]   0 %  ETA -:--"},
    };
    return cr_make_param_array(struct line_case, cases, ARRAY_LEN(cases));
}

ParameterizedTest(struct line_case *c, progress, line)
{
    char line[PROGRESS_LINE_BYTES];
    const struct progress_state s = {"epoch 1/2", "images", c->done, c->total,
                                     c->rate};

    progress_line(line, c->columns, &s);
    cr_assert_str_eq(line, c->want, "%ld of %ld: got '%s'", (long)c->done,
                     (long)c->total, line);
}

Test(progress, is_drawn_at_most_ten_times_a_second)
{
    struct progress p = {.enabled = true};

    cr_assert(progress_due(&p, 5.0));
    p.drawn = true;
    p.last = 5.0;
    cr_assert_not(progress_due(&p, 5.09));
    cr_assert(progress_due(&p, 5.11));
}

struct colour_case {
    enum when when;
    bool is_terminal;
    char no_color[4], term[16]; /* "-": unset */
    bool colour, control;
};

ParameterizedTestParameters(colour, allowed)
{
    static struct colour_case cases[] = {
        {WHEN_AUTO, true, "-", "xterm", true, true},
        {WHEN_AUTO, false, "-", "xterm", false, false},
        {WHEN_AUTO, true, "1", "xterm", false, true},
        {WHEN_AUTO, true, "", "xterm", true, true},
        {WHEN_AUTO, true, "-", "dumb", false, false},
        {WHEN_AUTO, true, "-", "-", false, false},
        {WHEN_ALWAYS, false, "1", "dumb", true, true},
        {WHEN_NEVER, true, "-", "xterm", false, false},
    };
    return cr_make_param_array(struct colour_case, cases, ARRAY_LEN(cases));
}

ParameterizedTest(struct colour_case *c, colour, allowed)
{
    const struct terminal t = {
        .is_terminal = c->is_terminal,
        .no_color = c->no_color[0] == '-' ? NULL : c->no_color,
        .term = c->term[0] == '-' ? NULL : c->term,
    };

    cr_assert_eq(colour_allowed(c->when, &t), c->colour,
                 "colour: when %d terminal %d NO_COLOR %s TERM %s", c->when,
                 c->is_terminal, c->no_color, c->term);
    cr_assert_eq(control_allowed(c->when, &t), c->control,
                 "control: when %d terminal %d NO_COLOR %s TERM %s", c->when,
                 c->is_terminal, c->no_color, c->term);
}

Test(colour, palettes)
{
    cr_assert_eq(palette_of("truecolor", "xterm"), PALETTE_RGB);
    cr_assert_eq(palette_of(NULL, "xterm-256color"), PALETTE_256);
    cr_assert_eq(palette_of("", "xterm"), PALETTE_ASCII);
    cr_assert_eq(palette_of(NULL, NULL), PALETTE_ASCII);
}

Test(colour, the_environment_names_the_codeset)
{
    cr_assert(utf8_of("C.UTF-8", NULL, NULL));
    cr_assert(utf8_of(NULL, NULL, "de_DE.utf8"));
    cr_assert(utf8_of("", "en_GB.UTF-8@euro", "C"));
    /* The first one that says anything counts. */
    cr_assert(!utf8_of("C", "C.UTF-8", "C.UTF-8"));
    cr_assert(!utf8_of("", "de_DE.ISO-8859-1", "C.UTF-8"));
    cr_assert(!utf8_of("UTF-8", NULL, NULL));
    cr_assert(!utf8_of(NULL, NULL, NULL));
    cr_assert(!utf8_of("", "", ""));
}
