/*
 * html.h - pieces of a page: texts, tables, pictures.
 *
 * What a model, a file or a name brings is text: it comes in through html_text
 * and the functions that say so, which leave it no way to become a tag, an
 * attribute or another line.  Without memory the text fails, as always.
 */
#pragma once

#include "base/err.h"
#include "base/text.h"

struct figure;

/* html_text - foreign text as it may be shown, its markup escaped; in an
 * attribute's quotes too. */
void html_text(struct text *out, const char *foreign);

/* html_words - the same of a sentence; the format is ours, the arguments may be
 * foreign. */
void html_words(struct text *out, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* html_real - a number with so many decimals, whose `value` is the shortest
 * text that reads back; NaN is a dash. */
void html_real(struct text *out, int decimals, double value);

/* A table in the making. */
struct html_table {
    struct text *out;
    int64_t columns, at; /* cells in a row; of the row, those that are there */
};

/* html_table_begin - its caption and titles, "" being a title too. */
struct html_table html_table_begin(struct text *out, const char *caption,
                                   const char *const *titles, int64_t columns);

/* html_cell_begin - the next cell, to be filled and ended; the first of a row
 * names it.  `of`: a class of the style sheet; NULL: none. */
void html_cell_begin(struct html_table *t, const char *of);
void html_cell_end(struct html_table *t);

/* html_cell, html_cell_real - one cell, of foreign words or a number. */
void html_cell(struct html_table *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
void html_cell_real(struct html_table *t, int decimals, double value);
void html_table_end(struct html_table *t);

/* html_section - a part of the page under a heading, which starts closed;
 * html_section_end ends it. */
void html_section(struct text *out, const char *id, const char *title);
void html_section_end(struct text *out);

/* html_figure - a picture in the page itself, light and dark, and for narrow
 * screens: of `tiles` their pixels, else lines and text.  ERR_MEMORY. */
MUST_USE enum status html_figure(struct text *out, const struct figure *f,
                                 bool tiles, struct err *e);

/* html_begin, html_end - all before and behind the content of the page. */
void html_begin(struct text *out, const char *title);
void html_end(struct text *out);
