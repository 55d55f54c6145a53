/*
 * arrays_numbers.c - what the numbers of samples may be.
 */
#include <math.h>

#include "source/arrays.h"

enum status arrays_bad_number(const struct array *a, int64_t record,
                              const char *what, struct err *e)
{
    return err_add(e, ERR_DATA, input_name(&a->in), "sample %lld: %s",
                   (long long)record, what);
}

/* What is wrong with a number; NULL: nothing. */
static const char *fault_of_bool(unsigned char value)
{
    return value > 1 ? "a bool is neither 0 nor 1" : NULL;
}

static const char *fault_of_float(const struct arrays *p, float value)
{
    if (isfinite(value) || (isnan(value) && p->may_miss))
        return NULL;
    return isnan(value) ? "a number is NaN; data.missing fills such ones"
                        : "a number is no finite 32-bit float";
}

enum status arrays_check_numbers(const struct arrays *p, int64_t first,
                                 const void *numbers, int64_t count,
                                 struct err *e)
{
    const struct npy_header *h = &p->samples.is;
    const bool is_byte = element_is_byte(&h->element);
    const unsigned char *bytes = numbers;
    const float *reals = numbers;

    for (int64_t i = 0; (!is_byte || h->is_bool) && i < count; i++) {
        const char *fault =
            is_byte ? fault_of_bool(bytes[i]) : fault_of_float(p, reals[i]);
        if (fault)
            return arrays_bad_number(&p->samples, (first + i) / p->size, fault,
                                     e);
    }
    return OK;
}
