/*
 * export_bytes.c - a model in integers, and how well they do.
 */
#include "command/export_bytes.h"

#include <string.h>

#include "base/num.h"
#include "cli/say.h"

enum { CALIBRATION = 1024 }; /* samples at most */

static enum status open_samples(struct export_bytes *b, const struct call *call,
                                const char *config, const struct network *net,
                                struct err *e)
{
    const struct data_options options = {.split = "train"};
    const struct labelled_request request = {
        .options = &options, .config = config, .model = net->model};
    const enum status s = labelled_open(&b->samples, call, &request, e);

    return s == OK ? labelled_compare(&b->samples, call, net->model, e) : s;
}

/* Equally far apart over the whole part, which may be sorted by class. */
static enum status calibrate(struct export_bytes *b, const struct network *net,
                             struct pool *pool, struct err *e)
{
    const struct subset *all = &b->samples.samples.part;
    const int64_t count = num_min(CALIBRATION, all->count);
    int64_t *ids = arena_take(&b->arena, (size_t)count, sizeof *ids);
    struct byte_ranges ranges;

    if (!ids)
        return err_memory(e, "calibrating");
    for (int64_t i = 0; i < count; i++)
        ids[i] = all->ids[i * all->count / count];
    const struct subset some = {all->set, ids, count};
    const enum status s = bytes_ranges(net, &some, pool, &b->arena, &ranges, e);
    return s == OK ? bytes_new(&b->network, net, &ranges, e) : s;
}

/* The verification samples. */
static enum status answer(struct export_bytes *b, const struct network *net,
                          struct pool *pool, struct err *e)
{
    const size_t count = REFERENCE_SAMPLES * (size_t)net->inputs;
    real *x = arena_take(&b->arena, count, sizeof *x);

    b->answers = arena_take(&b->arena, REFERENCE_SAMPLES * (size_t)net->outputs,
                            sizeof(real));
    if (!x || !b->answers)
        return err_memory(e, "computing with integers");
    memcpy(x, net->raw, count * sizeof *x);
    batch_normalize(&net->model->norm, net->inputs, REFERENCE_SAMPLES, x);
    return bytes_answers(&b->network, REFERENCE_SAMPLES, x, pool, b->answers,
                         e);
}

static enum status compare(struct export_bytes *b, const struct call *call,
                           struct pool *pool, struct err *e)
{
    const struct subset *part = &b->samples.samples.valid_part;
    struct byte_accuracy found;

    if (b->network.net->model->target.kind != TARGET_CLASS) {
        note(call, "it is no model of classes: what integers cost is not "
                   "measured");
        return OK;
    }
    if (part->count == 0) {
        note(call, "there is no validation part: what integers cost is not "
                   "measured");
        return OK;
    }
    const enum status s = bytes_compare(&b->network, part, pool, &found, e);
    if (s != OK)
        return s;
    const double samples = (double)found.samples;
    out_printf(call->out,
               "validation part, %s: accuracy %.5f as it is, %.5f "
               "in integers, %+.5f\n",
               counted(found.samples, "sample").text,
               (double)found.floats / samples, (double)found.integers / samples,
               (double)(found.integers - found.floats) / samples);
    return OK;
}

enum status export_bytes_open(struct export_bytes *b, const struct call *call,
                              const char *config, const struct network *net,
                              struct pool *pool, struct err *e)
{
    enum status s = open_samples(b, call, config, net, e);

    if (s == OK)
        s = calibrate(b, net, pool, e);
    if (s == OK)
        s = answer(b, net, pool, e);
    return s == OK ? compare(b, call, pool, e) : s;
}

void export_bytes_close(struct export_bytes *b)
{
    bytes_free(&b->network);
    arena_free(&b->arena);
    labelled_close(&b->samples);
}
