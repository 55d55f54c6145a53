/*
 * append.h - files that grow line by line while others read them: metrics.
 */
#ifndef BASE_APPEND_H
#define BASE_APPEND_H

#include <stdbool.h>

#include "base/err.h"

/* append_open - open `path` to add to its end, emptied first unless `keep`.
 * To be written with file_write_all and given back with append_close.
 * ERR_CANTCREATE. */
MUST_USE enum status append_open(const char *path, bool keep, int *fd,
                                 struct err *e);

/* append_close - *fd becomes -1; allowed on -1. */
void append_close(int *fd);

#endif
