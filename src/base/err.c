/*
 * err.c - collects error messages in a fixed block of text.
 */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* Appends text as it may be shown; false, and nothing, when it does not fit.
 * `aligned`: lines whose columns count, so newline and tab stay and what may
 * not be shown becomes one '?'. */
static bool append(struct err *e, const char *text, bool aligned)
{
    char piece[UTF8_PIECE_BYTES];
    size_t used = e->used;

    while (*text) {
        const char *from = text;
        utf8_shown(&text, piece);
        if (aligned && strncmp(piece, from, (size_t)(text - from)) != 0)
            snprintf(piece, sizeof piece, "%c",
                     *from == '\n' || *from == '\t' ? *from : '?');
        const size_t length = strlen(piece);
        if (length >= sizeof e->text - used) {
            e->text[e->used] = '\0';
            return false;
        }
        memcpy(e->text + used, piece, length);
        used += length;
    }
    e->used = used;
    e->text[used] = '\0';
    return true;
}

void err_clear(struct err *e)
{
    e->status = OK;
    e->count = 0;
    e->used = 0;
    e->text[0] = '\0';
}

enum status err_add(struct err *e, enum status s, const char *place,
                    const char *fmt, ...)
{
    const size_t begin = e->used;
    char message[1024], head[1024];
    va_list args;

    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    /* However long the place, the message is there. */
    snprintf(head, sizeof head, "%.1000s: error: ", place ? place : "cnnctl");
    if (e->unsaid > 0 || !append(e, head, false) ||
        !append(e, message, false) || !append(e, "\n", true)) {
        e->text[e->used = begin] = '\0';
        e->unsaid++;
    }
    if (e->count++ == 0)
        e->status = s;
    return s;
}

enum status err_memory(struct err *e, const char *what)
{
    return err_add(e, ERR_MEMORY, NULL, "out of memory while %s", what);
}

void err_source(struct err *e, const char *lines)
{
    if (e->unsaid == 0)
        (void)append(e, lines, true);
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
