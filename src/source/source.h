/*
 * source.h - the kinds of places that samples with their answers come from.
 *
 * One file per kind, one line in registry.c.  In YAML a source is a mapping
 * that holds the kind's key: `images:` (IDX), `csv:`, `npy:`.  A kind opens
 * a reader and hands out one record after the other; loading, surveying,
 * converting and predict's stream are loops over it, here and in stream.c,
 * which know no format.
 *
 * The folder is long because formats are many: each is a few hundred lines that
 * no other reads, beside the tables' reader, which several share.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/text.h"
#include "conf/field.h"
#include "data/dataset.h"
#include "image/image.h"
#include "source/input.h"

/* Where samples come from, for messages. */
struct origin {
    const char *file, *key; /* "data.test" of a configuration; NULL: none */
    const char *first;      /* the first of the files that key names, as it is
                               shown; NULL: none, or it is `file` */
};

/* What is done with the label or the targets of a record. */
enum source_answers {
    ANSWERS_READ,
    ANSWERS_SKIPPED, /* they are there, and passed over */
    ANSWERS_ABSENT,
};

/* Names by which the columns of a table are matched. */
struct column_names {
    struct text_list inputs;  /* of the numbers of a sample, in order; count 0:
                                none are known, columns count */
    const char *label;        /* of the label; NULL: not known */
    struct text_list targets; /* count 0: not known */
};

/* Where the values of a source stand, which its file may not bear out. */
struct source_place {
    const void *document, *source; /* the place's own */

    /* Record `why`, of `file`, at `key`, in a list at the entry `word`; returns
     * ERR_CONFIG. */
    enum status (*refuse)(const struct source_place *p, const char *key,
                          const char *word, const char *file, const char *why,
                          struct err *e);
};

/* Where the pixels of records that can be fetched are kept. */
enum source_cache {
    CACHE_AUTO,   /* in memory when they fit; in the file they lie in as they
                     are when they are large */
    CACHE_MEMORY, /* in memory */
    CACHE_NONE,   /* nowhere: they are fetched whenever they are needed */
};

/* What a reader is opened for. */
struct source_request {
    enum source_answers answers;
    bool blind;       /* pixels are not wanted */
    bool trace;       /* but a trace of each sample instead, see source_load */
    bool holes;       /* cells of a table may be missing: they are NaN */
    int64_t features; /* numbers of a sample; 0: as many as are found */
    const struct column_names *names; /* NULL: none are known */
    const struct source_place *place; /* NULL: messages name the file */
    const struct text_list *passed;   /* columns to be handed on as text,
                                         whatever they are: names or numbers
                                         counted from 0; NULL: none */
    const struct image_rule *images;  /* how images become samples, copied by
                                         whoever reads them; NULL: as they are
                                         */
    const char *split_key;            /* what asks for the last of these, which
                                         is no less an input for it:
                                         "data.split.by"; NULL: --pass does */
    struct arena *arena;  /* what a reader says of itself lives on it */
    struct input *opened; /* the source's first file, already open: taken over
                             and {0} afterwards; NULL: none */
    bool fetching; /* pixels will be asked of fetch, if the reader has it */
    enum source_cache cache;
    int64_t limit;     /* samples that are used, the first; 0: all */
    struct pool *pool; /* whose threads fetch; NULL: the caller's alone */
};

/* A source being read.  The kind's open fills all but `ops`. */
struct source_reader {
    const struct source_ops *ops;
    const char *name;       /* of its first file, for messages */
    struct shape shape;     /* of a sample */
    struct target target;   /* not of classes: a record has targets; else a
                             label, or no answer */
    struct columns columns; /* of a table */
    const char *note;       /* what was assumed, worth saying once; NULL */
    bool streams;           /* its pixels come with the records alone, though
                               the kind has fetch */
    struct input *in;       /* where records come from; NULL: never waits */
    void *state;            /* the kind's own */
};

/* One sample; what it points to is valid until the next one is read. */
struct record {
    bool bad;   /* beside ERR_DATA: this record cannot be read, the next one may
                 be */
    bool holes; /* some numbers are NaN */
    enum pixel_type pixel; /* U8 may be followed by F32, not the reverse */
    const void *pixels;    /* [shape..]; NULL when blind */
    const char *label;     /* label_length bytes without NUL; NULL: none */
    size_t label_length;
    const float *targets; /* [target.width] */
    const char *path;     /* how a list names the image; NULL: none does */
    const char *passed;   /* the cells asked for, a NUL behind each; of a bad
                             record those that can be told, others empty */
    size_t passed_length; /* of all */
};

