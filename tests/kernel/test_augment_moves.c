/* Transformations that move pixels, against slow and exact ones. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/rng.h"
#include "support/augmenting.h"

static const double pi = 3.14159265358979323846;

static const struct shape shapes[] = {
    {3, {1, 28, 28}}, {3, {3, 5, 7}},   {3, {2, 1, 9}},  {3, {1, 9, 1}},
    {3, {1, 1, 1}},   {3, {4, 29, 31}}, {3, {1, 2, 40}},
};

enum { ENTRY = 400, LIST = 2000 };

static const char *const fills[] = {"zero", "edge", "reflect", "200", "0.5"};

/* The forward map: y' = m[0][0] y + m[0][1] x + m[0][2], x' likewise. */
struct map {
    double m[2][3];
};

static struct map after(struct map first, struct map then)
{
    struct map r;

    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 3; k++)
            r.m[i][k] = then.m[i][0] * first.m[0][k] +
                        then.m[i][1] * first.m[1][k] +
                        (k == 2 ? then.m[i][2] : 0);
    return r;
}

/* A random entry, as YAML and as a map of places from the centre. */
static struct map draw_entry(struct rng_key key, uint64_t *at, const char *fill,
                             char *yaml)
{
    const double a = rng_unit(key, (*at)++), b = rng_unit(key, (*at)++);
    const uint64_t kind = rng_below(key, (*at)++, 6);
    const double t = tan((a - 0.5) * pi / 2), u = tan((b - 0.5) * pi / 2);
    const double angle = (a - 0.5) * 4;

    switch (kind) {
    case 0:
        snprintf(yaml, ENTRY, "{flip_horizontal: 1}");
        return (struct map){{{1, 0, 0}, {0, -1, 0}}};
    case 1:
        snprintf(yaml, ENTRY, "{flip_vertical: 1}");
        return (struct map){{{-1, 0, 0}, {0, 1, 0}}};
    case 2:
        snprintf(yaml, ENTRY,
                 "{shift: {pixels: {y: [%.17g, %.17g], x: [%.17g, %.17g]}, "
                 "fill: %s}}",
                 6 * a - 3, 6 * a - 3, 6 * b - 3, 6 * b - 3, fill);
        return (struct map){{{1, 0, 6 * a - 3}, {0, 1, 6 * b - 3}}};
    case 3:
        snprintf(yaml, ENTRY, "{rotate: {degrees: [%.17g, %.17g], fill: %s}}",
                 angle * 180 / pi, angle * 180 / pi, fill);
        return (struct map){
            {{cos(angle), -sin(angle), 0}, {sin(angle), cos(angle), 0}}};
    case 4:
        snprintf(yaml, ENTRY,
                 "{scale: {factor: {y: [%.17g, %.17g], x: [%.17g, %.17g]}, "
                 "fill: %s}}",
                 a + 0.5, a + 0.5, b + 0.5, b + 0.5, fill);
        return (struct map){{{a + 0.5, 0, 0}, {0, b + 0.5, 0}}};
    default:
        snprintf(yaml, ENTRY,
                 "{shear: {degrees: {y: [%.17g, %.17g], x: [%.17g, %.17g]}, "
                 "fill: %s}}",
                 (a - 0.5) * 90, (a - 0.5) * 90, (b - 0.5) * 90, (b - 0.5) * 90,
                 fill);
        return after((struct map){{{1, 0, 0}, {u, 1, 0}}},
                     (struct map){{{1, -t, 0}, {0, 1, 0}}});
    }
}

/* Every pixel is what the old picture has where the map comes from. */
static void compare(const struct augmenting *a, struct map f, const char *fill,
                    const char *yaml)
{
    const double det = f.m[0][0] * f.m[1][1] - f.m[0][1] * f.m[1][0];
    const double cy = (double)(a->height - 1) / 2;
    const double cx = (double)(a->width - 1) / 2;

    for (int64_t i = 0; i < a->count; i++) {
        const int64_t c = i / (a->height * a->width);
        const double y = (double)(i / a->width % a->height) - cy - f.m[0][2];
        const double x = (double)(i % a->width) - cx - f.m[1][2];
        const double from_y = (f.m[1][1] * y - f.m[0][1] * x) / det + cy;
        const double from_x = (f.m[0][0] * x - f.m[1][0] * y) / det + cx;
        const double want = naive_between(a, c, from_y, from_x, fill);
        cr_assert_lt(fabs((double)a->x[i] - want),
                     1e-5 * (a->range + 1 + strtod(fill, NULL)),
                     "%s of %s, pixel %ld: %.9g, expected %.9g", yaml,
                     shape_text(a->shape).text, (long)i, (double)a->x[i], want);
    }
}

