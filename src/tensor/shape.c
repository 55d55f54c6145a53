/*
 * shape.c - the extents of a tensor.
 */
#include "tensor/shape.h"

#include "base/num.h"

int64_t shape_count(struct shape s)
{
    int64_t count = 1;

    for (int64_t i = 0; i < s.axes; i++)
        count *= s.dim[i];
    return count;
}

bool shape_fits(struct shape s)
{
    int64_t count = INT64_C(1) << 23;

    for (int64_t i = 0; i < s.axes; i++)
        if (s.dim[i] < 1 || !num_mul(count, s.dim[i], &count))
            return false;
    return true;
}

bool shape_equal(struct shape a, struct shape b)
{
    if (a.axes != b.axes)
        return false;
    for (int64_t i = 0; i < a.axes; i++)
        if (a.dim[i] != b.dim[i])
            return false;
    return true;
}

void shape_print(struct text *t, struct shape s)
{
    for (int64_t i = 0; i < s.axes; i++)
        text_printf(t, "%s%lld", i ? "x" : "", (long long)s.dim[i]);
}
