/*
 * plot.h - what all kinds of `plot` share: options, outputs, the last step.
 *
 * A kind is one file: its options, what it computes (look/) as a figure and as
 * rows of CSV; and one line in command/registry.c.  Kinds do not know each
 * other.
 */
#pragma once

#include "base/text.h"
#include "cli/output.h"
#include "figure/figure.h"
#include "figure/paint.h"

/* The options of every kind, to stand in its struct as member `plot`. */
struct plot_options {
    const char *output, *numbers, *size, *title;
    double scale;
    bool dark, force;
};

#define PLOT_OPTIONS(S)                                                        \
    OPTION(S, plot.output, "output", .letter = 'o', .argument = "FILE",        \
           .writes = WRITES_FILE,                                              \
           .doc = "Write the picture to FILE.png, .svg or .pdf; default: the " \
                  "terminal."),                                                \
        OPTION(S, plot.numbers, "data", .argument = "FILE",                    \
               .writes = WRITES_STREAM,                                        \
               .doc = "Write the numbers behind the picture as CSV; - is "     \
                      "standard output. Without --output no picture is "       \
                      "made."),                                                \
        OPTION(S, plot.size, "size", .argument = "WxH",                        \
               .doc = "Width and height of the picture: pixels, of a PDF "     \
                      "centimetres."),                                         \
        OPTION(S, plot.scale, "scale", .argument = "N", .min = 0.1,            \
               .max = 1000, .doc = "Pixels per cell of an image."),            \
        OPTION(S, plot.title, "title", .argument = "TEXT",                     \
               .doc = "Another title."),                                       \
        OPTION(S, plot.dark, "dark", .doc = "Light on dark."),                 \
        OPTION(S, plot.force, "force", .doc = "Replace files that exist.")

/* A plot that is being made. */
struct plot { /* initialise with PLOT(call, &o->plot) */
    const struct call *call;
    const struct plot_options *options;
    bool curves; /* for the kind to set: there are no images, and --scale is
                    refused */
    struct paint_style style;
    struct output_file picture, numbers;
    struct text rows; /* CSV, to be filled by the kind if wants_numbers */
};
#define PLOT(c, o)                                                             \
    {                                                                          \
        .call = (c), .options = (o), .picture = {.lock = {.fd = -1}},          \
        .numbers = {.lock = {.fd = -1}},                                       \
    }

/* plot_begin - everything that can fail before the work: the ending of
 * --output, --size, cairo, the outputs.  Always to be given back with plot_end.
 * ERR_USAGE, ERR_CANTCREATE. */
MUST_USE enum status plot_begin(struct plot *p, struct err *e);
bool plot_wants_numbers(const struct plot *p);
bool plot_wants_picture(const struct plot *p);

/* plot_finish - write the picture or print it, and the numbers.  `f` may be
 * NULL where no picture is wanted.  ERR_MEMORY, ERR_IO; ERR_USAGE when --size
 * has no room for it. */
MUST_USE enum status plot_finish(struct plot *p, const struct figure *f,
                                 struct err *e);
void plot_end(struct plot *p);
