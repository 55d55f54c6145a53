/*
 * brush.c - cairo, of which no other file knows.
 *
 * Letters are neither hinted nor moved to whole pixels, so that text is as wide
 * on every surface as it was measured to be.  cairo remembers its failures: a
 * surface is asked for them once, at the end.
 */
#include "figure/brush.h"

#include <cairo-pdf.h>
#include <cairo.h>
#include <math.h>
#include <string.h>

#include "base/library.h"
#include "base/num.h"
#include "base/system.h"
#include "figure/figure.h"

#define FUNCTIONS(X)                                                           \
    X(cairo_close_path)                                                        \
    X(cairo_create)                                                            \
    X(cairo_destroy)                                                           \
    X(cairo_fill_preserve)                                                     \
    X(cairo_font_options_create)                                               \
    X(cairo_font_options_destroy)                                              \
    X(cairo_font_options_set_antialias)                                        \
    X(cairo_font_options_set_hint_metrics)                                     \
    X(cairo_font_options_set_hint_style)                                       \
    X(cairo_get_source)                                                        \
    X(cairo_image_surface_create)                                              \
    X(cairo_image_surface_get_data)                                            \
    X(cairo_image_surface_get_stride)                                          \
    X(cairo_line_to)                                                           \
    X(cairo_move_to)                                                           \
    X(cairo_new_path)                                                          \
    X(cairo_paint)                                                             \
    X(cairo_pattern_set_filter)                                                \
    X(cairo_pdf_surface_create_for_stream)                                     \
    X(cairo_pdf_surface_set_metadata)                                          \
    X(cairo_rectangle)                                                         \
    X(cairo_restore)                                                           \
    X(cairo_rotate)                                                            \
    X(cairo_save)                                                              \
    X(cairo_scale)                                                             \
    X(cairo_select_font_face)                                                  \
    X(cairo_set_dash)                                                          \
    X(cairo_set_font_options)                                                  \
    X(cairo_set_font_size)                                                     \
    X(cairo_set_line_cap)                                                      \
    X(cairo_set_line_join)                                                     \
    X(cairo_set_line_width)                                                    \
    X(cairo_set_source_rgba)                                                   \
    X(cairo_set_source_surface)                                                \
    X(cairo_show_text)                                                         \
    X(cairo_status)                                                            \
    X(cairo_status_to_string)                                                  \
    X(cairo_stroke)                                                            \
    X(cairo_surface_destroy)                                                   \
    X(cairo_surface_finish)                                                    \
    X(cairo_surface_mark_dirty)                                                \
    X(cairo_surface_status)                                                    \
    X(cairo_surface_write_to_png_stream)                                       \
    X(cairo_text_extents)                                                      \
    X(cairo_translate)

static struct {
    FUNCTIONS(LIBRARY_POINTER)
} lib;

static const struct library_symbol symbols[] = {FUNCTIONS(LIBRARY_SYMBOL){0}};

static struct library libcairo = {
    .file = "libcairo.so.2",
    .package = "libcairo2",
    .symbols = symbols,
};

/* Images are not enlarged beyond this. */
#define PICTURE_PIXELS 4e6

/* Address space that cairo, fontconfig and their like take. */
enum { LIBRARY_BYTES = 64 << 20 };

/* What text is measured at: large, for the rounding of cairo's 26.6. */
enum { MEASURED_SIZE = 100 };

/* What it stands on falls over where memory is short. */
enum status brush_load(struct err *e)
{
    if (system_addresses_left() < LIBRARY_BYTES)
        return err_add(e, ERR_MEMORY, NULL,
                       "the limit on memory (ulimit -v) leaves no room for "
                       "drawing a picture");
    return library_need(&libcairo, "drawing a picture", e);
}

/* libpng has nothing else to complain of in an image of ours. */
static enum status check(cairo_status_t status, struct err *e)
{
    if (status == CAIRO_STATUS_SUCCESS)
        return OK;
    if (status == CAIRO_STATUS_NO_MEMORY ||
        status == CAIRO_STATUS_WRITE_ERROR || status == CAIRO_STATUS_PNG_ERROR)
        return err_memory(e, "drawing a picture");
    return err_add(e, ERR_INTERNAL, NULL, "cairo cannot draw a picture: %s",
                   lib.cairo_status_to_string(status));
}

static void choose_type(cairo_t *cr, bool bold)
{
    lib.cairo_select_font_face(cr, TYPE_FAMILY, CAIRO_FONT_SLANT_NORMAL,
                               bold ? CAIRO_FONT_WEIGHT_BOLD
                                    : CAIRO_FONT_WEIGHT_NORMAL);
}

