/*
 * draw.h - random words of a sample: functions of the layer's key, the sample's
 * number, the epoch and the word's place alone.
 *
 * They are drawn RNG_BATCH blocks at a time: first words 0 of all these blocks,
 * then words 1, 2 and 3.
 *
 * Private to layer/.
 */
#pragma once

#include "layer/layer.h"

enum { DRAW_WORDS = 4 * RNG_BATCH };

/* Where the words of a sample stand. */
struct draw {
    struct rng_key key;
    struct rng_counter next;
};

/* draw_begin - of sample n of a call. */
static inline struct draw draw_begin(const struct pass *p, int64_t n)
{
    const uint64_t sample = (uint64_t)p->samples[n];

    return (struct draw){
        p->rng,
        {{0, (uint32_t)sample, (uint32_t)(sample >> 32), (uint32_t)p->epoch}}};
}

/* draw_words - the next DRAW_WORDS of them. */
static inline void draw_words(struct draw *d, uint32_t word[DRAW_WORDS])
{
    rng_batch(d->key, d->next, (void *)word);
    d->next.word[0] += RNG_BATCH;
}
