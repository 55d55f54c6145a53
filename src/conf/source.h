/*
 * source.h - the characters of a document: are they allowed, where are they,
 * and how a line of them is shown under a message.
 *
 * Lines end where YAML 1.1 ends them: LF, CR, CR LF, NEL, LS, PS.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "conf/tree.h"

enum { SOURCE_WHY_BYTES = 64 };

/* The first byte that no YAML document may hold. */
struct source_fault {
    struct mark mark;
    char why[SOURCE_WHY_BYTES];
};

/* source_check - is every byte part of a character that YAML allows?  Fills
 * `fault` when it is not. */
bool source_check(const char *text, size_t length, struct source_fault *fault);

/* source_limit - `mark`, or the place after the last visible character when
 * there is none at or behind `mark`. */
struct mark source_limit(const char *text, size_t length, struct mark mark);

/* source_show - append the line of `mark` and a caret under its column to the
 * last error.  Control characters show as '?', tabs as one blank, long lines as
 * the part around the caret.  Nothing when there is no such line. */
void source_show(const char *text, struct mark mark, struct err *e);

/* source_clip - how many of the first `limit` bytes are whole characters. */
size_t source_clip(const char *text, size_t limit);
