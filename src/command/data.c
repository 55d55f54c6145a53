/*
 * data.c - facts about samples.
 */
#include <math.h>

#include "cli/data_options.h"
#include "cli/say.h"
#include "data/prepare.h"

struct stats_options {
    struct data_options data;
};

static const struct option stats_options[] = {
    DATA_OPTIONS(stats_options),
    {0},
};

/* What `data stats` says. */
struct stats {
    const struct subset *part;
    int64_t *counts; /* [classes] samples of each, or that have each label */
    double mean, std;
};

static enum status collect(struct stats *s, const struct call *call,
                           const struct subset *p, struct err *e)
{
    const struct dataset *d = p->set;

    *s = (struct stats){.part = p, .mean = (double)NAN, .std = (double)NAN};
    const int64_t width = d->target.width;
    s->counts = arena_take(call->arena, (size_t)width, sizeof *s->counts);
    if (!s->counts)
        return err_memory(e, "counting the samples");
    for (int64_t i = 0; d->labels && i < p->count; i++)
        s->counts[d->labels[p->ids[i]]]++;
    for (int64_t i = 0; dataset_has_labels(d) && i < p->count * width; i++)
        s->counts[i % width] +=
            d->targets[p->ids[i / width] * width + i % width] > 0;
    return p->count > 0 ? subset_moments(p, 1, &s->mean, &s->std, e) : OK;
}

static enum status print_stats_json(const struct call *call,
                                    const struct stats *s, struct err *e)
{
    const struct dataset *d = s->part->set;
    struct json_writer w = {0};
    char room[TARGET_NAME_BYTES];

    json_begin_map(&w, NULL);
    json_put_int(&w, "samples", s->part->count);
    json_put_shape(&w, "shape", d->shape);
    json_begin_map(&w, "classes");
    for (int64_t i = 0; i < target_classes(&d->target); i++)
        json_put_int(&w, d->target.names[i], s->counts[i]);
    json_end(&w);
    if (dataset_has_labels(d)) {
        json_begin_map(&w, "labels");
        for (int64_t i = 0; i < d->target.width; i++)
            json_put_int(&w, dataset_label_name(d, i, room), s->counts[i]);
        json_end(&w);
    } else if (!d->labels) {
        json_put_int(&w, "targets", d->target.width);
    }
    json_put_real(&w, "mean", s->mean);
    json_put_real(&w, "std", s->std);
    json_end(&w);
    return print_json(call, &w, e);
}

static void print_stats(const struct call *call, const struct stats *s)
{
    const struct dataset *d = s->part->set;
    const bool labels = dataset_has_labels(d), counted = labels || d->labels;
    struct table t = TABLE(2, labels ? "label" : "class", "samples");
    struct text text = {0};
    char room[TARGET_NAME_BYTES];

    text_printf(
        &text, "samples  %lld\nshape    %s\nmean     %.9g\nstd      %.9g\n",
        (long long)s->part->count, shape_text(d->shape).text, s->mean, s->std);
    if (counted)
        text_puts(&text, "\n");
    else
        text_printf(&text, "targets  %lld%s\n", (long long)d->target.width,
                    d->target.kind == TARGET_INPUTS ? ", the inputs" : "");
    out_text(call->out, &text);
    for (int64_t i = 0; counted && i < d->target.width; i++) {
        table_put(&t, "%s",
                  labels ? dataset_label_name(d, i, room) : d->target.names[i]);
        table_put(&t, "%lld", (long long)s->counts[i]);
    }
    if (counted)
        print_table(call, &t);
}

static enum status run_stats(const struct call *call, struct err *e)
{
    const struct stats_options *o = call->options;
    const struct labelled_request r = {.options = &o->data,
                                       .config = call->words[0]};
    struct labelled l;
    struct stats stats;
    enum status s = labelled_open(&l, call, &r, e);

    if (s == OK)
        s = collect(&stats, call, &l.samples.part, e);
    if (s == OK && call->global.json)
        s = print_stats_json(call, &stats, e);
    else if (s == OK)
        print_stats(call, &stats);
    labelled_close(&l);
    return s;
}

const struct command cmd_data_stats = {
    .name = "data stats",
    .operands = "[CONFIG]",
    .doc = "Show count, shape, classes, mean and standard deviation of the "
           "samples.",
    .examples = "  cnnctl data stats mnist.yaml\n"
                "  cnnctl data stats --json --csv train.csv.gz\n",
    OPTIONS(stats_options),
    .takes_set = true,
    .takes_json = true,
    .run = run_stats,
};
