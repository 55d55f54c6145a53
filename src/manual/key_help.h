/*
 * key_help.h - help about the keys of a configuration, from their tables.
 */
#ifndef MANUAL_KEY_HELP_H
#define MANUAL_KEY_HELP_H

#include <stdbool.h>

#include "base/text.h"
#include "manual/key_places.h"

/* key_help - append what is known about a key ("train.momentum"), a section
 * ("data", "data."), a layer ("layers.conv2d") or a word that a key may have
 * ("train.adam", "layers.W.he_normal").  False: no such thing. */
bool key_help(struct text *out, const char *word);

/* key_nearest - the path most like `word` into `path`, which becomes "" when
 * there is none. */
void key_nearest(const char *word, char path[KEY_PATH_BYTES]);

/* key_words - every path and key that key_help knows, a blank before each. */
void key_words(struct text *out);

/* key_tables - every place and the rows in it as records, a line each, fields
 * after tabs: `place ROLE PATH SECTION NAME DOC`, `key KEY VALUE UNIT DEFAULT
 * default|optional|required SAMPLE DOC`. */
void key_tables(struct text *out);

#endif
