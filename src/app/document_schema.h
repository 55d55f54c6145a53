/*
 * document_schema.h - the JSON Schema of a configuration, for editors.
 */
#ifndef APP_DOCUMENT_SCHEMA_H
#define APP_DOCUMENT_SCHEMA_H

#include "base/text.h"

/* document_schema - one document of draft-07, made of the tables that
 * configurations are read by.  What it accepts may still be refused: rules
 * between keys are not in it. */
void document_schema(struct text *out);

#endif
