/*
 * words.h - the value of an option that is several words: a row of CSV.
 */
#pragma once

#include "cli/cmd.h"
#include "conf/field.h"

/* What is read. */
struct words {
    const char *option; /* of messages: "pass" */
    const char *noun;   /* what each word is: "column" */
};

/* words_read - the cells of `text`, on the command's arena; NULL: none.
 * ERR_USAGE, ERR_MEMORY. */
MUST_USE enum status words_read(const struct call *call, const struct words *w,
                                const char *text, struct text_list *out,
                                struct err *e);

/* words_read_counts - the same of whole numbers from 0 on. */
MUST_USE enum status words_read_counts(const struct call *call,
                                       const struct words *w, const char *text,
                                       const int64_t **out, int64_t *count,
                                       struct err *e);
