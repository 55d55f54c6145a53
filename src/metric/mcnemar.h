/*
 * mcnemar.h - do two models differ, or is it chance?
 *
 * Q. McNemar, Note on the sampling error of the difference between correlated
 * proportions or percentages, Psychometrika 12 (1947).  Of the samples that
 * exactly one of both models has right, each model should have half:
 *
 *   fewer than 25 of them    exact: p = min(1, 2 P(K <= min(a, b))), K binomial
 *                            of a + b draws with probability 1/2
 *   more                     chi square of one degree of freedom with the
 *                            correction of A. L. Edwards (1948):
 *                            x = max(|a - b| - 1, 0)^2 / (a + b)
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { MCNEMAR_FEW = 25 };

struct mcnemar {
    bool exact;
    double statistic; /* x; NaN when exact */
    double p;         /* that chance alone makes them differ as much */
};

/* mcnemar_of - `a` samples that only the one, `b` that only the other has
 * right. */
struct mcnemar mcnemar_of(int64_t a, int64_t b);
