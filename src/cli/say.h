/*
 * say.h - what a command says: errors of usage, notes, warnings, results.
 */
#pragma once

#include "cli/cmd.h"
#include "codec/json.h"
#include "tensor/shape.h"
#include "term/colour.h"
#include "term/table.h"

struct screen;

/* usage_error - record "cnnctl COMMAND: error: ..." and return ERR_USAGE. */
#define usage_error(e, call, ...)                                              \
    err_add(e, ERR_USAGE, (call)->place, __VA_ARGS__)

/* say - one line on standard error, not with --quiet: "MESSAGE", or, where the
 * kind is not NULL, "PLACE: KIND: MESSAGE".  say_lines - one of every line. */
void say(const struct call *call, const char *kind, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void say_lines(const struct call *call, const char *kind,
               const struct text *lines);

/* insist - a warning that --quiet does not silence either. */
void insist(const struct call *call, const char *fmt, ...) PRINTF_LIKE(2, 3);

#define note(call, ...) say(call, NULL, __VA_ARGS__)
#define warn(call, ...) say(call, "warning", __VA_ARGS__)

/* stdout_of - standard output, which is no terminal where whoever launched the
 * process reads it. */
struct terminal stdout_of(const struct call *call);

/* colour_stdout - may the command colour standard output? */
bool colour_stdout(const struct call *call);

/* screen_of - standard output as something that figures are shown on. */
void screen_of(const struct call *call, struct screen *out);

/* print_table - print it and free its cells. */
void print_table(const struct call *call, struct table *t);

/* print_json - finish the document and print it for people and programs. */
MUST_USE enum status print_json(const struct call *call, struct json_writer *w,
                                struct err *e);

/* json_put_shape - a list of the extents. */
void json_put_shape(struct json_writer *w, const char *key, struct shape s);
