/*
 * experiment.h - a whole YAML document: network, data, training.
 *
 * Owns the document and everything derived from it.  What a command needs is
 * asked for; all errors of the document are recorded in one run.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "conf/tree.h"
#include "document/sections.h"
#include "graph/graph.h"
#include "notation/notation.h"
#include "train/fit.h"

enum normalize_kind {
    NORMALIZE_STANDARDIZE,
    NORMALIZE_SCALE,
    NORMALIZE_NONE,
    NORMALIZE_CONSTANTS,
    NORMALIZE_PARTS, /* standardize as a mapping that differs from the word */
};

struct experiment {
    struct arena arena;
    const struct kernels *kern; /* that compute the graph; NULL: the best */
    struct bytes document;      /* as read, or a copy of the model file's */
    struct tree tree;
    bool has_data, has_train; /* the document has the section */
    struct top_section top;
    struct data_section data;
    struct split_section split;
    struct train_section train;
    struct engine_section engine;
    struct info_section info;
    struct variant update, loss; /* with their keys */
    struct target target; /* what is learnt, as far as the document says; a
                             loss without a word of it is its default */
    bool binary;          /* one output stands for two classes */
    struct metric_columns columns; /* that are measured every epoch */
    struct source train_source, valid_source, test_source;
    enum normalize_kind normalize;
    struct standardize_section standard; /* of NORMALIZE_PARTS */
    struct constants_section constants;
    struct layer_list layers;
    struct graph graph; /* count < layers.count after an error in `layers` */
    bool misfit; /* a layer does not fit those above it: the graph ends there */
};

/* A key of `train` that chooses a kind, whose keys stand beside it. */
struct beside {
    const char *key, *what,
        *one; /* "update", "update rule", "an update rule" */
    const struct kind *const *kinds;
    size_t chosen; /* offset of the variant in an experiment */
};
extern const struct beside besides[]; /* ended by NULL */

static inline struct variant *beside_in(struct experiment *x,
                                        const struct beside *b)
{
    return (struct variant *)(void *)((unsigned char *)x + b->chosen);
}

static inline struct variant beside_of(const struct experiment *x,
                                       const struct beside *b)
{
    return *(const struct variant *)(const void *)((const unsigned char *)x +
                                                   b->chosen);
}

/* What a command needs beyond `layers`, bits of experiment_read's `needs`.
 * FOLDERS: the document is printed for this machine, absolute paths whole.
 * AS_TRAINED: sections may be missing, those that are there must be fit's. */
enum {
    EXPERIMENT_DATA = 1,
    EXPERIMENT_TRAIN = 2,
    EXPERIMENT_FOLDERS = 4,
    EXPERIMENT_AS_TRAINED = 8,
};

/* What the command line says of a document: --set options in order, and the
 * files that the run writes, which the document may not name. */
struct settings {
    const char **at; /* "KEY=VALUE" */
    int64_t count;
    const char *const *outputs; /* ended by NULL; NULL: none */
    struct bytes document;      /* that has been read before; at NULL: it has
                                   not */
};

/*
 * experiment_read - parse, set, bind and build.  `path` "-" is standard input.
 * `kern` computes the graph; NULL: the processor's best.
 *
 * ERR_USAGE when a file of the document is to be written over.
 * ERR_CONFIG with every error of the document; the sections that are sound and
 * the graph down to its last good layer are filled even then.  Always to be
 * given back with experiment_free.
 */
MUST_USE enum status experiment_read(struct experiment *x, const char *path,
                                     const struct settings *set, unsigned needs,
                                     const struct kernels *kern, struct err *e);

/* experiment_parse_stored - the document of model file `name`.  Its paths
 * belong to the machine that trained: they are kept as written. */
MUST_USE enum status experiment_parse_stored(struct experiment *x,
                                             const char *name, const char *text,
                                             size_t length,
                                             const struct kernels *kern,
                                             struct err *e);
void experiment_free(struct experiment *x);

/* How a resolved document prints its layers. */
enum layer_form {
    LAYERS_AS_WRITTEN, /* with notations, unless a made layer is changed */
    LAYERS_WRITTEN_OUT,
};

/*
 * experiment_print - the resolved document, every default included: it binds
 * to the same experiment and prints as itself.  Data paths as written, of an
 * absolute one the last component unless EXPERIMENT_FOLDERS was asked for.
 *
 * A model file holds it with all layers written out, as its tensors are named:
 * what a notation stands for cannot change under the weights, both ways of
 * writing a network give the same file, and either resumes it.
 */
void experiment_print(struct text *out, const struct experiment *x,
                      enum layer_form form);

/* experiment_print_normalize - a part of it: `standardize`. */
void experiment_print_normalize(struct text *out, const struct experiment *x);

/* experiment_fills - may cells of a table be missing? */
static inline bool experiment_fills(const struct experiment *x)
{
    return !x->data.missing.word || strcmp(x->data.missing.word, "error") != 0;
}

/* experiment_reads_images - are samples of any of its sources images? */
bool experiment_reads_images(const struct experiment *x);

/* experiment_images - how images become samples of it: what data says, the
 * channels where it does not those of the input layer. */
struct image_rule experiment_images(const struct experiment *x);

/* experiment_holds_out - does data.split hold out any samples? */
static inline bool experiment_holds_out(const struct experiment *x)
{
    return x->split.eval_size.value > 0 || x->split.test_size.value > 0;
}

/* experiment_split_column - the column of the training table that data.split
 * goes by, and its key; NULL: it goes by none. */
static inline const char *experiment_split_column(const struct experiment *x)
{
    return x->split.by ? x->split.by : x->split.hash;
}

static inline const char *experiment_split_key(const struct experiment *x)
{
    return x->split.by     ? "data.split.by"
           : x->split.hash ? "data.split.hash"
                           : NULL;
}

/* experiment_width - numbers of an answer: classes, labels or targets, as many
 * as outputs unless it is binary. */
static inline int64_t experiment_width(const struct experiment *x)
{
    return x->binary ? 2 : shape_count(x->graph.out);
}

/* experiment_split_fields - the rows of data.split that have an effect. */
const struct field *experiment_split_fields(const struct experiment *x);

/* experiment_decay - of the average of the weights; 0: there is none. */
static inline double experiment_decay(const struct experiment *x)
{
    return average_decay(x->train.average);
}

/* experiment_fit_config - what the training loop needs of the document; samples
 * are bytes, which facts.h knows better. */
struct fit_config experiment_fit_config(const struct experiment *x);
