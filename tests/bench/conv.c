/*
 * conv.c - speed of the convolutions of the standard networks, by algorithm.
 *
 * Prints effective GFLOP/s on one thread: the multiply-adds of the definition,
 * times two, over the least processor time of several short runs.  An argument
 * names the instruction set (default: the best), a second one the samples per
 * call (default 8).
 */
#include "conv/conv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/num.h"
#include "base/system.h"
#include "support/naive_conv.h"
#include "tensor/gemm.h"

enum { RUNS = 15 };

static const struct layer_row {
    const char *name;
    int64_t channels, filters, in, kernel, pad, stride, groups;
} rows[] = {
    {"net0 conv1", 1, 96, 28, 5, 0, 1, 1},
    {"net0 conv2", 96, 96, 24, 3, 0, 1, 1},
    {"net0 conv3", 96, 96, 22, 3, 0, 1, 1},
    {"net0 conv4", 96, 96, 20, 3, 0, 1, 1},
    {"net0 conv5", 96, 96, 18, 3, 0, 1, 1},
    {"net0 conv6", 96, 128, 8, 3, 0, 1, 1},
    {"net0 conv7", 128, 128, 6, 3, 0, 1, 1},
    {"net0 conv8", 128, 128, 4, 3, 0, 1, 1},
    {"net1 conv1", 1, 32, 28, 3, 0, 1, 1},
    {"net1 conv2", 32, 64, 13, 3, 0, 1, 1},
    {"net1 conv3", 64, 64, 11, 3, 0, 1, 1},
    {"net1 conv4", 64, 96, 4, 3, 0, 1, 1},
    {"net4 conv1", 1, 32, 28, 3, 1, 1, 1},
    {"net4 conv2-7", 32, 32, 28, 3, 1, 1, 1},
    {"net4 conv8", 32, 64, 14, 3, 1, 1, 1},
    {"net4 conv9,10", 64, 64, 14, 3, 1, 1, 1},
    {"lenet conv1", 1, 20, 28, 5, 0, 1, 1},
    {"lenet conv2", 20, 50, 12, 5, 0, 1, 1},
    {"1x1", 64, 128, 14, 1, 0, 1, 1},
    {"1x1, 7x7", 256, 64, 7, 1, 0, 1, 1},
    {"1x1, stride 2", 64, 128, 28, 1, 0, 2, 1},
    {"3x3, stride 2", 64, 128, 28, 3, 1, 2, 1},
    {"7x7, stride 2", 3, 64, 64, 7, 3, 2, 1},
    {"dw 32x28", 32, 32, 28, 3, 1, 1, 32},
    {"dw 32x56", 32, 32, 56, 3, 1, 1, 32},
    {"dw 64x56/2", 64, 64, 56, 3, 1, 2, 64},
    {"dw 256x14", 256, 256, 14, 3, 1, 1, 256},
    {"dw 512x7", 512, 512, 7, 3, 1, 1, 512},
    {"dw 5x5 64x14", 64, 64, 14, 5, 2, 1, 64},
    {"g32 128x28", 128, 128, 28, 3, 1, 1, 32},
    {"g32 256x14", 256, 256, 14, 3, 1, 1, 32},
    {"g32 256x14/2", 256, 256, 14, 3, 1, 2, 32},
    {"g4 64x28", 64, 64, 28, 3, 1, 1, 4},
    {"1x1 64x14", 64, 64, 14, 1, 0, 1, 1},
    {"1x1 256x14", 256, 256, 14, 1, 0, 1, 1},
    {"1x1 128x28", 128, 128, 28, 1, 0, 1, 1},
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
    struct conv *c = &b->conv;
    c->window.y.stride = r->stride;
    c->window.y.out = axis_count(&c->window.y, 2 * r->pad);
    c->window.x = c->window.y;
    c->groups = r->groups;
    const int64_t weights =
        c->filters * c->channels / c->groups * r->kernel * r->kernel;
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

/* What is timed. */
enum pass { FORWARD, DATA, WEIGHTS, BACKWARD, PASSES };

static void run(const struct bench *b, const struct conv_ops *a, enum pass pass)
{
    struct conv c = b->conv;
    struct conv_call call = pass == FORWARD ? b->forward : b->backward;

    c.wish = a;
    const struct conv_plan plan = conv_plan(b->kern, &c);
    if (pass == DATA)
        call.weight_grad = NULL;
    if (pass == WEIGHTS)
        call.dx = NULL;
    if (pass == FORWARD)
        conv_forward(&plan, &call);
    else
        conv_backward(&plan, &call);
}

/* Of this thread, which others may keep from running. */
static double processor_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double best_seconds(const struct bench *b, const struct conv_ops *a,
                           enum pass pass)
{
    double best = 1e9;

    run(b, a, pass);
    for (int i = 0; i < RUNS; i++) {
        const double start = processor_seconds();
        run(b, a, pass);
        best = fmin(best, processor_seconds() - start);
    }
    return best;
}

static double gflops(const struct bench *b, const struct conv_ops *a,
                     enum pass pass)
{
    const struct conv *c = &b->conv;
    const double macs =
        (double)(b->forward.samples * c->filters * c->channels / c->groups *
                 window_taps(&c->window) * window_outputs(&c->window));
    const double passes = pass == BACKWARD && b->backward.dx ? 2 : 1;

    return 2e-9 * macs * passes / best_seconds(b, a, pass);
}

/* Bytes that any algorithm needs. */
static int64_t work_of(const struct bench *b)
{
    struct conv c = b->conv;
    int64_t work = 0;

    for (int i = 0; conv_words[i]; i++) {
        c.wish = conv_find(conv_words[i]);
        const struct conv_plan plan = conv_plan(b->kern, &c);
        work = num_max(
            work, num_max(conv_work(&plan, false), conv_work(&plan, true)));
    }
    return work;
}

/* Not the definition. */
static bool is_timed(const struct conv_ops *a)
{
    return a != &conv_naive;
}

static void print_row(const struct bench *b, const char *name)
{
    const struct conv_plan plan = conv_plan(b->kern, &b->conv);

    printf("%-14s", name);
    for (int pass = CONV_FORWARD; pass < CONV_PASSES; pass++)
        printf(" %-10s", plan.task[pass].ops->name);
    for (int i = 1; conv_words[i]; i++) {
        const struct conv_ops *a = conv_find(conv_words[i]);
        if (!is_timed(a))
            continue;
        for (int pass = FORWARD; pass < PASSES; pass++)
            printf(" %*.0f", pass == FORWARD ? 5 : 4,
                   conv_fits(a, &b->conv) && (pass != DATA || b->backward.dx)
                       ? gflops(b, a, (enum pass)pass)
                       : 0);
    }
    printf("\n");
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
    const char *why = gemm_open();
    if (why) {
        fprintf(stderr, "%s\n", why);
        return 1;
    }
    printf("%s, %s, %lld samples; GFLOP/s of forward, dx, dw, dx and dw\n",
           cpu_name(b.kern->level), gemm_kernel(), (long long)samples);
    printf("%-14s %-10s %-10s %-10s", "layer", "forward", "dx", "dw");
    for (int i = 1; conv_words[i]; i++)
        if (is_timed(conv_find(conv_words[i])))
            printf("  %-19s", conv_words[i]);
    printf("\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        prepare(&b, &rows[i], samples);
        b.forward.work = b.backward.work =
            random_reals(work_of(&b) / (int64_t)sizeof(real));
        print_row(&b, rows[i].name);
    }
    return 0;
}
