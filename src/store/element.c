/*
 * element.c - numbers of other widths as floats.
 */
#include <math.h>
#include <string.h>

#include "base/compiler.h"
#include "store/header.h"

static float decode_f32(const unsigned char *at)
{
    float value;

    memcpy(&value, at, sizeof value);
    return value;
}

static float decode_f64(const unsigned char *at)
{
    double value;

    memcpy(&value, at, sizeof value);
    return (float)value;
}

/* The upper half of a float. */
static float decode_bf16(const unsigned char *at)
{
    const unsigned char bytes[] = {0, 0, at[0], at[1]};

    return decode_f32(bytes);
}

/* IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. */
static float decode_f16(const unsigned char *at)
{
    const int exponent = at[1] >> 2 & 31, fraction = (at[1] & 3) << 8 | at[0];
    float value;

    if (exponent == 31)
        value = fraction ? NAN : INFINITY;
    else if (exponent == 0)
        value = ldexpf((float)fraction, -24);
    else
        value = ldexpf((float)(fraction + 1024), exponent - 25);
    return at[1] & 0x80 ? -value : value;
}

static const struct element elements[] = {
    {"F32", 4, decode_f32}, {"F16", 2, decode_f16}, {"BF16", 2, decode_bf16},
    {"F64", 8, decode_f64}, {"I64", 8, NULL},       {"I32", 4, NULL},
    {"I16", 2, NULL},       {"I8", 1, NULL},        {"U64", 8, NULL},
    {"U32", 4, NULL},       {"U16", 2, NULL},       {"U8", 1, NULL},
    {"BOOL", 1, NULL},
};

const struct element *element_of(const char *dtype)
{
    for (size_t i = 0; i < ARRAY_LEN(elements); i++)
        if (strcmp(elements[i].dtype, dtype) == 0)
            return &elements[i];
    return NULL;
}
