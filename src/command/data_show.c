/*
 * data_show.c - samples in the terminal, as they are or as training sees them.
 */
#include <math.h>
#include <stdlib.h>

#include "cli/say.h"
#include "cli/shown_options.h"
#include "data/pixels.h"
#include "look/gallery.h"
#include "term/picture.h"

struct show_options {
    struct data_options data;
    struct shown_options shown;
};

static const struct option show_options[] = {
    SHOWN_OPTIONS(show_options, "1"),
    {0},
};

/* What is shown, and how. */
struct show {
    const struct call *call;
    struct shown shown;
    struct gallery gallery;
    struct shape shape;
    double *pixels; /* [size] of the sample that is shown */
    float *raw;     /* likewise */
    double low, high;
};

static double pixel_at(enum pixel_type pixel, const void *pixels, int64_t at)
{
    if (pixel == PIXEL_U8)
        return ((const unsigned char *)pixels)[at];
    return (double)((const float *)pixels)[at];
}

/* Widens [low, high] to hold all pixels of the part. */
static void find_range(void *context, const struct pixel_rows *rows)
{
    struct show *w = context;

    for (int64_t i = 0; i < rows->count; i++)
        for (int64_t k = 0; k < rows->size; k++) {
            const double v = pixel_at(rows->pixel, rows->pixels,
                                      rows->at[i] * rows->size + k);
            w->low = fmin(w->low, v);
            w->high = fmax(w->high, v);
        }
}

static void print_title(struct text *t, const struct dataset *d, int64_t at,
                        int64_t id, struct loss_mix mix)
{
    text_printf(t, "sample %lld, ", (long long)at);
    gallery_answer(t, d, id, mix);
    text_puts(t, "\n");
}

static enum status print_sample(const struct show *w, int64_t at, struct err *e)
{
    const struct subset *part = w->gallery.part;
    const struct shape shape = w->shape;
    const struct picture picture = {
        .pixels = w->pixels,
        .low = w->low,
        .high = w->high,
        .channels = shape.axes > 2 ? shape.dim[0] : 1,
        .height = shape.dim[shape.axes - 2],
        .width = shape.dim[shape.axes - 1],
    };
    struct text t = {0};
    struct loss_mix mix;
    const enum status s = gallery_take(&w->gallery, at, w->raw, &mix, e);

    if (s != OK)
        return s;
    for (int64_t k = 0; k < shape_count(shape); k++)
        w->pixels[k] = (double)w->raw[k];
    print_title(&t, part->set, at, part->ids[at], mix);
    picture_print(&t, &picture,
                  colour_stdout(w->call)
                      ? palette_of(getenv("COLORTERM"), getenv("TERM"))
                      : PALETTE_ASCII);
    out_text(w->call->out, &t);
    return OK;
}

static enum status prepare(struct show *w, struct err *e)
{
    const struct shown *shown = &w->shown;
    const struct subset *part = &shown->labelled.samples.part;
    const size_t size = (size_t)shape_count(part->set->shape);

    w->shape =
        gallery_shape(part->set->shape, shown->labelled.experiment.graph.in);
    w->pixels = arena_take(w->call->arena, size, sizeof *w->pixels);
    w->raw = arena_take(w->call->arena, size, sizeof *w->raw);
    if (!w->pixels || !w->raw)
        return err_memory(e, "showing the sample");
    w->low = (double)INFINITY;
    w->high = -(double)INFINITY;
    const enum status s = pixels_walk(part, find_range, w, e);
    return s == OK ? gallery_open(&w->gallery, part,
                                  shown->augmented ? &shown->fit.step.augment
                                                   : NULL,
                                  shown->epoch, w->call->arena, e)
                   : s;
}

static enum status run_show(const struct call *call, struct err *e)
{
    const struct show_options *o = call->options;
    struct show w = {.call = call};
    enum status s = shown_open(&w.shown, call, &o->data, &o->shown, 1, e);

    if (s == OK)
        s = prepare(&w, e);
    for (int64_t i = 0; s == OK && i < w.shown.count; i++)
        s = print_sample(&w, w.shown.first + i, e);
    gallery_close(&w.gallery);
    shown_close(&w.shown);
    return s;
}

const struct command cmd_data_show = {
    .name = "data show",
    .operands = "[CONFIG]",
    .doc = "Show samples in the terminal.",
    .examples = "  cnnctl data show mnist.yaml --index 7\n"
                "  cnnctl data show mnist.yaml --augmented --count 8 \\\n"
                "      -s 'data.augment=[{rotate: 10}]'\n"
                "  cnnctl data show --images i.idx.gz --labels l.idx.gz\n",
    OPTIONS(show_options),
    .takes_set = true,
    .run = run_show,
};
