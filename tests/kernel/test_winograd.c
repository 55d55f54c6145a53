/*
 * Winograd convolutions against the definition, on every instruction set.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "conv/conv.h"
#include "support/naive_conv.h"

/*
 * The largest error over the root mean square.  A sum of random products errs
 * like a random walk, by sqrt(terms) roundings; to that the transforms add a
 * constant that grows with the numbers in their matrices.  The constants are
 * about twice what is seen; for the gradients, where overlapping tiles cancel,
 * twice that.
 */
static double tolerance(const struct conv *c, int64_t m, int64_t terms)
{
    static const int constants[] = {20, 40, 80, 240, 800};
    const int64_t r = c->window.y.kernel;
    const int constant = r == 7 ? 2000 : constants[m + r - 5];

    return REAL_EPSILON * (constant + sqrt((double)terms));
}

static const struct conv_ops *tiles_of(int64_t m)
{
    static const struct conv_ops *const tiles[] = {
        &conv_winograd2, &conv_winograd3, &conv_winograd4,
        &conv_winograd5, &conv_winograd6,
    };

    return tiles[m - 2];
}

static struct conv_plan plan_of(const struct kernels *kern,
                                const struct conv *c, int64_t m)
{
    struct conv wished = *c;

    wished.wish = tiles_of(m);
    return conv_plan(kern, &wished);
}

static void expect(const char *what, const struct conv_case *k, int64_t m,
                   double error, double most)
{
    char text[160];

    conv_case_print(k, text);
    cr_expect(error <= most, "F(%lld) %s, %s: error %.3g, at most %.3g",
              (long long)m, what, text, error, most);
}

/* The largest errors over the root mean squares, and those of the errors. */
struct errors {
    double y, dx, weight_grad;
    double rms_y, rms_dx, rms_weight_grad;
};

static double relative_rms(const real *got, const double *want, int64_t count)
{
    double error = 0, square = 0;

    for (int64_t i = 0; i < count; i++) {
        const double off = (double)got[i] - want[i];
        error += off * off;
        square += want[i] * want[i];
    }
    return sqrt(error / square);
}

static struct errors errors_of(const struct kernels *kern,
                               const struct conv_case *k, int64_t m)
{
    const struct conv_plan plan = plan_of(kern, &k->conv, m);
    real *forward_work =
        take_reals(conv_work(&plan, false) / (int64_t)sizeof(real));
    real *work = take_reals(conv_work(&plan, true) / (int64_t)sizeof(real));
    real *y = take_reals(k->y_count), *dx = take_reals(k->x_count);
    real *grad = take_reals(k->weight_count);
    struct conv_call call = {
        .samples = k->samples,
        .x = k->x,
        .weight = k->weight,
        .bias = k->biased ? k->bias : NULL,
        .rectify = k->rectify,
        .y = y,
        .dy = k->dy,
        .dx = dx,
        .weight_grad = grad,
        .work = forward_work,
    };

    for (int64_t i = 0; i < k->weight_count; i++)
        grad[i] = k->weight_start[i];
    conv_forward(&plan, &call);
    call.work = work;
    conv_backward(&plan, &call);
    const struct errors e = {
        .y = relative_error(y, k->y, k->y_count),
        .dx = relative_error(dx, k->dx, k->x_count),
        .weight_grad = relative_error(grad, k->weight_grad, k->weight_count),
        .rms_y = relative_rms(y, k->y, k->y_count),
        .rms_dx = relative_rms(dx, k->dx, k->x_count),
        .rms_weight_grad = relative_rms(grad, k->weight_grad, k->weight_count),
    };
    free(forward_work);
    free(work);
    free(y);
    free(dx);
    free(grad);
    return e;
}

/* The outputs that are sums: those of windows in padding alone are exact, and
 * make the root mean square of all smaller. */
static double share_of_sums(const struct conv_case *k)
{
    int64_t sums = 0;

    for (int64_t i = 0; i < k->y_count; i++)
        sums += k->y_scale[i] > 0;
    return (double)sums / (double)k->y_count;
}

