/*
 * split.c - which samples train and which validate.
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "base/rng.h"
#include "data/split_groups.h"

/* Of the samples of a class, or of all, those that are held out: the ones from
 * `first` up to `end` in order; how many have been met. */
struct share {
    int64_t first, end, met;
};

int64_t split_share(int64_t count, double e)
{
    const double share = ceil((double)count * e - 1e-9);

    return share > 0 ? (int64_t)share : 0;
}

static struct share share_of(int64_t count, const struct split_config *c)
{
    if (c->folds == 0)
        return (struct share){.end = split_share(count, c->eval_size)};
    return (struct share){
        .first = num_ceil_div((c->fold - 1) * count, c->folds),
        .end = num_ceil_div(c->fold * count, c->folds),
    };
}

/* shares[k] - of class k (all samples are of class 0 unless stratified). */
static void find_shares(const struct subset *p, const struct split_config *c,
                        struct share *shares)
{
    const struct dataset *d = p->set;

    if (!c->stratify) {
        shares[0] = share_of(p->count, c);
        return;
    }
    for (int64_t i = 0; i < p->count; i++)
        shares[d->labels[p->ids[i]]].met++;
    for (int64_t k = 0; k < d->target.width; k++)
        shares[k] =
            shares[k].met > 1 ? share_of(shares[k].met, c) : (struct share){0};
}

enum status split_build(const struct subset *from, const struct split_config *c,
                        struct arena *arena, struct subset *train,
                        struct subset *valid, struct err *e)
{
    const struct subset all = *from;
    const struct dataset *d = all.set;
    const size_t n = (size_t)all.count;
    struct share *shares = arena_take(
        arena, (size_t)target_classes(&d->target) + 1, sizeof *shares);
    int64_t *train_ids = arena_take(arena, n, sizeof *train_ids);
    int64_t *valid_ids = arena_take(arena, n, sizeof *valid_ids);

    /* The order stands where validating samples go, which are never more than
     * have been looked at. */
    int64_t *order = valid_ids;

    *train = (struct subset){.set = d, .ids = train_ids};
    *valid = (struct subset){.set = d, .ids = valid_ids};
    if (!shares || !train_ids || !valid_ids)
        return err_memory(e, "splitting the samples");
    if (c->way != SPLIT_SAMPLES) {
        /* The parts stand where the ids of samples that train go. */
        const enum status s = split_cells(&all, c, train_ids, e);
        for (int64_t i = 0; s == OK && i < all.count; i++) {
            const bool held = train_ids[i] == num_max(c->fold, 1);
            if (held)
                valid_ids[valid->count++] = all.ids[i];
            else
                train_ids[train->count++] = all.ids[i];
        }
        return s;
    }
    for (int64_t i = 0; i < all.count; i++)
        order[i] = i;
    if (c->shuffle && (c->folds > 0 || c->eval_size > 0))
        rng_permutation(rng_key(c->seed, c->test ? "test" : "split"), all.count,
                        order);
    find_shares(&all, c, shares);
    for (int64_t i = 0; i < all.count; i++) {
        const int64_t id = all.ids[order[i]];
        struct share *of = &shares[c->stratify ? d->labels[id] : 0];
        const int64_t at = of->met++;
        if (at >= of->first && at < of->end)
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

/* How many of each class, given how many there are, and the classes in the
 * order of their turns.  Those that have no more leave their place. */
static void take_turns(int64_t count, const int64_t *have, int64_t *turns,
                       int64_t classes, int64_t *take)
{
    while (count > 0) {
        int64_t left = 0;
        for (int64_t i = 0; i < classes && count > 0; i++, count--)
            if (++take[turns[i]] < have[turns[i]])
                turns[left++] = turns[i];
        classes = left;
    }
}

enum status part_in_turn(const struct dataset *d, int64_t count, int64_t *ids,
                         struct err *e)
{
    const size_t width = (size_t)d->target.width;
    struct arena arena = {0};
    int64_t *have = arena_take(&arena, width, sizeof *have);
    int64_t *turns = arena_take(&arena, width, sizeof *turns);
    int64_t *take = arena_take(&arena, width, sizeof *take);
    int64_t classes = 0, kept = 0;
    const enum status s = arena_check(&arena, e, "preparing the samples");

    for (int64_t i = 0; s == OK && i < d->count; i++)
        have[d->labels[i]]++;
    for (int64_t k = 0; s == OK && k < d->target.width; k++)
        if (have[k] > 0)
            turns[classes++] = k;
    if (s == OK)
        take_turns(count, have, turns, classes, take);
    for (int64_t i = 0; s == OK && i < d->count; i++)
        if (take[d->labels[i]]-- > 0)
            ids[kept++] = i;
    arena_free(&arena);
    return s;
}
