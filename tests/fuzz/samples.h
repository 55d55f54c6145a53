/*
 * samples.h - what is promised of every source of samples.
 */
#pragma once

#include "source/source.h"

/* fuzz_source - look at a source, load it without its pixels and with them.
 * What is loaded passed the look, has as many samples and classes as without
 * pixels, finite numbers, labels among its classes, and is written as CSV and
 * read again unchanged. */
void fuzz_source(const struct source_ops *kind, const void *config);
