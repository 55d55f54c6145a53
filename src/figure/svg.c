/*
 * svg.c - a drawing as SVG.
 */
#include "figure/svg.h"

#include <math.h>
#include <string.h>

#include "codec/base64.h"
#include "figure/brush.h"
#include "figure/words.h"

/* Hundredths of a pixel, without zeros at the end. */
static void number(struct text *out, double v)
{
    const double hundredths = round(v * 100);
    const double whole = trunc(hundredths / 100);
    const int rest = (int)fabs(hundredths - whole * 100);

    text_printf(out, "%s%.0f", hundredths < 0 && whole == 0 ? "-" : "",
                fabs(whole) > 0 ? whole : 0);
    if (rest > 0)
        text_printf(out, rest % 10 ? ".%02d" : ".%d",
                    rest % 10 ? rest : rest / 10);
}

static void attribute(struct text *out, const char *name, double v)
{
    text_printf(out, " %s=\"", name);
    number(out, v);
    text_puts(out, "\"");
}

static void colour(struct text *out, const char *name, struct rgb c)
{
    text_printf(out, " %s=\"#%02x%02x%02x\"", name, c.red, c.green, c.blue);
}

static void escaped(struct text *out, const char *clean)
{
    for (; *clean; clean++)
        switch (*clean) {
        case '<':
            text_puts(out, "&lt;");
            break;
        case '>':
            text_puts(out, "&gt;");
            break;
        case '&':
            text_puts(out, "&amp;");
            break;
        default:
            text_add(out, clean, 1);
        }
}

/* An element that holds foreign text; NULL: none. */
static void told(const struct drawing *d, struct text *out, const char *name,
                 const char *text)
{
    if (!text)
        return;
    text_printf(out, "<%s>", name);
    escaped(out, words_clean(d->arena, text, strlen(text)));
    text_printf(out, "</%s>\n", name);
}

static void put_points(struct text *out, const struct path *p)
{
    bool apart = true;

    for (int64_t i = 0; i < p->count; i++) {
        const struct point *at = &p->points[i];
        if (isnan(at->x)) {
            text_puts(out, p->pen.closes && !apart ? "Z" : "");
            apart = true;
            continue;
        }
        text_puts(out, apart ? "M" : "L");
        number(out, at->x);
        text_puts(out, " ");
        number(out, at->y);
        apart = false;
    }
    text_puts(out, p->pen.closes && !apart ? "Z" : "");
}

static void put_path(struct text *out, const struct path *p)
{
    const struct pen *pen = &p->pen;

    text_puts(out, "<path d=\"");
    put_points(out, p);
    text_puts(out, "\"");
    if (pen->fills)
        colour(out, "fill", pen->fill);
    else
        text_puts(out, " fill=\"none\"");
    if (pen->width > 0) {
        colour(out, "stroke", pen->line);
        attribute(out, "stroke-width", pen->width);
    }
    if (pen->width > 0 && pen->dash) {
        text_puts(out, " stroke-dasharray=\"");
        number(out, pen->dash[0]);
        text_puts(out, " ");
        number(out, pen->dash[1]);
        text_puts(out, "\"");
    }
    if (pen->alpha > 0 && pen->alpha < 1)
        attribute(out, "opacity", pen->alpha);
    text_puts(out, "/>\n");
}

static void put_writing(struct text *out, const struct writing *w)
{
    text_puts(out, "<text");
    if (w->turned) {
        text_puts(out, " transform=\"translate(");
        number(out, w->x);
        text_puts(out, " ");
        number(out, w->y);
        text_puts(out, ") rotate(-90)\"");
    } else {
        attribute(out, "x", w->x);
        attribute(out, "y", w->y);
    }
    attribute(out, "font-size", w->size);
    text_puts(out, w->bold ? " font-weight=\"bold\"" : "");
    attribute(out, "textLength", w->width);
    colour(out, "fill", w->colour);
    text_puts(out, ">");
    escaped(out, w->string);
    text_puts(out, "</text>\n");
}

static enum status put_picture(struct text *out, const struct picture *p,
                               struct box box, struct err *e)
{
    struct text png = {0};
    const enum status status = brush_cells(p, &png, e);

    text_puts(out, "<image");
    attribute(out, "x", box.x);
    attribute(out, "y", box.y);
    attribute(out, "width", box.width);
    attribute(out, "height", box.height);
    text_puts(out, " preserveAspectRatio=\"none\"");
    if (box.width >= (double)p->width)
        text_puts(out, " style=\"image-rendering:pixelated\"");
    text_puts(out, " href=\"data:image/png;base64,");
    base64_add(out, png.at, png.length);
    text_puts(out, "\"/>\n");
    text_drop(out, &png);
    return status;
}

static void begin(const struct drawing *d, struct text *out)
{
    text_puts(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"");
    attribute(out, "width", d->width);
    attribute(out, "height", d->height);
    text_puts(out, " viewBox=\"0 0 ");
    number(out, d->width);
    text_puts(out, " ");
    number(out, d->height);
    text_puts(out, "\" font-family=\"" TYPE_FAMILY ",Verdana,sans-serif\" "
                   "stroke-linejoin=\"round\">\n");
    told(d, out, "title", d->title);
    told(d, out, "desc", d->about);
    text_puts(out, "<rect width=\"100%\" height=\"100%\"");
    colour(out, "fill", d->paper);
    text_puts(out, "/>\n");
}

enum status svg_write(const struct drawing *d, struct text *out, struct err *e)
{
    enum status status = OK;

    begin(d, out);
    for (const struct item *i = d->first; i && status == OK; i = i->next)
        switch (i->kind) {
        case ITEM_PATH:
            put_path(out, &i->path);
            break;
        case ITEM_WRITING:
            put_writing(out, &i->writing);
            break;
        case ITEM_PICTURE:
            status = put_picture(out, &i->picture, i->box, e);
            break;
        }
    text_puts(out, "</svg>\n");
    return status;
}
