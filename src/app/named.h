/*
 * named.h - what a path says of its sample's class.
 */
#pragma once

#include <stdint.h>

/*
 * named_otherwise - the first of `count` classes that a path names where it
 * does not name its own, `own`; -1: none.
 *
 * A name is there when it stands as a word, in either case: no letter of it has
 * a letter beside it, no digit a digit (cat in Cats/x.png is none, cat in
 * pets/my-cat07.png is one).  A name of fewer than two letters stands too
 * easily in a number: it counts as a folder's whole name alone.
 */
int64_t named_otherwise(const char *path, const char *const *names,
                        int64_t count, int64_t own);
