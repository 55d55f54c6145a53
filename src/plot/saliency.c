/*
 * saliency.c - which pixels of images their predictions are sensitive to.
 */
#include "look/saliency.h"

#include "cli/say.h"
#include "plot/inputs.h"

struct saliency_options {
    struct plot_options plot;
    struct sample_options samples;
    const char *of_class;
};

static const struct option saliency_options[] = {
    PLOT_OPTIONS(saliency_options),
    SAMPLE_OPTIONS(saliency_options, "the first five"),
    OPTION(saliency_options, of_class, "class", .argument = "NAME",
           .doc = "The class whose probability is meant; default: the "
                  "predicted one."),
    {0},
};

/* One class for all samples. */
static enum status name_class(struct plot_samples *s, const struct call *call,
                              struct err *e)
{
    const struct saliency_options *o = call->options;
    const size_t count = (size_t)s->chosen.count;

    if (!o->of_class)
        return OK;
    const char **names = arena_take(call->arena, count, sizeof *names);
    for (size_t i = 0; names && i < count; i++)
        names[i] = o->of_class;
    const struct text_list list = {names, s->chosen.count};

    s->chosen.asked = true;
    return names ? chosen_name(&s->chosen, &list, call->place, "--class", e)
                 : err_memory(e, "reading the command line");
}

static enum status draw(struct plot *p, struct plot_samples *s, struct err *e)
{
    const struct call *call = p->call;
    const struct chosen *c = &s->chosen;
    float *maps = plot_maps_room(s, call);

    if (!maps)
        return err_memory(e, "computing gradients of the input");
    enum status status = saliency_compute(c, s->pool, maps, e);
    if (status != OK)
        return status;
    const struct figure figure = saliency_figure(c, maps, call->arena);
    return plot_maps_finish(p, c, maps, &figure, e);
}

static enum status run(const struct call *call, struct err *e)
{
    const struct saliency_options *o = call->options;
    const struct plot_samples_request q = {&o->samples, CHOSEN_USUAL, 100,
                                           chosen_fault};
    struct plot p = PLOT(call, &o->plot);
    struct plot_samples samples = {0};
    enum status s = plot_begin(&p, e);

    if (s == OK)
        s = plot_samples_open(&samples, call, &q, e);
    if (s == OK)
        s = name_class(&samples, call, e);
    if (s == OK)
        s = draw(&p, &samples, e);
    plot_samples_close(&samples);
    plot_end(&p);
    return s;
}

const struct command cmd_plot_saliency = {
    .name = "plot saliency",
    .operands = "MODEL INPUT...",
    .doc = "Show which pixels of images their predictions are sensitive to: "
           "|d log p / d x|, x being the normalized input, the largest of its "
           "channels.",
    .examples =
        "  cnnctl plot saliency m.safetensors t10k-images-idx3-ubyte.gz\n"
        "  cnnctl plot saliency m.safetensors photo.png --class 7 -o "
        "seven.svg\n"
        "  cnnctl plot saliency m.safetensors x.csv --index 3 --data s.csv\n",
    OPTIONS(saliency_options),
    .run = run,
};
