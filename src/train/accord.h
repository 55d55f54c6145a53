/*
 * accord.h - all processes go on, or all end with one error.
 *
 * A process may fail alone at any time before training: it goes to the end of
 * the program, and what it does there is what the others come to next.  So
 * whatever all processes do together begins with accord_status; and an error
 * that all have learnt of, err.is_shared, is not told again.  Knows no library
 * of messages; of one process all are without effect.
 */
#pragma once

#include "base/err.h"
#include "base/file.h"
#include "train/exchange.h"

/*
 * accord_status - OK when it is everybody's.  Else all have the error of the
 * first process that has a text for its status, which is returned; its lines
 * say where it is, unless it is the one that prints.
 */
enum status accord_status(const struct exchange *x, enum status own,
                          struct err *e);

enum { ACCORD_BYTES = 128 };

/* Something that all processes must have alike. */
struct accord_fact {
    enum status status;    /* when they have not */
    const char *otherwise; /* "reads other samples than", process 0 */
    const char *value;     /* shorter than ACCORD_BYTES */
    bool is_shown;         /* the message tells the two values */
};

/* accord_on - ERR_*, the fact's, for all, when some process has another value
 * than process 0: the first of them is named. */
MUST_USE enum status accord_on(const struct exchange *x,
                               const struct accord_fact *fact, struct err *e);

/* accord_on_text - the same of any text, which is not shown. */
MUST_USE enum status accord_on_text(const struct exchange *x,
                                    struct accord_fact fact, const char *text,
                                    size_t length, struct err *e);

/* accord_on_weights - the same of weights [count] that all have moved alike
 * until the end of an epoch, by their CRC.  ERR_INTERNAL. */
MUST_USE enum status accord_on_weights(const struct exchange *x,
                                       const real *weights, int64_t count,
                                       int64_t epoch, struct err *e);

/* accord_bytes - `bytes` of process 0 become everybody's; of the others they
 * are empty before.  `own` as of accord_status, with which it begins; besides
 * ERR_MEMORY.  To be given back with mem_free. */
MUST_USE enum status accord_bytes(const struct exchange *x, enum status own,
                                  struct bytes *bytes, struct err *e);

enum { ACCORD_NAME_BYTES = 96 };

/* accord_name - "rank 2 on n7", everywhere. */
void accord_name(const struct exchange *x, int64_t process,
                 char name[ACCORD_NAME_BYTES]);
