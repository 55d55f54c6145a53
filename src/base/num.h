/*
 * num.h - checked arithmetic on sizes and strict reading of numbers.
 *
 * The program never calls setlocale(), so the C locale's decimal point holds
 * whatever the environment says.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"

/* num_mul, num_add - *out = a op b for non-negative extents; false when the
 * result does not fit int64_t. */
MUST_USE bool num_mul(int64_t a, int64_t b, int64_t *out);
MUST_USE bool num_add(int64_t a, int64_t b, int64_t *out);

/* num_parse_int - a decimal integer: optional sign, no leading zero, nothing
 * before or after.  False when `text` is anything else or does not fit. */
MUST_USE bool num_parse_int(const char *text, int64_t *out);

/* num_parse_real - a finite decimal number: optional sign, digits with an
 * optional fraction, optional exponent; "inf", "nan", hexadecimal and blanks
 * are refused, a result beyond the range of double too. */
MUST_USE bool num_parse_real(const char *text, double *out);

static inline int64_t num_min(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t num_max(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* num_ceil_div - a / b rounded up, for a >= 0 and b > 0. */
static inline int64_t num_ceil_div(int64_t a, int64_t b)
{
    return a / b + (a % b != 0);
}
