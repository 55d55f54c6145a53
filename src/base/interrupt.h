/*
 * interrupt.h - signals as questions that the training loop asks.
 *
 * The first SIGINT, SIGTERM, SIGHUP or SIGXCPU is noted; the second ends the
 * process at once, as it would any program.  SIGUSR1 asks for a save.  The one
 * place with state of the whole process: a signal handler can reach nothing
 * else.
 */
#pragma once

#include <stdbool.h>

#include "base/err.h"

/* interrupt_begin - at the start of the program: a vanished reader or a file
 * that may grow no more is an error of write(2), not a death; neither is a
 * SIGUSR1, whatever runs. */
void interrupt_begin(void);

/* interrupt_watch - from now on the signals that end a run are noted. */
void interrupt_watch(void);

/* interrupt_pending - the status to end with, OK while nothing was noted. */
enum status interrupt_pending(void);

/* interrupt_unwritten - the same, with an error which says that nothing was
 * written: before what is made appears. */
MUST_USE enum status interrupt_unwritten(struct err *e);

/* interrupt_save_wanted - has SIGUSR1 come since the last call? */
bool interrupt_save_wanted(void);
