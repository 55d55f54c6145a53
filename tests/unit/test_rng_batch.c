/* rng_batch is rng_block, many at a time. */
#include <criterion/criterion.h>

#include "base/rng.h"

Test(rng_batch, agrees_with_single_blocks)
{
    const struct rng_key key = rng_key(42, "test");
    /* The first word wraps within the batch. */
    const struct rng_counter first = {{UINT32_MAX - 20, 1, 2, 3}};
    uint32_t out[4][RNG_BATCH];

    rng_batch(key, first, out);
    for (uint32_t i = 0; i < RNG_BATCH; i++) {
        struct rng_counter c = first;
        c.word[0] += i;
        const struct rng_block want = rng_block(key, c);
        for (int j = 0; j < 4; j++)
            cr_assert_eq(out[j][i], want.word[j], "block %u word %d", i, j);
    }
}
