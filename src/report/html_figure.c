/*
 * html_figure.c - pictures as data in the page.
 */
#include "codec/base64.h"
#include "figure/paint.h"
#include "report/html.h"

/* Pixels: of most screens; of a telephone, whose pictures are drawn anew so
 * that their words can be read. */
static const double usual_width = 720, narrow_width = 330;

static const char is_dark[] = "(prefers-color-scheme: dark)";
static const char is_narrow[] = "(max-width: 30rem)";

static enum status put_data(struct text *out, const struct figure *f,
                            const struct paint_style *style, struct err *e)
{
    struct text file = {0};
    const enum status s = paint(f, style, &file, e);

    if (s == OK) {
        text_printf(out, "data:image/%s;base64,",
                    style->format == PAINT_PNG ? "png" : "svg+xml");
        base64_add(out, text_string(&file), file.length);
    }
    text_drop(out, &file);
    return s;
}

/* A picture for other screens than the usual one.  Where nothing legible has
 * room on it, there is none. */
static enum status put_source(struct text *out, const struct figure *f,
                              const struct paint_style *style, struct err *e)
{
    struct err *own = mem_take(1, sizeof *own);
    struct text data = {0};

    if (!own)
        return err_memory(e, "making pictures");
    enum status s = put_data(&data, f, style, own);
    if (s == OK) {
        const bool narrow = style->width < usual_width;
        text_printf(
            out, "<source media=\"%s%s%s\" srcset=\"", narrow ? is_narrow : "",
            narrow && style->dark ? " and " : "", style->dark ? is_dark : "");
        text_join(out, &data);
        text_puts(out, "\" />\n");
    } else if (s == ERR_USAGE) {
        s = OK;
    } else {
        s = err_join(e, own);
    }
    text_free(&data);
    mem_free(own);
    return s;
}

enum status html_figure(struct text *out, const struct figure *f, bool tiles,
                        struct err *e)
{
    const enum paint_format format = tiles ? PAINT_PNG : PAINT_SVG;
    const struct paint_style others[] = {
        {format, narrow_width, 0, 0, true},
        {format, narrow_width, 0, 0, false},
        {format, usual_width, 0, 0, true},
    };
    const struct paint_style usual = {format, usual_width, 0, 0, false};
    enum status s = OK;

    text_puts(out, "<figure><picture>\n");
    for (size_t i = 0; s == OK && i < ARRAY_LEN(others); i++)
        s = put_source(out, f, &others[i], e);
    text_puts(out, "<img alt=\"");
    html_text(out, f->about ? f->about : f->title ? f->title : "");
    text_puts(out, "\" src=\"");
    if (s == OK)
        s = put_data(out, f, &usual, e);
    text_puts(out, "\" />\n</picture></figure>\n");
    return s;
}
