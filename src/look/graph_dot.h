/*
 * graph_dot.h - a network as a drawing.
 *
 * For Graphviz: a box for each layer, coloured by its family, shapes on the
 * edges, repeated blocks in frames.  For the terminal: a table whose first
 * column shows which layer reads which.
 */
#pragma once

#include "graph/graph.h"

struct graph_style {
    const char *title; /* NULL: none */
    bool dark;
};

/* What dot makes of it. */
enum graph_format { GRAPH_DOT, GRAPH_PNG, GRAPH_SVG, GRAPH_PDF };

/* graph_format_of - by the ending of a file's name, in any case; false: none of
 * those. */
bool graph_format_of(const char *path, enum graph_format *format);

/* graph_dot - append the drawing in Graphviz' language.  Names are text in it,
 * whatever they hold. */
void graph_dot(struct text *out, const struct graph *g,
               const struct graph_style *style);

/* graph_picture - append the drawing as a file.  ERR_MEMORY, where Graphviz is
 * missing too. */
MUST_USE enum status graph_picture(struct text *out, const struct graph *g,
                                   const struct graph_style *style,
                                   enum graph_format format, struct err *e);

/* graph_lines - append the table.  Each line stands for a layer, `*`; a column
 * is an output that layers further down still read: `+` one reads it and others
 * will, `'` it is the last one.  ERR_MEMORY. */
MUST_USE enum status graph_lines(struct text *out, const struct graph *g,
                                 int64_t room, struct err *e);

/* graph_colour - the colour of a family, "#3173A2", and that of text on it. */
const char *graph_colour(enum layer_family family);
const char *graph_text_colour(enum layer_family family);
