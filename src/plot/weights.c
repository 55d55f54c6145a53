/*
 * weights.c - the filters of a layer.
 */
#include "cli/say.h"
#include "look/filters.h"
#include "look/layers.h"
#include "plot/plot.h"
#include "source/convert.h"

struct weights_options {
    struct plot_options plot;
    const char *layer;
    int64_t channel;
    bool has_channel;
};

static const struct option weights_options[] = {
    PLOT_OPTIONS(weights_options),
    OPTION(weights_options, layer, "layer", .argument = "NAME",
           .doc = "Which layer; default: the first convolution."),
    OPTION(weights_options, channel, "channel", .argument = "C", .max = 9e15,
           .given = offsetof(struct weights_options, has_channel),
           .doc = "Draw the weights of this input channel, from 0; default: "
                  "all of a first layer, else their mean.  The numbers are "
                  "those of all channels whatever is drawn."),
    {0},
};

/* Every weight; of a matrix a filter is a row, in the form of the layer's
 * input. */
static void put_rows(struct text *out, const struct filters_seen *f)
{
    const int64_t pixels = frame_pixels(f->frame);
    const int64_t size = f->frame.channels * pixels;

    text_puts(out, "filter,channel,y,x,value\n");
    for (int64_t i = 0; i < f->count * size; i++) {
        const int64_t pixel = i % pixels;
        text_printf(out, "%lld,%lld,%lld,%lld,", (long long)(i / size),
                    (long long)(i % size / pixels),
                    (long long)(pixel / f->frame.width),
                    (long long)(pixel % f->frame.width));
        csv_put_float(out, f->values[i]);
        text_puts(out, "\n");
    }
}

static enum status check_channel(const struct call *call,
                                 const struct filters_seen *f, struct err *e)
{
    const struct weights_options *o = call->options;

    if (!o->has_channel)
        return OK;
    if (f->matrix)
        return usage_error(e, call,
                           "--channel: the weights of layer %s are one image",
                           f->layer);
    if (o->channel >= f->frame.channels)
        return usage_error(e, call,
                           "--channel: %lld, the filters of layer %s "
                           "have %lld, counted from 0",
                           (long long)o->channel, f->layer,
                           (long long)f->frame.channels);
    return OK;
}

static enum status draw(struct plot *p, const struct model *m, struct err *e)
{
    const struct call *call = p->call;
    const struct weights_options *o = call->options;
    struct filters_seen filters = {0};
    int64_t node;
    enum status s = layer_choose(&m->experiment.graph, o->layer,
                                 layer_has_filters, call->place, &node, e);

    if (s == OK) {
        filters = filters_of(m, node);
        s = check_channel(call, &filters, e);
    }
    if (s != OK)
        return s;
    const struct figure figure = filters_figure(
        &filters, o->has_channel ? o->channel : FILTERS_MEAN, call->arena);
    if (plot_wants_numbers(p))
        put_rows(&p->rows, &filters);
    s = arena_check(call->arena, e, "drawing the picture");
    return s == OK ? plot_finish(p, &figure, e) : s;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct weights_options *o = call->options;
    struct plot p = PLOT(call, &o->plot);
    struct model model = {0};
    enum status s = plot_begin(&p, e);

    if (s == OK)
        s = model_read(&model, call->words[0], call->kernels, e);
    if (s == OK)
        s = draw(&p, &model, e);
    model_free(&model);
    plot_end(&p);
    return s;
}

const struct command cmd_plot_weights = {
    .name = "plot weights",
    .operands = "MODEL",
    .doc = "Show the filters of a convolution, each by its own range, or the "
           "weights of a dense layer as one image.",
    .examples =
        "  cnnctl plot weights m.safetensors\n"
        "  cnnctl plot weights m.safetensors --layer conv2d1 -o c.png\n"
        "  cnnctl plot weights m.safetensors --layer dense3 --data w.csv\n",
    OPTIONS(weights_options),
    .run = run,
};
