/*
 * fd.h - opening descriptors safely; for file.c and file_read.c.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

enum { FD_FIRST = 3 }; /* 0, 1, 2 are the standard streams even if closed */

/* fd_open - open(2) with close-on-exec, never a descriptor that would pass for
 * a standard stream when the program was started with that stream closed.  What
 * is created has access `mode` without the bits of umask(2).  -1 and errno on
 * failure. */
int fd_open(const char *path, int flags, mode_t mode);

/* fd_may_retry - may the call on `fd` that failed with `why` be made again?
 * Yes after a signal; yes, once it is ready for the poll(2) `events`, on a
 * descriptor that someone made non-blocking. */
bool fd_may_retry(int fd, short events, int why);
