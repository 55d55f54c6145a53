/*
 * graph_dot.c - boxes, edges and frames for Graphviz.
 *
 * The colours are those of nolearn's draw_to_file, from its families, of which
 * a layer's has one here.
 */
#include "look/graph_dot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/child.h"
#include "look/rounds.h"

static const char *const colours[LAYER_FAMILIES] = {
    [FAMILY_SHAPE] = "#D9D9D9",         [FAMILY_INPUT] = "#B3F1A0",
    [FAMILY_CONVOLUTION] = "#3173A2",   [FAMILY_POOLING] = "#FCAC41",
    [FAMILY_DENSE] = "#5DD637",         [FAMILY_NOISE] = "#3FCD12",
    [FAMILY_NORMALIZATION] = "#98C1DE", [FAMILY_ACTIVATION] = "#FFDAA9",
    [FAMILY_MERGE] = "#E698D4",
};

const char *graph_colour(enum layer_family family)
{
    return colours[family];
}

/* The relative luminance of "#RRGGBB", 0 black, 1 white, as WCAG 2.1 has it. */
static double luminance(const char *colour)
{
    static const double weights[] = {0.2126, 0.7152, 0.0722};
    double sum = 0;

    for (size_t i = 0; i < ARRAY_LEN(weights); i++) {
        const char digits[] = {colour[1 + 2 * i], colour[2 + 2 * i], '\0'};
        const double value = (double)strtol(digits, NULL, 16) / 255;
        sum +=
            weights[i] * (value <= 0.04045 ? value / 12.92
                                           : pow((value + 0.055) / 1.055, 2.4));
    }
    return sum;
}

/* Whichever has more contrast: (light + 0.05) / (dark + 0.05). */
const char *graph_text_colour(enum layer_family family)
{
    const double l = luminance(colours[family]) + 0.05;

    return 1.05 / l > l / 0.05 ? "white" : "black";
}

static const struct {
    const char *ending, *option;
} formats[] = {
    [GRAPH_DOT] = {".dot", NULL},
    [GRAPH_PNG] = {".png", "-Tpng"},
    [GRAPH_SVG] = {".svg", "-Tsvg"},
    [GRAPH_PDF] = {".pdf", "-Tpdf"},
};

bool graph_format_of(const char *path, enum graph_format *format)
{
    const size_t length = strlen(path);

    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        const size_t end = strlen(formats[i].ending);
        *format = (enum graph_format)i;
        if (length > end &&
            strcasecmp(path + length - end, formats[i].ending) == 0)
            return true;
    }
    return false;
}

/* A drawing that grows. */
struct drawing {
    struct text *out;
    const struct graph *g;
    const struct graph_style *style;
};

/* Foreign text within a quoted string: neither its end, nor a line break or a
 * field of Graphviz' own, nor an entity of HTML, which labels may hold. */
