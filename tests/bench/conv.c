/*
 * conv.c - speed of the convolutions of the standard networks, by algorithm.
 *
 * Prints effective GFLOP/s on one thread: the multiply-adds of the definition,
 * times two, over the best time of several short runs.  "back" is both
 * gradients.  An argument names the instruction set (default: the best), a
 * second one the samples per call (default 8).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "support/naive_conv.h"
#include "tensor/direct.h"
#include "tensor/winograd.h"

enum { RUNS = 15 };

static const struct layer_row {
    const char *name;
    int64_t channels, filters, in, kernel, pad;
} rows[] = {
    {"net0 conv1", 1, 96, 28, 5, 0},   {"net0 conv2", 96, 96, 24, 3, 0},
    {"net0 conv3", 96, 96, 22, 3, 0},  {"net0 conv4", 96, 96, 20, 3, 0},
    {"net0 conv5", 96, 96, 18, 3, 0},  {"net0 conv6", 96, 128, 8, 3, 0},
    {"net0 conv7", 128, 128, 6, 3, 0}, {"net0 conv8", 128, 128, 4, 3, 0},
    {"net1 conv1", 1, 32, 28, 3, 0},   {"net1 conv2", 32, 64, 13, 3, 0},
    {"net1 conv3", 64, 64, 11, 3, 0},  {"net1 conv4", 64, 96, 4, 3, 0},
    {"net4 conv1", 1, 32, 28, 3, 1},   {"net4 conv2-7", 32, 32, 28, 3, 1},
    {"net4 conv8", 32, 64, 14, 3, 1},  {"net4 conv9,10", 64, 64, 14, 3, 1},
    {"lenet conv1", 1, 20, 28, 5, 0},  {"lenet conv2", 20, 50, 12, 5, 0},
};

struct bench {
    const struct kernels *kern;
    struct conv conv;
    struct conv_call forward, backward;
};

static real *random_reals(int64_t count)
{
    real *p = take_reals(count);

    fill_normal(p, count, 1);
    return p;
}

static void prepare(struct bench *b, const struct layer_row *r, int64_t samples)
{
    b->conv = conv_square(r->channels, r->filters, r->in, r->kernel, r->pad);
    const struct conv *c = &b->conv;
    const int64_t weights = c->filters * c->channels * r->kernel * r->kernel;
    const int64_t in = samples * c->channels * window_inputs(&c->window);
    const int64_t out = samples * c->filters * window_outputs(&c->window);

    b->forward = (struct conv_call){
        .samples = samples,
        .x = random_reals(in),
        .weight = random_reals(weights),
        .bias = random_reals(c->filters),
        .rectify = true,
        .y = random_reals(out),
    };
    b->backward = (struct conv_call){
        .samples = samples,
        .x = b->forward.x,
        .weight = b->forward.weight,
        .dy = random_reals(out),
        .dx = r->channels > 1 ? random_reals(in) : NULL,
        .weight_grad = random_reals(weights),
    };
}

/* What is timed; dx and dw alone where the algorithm can. */
enum pass { FORWARD, BACKWARD, DATA, WEIGHTS };

static void run(const struct bench *b, enum conv_algorithm a, enum pass pass)
{
    const int64_t m = (int64_t)a - CONV_WINOGRAD2 + 2;
    struct conv_call call = pass == FORWARD ? b->forward : b->backward;

    if (pass == DATA)
        call.weight_grad = NULL;
    if (pass == WEIGHTS)
        call.dx = NULL;
    if (a == CONV_DIRECT && pass == FORWARD)
        direct_forward(b->kern, &b->conv, &call);
    else if (a == CONV_DIRECT)
        direct_backward(b->kern, &b->conv, &call);
    else if (pass == FORWARD)
        winograd_forward(b->kern, &b->conv, m, &call);
    else
        winograd_backward(b->kern, &b->conv, m, &call);
}

static double best_seconds(const struct bench *b, enum conv_algorithm a,
                           enum pass pass)
{
    double best = 1e9;

    run(b, a, pass);
    for (int i = 0; i < RUNS; i++) {
        const double start = clock_seconds();
        run(b, a, pass);
        best = fmin(best, clock_seconds() - start);
    }
    return best;
}

static double gflops(const struct bench *b, enum conv_algorithm a,
                     enum pass pass)
{
    const struct conv *c = &b->conv;
    const double macs =
        (double)(b->forward.samples * c->filters * c->channels *
                 window_taps(&c->window) * window_outputs(&c->window));
    const double passes = pass == BACKWARD && b->backward.dx ? 2 : 1;

    return 2e-9 * macs * passes / best_seconds(b, a, pass);
}

static int64_t work_of(const struct bench *b)
{
    const bool both[] = {false, true};
    int64_t work = 0;

    for (int i = 0; i < 2; i++) {
        work = num_max(work, direct_work(b->kern, &b->conv, both[i]));
        for (int64_t m = 2; m <= 4; m++)
            if (winograd_fits(&b->conv, m))
                work =
                    num_max(work, winograd_work(b->kern, &b->conv, m, both[i]));
    }
    return work;
}

static void print_row(const struct bench *b, const char *name)
{
    printf("%-14s %-10s", name,
           conv_algorithm_name(conv_choose(b->kern, &b->conv)));
    for (int a = 0; a < CONV_ALGORITHMS; a++) {
        if (a == CONV_DEPTHWISE) /* none among the rows */
            continue;
        const bool fits =
            a == CONV_DIRECT || winograd_fits(&b->conv, a - CONV_WINOGRAD2 + 2);
        for (int pass = FORWARD; pass <= BACKWARD; pass++)
            printf(" %6.0f",
                   fits ? gflops(b, (enum conv_algorithm)a, (enum pass)pass)
                        : 0);
    }
    printf(" %6.0f", b->backward.dx ? gflops(b, CONV_DIRECT, DATA) : 0);
    printf(" %6.0f\n", gflops(b, CONV_DIRECT, WEIGHTS));
}

int main(int argc, char **argv)
{
    int64_t samples = 8;
    struct bench b = {.kern = kernels_best()};

    for (int i = 0; argc > 1 && i < CPU_LEVELS; i++)
        if (strcmp(argv[1], cpu_name((enum cpu_level)i)) == 0)
            b.kern = kernels_of((enum cpu_level)i);
    if (!b.kern || (argc > 2 && !num_parse_int(argv[2], &samples)))
        return 1;
    printf("%s, %lld samples, GFLOP/s\n", cpu_name(b.kern->level),
           (long long)samples);
    printf("%-14s %-10s %13s %13s %13s %13s %13s\n", "layer", "chosen",
           "direct", "winograd2", "winograd3", "winograd4", "direct");
    printf("%-14s %-10s", "", "");
    for (int i = 1; i < CONV_ALGORITHMS; i++)
        printf(" %6s %6s", "fwd", "back");
    printf(" %6s %6s\n", "dx", "dw");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        prepare(&b, &rows[i], samples);
        b.forward.work = b.backward.work = random_reals(work_of(&b));
        print_row(&b, rows[i].name);
    }
    return 0;
}
