/*
 * shown_options.c - samples from an index on, perhaps augmented.
 */
#include "cli/shown_options.h"

#include <string.h>

#include "base/num.h"
#include "cli/say.h"

/* The samples that training has are meant. */
static enum status check_augmented(const struct call *call,
                                   const struct data_options *data,
                                   const struct shown_options *o, struct err *e)
{
    if (o->epoch > 0 && !o->augmented)
        return usage_error(e, call, "--epoch: needs --augmented");
    if (o->augmented && !call->words[0])
        return usage_error(e, call, "--augmented: needs a CONFIG");
    if (o->augmented && data->split && strcmp(data->split, "train") != 0)
        return usage_error(e, call,
                           "--augmented: is of the training samples, not of "
                           "--split %s",
                           data->split);
    return OK;
}

static enum status choose(struct shown *w, const struct call *call,
                          const struct shown_options *o, int64_t usual,
                          struct err *e)
{
    const struct experiment *x = &w->labelled.experiment;
    const int64_t count = w->labelled.samples.part.count;

    if (o->index >= count)
        return usage_error(e, call, "--index: %lld, there %s %s",
                           (long long)o->index, count == 1 ? "is" : "are",
                           counted(count, "sample").text);
    if (o->augmented && x->data.augment.count == 0)
        return err_add(e, ERR_CONFIG, x->tree.name,
                       "data.augment: is missing, nothing is augmented");
    w->first = o->index;
    w->count = num_min(o->count > 0 ? o->count : usual, count - o->index);
    w->augmented = o->augmented;
    w->epoch = o->epoch > 0 ? (uint64_t)o->epoch : 1;
    if (o->augmented)
        w->fit = facts_fit_config(&w->labelled.samples.facts, x);
    return OK;
}

enum status shown_open(struct shown *w, const struct call *call,
                       const struct data_options *data,
                       const struct shown_options *o, int64_t usual,
                       struct err *e)
{
    struct data_options of = *data;
    const struct labelled_request r = {.options = &of,
                                       .config = call->words[0]};
    enum status s = check_augmented(call, data, o, e);

    *w = (struct shown){0};
    if (o->augmented)
        of.split = "train";
    if (s == OK)
        s = labelled_open(&w->labelled, call, &r, e);
    return s == OK ? choose(w, call, o, usual, e) : s;
}

void shown_close(struct shown *w)
{
    labelled_close(&w->labelled);
}
