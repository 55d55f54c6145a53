/*
 * data.c - facts about samples; one of them in the terminal.
 */
#include <math.h>
#include <stdlib.h>

#include "base/num.h"
#include "cli/say.h"
#include "command/data_options.h"
#include "data/prepare.h"
#include "term/picture.h"

struct stats_options {
    struct data_options data;
};

static const struct option stats_options[] = {
    DATA_OPTIONS(stats_options),
    {0},
};

struct show_options {
    struct data_options data;
    int64_t index;
};

static const struct option show_options[] = {
    DATA_OPTIONS(show_options),
    OPTION(show_options, index, "index", .argument = "I", .max = 9e15,
           .doc = "Which sample, from 0; default: the first."),
    {0},
};

static enum status open_samples(struct labelled *l, const struct call *call,
                                const struct data_options *o, struct err *e)
{
    const struct labelled_request r = {.options = o, .config = call->words[0]};

    return labelled_open(l, call, &r, e);
}

/* What `data stats` says. */
struct stats {
    const struct subset *part;
    int64_t *counts; /* [classes] */
    double mean, std;
};

static double pixel_at(const struct dataset *d, int64_t at)
{
    if (d->pixel == PIXEL_U8)
        return ((const unsigned char *)d->pixels)[at];
    return (double)((const float *)d->pixels)[at];
}

static enum status collect(struct stats *s, const struct call *call,
                           const struct subset *p, struct err *e)
{
    const struct dataset *d = p->set;

    *s = (struct stats){.part = p, .mean = (double)NAN, .std = (double)NAN};
    s->counts = arena_take(call->arena, (size_t)target_classes(&d->target),
                           sizeof *s->counts);
    if (!s->counts)
        return err_memory(e, "counting the samples");
    for (int64_t i = 0; d->labels && i < p->count; i++)
        s->counts[d->labels[p->ids[i]]]++;
    if (p->count > 0)
        subset_moments(p, 1, &s->mean, &s->std);
    return OK;
}

static enum status print_stats_json(const struct call *call,
                                    const struct stats *s, struct err *e)
{
    const struct dataset *d = s->part->set;
    struct json_writer w = {0};

    json_begin_map(&w, NULL);
    json_put_int(&w, "samples", s->part->count);
    json_put_shape(&w, "shape", d->shape);
    json_begin_map(&w, "classes");
    for (int64_t i = 0; i < target_classes(&d->target); i++)
        json_put_int(&w, d->target.names[i], s->counts[i]);
    json_end(&w);
    if (!d->labels)
        json_put_int(&w, "targets", target_numbers(&d->target));
    json_put_real(&w, "mean", s->mean);
    json_put_real(&w, "std", s->std);
    json_end(&w);
    return print_json(call, &w, e);
}

static void print_stats(const struct call *call, const struct stats *s)
{
    const struct dataset *d = s->part->set;
    struct table t = TABLE(2, "class", "samples");
    struct text text = {0};

    text_printf(
        &text, "samples  %lld\nshape    %s\nmean     %.9g\nstd      %.9g\n",
        (long long)s->part->count, shape_text(d->shape).text, s->mean, s->std);
    if (d->labels)
        text_puts(&text, "\n");
    else
        text_printf(&text, "targets  %lld\n",
                    (long long)target_numbers(&d->target));
    out_text(call->out, &text);
    for (int64_t i = 0; d->labels && i < target_classes(&d->target); i++) {
        table_put(&t, "%s", d->target.names[i]);
        table_put(&t, "%lld", (long long)s->counts[i]);
    }
    if (d->labels)
        print_table(call, &t);
}

static enum status run_stats(const struct call *call, struct err *e)
{
    const struct stats_options *o = call->options;
    struct labelled l;
    struct stats stats;
    enum status s = open_samples(&l, call, &o->data, e);

    if (s == OK)
        s = collect(&stats, call, &l.samples.part, e);
    if (s == OK && call->global.json)
        s = print_stats_json(call, &stats, e);
    else if (s == OK)
        print_stats(call, &stats);
    labelled_close(&l);
    return s;
}

/* The extents to draw: those of the network's input for a row of numbers; else
 * a square; else one line. */
static struct shape picture_shape(const struct labelled *l)
{
    const struct shape own = l->samples.part.set->shape,
                       in = l->experiment.graph.in;
    const int64_t count = shape_count(own);
    const int64_t side = (int64_t)(sqrt((double)count) + 0.5);

    if (own.axes >= 2)
        return own;
    if (in.axes >= 2 && shape_count(in) == count)
        return in;
    return side * side == count ? SHAPE(side, side) : SHAPE(1, count);
}

/* Widens [low, high] to hold all pixels of the part. */
static void find_range(const struct subset *p, double *low, double *high)
{
    const int64_t size = shape_count(p->set->shape);

    for (int64_t i = 0; i < p->count; i++)
        for (int64_t k = p->ids[i] * size; k < (p->ids[i] + 1) * size; k++) {
            *low = fmin(*low, pixel_at(p->set, k));
            *high = fmax(*high, pixel_at(p->set, k));
        }
}

static enum status print_sample(const struct call *call,
                                const struct labelled *l, int64_t at,
                                struct err *e)
{
    const struct dataset *d = l->samples.part.set;
    const int64_t id = l->samples.part.ids[at], size = shape_count(d->shape);
    double *pixels = arena_take(call->arena, (size_t)size, sizeof *pixels);
    double low = pixel_at(d, id * size), high = low;
    struct text t = {0};

    if (!pixels)
        return err_memory(e, "showing the sample");
    for (int64_t k = 0; k < size; k++)
        pixels[k] = pixel_at(d, id * size + k);
    find_range(&l->samples.part, &low, &high);
    text_printf(&t, "sample %lld, ", (long long)at);
    if (d->labels) {
        text_puts(&t, "class ");
        text_shown(&t, d->target.names[d->labels[id]]);
    }
    for (int64_t k = 0; k < target_numbers(&d->target); k++)
        text_printf(&t, "%s%.9g", k ? " " : "target ",
                    (double)d->targets[id * d->target.width + k]);
    text_puts(&t, "\n");
    const struct shape shape = picture_shape(l);
    const struct picture picture = {
        .pixels = pixels,
        .low = low,
        .high = high,
        .channels = shape.axes > 2 ? shape.dim[0] : 1,
        .height = shape.dim[shape.axes - 2],
        .width = shape.dim[shape.axes - 1],
    };
    picture_print(&t, &picture,
                  colour_stdout(call)
                      ? palette_of(getenv("COLORTERM"), getenv("TERM"))
                      : PALETTE_ASCII);
    out_text(call->out, &t);
    return OK;
}

static enum status run_show(const struct call *call, struct err *e)
{
    const struct show_options *o = call->options;
    struct labelled l;
    enum status s = open_samples(&l, call, &o->data, e);

    if (s == OK && o->index >= l.samples.part.count)
        s = usage_error(e, call, "--index: %lld, there are %lld samples",
                        (long long)o->index, (long long)l.samples.part.count);
    if (s == OK)
        s = print_sample(call, &l, o->index, e);
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

const struct command cmd_data_show = {
    .name = "data show",
    .operands = "[CONFIG]",
    .doc = "Show a sample in the terminal.",
    .examples = "  cnnctl data show mnist.yaml --index 7\n"
                "  cnnctl data show --images i.idx.gz --labels l.idx.gz\n",
    OPTIONS(show_options),
    .takes_set = true,
    .run = run_show,
};