static void check_case(const struct kernels *kern, const struct conv_case *k,
                       int64_t m)
{
    const int64_t taps = window_taps(&k->conv.window);
    const struct errors e = errors_of(kern, k, m);

    expect("forward", k, m, e.y * sqrt(share_of_sums(k)),
           tolerance(&k->conv, m, taps * k->conv.channels));
    expect("dx", k, m, e.dx,
           2 * tolerance(&k->conv, m, taps * k->conv.filters));
    expect("weight gradient", k, m, e.weight_grad,
           2 * tolerance(&k->conv, m, k->y_count / k->conv.filters));
}

static void check(const struct conv *c, int64_t samples, uint64_t seed)
{
    struct conv_case *k = conv_case_new(c, samples, seed);

    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        for (int64_t m = 2; kern && m <= 6; m++) {
            if (!conv_fits(tiles_of(m), c))
                continue;
            check_case(kern, k, m);
        }
    }
    conv_case_free(k);
}

/* Four sizes of images, 1 to 32 channels, three paddings. */
static void check_squares(int64_t kernel, const int64_t sizes[4])
{
    static const int64_t channels[] = {1, 3, 20, 32};
    uint64_t seed = 0;

    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++)
            for (int64_t pad = 0; pad < kernel; pad += kernel / 2, seed++) {
                const struct conv c = conv_square(
                    channels[i], channels[(i + j) % 4], sizes[j], kernel, pad);
                check(&c, 1 + (int64_t)(seed % 3), seed);
            }
}

Test(winograd, square_images)
{
    check_squares(3, (const int64_t[]){3, 4, 7, 12});
}

Test(winograd, five_by_five)
{
    check_squares(5, (const int64_t[]){5, 6, 9, 12});
}

Test(winograd, seven_by_seven)
{
    check_squares(7, (const int64_t[]){7, 8, 11, 14});
}

/* Tiles of two sizes along each axis, in blocks of several samples and in parts
 * of one, and others along y than along x. */
Test(winograd, sizes_of_tiles)
{
    struct conv c = conv_square(12, 20, 24, 3, 0);

    check(&c, 5, 11);
    c = conv_square(160, 12, 28, 3, 1);
    check(&c, 1, 12);
    c = conv_square(9, 10, 13, 3, 0);
    c.window.x = (struct axis){
        .in = 12, .out = 12, .kernel = 3, .stride = 1, .dilation = 1, .pad = 1};
    check(&c, 6, 13);
    c = conv_square(9, 10, 14, 5, 0);
    check(&c, 6, 14);
    c = conv_three(160, 12, 26, 21);
    check(&c, 1, 15);
    c = conv_three(9, 10, 18, 23);
    check(&c, 7, 16);
}

/* Outputs that F(4x4) has tiles of 4, of 3 and of both for, along each axis. */
Test(winograd, fours_and_threes)
{
    uint64_t seed = 0;

    for (int64_t h = 1; h <= 11; h++)
        for (int64_t w = 1; w <= 11; w++, seed++) {
            const struct conv c = conv_three(5, 17, h, w);
            check(&c, 1 + (int64_t)(seed % 3), seed);
        }
}

Test(winograd, many_channels)
{
    const struct conv wide = conv_square(96, 96, 10, 3, 0);
    const struct conv odd = conv_square(50, 100, 9, 3, 1);

    check(&wide, 5, 1);
    check(&odd, 2, 2);
}

/* What winograd.h promises of each tile, for numbers of unit variance. */
static const struct promise {
    int64_t m, r;
    double largest, rms;
} promises[] = {
    {2, 3, 3e-6, 5e-7}, {3, 3, 5e-6, 8e-7}, {4, 3, 1e-5, 1.2e-6},
    {5, 3, 3e-5, 2e-6}, {6, 3, 1e-4, 4e-6}, {2, 5, 2e-5, 1.5e-6},
    {4, 5, 1e-4, 4e-6}, {2, 7, 2e-4, 8e-6},
};

