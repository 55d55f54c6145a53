/*
 * printed.c - compares what is printed.
 */
#include "support/printed.h"

#include <criterion/criterion.h>
#include <string.h>

const struct screen plain_screen = {.columns = 40, .rows = 14};
const struct screen rgb_screen = {
    .columns = 40, .rows = 14, .palette = PALETTE_RGB, .utf8 = true};

void expect_printed(const struct panel *panel, const struct screen *s,
                    const char *want)
{
    const struct figure f = {.panels = panel, .count = 1};
    struct text t = {0};

    screen_print(&t, &f, s);
    cr_expect_str_eq(text_string(&t), want, "got:\n%s\nwant:\n%s",
                     text_string(&t), want);
    text_free(&t);
}

int64_t printed_width(const char *at)
{
    int64_t most = 0, width = 0;

    for (; *at; at++) {
        if (*at == '\033')
            at += strcspn(at, "m");
        else if (*at == '\n')
            width = 0;
        else
            width += ((unsigned char)*at & 0xc0) != 0x80;
        most = width > most ? width : most;
    }
    return most;
}
