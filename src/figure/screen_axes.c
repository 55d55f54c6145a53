/*
 * screen_axes.c - curves in a box with ticks, legend and marks.
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "figure/screen_canvas.h"
#include "figure/screen_part.h"
#include "figure/ticks.h"

enum {
    AROUND = 6, /* lines of title, labels, ticks and legend */
    LEAST_ROWS = 8,
    MOST_ROWS = 20,
    ROWS_A_TICK = 3,
    COLUMNS_A_TICK = 10,
};

/* A panel while it is printed. */
struct chart {
    struct printing *p;
    const struct axes *axes;
    double low[2], high[2]; /* of x and y */
    struct ticks ticks[2];
    int64_t label_width; /* of the ticks of y */
    struct canvas canvas;
    bool letters; /* curves are told apart by letters */
};

/* Widens a range by a finite value. */
static void reach(double range[2], double value)
{
    if (!isfinite(value))
        return;
    range[0] = fmin(range[0], value);
    range[1] = fmax(range[1], value);
}

/* What the series ask for. */
static void find_range(const struct axes *a, double x[2], double y[2])
{
    for (int64_t k = 0; k < a->series_count; k++) {
        const struct series *s = &a->series[k];
        const double half = s->style == SERIES_BARS ? s->width / 2 : 0;
        for (int64_t i = 0; i < s->count; i++) {
            if (!isfinite(s->x[i]) || !isfinite(s->y[i]))
                continue;
            reach(x, s->x[i] - half);
            reach(x, s->x[i] + half);
            reach(y, s->y[i]);
        }
        if (s->style == SERIES_BARS)
            reach(y, 0);
    }
    for (int64_t i = 0; i < a->mark_count; i++) {
        reach(x, a->marks[i].x);
        reach(y, a->marks[i].y);
    }
}

/* An axis as it is asked for, or a range with some room around it. */
static void settle(const struct figure_axis *axis, double range[2], double room,
                   double *low, double *high)
{
    *low = axis->low;
    *high = axis->high;
    if (axis->low != axis->high)
        return;
    if (range[0] > range[1])
        range[0] = 0, range[1] = 1; /* there is nothing */
    *low = fmax(range[0], -1e300);
    *high = fmin(range[1], 1e300);
    const double span = *high - *low;
    const double more = span > 0      ? span * room
                        : axis->whole ? 0.5
                        : *high != 0  ? fabs(*high) / 10
                                      : 0.5;
    *low -= more;
    *high += more;
}

static void find_ticks(struct chart *c, int64_t rows)
{
    char label[TICK_BYTES];

    c->ticks[1] = ticks_find(c->low[1], c->high[1],
                             num_max(3, rows / ROWS_A_TICK), c->axes->y.whole);
    for (int64_t i = 0; i < c->ticks[1].count; i++) {
        tick_label(&c->ticks[1], i, label);
        c->label_width = num_max(c->label_width, (int64_t)strlen(label));
    }
}

/* A value of an axis as a share of it. */
static double share(const struct chart *c, int axis, double value)
{
    return (value - c->low[axis]) / (c->high[axis] - c->low[axis]);
}

static void draw_bar(struct chart *c, struct pen *pen, const struct series *s,
                     int64_t i)
{
    const double y = share(c, 1, s->y[i]), zero = share(c, 1, 0);
    const double low[] = {share(c, 0, s->x[i] - s->width / 2), fmin(y, zero)};
    const double high[] = {share(c, 0, s->x[i] + s->width / 2), fmax(y, zero)};

    canvas_fill(&c->canvas, pen, low, high);
}

/* Along, then up or down. */
static void draw_step(struct chart *c, struct pen *pen, const double from[2],
                      const double to[2])
{
    const double corner[] = {to[0], from[1]};

    canvas_line(&c->canvas, pen, from, corner);
    canvas_line(&c->canvas, pen, corner, to);
}

static void draw_series(struct chart *c, struct pen *pen,
                        const struct series *s)
{
    double from[2] = {0}, last[2] = {-1, -1};
    bool joined = false;

    for (int64_t i = 0; i < s->count; i++) {
        const double at[] = {share(c, 0, s->x[i]), share(c, 1, s->y[i])};
        const bool is_point = isfinite(at[0]) && isfinite(at[1]);
        if (is_point && s->style == SERIES_POINTS)
            canvas_letter(&c->canvas, pen, pen->letter, at);
        else if (is_point && s->style == SERIES_BARS)
            draw_bar(c, pen, s, i);
        else if (is_point && joined && s->style == SERIES_STEPS)
            draw_step(c, pen, from, at);
        else if (is_point)
            canvas_line(&c->canvas, pen, joined ? from : at, at);
        joined = is_point;
        memcpy(from, at, sizeof from);
        if (is_point)
            memcpy(last, at, sizeof last);
    }
    if (c->letters && c->canvas.braille && s->name)
        canvas_letter(&c->canvas, pen, pen->letter, last);
}

