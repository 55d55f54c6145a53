/*
 * element.c - from bytes of a file to numbers.
 */
#include "codec/element.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static uint64_t bits_of(const struct element *t, const unsigned char *from)
{
    uint64_t bits = 0;

    for (size_t i = 0; i < t->size; i++)
        bits = bits << 8 | from[t->big ? i : t->size - 1 - i];
    return bits;
}

static int64_t integer_of(const struct element *t, uint64_t bits)
{
    const size_t spare = 64 - 8 * t->size;

    return (int64_t)(bits << spare) >> spare;
}

static float real_of(const struct element *t, uint64_t bits)
{
    const uint32_t low = (uint32_t)bits;
    float single;
    double wide;

    if (t->size == sizeof wide) {
        memcpy(&wide, &bits, sizeof wide);
        return (float)wide;
    }
    memcpy(&single, &low, sizeof single);
    return single;
}

/* Are these floats as this machine has them? */
static bool is_native(const struct element *t)
{
    return t->kind == ELEMENT_REAL && t->size == sizeof(float) &&
           t->big == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
}

void element_floats(const struct element *t, const unsigned char *from,
                    int64_t count, float *to)
{
    if (is_native(t)) {
        memcpy(to, from, (size_t)count * sizeof *to);
        return;
    }
    for (int64_t i = 0; i < count; i++, from += t->size) {
        const uint64_t bits = bits_of(t, from);
        switch (t->kind) {
        case ELEMENT_UNSIGNED:
            to[i] = (float)bits;
            break;
        case ELEMENT_SIGNED:
            to[i] = (float)integer_of(t, bits);
            break;
        case ELEMENT_REAL:
            to[i] = real_of(t, bits);
            break;
        }
    }
}

size_t element_decimal(const struct element *t, const unsigned char *from,
                       char to[ELEMENT_DECIMAL_BYTES])
{
    const uint64_t bits = bits_of(t, from);

    return (
        size_t)(t->kind == ELEMENT_SIGNED
                    ? snprintf(to, ELEMENT_DECIMAL_BYTES, "%" PRId64,
                               integer_of(t, bits))
                    : snprintf(to, ELEMENT_DECIMAL_BYTES, "%" PRIu64, bits));
}
