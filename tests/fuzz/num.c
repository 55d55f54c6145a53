/*
 * num.c - numbers: what is read prints as something that reads the same.
 */
#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char text[512], printed[64];
    int64_t integer, integer_again;
    double real, real_again;

    if (length >= sizeof text)
        return 0;
    memcpy(text, bytes, length);
    text[length] = '\0';
    if (num_parse_int(text, &integer)) {
        snprintf(printed, sizeof printed, "%lld", (long long)integer);
        fuzz_require(num_parse_int(printed, &integer_again) &&
                         integer == integer_again,
                     "an integer reads back as itself");
        fuzz_require(integer == strtoll(text, NULL, 10),
                     "an integer is what libc says");
    }
    if (num_parse_real(text, &real)) {
        snprintf(printed, sizeof printed, "%.17g", real);
        fuzz_require(isfinite(real), "a number is finite");
        fuzz_require(num_parse_real(printed, &real_again) &&
                         memcmp(&real, &real_again, sizeof real) == 0,
                     "a number reads back as itself");
    }
    return 0;
}
