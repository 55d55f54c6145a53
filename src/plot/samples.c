/*
 * samples.c - samples with their labels, as they are or as training sees them.
 */
#include "cli/shown_options.h"
#include "look/gallery.h"
#include "plot/plot.h"

enum { USUAL_COUNT = 25 };

struct samples_options {
    struct data_options data;
    struct plot_options plot;
    struct shown_options shown;
};

static const struct option samples_options[] = {
    SHOWN_OPTIONS(samples_options, "25"),
    PLOT_OPTIONS(samples_options),
    {0},
};

/* Rows and tiles in the making. */
struct grid {
    const struct shown *shown;
    struct gallery gallery;
    struct shape shape;
    struct tile *tiles;
    float *x; /* [size] of a sample */
    struct arena *arena;
};

static const char *caption(const struct grid *g, int64_t at,
                           struct loss_mix mix)
{
    const struct subset *part = g->gallery.part;
    struct text t = {0};

    gallery_answer(&t, part->set, part->ids[at], mix);
    text_printf(&t, "%ssample %lld", t.length > 0 ? "\n" : "", (long long)at);
    return arena_text(g->arena, &t);
}

static enum status take_sample(const struct grid *g, struct plot *p, int64_t i,
                               struct err *e)
{
    const int64_t at = g->shown->first + i;
    struct loss_mix mix;
    const enum status s = gallery_take(&g->gallery, at, g->x, &mix, e);

    if (s != OK)
        return s;
    if (plot_wants_numbers(p))
        gallery_csv(&p->rows, &g->gallery, at, g->shape, g->x);
    if (plot_wants_picture(p))
        g->tiles[i] =
            gallery_tile(g->shape, g->x, caption(g, at, mix), g->arena);
    return OK;
}

static enum status prepare(struct grid *g, struct err *e)
{
    const struct shown *w = g->shown;
    const struct subset *part = &w->labelled.samples.part;
    const struct shape own = part->set->shape;

    g->shape = gallery_shape(own, w->labelled.experiment.graph.in);
    g->tiles = arena_take(g->arena, (size_t)w->count, sizeof *g->tiles);
    g->x = arena_take(g->arena, (size_t)shape_count(own), sizeof *g->x);
    const enum status s = arena_check(g->arena, e, "showing samples");
    return s == OK ? gallery_open(&g->gallery, part,
                                  w->augmented ? &w->fit.step.augment : NULL,
                                  w->epoch, g->arena, e)
                   : s;
}

static const char *title(const struct shown *w, struct arena *arena)
{
    struct text t = {0};

    text_printf(&t, "Samples %lld to %lld of %lld", (long long)w->first,
                (long long)(w->first + w->count - 1),
                (long long)w->labelled.samples.part.count);
    if (w->augmented)
        text_printf(&t, ", as training sees them in epoch %llu",
                    (unsigned long long)w->epoch);
    return arena_text(arena, &t);
}

static enum status show(struct grid *g, struct plot *p, struct err *e)
{
    const struct shown *w = g->shown;
    const struct panel panel = {
        .kind = PANEL_TILES, .tiles = {.tiles = g->tiles, .count = w->count}};
    struct figure figure = {.panels = &panel, .count = 1};
    enum status s = OK;

    text_puts(&p->rows, gallery_csv_head);
    for (int64_t i = 0; s == OK && i < w->count; i++)
        s = take_sample(g, p, i, e);
    figure.title = title(w, g->arena);
    if (s == OK)
        s = arena_check(g->arena, e, "showing samples");
    return s == OK ? plot_finish(p, &figure, e) : s;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct samples_options *o = call->options;
    struct plot p = PLOT(call, &o->plot);
    struct shown shown = {0};
    struct grid grid = {.shown = &shown, .arena = call->arena};
    enum status s = plot_begin(&p, e);

    if (s == OK)
        s = shown_open(&shown, call, &o->data, &o->shown, USUAL_COUNT, e);
    if (s == OK)
        s = prepare(&grid, e);
    if (s == OK)
        s = show(&grid, &p, e);
    gallery_close(&grid.gallery);
    shown_close(&shown);
    plot_end(&p);
    return s;
}

const struct command cmd_plot_samples = {
    .name = "plot samples",
    .operands = "[CONFIG]",
    .doc = "A grid of samples with their labels.",
    .examples =
        "  cnnctl plot samples mnist.yaml -o samples.png\n"
        "  cnnctl plot samples mnist.yaml --augmented --epoch 3 --count 9 \\\n"
        "      -s 'data.augment=[{rotate: 10}]' -o seen.png\n"
        "  cnnctl plot samples --images i.idx.gz --labels l.idx.gz\n",
    OPTIONS(samples_options),
    .takes_set = true,
    .run = run,
};
