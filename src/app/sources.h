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

/* source_of_files - the source of `kind` with these files, at least one; `files`
 * ends with key NULL, and the first one stands for any other that is needed.
 * Written as `like` (NULL: none) when that is of the same kind, else with the
 * defaults of every other key.  ERR_CONFIG, ERR_MEMORY. */
MUST_USE enum status source_of_files(struct arena *arena,
                                     const struct source_ops *kind,
                                     const struct source *like,
                                     const struct named_file *files,
                                     struct source *out, struct err *e);

#endif
