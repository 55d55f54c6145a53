/*
 * layers.c - which layers of a network have a picture, and which is meant.
 */
#include "look/layers.h"

#include "base/text.h"
#include "graph/cut.h"
#include "look/frame.h"

static bool is_convolution(const struct graph *g, int64_t node)
{
    return layer_window_of(&g->nodes[node].layer).kind == WINDOW_CONV;
}

bool layer_has_filters(const struct graph *g, int64_t node)
{
    const struct layer *l = &g->nodes[node].layer;
    const bool whole = layer_window_of(l).kind == WINDOW_WHOLE;
    const int64_t axes =
        l->spec.param_count > 0 ? l->spec.params[0].shape.axes : 0;

    return (whole && axes == 2) || (is_convolution(g, node) && axes == 4);
}

bool layer_has_maps(const struct graph *g, int64_t node)
{
    struct frame frame;

    return frame_of(g->nodes[node].layer.spec.out, &frame);
}

static int64_t usual(const struct graph *g, layer_shows *shows)
{
    int64_t found = -1;

    for (int64_t i = g->count - 1; i > 0; i--)
        if (shows(g, i) &&
            (found < 0 || !is_convolution(g, found) || is_convolution(g, i)))
            found = i;
    return found;
}

/* "conv1, conv2 and 3 more", those that have a picture. */
static void list_layers(struct text *out, const struct graph *g,
                        layer_shows *shows)
{
    enum { SHOWN = 12 };
    int64_t count = 0;

    for (int64_t i = 0; i < g->count; i++) {
        if (!shows(g, i) || ++count > SHOWN)
            continue;
        text_printf(out, "%s%s", count > 1 ? ", " : "", g->nodes[i].layer.name);
    }
    if (count > SHOWN)
        text_printf(out, " and %lld more", (long long)(count - SHOWN));
    if (count == 0)
        text_puts(out, "none");
}

static enum status fail_layer(const struct graph *g, const char *name,
                              layer_shows *shows, const char *place,
                              struct err *e)
{
    struct text list = {0};
    struct nearest near = {.word = name};
    const bool is_there = name && graph_node_find(g, name) >= 0;

    for (int64_t i = 0; name && !is_there && i < g->count; i++)
        nearest_offer(&near, g->nodes[i].layer.name, g->nodes[i].layer.name);
    list_layers(&list, g, shows);
    const char *layers = text_string(&list);
    const enum status s =
        list.failed ? err_memory(e, "naming layers")
        : !name     ? err_add(e, ERR_USAGE, place,
                              "no layer of the model has a picture")
        : is_there
            ? err_add(e, ERR_USAGE, place,
                      "--layer: '%s' has no picture; those that have: %s", name,
                      layers)
            : err_add(e, ERR_USAGE, place,
                      "--layer: the model has no layer '%s'%s; those that have "
                      "a picture: %s",
                      name, did_you_mean(near.found).text, layers);
    text_free(&list);
    return s;
}

enum status layer_choose(const struct graph *g, const char *name,
                         layer_shows *shows, const char *place, int64_t *node,
                         struct err *e)
{
    *node = name ? graph_node_find(g, name) : usual(g, shows);
    return *node >= 0 && shows(g, *node) ? OK
                                         : fail_layer(g, name, shows, place, e);
}
