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
static void count_held_out(const struct dataset *d, int64_t count,
                           const struct split_config *c, int64_t *left)
{
    if (!c->stratify) {
        left[0] = held_out(count, c->eval_size);
        return;
    }
    for (int64_t i = 0; i < count; i++)
        left[d->labels[i]]++;
    for (int64_t k = 0; k < d->target.width; k++)
        left[k] = left[k] > 1 ? held_out(left[k], c->eval_size) : 0;
}

enum status split_build(const struct dataset *d, int64_t count,
                        const struct split_config *c, struct arena *arena,
                        struct split *out, struct err *e)
{
    const size_t n = (size_t)count;
    int64_t *left =
        mem_take((size_t)target_classes(&d->target) + 1, sizeof *left);
    int64_t *order = mem_take(n, sizeof *order);
    int64_t *train_ids = arena_take(arena, n, sizeof *train_ids);
    int64_t *valid_ids = arena_take(arena, n, sizeof *valid_ids);
    enum status s = OK;

    *out = (struct split){.train = {.set = d, .ids = train_ids},
                          .valid = {.set = d, .ids = valid_ids}};
    if (!left || !order || !train_ids || !valid_ids) {
        s = err_memory(e, "splitting the samples");
        goto out;
    }
    for (int64_t i = 0; i < count; i++)
        order[i] = i;
    if (c->shuffle)
        rng_permutation(rng_key(c->seed, "split"), count, order);
    count_held_out(d, count, c, left);
    for (int64_t i = 0; i < count; i++) {
        const int64_t id = order[i];
        const int32_t k = c->stratify ? d->labels[id] : 0;
        if (left[k] > 0) {
            left[k]--;
            valid_ids[out->valid.count++] = id;
        } else {
            train_ids[out->train.count++] = id;
        }
    }
out:
    mem_free(left);
    mem_free(order);
    return s;
}

void part_count_classes(const struct subset *p, int64_t *counts)
{
    memset(counts, 0, (size_t)target_classes(&p->set->target) * sizeof *counts);
    for (int64_t i = 0; p->set->labels && i < p->count; i++)
        counts[p->set->labels[p->ids[i]]]++;
}
