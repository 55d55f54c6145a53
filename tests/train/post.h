/*
 * post.h - several processes inside one, whose exchange is that of messages:
 * threads with a mailbox for every two of them.
 */
#pragma once

#include "train/exchange.h"

/* post_run - as hall_run, with at most HALL_MOST processes. */
void post_run(int64_t processes, int64_t threads,
              void (*work)(void *context, int64_t process,
                           const struct exchange *x),
              void *context);
