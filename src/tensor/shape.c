/*
 * shape.c - the extents of a tensor.
 */
#include "tensor/shape.h"

#include <stdio.h>

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

struct shape_text shape_text(struct shape s)
{
    struct shape_text t = {""};
    int used = 0;

    for (int64_t i = 0; i < s.axes; i++)
        used += snprintf(t.text + used, sizeof t.text - (size_t)used, "%s%lld",
                         i ? "x" : "", (long long)s.dim[i]);
    return t;
}
