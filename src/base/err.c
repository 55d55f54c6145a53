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
    e->unsaid = 0;
    e->is_shared = false;
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

enum status err_join(struct err *e, const struct err *from)
{
    if (e->unsaid > 0 || !append(e, from->text, true))
        e->unsaid += from->count;
    if (e->count == 0)
        e->status = from->status;
    e->count += from->count;
    return from->status;
}

/* Where the last of the lines in text[0 .. end) begins. */
static size_t last_line(const char *text, size_t end)
{
    size_t begin = end > 0 ? end - 1 : 0;

    while (begin > 0 && text[begin - 1] != '\n')
        begin--;
    return begin;
}

void err_prefix(struct err *e, const char *prefix)
{
    const size_t length = strlen(prefix);
    size_t lines = 0, from;

    for (size_t i = 0; i < e->used; i++)
        lines += e->text[i] == '\n';
    for (; e->used + lines * length >= sizeof e->text; lines--, e->unsaid++)
        e->used = last_line(e->text, e->used);
    from = e->used;
    e->used += lines * length;
    e->text[e->used] = '\0';
    for (size_t to = e->used; from > 0;) {
        const size_t begin = last_line(e->text, from), bytes = from - begin;
        to -= bytes + length;
        memmove(e->text + to + length, e->text + begin, bytes);
        memcpy(e->text + to, prefix, length);
        from = begin;
    }
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

bool err_is_memory(int errnum)
{
    return errnum == ENOMEM || errnum == EMFILE || errnum == ENFILE;
}

enum status err_file(struct err *e, const char *path, const char *what,
                     int errnum)
{
    static const int absent[] = {ENOENT, ENOTDIR, EISDIR,      EACCES,
                                 EPERM,  ELOOP,   ENAMETOOLONG};
    enum status s = ERR_IO;

    for (size_t i = 0; i < ARRAY_LEN(absent); i++)
        if (errnum == absent[i])
            s = ERR_NOINPUT;
    if (err_is_memory(errnum) || errnum == EAGAIN)
        s = ERR_MEMORY;
    if (errnum == EPIPE)
        s = ERR_PIPE;
    return err_add(e, s, path, "%s: %s", what, strerror(errnum));
}

enum status err_output(struct err *e, const char *path, const char *what,
                       int errnum)
{
    enum status s = err_is_memory(errnum) ? ERR_MEMORY : ERR_CANTCREATE;

    if (errnum == ENOSPC || errnum == EDQUOT || errnum == EIO)
        s = ERR_IO;
    return err_add(e, s, path, "%s: %s", what, strerror(errnum));
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
