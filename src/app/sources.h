/*
 * sources.h - files of a command line as data sources; what is known of sources
 * before they are read.
 */
#pragma once

#include "document/experiment.h"

/* A key of a source and its path. */
struct named_file {
    const char *key, *path;
};

/* source_of_files - the source of `kind` with these files, at least one, ended
 * by key NULL; the first one stands for any other that is needed.
 * Written as `like` (NULL: none) when that is of the same kind, whose files it
 * does not take, else with the defaults of every other key.  ERR_CONFIG,
 * ERR_MEMORY. */
MUST_USE enum status source_of_files(struct arena *arena,
                                     const struct source_ops *kind,
                                     const struct source *like,
                                     const struct named_file *files,
                                     struct source *out, struct err *e);

/* source_of_text - the source that a mapping in YAML names, as data.test would
 * be written; `place` is what messages call it.  Paths are relative to the
 * current folder; what is not said is as in `like`, if that (NULL: none) is of
 * the same kind.  ERR_CONFIG, ERR_MEMORY. */
MUST_USE enum status source_of_text(struct arena *arena, const char *place,
                                    const char *text, const struct source *like,
                                    struct source *out, struct err *e);

/* source_spares - ERR_USAGE: it reads one of the `outputs` (ended by NULL, or
 * NULL) through `place`. */
MUST_USE enum status source_spares(const struct source *source,
                                   const char *place,
                                   const char *const *outputs, struct err *e);

/* sources_answers - what is learnt of the inputs alone needs no labels. */
enum source_answers sources_answers(const struct experiment *x);

/* sources_preflight - are all files of the data section there and consistent,
 * and is none asked for twice that gives its content only once?  A table's
 * columns have the names `known`; NULL: those of the training source.  Records
 * every fault. */
MUST_USE enum status sources_preflight(const struct experiment *x,
                                       const struct column_names *known,
                                       struct err *e);
