/* The built-in digits: a function of seed and index, balanced, varied. */
#include <criterion/criterion.h>
#include <string.h>

#include "codec/digest.h"
#include "source/digits.h"
#include "source/source.h"

Test(digits, a_function_of_seed_and_index)
{
    const struct digits_source few = {30, 1}, many = {200, 1}, other = {30, 2};
    struct dataset a, b, c;
    struct err e = {0};
    uint8_t one[DIGITS_PIXELS];

    cr_assert_eq(source_load(&digits_source_ops, &few, NULL, &a, &e), OK);
    cr_assert_eq(source_load(&digits_source_ops, &many, NULL, &b, &e), OK);
    cr_assert_eq(source_load(&digits_source_ops, &other, NULL, &c, &e), OK);
    cr_expect(shape_equal(a.shape, SHAPE(1, 28, 28)));
    cr_expect_eq(memcmp(a.pixels, b.pixels, 30 * DIGITS_PIXELS), 0);
    cr_expect_eq(memcmp(a.labels, b.labels, 30 * sizeof *a.labels), 0);
    cr_expect_neq(memcmp(a.pixels, c.pixels, 30 * DIGITS_PIXELS), 0);
    cr_expect_eq(digits_draw(1, 29, one), a.labels[29]);
    cr_expect_eq(
        memcmp(one, (uint8_t *)a.pixels + 29 * DIGITS_PIXELS, sizeof one), 0);
    dataset_free(&a);
    dataset_free(&b);
    dataset_free(&c);
}

/* A change of these bytes changes every result on the built-in digits. */
Test(digits, the_bytes_of_the_default)
{
    const struct digits_source source = {4000, 1};
    struct dataset d;
    struct err e = {0};
    struct sha256 s;
    char hex[SHA256_HEX_BYTES];

    cr_assert_eq(source_load(&digits_source_ops, &source, NULL, &d, &e), OK);
    sha256_begin(&s);
    cr_assert_eq(dataset_digest(&d, d.shape, &s, NULL, &e), OK);
    sha256_end(&s, hex);
    cr_expect_str_eq(
        hex,
        "73b72a9f9a277badbe9fe508dc8031d34fc5962583ad123f5882cdb5f01d2617");
    dataset_free(&d);
}

Test(digits, balanced_and_inked)
{
    const struct digits_source source = {1000, 3};
    struct dataset d;
    struct err e = {0};
    int64_t of_class[10] = {0};

    cr_assert_eq(source_load(&digits_source_ops, &source, NULL, &d, &e), OK);
    cr_assert_eq(d.target.width, 10);
    for (int64_t i = 0; i < d.count; i++) {
        const uint8_t *pixels = (const uint8_t *)d.pixels + i * DIGITS_PIXELS;
        int64_t inked = 0, edge = 0;
        of_class[d.labels[i]]++;
        for (int j = 0; j < DIGITS_PIXELS; j++) {
            inked += pixels[j] > 128;
            edge += pixels[j] > 128 && j % DIGITS_SIDE == 0;
        }
        cr_assert(inked >= 10 && inked <= 300, "sample %ld: %ld inked pixels",
                  (long)i, (long)inked);
        cr_assert(edge < DIGITS_SIDE, "sample %ld fills an edge", (long)i);
    }
    for (int k = 0; k < 10; k++)
        cr_expect_eq(of_class[k], 100, "digit %d: %ld times", k,
                     (long)of_class[k]);
    dataset_free(&d);
}

/* Every style begins with a stroke and ends within its row; a stroke has two
 * points at least, none of its ends bends. */
Test(digits, glyphs_are_well_formed)
{
    for (int k = 0; k < GLYPH_CLASSES; k++)
        for (int style = 0; style < GLYPH_STYLES; style++) {
            const struct glyph_point *p = glyphs[k][style];
            int n = 0;
            cr_expect_eq(p[0].kind, GLYPH_START, "%d/%d", k, style);
            while (n < GLYPH_MAX_POINTS && p[n].kind != GLYPH_END)
                n++;
            cr_assert(n >= 2 && n <= GLYPH_MAX_POINTS - 2, "%d/%d: %d points",
                      k, style, n);
            for (int i = 0; i < n; i++) {
                cr_expect(p[i].x <= 100 && p[i].y <= 100);
                if (p[i].kind == GLYPH_START)
                    cr_expect(p[i + 1].kind > GLYPH_START, "%d/%d", k, style);
            }
        }
}
