/*
 * scratch.h - an empty folder of a test's own, as the working directory.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* scratch_begin, scratch_end - make the folder and enter it; leave and remove
 * it.  Fit for .init and .fini of a Criterion test. */
void scratch_begin(void);
void scratch_end(void);

/* scratch_drop_root - become an ordinary user who owns the folder, for good.  A
 * test that writes outside the folder calls it first: if the code is wrong, as
 * root it would replace the machine's devices by files. */
void scratch_drop_root(void);

/* scratch_write - a file with this content, written without the program. */
void scratch_write(const char *name, const void *bytes, size_t length);

/* scratch_holds - is the content of the file exactly `length` bytes? */
bool scratch_holds(const char *name, const void *bytes, size_t length);

/* scratch_count - how many files and folders are in the folder. */
int scratch_count(void);
