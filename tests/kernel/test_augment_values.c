/* Transformations that change values, and the numbers that all of them draw. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "support/augmenting.h"

enum { PLANE = 35, COUNT = 3 * PLANE };

/* What a list makes of one value, slowly; NULL: pixels of three. */
typedef double of_value(double x, double parameter, double range);
typedef void of_pixel(double x[3], double parameter);

static double brighter(double x, double u, double range)
{
    return x + u * range;
}

static double bent(double x, double g, double range)
{
    return copysign(pow(fabs(x) / range, g) * range, x);
}

static double inverted(double x, double none, double range)
{
    (void)none;
    return range - x;
}

static double grey_of(const double x[3])
{
    return 0.299 * x[0] + 0.587 * x[1] + 0.114 * x[2];
}

static void saturated(double x[3], double f)
{
    const double grey = grey_of(x);

    for (int k = 0; k < 3; k++)
        x[k] = grey + f * (x[k] - grey);
}

/* By way of hue, saturation and value, as a textbook has it. */
static void turned(double x[3], double degrees)
{
    const double most = fmax(fmax(x[0], x[1]), x[2]);
    const double least = fmin(fmin(x[0], x[1]), x[2]);
    const double c = most - least;
    double hue = most == x[0]   ? 60 * (x[1] - x[2]) / c
                 : most == x[1] ? 60 * (x[2] - x[0]) / c + 120
                                : 60 * (x[0] - x[1]) / c + 240;

    hue = fmod(hue + degrees + 720, 360);
    const double part = c * (1 - fabs(fmod(hue / 60, 2) - 1));
    const double table[6][3] = {{c, part, 0}, {part, c, 0}, {0, c, part},
                                {0, part, c}, {part, 0, c}, {c, 0, part}};
    for (int k = 0; k < 3; k++)
        x[k] = least + table[(int)(hue / 60)][k];
}

static void expect(const struct augmenting *a, int64_t i, double want,
                   const char *yaml)
{
    if (a->bytes)
        want = fmin(fmax(want, 0), 255);
    cr_assert_lt(fabs((double)a->x[i] - want), 2e-6 * a->range + 1e-7,
                 "%s, %s: value %ld is %.9g, expected %.9g", yaml,
                 a->bytes ? "bytes" : "floats", (long)i, (double)a->x[i], want);
}

static void check_values(const char *name, const char *key, double parameter,
                         of_value *f)
{
    char yaml[200];

    snprintf(yaml, sizeof yaml,
             key ? "[{%s: {%s: [%.17g, %.17g]}}]" : "[{%s: 1}]", name, key,
             parameter, parameter);
    for (int bytes = 0; bytes < 2; bytes++)
        for (int flat = 0; flat < 2; flat++) {
            struct augmenting a;
            augmenting_open(&a, yaml, flat ? SHAPE(COUNT) : SHAPE(3, 5, 7),
                            bytes);
            augmenting_run(&a, 3, 1);
            for (int64_t i = 0; i < COUNT; i++)
                expect(&a, i, f(augmenting_raw(&a, i), parameter, a.range),
                       yaml);
            augmenting_close(&a);
        }
}

Test(augment, value_by_value)
{
    check_values("brightness", "amount", 0.3, brighter);
    check_values("brightness", "amount", -0.4, brighter);
    check_values("gamma", "gamma", 0.4, bent);
    check_values("gamma", "gamma", 2.5, bent);
    check_values("invert", NULL, 0, inverted);
}

static void check_pixels(const char *name, const char *key, double parameter,
                         of_pixel *f)
{
    char yaml[200];

    snprintf(yaml, sizeof yaml, "[{%s: {%s: [%.17g, %.17g]}}]", name, key,
             parameter, parameter);
    for (int bytes = 0; bytes < 2; bytes++) {
        struct augmenting a;
        augmenting_open(&a, yaml, SHAPE(3, 5, 7), bytes);
        augmenting_run(&a, 3, 1);
        for (int64_t i = 0; i < PLANE; i++) {
            double x[3];
            for (int k = 0; k < 3; k++)
                x[k] = augmenting_raw(&a, k * PLANE + i);
            f(x, parameter);
            for (int k = 0; k < 3; k++)
                expect(&a, k * PLANE + i, x[k], yaml);
        }
        augmenting_close(&a);
    }
}

Test(augment, pixel_by_pixel)
{
    check_pixels("saturation", "factor", 0.3, saturated);
    check_pixels("saturation", "factor", 1.7, saturated);
    for (int degrees = -350; degrees < 360; degrees += 50)
        check_pixels("hue", "degrees", degrees, turned);
}

