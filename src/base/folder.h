/*
 * folder.h - a new folder of files that appears under its name whole or not at
 * all.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct folder_new {  /* initialise with {0} */
    char *path;      /* without a slash at the end */
    char *temporary; /* beside it, of a random name */
};

/* folder_named - does an output's name mean a folder, ending with a slash? */
bool folder_named(const char *path);

/* folder_check - can a new folder be made there?  ERR_CANTCREATE: something
 * stands there, or its place is missing or not writable. */
MUST_USE enum status folder_check(const char *path, struct err *e);

/* folder_begin - make it under its temporary name.  ERR_CANTCREATE, on a full
 * disk ERR_IO, ERR_MEMORY. */
MUST_USE enum status folder_begin(struct folder_new *f, const char *path,
                                  struct err *e);

/* folder_begin_private - one that nobody else can enter. */
MUST_USE enum status folder_begin_private(struct folder_new *f,
                                          const char *path, struct err *e);

/* folder_add - a new file `name` in the folder `within` of it, both plain
 * names. */
MUST_USE enum status folder_add(struct folder_new *f, const char *within,
                                const char *name, const void *bytes,
                                size_t length, struct err *e);

/* folder_commit - write it to the disk and give it its name.  Either way `f` is
 * given back; after a failure (ERR_CANTCREATE: something has come to stand
 * there; ERR_IO) nothing is left of it. */
MUST_USE enum status folder_commit(struct folder_new *f, struct err *e);

/* folder_abort - remove what was written; allowed after commit. */
void folder_abort(struct folder_new *f);
