/*
 * say.c - notes and warnings on standard error, documents on standard output.
 */
#include "cli/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "term/colour.h"

enum status usage_error(struct err *e, const struct call *call, const char *fmt,
                        ...)
{
    char message[1024];
    va_list args;

    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    return err_add(e, ERR_USAGE, call->place, "%s", message);
}

static void say(const struct call *call, const char *kind, const char *fmt,
                va_list args) PRINTF_LIKE(3, 0);

static void say(const struct call *call, const char *kind, const char *fmt,
                va_list args)
{
    if (call->global.quiet)
        return;
    progress_erase(call->progress);
    struct text message = {0}, line = {0};
    text_vprintf(&message, fmt, args);
    if (kind)
        text_printf(&line, "%s: %s: ", call->place, kind);
    text_shown(&line, text_string(&message));
    fprintf(stderr, "%s\n", text_string(&line));
    text_free(&message);
    text_free(&line);
}

void note(const struct call *call, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(call, NULL, fmt, args);
    va_end(args);
}

void warn(const struct call *call, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(call, "warning", fmt, args);
    va_end(args);
}

static void say_lines(const struct call *call, const struct text *lines,
                      void (*say_one)(const struct call *, const char *, ...))
{
    for (const char *line = text_string(lines); *line;) {
        const size_t length = strcspn(line, "\n");
        say_one(call, "%.*s", (int)length, line);
        line += length + (line[length] == '\n');
    }
}

void note_lines(const struct call *call, const struct text *lines)
{
    say_lines(call, lines, note);
}

void warn_lines(const struct call *call, const struct text *lines)
{
    say_lines(call, lines, warn);
}

bool colour_stdout(const struct call *call)
{
    const struct terminal t = terminal_of(STDOUT_FILENO);

    return colour_allowed(when_of(call->global.color), &t);
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
