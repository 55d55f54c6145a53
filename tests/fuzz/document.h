/*
 * document.h - the promise of every document that is accepted.
 */
#pragma once

#include "document/experiment.h"

/* document_check - read the document at `path` with its settings; accepted, it
 * prints as a document that is accepted and prints as itself. */
void document_check(const char *path, const struct settings *set);