/* Does the series have a letter of its own? */
static bool is_lettered(const struct series *s)
{
    return s->name && !s->faint;
}

/* Of the first `count` series. */
static int64_t count_lettered(const struct axes *a, int64_t count)
{
    int64_t lettered = 0;

    for (int64_t i = 0; i < count; i++)
        lettered += is_lettered(&a->series[i]);
    return lettered;
}

/* What series `k` is drawn with. */
static struct pen pen_of(const struct chart *c, int64_t k)
{
    static const struct rgb grey = {128, 128, 128};
    const struct series *s = &c->axes->series[k];
    const int64_t before = count_lettered(c->axes, k);

    return (struct pen){
        .colour = s->faint ? grey : rgb_of_series(s->colour, true),
        .letter = s->faint                       ? '.'
                  : c->letters && is_lettered(s) ? (char)('a' + before % 26)
                                                 : '*',
        .dashed = s->dashed,
    };
}

static char mark_letter(const struct axes *a, int64_t i)
{
    return a->mark_count == 1 ? 'o' : i < 9 ? (char)('1' + i) : '+';
}

/* Lines to compare with lie behind the others, marks before them. */
static void draw_all(struct chart *c)
{
    static const struct pen plain = {.colour = {255, 255, 255}};
    const struct axes *a = c->axes;

    for (int faint = 1; faint >= 0; faint--)
        for (int64_t i = 0; i < a->series_count; i++) {
            struct pen pen = pen_of(c, i);
            if (a->series[i].faint == (faint == 1))
                draw_series(c, &pen, &a->series[i]);
        }
    for (int64_t i = 0; i < a->mark_count; i++) {
        const double at[] = {share(c, 0, a->marks[i].x),
                             share(c, 1, a->marks[i].y)};
        canvas_letter(&c->canvas, &plain, mark_letter(a, i), at);
    }
}

/* The row or column of a tick. */
static int64_t tick_place(const struct chart *c, int axis, int64_t i)
{
    const int64_t count = axis == 0 ? c->canvas.columns : c->canvas.rows;
    const double at = share(c, axis, tick_value(&c->ticks[axis], i));

    return num_max(0, num_min((int64_t)(at * (double)count), count - 1));
}

/* The tick of y that belongs to a row from the top; -1: none. */
static int64_t tick_at(const struct chart *c, int64_t row)
{
    for (int64_t i = 0; i < c->ticks[1].count; i++)
        if (tick_place(c, 1, i) == c->canvas.rows - 1 - row)
            return i;
    return -1;
}

static void print_rows(const struct chart *c)
{
    const bool utf8 = c->p->utf8;

    for (int64_t row = 0; c->canvas.cells && row < c->canvas.rows; row++) {
        const int64_t i = tick_at(c, row);
        char label[TICK_BYTES] = "";
        if (i >= 0)
            tick_label(&c->ticks[1], i, label);
        text_pad(c->p->out, ' ', c->label_width - (int64_t)strlen(label));
        text_puts(c->p->out, label);
        text_puts(c->p->out, utf8 ? i >= 0 ? " \xe2\x94\xa4" : " \xe2\x94\x82"
                             : i >= 0 ? " +"
                                      : " |");
        canvas_print_row(&c->canvas, row, c->p);
    }
}

/* The line below the curves, with ticks that find room for their labels, which
 * follow under them. */
static void print_below(struct chart *c)
{
    const bool utf8 = c->p->utf8;
    struct text *out = c->p->out;
    struct text labels = {0};
    char label[TICK_BYTES];
    int64_t x = 0, i = 0;

    text_pad(out, ' ', c->label_width + 1);
    text_puts(out, utf8 ? "\xe2\x94\x94" : "+");
    for (; x < c->canvas.columns; x++) {
        if (i >= c->ticks[0].count || tick_place(c, 0, i) != x) {
            text_puts(out, utf8 ? "\xe2\x94\x80" : "-");
            continue;
        }
        text_puts(out, utf8 ? "\xe2\x94\xac" : "+");
        tick_label(&c->ticks[0], i++, label);
        const int64_t length = (int64_t)strlen(label);
        const int64_t at = num_min(c->label_width + 2 + x - length / 2,
                                   c->p->columns - length);
        if (at < 0 || (labels.length > 0 && at < (int64_t)labels.length + 1))
            continue;
        text_pad(&labels, ' ', at - (int64_t)labels.length);
        text_puts(&labels, label);
    }
    text_printf(out, "\n%s\n", text_string(&labels));
    text_drop(out, &labels);
}