struct source_ops {
    struct kind kind; /* name: the key that tells this kind from the others, and
                         that of its first file */
    bool pictures;    /* samples are files of images */
    bool by_class;    /* a limit takes the first sample of each class in turn;
                         of a set of more than SOURCE_LARGE bytes the reader
                         has no others than those of these turns */
    bool nested;      /* the fields are those of the mapping under that key
                         (digits), not of the source itself */
    bool columns;     /* its samples may be rows, of numbers that have a scale
                         each or are missing */
    bool passes;      /* its records have cells that can be handed on, or
                         parted by */

    /* NULL, or what is wrong with values that the table allows: appends why and
     * returns the key at fault, NULL when there is none. */
    const char *(*fault)(const void *config, struct text *why);

    /* NULL, or is the file, which is there, one of those that its own files
     * name or hold?  What is wrong with them is no concern here. */
    bool (*holds)(const void *config, const char *path);

    /* NULL, or make absent what other values leave without effect. */
    void (*settle)(void *config);

    /* NULL, or the columns of numbers or of labels to be predicted; *kind, of
     * classes before, becomes which of both when there are such, count 0 when
     * nobody knows how many. */
    const struct text_list *(*targets)(const void *config,
                                       enum target_kind *kind);

    /* NULL, or is a file with these first bytes of this kind? */
    bool (*knows)(const unsigned char *head, size_t length, const char *path);

    /* Finds everything out that takes no look at the records: the files are
     * there and of the right kind, counts agree.  `r` is {0} but for `ops`; it
     * is closed after a failure too.  ERR_NOINPUT, ERR_CONFIG (the values do
     * not fit the file), ERR_DATA, ERR_IO, ERR_MEMORY. */
    enum status (*open)(const void *config, const struct source_request *q,
                        struct source_reader *r, struct err *e);

    /* The next record; *more false: there was none, and the source ends as it
     * should.  `out` is {0}.  ERR_DATA, ERR_IO, ERR_MEMORY. */
    enum status (*next)(struct source_reader *r, struct record *out, bool *more,
                        struct err *e);

    /* NULL, or the pixels of record `index`, counted from 0, in the pixel type
     * that next says, which is that of all records: by any thread, any number
     * of times, while the reader is open.  Next then gives no pixels, unless
     * the reader streams.  ERR_DATA, ERR_NOINPUT, ERR_IO, ERR_MEMORY. */
    enum status (*fetch)(const struct source_reader *r, int64_t index,
                         void *pixels, struct err *e);

    /* NULL: a record is decoded, which is worth keeping.  Else records lie in
     * the file as they are, one behind the other, and the system keeps them:
     * as fetch, `count` of them. */
    enum status (*fetch_run)(const struct source_reader *r, int64_t index,
                             int64_t count, void *pixels, struct err *e);

    /* NULL without `in`: does it hold a whole record, or the end? */
    bool (*whole)(const struct source_reader *r);

    void (*close)(struct source_reader *r);
};

extern const struct source_ops *const source_registry[]; /* ended by NULL */

/* source_find - the kind whose key is `name`; NULL: none. */
const struct source_ops *source_find(const char *name);

/* The words for kinds that are files, "auto" first; ended by NULL. */
extern const char *const source_formats[];

/* source_of_format - the kind of a word of source_formats; NULL, auto: it is to
 * be told by the file. */
const struct source_ops *source_of_format(const char *word);

/* source_told - the kind of an open file by its content and its name: CSV when
 * no other claims it.  ERR_DATA: one that no kind reads. */
MUST_USE enum status source_told(struct input *in, const char *path,
                                 const struct source_ops **kind, struct err *e);

/* source_file - the path of one of its files, counted from 0; NULL: there are
 * no more. */
const char *source_file(const struct source_ops *kind, const void *config,
                        int64_t index);

/* source_reads - is the file one of those that it reads, named by its keys or
 * by what they name? */
