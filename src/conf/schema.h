/*
 * schema.h - tables of rows as JSON Schema (draft-07 and later) for editors.
 *
 * The pieces are JSON text, for the caller to compose: a document has sections
 * that no single table knows.
 */
#pragma once

#include "base/text.h"
#include "conf/field.h"

/* schema_item - begin a member or entry: a comma, unless it is the first after
 * `{` or `[`. */
void schema_item(struct text *out);

/* schema_key - begin the member `key`: its value is to follow. */
void schema_key(struct text *out, const char *key);

/* schema_object - `{"type": "object", "properties": {..}, "required": [..],
 * "additionalProperties": false}` of the rows of `tables` (ended by NULL).
 * `more` is NULL or further properties, `"key": {..}, "key": {..}`, which is
 * given back; `required` is NULL or the key of one of them. */
void schema_object(struct text *out, const struct field *const *tables,
                   struct text *more, const char *required);

/* schema_kind - an object whose only key is the kind's name and holds its rows;
 * in the object itself stand the rows of `around` (NULL: none). */
void schema_kind(struct text *out, const struct kind *kind,
                 const struct field *around);

/* schema_value - the schema of one row's value: type, bounds, choices, default,
 * description. */
void schema_value(struct text *out, const struct field *f);

/* schema_properties - `"key": {..}, "key": {..}`; nothing for no rows. */
void schema_properties(struct text *out, const struct field *fields);

/* schema_words - an enum: words ended by NULL. */
void schema_words(struct text *out, const char *const *words);
