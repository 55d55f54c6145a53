/* Files of figures: what they are, what can be seen in them, equal bytes. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "codec/base64.h"
#include "figure/brush.h"
#include "figure/paint.h"
#include "figure/palette.h"
#include "image/image.h"
#include "support/figures.h"

static struct err e;

static struct text painted(const struct figure *f,
                           const struct paint_style *style)
{
    struct text out = {0};

    err_clear(&e);
    cr_assert_eq(paint(f, style, &out, &e), OK, "%s", e.text);
    return out;
}

static struct image seen(const struct figure *f,
                         const struct paint_style *style)
{
    struct text png = painted(f, style);
    struct image m;

    cr_assert_eq(image_decode((unsigned char *)png.at, png.length, "figure",
                              NULL, &m, &e),
                 OK, "%s", e.text);
    text_free(&png);
    return m;
}

static struct rgb pixel(const struct image *m, int64_t x, int64_t y)
{
    const unsigned char *p = m->pixels + (y * m->width + x) * m->channels;
    const bool grey = m->channels == 1;

    return (struct rgb){p[0], p[grey ? 0 : 1], p[grey ? 0 : 2]};
}

static bool same(struct rgb a, struct rgb b)
{
    return a.red == b.red && a.green == b.green && a.blue == b.blue;
}

Test(paint, format_of_a_name)
{
    enum paint_format f = PAINT_PDF;

    cr_assert(paint_format_of("a.png", &f) && f == PAINT_PNG);
    cr_assert(paint_format_of("b/c.d.SVG", &f) && f == PAINT_SVG);
    cr_assert(paint_format_of("a.Pdf", &f) && f == PAINT_PDF);
    cr_assert_not(paint_format_of(".png", &f));
    cr_assert_not(paint_format_of("png", &f));
    cr_assert_not(paint_format_of("a.png.gz", &f));
    cr_assert_not(paint_format_of("", &f));
}

/* Every format begins as it should and has the same bytes the second time. */
Test(paint, formats)
{
    static const char *const heads[] = {
        [PAINT_PNG] = "\x89PNG\r\n\x1a\n",
        [PAINT_SVG] = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"",
        [PAINT_PDF] = "%PDF-1."};
    struct arena a = {0};

    for (int format = 0; format < 3; format++)
        for (int names = 0; names < 3; names++)
            for (int dark = 0; dark < 2; dark++) {
                const struct paint_style style = {
                    .format = (enum paint_format)format, .dark = dark};
                const struct figure *f = figure_of_all(&a, (enum names)names);
                struct text one = painted(f, &style);
                struct text two = painted(f, &style);
                cr_assert(one.length > 500 && one.length < 400000);
                cr_assert_eq(
                    memcmp(one.at, heads[format], strlen(heads[format])), 0);
                cr_assert_eq(one.length, two.length);
                cr_assert_eq(memcmp(one.at, two.at, one.length), 0);
                text_free(&one);
                text_free(&two);
            }
    arena_free(&a);
}

Test(paint, sizes)
{
    struct arena a = {0};
    const struct figure *f = figure_of_curves(&a, 2, SERIES_LINE, NAMES_SHORT);
    struct image m =
        seen(f, &(struct paint_style){.width = 700, .height = 333});
    struct image own = seen(f, &(struct paint_style){0});
    struct image wide = seen(f, &(struct paint_style){.width = 900});

    cr_assert(m.width == 700 && m.height == 333);
    cr_assert(own.width > 500 && own.height > 300);
    cr_assert_eq(wide.width, 900);
    cr_assert_eq(wide.height,
                 lround((double)own.height * 900 / (double)own.width));
    image_free(&m);
    image_free(&own);
    image_free(&wide);

    struct text out = {0};
    const struct paint_style tiny = {.width = 30, .height = 20};
    const struct paint_style huge = {.width = 40000, .height = 20000};
    cr_assert_eq(paint(f, &tiny, &out, &e), ERR_USAGE);
    cr_assert_not_null(strstr(e.text, "in 30x20 nothing"), "%s", e.text);
    int width = 0, height = 0;
    cr_assert_eq(
        sscanf(strstr(e.text, "about "), "about %dx%d", &width, &height), 2);
    err_clear(&e);
    cr_assert_eq(paint(f, &huge, &out, &e), ERR_USAGE);
    cr_assert_not_null(strstr(e.text, "40000x20000"), "%s", e.text);
    cr_assert_eq(out.length, 0);

    /* What is said to be enough is enough. */
    m = seen(f, &(struct paint_style){.width = width, .height = height});
    cr_assert_eq(m.width, width);
    image_free(&m);
    arena_free(&a);
}

/* Longer than any side that cairo draws, as an image of one row may be. */
Test(paint, images_of_very_many_cells)
{
    enum { W = 40000 };
    struct arena a = {0};
    double *values = arena_take(&a, W, sizeof *values);
    const struct tile t = {.values = values,
                           .channels = 1,
                           .height = 1,
                           .width = W,
                           .map = MAP_GREY};
    const struct panel p = {.kind = PANEL_TILES,
                            .tiles = {.tiles = &t, .count = 1}};
    const struct figure f = {.panels = &p, .count = 1};

    cr_assert_not_null(values);
    for (int i = W / 2; i < W; i++)
        values[i] = 1;
    for (int format = 0; format < 3; format++) {
        const struct paint_style style = {.format = (enum paint_format)format};
        struct text out = painted(&f, &style);
        cr_assert(out.length > 0);
        text_free(&out);
    }
    arena_free(&a);
}

