/*
 * activity.c - the feature maps of a layer.
 */
#include "look/activity.h"

#include "cli/say.h"
#include "look/layers.h"
#include "plot/inputs.h"
#include "source/convert.h"

struct activity_options {
    struct plot_options plot;
    struct sample_options samples;
    const char *layer;
};

static const struct option activity_options[] = {
    PLOT_OPTIONS(activity_options),
    SAMPLE_OPTIONS(activity_options, "the first; one at a time"),
    OPTION(activity_options, layer, "layer", .argument = "NAME",
           .doc = "Which layer; default: the first convolution."),
    {0},
};

static void put_rows(struct text *out, const struct activity *a)
{
    const struct frame f = a->frame;

    text_puts(out, "channel,y,x,value\n");
    for (int64_t i = 0; i < f.channels * frame_pixels(f); i++) {
        const int64_t pixel = i % frame_pixels(f);
        text_printf(out, "%lld,%lld,%lld,", (long long)(i / frame_pixels(f)),
                    (long long)(pixel / f.width), (long long)(pixel % f.width));
        csv_put_float(out, a->maps[i]);
        text_puts(out, "\n");
    }
}

static enum status draw(struct plot *p, struct plot_samples *s, struct err *e)
{
    const struct call *call = p->call;
    const struct activity_options *o = call->options;
    struct activity activity;
    int64_t node;
    enum status status = layer_choose(&s->model.experiment.graph, o->layer,
                                      layer_has_maps, call->place, &node, e);

    if (status == OK)
        status = activity_compute(&activity, &s->chosen, 0, node, s->pool,
                                  call->arena, e);
    if (status != OK)
        return status;
    const struct figure figure =
        activity_figure(&activity, &s->chosen, 0, call->arena);
    if (plot_wants_numbers(p))
        put_rows(&p->rows, &activity);
    status = arena_check(call->arena, e, "drawing the picture");
    return status == OK ? plot_finish(p, &figure, e) : status;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct activity_options *o = call->options;
    const struct plot_samples_request q = {&o->samples, 1, 1, NULL};
    struct plot p = PLOT(call, &o->plot);
    struct plot_samples samples = {0};
    enum status s = plot_begin(&p, e);

    if (s == OK)
        s = plot_samples_open(&samples, call, &q, e);
    if (s == OK)
        s = draw(&p, &samples, e);
    plot_samples_close(&samples);
    plot_end(&p);
    return s;
}

const struct command cmd_plot_activity = {
    .name = "plot activity",
    .operands = "MODEL INPUT...",
    .doc = "Show what a layer makes of an image: every one of its feature "
           "maps, as inference computes them.",
    .examples =
        "  cnnctl plot activity m.safetensors t10k-images-idx3-ubyte.gz\n"
        "  cnnctl plot activity m.safetensors photo.png --layer conv2d1 -o "
        "c.png\n"
        "  cnnctl plot activity m.safetensors x.csv --index 3 --data a.csv\n",
    OPTIONS(activity_options),
    .run = run,
};
