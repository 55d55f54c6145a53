/*
 * occlusion.c - which parts of images their predictions hang on.
 */
#include "look/occlusion.h"

#include "cli/say.h"
#include "cli/words.h"
#include "plot/inputs.h"

struct occlusion_options {
    struct plot_options plot;
    struct sample_options samples;
    const char *labels;
    int64_t square;
    double fill;
    bool has_fill;
};

static const struct option occlusion_options[] = {
    PLOT_OPTIONS(occlusion_options),
    SAMPLE_OPTIONS(occlusion_options, "the first five"),
    OPTION(occlusion_options, labels, "labels", .argument = "NAME,..",
           .doc = "The class of each sample, in their order, whose "
                  "probability is drawn; default: the predicted one."),
    OPTION(occlusion_options, square, "square", .argument = "N", .min = 1,
           .max = 9999,
           .doc = "The side of the square that is hidden, odd; default: 7."),
    OPTION(occlusion_options, fill, "fill", .argument = "VALUE", .min = -1e30,
           .max = 1e30, .given = offsetof(struct occlusion_options, has_fill),
           .doc = "What hidden pixels are, in raw values; default: 0 after "
                  "normalization, the mean grey."),
    {0},
};

static struct occlusion_config config_of(const struct occlusion_options *o)
{
    return (struct occlusion_config){
        .square = o->square > 0 ? o->square : OCCLUSION_SQUARE,
        .has_fill = o->has_fill,
        .fill = o->fill,
    };
}

static enum status name_classes(struct plot_samples *s, const struct call *call,
                                struct err *e)
{
    const struct occlusion_options *o = call->options;
    const struct words words = {"labels", "class"};
    struct text_list names;
    const enum status status = words_read(call, &words, o->labels, &names, e);

    return status == OK && o->labels
               ? chosen_name(&s->chosen, &names, call->place, "--labels", e)
               : status;
}

static enum status draw(struct plot *p, struct plot_samples *s, struct err *e)
{
    const struct call *call = p->call;
    const struct occlusion_config config = config_of(call->options);
    const struct chosen *c = &s->chosen;
    float *maps = plot_maps_room(s, call);

    if (!maps)
        return err_memory(e, "hiding squares");
    enum status status =
        occlusion_compute(c, &config, s->pool, call->progress, maps, e);
    if (status != OK)
        return status;
    const struct figure figure =
        occlusion_figure(c, maps, &config, call->arena);
    return plot_maps_finish(p, c, maps, &figure, e);
}

static enum status run(const struct call *call, struct err *e)
{
    const struct occlusion_options *o = call->options;
    const struct plot_samples_request q = {&o->samples, CHOSEN_USUAL, 100,
                                           chosen_fault};
    struct plot p = PLOT(call, &o->plot);
    struct plot_samples samples = {0};
    enum status s = OK;

    if (o->square > 0 && o->square % 2 == 0)
        s = usage_error(e, call,
                        "--square: %lld is even, such a square has no middle",
                        (long long)o->square);
    if (s == OK)
        s = plot_begin(&p, e);
    if (s == OK)
        s = plot_samples_open(&samples, call, &q, e);
    if (s == OK)
        s = name_classes(&samples, call, e);
    if (s == OK)
        s = draw(&p, &samples, e);
    plot_samples_close(&samples);
    plot_end(&p);
    return s;
}

const struct command cmd_plot_occlusion = {
    .name = "plot occlusion",
    .operands = "MODEL INPUT...",
    .doc = "Show which parts of images their predictions hang on: the "
           "probability of the class with a square hidden, for every place of "
           "the square.",
    .examples =
        "  cnnctl plot occlusion m.safetensors t10k-images-idx3-ubyte.gz\n"
        "  cnnctl plot occlusion m.safetensors photo.png holidays/1.jpg -o "
        "parts.png\n"
        "  cnnctl plot occlusion m.safetensors x.csv --index 3,8 --labels "
        "7,2\n",
    OPTIONS(occlusion_options),
    .run = run,
};
