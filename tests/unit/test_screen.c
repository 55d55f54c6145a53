/* Curves in the terminal, character by character. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "base/compiler.h"
#include "figure/palette.h"
#include "support/printed.h"

#define END           "\033[0m"
#define VERTICAL      "\xe2\x94\x82" /* lines of a box */
#define VERTICAL_TICK "\xe2\x94\xa4"
#define CORNER        "\xe2\x94\x94"
#define FLAT          "\xe2\x94\x80"
#define TICK          "\xe2\x94\xac"
#define TOP           "\xe2\xa0\x89" /* U+2809, the upper two dots */
#define LOW           "\xe2\xa3\x80" /* U+28C0, the lower two */

/* From corner to corner, ticks where they belong. */
Test(screen, a_line_in_plain_characters)
{
    static const double corner[] = {0, 10};
    const struct series line = {.x = corner, .y = corner, .count = 2};
    const struct figure_mark mark = {.x = 10, .y = 10, .text = "the end"};
    const struct panel panel = {
        .kind = PANEL_AXES,
        .title = "A line",
        .axes = {.x = {"x", 0, 10, false},
                 .y = {"y", 0, 10, false},
                 .series = &line,
                 .series_count = 1,
                 .marks = &mark,
                 .mark_count = 1},
    };

    expect_printed(&panel, &plain_screen,
                   "A line\n"
                   "y\n"
                   "10 +                                 **o\n"
                   "   |                            *****\n"
                   "   |                       *****\n"
                   " 5 +                  *****\n"
                   "   |             *****\n"
                   "   |        *****\n"
                   "   |   *****\n"
                   " 0 +***\n"
                   "   ++-----------------+----------------+\n"
                   "    0                 5               10\n"
                   "                     x\n"
                   "    o the end\n");
}

/* A gap where a value is no number, steps that hold, points, a line to compare
 * with behind them all; names that would drive the terminal. */
Test(screen, styles_letters_and_foreign_names)
{
    static const double x[] = {1, 2, 3, 4, 5}, corner[] = {0, 10};
    static const double gap[] = {1, 2, (double)NAN, 4, 5},
                        steps[] = {5, 5, 3, 3, 1};
    static const double points[] = {2, 2, 2, 2, (double)INFINITY};
    const struct series series[] = {
        {.name = "gap", .x = x, .y = gap, .count = 5},
        {.name = "steps, which is rather long a name for a legend",
         .style = SERIES_STEPS,
         .x = x,
         .y = steps,
         .count = 5},
        {.name = "\033[2J\n\xff\xc3\xa9",
         .style = SERIES_POINTS,
         .x = x,
         .y = points,
         .count = 5},
        {.faint = true, .x = corner, .y = corner, .count = 2},
    };
    const struct panel panel = {
        .kind = PANEL_AXES,
        .axes = {.x = {"update", 0, 10, true},
                 .y = {"loss", 0, 10, false},
                 .series = series,
                 .series_count = 4},
    };

    expect_printed(&panel, &plain_screen,
                   "loss\n"
                   "10 +                                 ...\n"
                   "   |                            .....\n"
                   "   |                       .....\n"
                   " 5 +   bbbbbbbb     aaa....\n"
                   "   |          b  .aa..\n"
                   "   |        ..bbbbbbbbb\n"
                   "   |   c.aac  c   c   b\n"
                   " 0 +...aa             b\n"
                   "   ++-----------------+----------------+\n"
                   "    0                 5               10\n"
                   "                   update\n"
                   "    a gap\n"
                   "    b steps, which is rather long a n...\n"
                   "    c \\x1b[2J\\x0a\\xff\\xc3\\xa9\n");
}

Test(screen, bars_stand_on_zero)
{
    static const double x[] = {1, 2, 3}, y[] = {2, -1, 1};
    const struct series bars = {
        .style = SERIES_BARS, .width = 0.5, .x = x, .y = y, .count = 3};
    const struct panel panel = {
        .kind = PANEL_AXES,
        .axes = {.x = {NULL, 0.5, 3.5, true},
                 .y = {NULL, -2, 2, true},
                 .series = &bars,
                 .series_count = 1},
    };

    expect_printed(&panel, &plain_screen,
                   " 2 +   *******\n"
                   "   |   *******                 *******\n"
                   "   |   *******                 *******\n"
                   " 0 +   *******     *******     *******\n"
                   "   |               *******\n"
                   "   |               *******\n"
                   "   |\n"
                   "-2 +\n"
                   "   +------+-----------+-----------+-----\n"
                   "          1           2           3\n");
}

