/*
 * mcnemar.c - two models on the same samples.
 */
#include "metric/mcnemar.h"

#include <math.h>

/* All terms are integers below 2^25 over 2^n: nothing is rounded. */
static double exact(int64_t few, int64_t n)
{
    double ways = 1, sum = 0;

    for (int64_t k = 0; k <= few; k++) {
        sum += ways;
        ways = ways * (double)(n - k) / (double)(k + 1);
    }
    return fmin(1, ldexp(sum, (int)(1 - n)));
}

struct mcnemar mcnemar_of(int64_t a, int64_t b)
{
    const int64_t n = a + b;

    if (n < MCNEMAR_FEW)
        return (struct mcnemar){true, (double)NAN, exact(a < b ? a : b, n)};
    const double apart = fmax(fabs((double)(a - b)) - 1, 0);
    const double x = apart * apart / (double)n;
    /* P(X > x) of a squared normal number is P(|N| > sqrt(x)). */
    return (struct mcnemar){false, x, erfc(sqrt(x / 2))};
}
