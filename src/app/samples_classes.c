/*
 * samples_classes.c - has every class samples, and what do they count in
 * training?
 */
#include "app/samples.h"
#include "data/prepare.h"
#include "document/agree.h"

void samples_balance(const int64_t *counts, int64_t classes, double *weights)
{
    int64_t all = 0;

    for (int64_t k = 0; k < classes; k++)
        all += counts[k];
    for (int64_t k = 0; k < classes; k++)
        weights[k] = (double)all / ((double)classes * (double)counts[k]);
}

/* Every class has the weight that the document gives it. */
static enum status look_up(double *to, const struct experiment *x,
                           const struct target *classes, struct err *e)
{
    const struct real_map_or_word *w = &x->train.class_weights;
    const struct target asked = {TARGET_CLASS, w->count, w->keys};
    const enum status s = agree_weights(x, classes, "the data", e);

    for (int64_t k = 0; s == OK && k < classes->width; k++)
        to[k] = w->at[target_find(&asked, classes->names[k], k)];
    return s;
}

static enum status weigh(struct samples *s, const struct experiment *x,
                         const int64_t *counts, struct err *e)
{
    const struct real_map_or_word *w = &x->train.class_weights;
    const struct target *t = &s->facts.target;

    s->class_weights = NULL;
    if (!x->has_train || t->kind != TARGET_CLASS || (!w->word && w->count == 0))
        return OK;
    double *to = arena_take(&s->arena, (size_t)t->width, sizeof *to);
    if (!to)
        return err_memory(e, "preparing the samples");
    s->class_weights = to;
    if (!w->word)
        return look_up(to, x, t, e);
    samples_balance(counts, t->width, to);
    return OK;
}

/* A label that all samples have, or none, can only be learnt by heart. */
static void warn_of_labels(struct samples *s)
{
    const struct target *t = &s->facts.target;
    const struct subset *p = &s->train_part;
    char room[TARGET_NAME_BYTES];

    for (int64_t k = 0; t->kind == TARGET_LABELS && k < t->width; k++) {
        int64_t count = 0;
        for (int64_t i = 0; i < p->count; i++)
            count += p->set->targets[p->ids[i] * t->width + k] > 0;
        if (count > 0 && count < p->count)
            continue;
        text_printf(&s->warnings, "%s sample to train on has label '",
                    count == 0 ? "no" : "every");
        text_shown(&s->warnings, target_name(t, k, room));
        text_puts(&s->warnings, "'\n");
    }
}

enum status samples_check_classes(struct samples *s, const struct experiment *x,
                                  struct err *e)
{
    const int64_t classes = target_classes(&s->facts.target);
    int64_t *counts = arena_take(&s->arena, (size_t)classes, sizeof *counts);

    if (!counts)
        return err_memory(e, "preparing the samples");
    if (s->train_part.count == 0)
        return tree_error(&x->tree, x->train_source.node, AT_KEY, NULL, e,
                          "no sample is left to train on");
    part_count_classes(&s->train_part, counts);
    for (int64_t k = 0; k < classes; k++)
        if (counts[k] == 0)
            return tree_error(&x->tree, x->train_source.node, AT_KEY, NULL, e,
                              "class '%s' has no sample left to train on",
                              s->facts.target.names[k]);
    warn_of_labels(s);
    const enum status weighed = weigh(s, x, counts, e);
    if (classes == 0 || s->valid_part.count == 0 || weighed != OK)
        return weighed;
    part_count_classes(&s->valid_part, counts);
    target_list(&s->warnings, "no sample to validate with", &s->facts.target,
                counts, false);
    return s->warnings.failed ? err_memory(e, "preparing the samples") : OK;
}