static void put_words(struct text *out, const char *foreign)
{
    struct text shown = {0};

    text_shown(&shown, foreign);
    for (const char *c = text_string(&shown); *c; c++)
        if (*c == '&')
            text_puts(out, "&amp;");
        else
            text_printf(out, *c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
    text_drop(out, &shown);
}

static const char *line_colour(const struct drawing *d)
{
    return d->style->dark ? "#C8C8C8" : "#404040";
}

static void put_head(const struct drawing *d)
{
    static const char font[] = "fontname=\"DejaVu Sans,Arial,sans-serif\"";
    const char *line = line_colour(d);

    text_printf(d->out,
                "digraph network {\n"
                "    graph [%s, fontsize=14, fontcolor=\"%s\", bgcolor=\"%s\"",
                font, line, d->style->dark ? "#1E1E1E" : "white");
    if (d->style->title) {
        text_puts(d->out, ", labelloc=t, label=\"");
        put_words(d->out, d->style->title);
        text_puts(d->out, "\"");
    }
    text_printf(d->out,
                "];\n"
                "    node [%s, fontsize=12, shape=box, style=\"filled\", "
                "color=\"%s\", margin=\"0.15,0.08\"];\n"
                "    edge [%s, fontsize=10, color=\"%s\", fontcolor=\"%s\", "
                "arrowsize=0.7];\n",
                font, line, font, line, line);
}

/* The function applied to the output. */
static struct variant nonlinearity_of(const struct graph *g, int64_t i)
{
    return i == g->count - 1 ? g->output_nonlinearity
                             : g->nodes[i].layer.spec.nonlinearity;
}

static void put_box(const struct drawing *d, int64_t i, int64_t indent)
{
    const struct layer *l = &d->g->nodes[i].layer;
    const enum layer_family family = l->ops->family;
    const struct variant after = nonlinearity_of(d->g, i);
    const bool changes = !activation_is_linear(after);
    const int64_t weights = graph_node_weights(d->g, &d->g->nodes[i]);

    text_pad(d->out, ' ', indent);
    text_printf(d->out, "n%lld [label=\"", (long long)i);
    put_words(d->out, l->name);
    text_printf(d->out, "\\n%s%s%s", l->ops->kind.name, changes ? ", " : "",
                changes ? after.kind->name : "");
    if (weights > 0)
        text_printf(d->out, "\\n%lld parameters", (long long)weights);
    text_printf(d->out, "\", fillcolor=\"%s\", fontcolor=%s];\n",
                colours[family], graph_text_colour(family));
}

/* NOLINTBEGIN(misc-no-recursion): as deep as repeats stand in repeats. */
static void put_boxes(const struct drawing *d, int64_t from, int64_t end,
                      size_t skip, int64_t indent);

/* A frame around each round. */
static void put_rounds(const struct drawing *d, int64_t from,
                       const struct rounds *r, size_t skip, int64_t indent)
{
    const char *name = d->g->nodes[from].layer.name;
    struct text title = {0};

    text_add(&title, name + skip, r->prefix - skip);
    if (title.length > 1 && title.at[title.length - 1] == '_')
        title.at[--title.length] = '\0';
    for (int64_t k = 0; k < r->count; k++) {
        const int64_t first = from + k * r->layers;
        text_pad(d->out, ' ', indent);
        text_printf(d->out,
                    "subgraph cluster_%lld_%lld { style=\"rounded,dashed\"; "
                    "labeljust=l; "
                    "color=\"%s\"; fontsize=11; label=\"",
                    (long long)first, (long long)r->layers, line_colour(d));
        put_words(d->out, text_string(&title));
        text_printf(d->out, ", round %lld of %lld\";\n", (long long)k + 1,
                    (long long)r->count);
        const char *rest =
            strchr(d->g->nodes[first].layer.name + r->prefix, '_');
        put_boxes(d, first, first + r->layers,
                  (size_t)(rest + 1 - d->g->nodes[first].layer.name),
                  indent + 4);
        text_pad(d->out, ' ', indent);
        text_puts(d->out, "}\n");
    }
    text_drop(d->out, &title);
}

static void put_boxes(const struct drawing *d, int64_t from, int64_t end,
                      size_t skip, int64_t indent)
{
    struct rounds r;

    for (int64_t i = from; i < end;) {
        if (rounds_at(d->g, i, end, skip, &r)) {
            put_rounds(d, i, &r, skip, indent);
            i += r.layers * r.count;
        } else {
            put_box(d, i++, indent);
        }
    }
}
/* NOLINTEND(misc-no-recursion) */

static void put_edges(const struct drawing *d)
{
    const struct graph *g = d->g;

    for (int64_t i = 0; i < g->count; i++)
        for (int64_t k = 0; k < g->nodes[i].layer.inputs; k++)
            text_printf(d->out, "    n%lld -> n%lld [label=\" %s\"];\n",
                        (long long)g->nodes[i].inputs[k], (long long)i,
                        shape_text(g->nodes[i].layer.in[k]).text);
    text_printf(d->out,
                "    end [shape=plaintext, style=\"\", fontcolor=\"%s\", "
                "label=\"output\"];\n"
                "    n%lld -> end [label=\" %s\"];\n",
                line_colour(d), (long long)g->count - 1,
                shape_text(g->nodes[g->count - 1].layer.spec.out).text);
}

void graph_dot(struct text *out, const struct graph *g,
               const struct graph_style *style)
{
    const struct drawing d = {out, g, style};

    put_head(&d);
    put_boxes(&d, 0, g->count, 0, 4);
    put_edges(&d);
    text_puts(out, "}\n");
}

/* The time at which a PDF was made is none of its content. */
static void forget_time(struct text *pdf)
{
    static const char key[] = "/CreationDate (D:", never[] = "19700101000000";
    const size_t length = sizeof key - 1, digits = sizeof never - 1;
    char *at =
        pdf->length > 0 ? memmem(pdf->at, pdf->length, key, length) : NULL;

    if (at && (size_t)(pdf->at + pdf->length - at) > length + digits)
        memcpy(at + length, never, digits);
}

enum status graph_picture(struct text *out, const struct graph *g,
                          const struct graph_style *style,
                          enum graph_format format, struct err *e)
{
    const char *const args[] = {"dot", formats[format].option, NULL};
    /* Newer versions know a variable for the time at which a file was made,
     * whose zone is UTC's. */
    static const char *const clock[] = {"SOURCE_DATE_EPOCH=0", "TZ=UTC", NULL};
    const struct filter dot = {args, "graphviz", clock};
    struct text drawing = {0};
    enum status s = OK;

    graph_dot(format == GRAPH_DOT ? out : &drawing, g, style);
    if (out->failed || drawing.failed)
        s = err_memory(e, "drawing the network");
    else if (format != GRAPH_DOT)
        s = filter_run(&dot, text_string(&drawing), drawing.length, out, e);
    if (s == OK && format == GRAPH_PDF)
        forget_time(out);
    text_free(&drawing);
    return s;
}
