/*
 * printed.h - what screen_print prints of one panel.
 */
#pragma once

#include "figure/screen.h"

/* 40 columns and 14 rows: of ASCII without colours; of all there is. */
extern const struct screen plain_screen, rgb_screen;

/* expect_printed - exactly this is printed. */
void expect_printed(const struct panel *panel, const struct screen *s,
                    const char *want);

/* printed_width - the most characters of a line, colours aside. */
int64_t printed_width(const char *at);
