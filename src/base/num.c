/*
 * num.c - checked arithmetic and strict number parsing.
 */
#include "base/num.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool num_mul(int64_t a, int64_t b, int64_t *out)
{
    return !__builtin_mul_overflow(a, b, out);
}

bool num_add(int64_t a, int64_t b, int64_t *out)
{
    return !__builtin_add_overflow(a, b, out);
}

bool num_parse_int(const char *text, int64_t *out)
{
    const char *digits = text + (*text == '-' || *text == '+');
    const size_t count = strspn(digits, "0123456789");

    if (count == 0 || digits[count] != '\0' || (*digits == '0' && count > 1))
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
    char *end;
    const double value = strtod(text, &end);

    /* Of what strtod takes, words, hexadecimal and blanks are left out. */
    if (end == text || *end != '\0' || !isfinite(value) ||
        text[strspn(text, "0123456789+-.eE")] != '\0')
        return false;
    *out = value;
    return true;
}
