/*
 * svg.c - a drawing as SVG.
 */
#include "figure/svg.h"

#include <math.h>
#include <stdlib.h>

#include "codec/base64.h"
#include "figure/brush.h"

/* Hundredths of a pixel, without zeros at the end. */
static void hundredths(struct text *out, int64_t v)
{
    const long long size = llabs((long long)v), rest = size % 100;

    text_printf(out, "%s%lld", v < 0 ? "-" : "", size / 100);
    if (rest > 0)
        text_printf(out, rest % 10 ? ".%02lld" : ".%lld",
                    rest % 10 ? rest : rest / 10);
}

static int64_t rounded(double v)
{
    return llround(v * 100);
}

static void number(struct text *out, double v)
{
    hundredths(out, rounded(v));
}

/* Two numbers; a sign parts them as well as a blank does. */
static void pair(struct text *out, int64_t x, int64_t y)
{
    hundredths(out, x);
    text_puts(out, y < 0 ? "" : " ");
    hundredths(out, y);
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

/* An element that holds foreign text; NULL: none. */
static void told(struct text *out, const char *name, const char *text)
{
    if (!text)
        return;
    text_printf(out, "<%s>", name);
    text_markup(out, text);
    text_printf(out, "</%s>\n", name);
}

/* Each point from the last one, all on the grid of hundredths: nothing adds
 * up. */
static void put_points(struct text *out, const struct path *p)
{
    int64_t x = 0, y = 0;
    bool apart = true, moved = false;

    for (int64_t i = 0; i < p->count; i++) {
        const struct point *at = &p->points[i];
        if (isnan(at->x)) {
            text_puts(out, p->pen.closes && !apart ? "Z" : "");
            apart = true;
            continue;
        }
        const int64_t to_x = rounded(at->x), to_y = rounded(at->y);
        const int64_t dx = apart ? to_x : to_x - x;
        text_puts(out, apart ? "M" : moved ? "l" : dx < 0 ? "" : " ");
        pair(out, dx, apart ? to_y : to_y - y);
        x = to_x, y = to_y;
        moved = apart;
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
    text_markup(out, w->string);
    text_puts(out, "</text>\n");
}

static enum status put_picture(struct text *out, const struct picture *p,
                               struct box box, struct err *e)
{
    struct text png = {0};
    const enum status status = brush_cells(p, box, &png, e);

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
    told(out, "title", d->title);
    told(out, "desc", d->about);
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
