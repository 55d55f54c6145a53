/*
 * rates.c - counts the samples that an epoch has.
 */
#include "app/rates.h"

#include "app/samples.h"
#include "app/sources.h"
#include "base/num.h"

/* Of a CONFIG. */
static enum status count_read(const struct experiment *x, int64_t *count,
                              struct err *e)
{
    struct samples_survey found = {0};
    enum status s = sources_preflight(x, NULL, e);

    if (s == OK)
        s = samples_count(x, &found, e);
    *count = found.train_count;
    return s;
}

static enum status count_stored(const struct model *m, int64_t *count,
                                struct err *e)
{
    const char *name = m->experiment.tree.name;
    struct json *cut;
    enum status s = stored_json(&m->stored, "split", name, &cut, e);

    if (s != OK)
        return s;
    if (!json_int_of(json_member(cut, "train"), count) || *count < 1)
        s = err_add(e, ERR_DATA, name,
                    "metadata split has no count of training samples");
    json_free(cut);
    return s;
}

enum status rates_of(const struct experiment *x, const struct model *m,
                     struct schedule *out, struct err *e)
{
    int64_t count = 0;

    if (!x->has_train || (!m && !x->train_source.kind))
        return err_add(e, ERR_CONFIG, x->tree.name,
                       "a schedule is of train and the number of samples in "
                       "data.train: %s is missing",
                       x->has_train ? "data.train" : "train");
    const enum status s =
        m ? count_stored(m, &count, e) : count_read(x, &count, e);
    if (s != OK)
        return s;
    *out = experiment_fit_config(x).watch.schedule;
    out->epoch_updates = num_ceil_div(count, x->train.batch_size);
    return OK;
}
