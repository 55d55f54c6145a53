#include "support/naive.h"

#include <criterion/criterion.h>
#include <math.h>

int64_t naive_count(struct naive_axis a, int64_t pad_after)
{
    int64_t count = 0;

    while (count * a.stride + (a.kernel - 1) * a.dilation <
           a.pad + a.in + pad_after)
        count++;
    return count;
}

void naive_add(struct naive_sum *s, double term)
{
    s->value += term;
    s->size += fabs(term);
    s->terms++;
}

/* All taps of one channel for one output element. */
static void walk_taps(const struct naive_conv *c, int64_t plane, int64_t filter,
                      int64_t out, const int64_t at[2])
{
    for (int64_t ky = 0; ky < c->y.kernel; ky++)
        for (int64_t kx = 0; kx < c->x.kernel; kx++) {
            const int64_t iy =
                at[0] * c->y.stride + ky * c->y.dilation - c->y.pad;
            const int64_t ix =
                at[1] * c->x.stride + kx * c->x.dilation - c->x.pad;
            if (iy < 0 || iy >= c->y.in || ix < 0 || ix >= c->x.in)
                continue;
            const int64_t i = (plane * c->y.in + iy) * c->x.in + ix;
            const int64_t w = (filter * c->y.kernel + ky) * c->x.kernel + kx;
            const double x = (double)c->input[i];
            const double weight = (double)c->weight[w];
            const double dy = (double)c->dy[out];
            naive_add(&c->output[out], weight * x);
            naive_add(&c->dx[i], weight * dy);
            naive_add(&c->dweight[w], x * dy);
        }
}

static void walk_channels(const struct naive_conv *c, int64_t n, int64_t o,
                          const int64_t at[2])
{
    const int64_t per_group = c->channels / c->groups;
    const int64_t group = o / (c->filters / c->groups);
    const int64_t out =
        ((n * c->filters + o) * c->y.out + at[0]) * c->x.out + at[1];

    for (int64_t k = 0; k < per_group; k++)
        walk_taps(c, n * c->channels + group * per_group + k, o * per_group + k,
                  out, at);
    const int64_t b = c->untied ? out % (c->filters * c->y.out * c->x.out) : o;
    if (c->bias) {
        naive_add(&c->output[out], (double)c->bias[b]);
        naive_add(&c->dbias[b], (double)c->dy[out]);
    }
}

void naive_conv(const struct naive_conv *c)
{
    for (int64_t n = 0; n < c->batch; n++)
        for (int64_t o = 0; o < c->filters; o++)
            for (int64_t i = 0; i < c->y.out * c->x.out; i++)
                walk_channels(c, n, o,
                              (const int64_t[]){i / c->x.out, i % c->x.out});
}

int64_t naive_number(const int64_t *extent, int64_t axes, const bool *left_out,
                     int64_t element)
{
    int64_t number = 0, above = 1;

    /* From the last axis, whose coordinate changes fastest. */
    for (int64_t k = axes - 1; k >= 0; element /= extent[k--]) {
        if (left_out[k])
            continue;
        number += element % extent[k] * above;
        above *= extent[k];
    }
    return number;
}

void naive_check(const char *what, const real *got,
                 const struct naive_sum *want, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        const double tolerance =
            (double)(want[i].terms + 1) * REAL_EPSILON * want[i].size;
        cr_assert(fabs((double)got[i] - want[i].value) <= tolerance,
                  "%s: element %ld: got %.9g want %.9g +- %.3g", what, (long)i,
                  (double)got[i], want[i].value, tolerance);
    }
}
