/*
 * expect.h - a row in words: what a value of it must be.  Messages, help and
 * man page say it alike.
 */
#ifndef CONF_EXPECT_H
#define CONF_EXPECT_H

#include <stdbool.h>

#include "base/text.h"
#include "conf/field.h"

/* expect_add - append "an integer in [1, 100]", "one of a, b, c or null". */
void expect_add(struct text *out, const struct field *f);

/* expect_range - append "in [1, 100]", "of at least 1"; nothing without bounds.
 */
void expect_range(struct text *out, const struct field *f);

/* has_min, has_max - is the value bounded on that side? */
bool has_min(const struct field *f);
bool has_max(const struct field *f);

/* real_add - append a number with the fewest digits that read back to it. */
void real_add(struct text *out, double value);

#endif
