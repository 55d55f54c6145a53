/*
 * calibration.c - how sure, how often right.
 */
#include "metric/calibration.h"

#include <math.h>

/* The bound is compared, not p * 15, which may be rounded across it. */
static int bin_of(double p)
{
    int m = 1;

    while (m < CALIBRATION_BINS && p > (double)m / CALIBRATION_BINS)
        m++;
    return m - 1;
}

void calibration_add(struct calibration *c, const struct metric_rows *of)
{
    for (int64_t i = 0; i < of->rows; i++) {
        const struct score *s = &of->scores[i];
        struct calibration_bin *bin = &c->bins[bin_of(s->probability)];
        bin->samples++;
        bin->right += s->right;
        bin->sum += s->probability;
    }
}

double calibration_error(const struct calibration *c)
{
    double apart = 0, samples = 0;

    for (int m = 0; m < CALIBRATION_BINS; m++) {
        const struct calibration_bin *bin = &c->bins[m];
        apart += fabs((double)bin->right - bin->sum);
        samples += (double)bin->samples;
    }
    return apart / samples;
}
