/*
 * inputs.h - what the kinds of a MODEL and an INPUT share: which samples, and
 * the network's answers to them.
 */
#pragma once

#include "look/chosen.h"
#include "plot/plot.h"

/* To stand in a kind's struct as member `samples`. */
struct sample_options {
    const char *index, *input_format, *array;
    bool labelled;
};

#define SAMPLE_OPTIONS(S, which)                                               \
    OPTION(S, samples.index, "index", .argument = "I,J,..",                    \
           .doc = "Which records of the input, counted from 0; default: "      \
                  "" which "."),                                               \
        OPTION(S, samples.labelled, "labelled",                                \
               .doc = "The rows have the label column or target columns of "   \
                      "training; they are skipped."),                          \
        OPTION(S, samples.input_format, "input-format",                        \
               .choices = source_formats,                                      \
               .doc = "Format of the input; default: told by its content, "    \
                      "then by its name."),                                    \
        OPTION(S, samples.array, "array", .argument = "NAME",                  \
               .doc = "Which array of an archive of NumPy holds the samples; " \
                      "default: the one called as that of training, else the " \
                      "only one.")

/* The model and the samples of a command line. */
struct plot_samples { /* initialise with {0} */
    struct model model;
    struct pool *pool;
    struct chosen chosen;
};

/* plot_samples_open - read the model, the first operand, and `usual` samples of
 * the others, or those of --index, at most `most` of them.  `fault`: why none
 * of such a model can be drawn; NULL: all can.  Always to be given back.
 * ERR_USAGE, and as model_read and chosen_read. */
struct plot_samples_request {
    const struct sample_options *options;
    int64_t usual, most;
    const char *(*fault)(const struct model *m);
};
MUST_USE enum status plot_samples_open(struct plot_samples *s,
                                       const struct call *call,
                                       const struct plot_samples_request *q,
                                       struct err *e);
void plot_samples_close(struct plot_samples *s);

/* plot_maps_room - room for a map of every sample, [count, rows, columns], on
 * the command's arena; NULL when memory is short. */
float *plot_maps_room(const struct plot_samples *s, const struct call *call);

/* plot_maps_finish - draw `figure`, made on the command's arena, of such maps,
 * whose rows are "image,y,x,value". */
MUST_USE enum status plot_maps_finish(struct plot *p, const struct chosen *c,
                                      const float *maps,
                                      const struct figure *figure,
                                      struct err *e);
