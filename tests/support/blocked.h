/*
 * blocked.h - images from one layout to the other, number by number.
 */
#pragma once

#include "tensor/blocked.h"

/* blocked_copy - of plain images [samples, C, pixels]; lanes beyond C are NaN:
 * nobody may rely on them. */
real *blocked_copy(const struct layout *l, int64_t samples, const real *plain);

/* blocked_room - as large, all NaN. */
real *blocked_room(const struct layout *l, int64_t samples);

/* plain_copy - back; *dirty becomes how many lanes beyond C are not zero. */
real *plain_copy(const struct layout *l, int64_t samples, const real *blocked,
                 int64_t *dirty);
