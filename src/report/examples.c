/*
 * examples.c - a few images, and what the network sees in them.
 */
#include "base/num.h"
#include "look/activity.h"
#include "look/layers.h"
#include "look/occlusion.h"
#include "look/saliency.h"
#include "report/report.h"

enum { EXAMPLES = 3 };

/* Multiply-adds that occlusion may take: a minute or so. */
static const double most_work = 2e12;

/* How many samples can be occluded for that. */
static int64_t affordable(const struct graph *g, int64_t count)
{
    struct frame f = {0};

    (void)frame_of(g->in, &f);
    const double one = (double)frame_pixels(f) * (double)graph_macs(g);
    return one * (double)count <= most_work ? count
                                            : (int64_t)(most_work / one);
}

static enum status put_figure(const struct report *r, const struct figure *f,
                              struct err *e)
{
    const enum status s = arena_check(r->arena, e, "drawing examples");

    return s == OK ? html_figure(r->out, f, true, e) : s;
}

static enum status put_occlusion(const struct report *r, const struct chosen *c,
                                 float *maps, struct err *e)
{
    const struct occlusion_config config = {.square = OCCLUSION_SQUARE};
    struct chosen few = *c;

    text_puts(r->out, "<h3>Occlusion</h3>\n");
    few.count = affordable(&r->model->experiment.graph, c->count);
    if (few.count == 0) {
        text_puts(r->out, "<p>It is left out, since it would take long: "
                          "<code>cnnctl plot occlusion</code> draws it.</p>\n");
        return OK;
    }
    enum status s =
        occlusion_compute(&few, &config, r->pool, r->call->progress, maps, e);
    if (s != OK)
        return s;
    const struct figure f = occlusion_figure(&few, maps, &config, r->arena);
    text_printf(r->out,
                "<p>Dark red: where the probability falls when a square of "
                "%dx%d pixels hides it.</p>\n",
                OCCLUSION_SQUARE, OCCLUSION_SQUARE);
    return put_figure(r, &f, e);
}

static enum status put_saliency(const struct report *r, const struct chosen *c,
                                float *maps, struct err *e)
{
    enum status s = saliency_compute(c, r->pool, maps, e);

    if (s != OK)
        return s;
    const struct figure f = saliency_figure(c, maps, r->arena);
    text_puts(r->out, "<h3>Saliency</h3>\n<p>Dark red: which pixels the "
                      "probability is most sensitive to.</p>\n");
    return put_figure(r, &f, e);
}

static enum status put_activity(const struct report *r, const struct chosen *c,
                                struct err *e)
{
    const struct graph *g = &r->model->experiment.graph;
    struct activity a;
    int64_t node = 1;

    while (node < g->count && !layer_has_maps(g, node))
        node++;
    if (node == g->count)
        return OK;
    enum status s = layer_choose(g, NULL, layer_has_maps, NULL, &node, e);
    if (s == OK)
        s = activity_compute(&a, c, 0, node, r->pool, r->arena, e);
    if (s != OK)
        return s;
    const struct figure f = activity_figure(&a, c, 0, r->arena);
    text_puts(r->out, "<h3>Activity</h3>\n");
    return put_figure(r, &f, e);
}

static enum status put_examples(const struct report *r, const struct chosen *c,
                                struct err *e)
{
    const size_t pixels = (size_t)shape_count(r->model->experiment.graph.in);
    float *maps = arena_take(r->arena, pixels * EXAMPLES, sizeof *maps);
    enum status s = arena_check(r->arena, e, "drawing examples");

    if (s != OK)
        return s;
    html_section(r->out, "examples", "Examples");
    s = put_activity(r, c, e);
    if (s == OK)
        s = put_occlusion(r, c, maps, e);
    if (s == OK)
        s = put_saliency(r, c, maps, e);
    html_section_end(r->out);
    return s;
}

enum status report_examples(const struct report *r, struct err *e)
{
    struct chosen c = {0};

    if (!r->answers || chosen_fault(r->model))
        return OK;
    struct subset few = *answers_part(r->answers);
    few.count = num_min(few.count, EXAMPLES);
    enum status s =
        chosen_take(&c, r->model, &few, r->answers->name, r->pool, e);
    if (s == OK)
        s = put_examples(r, &c, e);
    chosen_free(&c);
    return s;
}
