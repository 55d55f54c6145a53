/*
 * element.h - numbers as arrays in files hold them: type, width, byte order.
 *
 * What a format calls its types is its own business; which of them may stand
 * where is that of readers.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct element {
    enum {
        ELEMENT_UNSIGNED,
        ELEMENT_SIGNED, /* two's complement */
        ELEMENT_REAL,   /* IEEE 754, of 4 or 8 bytes */
    } kind;
    size_t size; /* bytes: 1, 2, 4 or 8 */
    bool big;    /* the most significant byte first */
};

/* element_is_byte - an unsigned byte, which needs no conversion. */
static inline bool element_is_byte(const struct element *t)
{
    return t->kind == ELEMENT_UNSIGNED && t->size == 1;
}

/* element_floats - `count` numbers, each rounded once: to[count]; what is
 * beyond the range of float becomes infinite. */
void element_floats(const struct element *t, const unsigned char *from,
                    int64_t count, float *to);

enum { ELEMENT_DECIMAL_BYTES = 24 };

/* element_decimal - an integer in decimal; returns its length. */
size_t element_decimal(const struct element *t, const unsigned char *from,
                       char to[ELEMENT_DECIMAL_BYTES]);