/* Grey has no hue, equal channels stay equal. */
Test(augment, hue_of_grey)
{
    struct augmenting a;

    augmenting_open(&a, "[{hue: [77, 77]}]", SHAPE(3, 5, 7), true);
    for (int64_t i = 0; i < COUNT; i++)
        a.bytes[i] = (unsigned char)(i % PLANE * 7);
    augmenting_run(&a, 3, 1);
    for (int64_t i = 0; i < COUNT; i++)
        cr_assert_eq((double)a.x[i], augmenting_raw(&a, i));
    augmenting_close(&a);
}

static void check_contrast(struct shape shape, bool bytes)
{
    struct augmenting a;
    double mean = 0;

    augmenting_open(&a, "[{contrast: [0.4, 0.4]}]", shape, bytes);
    augmenting_run(&a, 3, 1);
    for (int64_t i = 0; i < (a.channels == 3 ? PLANE : COUNT); i++) {
        const double x[3] = {augmenting_raw(&a, i),
                             augmenting_raw(&a, (i + PLANE) % COUNT),
                             augmenting_raw(&a, (i + 2 * PLANE) % COUNT)};
        mean += a.channels == 3 ? grey_of(x) / PLANE : x[0] / COUNT;
    }
    for (int64_t i = 0; i < COUNT; i++)
        expect(&a, i, mean + 0.4 * (augmenting_raw(&a, i) - mean), "contrast");
    augmenting_close(&a);
}

Test(augment, contrast)
{
    for (int bytes = 0; bytes < 2; bytes++) {
        check_contrast(SHAPE(3, 5, 7), bytes);
        check_contrast(SHAPE(1, 15, 7), bytes);
        check_contrast(SHAPE(COUNT), bytes);
    }
}

/* The box is where the numbers put it, all channels alike. */
Test(augment, erase)
{
    struct augmenting a;

    augmenting_open(&a,
                    "[{erase: {area: [0.1, 0.5], aspect: [0.8, 1.2], "
                    "value: 300}}]",
                    SHAPE(2, 20, 16), true);
    for (int64_t id = 0; id < 60; id++) {
        const char *const entry = "erase/0";
        const double area = 320 * (0.1 + 0.4 * naive_draw(entry, id, 9, 1));
        const double aspect = 0.8 * pow(1.5, naive_draw(entry, id, 9, 2));
        const int64_t height = lround(fmin(sqrt(area / aspect), 20));
        const int64_t width = lround(fmin(sqrt(area * aspect), 16));
        const int64_t top =
            (int64_t)(naive_draw(entry, id, 9, 3) * (double)(21 - height));
        const int64_t left =
            (int64_t)(naive_draw(entry, id, 9, 4) * (double)(17 - width));
        augmenting_run(&a, id, 9);
        for (int64_t i = 0; i < a.count; i++) {
            const int64_t y = i / 16 % 20, x = i % 16;
            const bool in =
                y >= top && y < top + height && x >= left && x < left + width;
            cr_assert_eq((double)a.x[i], in ? 255 : augmenting_raw(&a, i));
        }
    }
    augmenting_close(&a);
}

/* Boxes that never fit are cut to the picture. */
Test(augment, boxes_that_do_not_fit)
{
    struct augmenting a;

    augmenting_open(&a, "[{erase: {area: 0.9, aspect: 50, value: 7}}]",
                    SHAPE(1, 40, 40), false);
    augmenting_run(&a, 1, 1);
    for (int64_t i = 0; i < a.count; i++) {
        const bool in = (double)a.x[i] >= 7;
        cr_assert_eq(in, (double)a.x[i - i % 40] >= 7, "rows are whole");
    }
    augmenting_close(&a);
}

/* Mean, deviation and fourth moment of N(0, 1), and no two alike. */
Test(augment, noise)
{
    enum { SIDE = 200 };
    struct augmenting a;
    double sum = 0, squares = 0, fourth = 0;

    augmenting_open(&a, "[{noise: 0.25}]", SHAPE(SIDE * SIDE), false);
    augmenting_run(&a, 3, 1);
    for (int64_t i = 0; i < a.count; i++) {
        const double z = ((double)a.x[i] - augmenting_raw(&a, i)) / 0.5;
        sum += z;
        squares += z * z;
        fourth += z * z * z * z;
    }
    const double n = (double)a.count;
    cr_assert_lt(fabs(sum / n), 5 / sqrt(n));
    cr_assert_lt(fabs(squares / n - 1), 5 * sqrt(2 / n));
    cr_assert_lt(fabs(fourth / n - 3), 5 * sqrt(96 / n));
    augmenting_close(&a);
}