static void expect_promise(const struct kernels *kern,
                           const struct conv_case *k, const struct promise *p)
{
    const struct errors e = errors_of(kern, k, p->m);

    expect("forward", k, p->m, e.y, p->largest);
    expect("dx", k, p->m, e.dx, 2 * p->largest);
    expect("weight gradient", k, p->m, e.weight_grad, 2 * p->largest);
    expect("forward, rms", k, p->m, e.rms_y, p->rms);
    expect("dx, rms", k, p->m, e.rms_dx, 2 * p->rms);
    expect("weight gradient, rms", k, p->m, e.rms_weight_grad, 2 * p->rms);
}

Test(winograd, promised_errors)
{
    const struct conv cases[] = {
        conv_square(96, 96, 22, 3, 0), conv_square(128, 128, 6, 3, 0),
        conv_square(32, 32, 28, 3, 1), conv_square(96, 96, 14, 5, 2),
        conv_square(20, 50, 12, 5, 0), conv_three(64, 48, 22, 11),
        conv_square(32, 32, 28, 7, 3), conv_square(96, 50, 12, 7, 0),
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct conv_case *k = conv_case_new(&cases[i], 4, 2 * i + 1);
        for (int level = 0; level < CPU_LEVELS; level++) {
            const struct kernels *kern = kernels_of((enum cpu_level)level);
            for (size_t j = 0; j < sizeof promises / sizeof *promises; j++)
                if (kern && promises[j].r == cases[i].window.y.kernel)
                    expect_promise(kern, k, &promises[j]);
        }
        conv_case_free(k);
    }
}

/* More tiles than a block has room for: samples are cut into strips. */
Test(winograd, large_image)
{
    struct conv c = conv_square(3, 5, 150, 3, 1);

    c.window.x = conv_three(3, 5, 1, 129).window.x;
    check(&c, 2, 3);
    c = conv_square(2, 3, 160, 5, 2);
    check(&c, 1, 7);
    c = conv_square(2, 3, 90, 7, 3);
    check(&c, 1, 8);
}

/* More samples than a block has room for, also where it grows with the planes:
 * blocks of whole samples that are nearly equal, the last one smaller. */
Test(winograd, blocks_of_samples)
{
    const struct conv few = conv_square(8, 12, 12, 3, 1);
    const struct conv wide = conv_square(144, 136, 6, 3, 1);

    check(&few, 13, 8);
    check(&few, 29, 9);
    check(&wide, 21, 10);
}

/* Filters so wide that some channels take turns after the other, of nearly as
 * many vectors as the others. */
static struct conv very_wide(void)
{
    return conv_square(300, 280, 7, 3, 1);
}

Test(winograd, turns_of_wide_filters)
{
    const struct conv c = very_wide();
    int64_t turns = 0;

    check(&c, 2, 11);
    for (int64_t m = 2; m <= 6; m++) {
        const struct conv_plan p = plan_of(kernels_of(CPU_PORTABLE), &c, m);
        turns += conv_laid(&p, false) > 0 && conv_unlaid(&p, false) == 0;
    }
    cr_expect_geq(turns, 3);
}

/* The threads of a crew share the turns. */
/* `same` with the extra cell after: the trailing padding exceeds the leading
 * one. */
Test(winograd, uneven_padding)
{
    struct conv c = conv_square(4, 6, 9, 3, 0);

    c.window.y.out = 9;
    c.window.x.pad = 2;
    c.window.x.out = 9;
    check(&c, 2, 5);
}

/* Tile rows that lie above the image or below it in all: outputs are the bias,
 * which some filters have and others have not. */
static void check_beyond(int64_t height, int64_t width, int64_t pad,
                         int64_t samples)
{
    struct conv c = conv_square(8, 18, width, 3, 1);

    c.window.y.in = height;
    c.window.y.pad = pad;
    c.window.y.out = height + 2 * pad - 2;
    check(&c, samples, 6);
}

Test(winograd, padding_larger_than_the_image)
{
    check_beyond(4, 224, 20, 2);
    check_beyond(3, 18, 20, 12);
    check_beyond(8, 18, 20, 12);
    check_beyond(1, 60, 31, 3);
}