bool source_reads(const struct source_ops *kind, const void *config,
                  const char *path);

/* source_reads_once - does one of its files give its content only once:
 * standard input, a pipe? */
bool source_reads_once(const struct source_ops *kind, const void *config);

/* source_open - see `open`; nothing is left open after a failure.  ERR_USAGE:
 * columns are to be passed of what has none. */
MUST_USE enum status source_open(struct source_reader *r,
                                 const struct source_ops *kind,
                                 const void *config,
                                 const struct source_request *q, struct err *e);

/* source_next - see `next`. */
MUST_USE enum status source_next(struct source_reader *r, struct record *out,
                                 bool *more, struct err *e);
void source_close(struct source_reader *r); /* allowed on {0} and twice */

/* source_fetches - are pixels had by fetch? */
static inline bool source_fetches(const struct source_reader *r)
{
    return r->ops->fetch && !r->streams;
}

/* source_leaves - are pixels that lie in a file as they are, `bytes` of each of
 * `count` samples, left there: they are many, or none is to be held? */
bool source_leaves(const struct source_request *q, int64_t count,
                   int64_t bytes);

/* source_input - open `path`, or take over what the request has open. */
MUST_USE enum status source_input(const struct source_request *q,
                                  const char *path, struct input *in,
                                  struct err *e);

/* column_names_of - the names by which other tables are matched with the table
 * whose columns these are; on `arena`, which may fail. */
struct column_names column_names_of(const struct columns *c, int64_t size,
                                    int64_t targets, struct arena *arena);

/* source_preflight - can it be opened?  What gives its content only once is
 * left alone.  `names`: those that are known; if none are, they become those of
 * this source, on `arena`. */
MUST_USE enum status source_preflight(const struct source_ops *kind,
                                      const void *config,
                                      struct column_names *names,
                                      struct arena *arena, struct err *e);

/* source_preflight_at - the same of a source that stands where `like` says, and
 * whose answers are treated so. */
MUST_USE enum status source_preflight_at(const struct source_ops *kind,
                                         const void *config,
                                         const struct source_request *like,
                                         struct column_names *names,
                                         struct arena *arena, struct err *e);

/*
 * source_load - all samples; targets, or labels as classes of the source
 * itself; where answers are not to be read, the inputs are targets.  Of the
 * request all but `arena`, `opened` and `fetching` is asked for; NULL: none of
 * it.  blind: a survey without the pixels (NULL), and nothing (count 0) of what
 * gives its content only once.  trace: the same with all
 * records, of which traces are kept instead of their pixels.
 *
 * Pixels that can be fetched are read after the answers of all records, by the
 * threads of the pool, and held; or they are left to be fetched (out->apart):
 * by request.cache; when that is auto, those that lie in a file as they are,
 * and those of which less than twice as many bytes are left of the memory.
 * Of a set of more than SOURCE_LARGE bytes of pixels only the samples within
 * the limit, or of the turns that it takes, become part of `out`; its classes
 * are those of all.
 * ERR_NOINPUT, ERR_CONFIG, ERR_DATA, ERR_IO, ERR_MEMORY.
 */
enum { SOURCE_LARGE = BUFFER_BYTES(1 << 26) };
MUST_USE enum status source_load(const struct source_ops *kind,
                                 const void *config,
                                 const struct source_request *asked,
                                 struct dataset *out, struct err *e);

/* source_misfit - record that samples of one shape do not fit a network that
 * takes another.  Returns ERR_CONFIG. */
enum status source_misfit(struct shape found, struct shape wanted,
                          const struct origin *from, struct err *e);

/* dataset_rename - the classes of `d` take the names that stand for them in
 * `map`.  ERR_CONFIG: a label has none, be it one of the names. */
MUST_USE enum status dataset_rename(struct dataset *d,
                                    const struct text_map *map,
                                    const struct origin *from, struct err *e);

/*
 * dataset_match - give `d` the classes of `classes`, matched by name: integers
 * are compared in canonical decimal.  A label that is not among them is
 * ERR_CONFIG: it and the sample, counted from 0, are named, and `whose` they
 * are, "classes of the training data".
 */
MUST_USE enum status dataset_match(struct dataset *d,
                                   const struct target *classes,
                                   const char *whose, const struct origin *from,
                                   struct err *e);
