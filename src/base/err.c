/*
 * err.c - collects error messages in a fixed block of text.
 */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Appends at most the room that is left; false when `line` does not fit. */
static bool append(struct err *e, const char *line)
{
    const size_t length = strlen(line);

    if (length >= sizeof e->text - e->used)
        return false;
    memcpy(e->text + e->used, line, length + 1);
    e->used += length;
    return true;
}

/* Control characters, U+0080 to U+009F in UTF-8 among them, would let a file
 * drive the user's terminal.  Those in `allowed` stay. */
static void defuse(char *text, const char *allowed)
{
    for (unsigned char *p = (unsigned char *)text; *p; p++) {
        const bool c1 = p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0;
        if (c1)
            p[1] = '?';
        if (c1 || ((*p < 0x20 || *p == 0x7f) && !strchr(allowed, *p)))
            *p = '?';
    }
}

enum status err_add(struct err *e, enum status s, const char *place,
                    const char *fmt, ...)
{
    char message[1024];
    char line[2048];
    va_list args;

    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    /* However long the place, the message is there. */
    snprintf(line, sizeof line - 1, "%.1000s: error: %s",
             place ? place : "cnnctl", message);
    defuse(line, "");
    memcpy(line + strlen(line), "\n", 2);

    if (e->count++ == 0)
        e->status = s;
    if (e->unsaid > 0 || !append(e, line))
        e->unsaid++;
    return s;
}

enum status err_memory(struct err *e, const char *what)
{
    return err_add(e, ERR_MEMORY, NULL, "out of memory while %s", what);
}

void err_source(struct err *e, const char *lines)
{
    char *start = e->text + e->used;

    if (e->unsaid == 0 && append(e, lines))
        defuse(start, "\n\t");
}

static enum status status_of_errno(int errnum)
{
    switch (errnum) {
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case EACCES:
    case EPERM:
    case ELOOP:
    case ENAMETOOLONG:
        return ERR_NOINPUT;
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case EAGAIN:
        return ERR_MEMORY;
    case EPIPE:
        return ERR_PIPE;
    default:
        return ERR_IO;
    }
}

enum status err_file(struct err *e, const char *path, const char *what,
                     int errnum)
{
    return err_add(e, status_of_errno(errnum), path, "%s: %s", what,
                   strerror(errnum));
}

const char *status_text(enum status s)
{
    switch (s) {
#define STATUS_TEXT(name, code, text)                                          \
    case name:                                                                 \
        return text;
        STATUSES(STATUS_TEXT)
#undef STATUS_TEXT
    }
    return "unknown status";
}
