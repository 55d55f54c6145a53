/*
 * scores.c - shares of samples, collected.
 */
#include "train/scores.h"

static void collect(const struct exchange *x, void *numbers, int64_t count,
                    size_t size)
{
    if (numbers)
        x->ops->collect(x, numbers, count, size);
}

enum status scores_of(const struct exchange *x, struct infer *f,
                      const struct subset *part, const struct scoring *with,
                      const struct score_room *to, struct err *e)
{
    const struct share own = x->ops->share(x, part->count);
    const struct subset mine = {part->set, part->ids + own.first, own.count};
    const int64_t at = own.first * to->width;
    const size_t width = (size_t)to->width;

    if (to->inputs)
        infer_take_targets(f, to->inputs + at);
    const enum status s = exchange_agree(
        x, infer_scores(f, &mine, with, to->scores + own.first,
                        to->outputs ? to->outputs + at : NULL, e));
    if (s != OK)
        return s;
    collect(x, to->scores, part->count, sizeof *to->scores);
    collect(x, to->inputs, part->count, width * sizeof *to->inputs);
    collect(x, to->outputs, part->count, width * sizeof *to->outputs);
    return OK;
}
