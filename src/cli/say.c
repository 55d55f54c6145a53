/*
 * say.c - notes and warnings on standard error, documents on standard output.
 */
#include "cli/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "figure/screen.h"

static PRINTF_LIKE(3, 0) void put_line(const struct call *call,
                                       const char *kind, const char *fmt,
                                       va_list args)
{
    struct text message = {0}, line = {0};

    text_vprintf(&message, fmt, args);
    if (kind)
        text_printf(&line, "%s: %s: ", call->place, kind);
    text_shown(&line, text_string(&message));
    progress_erase(call->progress);
    fprintf(stderr, "%s\n", text_string(&line));
    text_free(&message);
    text_free(&line);
}

void say(const struct call *call, const char *kind, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    if (!call->global.quiet)
        put_line(call, kind, fmt, args);
    va_end(args);
}

void insist(const struct call *call, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    if (exchange_leads(call->exchange))
        put_line(call, "warning", fmt, args);
    va_end(args);
}

void say_lines(const struct call *call, const char *kind,
               const struct text *lines)
{
    for (const char *line = text_string(lines); *line;) {
        const size_t length = strcspn(line, "\n");
        say(call, kind, "%.*s", (int)length, line);
        line += length + (line[length] == '\n');
    }
}

struct terminal stdout_of(const struct call *call)
{
    struct terminal t = terminal_of(STDOUT_FILENO);

    t.is_terminal = t.is_terminal && !call->exchange->is_launched;
    return t;
}

bool colour_stdout(const struct call *call)
{
    const struct terminal t = stdout_of(call);

    return colour_allowed(when_of(call->global.color), &t);
}

void screen_of(const struct call *call, struct screen *out)
{
    *out = (struct screen){
        .columns = terminal_columns(STDOUT_FILENO),
        .rows = terminal_rows(STDOUT_FILENO),
        .palette = colour_stdout(call)
                       ? palette_of(getenv("COLORTERM"), getenv("TERM"))
                       : PALETTE_ASCII,
        .utf8 = utf8_of(getenv("LC_ALL"), getenv("LC_CTYPE"), getenv("LANG")),
    };
}

void print_table(const struct call *call, struct table *t)
{
    struct text text = {0};

    t->room = terminal_columns(STDOUT_FILENO);
    table_print(&text, t);
    out_text(call->out, &text);
}

enum status print_json(const struct call *call, struct json_writer *w,
                       struct err *e)
{
    struct text t = {0};

    json_finish(w, JSON_INDENTED, &t);
    text_puts(&t, "\n");
    const enum status s = t.failed ? err_memory(e, "writing JSON") : OK;
    if (s == OK)
        out_text(call->out, &t);
    text_free(&t);
    return s;
}

void json_put_shape(struct json_writer *w, const char *key, struct shape s)
{
    json_put_ints(w, key, s.dim, s.axes);
}
