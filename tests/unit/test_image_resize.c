/* Channels and size of pictures: against a witness that is as slow as the
 * definition, and against fractions of Python's. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "image/image.h"
#include "support/naive_image.h"

enum { SIDE = 40 };

static struct image draw(struct rng_key key, uint64_t *at, int64_t channels,
                         int64_t height, int64_t width)
{
    const int64_t count = channels * height * width;
    struct image m = {channels, height, width, mem_take((size_t)count, 1)};

    /* Few values make sums that lie on a half. */
    const uint64_t values = rng_below(key, (*at)++, 2) ? 256 : 2;
    for (int64_t i = 0; i < count; i++)
        m.pixels[i] = (unsigned char)(rng_below(key, (*at)++, values) *
                                      (values == 2 ? 255 : 1));
    return m;
}

static void expect_naive(const struct image *m, const struct image_rule *r)
{
    static unsigned char got[3 * SIDE * SIDE], want[sizeof got];
    const int64_t count = shape_count(image_shape(m, r));
    struct err e = {0};

    memset(got, 1, sizeof got);
    memset(want, 2, sizeof want);
    naive_image(m, r, want);
    cr_assert_eq(image_apply(m, r, got, "p", &e), OK, "%s", e.text);
    for (int64_t i = 0; i < count; i++)
        cr_assert_eq(got[i], want[i],
                     "%dx%dx%d to %dx%dx%d, fit %d: byte %d is %d, not %d",
                     (int)m->channels, (int)m->height, (int)m->width,
                     (int)r->channels, (int)r->height, (int)r->width,
                     (int)r->fit, (int)i, got[i], want[i]);
    cr_assert_eq(got[count], 1, "it wrote beyond the end");
}

static void try_some(const char *stream, uint64_t most, int rounds)
{
    const struct rng_key key = rng_key(3, stream);
    uint64_t at = 0;

    for (int i = 0; i < rounds; i++) {
        const int64_t channels = rng_below(key, at++, 2) ? 3 : 1;
        const int64_t height = 1 + (int64_t)rng_below(key, at++, most);
        const int64_t width = 1 + (int64_t)rng_below(key, at++, most);
        struct image m = draw(key, &at, channels, height, width);
        struct image_rule r = {
            .channels = (int64_t[]){0, 1, 3}[rng_below(key, at++, 3)],
            .fit = (enum image_fit)(i % 3),
        };
        if (i % 16 > 0) {
            r.height = 1 + (int64_t)rng_below(key, at++, most);
            r.width = 1 + (int64_t)rng_below(key, at++, most);
        }
        for (int k = 0; k < 3; k++)
            r.background[k] = (double)rng_below(key, at++, 511) / 2;
        expect_naive(&m, &r);
        image_free(&m);
    }
}

Test(image_resize, is_what_its_definition_says)
{
    try_some("any", SIDE - 1, 300);
    try_some("small", 6, 3000);
}

/* Exactly between two numbers the larger one, on both axes. */
Test(image_resize, rounds_half_up_once)
{
    unsigned char pixels[] = {0, 1, 2, 3}, out[4];
    const struct image m = {1, 2, 2, pixels};
    const struct image_rule one = {.height = 1, .width = 1};
    const struct image_rule flat = {.height = 1, .width = 2};
    const struct image_rule tall = {.height = 2, .width = 1};
    struct err e = {0};

    cr_assert_eq(image_apply(&m, &one, out, "p", &e), OK);
    cr_expect_eq(out[0], 2); /* 1.5; by way of 0.5 and 2.5 it would be 2 or 3 */
    cr_assert_eq(image_apply(&m, &flat, out, "p", &e), OK);
    cr_expect(out[0] == 1 && out[1] == 2);
    cr_assert_eq(image_apply(&m, &tall, out, "p", &e), OK);
    cr_expect(out[0] == 1 && out[1] == 3);
}

