/*
 * fetch.h - pixels of a set whose reader has fetch: all of them at once, or
 * each when it is needed.
 */
#pragma once

#include "source/source.h"

/* fetch_all - d->pixels become those of its samples, the first records, fetched
 * by the threads of `pool` (NULL: by the caller). */
MUST_USE enum status fetch_all(const struct source_reader *r, struct dataset *d,
                               struct pool *pool, struct err *e);

/* fetch_later - d->store becomes the reader, which is taken over and {0}
 * afterwards. */
MUST_USE enum status fetch_later(struct source_reader *r, struct dataset *d,
                                 struct err *e);
