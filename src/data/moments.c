/*
 * moments.c - mean, standard deviation and range of a set.
 */
#include <math.h>

#include "data/prepare.h"

enum { BYTE_VALUES = 256 };

/* Which pixels of a sample of `size`: `count` from `offset` on. */
struct part {
    int64_t offset, count, size;
};

/* Exact up to the last division and root: sums of integers. */
static void moments_of_bytes(const struct subset *p, struct part part,
                             double *mean, double *std)
{
    const unsigned char *pixels =
        (const unsigned char *)p->set->pixels + part.offset;
    const int64_t count = p->count * part.count;
    int64_t times[BYTE_VALUES] = {0};
    __extension__ unsigned __int128 sum = 0, squares = 0;

    for (int64_t i = 0; i < p->count; i++)
        for (int64_t j = 0; j < part.count; j++)
            times[pixels[p->ids[i] * part.size + j]]++;
    for (uint64_t v = 0; v < BYTE_VALUES; v++) {
        __extension__ const unsigned __int128 share =
            (unsigned __int128)times[v] * v;
        sum += share;
        squares += share * v;
    }
    const double n = (double)count;
    /* n * squares - sum^2 = n^2 * variance, below 2^16 * n^2: no overflow for
     * any count that memory can hold. */
    *mean = (double)sum / n;
    *std = sqrt((double)(squares * (uint64_t)count - sum * sum)) / n;
}

/* Two passes; the sum of each sample first, so that the error does not grow
 * with the number of pixels but with those of a sample and of samples. */
static void moments_of_reals(const struct subset *p, struct part part,
                             double *mean, double *std)
{
    const float *pixels = (const float *)p->set->pixels + part.offset;
    const bool holes = p->set->holes;
    double total = 0, spread = 0;
    float least = INFINITY, most = -INFINITY;
    int64_t missing = 0;

    for (int64_t i = 0; i < p->count; i++) {
        double sum = 0;
        for (int64_t j = 0; j < part.count; j++) {
            const float v = pixels[p->ids[i] * part.size + j];
            if (holes && isnan(v)) {
                missing++;
                continue;
            }
            sum += (double)v;
            least = v < least ? v : least;
            most = v > most ? v : most;
        }
        total += sum;
    }
    const double n = (double)(p->count * part.count - missing);
    *mean = *std = 0;
    if (n == 0)
        return;
    /* Equal pixels have no spread; rounding must not invent one. */
    *mean = least == most ? (double)least : total / n;
    for (int64_t i = 0; i < p->count; i++) {
        double sum = 0;
        for (int64_t j = 0; j < part.count; j++) {
            const float v = pixels[p->ids[i] * part.size + j];
            const double apart = (double)v - *mean;
            sum += holes && isnan(v) ? 0 : apart * apart;
        }
        spread += sum;
    }
    *std = sqrt(spread / n);
}

void subset_moments(const struct subset *p, int64_t parts, double *mean,
                    double *std)
{
    struct part part = {.size = shape_count(p->set->shape)};

    part.count = part.size / parts;
    for (int64_t k = 0; k < parts; k++) {
        part.offset = k * part.count;
        if (p->set->pixel == PIXEL_U8)
            moments_of_bytes(p, part, &mean[k], &std[k]);
        else
            moments_of_reals(p, part, &mean[k], &std[k]);
    }
}

double subset_range(const struct subset *p)
{
    const int64_t size = shape_count(p->set->shape);
    double most = 0;

    if (p->set->pixel == PIXEL_U8)
        return BYTE_VALUES - 1;
    for (int64_t i = 0; i < p->count; i++) {
        const float *x = (const float *)p->set->pixels + p->ids[i] * size;
        for (int64_t k = 0; k < size; k++)
            most = fmax(most, fabs((double)x[k]));
    }
    return most;
}
