/*
 * data_options.h - labelled samples that a command line names.
 *
 * `CONFIG [--split train|valid|test]`, `--csv F [--targets F]`, `--folder DIR`,
 * `--source YAML`, or `--images F --labels F`; a model that learns its inputs
 * needs no labels.
 */
#pragma once

#include "app/samples.h"
#include "cli/cmd.h"

/* The options, to stand in a command's struct as member `data`. */
struct data_options {
    const char *csv, *targets, *images, *labels, *folder, *source, *split;
};

extern const char *const split_words[]; /* ended by NULL */

/* Those that nothing else can be meant by, */
#define SOURCE_OPTIONS(S)                                                      \
    OPTION(S, data.csv, "csv", .argument = "FILE",                             \
           .doc = "Samples from a CSV file; - is standard input."),            \
        OPTION(S, data.targets, "targets", .argument = "FILE",                 \
               .doc = "The labels or targets of --csv, where they stand in a " \
                      "second CSV file of as many rows."),                     \
        OPTION(S, data.folder, "folder", .argument = "DIR",                    \
               .doc = "Samples from a folder of images, sorted into folders "  \
                      "by class."),                                            \
        OPTION(S, data.source, "source", .argument = "YAML",                   \
               .doc = "Samples from any source, written as data.test: "        \
                      "'{folder: photos, limit: 100}'.")

/* all that name files, */
#define DATA_FILES(S)                                                          \
    SOURCE_OPTIONS(S),                                                         \
        OPTION(S, data.images, "images", .argument = "FILE",                   \
               .doc = "Images from an IDX file."),                             \
        OPTION(S, data.labels, "labels", .argument = "FILE",                   \
               .doc = "Their labels from another.")
/* and all. */
#define DATA_OPTIONS(S)                                                        \
    DATA_FILES(S), OPTION(S, data.split, "split", .choices = split_words,      \
                          .doc = "Which samples of the configuration.")

/* data_other_source - what names samples and is no IDX file, "--csv" or
 * "CONFIG"; NULL: nothing does. */
const char *data_other_source(const struct data_options *o, const char *config);

/* data_name - what messages call the samples; NULL: nothing is named. */
const char *data_name(const struct data_options *o, const char *config);

/* data_source - the source that the options name; kind NULL when they name
 * none.  `config` is the CONFIG operand or NULL; both or neither is wrong
 * usage.  `like` NULL, or a source whose keys files of its kind share. */
MUST_USE enum status data_source(const struct call *call,
                                 const struct data_options *o,
                                 const char *config, const struct source *like,
                                 struct source *out, struct err *e);

/* data_settings - the source that the options name, which data_source has found
 * sound, and what --set says of how it is read, as a document; {0} when that
 * says nothing.  ERR_USAGE, ERR_CONFIG, ERR_MEMORY. */
MUST_USE enum status data_settings(const struct call *call,
                                   const struct data_options *o,
                                   struct experiment *x, struct err *e);

/* data_needs_labels - images alone are wrong usage. */
MUST_USE enum status data_needs_labels(const struct call *call,
                                       const struct data_options *o,
                                       struct err *e);

/* What the command line names, open. */
struct labelled {
    struct experiment experiment; /* of CONFIG */
    struct samples samples;
};

/* What is wanted of it. */
struct labelled_request {
    const struct data_options *options;
    const char *config;             /* the operand CONFIG; NULL: none */
    const struct model *model;      /* for which they are; NULL: as they are */
    const struct text_list *passed; /* see struct samples_request */
};

/* labelled_open - the samples in `samples.part`; for a model there must be
 * some (ERR_DATA).  Always to be given back. */
MUST_USE enum status labelled_open(struct labelled *l, const struct call *call,
                                   const struct labelled_request *r,
                                   struct err *e);

/* labelled_compare - warn of what may be other samples than those that the
 * model was trained with: parts are cut as CONFIG says, which may not be how
 * the model's were.  ERR_MEMORY. */
MUST_USE enum status labelled_compare(const struct labelled *l,
                                      const struct call *call,
                                      const struct model *m, struct err *e);
void labelled_close(struct labelled *l);