/* A number stands for an interval, of which all is drawn alike. */
static void check_interval(const char *yaml, double low, double high)
{
    enum { DRAWS = 4000 };
    double sum = 0, squares = 0, least = 1e9, most = -1e9;
    struct augmenting a;

    augmenting_open(&a, yaml, SHAPE(2), false);
    a.floats[0] = 1;
    a.floats[1] = -1; /* of mean 0 */
    for (int64_t id = 0; id < DRAWS; id++) {
        augmenting_run(&a, id, 1);
        const double u = (double)a.x[0];
        sum += u;
        squares += u * u;
        least = fmin(least, u);
        most = fmax(most, u);
    }
    const double mean = sum / DRAWS, span = high - low;
    const double deviation = sqrt(squares / DRAWS - mean * mean);
    cr_assert(least >= low - 1e-6 && least < low + 0.01 * span, "%s", yaml);
    cr_assert(most <= high + 1e-6 && most > high - 0.01 * span, "%s", yaml);
    cr_assert_lt(fabs(mean - (low + high) / 2), 5 * span / sqrt(12.0 * DRAWS));
    cr_assert_lt(fabs(deviation - span / sqrt(12)), 0.03 * span, "%s", yaml);
    augmenting_close(&a);
}

Test(augment, intervals)
{
    check_interval("[{brightness: 0.25}]", 0.5, 1.5);
    check_interval("[{brightness: [0.1, 0.2]}]", 1.2, 1.4);
    check_interval("[{contrast: 0.25}]", 0.75, 1.25);
    check_interval("[{contrast: [0.2, 0.3]}]", 0.2, 0.3);
}

/* How often; of 4000, five standard deviations. */
Test(augment, probability)
{
    static const double ps[] = {0, 0.2, 0.5, 1};
    char yaml[80];

    for (size_t k = 0; k < ARRAY_LEN(ps); k++) {
        struct augmenting a;
        int hits = 0;
        snprintf(yaml, sizeof yaml, "[{brightness: {amount: [1, 1], p: %g}}]",
                 ps[k]);
        augmenting_open(&a, yaml, SHAPE(1), false);
        for (int64_t id = 0; id < 4000; id++) {
            augmenting_run(&a, id, 1);
            hits += (double)a.x[0] > augmenting_raw(&a, 0) + 1;
        }
        cr_assert_leq(fabs(hits - 4000 * ps[k]),
                      5 * sqrt(4000 * ps[k] * (1 - ps[k])), "%d of p %g", hits,
                      ps[k]);
        augmenting_close(&a);
    }
}

/* The value that entry `list` gives pixel 0 of a sample. */
static double first_of(const char *list, int64_t id, uint64_t epoch)
{
    struct augmenting a;

    augmenting_open(&a, list, SHAPE(1, 1, 1), false);
    a.floats[0] = 0.5F;
    augmenting_run(&a, id, epoch);
    const double first = (double)a.x[0];
    augmenting_close(&a);
    return first;
}

/* A function of entry, sample and epoch: what came before does not matter, nor
 * do entries of other kinds; a second one of its kind draws its own. */
Test(augment, numbers_are_of_entry_sample_and_epoch)
{
    const double one = first_of("[{brightness: 0.5}]", 4, 2);
    const int64_t far = INT64_C(1) << 33;

    cr_assert_eq(first_of("[{flip_vertical: 0.5}, {brightness: 0.5}]", 4, 2),
                 one);
    cr_assert_neq(first_of("[{brightness: 0.5}]", 5, 2), one);
    cr_assert_neq(first_of("[{brightness: 0.5}]", 4 + far, 2), one);
    cr_assert_neq(first_of("[{brightness: 0.5}]", 4, 3), one);
    cr_assert_neq(first_of("[{brightness: [0, 0]}, {brightness: 0.5}]", 4, 2),
                  one);
}

Test(augment, nothing_applied_is_the_sample)
{
    for (int bytes = 0; bytes < 2; bytes++) {
        struct augmenting a;
        augmenting_open(&a, "[{rotate: {degrees: 9, p: 0}}, {erase: {p: 0}}]",
                        SHAPE(3, 5, 7), bytes);
        augmenting_run(&a, 1, 1);
        for (int64_t i = 0; i < a.count; i++)
            cr_assert_eq((double)a.x[i], augmenting_raw(&a, i));
        augmenting_close(&a);
    }
}
