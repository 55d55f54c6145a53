/*
 * hall.h - several processes inside one: threads that share an exchange.
 *
 * What an exchange between machines does with messages is done here with a
 * barrier and turns, in the plainest way: a process adds its terms to what the
 * one before has left.
 */
#pragma once

#include "train/exchange.h"

enum { HALL_MOST = 8 };

/* hall_run - `processes` threads call work(context, process, x), each with an
 * exchange and a pool of its own of `threads`; returns when all have. */
void hall_run(int64_t processes, int64_t threads,
              void (*work)(void *context, int64_t process,
                           const struct exchange *x),
              void *context);
