/*
 * colour.c - decides from option, terminal and environment.
 */
#include "term/colour.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

const char *const when_words[] = {"auto", "always", "never", NULL};

enum when when_of(const char *word)
{
    if (word && strcmp(word, "always") == 0)
        return WHEN_ALWAYS;
    if (word && strcmp(word, "never") == 0)
        return WHEN_NEVER;
    return WHEN_AUTO;
}

struct terminal terminal_of(int fd)
{
    return (struct terminal){
        .is_terminal = isatty(fd) == 1,
        .no_color = getenv("NO_COLOR"),
        .term = getenv("TERM"),
    };
}

int64_t terminal_columns(int fd)
{
    struct winsize size = {0};

    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int64_t terminal_rows(int fd)
{
    struct winsize size = {0};

    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

bool control_allowed(enum when when, const struct terminal *t)
{
    if (when != WHEN_AUTO)
        return when == WHEN_ALWAYS;
    return t->is_terminal && t->term && strcmp(t->term, "dumb") != 0;
}

bool colour_allowed(enum when when, const struct terminal *t)
{
    const bool refused = t->no_color && *t->no_color != '\0';

    return control_allowed(when, t) && (when == WHEN_ALWAYS || !refused);
}

enum palette palette_of(const char *colorterm, const char *term)
{
    if (colorterm && (strcmp(colorterm, "truecolor") == 0 ||
                      strcmp(colorterm, "24bit") == 0))
        return PALETTE_RGB;
    return term && strstr(term, "256color") ? PALETTE_256 : PALETTE_ASCII;
}

int colour_256(int red, int green, int blue)
{
    if (red == green && green == blue)
        return 232 + red * 23 / 255;
    return 16 + 36 * (red * 5 / 255) + 6 * (green * 5 / 255) + blue * 5 / 255;
}

bool utf8_of(const char *lc_all, const char *lc_ctype, const char *lang)
{
    const char *name = lc_all && *lc_all       ? lc_all
                       : lc_ctype && *lc_ctype ? lc_ctype
                                               : lang;
    const char *codeset = name ? strchr(name, '.') : NULL;

    return codeset && (strncasecmp(codeset, ".utf-8", 6) == 0 ||
                       strncasecmp(codeset, ".utf8", 5) == 0);
}
