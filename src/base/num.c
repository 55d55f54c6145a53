/*
 * num.c - checked arithmetic and strict number parsing.
 */
#include "base/num.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

bool num_mul(int64_t a, int64_t b, int64_t *out)
{
    return !__builtin_mul_overflow(a, b, out);
}

bool num_add(int64_t a, int64_t b, int64_t *out)
{
    return !__builtin_add_overflow(a, b, out);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *p)
{
    while (is_digit(*p))
        p++;
    return p;
}

bool num_parse_int(const char *text, int64_t *out)
{
    const char *digits = text + (*text == '-' || *text == '+');

    if (!is_digit(*digits) || *skip_digits(digits) != '\0')
        return false;
    if (digits[0] == '0' && digits[1] != '\0')
        return false;
    errno = 0;
    const long long value = strtoll(text, NULL, 10);
    if (errno == ERANGE)
        return false;
    *out = value;
    return true;
}

bool num_parse_real(const char *text, double *out)
{
    const char *p = text + (*text == '-' || *text == '+');
    const char *whole = p;

    p = skip_digits(p);
    bool any = p > whole;
    if (*p == '.') {
        const char *fraction = ++p;
        p = skip_digits(p);
        any = any || p > fraction;
    }
    if (!any)
        return false;
    if (*p == 'e' || *p == 'E') {
        p += 1 + (p[1] == '-' || p[1] == '+');
        const char *exponent = p;
        p = skip_digits(p);
        if (p == exponent)
            return false;
    }
    if (*p != '\0')
        return false;
    const double value = strtod(text, NULL);
    if (!isfinite(value))
        return false;
    *out = value;
    return true;
}
