/*
 * split.c - which samples train and which validate.
 */
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "data/prepare.h"

/* How many of `count` samples validate.  For e = 1/k that is ceil(count / k):
 * the small number takes back what rounding may have added to count * e. */
static int64_t held_out(int64_t count, double e)
{
    const double share = ceil((double)count * e - 1e-9);

    return share > 0 ? (int64_t)share : 0;
}

/* left[k] - how many more of class k validate (all samples are of class 0
 * unless stratified). */
static void count_held_out(const struct subset *p, const struct split_config *c,
                           int64_t *left)
{
    const struct dataset *d = p->set;

    if (!c->stratify) {
        left[0] = held_out(p->count, c->eval_size);
        return;
    }
    for (int64_t i = 0; i < p->count; i++)
        left[d->labels[p->ids[i]]]++;
    for (int64_t k = 0; k < d->target.width; k++)
        left[k] = left[k] > 1 ? held_out(left[k], c->eval_size) : 0;
}

enum status split_build(const struct subset *from, const struct split_config *c,
                        struct arena *arena, struct subset *train,
                        struct subset *valid, struct err *e)
{
    const struct subset all = *from;
    const struct dataset *d = all.set;
    const size_t n = (size_t)all.count;
    int64_t *left =
        arena_take(arena, (size_t)target_classes(&d->target) + 1, sizeof *left);
    int64_t *train_ids = arena_take(arena, n, sizeof *train_ids);
    int64_t *valid_ids = arena_take(arena, n, sizeof *valid_ids);

    /* The order stands where validating samples go, which are never more than
     * have been looked at. */
    int64_t *order = valid_ids;

    *train = (struct subset){.set = d, .ids = train_ids};
    *valid = (struct subset){.set = d, .ids = valid_ids};
    if (!left || !train_ids || !valid_ids)
        return err_memory(e, "splitting the samples");
    for (int64_t i = 0; i < all.count; i++)
        order[i] = i;
    if (c->shuffle && c->eval_size > 0)
        rng_permutation(rng_key(c->seed, c->test ? "test" : "split"), all.count,
                        order);
    count_held_out(&all, c, left);
    for (int64_t i = 0; i < all.count; i++) {
        const int64_t id = all.ids[order[i]];
        const int32_t k = c->stratify ? d->labels[id] : 0;
        if (left[k]-- > 0)
            valid_ids[valid->count++] = id;
        else
            train_ids[train->count++] = id;
    }
    return OK;
}

void part_count_classes(const struct subset *p, int64_t *counts)
{
    memset(counts, 0, (size_t)target_classes(&p->set->target) * sizeof *counts);
    for (int64_t i = 0; p->set->labels && i < p->count; i++)
        counts[p->set->labels[p->ids[i]]]++;
}
