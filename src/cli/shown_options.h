/*
 * shown_options.h - which samples of a data set are shown.
 */
#pragma once

#include "cli/data_options.h"

/* To stand in a command's struct as member `shown`, beside `data`. */
struct shown_options {
    int64_t index, count, epoch;
    bool augmented;
};

/* `usual`: how many without --count. */
#define SHOWN_OPTIONS(S, usual)                                                \
    DATA_OPTIONS(S),                                                           \
        OPTION(S, shown.index, "index", .argument = "I", .max = 9e15,          \
               .doc = "Which sample, from 0; default: the first."),            \
        OPTION(S, shown.count, "count", .argument = "N", .min = 1,             \
               .max = 9e15,                                                    \
               .doc = "How many from there on; default: " usual "."),          \
        OPTION(S, shown.augmented, "augmented",                                \
               .doc = "As the network sees them in training, changed by the "  \
                      "configuration's data.augment."),                        \
        OPTION(S, shown.epoch, "epoch", .argument = "E", .min = 1,             \
               .max = 9e15,                                                    \
               .doc = "In which epoch, with --augmented; default: 1.")

/* Those that are shown, of what labelled_open opens. */
struct shown {
    struct labelled labelled;
    int64_t first, count; /* of labelled.samples.part */
    bool augmented;
    struct fit_config fit; /* what says how, if so */
    uint64_t epoch;
};

/* shown_open - as labelled_open; `usual` without --count, at most what is
 * there.  ERR_USAGE: the first one is not there.  ERR_CONFIG: nothing is
 * augmented.  Always to be given back. */
MUST_USE enum status shown_open(struct shown *w, const struct call *call,
                                const struct data_options *data,
                                const struct shown_options *o, int64_t usual,
                                struct err *e);
void shown_close(struct shown *w);
