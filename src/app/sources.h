/*
 * sources.h - data sources that no document names: files of a command line.
 */
#ifndef APP_SOURCES_H
#define APP_SOURCES_H

#include "app/experiment.h"

/* A key of a source and its path. */
struct named_file {
    const char *key, *path;
};

/* source_of_files - the source of `kind` with these files and the defaults of
 * every other key; `files` ends with key NULL.  ERR_CONFIG, ERR_MEMORY. */
MUST_USE enum status source_of_files(struct arena *arena,
                                     const struct source_ops *kind,
                                     const struct named_file *files,
                                     struct source *out, struct err *e);

/* source_like - the source of `kind` at `path`, which takes the place of every
 * file that the kind needs: written as `like` is when that is of the same kind,
 * else with the defaults of every key.  ERR_CONFIG, ERR_MEMORY. */
MUST_USE enum status source_like(struct arena *arena,
                                 const struct source_ops *kind,
                                 const struct source *like, const char *path,
                                 struct source *out, struct err *e);

#endif
