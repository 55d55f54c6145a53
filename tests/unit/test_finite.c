/* One bad number at every place of a run, in every kind. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>

#include "base/compiler.h"
#include "tensor/finite.h"

Test(finite, the_first_bad_number_is_found_at_every_place)
{
    static const real bad[] = {(real)NAN, (real)INFINITY, (real)-INFINITY};
    real x[200];

    for (int64_t count = 0; count <= 200; count++) {
        for (int64_t i = 0; i < count; i++)
            x[i] = i % 2 ? (real)FLT_MAX : (real)-FLT_MAX;
        cr_assert_eq(first_nonfinite(x, count), count, "count %ld: got %ld",
                     (long)count, (long)first_nonfinite(x, count));
        for (int64_t at = 0; at < count; at++) {
            const real kept = x[at];
            x[at] = bad[at % (int64_t)ARRAY_LEN(bad)];
            x[count - 1] = at == count - 1 ? x[at] : (real)NAN;
            cr_assert_eq(first_nonfinite(x, count), at,
                         "count %ld at %ld: got %ld", (long)count, (long)at,
                         (long)first_nonfinite(x, count));
            x[count - 1] = 0;
            x[at] = kept;
        }
    }
}