/* An entry of the legend; what does not fit beside the others begins a line. */
static void print_entry(struct chart *c, int64_t *used, struct pen pen,
                        const char *sign, const char *name)
{
    const int64_t room = c->p->columns - c->label_width - 2;
    const size_t length = strlen(name);
    const int64_t width = num_min(screen_width(c->p, name, length) + 2, room);

    if (*used > 0 && *used + 3 + width > room) {
        text_puts(c->p->out, "\n");
        *used = 0;
    }
    text_pad(c->p->out, ' ', *used > 0 ? 3 : c->label_width + 2);
    *used += *used > 0 ? 3 : 0;
    screen_colour(c->p, pen.colour);
    text_puts(c->p->out, sign);
    screen_plain(c->p);
    text_puts(c->p->out, " ");
    *used += 2 + screen_words(c->p, name, length, room - 2);
}

static void print_legend(struct chart *c)
{
    const struct axes *a = c->axes;
    int64_t used = 0;

    for (int64_t i = 0; i < a->series_count; i++) {
        const struct series *s = &a->series[i];
        const struct pen pen = pen_of(c, i);
        const char sign[] = {pen.letter, '\0'};
        const bool braille = c->canvas.braille && s->style != SERIES_POINTS &&
                             !(c->letters && is_lettered(s));
        if (s->name)
            print_entry(c, &used, pen, braille ? "\xe2\xa0\x92" : sign,
                        s->name);
    }
    text_puts(c->p->out, used > 0 ? "\n" : "");
    for (int64_t i = 0; i < a->mark_count; i++) {
        const char sign[] = {mark_letter(a, i), ' ', '\0'};
        text_pad(c->p->out, ' ', c->label_width + 2);
        text_puts(c->p->out, sign);
        screen_line(c->p, a->marks[i].text ? a->marks[i].text : "",
                    c->p->columns - c->label_width - 4);
    }
}

/* Below the middle of the curves, or where it finds room. */
static void print_x_label(struct chart *c)
{
    const char *label = c->axes->x.label;
    const int64_t width = screen_width(c->p, label, strlen(label));
    const int64_t room = c->p->columns - c->label_width - 2;
    const int64_t middle = (c->canvas.columns - width) / 2;

    text_pad(c->p->out, ' ', c->label_width + 2 + num_max(0, middle));
    screen_line(c->p, label, room);
}

/* Columns for the curves; a square has as many units a line as a column and a
 * half of each, letters being twice as high as wide. */
static int64_t columns_of(const struct chart *c, int64_t rows)
{
    const int64_t room = num_max(8, c->p->columns - c->label_width - 2);
    const double units = (c->high[0] - c->low[0]) / (c->high[1] - c->low[1]);
    const double columns = 2 * (double)rows * units;

    return c->axes->square && columns < (double)room
               ? num_max(8, (int64_t)columns)
               : room;
}

void screen_axes(struct printing *p, const struct axes *a, int64_t rows)
{
    const int64_t lines =
        num_max(LEAST_ROWS, num_min(rows - AROUND, MOST_ROWS));
    const int64_t lettered = count_lettered(a, a->series_count);
    const bool coloured = p->palette != PALETTE_ASCII;
    double x[2] = {(double)INFINITY, (double)-INFINITY},
           y[2] = {(double)INFINITY, (double)-INFINITY};
    struct chart c = {.p = p, .axes = a, .letters = lettered > 1};

    find_range(a, x, y);
    settle(&a->x, x, 0, &c.low[0], &c.high[0]);
    settle(&a->y, y, 0.05, &c.low[1], &c.high[1]);
    find_ticks(&c, lines);
    const int64_t columns = columns_of(&c, lines);
    c.ticks[0] = ticks_find(c.low[0], c.high[0],
                            num_max(3, columns / COLUMNS_A_TICK), a->x.whole);
    canvas_new(&c.canvas, columns, lines,
               p->utf8 && (coloured || lettered <= 1), p->arena);
    draw_all(&c);
    if (a->y.label)
        screen_line(p, a->y.label, p->columns);
    print_rows(&c);
    print_below(&c);
    if (a->x.label)
        print_x_label(&c);
    print_legend(&c);
}
