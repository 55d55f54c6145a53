/*
 * err.h - exit statuses and error messages.
 *
 * A function that can fail returns `enum status` and takes `struct err *`
 * last.  Errors travel upward as text; only main() prints them and exits.
 * One form of message, one line each:
 *
 *     PLACE: error: MESSAGE
 *
 * PLACE is "file:line:column", "--set #n", a file name or "cnnctl COMMAND".
 * MESSAGE has no capital, no full stop and says what was found and what was
 * expected.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

/* Every exit status: name, code, meaning.  The only list of them. */
#define STATUSES(X)                                                            \
    X(OK, 0, "success, an early stop included")                                \
    X(ERR_NO, 1,                                                               \
      "the answer is \"no\" (--strict, --fail-under, --check, diff, data "     \
      "check)")                                                                \
    X(ERR_DIVERGED, 3,                                                         \
      "training diverged (non-finite loss or weight); last good model kept")   \
    X(ERR_USAGE, 64, "wrong usage")                                            \
    X(ERR_DATA, 65, "malformed data, model file or checksum")                  \
    X(ERR_NOINPUT, 66, "input missing or unreadable")                          \
    X(ERR_INTERNAL, 70, "internal error")                                      \
    X(ERR_MEMORY, 71, "out of memory or another system limit")                 \
    X(ERR_CANTCREATE, 73, "output cannot be created (found before training)")  \
    X(ERR_IO, 74, "a read or write failed, disk full included")                \
    X(ERR_STOPPED, 75, "stopped by --max-time, resumable")                     \
    X(ERR_CONFIG, 78,                                                          \
      "configuration error (all errors listed, not only the first)")           \
    X(ERR_HANGUP, 129, "ended by SIGHUP after an orderly shutdown")            \
    X(ERR_INTERRUPT, 130, "ended by SIGINT after an orderly shutdown")         \
    X(ERR_PIPE, 141, "the reader of the output went away (SIGPIPE)")           \
    X(ERR_TERMINATED, 143, "ended by SIGTERM after an orderly shutdown")       \
    X(ERR_CPU_LIMIT, 152, "ended by SIGXCPU after an orderly shutdown")

/* The enumerator's value is the exit code. */
enum status {
#define STATUS_ENUM(name, code, text) name = code,
    STATUSES(STATUS_ENUM)
#undef STATUS_ENUM
};

enum { ERR_TEXT_BYTES = 32768 };

/*
 * The errors of one command.  Fixed size: reporting "out of memory" must not
 * need memory.  Initialise with {0}.
 */
struct err {
    enum status status; /* of the first error; OK when there is none */
    int64_t count;      /* errors recorded, those beyond the room included */
    int64_t unsaid;     /* of them the last, which had no room */
    bool source_lines;  /* readers append the source line with a caret */
    bool is_shared;     /* all processes of the run have these errors */
    size_t used;
    char text[ERR_TEXT_BYTES]; /* complete lines, '\0' terminated */
};

/* err_clear - as if nothing had been recorded. */
void err_clear(struct err *e);

/*
 * err_add - record one error and return `s`.
 *
 * The first error decides the status.  `place` NULL means "cnnctl".  Control
 * characters and bytes that are no UTF-8 (they come from users' files) are
 * printed as `\xHH`.
 * Never allocates, prints or exits.
 */
enum status err_add(struct err *e, enum status s, const char *place,
                    const char *fmt, ...) PRINTF_LIKE(4, 5);

/* err_join - record what `from` holds, at least one error.  Returns its status.
 */
enum status err_join(struct err *e, const struct err *from);

/* err_prefix - put `prefix` before every line; the last ones may have no room
 * any more. */
void err_prefix(struct err *e, const char *prefix);

/* err_memory - record "out of memory while WHAT" and return ERR_MEMORY. */
enum status err_memory(struct err *e, const char *what);

/* err_source - append lines (a source line and its caret) to the last error;
 * what may not be shown becomes '?', newline and tab stay.  Text that does not
 * fit is left out whole. */
void err_source(struct err *e, const char *lines);

/* err_file - record `PATH: error: WHAT: strerror(errnum)`.  The status follows
 * from errnum: missing or unreadable is ERR_NOINPUT, ENOMEM and the like
 * ERR_MEMORY, anything else ERR_IO.  Returns it. */
enum status err_file(struct err *e, const char *path, const char *what,
                     int errnum);

/* err_output - the same for an output that cannot be made: ERR_CANTCREATE, on a
 * full disk ERR_IO, ERR_MEMORY. */
enum status err_output(struct err *e, const char *path, const char *what,
                       int errnum);

/* err_is_memory - is it memory or another limit that is short? */
bool err_is_memory(int errnum);

/* status_text - the meaning of a status, from the table above. */
const char *status_text(enum status s);
