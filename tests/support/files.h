/*
 * files.h - a folder of its own for a test that reads and writes files.
 */
#ifndef SUPPORT_FILES_H
#define SUPPORT_FILES_H

#include <stddef.h>

/* Fixtures: go to a fresh folder; remove it with everything in it. */
void folder_begin(void);
void folder_end(void);

void put_file(const char *name, const void *bytes, size_t length);
void put_text(const char *name, const char *text);
void put_gzip(const char *name, const void *bytes, size_t length);

/* mnist_path - "$MNIST_DIR/NAME"; NULL, with a message, when there is no such
 * file: the test has nothing to say then. */
const char *mnist_path(const char *name);

#endif