/* Neighbours that move pixels are one resampling by all their maps. */
Test(augment, neighbours_are_one_resampling)
{
    const struct rng_key key = rng_key(1, "lists");
    uint64_t at = 0;

    for (int round = 0; round < 400; round++) {
        const struct shape shape =
            shapes[rng_below(key, at++, ARRAY_LEN(shapes))];
        const char *fill = fills[rng_below(key, at++, ARRAY_LEN(fills))];
        const int count = 1 + (int)rng_below(key, at++, 4);
        struct map f = {{{1, 0, 0}, {0, 1, 0}}};
        char entry[ENTRY], yaml[LIST] = "[";
        struct augmenting a;
        for (int i = 0; i < count; i++) {
            f = after(f, draw_entry(key, &at, fill, entry));
            snprintf(yaml + strlen(yaml), LIST - strlen(yaml), "%s%s", entry,
                     i + 1 < count ? ", " : "]");
        }
        augmenting_open(&a, yaml, shape, round % 2);
        augmenting_run(&a, round, 3);
        compare(&a, f, fill, yaml);
        augmenting_close(&a);
    }
}

/* Places that single precision has no numbers for are far outside. */
Test(augment, many_maps_lead_outside)
{
    const char *const fill[] = {"zero", "edge", "reflect"};

    for (int round = 0; round < 12; round++) {
        const char *outside = fill[round % 3];
        const int64_t height = round < 6 ? 5 : 28, plane = height * 7;
        char yaml[LIST] = "[";
        struct augmenting a;
        for (int i = 0; i < 25; i++)
            snprintf(yaml + strlen(yaml), LIST - strlen(yaml),
                     "{scale: {factor: [0.01, 0.01], fill: %s}}%s", outside,
                     i < 24 ? ", " : "]");
        augmenting_open(&a, yaml, SHAPE(2, height, 7), round % 2);
        augmenting_run(&a, round, 1);
        for (int64_t i = 0; i < a.count; i++) {
            const int64_t c = i / plane, y = 2 * (i / 7 % height) + 1 - height;
            const double want = naive_pixel(&a, c, height / 2 + 99 * y,
                                            3 + 99 * (i % 7 - 3), outside);
            const double got = (double)a.x[i];
            if (round % 3 < 2)
                cr_assert_eq(got, want, "%s: %ld is %g", outside, (long)i, got);
            cr_assert(got >= -1 && got <= a.range, "%s: %ld is %g", outside,
                      (long)i, got);
        }
        augmenting_close(&a);
    }
}

Test(augment, flips_alone_are_exact)
{
    for (size_t s = 0; s < ARRAY_LEN(shapes); s++)
        for (int round = 0; round < 2; round++) {
            struct augmenting a;
            augmenting_open(&a, "[{flip_vertical: 1}, {flip_horizontal: 1}]",
                            shapes[s], round);
            augmenting_run(&a, 1, 1);
            const int64_t plane = a.height * a.width;
            for (int64_t i = 0; i < a.count; i++)
                cr_assert_eq((double)a.x[i],
                             augmenting_raw(&a, i / plane * plane + plane - 1 -
                                                    i % plane));
            augmenting_close(&a);
        }
}

/* Other fills, a crop, anything else between them: one after the other. */
Test(augment, others_are_not_merged)
{
    static const char *const lists[] = {
        "[{shift: {pixels: {x: [3, 3]}}}, {shift: {pixels: {x: [-3, -3]}, "
        "fill: 9}}]",
        "[{shift: {pixels: {x: [3, 3]}}}, {invert: 0}, {shift: {pixels: {x: "
        "[-3, -3]}, fill: 9}}]",
    };

    for (size_t k = 0; k < ARRAY_LEN(lists); k++) {
        struct augmenting a;
        augmenting_open(&a, lists[k], SHAPE(1, 2, 8), true);
        augmenting_run(&a, 1, 1);
        for (int64_t i = 0; i < a.count; i++)
            cr_assert_eq((double)a.x[i], i % 8 < 5 ? augmenting_raw(&a, i) : 9,
                         "%zu: %ld", k, (long)i);
        augmenting_close(&a);
    }
}

