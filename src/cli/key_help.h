/*
 * key_help.h - help about the keys of a configuration, from their tables.
 */
#ifndef CLI_KEY_HELP_H
#define CLI_KEY_HELP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum { KEY_PATH_BYTES = 128 };

/* key_help - append what is known about a key ("train.momentum"), a section
 * ("data", "data.") or a layer ("layers.conv2d").  False: no such thing. */
bool key_help(struct text *out, const char *word);

/* key_nearest - the path most like `word` into `path`, which becomes "" when
 * there is none. */
void key_nearest(const char *word, char path[KEY_PATH_BYTES]);

/* key_mdoc - all keys as subsections of a man page. */
void key_mdoc(struct text *out);

#endif
