/*
 * key_help.h - help about the keys of a configuration, from their tables, and
 * the one walk over these that help, man page and reference configuration
 * share.
 *
 * Types of layers, kinds of sources and update rules have paths like keys:
 * `layers.conv2d`, `data.train.csv`, `train.adam`; initializers stand under the
 * first key that takes them, `layers.W.he_normal`.
 */
#pragma once

#include <stdbool.h>

#include "base/text.h"
#include "document/sections.h"

enum { KEY_PATH_BYTES = 160 };

enum place_role {
    PLACE_SECTION, /* of the document */
    PLACE_NESTED,  /* a kind whose keys stand under its name */
    PLACE_BESIDE,  /* one of several kinds whose keys stand in the section */
    PLACE_VALUE,   /* a word, with parameters in braces: an initializer */
};

struct place {
    enum place_role role;
    char path[KEY_PATH_BYTES]; /* "" for the document itself */
    const char *keys;          /* path that the keys stand under */
    const char *section;       /* path of the section it belongs to */
    const char *name, *aka;    /* of the kind; NULL: a section; none */
    const char *doc;
    const struct field *fields; /* ended by {0}; NULL: none */
    const struct section *at;   /* where the walk stands: section, */
    size_t list, kind;          /* the next list of kinds, entry */
};

/* place_next - the next of all places in the document's order, kinds after the
 * section that they belong to; false at the end.  `p` begins as {0} and stays
 * where it is: it points into itself. */
bool place_next(struct place *p);

/* place_key - the path of a key of the place, `train.momentum`. */
void place_key(const struct place *p, const char *key,
               char path[KEY_PATH_BYTES]);

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
