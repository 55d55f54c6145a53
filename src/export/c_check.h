/*
 * c_check.h - does a C file compute what it should?  Private to export/.
 */
#pragma once

#include "base/arena.h"
#include "base/text.h"

/*
 * c_check - compile the file with its test and run it, in a folder of its own
 * below TMPDIR that is removed.
 *
 * compiler  becomes the first of cc, gcc, clang in PATH that compiles anything;
 *           NULL: there is none, and nothing was shown
 *
 * ERR_DATA: the test failed, with what it says.  ERR_INTERNAL: a compiler that
 * compiles something refuses it.  ERR_CANTCREATE, ERR_IO: nothing can be
 * written or run there.  Signals that end the program are heeded.
 */
MUST_USE enum status c_check(const struct text *file, const char *prefix,
                             const char **compiler, struct err *e);
