/*
 * walk.h - the files below a folder, in an order of their own.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/* What was found; initialise with {0}, give back with walk_free. */
struct walk {
    const char **paths; /* [count] the folder's own path in front, sorted by
                           bytes */
    int64_t count;
    size_t below;     /* bytes of a path before what stands below the folder */
    const char *link; /* the first link to a folder; NULL: there is none */
    int64_t links;    /* how many there are: they are not followed */
    struct arena arena; /* owns the paths */
    size_t room;
};

/*
 * walk_folder - all files below `folder`, however deep.
 *
 * Links to files are followed, to folders not; what begins with a dot is passed
 * over.  Records every fault.  ERR_NOINPUT: no such folder, one below or a link
 * that cannot be read; ERR_DATA: neither file nor folder; ERR_IO, ERR_MEMORY.
 */
MUST_USE enum status walk_folder(struct walk *w, const char *folder,
                                 struct err *e);
void walk_free(struct walk *w); /* allowed on {0} and twice */
