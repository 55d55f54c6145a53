/* SVG is well formed, needs nothing from elsewhere, and holds its text as text,
 * whatever that is. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "figure/paint.h"
#include "figure/words.h"
#include "support/figures.h"

static struct err e;

static struct text svg_of(const struct figure *f)
{
    struct text out = {0};

    cr_assert_eq(paint(f, &(struct paint_style){.format = PAINT_SVG}, &out, &e),
                 OK, "%s", e.text);
    return out;
}

/* XML 1.0's Char, in UTF-8. */
static void expect_characters(const struct text *svg)
{
    uint32_t code = 0;

    for (size_t i = 0; i < svg->length;) {
        const size_t bytes = utf8_decode(svg->at + i, svg->length - i, &code);
        cr_assert_gt(bytes, 0, "byte %zu is no UTF-8", i);
        cr_assert(code >= 0x20 || code == '\n', "byte %zu: U+%04X", i, code);
        cr_assert(code != 0xfffe && code != 0xffff && code != 0x202e);
        i += bytes;
    }
}

/* A name, attributes in quotes without `<`; returns what follows `>`. */
static const char *expect_tag(const char *at, bool *alone)
{
    at += strspn(at, "abcdefghijklmnopqrstuvwxyz");
    while (*at == ' ') {
        at += 1 + strspn(at + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL"
                                 "MNOPQRSTUVWXYZ-");
        cr_assert(strncmp(at, "=\"", 2) == 0, "an attribute: %.30s", at);
        at += 2;
        at += strcspn(at, "\"<");
        cr_assert_eq(*at, '"');
        at++;
    }
    *alone = *at == '/';
    at += *alone;
    cr_assert_eq(*at, '>', "the end of a tag: %.30s", at);
    return at + 1;
}

static const char *expect_entity(const char *at)
{
    static const char *const known[] = {"&lt;", "&gt;", "&amp;", "&quot;",
                                        "&#39;"};

    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strncmp(at, known[i], strlen(known[i])) == 0)
            return at + strlen(known[i]);
    cr_assert_fail("an entity: %.10s", at);
    return NULL;
}

/* Every element that is opened is closed, in order; no entity is unknown. */
static void expect_well_formed(const char *at)
{
    char open[16][16];
    int depth = 0;

    do {
        at += strcspn(at, "<&>");
        cr_assert(*at && *at != '>', "%.20s", at);
        if (*at == '&') {
            at = expect_entity(at);
            continue;
        }
        if (at[1] == '/') {
            const size_t length = strcspn(at + 2, ">");
            cr_assert_gt(depth, 0);
            depth--;
            cr_assert(strlen(open[depth]) == length &&
                          memcmp(open[depth], at + 2, length) == 0,
                      "%.20s closes %s", at, open[depth]);
            at += 2 + length + 1;
            continue;
        }
        bool alone;
        const size_t length = strcspn(at + 1, " >/");
        cr_assert(length > 0 && length < 16 && depth < 16);
        memcpy(open[depth], at + 1, length);
        open[depth][length] = '\0';
        at = expect_tag(at + 1, &alone);
        depth += !alone;
    } while (depth > 0);
    cr_assert_str_eq(at, "\n");
}

static int64_t count(const char *text, const char *what)
{
    int64_t n = 0;

    for (text = strstr(text, what); text; text = strstr(text + 1, what))
        n++;
    return n;
}

Test(paint_svg, is_well_formed)
{
    struct arena a = {0};

    for (int names = 0; names < 3; names++) {
        const enum names n = (enum names)names;
        const struct figure *figures[] = {
            figure_of_all(&a, n), figure_of_curves(&a, 300, SERIES_POINTS, n),
            figure_of_tiles(&a, 20, 9, 9, 0, n), figure_of_cells(&a, 30, n)};
        for (int i = 0; i < 4; i++) {
            struct text svg = svg_of(figures[i]);
            expect_characters(&svg);
            expect_well_formed(svg.at);
            /* Nothing outside, no script, nothing that refers by name. */
            cr_assert_eq(count(svg.at, "http"), 1);
            cr_assert_eq(count(svg.at, "<script"), 0);
            cr_assert_eq(count(svg.at, " id="), 0);
            cr_assert_eq(count(svg.at, "url("), 0);
            cr_assert_eq(count(svg.at, "href=\""),
                         count(svg.at, "href=\"data:image/png;base64,iVBOR"));
            cr_assert_gt(count(svg.at, "<text "), 3);
            cr_assert_eq(count(svg.at, "<text "), count(svg.at, "textLength"));
            text_free(&svg);
        }
    }
    arena_free(&a);
}

Test(paint_svg, text_is_text)
{
    struct arena a = {0};
    struct text svg = svg_of(figure_of_cells(&a, 10, NAMES_HOSTILE));

    cr_assert_eq(count(svg.at, ">predicted</text>"), 1);
    cr_assert_geq(count(svg.at, "&lt;/text&gt;&lt;"), 1);
    cr_assert_geq(count(svg.at, "a&quot;b&#39;c&amp;amp;d"), 1);
    cr_assert_eq(count(svg.at, "<desc>what it shows</desc>"), 1);
    cr_assert_eq(count(svg.at, "<title>A title "), 1);
    text_free(&svg);
    arena_free(&a);
}

static void expect_clean(const char *text, size_t length, const char *want)
{
    struct arena a = {0};

    cr_assert_str_eq(words_clean(&a, text, length), want);
    arena_free(&a);
}

#define R "\xef\xbf\xbd" /* U+FFFD */

Test(paint_svg, words_are_cleaned)
{
    expect_clean("plain \xc3\xa4", 8, "plain \xc3\xa4");
    expect_clean("a\0b", 3, "a" R "b");
    expect_clean("\n\t\x7f\xc2\x85", 5, R R R R);
    expect_clean("\xff\xc0\x80", 3, R R R);
    expect_clean("\xe2\x82", 2, R R);
    expect_clean("\xe2\x80\xae", 3, R);
    expect_clean("\xef\xbf\xbf\xf0\x9f\xbf\xbe", 7, R R);
    expect_clean("e\xcc\x80\xcc\x81\xcc\x82x", 8, "e\xcc\x80x");

    char longest[5000];
    struct arena a = {0};
    memset(longest, 'x', sizeof longest);
    const char *cut = words_clean(&a, longest, sizeof longest);
    cr_assert_eq(strlen(cut), 2003);
    cr_assert_str_eq(cut + 2000, "\xe2\x80\xa6");
    arena_free(&a);
}
