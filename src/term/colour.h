/*
 * colour.h - may a stream be coloured, and the codes.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define COLOUR_RED     "\033[31m"
#define COLOUR_GREEN   "\033[32m"
#define COLOUR_MAGENTA "\033[35m"
#define COLOUR_CYAN    "\033[36m"
#define COLOUR_END     "\033[0m"

/* When something is shown; the words of --color and --progress. */
enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };

extern const char *const when_words[]; /* in the enum's order, ended by NULL */

/* when_of - the value of a word of when_words; NULL: auto. */
enum when when_of(const char *word);

/* What `auto` looks at. */
struct terminal {
    bool is_terminal;
    const char *no_color; /* $NO_COLOR, NULL: unset */
    const char *term;     /* $TERM */
};

/* terminal_of - the facts of a descriptor and the environment. */
struct terminal terminal_of(int fd);

/* terminal_columns - how many it has; 0: unknown, or no terminal. */
int64_t terminal_columns(int fd);

/* terminal_rows - the same of lines. */
int64_t terminal_rows(int fd);

/* colour_allowed - always, never, or: a terminal that is not dumb while
 * NO_COLOR is unset or empty. */
bool colour_allowed(enum when when, const struct terminal *t);

/* control_allowed - may the cursor be moved?  NO_COLOR says nothing of that. */
bool control_allowed(enum when when, const struct terminal *t);

/* How many colours a terminal shows. */
enum palette { PALETTE_ASCII, PALETTE_256, PALETTE_RGB };

/* palette_of - from $COLORTERM and $TERM, once colour is allowed. */
enum palette palette_of(const char *colorterm, const char *term);

/* colour_256 - of the 256 colours one for red, green, blue in 0..255: one of
 * the 24 greys, or of the 6x6x6 cube. */
int colour_256(int red, int green, int blue);

/* utf8_of - does the environment ask for UTF-8?  The first of $LC_ALL,
 * $LC_CTYPE and $LANG that is not empty names the codeset. */
bool utf8_of(const char *lc_all, const char *lc_ctype, const char *lang);
