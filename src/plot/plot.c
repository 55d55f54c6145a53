/*
 * plot.c - outputs of a picture and its numbers.
 */
#include "plot/plot.h"

#include <string.h>

#include "base/num.h"
#include "cli/say.h"
#include "figure/paint.h"
#include "figure/screen.h"

/* What a picture may measure: less shows nothing. */
enum { MIN_PIXELS = 16, MAX_PIXELS = FIGURE_SIDE_MOST, MAX_CENTIMETRES = 500 };

static const double points_a_centimetre = 72 / 2.54;

bool plot_wants_numbers(const struct plot *p)
{
    return p->options->numbers != NULL;
}

bool plot_wants_picture(const struct plot *p)
{
    return p->options->output || !p->options->numbers;
}

static bool to_stdout(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* What has no effect is not asked for. */
static enum status check_effects(const struct plot *p, struct err *e)
{
    const struct plot_options *o = p->options;
    const struct {
        const char *name;
        bool given;
    } drawn[] = {{"size", o->size}, {"scale", o->scale > 0}, {"dark", o->dark}};

    for (size_t i = 0; i < ARRAY_LEN(drawn); i++)
        if (drawn[i].given && !o->output)
            return usage_error(e, p->call, "--%s: needs --output",
                               drawn[i].name);
    if (o->scale > 0 && o->size)
        return usage_error(e, p->call,
                           "--scale: not together with --size, which says how "
                           "large all is");
    if (o->scale > 0 && p->curves)
        return usage_error(e, p->call,
                           "--scale: is of images, there are none here");
    if (o->title && !plot_wants_picture(p))
        return usage_error(e, p->call,
                           "--title: is of the picture, which --data alone "
                           "does not make");
    return OK;
}

/* One of the two numbers of --size. */
static bool read_length(const struct plot *p, const char *text, double *out)
{
    int64_t pixels;

    if (p->style.format == PAINT_PDF) {
        if (!num_parse_real(text, out) || !(*out >= 1) ||
            *out > MAX_CENTIMETRES)
            return false;
        *out *= points_a_centimetre;
        return true;
    }
    if (!num_parse_int(text, &pixels) || pixels < MIN_PIXELS ||
        pixels > MAX_PIXELS)
        return false;
    *out = (double)pixels;
    return true;
}

/* "800x600", of a PDF "16x9.5". */
static enum status read_size(struct plot *p, struct err *e)
{
    const char *size = p->options->size;
    const char *cross = size ? strchr(size, 'x') : NULL;
    const char *width =
        cross ? arena_strndup(p->call->arena, size, (size_t)(cross - size))
              : "";

    if (!size)
        return OK;
    if (p->call->arena->failed)
        return arena_check(p->call->arena, e, "reading the command line");
    if (cross && read_length(p, width, &p->style.width) &&
        read_length(p, cross + 1, &p->style.height))
        return OK;
    return p->style.format == PAINT_PDF
               ? usage_error(e, p->call,
                             "--size: expected WxH in centimetres, each in [1, "
                             "%d], such as 16x9.5, got '%s'",
                             MAX_CENTIMETRES, size)
               : usage_error(e, p->call,
                             "--size: expected WxH in pixels, each in [%d, "
                             "%d], such as 800x600, got '%s'",
                             MIN_PIXELS, MAX_PIXELS, size);
}

static enum status read_style(struct plot *p, struct err *e)
{
    const struct plot_options *o = p->options;

    p->style.scale = o->scale;
    p->style.dark = o->dark;
    if (!o->output)
        return OK;
    if (!paint_format_of(o->output, &p->style.format))
        return usage_error(e, p->call,
                           "--output: %s: expected a name that ends in .png, "
                           ".svg or .pdf",
                           o->output);
    return read_size(p, e);
}

enum status plot_begin(struct plot *p, struct err *e)
{
    const struct plot_options *o = p->options;
    enum status s = check_effects(p, e);

    if (s == OK)
        s = read_style(p, e);
    if (s == OK && o->output)
        s = paint_load(e);
    if (s == OK && o->output)
        s = output_begin(p->call, o->output, &p->picture, e);
    if (s == OK && o->numbers && !to_stdout(o->numbers))
        s = output_begin(p->call, o->numbers, &p->numbers, e);
    return s;
}

static void print_picture(struct plot *p, const struct figure *f)
{
    struct screen screen;
    struct text t = {0};

    screen_of(p->call, &screen);
    screen_print(&t, f, &screen);
    out_text(p->call->out, &t);
}

/* Writes what is not for the screen; nothing has its name yet. */
static enum status write_picture(struct plot *p, const struct figure *f,
                                 struct err *e)
{
    struct text bytes = {0};
    enum status s = paint(f, &p->style, &bytes, e);

    if (s == OK && bytes.failed)
        s = err_memory(e, "painting");
    if (s == OK)
        s = file_replace_write(&p->picture.file, bytes.at, bytes.length, e);
    text_free(&bytes);
    return s;
}

static enum status write_all(struct plot *p, const struct figure *f,
                             struct err *e)
{
    const struct plot_options *o = p->options;
    enum status s = p->rows.failed ? err_memory(e, "writing the numbers") : OK;

    if (s == OK && o->output)
        s = write_picture(p, f, e);
    if (s == OK && o->numbers && !to_stdout(o->numbers))
        s = file_replace_write(&p->numbers.file, text_string(&p->rows),
                               p->rows.length, e);
    return s == OK
               ? file_replace_commit_both(&p->numbers.file, &p->picture.file, e)
               : s;
}

enum status plot_finish(struct plot *p, const struct figure *f, struct err *e)
{
    const struct plot_options *o = p->options;
    struct figure titled = f ? *f : (struct figure){0};

    progress_erase(p->call->progress);
    if (o->title)
        titled.title = o->title;
    const enum status s = write_all(p, &titled, e);
    if (s != OK)
        return s;
    if (!o->output && !o->numbers)
        print_picture(p, &titled);
    if (o->numbers && to_stdout(o->numbers))
        out_text(p->call->out, &p->rows);
    return OK;
}

void plot_end(struct plot *p)
{
    output_end(&p->picture);
    output_end(&p->numbers);
    text_free(&p->rows);
}