static void set_options(cairo_t *cr)
{
    cairo_font_options_t *options = lib.cairo_font_options_create();

    lib.cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    lib.cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    lib.cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    lib.cairo_set_font_options(cr, options);
    lib.cairo_font_options_destroy(options);
}

enum status brush_begin(struct brush *b, struct err *e)
{
    cairo_surface_t *surface =
        lib.cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
    cairo_t *cr = lib.cairo_create(surface);

    b->context = cr;
    lib.cairo_surface_destroy(surface);
    set_options(cr);
    choose_type(cr, false);
    lib.cairo_set_font_size(cr, MEASURED_SIZE);
    return check(lib.cairo_status(cr), e);
}

void brush_end(struct brush *b)
{
    if (b->context)
        lib.cairo_destroy(b->context);
    b->context = NULL;
}

double brush_width(const struct brush *b, const char *string, bool bold)
{
    cairo_text_extents_t extents = {0};

    choose_type(b->context, bold);
    lib.cairo_text_extents(b->context, string, &extents);
    return extents.x_advance / MEASURED_SIZE;
}

static void set_colour(cairo_t *cr, struct rgb c, double alpha)
{
    lib.cairo_set_source_rgba(cr, c.red / 255.0, c.green / 255.0,
                              c.blue / 255.0, alpha);
}

static void trace(cairo_t *cr, const struct path *p)
{
    bool apart = true;

    for (int64_t i = 0; i < p->count; i++) {
        const struct point *at = &p->points[i];
        if (isnan(at->x)) {
            if (p->pen.closes && !apart)
                lib.cairo_close_path(cr);
            apart = true;
            continue;
        }
        (apart ? lib.cairo_move_to : lib.cairo_line_to)(cr, at->x, at->y);
        apart = false;
    }
    if (p->pen.closes && !apart)
        lib.cairo_close_path(cr);
}

static void put_path(cairo_t *cr, const struct path *p)
{
    const struct pen *pen = &p->pen;
    const double alpha = pen->alpha > 0 ? pen->alpha : 1;

    trace(cr, p);
    if (pen->fills) {
        set_colour(cr, pen->fill, alpha);
        lib.cairo_fill_preserve(cr);
    }
    if (pen->width > 0) {
        set_colour(cr, pen->line, alpha);
        lib.cairo_set_line_width(cr, pen->width);
        lib.cairo_set_dash(cr, pen->dash, pen->dash ? 2 : 0, 0);
        lib.cairo_stroke(cr);
    }
    lib.cairo_new_path(cr);
}

static void put_writing(cairo_t *cr, const struct writing *w)
{
    lib.cairo_save(cr);
    choose_type(cr, w->bold);
    lib.cairo_set_font_size(cr, w->size);
    set_colour(cr, w->colour, 1);
    lib.cairo_translate(cr, w->x, w->y);
    if (w->turned)
        lib.cairo_rotate(cr, -acos(0));
    lib.cairo_move_to(cr, 0, 0);
    lib.cairo_show_text(cr, w->string);
    lib.cairo_restore(cr);
}

/* Pixels a cell of an image that shall fill a box without being smoothed. */
static int64_t pixels_of(const struct picture *p, struct box box)
{
    const double wide = ceil(box.width / (double)p->width);
    const double most =
        floor(sqrt(PICTURE_PIXELS / ((double)p->width * (double)p->height)));

    return (int64_t)fmax(fmin(wide, most), 1);
}

/* What an image of so many pixels a cell has along a side; cairo's are not
 * longer. */
static int64_t side_of(int64_t cells, int64_t times)
{
    return num_min(cells * times, FIGURE_SIDE_MOST);
}

/* The cells that pixel `at` of `pixels` shows: one, but for sides of very
 * many. */
struct span {
    int64_t from, end;
};

static struct span span_of(int64_t cells, int64_t pixels, int64_t at)
{
    const int64_t from = at * cells / pixels;

    return (struct span){from, num_max(from + 1, (at + 1) * cells / pixels)};
}

/* Their mean. */
static uint32_t pixel_of(const struct picture *p, struct span rows,
                         struct span columns)
{
    const int64_t count = (rows.end - rows.from) * (columns.end - columns.from);
    int64_t red = 0, green = 0, blue = 0;

