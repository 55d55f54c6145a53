/*
 * first.h - a first document for some data, to begin with.
 */
#ifndef APP_FIRST_H
#define APP_FIRST_H

#include "base/err.h"
#include "base/text.h"

/* first_document - append a commented document that trains on `path`, a table
 * or the images of an IDX pair (the name of the labels follows from theirs); on
 * the built-in digits when it is NULL.  The data is looked at for its shape and
 * classes.  Errors of reading it. */
MUST_USE enum status first_document(struct text *out, const char *path,
                                    struct err *e);

#endif
