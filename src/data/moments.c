/*
 * moments.c - mean and standard deviation of a set.
 */
#include <math.h>

#include "data/prepare.h"

enum { BYTE_VALUES = 256 };

/* Exact up to the last division and root: sums of integers. */
static void moments_of_bytes(const struct subset *p, int64_t size, double *mean,
                             double *std)
{
    const unsigned char *pixels = p->set->pixels;
    const int64_t count = p->count * size;
    int64_t times[BYTE_VALUES] = {0};
    __extension__ unsigned __int128 sum = 0, squares = 0;

    for (int64_t i = 0; i < p->count; i++)
        for (int64_t j = 0; j < size; j++)
            times[pixels[p->ids[i] * size + j]]++;
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
static void moments_of_reals(const struct subset *p, int64_t size, double *mean,
                             double *std)
{
    const float *pixels = p->set->pixels;
    double total = 0, spread = 0;
    float least = pixels[p->ids[0] * size], most = least;

    for (int64_t i = 0; i < p->count; i++) {
        double sum = 0;
        for (int64_t j = 0; j < size; j++) {
            const float v = pixels[p->ids[i] * size + j];
            sum += (double)v;
            least = v < least ? v : least;
            most = v > most ? v : most;
        }
        total += sum;
    }
    const double n = (double)p->count * (double)size;
    /* Equal pixels have no spread; rounding must not invent one. */
    *mean = least == most ? (double)least : total / n;
    for (int64_t i = 0; i < p->count; i++) {
        double sum = 0;
        for (int64_t j = 0; j < size; j++) {
            const double apart = (double)pixels[p->ids[i] * size + j] - *mean;
            sum += apart * apart;
        }
        spread += sum;
    }
    *std = sqrt(spread / n);
}

void subset_moments(const struct subset *p, double *mean, double *std)
{
    const int64_t size = shape_count(p->set->shape);

    if (p->set->pixel == PIXEL_U8)
        moments_of_bytes(p, size, mean, std);
    else
        moments_of_reals(p, size, mean, std);
}
