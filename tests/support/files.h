/*
 * files.h - data files for tests: text, gzip, MNIST where it is installed.
 */
#pragma once

#include <stddef.h>

/* put_text, put_gzip - a file in the current folder (scratch.h). */
void put_text(const char *name, const char *text);
void put_gzip(const char *name, const void *bytes, size_t length);

/* mnist_path - "$MNIST_DIR/NAME"; NULL, with a message, when there is no such
 * file: the test has nothing to say then. */
const char *mnist_path(const char *name);
