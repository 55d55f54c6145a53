/*
 * epoch_log.h - the file of fit --metrics: one line of JSON per epoch.
 */
#ifndef COMMAND_EPOCH_LOG_H
#define COMMAND_EPOCH_LOG_H

#include "base/err.h"
#include "train/state.h"

struct epoch_log { /* initialise with {.fd = -1} */
    const char *path;
    int fd; /* -1: none */
};

/*
 * epoch_log_open - an empty file, or, where `resumed` has finished epochs, one
 * with exactly a line for each of them: the lines that are there are kept,
 * later ones dropped, missing ones written from the history without times.
 * ERR_CANTCREATE, ERR_IO, ERR_MEMORY.
 */
MUST_USE enum status epoch_log_open(struct epoch_log *log, const char *path,
                                    const struct train_state *resumed,
                                    struct err *e);

/* epoch_log_add - append a line with one write; nothing when there is no log.
 */
MUST_USE enum status epoch_log_add(const struct epoch_log *log,
                                   const struct history_row *row,
                                   struct err *e);

void epoch_log_close(struct epoch_log *log);

#endif
