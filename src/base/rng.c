/*
 * rng.c - Philox4x32-10 and what is made of it.
 */
#include "base/rng.h"

#include <math.h>

#include "base/compiler.h"

/* FNV-1a over the purpose, then a 64-bit finaliser over both (the constants are
 * those of splitmix64), so that near seeds give unrelated keys. */
static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

struct rng_key rng_key(uint64_t seed, const char *purpose)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (const unsigned char *p = (const unsigned char *)purpose; *p; p++)
        hash = (hash ^ *p) * UINT64_C(0x100000001b3);
    hash = mix(mix(seed + UINT64_C(0x9e3779b97f4a7c15)) ^ hash);
    return (struct rng_key){{(uint32_t)hash, (uint32_t)(hash >> 32)}};
}

/* The ten rounds on `count` columns of words: loops of constant length that the
 * compiler turns into vectors. */
INLINE void rounds(struct rng_key key, int count, uint32_t *x[4], uint64_t *a,
                   uint64_t *b)
{
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < count; i++)
            a[i] = UINT64_C(0xd2511f53) * x[0][i];
        for (int i = 0; i < count; i++)
            b[i] = UINT64_C(0xcd9e8d57) * x[2][i];
        for (int i = 0; i < count; i++) {
            x[0][i] = (uint32_t)(b[i] >> 32) ^ x[1][i] ^ key.word[0];
            x[1][i] = (uint32_t)b[i];
            x[2][i] = (uint32_t)(a[i] >> 32) ^ x[3][i] ^ key.word[1];
            x[3][i] = (uint32_t)a[i];
        }
        key.word[0] += 0x9e3779b9U;
        key.word[1] += 0xbb67ae85U;
    }
}

struct rng_block rng_block(struct rng_key key, struct rng_counter c)
{
    uint32_t *x[4] = {&c.word[0], &c.word[1], &c.word[2], &c.word[3]};
    uint64_t a, b;

    rounds(key, 1, x, &a, &b);
    return (struct rng_block){{c.word[0], c.word[1], c.word[2], c.word[3]}};
}

HOT_CLONES
void rng_batch(struct rng_key key, struct rng_counter first,
               uint32_t out[4][RNG_BATCH])
{
    uint32_t *x[4] = {out[0], out[1], out[2], out[3]};
    uint64_t a[RNG_BATCH], b[RNG_BATCH];

    for (uint32_t i = 0; i < RNG_BATCH; i++) {
        out[0][i] = first.word[0] + i;
        out[1][i] = first.word[1];
        out[2][i] = first.word[2];
        out[3][i] = first.word[3];
    }
    rounds(key, RNG_BATCH, x, a, b);
}

static struct rng_block block_at(struct rng_key key, uint64_t index)
{
    const struct rng_counter c = {
        {(uint32_t)index, (uint32_t)(index >> 32), 0, 0}};

    return rng_block(key, c);
}

static double unit_of(uint32_t low, uint32_t high)
{
    const uint64_t bits = (uint64_t)high << 32 | low;

    return (double)(bits >> 11) * 0x1p-53;
}

double rng_unit(struct rng_key key, uint64_t index)
{
    const struct rng_block b = block_at(key, index / 2);
    const int half = (int)(index % 2) * 2;

    return unit_of(b.word[half], b.word[half + 1]);
}

double rng_normal(struct rng_key key, uint64_t index)
{
    const double pi = 3.14159265358979323846;
    const struct rng_block b = block_at(key, index);
    /* 1 - u lies in (0, 1], so the logarithm is finite. */
    const double radius = sqrt(-2.0 * log(1.0 - unit_of(b.word[0], b.word[1])));

    return radius * cos(2.0 * pi * unit_of(b.word[2], b.word[3]));
}

uint64_t rng_below(struct rng_key key, uint64_t index, uint64_t bound)
{
    const struct rng_block b = block_at(key, index);
    const uint64_t bits = (uint64_t)b.word[1] << 32 | b.word[0];

    return (uint64_t)(((__extension__(unsigned __int128) bits) * bound) >> 64);
}

void rng_permutation(struct rng_key key, int64_t count, int64_t *order)
{
    for (int64_t i = 0; i < count; i++) {
        const int64_t j = (int64_t)rng_below(key, (uint64_t)i, (uint64_t)i + 1);
        order[i] = order[j];
        order[j] = i;
    }
}
