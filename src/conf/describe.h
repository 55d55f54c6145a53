/*
 * describe.h - tables of rows as text for people: help.
 */
#pragma once

#include "base/text.h"
#include "conf/field.h"

/* describe_field - everything known about one row, several lines, for `help
 * KEY`.  `prefix` is the path of its section, "train"; "" at the top. */
void describe_field(struct text *out, const struct field *f,
                    const char *prefix);

/* describe_table - one line per row: key, default, meaning, in columns. */
void describe_table(struct text *out, const struct field *fields);

/* describe_kinds - one line per kind: name and meaning, in columns. */
void describe_kinds(struct text *out, const struct kind *const *kinds);
