/* Through layout_plane alone. */
#include "support/blocked.h"

#include <string.h>

#include "support/naive_conv.h"

real *blocked_room(const struct layout *l, int64_t samples)
{
    return take_reals(samples * layout_reals(l));
}

real *blocked_copy(const struct layout *l, int64_t samples, const real *plain)
{
    real *to = blocked_room(l, samples);

    for (int64_t n = 0; n < samples; n++)
        for (int64_t c = 0; c < l->channels; c++) {
            const struct plane_at at = layout_plane(l, c);
            real *plane = to + n * layout_reals(l) + at.first;
            for (int64_t i = 0; i < l->pixels; i++)
                plane[i * at.step] = *plain++;
        }
    return to;
}

real *plain_copy(const struct layout *l, int64_t samples, const real *blocked,
                 int64_t *dirty)
{
    const int64_t row = layout_reals(l);
    const int64_t all = row / l->pixels;
    real *to = take_reals(samples * l->channels * l->pixels), *next = to;

    *dirty = 0;
    for (int64_t n = 0; n < samples; n++)
        for (int64_t c = 0; c < all; c++) {
            const struct plane_at at = layout_plane(l, c);
            const real *plane = blocked + n * row + at.first;
            for (int64_t i = 0; i < l->pixels; i++)
                if (c < l->channels)
                    *next++ = plane[i * at.step];
                else
                    *dirty += plane[i * at.step] != 0;
        }
    return to;
}
