/* Images and tables in the terminal, character by character. */
#include <criterion/criterion.h>
#include <string.h>

#include "support/printed.h"

#define END   "\033[0m"
#define BLACK "0;0;0"
#define WHITE "255;255;255"
#define LIGHT "\033[38;2;0;0;0;48;2;222;235;247m" /* all of a row, nothing */
#define DARK  "\033[38;2;255;255;255;48;2;22;24;29m"

/* The upper half of a character, and the lower. */
#define BLOCK(upper, lower) "\033[38;2;" upper ";48;2;" lower "m\xe2\x96\x80"
#define TWELVE(x)           x x x x x x x x x x x x

static const double grey[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};

/* Two rows a line; beyond the last one black. */
Test(screen_tiles, images_as_half_blocks)
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
    expect_printed(&panel, &rgb_screen,
                   TWELVE(BLOCK(BLACK, WHITE)) END
                   "\n" TWELVE(BLOCK(BLACK, BLACK)) END "\none\ntwo\n");
}

Test(screen_tiles, images_as_characters)
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

    expect_printed(&panel, &plain_screen,
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
Test(screen_tiles, heads_of_columns)
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

    expect_printed(&panel, &plain_screen,
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
Test(screen_tiles, a_caption_keeps_its_number)
{
    static const struct tile tiles[] = {
        {.values = grey,
         .channels = 1,
         .height = 3,
         .width = 3,
         .caption = "a long name of a class 0.98\nname of no number at all"},
        {.values = grey,
         .channels = 1,
         .height = 3,
         .width = 3,
         .caption = "short 0.5"},
    };
    const struct panel panel = {.kind = PANEL_TILES,
                                .tiles = {.tiles = tiles, .count = 2}};

    expect_printed(&panel, &plain_screen,
                   "    ....::::\n"
                   "    ....::::\n"
                   "----====++++\n"
                   "----====++++\n"
                   "****####@@@@\n"
                   "****####@@@@\n"
                   "a long name of a... 0.98\n"
                   "name of no number at all\n\n"
                   "    ....::::\n"
                   "    ....::::\n"
                   "----====++++\n"
                   "----====++++\n"
                   "****####@@@@\n"
                   "****####@@@@\n"
                   "short 0.5\n");
}

Test(screen_tiles, images_without_blocks)
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
Test(screen_tiles, large_images_are_made_smaller)
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
    expect_printed(&panel, &plain_screen,
                   "====================@@@@@@@@@@@@@@@@@@@@\n"
                   "====================@@@@@@@@@@@@@@@@@@@@\n"
                   "====================@@@@@@@@@@@@@@@@@@@@\n"
                   "====================@@@@@@@@@@@@@@@@@@@@\n"
                   "====================@@@@@@@@@@@@@@@@@@@@\n");
}

Test(screen_tiles, cells_as_a_table)
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

    expect_printed(&panel, &plain_screen,
                   "  predicted\n"
                   "true              cat  dog  a\\x1b...\n"
                   "---------------  ----  ---  --------\n"
                   "cat                 5    1         0\n"
                   "dog                 0    6         2\n"
                   "a\\x1b long name  1000    0         0\n");
}

/* Colours fill a cell and are read on; its share of the row decides. */
Test(screen_tiles, cells_in_colour)
{
    static const char *const names[] = {"a", "b"};
    static const double values[] = {3, 0, 0, 0};
    const struct panel panel = {.kind = PANEL_CELLS,
                                .cells = {.values = values,
                                          .rows = 2,
                                          .columns = 2,
                                          .row_names = names,
                                          .column_names = names}};

    expect_printed(&panel, &rgb_screen,
                   "   a  b\n"
                   "-  -  -\n"
                   "a  " LIGHT "3" END "  " DARK "0" END "\n"
                   "b  " DARK "0" END "  " DARK "0" END "\n");
}

/* Very many are an image, and never wider than the terminal. */
Test(screen_tiles, many_cells)
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
        screen_print(&t, &f, &plain_screen);
        cr_expect_leq(printed_width(text_string(&t)), 40, "%lld:\n%s",
                      (long long)count, text_string(&t));
        cr_expect_null(strchr(text_string(&t), '\x01'));
        text_free(&t);
    }
}

/* A bar of colours from the least to the most, where the numbers have room. */
Test(screen_tiles, bars_of_colours)
{
    struct tile tiles[] = {
        {.values = grey,
         .channels = 1,
         .height = 3,
         .width = 3,
         .ends = {"1", "9"},
         .caption = "nine"},
        {.values = grey, .channels = 1, .height = 3, .width = 3}};
    const struct panel panel = {.kind = PANEL_TILES,
                                .tiles = {.tiles = tiles, .count = 2}};

    expect_printed(&panel, &plain_screen,
                   "    ....::::      ....::::\n"
                   "    ....::::      ....::::\n"
                   "----====++++  ----====++++\n"
                   "----====++++  ----====++++\n"
                   "****####@@@@  ****####@@@@\n"
                   "****####@@@@  ****####@@@@\n"
                   "  ..--++##@@\n"
                   "1          9\n"
                   "nine\n");
    tiles[0].ends[1] = "more than there is room for";
    tiles[1].ends[0] = "1";
    tiles[1].ends[1] = "9";
    expect_printed(&panel, &plain_screen,
                   "    ....::::      ....::::\n"
                   "    ....::::      ....::::\n"
                   "----====++++  ----====++++\n"
                   "----====++++  ----====++++\n"
                   "****####@@@@  ****####@@@@\n"
                   "****####@@@@  ****####@@@@\n"
                   "nine\n");
}
