/*
 * text.h - growing strings and the nearest word.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/*
 * A growing string; initialise with {0}, give back with text_free.  When memory
 * runs short `failed` is set and further appends do nothing, so a writer checks
 * once at the end.
 */
struct text {
    char *at; /* '\0' terminated; NULL while empty */
    size_t length, capacity;
    bool failed;
};

void text_add(struct text *t, const char *bytes, size_t length);
void text_puts(struct text *t, const char *string);
void text_printf(struct text *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
void text_vprintf(struct text *t, const char *fmt, va_list args)
    PRINTF_LIKE(2, 0);

/* text_shown - text from anywhere, as it may be shown: see base/utf8.h. */
void text_shown(struct text *t, const char *foreign);

/* text_markup - what text_shown made, as content or attribute of XML, HTML. */
void text_markup(struct text *t, const char *clean);

/* text_number_at_end - bytes of the number that a line ends with, the blank
 * before it included: what stays when it has to be shortened.  0: none. */
size_t text_number_at_end(const char *line, size_t length);

/* text_line - a line for people: as it may be shown, and a newline. */
void text_line(struct text *t, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* text_pad - append `count` copies of `c`; nothing when count <= 0. */
void text_pad(struct text *t, char c, int64_t count);

/* text_wrap - append words, the lines filled to 79 columns, and a newline.  The
 * first starts where the line stands, at column `indent`; those that follow are
 * indented to it, `prefix` (may be "") before the blanks. */
void text_wrap(struct text *t, const char *prefix, int64_t indent,
               const char *words);
void text_free(struct text *t);

/* text_drop - give `part` back, of whose want of memory `t` is told. */
void text_drop(struct text *t, struct text *part);

/* text_join - append what has been written to `part`, which is given back. */
void text_join(struct text *t, struct text *part);

/* arena_text - a copy of what has been written to `t`, which is given back. */
MUST_USE const char *arena_text(struct arena *a, struct text *t);

struct counted {
    char text[64];
};

/* counted - "1 sample", "2 samples", "0 classes": of nouns up to 40 bytes. */
struct counted counted(int64_t count, const char *noun);

/* text_string - the content, "" while empty. */
const char *text_string(const struct text *t);

/* rows_by_name - the order of rows, for qsort and bsearch, by the string that
 * they begin with. */
int rows_by_name(const void *a, const void *b);

/* text_twin - of the words that stand in a list twice the first by its bytes;
 * NULL: there is none, or no memory, which fails `scratch`. */
const char *text_twin(const char *const *words, int64_t count,
                      struct arena *scratch);

/* text_distance - how many characters must be inserted, deleted, replaced or
 * swapped with their neighbour to turn a into b (optimal string alignment).
 * Words over 64 characters count as far away. */
int64_t text_distance(const char *a, const char *b);

/*
 * What a person most likely meant by `word`, among words that are offered one
 * by one: the nearest, at most a third of its characters away, capitals and
 * underscores alone being no difference.  Initialise with {.word = word}.
 */
struct nearest {
    const char *word, *found; /* NULL: none was near enough */
    int64_t distance;         /* of the one found */
};

/* nearest_offer - `found` becomes `meaning` if `word` is nearer than all before
 * it, and the answer is true. */
bool nearest_offer(struct nearest *n, const char *word, const char *meaning);

/* text_nearest - the same among `words`, ended by NULL. */
const char *text_nearest(const char *word, const char *const *words);

/* text_matches - is `word` what the pattern says, in which * is any characters
 * and ? is any one? */
bool text_matches(const char *word, const char *pattern);
