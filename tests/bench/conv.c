/*
 * conv.c - speed of the convolutions of the standard networks, by algorithm.
 *
 * Prints effective GFLOP/s on one thread: the multiply-adds of the definition,
 * times two, over the best time of several short runs.  "back" is both
 * gradients.  An argument names the instruction set (default: the best), a
 * second one the samples per call (default 8).
 */
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

typedef void pass_fn(const struct bench *b);

static void winograd2_forward(const struct bench *b)
{
    winograd_forward(b->kern, &b->conv, 2, &b->forward);
}

static void winograd4_forward(const struct bench *b)
{
    winograd_forward(b->kern, &b->conv, 4, &b->forward);
}

static void winograd2_backward(const struct bench *b)
{
    winograd_backward(b->kern, &b->conv, 2, &b->backward);
}

static void winograd4_backward(const struct bench *b)
{
    winograd_backward(b->kern, &b->conv, 4, &b->backward);
}

static void direct_fwd(const struct bench *b)
{
    direct_forward(b->kern, &b->conv, &b->forward);
}

static void direct_data(const struct bench *b)
{
    struct conv_call call = b->backward;

    call.weight_grad = NULL;
    direct_backward(b->kern, &b->conv, &call);
}

static void direct_weights(const struct bench *b)
{
    struct conv_call call = b->backward;

    call.dx = NULL;
    direct_backward(b->kern, &b->conv, &call);
}

static double best_seconds(const struct bench *b, pass_fn *pass)
{
    double best = 1e9;

    pass(b);
    for (int i = 0; i < RUNS; i++) {
        const double start = clock_seconds();
        pass(b);
        const double took = clock_seconds() - start;
        best = took < best ? took : best;
    }
    return best;
}

static double gflops(const struct bench *b, pass_fn *pass)
{
    const struct conv *c = &b->conv;
    const double macs =
        (double)(b->forward.samples * c->filters * c->channels *
                 window_taps(&c->window) * window_outputs(&c->window));
    const bool backward =
        pass == winograd2_backward || pass == winograd4_backward;
    const double passes = !backward ? 1 : b->backward.dx ? 2 : 1;

    if (pass == direct_data && !b->backward.dx)
        return 0;

    return 2e-9 * macs * passes / best_seconds(b, pass);
}

int main(int argc, char **argv)
{
    const struct kernels *kern = kernels_best();
    const int64_t samples = argc > 2 ? atoi(argv[2]) : 8;
    struct bench b;

    for (int i = 0; argc > 1 && i < CPU_LEVELS; i++)
        if (strcmp(argv[1], cpu_name((enum cpu_level)i)) == 0)
            kern = kernels_of((enum cpu_level)i);
    if (!kern)
        return 1;
    printf("%s, %lld samples\n%-14s %10s %10s %10s %10s %10s %10s %10s\n",
           cpu_name(kern->level), (long long)samples, "layer", "wino2",
           "wino2 back", "wino4", "wino4 back", "direct", "dir dx", "dir dw");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        prepare(&b, &rows[i], samples);
        b.kern = kern;
        int64_t work = direct_work(kern, &b.conv, true);
        work = num_max(work, direct_work(kern, &b.conv, false));
        for (int k = 0; k < 4; k++)
            work = num_max(work, winograd_work(kern, &b.conv, k < 2 ? 2 : 4,
                                               samples, k % 2 == 1));
        b.forward.work = b.backward.work = random_reals(work);
        printf("%-14s ", rows[i].name);
        pass_fn *const passes[] = {winograd2_forward, winograd2_backward,
                                   winograd4_forward, winograd4_backward,
                                   direct_fwd,        direct_data,
                                   direct_weights};
        for (int k = 0; k < 7; k++)
            printf("%10.0f ",
                   rows[i].kernel != 3 && k < 4 ? 0 : gflops(&b, passes[k]));
        printf("\n");
    }
    return 0;
}