/* Cells of an image are whole pixels of its colours, at the scale asked for. */
Test(paint, cells_are_exact)
{
    enum { H = 5, W = 7, SCALE = 9 };
    double values[H * W];
    struct arena a = {0};

    for (int i = 0; i < H * W; i++)
        values[i] = (i * 37) % 256;
    values[0] = 0, values[1] = 255;
    const struct tile t = {.values = values,
                           .channels = 1,
                           .height = H,
                           .width = W,
                           .map = MAP_HEAT};
    const struct panel p = {.kind = PANEL_TILES,
                            .tiles = {.tiles = &t, .count = 1}};
    const struct figure f = {.panels = &p, .count = 1};
    struct image m = seen(&f, &(struct paint_style){.scale = SCALE});
    const struct rgb *c = tile_colours(&t, &a);
    int64_t left = -1, top = -1;

    /* The first pixel that has the first cell's colour begins the image. */
    for (int64_t i = 0; i < m.width * m.height && left < 0; i++)
        if (same(pixel(&m, i % m.width, i / m.width), c[0]))
            left = i % m.width, top = i / m.width;
    cr_assert(left >= 0);
    cr_assert(labs((long)(2 * left + W * SCALE - m.width)) <= 1);
    for (int64_t y = 0; y < H * SCALE; y++)
        for (int64_t x = 0; x < W * SCALE; x++)
            cr_assert(same(pixel(&m, left + x, top + y),
                           c[y / SCALE * W + x / SCALE]),
                      "pixel (%d, %d)", (int)x, (int)y);
    cr_assert_not(same(pixel(&m, left - 1, top), c[0]));
    image_free(&m);
    arena_free(&a);
}

/* Pixels of a colour within a region, as parts of the whole. */
static int64_t count_of(const struct image *m, struct rgb c, double left,
                        double top, double right, double bottom)
{
    int64_t count = 0;

    for (int64_t y = (int64_t)(top * (double)m->height);
         y < (int64_t)(bottom * (double)m->height); y++)
        for (int64_t x = (int64_t)(left * (double)m->width);
             x < (int64_t)(right * (double)m->width); x++)
            count += same(pixel(m, x, y), c);
    return count;
}

/* A falling line starts at the upper left and ends at the lower right. */
Test(paint, lines_are_where_they_belong)
{
    const double x[] = {0, 1}, y[] = {1, 0};
    const struct series s = {.style = SERIES_LINE, .x = x, .y = y, .count = 2};
    const struct panel p = {.kind = PANEL_AXES,
                            .axes = {.series = &s, .series_count = 1}};
    const struct figure f = {.panels = &p, .count = 1};

    for (int dark = 0; dark < 2; dark++) {
        struct image m = seen(&f, &(struct paint_style){.dark = dark});
        const struct rgb c = rgb_of_series(0, dark);
        cr_assert_gt(count_of(&m, c, 0.05, 0, 0.4, 0.4), 50);
        cr_assert_gt(count_of(&m, c, 0.6, 0.6, 1, 1), 50);
        cr_assert_eq(count_of(&m, c, 0.6, 0, 1, 0.4), 0);
        cr_assert_eq(count_of(&m, c, 0, 0.6, 0.4, 1), 0);
        image_free(&m);
    }
}

/* Panels stand row by row: the second to the right, the third below. */
Test(paint, panels_are_where_they_belong)
{
    const double values[3][2] = {{0, 1}, {0, 1}, {-1, 1}};
    struct tile t[3];
    struct panel p[3];
    struct figure f = {.panels = p, .count = 3, .columns = 2};

    for (int i = 0; i < 3; i++) {
        t[i] = (struct tile){.values = values[i],
                             .channels = 1,
                             .height = 1,
                             .width = 2,
                             .map = i == 1   ? MAP_HEAT
                                    : i == 2 ? MAP_DIVERGING
                                             : MAP_GREY};
        p[i] = (struct panel){.kind = PANEL_TILES,
                              .tiles = {.tiles = &t[i], .count = 1}};
    }
    struct image m = seen(&f, &(struct paint_style){.dark = true});
    const struct rgb white = {255, 255, 255}, red = {0x67, 0, 0x0d};
    const struct rgb blue = {0x05, 0x30, 0x61};
    cr_assert_gt(count_of(&m, white, 0, 0, 0.5, 0.5), 1000);
    cr_assert_eq(count_of(&m, white, 0.5, 0, 1, 1), 0);
    cr_assert_gt(count_of(&m, red, 0.5, 0, 1, 0.5), 1000);
    cr_assert_eq(count_of(&m, red, 0, 0, 0.5, 1), 0);
    cr_assert_gt(count_of(&m, blue, 0, 0.5, 0.5, 1), 1000);
    cr_assert_eq(count_of(&m, blue, 0, 0, 1, 0.5), 0);
    image_free(&m);
}

/* No date, and text that can be searched. */
Test(paint, pdf)
{
    struct arena a = {0};
    struct text out = painted(figure_of_all(&a, NAMES_SHORT),
                              &(struct paint_style){.format = PAINT_PDF});
    bool dated = false, fonts = false;

    for (size_t i = 0; i + 12 < out.length; i++) {
        dated = dated || memcmp(out.at + i, "CreationDate", 12) == 0;
        fonts = fonts || memcmp(out.at + i, "/ToUnicode", 10) == 0;
    }
    cr_assert_not(dated);
    cr_assert(fonts);
    text_free(&out);
    arena_free(&a);
}

Test(paint, base64)
{
    static const char *const words[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"},
                                           {"\xff\xfe\xfd", "//79"}};

    for (size_t i = 0; i < 8; i++) {
        struct text out = {0};
        base64_add(&out, words[i][0], strlen(words[i][0]));
        cr_assert_str_eq(text_string(&out), words[i][1]);
        text_free(&out);
    }
}