/* To lie on its side, to be resized, and to stand up again is to be resized. */
Test(image_resize, the_axes_are_alike)
{
    const struct rng_key key = rng_key(4, "axes");
    uint64_t at = 0;

    for (int i = 0; i < 200; i++) {
        const int64_t h = 1 + (int64_t)rng_below(key, at++, 20);
        const int64_t w = 1 + (int64_t)rng_below(key, at++, 20);
        struct image m = draw(key, &at, 1, h, w);
        struct image turned = {.pixels = mem_take((size_t)(h * w), 1)};
        struct image_rule r = {.fit = (enum image_fit)(i % 3)};
        r.height = 1 + (int64_t)rng_below(key, at++, 20);
        r.width = 1 + (int64_t)rng_below(key, at++, 20);
        const struct image_rule across = {
            .height = r.width, .width = r.height, .fit = r.fit};
        unsigned char got[20 * 20], other[20 * 20];
        struct err e = {0};
        naive_upright(&m, 5, &turned);
        cr_assert_eq(image_apply(&m, &r, got, "p", &e), OK);
        cr_assert_eq(image_apply(&turned, &across, other, "p", &e), OK);
        for (int64_t y = 0; y < r.height; y++)
            for (int64_t x = 0; x < r.width; x++)
                cr_assert_eq(got[y * r.width + x], other[x * r.height + y]);
        image_free(&m);
        image_free(&turned);
    }
}

/* The longest sides that there are, and weights that are large: sums of 64 bits
 * suffice. */
Test(image_resize, long_sides_do_not_overflow)
{
    enum { LONG = IMAGE_MAX_SIDE };
    static unsigned char out[IMAGE_MAX_SIZE];
    struct image tall = {1, LONG, 1, mem_take(LONG, 1)};
    const struct image wide = {1, 1, LONG, tall.pixels};
    const struct image dot = {1, 1, 2, tall.pixels};
    const struct image_rule some = {.height = 1, .width = 90};
    const struct image_rule long_one = {.height = 1, .width = IMAGE_MAX_SIZE};
    struct err e = {0};

    memset(tall.pixels, 255, LONG);
    cr_assert_eq(image_apply(&tall, &some, out, "p", &e), OK);
    for (int64_t i = 0; i < some.width; i++)
        cr_assert_eq(out[i], 255);
    cr_assert_eq(image_apply(&wide, &long_one, out, "p", &e), OK);
    for (int64_t i = 0; i < long_one.width; i++)
        cr_assert_eq(out[i], 255);
    memset(out, 0, sizeof out);
    cr_assert_eq(image_apply(&dot, &long_one, out, "p", &e), OK);
    for (int64_t i = 0; i < long_one.width; i++)
        cr_assert_eq(out[i], 255);
    image_free(&tall);
}

struct golden {
    int64_t channels, rows, columns, height, width;
    enum image_fit fit;
    unsigned char pixels[128], expected[128];
};

static const struct golden goldens[] = {
#include "data/golden/images.inc"
};

Test(image_resize, agrees_with_fractions)
{
    for (size_t i = 0; i < ARRAY_LEN(goldens); i++) {
        const struct golden *g = &goldens[i];
        unsigned char pixels[sizeof g->pixels], out[sizeof g->expected];
        const struct image m = {g->channels, g->rows, g->columns, pixels};
        const struct image_rule r = {.height = g->height,
                                     .width = g->width,
                                     .fit = g->fit,
                                     .background = {77, 77, 77}};
        struct err e = {0};
        memcpy(pixels, g->pixels, sizeof pixels);
        cr_assert_eq(image_apply(&m, &r, out, "p", &e), OK);
        cr_expect_eq(memcmp(out, g->expected,
                            (size_t)(g->channels * g->height * g->width)),
                     0, "case %zu", i);
    }
}

/* Grey is computed exactly, of every colour on a grid and at every half. */
Test(image_resize, grey_is_rounded_half_up)
{
    const struct image_rule grey = {.channels = 1};
    unsigned char colour[3], out;
    const struct image m = {3, 1, 1, colour};
    struct err e = {0};

    for (int i = 0; i < 52 * 52 * 52; i++) {
        colour[0] = (unsigned char)(i % 52 * 5);
        colour[1] = (unsigned char)(i / 52 % 52 * 5);
        colour[2] = (unsigned char)(i / 52 / 52 * 5);
        const int sum = 299 * colour[0] + 587 * colour[1] + 114 * colour[2];
        cr_assert_eq(image_apply(&m, &grey, &out, "p", &e), OK);
        cr_assert_eq(out, sum / 1000 + (sum % 1000 >= 500));
    }
}
