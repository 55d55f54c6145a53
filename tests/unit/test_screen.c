/* Figures in the terminal, character by character. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/compiler.h"
#include "figure/screen.h"

#define END    "\033[0m"
#define BLACK  "0;0;0"
#define WHITE  "255;255;255"
#define BLUE   "\033[38;2;61;155;220m" /* of series 0, of series 1 */
#define ORANGE "\033[38;2;240;127;46m"
#define LIGHT  "\033[38;2;0;0;0;48;2;222;235;247m" /* all of a row, nothing */
#define DARK   "\033[38;2;255;255;255;48;2;22;24;29m"

/* The upper half of a character, and the lower. */
#define BLOCK(upper, lower) "\033[38;2;" upper ";48;2;" lower "m\xe2\x96\x80"
#define TWELVE(x)           x x x x x x x x x x x x

#define VERTICAL      "\xe2\x94\x82" /* lines of a box */
#define VERTICAL_TICK "\xe2\x94\xa4"
#define CORNER        "\xe2\x94\x94"
#define FLAT          "\xe2\x94\x80"
#define TICK          "\xe2\x94\xac"
#define TOP           "\xe2\xa0\x89" /* U+2809, the upper two dots */
#define LOW           "\xe2\xa3\x80" /* U+28C0, the lower two */

static const struct screen plain = {.columns = 40, .rows = 14};
static const struct screen rgb = {
    .columns = 40, .rows = 14, .palette = PALETTE_RGB, .utf8 = true};

static void expect_printed(const struct panel *panel, const struct screen *s,
                           const char *want)
{
    const struct figure f = {.panels = panel, .count = 1};
    struct text t = {0};

    screen_print(&t, &f, s);
    cr_expect_str_eq(text_string(&t), want, "got:\n%s\nwant:\n%s",
                     text_string(&t), want);
    text_free(&t);
}