Test(screen, a_square_is_as_high_as_wide)
{
    static const double x[] = {0, 0, 1}, y[] = {0, 1, 1};
    const struct series line = {.x = x, .y = y, .count = 3};
    const struct panel panel = {
        .kind = PANEL_AXES,
        .axes = {.x = {NULL, 0, 1, true},
                 .y = {NULL, 0, 1, true},
                 .series = &line,
                 .series_count = 1,
                 .square = true},
    };

    expect_printed(&panel, &plain_screen,
                   "1 +****************\n"
                   "  |*\n"
                   "  |*\n"
                   "  |*\n"
                   "  |*\n"
                   "  |*\n"
                   "  |*\n"
                   "0 +*\n"
                   "  ++--------------+\n"
                   "   0              1\n");
}

/* What begins the colour of a series. */
static void colour_of(char code[32], int64_t series)
{
    const struct rgb c = rgb_of_series(series, true);

    snprintf(code, 32, "\033[38;2;%d;%d;%dm", c.red, c.green, c.blue);
}

/* Eight dots a character, the colour of the series; one letter at its end tells
 * it apart without colours. */
Test(screen, dots_of_braille)
{
    static const double x[] = {0, 1}, high[] = {1, 1}, low[] = {0, 0};
    const struct series two[] = {
        {.name = "high", .colour = 0, .x = x, .y = high, .count = 2},
        {.name = "low", .colour = 1, .x = x, .y = low, .count = 2},
    };
    const struct panel panel = {
        .kind = PANEL_AXES,
        .axes = {.x = {NULL, 0, 1, true},
                 .y = {NULL, 0, 1, true},
                 .series = two,
                 .series_count = 2,
                 .square = true},
    };
    char want[2000], high_colour[32], low_colour[32];

    colour_of(high_colour, 0);
    colour_of(low_colour, 1);
    snprintf(want, sizeof want,
             "1 " VERTICAL_TICK
             "%s" TOP TOP TOP TOP TOP TOP TOP TOP TOP TOP TOP TOP TOP TOP TOP
             "a" END "\n"
             "  " VERTICAL "\n"
             "  " VERTICAL "\n"
             "  " VERTICAL "\n"
             "  " VERTICAL "\n"
             "  " VERTICAL "\n"
             "  " VERTICAL "\n"
             "0 " VERTICAL_TICK
             "%s" LOW LOW LOW LOW LOW LOW LOW LOW LOW LOW LOW LOW LOW LOW LOW
             "b" END "\n"
             "  " CORNER TICK FLAT FLAT FLAT FLAT FLAT FLAT FLAT FLAT FLAT FLAT
                 FLAT FLAT FLAT FLAT TICK "\n"
             "   0              1\n"
             "   "
             "%s"
             "a" END " high   "
             "%s"
             "b" END " low\n",
             high_colour, low_colour, high_colour, low_colour);
    expect_printed(&panel, &rgb_screen, want);
}

/* Nothing, one value, none that is finite, the largest and the smallest: a box
 * all the same, within its width. */
Test(screen, values_of_any_size)
{
    static const double x[] = {1, 2, 3};
    static const double values[][3] = {
        {0.001, 0.001, 0.001},
        {0, 0, 0},
        {(double)NAN, (double)INFINITY, (double)-INFINITY},
        {-1.7e308, 1.7e308, 0},
        {4.9e-324, 0, 4.9e-324},
        {1e15, 1e15 + 1, 1e15 + 2},
        {-1e-9, 1e-9, 5e-10},
        {123456789, -987654321, 1},
    };
    static const int64_t columns[] = {1, 20, 33, 80, 300};

    for (size_t i = 0; i < ARRAY_LEN(values) * ARRAY_LEN(columns); i++) {
        const struct series line = {
            .x = x, .y = values[i / ARRAY_LEN(columns)], .count = 3};
        const struct panel panel = {.kind = PANEL_AXES,
                                    .axes = {.x = {.label = "x"},
                                             .y = {.label = "y"},
                                             .series = &line,
                                             .series_count = 1}};
        const struct figure f = {.panels = &panel, .count = 1};
        const struct screen s = {.columns = columns[i % ARRAY_LEN(columns)],
                                 .rows = 24,
                                 .utf8 = i % 2 == 0};
        struct text t = {0};
        screen_print(&t, &f, &s);
        cr_expect(!t.failed);
        cr_expect_leq(printed_width(text_string(&t)),
                      s.columns < 20 ? 20 : s.columns, "%zu:\n%s", i,
                      text_string(&t));
        cr_expect_null(strstr(text_string(&t), "nan"));
        cr_expect_null(strstr(text_string(&t), "inf"));
        text_free(&t);
    }
}
