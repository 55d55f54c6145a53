/*
 * documents.h - what is written about documents: a first one, a deeper one, the
 * resolved one with its origins, the schema of all.
 */
#pragma once

#include "base/err.h"
#include "base/text.h"
#include "document/experiment.h"

/* first_document - append a commented document that trains on `path`, a table
 * or the images of an IDX pair (the name of the labels follows from theirs); on
 * the built-in digits when it is NULL.  The data is looked at for its shape and
 * classes.  Errors of reading it. */
MUST_USE enum status first_document(struct text *out, const char *path,
                                    struct err *e);

/*
 * suggest_layers - the deepest network that the audit has nothing against:
 * append the `layers` section of a stack of 3x3 convolutions
 * and 2x2 pools for x's input and output: as many convolutions as fit with
 * capacity >= 1/6 and coverage <= 100 %, and of those the one that pools
 * earliest, which costs least.
 *
 * The input must be an image [C, H, W] of 3 to 4096 pixels a side: ERR_CONFIG.
 * ERR_MEMORY.
 */
MUST_USE enum status suggest_layers(const struct experiment *x,
                                    struct text *out, struct err *e);

/* origins_print - what experiment_print says in block style, one key a line,
 * followed by `# FILE:LINE`, `# --set #N` or `# default`.  It binds to the same
 * experiment.  ERR_MEMORY. */
MUST_USE enum status origins_print(struct text *out, struct experiment *x,
                                   struct err *e);

/* document_schema - one document of draft-07, made of the tables that
 * configurations are read by.  What it accepts may still be refused: rules
 * between keys are not in it. */
void document_schema(struct text *out);
