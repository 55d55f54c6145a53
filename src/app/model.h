/*
 * model.h - a trained network and everything `predict` needs, in one file.
 *
 * The folder is over 5,000 lines because all that is checked before a run and
 * all that a model's file promises stand here once, for every command.
 */
#pragma once

#include "app/facts.h"
#include "base/pool.h"
#include "codec/json.h"
#include "data/dataset.h"
#include "document/experiment.h"
#include "store/safetensors.h"
#include "train/state.h"

/* The newest version of model files: it is written, and older ones are read. */
enum { MODEL_FORMAT_VERSION = 2 };

struct model {
    struct arena arena;
    struct stored stored; /* the file */
    struct experiment experiment;
    struct train_state state;
    struct target target; /* of its outputs */
    struct normalization norm;
    struct normalization scale; /* of its targets; count 0: none */
    struct filling missing;     /* of cells of its table */
    struct column_names names;  /* of the columns of its table */
    struct image_rule images;   /* how images become samples of it, ready for a
                                   reader's request */
    bool of_images;          /* it was trained on images, with this rule; else
                                   the rule is what its document says */
    struct reach reach;      /* of the samples that it was trained on */
    const char *fingerprint; /* of the data it was trained on; "": none */
    const char *cpu_kernels; /* that computed it */
    const char *valid_rows;  /* digest of the numbers of those that validated
                                   it; NULL: not known */
    double samples_an_epoch; /* that it was trained on; 0: not known */
};

/*
 * model_read - read and check everything: the file, its document, the tensors
 * against the architecture.  `kern` computes it; NULL: the processor's best.
 * ERR_DATA, ERR_NOINPUT, ERR_MEMORY.  Always to be given back with model_free.
 */
MUST_USE enum status model_read(struct model *m, const char *path,
                                const struct kernels *kern, struct err *e);

/* model_read_any - the same of a file that may be another program's: then only
 * `stored` is filled, and the target is not known. */
MUST_USE enum status model_read_any(struct model *m, const char *path,
                                    const struct kernels *kern, struct err *e);
void model_free(struct model *m);

/* model_facts_of - what a model was told of its samples. */
static inline struct data_facts model_facts_of(const struct model *m)
{
    return (struct data_facts){.target = m->target,
                               .norm = m->norm,
                               .scale = m->scale,
                               .missing = m->missing,
                               .names = m->names,
                               .images = m->images,
                               .reach = m->reach,
                               .of_images = m->of_images};
}

/* What of a run goes into a file besides weights and document. */
struct model_facts {
    const struct data_facts *data;
    const char *fingerprint; /* "": no data */
    const char *cut;         /* JSON, how it was cut; NULL: no data */
    struct pool *pool;       /* to compute the reference outputs with */
};

/* normalization_put - {"mean": [..], "std": [..]}. */
void normalization_put(struct json_writer *w, const char *key,
                       const struct normalization *norm);

/* model_split_read - the metadata `split` of a model whose document is there,
 * with which it must agree.  ERR_DATA, ERR_MEMORY. */
MUST_USE enum status model_split_read(struct model *m, const char *path,
                                      const struct json *map, struct err *e);

/* model_images_put - {"resize": [..], "fit": .., "channels": ..,
 * "background": [..]}; without a size neither resize nor fit. */
void model_images_put(struct json_writer *w, const char *key,
                      const struct image_rule *rule);

/* model_images_read - the rule of a model whose document is there: the file's,
 * which must agree with the document, or what that says.  ERR_DATA names
 * `path`, ERR_MEMORY. */
MUST_USE enum status model_images_read(struct model *m, const char *path,
                                       struct err *e);

/*
 * model_images_for - how images are read for model `m` (NULL: none) that the
 * document `x` (NULL: none) or a command line names: as the model's were, else
 * as the document says.  A document that reads them otherwise than the model is
 * ERR_CONFIG.
 */
MUST_USE enum status model_images_for(const struct model *m,
                                      const struct experiment *x,
                                      struct image_rule *rule, struct err *e);

/* model_write - replace `path` atomically.  Equal runs give equal bytes. */
MUST_USE enum status model_write(const char *path, const struct experiment *x,
                                 const struct train_state *s,
                                 const struct model_facts *facts,
                                 struct err *e);

/* model_put - the same into a file that the caller has begun and commits. */
MUST_USE enum status model_put(struct file_replace *r, const char *path,
                               const struct experiment *x,
                               const struct train_state *s,
                               const struct model_facts *facts, struct err *e);

/* model_write_stripped - the file of `m` again, as it was read, without last
 * weights, slots and position: it predicts the same and cannot be resumed. */
MUST_USE enum status model_write_stripped(const char *path,
                                          const struct model *m, struct err *e);

/* model_kernels - what computes `g` here, "avx512, OpenBLAS 0.3.21 Haswell" or
 * "avx2+bfloat16": the instruction set, what is not float32 and, if it
 * multiplies by it, the BLAS with its kernel.
 * Bytes are only equal where both are. */
struct kernels_name {
    char text[96];
};
struct kernels_name model_kernels(const struct graph *g);

/* model_computed_by - was the file?  It may name a BLAS that its network does
 * not use. */
bool model_computed_by(const struct model *m, const struct kernels_name *name);

/* model_rehearse - everything that model_write and model_read do, but for the
 * file: nothing is written.  `path` is named in messages. */
MUST_USE enum status model_rehearse(const char *path,
                                    const struct experiment *x,
                                    const struct train_state *s,
                                    const struct model_facts *facts,
                                    struct err *e);

/* model_tolerance - the most by which other kernels' outputs differ, as verify
 * says it; export takes it for a share of outputs above 1.  More is another
 * computation. */
double model_tolerance(const struct model *m);

/* model_replay - the reference outputs, computed again: the largest difference
 * from those in the file, 0 when all bits are equal.  ERR_DATA, `path` being
 * named, when one is no number, ERR_MEMORY. */
MUST_USE enum status model_replay(const struct model *m, const char *path,
                                  struct pool *pool, double *largest,
                                  struct err *e);
