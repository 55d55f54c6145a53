/*
 * passed.h - the columns of --pass: cells of a table that are copied to the
 * output, in front of what is said of its row.
 */
#pragma once

#include "cli/cmd.h"
#include "codec/json.h"
#include "conf/field.h"

/* What --pass takes, in every command. */
#define PASS_OPTION(S, ...)                                                    \
    OPTION(S, pass, "pass", .argument = "COLUMNS", .doc = __VA_ARGS__)

/* Columns that are passed, as the table calls them. */
struct passed {
    const char *const *names; /* [count] */
    int64_t count;
};

/* passed_read - the columns that `text`, a row of CSV, names; NULL: none. Each
 * is a name or a number counted from 0.  ERR_USAGE, ERR_MEMORY. */
MUST_USE enum status passed_read(const struct call *call, const char *text,
                                 struct text_list *out, struct err *e);

/* passed_check - in JSON all names must differ, also from the `others`, ended
 * by NULL.  ERR_USAGE. */
MUST_USE enum status passed_check(const struct call *call,
                                  const struct passed *p,
                                  const char *const *others, struct err *e);

/* passed_head, passed_cells - append their names or cells, `between` behind
 * each: in CSV, where that is a comma, quoted where they must be, else as they
 * may be shown. */
void passed_head(struct text *out, const struct passed *p, const char *between);
void passed_cells(struct text *out, const struct passed *p, const char *cells,
                  const char *between);

/* passed_json - put them as members. */
void passed_json(struct json_writer *w, const struct passed *p,
                 const char *cells);