/* By the numbers that are drawn; each of the 15 windows comes up. */
Test(augment, crop)
{
    int seen[3][5] = {{0}};

    for (size_t k = 0; k < ARRAY_LEN(fills); k++) {
        struct augmenting a;
        char yaml[80];
        snprintf(yaml, sizeof yaml, "[{crop: {pad: {y: 1, x: 2}, fill: %s}}]",
                 fills[k]);
        augmenting_open(&a, yaml, SHAPE(2, 6, 5), k % 2);
        for (int64_t id = 0; id < 600; id++) {
            const int64_t y = (int64_t)(naive_draw("crop/0", id, 2, 1) * 3) - 1;
            const int64_t x = (int64_t)(naive_draw("crop/0", id, 2, 2) * 5) - 2;
            augmenting_run(&a, id, 2);
            seen[y + 1][x + 2]++;
            for (int64_t i = 0; i < a.count; i++)
                cr_assert_eq(
                    (double)a.x[i],
                    naive_pixel(&a, i / 30, i / 5 % 6 + y, i % 5 + x, fills[k]),
                    "%s, sample %ld: %ld", yaml, (long)id, (long)i);
        }
        augmenting_close(&a);
    }
    for (int i = 0; i < 15; i++)
        cr_assert_gt(seen[i / 5][i % 5], 5 * 20); /* of 5 * 40 */
}

/* The window by the numbers drawn; here the first one always fits. */
Test(augment, resized_crop)
{
    struct augmenting a;

    augmenting_open(&a,
                    "[{resized_crop: {area: [0.1, 0.5], aspect: [0.9, 1.2]}}]",
                    SHAPE(2, 17, 19), true);
    for (int64_t id = 0; id < 50; id++) {
        const char *const entry = "resized_crop/0";
        const double area = 17 * 19 * (0.1 + 0.4 * naive_draw(entry, id, 1, 1));
        const double aspect = 0.9 * pow(1.2 / 0.9, naive_draw(entry, id, 1, 2));
        const double height = sqrt(area / aspect), width = sqrt(area * aspect);
        const double top = (17 - height) * naive_draw(entry, id, 1, 3);
        const double left = (19 - width) * naive_draw(entry, id, 1, 4);
        augmenting_run(&a, id, 1);
        for (int64_t i = 0; i < a.count; i++) {
            const double y = (double)(i / 19 % 17), x = (double)(i % 19);
            const double want = naive_between(
                &a, i / (17 * 19), top + (y + 0.5) * height / 17 - 0.5,
                left + (x + 0.5) * width / 19 - 0.5, "edge");
            cr_assert_lt(fabs((double)a.x[i] - want), 255 * 1e-5);
        }
    }
    augmenting_close(&a);
}

/* The smoothed noise of axis `axis` at pixel (y, x): the sum over the
 * noise of the Gaussian's products. */
static double displacement(const struct augmenting *a, int64_t id, int axis,
                           const double *gauss, int64_t radius, int64_t y,
                           int64_t x)
{
    double sum = 0;

    for (int64_t v = y - radius; v <= y + radius; v++)
        for (int64_t u = x - radius; u <= x + radius; u++) {
            if (v < 0 || v >= a->height || u < 0 || u >= a->width)
                continue;
            const int64_t i = axis * a->height * a->width + v * a->width + u;
            sum += gauss[llabs(v - y)] * gauss[llabs(u - x)] *
                   naive_noise("elastic/0", id, 5, i);
        }
    return sum;
}

static void check_elastic(struct shape shape, const char *yaml, double alpha,
                          double sigma, const char *fill)
{
    const int64_t radius = (int64_t)ceil(3 * sigma);
    double gauss[64], total = 0;
    struct augmenting a;

    for (int64_t k = -radius; k <= radius; k++)
        total += exp(-(double)(k * k) / (2 * sigma * sigma));
    for (int64_t k = 0; k <= radius; k++)
        gauss[k] = exp(-(double)(k * k) / (2 * sigma * sigma)) / total;
    for (int bytes = 0; bytes < 2; bytes++) {
        augmenting_open(&a, yaml, shape, bytes);
        augmenting_run(&a, 7, 5);
        for (int64_t i = 0; i < a.count; i++) {
            const int64_t y = i / a.width % a.height, x = i % a.width;
            const double dy =
                alpha * displacement(&a, 7, 0, gauss, radius, y, x);
            const double dx =
                alpha * displacement(&a, 7, 1, gauss, radius, y, x);
            const double want =
                naive_between(&a, i / (a.height * a.width), (double)y + dy,
                              (double)x + dx, fill);
            cr_assert_lt(fabs((double)a.x[i] - want), 1e-5 * (a.range + 1),
                         "%s: %ld: %g, expected %g", yaml, (long)i,
                         (double)a.x[i], want);
        }
        augmenting_close(&a);
    }
}

Test(augment, elastic)
{
    check_elastic(SHAPE(1, 28, 28), "[{elastic: {alpha: 30, sigma: 4}}]", 30, 4,
                  "zero");
    check_elastic(SHAPE(3, 5, 9),
                  "[{elastic: {alpha: 8, sigma: 1.3, fill: reflect}}]", 8, 1.3,
                  "reflect");
    check_elastic(SHAPE(2, 1, 6),
                  "[{elastic: {alpha: 3, sigma: [0.5, 0.5], fill: edge}}]", 3,
                  0.5, "edge");
}
