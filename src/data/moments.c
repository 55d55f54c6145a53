/*
 * moments.c - mean and standard deviation of a set.
 */
#include <math.h>

#include "data/prepare.h"

enum { BYTE_VALUES = 256 };

/* Exact up to the last division and root: sums of integers. */
static void moments_of_bytes(const unsigned char *pixels, int64_t count,
                             double *mean, double *std)
{
    int64_t times[BYTE_VALUES] = {0};
    __extension__ unsigned __int128 sum = 0, squares = 0;

    for (int64_t i = 0; i < count; i++)
        times[pixels[i]]++;
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
static void moments_of_reals(const float *pixels, int64_t samples, int64_t size,
                             double *mean, double *std)
{
    double total = 0, spread = 0;
    float least = pixels[0], most = pixels[0];

    for (int64_t i = 0; i < samples; i++) {
        double sum = 0;
        for (int64_t j = 0; j < size; j++) {
            const float v = pixels[i * size + j];
            sum += (double)v;
            least = v < least ? v : least;
            most = v > most ? v : most;
        }
        total += sum;
    }
    const double n = (double)samples * (double)size;
    /* Equal pixels have no spread; rounding must not invent one. */
    *mean = least == most ? (double)least : total / n;
    for (int64_t i = 0; i < samples; i++) {
        double sum = 0;
        for (int64_t j = 0; j < size; j++) {
            const double apart = (double)pixels[i * size + j] - *mean;
            sum += apart * apart;
        }
        spread += sum;
    }
    *std = sqrt(spread / n);
}

void dataset_moments(const struct dataset *d, int64_t count, double *mean,
                     double *std)
{
    const int64_t size = shape_count(d->shape);

    if (d->pixel == PIXEL_U8)
        moments_of_bytes(d->pixels, count * size, mean, std);
    else
        moments_of_reals(d->pixels, count, size, mean, std);
}
