/*
 * labelled.h - labelled samples that a command line names.
 *
 * `CONFIG [--split train|valid|test]`, `--csv F`, or `--images F --labels F`.
 */
#ifndef COMMAND_LABELLED_H
#define COMMAND_LABELLED_H

#include "app/model.h"
#include "app/samples.h"
#include "cli/cmd.h"
#include "data/csv.h"

/* The options, to stand in a command's struct as member `data`. */
struct data_options {
    const char *csv, *images, *labels, *split;
};

extern const char *const split_words[]; /* ended by NULL */

#define DATA_OPTIONS(S)                                                        \
    OPTION(S, data.csv, "csv", .argument = "FILE",                             \
           .doc = "Samples from a CSV file; - is standard input."),            \
        OPTION(S, data.images, "images", .argument = "FILE",                   \
               .doc = "Images from an IDX file."),                             \
        OPTION(S, data.labels, "labels", .argument = "FILE",                   \
               .doc = "Their labels from another."),                           \
        OPTION(S, data.split, "split", .choices = split_words,                 \
               .doc = "Which samples of the configuration.")

struct labelled {
    struct arena arena;
    struct experiment experiment; /* of CONFIG */
    struct samples samples;
    struct dataset own; /* a source as it is: its own classes */
    struct subset part;
};

/* labelled_source - the source that the options name; kind NULL when they name
 * none.  `config` is the CONFIG operand or NULL; both or neither is wrong
 * usage.  `like` NULL, or the CSV keys that a model was trained with. */
MUST_USE enum status labelled_source(const struct call *call,
                                     const struct data_options *o,
                                     const char *config,
                                     const struct csv_source *like,
                                     struct source *out, struct err *e);

/* labelled_open - samples as they are, for `data`.  Always to be given back. */
MUST_USE enum status labelled_open(struct labelled *l, const struct call *call,
                                   const struct data_options *o, struct err *e);

/* labelled_open_for - samples with the classes of a model, for `evaluate`;
 * CONFIG alone means its test source.  Always to be given back. */
MUST_USE enum status labelled_open_for(struct labelled *l,
                                       const struct call *call,
                                       const struct data_options *o,
                                       const char *config,
                                       const struct model *m, struct err *e);
void labelled_close(struct labelled *l);

/* csv_named - the file at `path` with the defaults of every key. */
struct csv_source csv_named(const char *path);

/* model_csv - the CSV keys that the model was trained with; NULL: no CSV. */
const struct csv_source *model_csv(const struct model *m);

#endif
