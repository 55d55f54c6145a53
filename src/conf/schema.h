/*
 * schema.h - tables of rows as JSON Schema (draft-07 and later) for editors.
 *
 * The pieces are JSON text without line breaks, for the caller to compose: a
 * document has sections that no single table knows.
 */
#ifndef CONF_SCHEMA_H
#define CONF_SCHEMA_H

#include <stdbool.h>

#include "base/text.h"
#include "conf/field.h"

/* schema_object - `{"type": "object", "properties": {..}, "required": [..],
 * "additionalProperties": false}` of the rows of `tables` (ended by NULL).
 * `more` is NULL or further properties, `"key": {..}, "key": {..}`. */
void schema_object(struct text *out, const struct field *const *tables,
                   const char *more);

/* schema_value - the schema of one row's value: type, bounds, choices, default,
 * description. */
void schema_value(struct text *out, const struct field *f);

/* schema_properties - `"key": {..}, "key": {..}`; nothing for no rows. */
void schema_properties(struct text *out, const struct field *fields);

/* schema_string - a JSON string literal; `text` is UTF-8. */
void schema_string(struct text *out, const char *text);

#endif
