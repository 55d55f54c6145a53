/*
 * reach.c - the largest numbers of samples.
 */
#include "data/reach.h"

#include <math.h>
#include <stdlib.h>

#include "base/num.h"
#include "data/pixels.h"

enum { LEFT_OUT = 100 }; /* one of so many may reach less than low */

/* What a sample says; one number has no others to be equal to. */
static float reach_between(float least, float most, int64_t size)
{
    return size > 1 && !(least < most) ? 0 : fmaxf(fabsf(least), fabsf(most));
}

static float reach_of_bytes(const unsigned char *x, int64_t size)
{
    unsigned char least = x[0], most = x[0];

    for (int64_t i = 1; i < size; i++) {
        least = x[i] < least ? x[i] : least;
        most = x[i] > most ? x[i] : most;
    }
    return reach_between((float)least, (float)most, size);
}

/* A missing number is neither less nor more than another. */
static float reach_of_reals(const float *x, int64_t size)
{
    float least = INFINITY, most = -INFINITY;

    for (int64_t i = 0; i < size; i++) {
        least = x[i] < least ? x[i] : least;
        most = x[i] > most ? x[i] : most;
    }
    return least > most ? 0 : reach_between(least, most, size);
}

float reach_of_sample(enum pixel_type pixel, const void *pixels, int64_t size)
{
    return pixel == PIXEL_U8 ? reach_of_bytes(pixels, size)
                             : reach_of_reals(pixels, size);
}

static int by_value(const void *a, const void *b)
{
    const float *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

struct reach reach_of(float *samples, int64_t count)
{
    int64_t silent = 0;

    if (count > 0)
        qsort(samples, (size_t)count, sizeof *samples, by_value);
    while (silent < count && samples[silent] == 0)
        silent++;
    if (silent == count)
        return (struct reach){0};
    return (struct reach){(double)samples[silent + (count - silent) / LEFT_OUT],
                          (double)samples[count - 1]};
}

bool reach_apart(struct reach a, struct reach b)
{
    return a.high > 0 && b.high > 0 &&
           (a.high * REACH_RATIO < b.low || b.high * REACH_RATIO < a.low);
}

void reach_tell(struct text *out, const char *what, struct reach these,
                struct reach trained)
{
    text_shown(out, what);
    text_printf(out,
                ": the largest |x| of a sample is %.6g to %.6g, of those that "
                "were trained on %.6g to %.6g: is one of them scaled?",
                these.low, these.high, trained.low, trained.high);
}

/* Reaches of rows as they come. */
struct looking {
    float of[REACH_SAMPLES];
    int64_t count;
};

static void take_rows(void *context, const struct pixel_rows *rows)
{
    struct looking *l = context;
    const size_t bytes = (size_t)rows->size * pixel_bytes(rows->pixel);
    const unsigned char *pixels = rows->pixels;

    for (int64_t i = 0; i < rows->count; i++)
        l->of[l->count++] = reach_of_sample(
            rows->pixel, pixels + (size_t)rows->at[i] * bytes, rows->size);
}

enum status reach_of_first(const struct subset *p, struct reach *out,
                           struct err *e)
{
    const struct subset first = {p->set, p->ids,
                                 num_min(p->count, REACH_SAMPLES)};
    struct looking l = {.count = 0};
    enum status s = OK;

    if (first.count > 0)
        s = pixels_walk(&first, take_rows, &l, e);
    *out = s == OK ? reach_of(l.of, l.count) : (struct reach){0};
    return s;
}