    for (int64_t i = rows.from; i < rows.end; i++)
        for (int64_t k = columns.from; k < columns.end; k++) {
            const struct rgb c = p->cells[i * p->width + k];
            red += c.red, green += c.green, blue += c.blue;
        }
    return (uint32_t)(red / count) << 16 | (uint32_t)(green / count) << 8 |
           (uint32_t)(blue / count);
}

static cairo_surface_t *surface_of(const struct picture *p, int64_t times)
{
    const int64_t height = side_of(p->height, times);
    const int64_t width = side_of(p->width, times);
    cairo_surface_t *s = lib.cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, (int)width, (int)height);
    unsigned char *data = lib.cairo_image_surface_get_data(s);
    const int64_t stride = lib.cairo_image_surface_get_stride(s);

    for (int64_t y = 0; data && y < height; y++) {
        const struct span rows = span_of(p->height, height, y);
        for (int64_t x = 0; x < width; x++) {
            const uint32_t pixel =
                pixel_of(p, rows, span_of(p->width, width, x));
            memcpy(data + y * stride + x * 4, &pixel, sizeof pixel);
        }
    }
    lib.cairo_surface_mark_dirty(s);
    return s;
}

/* Larger cells are whole; smaller ones are averaged. */
static void put_picture(cairo_t *cr, const struct picture *p, struct box box,
                        bool enlarges)
{
    const int64_t times = enlarges ? pixels_of(p, box) : 1;
    const double width = (double)side_of(p->width, times);
    const double height = (double)side_of(p->height, times);
    cairo_surface_t *cells = surface_of(p, times);

    lib.cairo_save(cr);
    lib.cairo_translate(cr, box.x, box.y);
    lib.cairo_scale(cr, box.width / width, box.height / height);
    lib.cairo_set_source_surface(cr, cells, 0, 0);
    lib.cairo_pattern_set_filter(lib.cairo_get_source(cr),
                                 box.width < (double)p->width
                                     ? CAIRO_FILTER_BEST
                                     : CAIRO_FILTER_NEAREST);
    lib.cairo_rectangle(cr, 0, 0, width, height);
    lib.cairo_fill_preserve(cr);
    lib.cairo_new_path(cr);
    lib.cairo_restore(cr);
    lib.cairo_surface_destroy(cells);
}

static cairo_status_t put_all(cairo_surface_t *surface, const struct drawing *d,
                              bool enlarges)
{
    cairo_t *cr = lib.cairo_create(surface);

    set_options(cr);
    lib.cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    set_colour(cr, d->paper, 1);
    lib.cairo_paint(cr);
    for (const struct item *i = d->first; i; i = i->next)
        switch (i->kind) {
        case ITEM_PATH:
            put_path(cr, &i->path);
            break;
        case ITEM_WRITING:
            put_writing(cr, &i->writing);
            break;
        case ITEM_PICTURE:
            put_picture(cr, &i->picture, i->box, enlarges);
            break;
        }
    const cairo_status_t status = lib.cairo_status(cr);
    lib.cairo_destroy(cr);
    return status;
}

static cairo_status_t append(void *closure, const unsigned char *bytes,
                             unsigned length)
{
    struct text *out = closure;

    text_add(out, (const char *)bytes, length);
    return out->failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

enum status brush_png(const struct drawing *d, struct text *out, struct err *e)
{
    cairo_surface_t *s = lib.cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, (int)lround(d->width), (int)lround(d->height));
    cairo_status_t status = put_all(s, d, false);

    if (status == CAIRO_STATUS_SUCCESS)
        status = lib.cairo_surface_write_to_png_stream(s, append, out);
    lib.cairo_surface_destroy(s);
    return check(status, e);
}

enum status brush_pdf(const struct drawing *d, struct text *out, struct err *e)
{
    cairo_surface_t *s = lib.cairo_pdf_surface_create_for_stream(
        append, out, d->width, d->height);

    /* No date: equal figures are equal files. */
    lib.cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE, "");
    if (d->title)
        lib.cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_TITLE,
                                           d->title);
    cairo_status_t status = put_all(s, d, true);
    lib.cairo_surface_finish(s);
    if (status == CAIRO_STATUS_SUCCESS)
        status = lib.cairo_surface_status(s);
    lib.cairo_surface_destroy(s);
    return check(status, e);
}

enum status brush_cells(const struct picture *p, struct box box,
                        struct text *out, struct err *e)
{
    cairo_surface_t *s = surface_of(p, pixels_of(p, box));
    const cairo_status_t status =
        lib.cairo_surface_write_to_png_stream(s, append, out);

    lib.cairo_surface_destroy(s);
    return check(status, e);
}
