/*
 * out.c - a buffered writer with an error that sticks.
 */
#include "term/out.h"

#include <stdarg.h>
#include <string.h>

#include "base/file.h"

void out_begin(struct out *o, int fd, const char *name, struct err *e)
{
    o->fd = fd;
    o->name = name;
    o->e = e;
    o->status = OK;
    o->used = 0;
}

enum status out_flush(struct out *o)
{
    if (o->status == OK && o->used > 0 && o->fd >= 0)
        o->status = file_write_all(o->fd, o->name, o->buffer, o->used, o->e);
    o->used = 0;
    return o->status;
}

void out_add(struct out *o, const char *bytes, size_t length)
{
    while (o->status == OK && length > 0) {
        size_t room = sizeof o->buffer - o->used;
        if (room > length)
            room = length;
        memcpy(o->buffer + o->used, bytes, room);
        o->used += room;
        bytes += room;
        length -= room;
        if (o->used == sizeof o->buffer && out_flush(o) != OK)
            return;
    }
}

void out_puts(struct out *o, const char *string)
{
    out_add(o, string, strlen(string));
}

void out_printf(struct out *o, const char *fmt, ...)
{
    struct text t = {0};
    va_list args;

    va_start(args, fmt);
    text_vprintf(&t, fmt, args);
    va_end(args);
    out_text(o, &t);
}

void out_text(struct out *o, struct text *t)
{
    if (t->failed && o->status == OK)
        o->status = err_memory(o->e, "printing");
    out_add(o, text_string(t), t->length);
    text_free(t);
}
