/*
 * element.h - the types of numbers in safetensors files, a row each.
 */
#ifndef STORE_ELEMENT_H
#define STORE_ELEMENT_H

#include <stdint.h>

struct element {
    const char *dtype;
    int64_t bytes;
    /* The nearest float, an infinity beyond the range of floats; NULL: no type
     * that weights have. */
    float (*decode)(const unsigned char *at);
};

/* element_of - the row of a type; NULL: unknown. */
const struct element *element_of(const char *dtype);

#endif
