/*
 * order.c - a permutation for every epoch.
 */
#include "train/order.h"

#include <stdio.h>
#include <string.h>

#include "base/rng.h"

void order_epoch(int64_t *order, const struct subset *train, bool shuffle,
                 uint64_t seed, int64_t epoch)
{
    char purpose[48];

    if (!shuffle) {
        memcpy(order, train->ids, (size_t)train->count * sizeof *order);
        return;
    }
    snprintf(purpose, sizeof purpose, "shuffle/%lld", (long long)epoch);
    rng_permutation(rng_key(seed, purpose), train->count, order);
    for (int64_t i = 0; i < train->count; i++)
        order[i] = train->ids[order[i]];
}