/* The most characters of a line, bytes of UTF-8 and colours aside. */
static int64_t widest(const char *at)
{
    int64_t most = 0, width = 0;

    for (; *at; at++) {
        if (*at == '\033')
            at += strcspn(at, "m");
        else if (*at == '\n')
            width = 0;
        else
            width += ((unsigned char)*at & 0xc0) != 0x80;
        most = width > most ? width : most;
    }
    return most;
}

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

    expect_printed(&panel, &plain,
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
    static const double gap[] = {1, 2, NAN, 4, 5}, steps[] = {5, 5, 3, 3, 1};
    static const double points[] = {2, 2, 2, 2, INFINITY};
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

    expect_printed(&panel, &plain,
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

    expect_printed(&panel, &plain,
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

    expect_printed(&panel, &plain,
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

    expect_printed(&panel, &rgb,
                   "1 " VERTICAL_TICK BLUE TOP TOP TOP TOP TOP TOP TOP TOP TOP
                       TOP TOP TOP TOP TOP TOP "a" END "\n"
                   "  " VERTICAL "\n"
                   "  " VERTICAL "\n"
                   "  " VERTICAL "\n"
                   "  " VERTICAL "\n"
                   "  " VERTICAL "\n"
                   "  " VERTICAL "\n"
                   "0 " VERTICAL_TICK ORANGE LOW LOW LOW LOW LOW LOW LOW LOW LOW
                       LOW LOW LOW LOW LOW LOW "b" END "\n"
                   "  " CORNER TICK FLAT FLAT FLAT FLAT FLAT FLAT FLAT FLAT FLAT
                       FLAT FLAT FLAT FLAT FLAT TICK "\n"
                   "   0              1\n"
                   "   " BLUE "a" END " high   " ORANGE "b" END " low\n");
}

/* Nothing, one value, none that is finite, the largest and the smallest: a box
 * all the same, within its width. */
Test(screen, values_of_any_size)
{
    static const double x[] = {1, 2, 3};
    static const double values[][3] = {
        {0.001, 0.001, 0.001},      {0, 0, 0},
        {NAN, INFINITY, -INFINITY}, {-1.7e308, 1.7e308, 0},
        {4.9e-324, 0, 4.9e-324},    {1e15, 1e15 + 1, 1e15 + 2},
        {-1e-9, 1e-9, 5e-10},       {123456789, -987654321, 1},
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
        cr_expect_leq(widest(text_string(&t)), s.columns < 20 ? 20 : s.columns,
                      "%zu:\n%s", i, text_string(&t));
        cr_expect_null(strstr(text_string(&t), "nan"));
        cr_expect_null(strstr(text_string(&t), "inf"));
        text_free(&t);
    }
}

static const double grey[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};

/* Two rows a line; beyond the last one black. */
Test(screen, images_as_half_blocks)
{
    static double values[3 * 12];
    const struct tile tile = {.values = values,
                              .channels = 1,
                              .height = 3,
                              .width = 12,
                              .caption = "one\ntwo"};
    const struct panel panel = {.kind = PANEL_TILES,
                                .tiles = {.tiles = &tile, .count = 1}};

    for (int i = 12; i < 24; i++)
        values[i] = 1;
    expect_printed(&panel, &rgb,
                   TWELVE(BLOCK(BLACK, WHITE)) END
                   "\n" TWELVE(BLOCK(BLACK, BLACK)) END "\none\ntwo\n");
}

Test(screen, images_as_characters)
{
    const struct tile tiles[] = {
        {.values = grey,
         .channels = 1,
         .height = 3,
         .width = 3,
         .caption = "first\nof two"},
        {.values = grey,
         .channels = 1,
         .height = 3,
         .width = 3,
         .map = MAP_HEAT,
         .caption = "wrong one\nhere",
         .wrong = true},
        {.values = grey,
         .channels = 1,
         .height = 3,
         .width = 3,
         .map = MAP_GREY_NEGATED},
    };
    const struct panel panel = {.kind = PANEL_TILES,
                                .title = "Tiles",
                                .tiles = {.tiles = tiles, .count = 3}};

    expect_printed(&panel, &plain,
                   "Tiles\n"
                   "    ....::::          ....  @@@@####****\n"
                   "    ....::::          ....  @@@@####****\n"
                   "----====++++  ::::----++++  ++++====----\n"
                   "----====++++  ::::----++++  ++++====----\n"
                   "****####@@@@  ********####  ::::....    \n"
                   "****####@@@@  ********####  ::::....    \n"
                   "first         ! wrong one\n"
                   "of two          here\n");
}

/* Columns with heads as long as they fit, below each other else. */
Test(screen, heads_of_columns)
{
    static const char *const heads[] = {"image", "heat"};
    const struct tile tiles[] = {
        {.values = grey, .channels = 1, .height = 3, .width = 3},
        {.values = grey, .channels = 1, .height = 1, .width = 9},
        {.values = grey, .channels = 1, .height = 3, .width = 3},
    };
    const struct panel panel = {
        .kind = PANEL_TILES,
        .tiles = {.tiles = tiles, .count = 3, .columns = 2, .heads = heads}};

    expect_printed(&panel, &plain,
                   "image               heat\n"
                   "    ....::::          ..::--==++**##@@\n"
                   "    ....::::\n"
                   "----====++++\n"
                   "----====++++\n"
                   "****####@@@@\n"
                   "****####@@@@\n"
                   "\n"
                   "    ....::::\n"
                   "    ....::::\n"
                   "----====++++\n"
                   "----====++++\n"
                   "****####@@@@\n"
                   "****####@@@@\n");
}

/* Colours where there is no UTF-8: two blanks a pixel. */
Test(screen, images_without_blocks)
{
    static const double six[] = {0, 1, 0, 1, 0, 1};
    const struct tile tile = {
        .values = six, .channels = 1, .height = 1, .width = 6};
    const struct panel panel = {.kind = PANEL_TILES,
                                .tiles = {.tiles = &tile, .count = 1}};
    const struct screen s = {.columns = 40, .palette = PALETTE_256};

    expect_printed(&panel, &s,
                   "\033[48;5;232m  \033[48;5;255m  \033[48;5;232m  "
                   "\033[48;5;255m  \033[48;5;232m  \033[48;5;255m  " END "\n");
}

/* Of what is too large the mean of what comes to lie on a cell. */
Test(screen, large_images_are_made_smaller)
{
    static double values[100 * 400];
    const struct tile tile = {
        .values = values, .channels = 1, .height = 100, .width = 400};
    const struct panel panel = {.kind = PANEL_TILES,
                                .tiles = {.tiles = &tile, .count = 1}};

    /* Stripes of which 20 come to lie on a cell, on the left; white on the
     * right. */
    for (int64_t i = 0; i < 100 * 400; i++)
        values[i] = i % 400 < 200 ? (double)(i % 2) : 1;
    expect_printed(&panel, &plain,
                   "====================@@@@@@@@@@@@@@@@@@@@\n"
                   "====================@@@@@@@@@@@@@@@@@@@@\n"
                   "====================@@@@@@@@@@@@@@@@@@@@\n"
                   "====================@@@@@@@@@@@@@@@@@@@@\n"
                   "====================@@@@@@@@@@@@@@@@@@@@\n");
}

Test(screen, cells_as_a_table)
{
    static const char *const names[] = {"cat", "dog", "a\033 long name"};
    static const double values[] = {5, 1, 0, 0, 6, 2, 1000, 0, 0};
    const struct panel panel = {.kind = PANEL_CELLS,
                                .cells = {.values = values,
                                          .rows = 3,
                                          .columns = 3,
                                          .row_names = names,
                                          .column_names = names,
                                          .row_label = "true",
                                          .column_label = "predicted"}};

    expect_printed(&panel, &plain,
                   "  predicted\n"
                   "true              cat  dog  a\\x1b...\n"
                   "---------------  ----  ---  --------\n"
                   "cat                 5    1         0\n"
                   "dog                 0    6         2\n"
                   "a\\x1b long name  1000    0         0\n");
}

/* Colours fill a cell and are read on; its share of the row decides. */
Test(screen, cells_in_colour)
{
    static const char *const names[] = {"a", "b"};
    static const double values[] = {3, 0, 0, 0};
    const struct panel panel = {.kind = PANEL_CELLS,
                                .cells = {.values = values,
                                          .rows = 2,
                                          .columns = 2,
                                          .row_names = names,
                                          .column_names = names}};

    expect_printed(&panel, &rgb,
                   "   a  b\n"
                   "-  -  -\n"
                   "a  " LIGHT "3" END "  " DARK "0" END "\n"
                   "b  " DARK "0" END "  " DARK "0" END "\n");
}

/* Very many are an image, and never wider than the terminal. */
Test(screen, many_cells)
{
    static const char *names[300];
    static double values[300 * 300];

    for (int64_t count = 1; count <= 300; count += count < 30 ? 1 : 90) {
        for (int64_t i = 0; i < count; i++) {
            names[i] = i % 2 ? "some class" : "\xc3\xa9\x01";
            for (int64_t k = 0; k < count; k++)
                values[i * count + k] = i == k ? 12345 : 1;
        }
        const struct panel panel = {.kind = PANEL_CELLS,
                                    .cells = {.values = values,
                                              .rows = count,
                                              .columns = count,
                                              .row_names = names,
                                              .column_names = names}};
        const struct figure f = {.panels = &panel, .count = 1};
        struct text t = {0};
        screen_print(&t, &f, &plain);
        cr_expect_leq(widest(text_string(&t)), 40, "%lld:\n%s",
                      (long long)count, text_string(&t));
        cr_expect_null(strchr(text_string(&t), '\x01'));
        text_free(&t);
    }
}
