/*
 * paint.c - a figure is laid out, then written.
 */
#include "figure/paint.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "figure/brush.h"
#include "figure/layout.h"
#include "figure/svg.h"

enum { STEPS_MOST = 40 };

bool paint_format_of(const char *path, enum paint_format *format)
{
    static const char *const endings[] = {
        [PAINT_PNG] = ".png", [PAINT_SVG] = ".svg", [PAINT_PDF] = ".pdf"};
    const size_t length = strlen(path);

    for (int i = 0; i < 3; i++)
        if (length > 4 && strcasecmp(path + length - 4, endings[i]) == 0) {
            *format = (enum paint_format)i;
            return true;
        }
    return false;
}

enum status paint_load(struct err *e)
{
    return brush_load(e);
}

/* What is asked for, and what is not asked for from what the figure wishes. */
static struct extent size_of(const struct paint_style *style,
                             struct extent wish)
{
    struct extent size = {style->width, style->height};

    if (size.width <= 0)
        size.width = size.height > 0
                         ? round(wish.width * size.height / wish.height)
                         : wish.width;
    if (size.height <= 0)
        size.height = style->width > 0
                          ? round(wish.height * size.width / wish.width)
                          : wish.height;
    return (struct extent){fmax(size.width, 1), fmax(size.height, 1)};
}

/* A size of the same aspect at which nothing is cramped. */
static enum status too_small(struct sheet *s, const struct figure *f,
                             struct extent size, struct extent wish,
                             struct err *e)
{
    struct extent more = size;

    for (int i = 0; i < STEPS_MOST && s->cramped; i++) {
        more.width = ceil(more.width * 1.1),
        more.height = ceil(more.height * 1.1);
        layout(s, f, more, wish);
    }
    return err_add(e, ERR_USAGE, NULL,
                   "in %gx%g nothing of this picture could be made out; it "
                   "needs about %gx%g",
                   size.width, size.height, more.width, more.height);
}

static enum status write_out(const struct sheet *s, enum paint_format format,
                             struct text *out, struct err *e)
{
    switch (format) {
    case PAINT_SVG:
        return svg_write(&s->drawing, out, e);
    case PAINT_PDF:
        return brush_pdf(&s->drawing, out, e);
    case PAINT_PNG:
        break;
    }
    return brush_png(&s->drawing, out, e);
}

static enum status make(struct sheet *s, const struct figure *f,
                        const struct paint_style *style, struct text *out,
                        struct err *e)
{
    const struct extent wish = layout_wish(s, f);
    const struct extent size = size_of(style, wish);
    enum status status = arena_check(s->arena, e, "drawing a picture");

    if (status == OK && fmax(size.width, size.height) > FIGURE_SIDE_MOST)
        return err_add(e, ERR_USAGE, NULL,
                       "the picture would be %gx%g; a side of %d is the most",
                       size.width, size.height, FIGURE_SIDE_MOST);
    if (status == OK) {
        layout(s, f, size, wish);
        if (s->cramped)
            status = too_small(s, f, size, wish, e);
    }
    if (status == OK)
        status = arena_check(s->arena, e, "drawing a picture");
    if (status == OK)
        status = write_out(s, style->format, out, e);
    return status;
}

enum status paint(const struct figure *f, const struct paint_style *style,
                  struct text *out, struct err *e)
{
    struct arena arena = {0};
    struct sheet sheet = {
        .arena = &arena, .dark = style->dark, .scale = style->scale};
    enum status status = brush_load(e);

    if (status == OK)
        status = brush_begin(&sheet.brush, e);
    if (status == OK)
        status = make(&sheet, f, style, out, e);
    if (status == OK && out->failed)
        status = err_memory(e, "drawing a picture");
    brush_end(&sheet.brush);
    arena_free(&arena);
    return status;
}
