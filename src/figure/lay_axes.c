/*
 * lay_axes.c - curves between two axes, their ticks and their legend.
 */
#include <math.h>

#include "base/num.h"
#include "figure/chart.h"
#include "figure/panels.h"
#include "figure/ticks.h"

/* In em. */
#define WIDTH        46.0
#define HEIGHT       28.0
#define SQUARE       32.0
#define TICK_SIZE    0.9
#define TICK_LENGTH  0.35
#define TICK_DEPTH   0.55 /* of labels below the x axis: half a line of y's */
#define SPACE        0.4
#define APART        0.9  /* labels of the x axis, at least */
#define INNER_LEAST  4.0  /* a side of the chart */
#define BESIDE_LEAST 14.0 /* width of a chart with a legend beside it */

/* Of more names the legend stands beside the chart. */
enum { TICKS_USUAL = 9, NAMES_INSIDE = 6, PLACINGS = 5 };

static struct words tick_words(const struct sheet *s)
{
    return (struct words){.size = TICK_SIZE, .colour = s->soft};
}

static double label_width(const struct sheet *s, const struct ticks *t,
                          int64_t i)
{
    char label[TICK_BYTES];
    struct words w = tick_words(s);

    tick_label(t, i, label);
    w.text = label;
    return words_width(s, &w);
}

/* As many ticks as their labels have room for. */
static struct ticks ticks_up(const struct sheet *s, const struct chart *c)
{
    const double apart = 1.5 * words_height(s, TICK_SIZE);
    const int64_t most = (int64_t)(c->box.height / apart);

    return ticks_find(c->y_low, c->y_high, num_min(most, TICKS_USUAL),
                      c->axes->y.whole);
}

static bool labels_fit(const struct sheet *s, const struct chart *c,
                       const struct ticks *t)
{
    const double step =
        c->box.width * (t->step / 2 / (c->x_high / 2 - c->x_low / 2));
    double before = 0;

    for (int64_t i = 0; i < t->count; i++) {
        const double width = label_width(s, t, i);
        if (i > 0 && (before + width) / 2 + APART * s->em > step)
            return false;
        before = width;
    }
    return true;
}

static struct ticks ticks_along(const struct sheet *s, const struct chart *c)
{
    struct ticks t = {0};

    for (int64_t most = TICKS_USUAL; most > 0; most--) {
        t = ticks_find(c->x_low, c->x_high, most, c->axes->x.whole);
        if (labels_fit(s, c, &t))
            return t;
    }
    return t;
}

static double widest_up(const struct sheet *s, const struct chart *c)
{
    const struct ticks t = ticks_up(s, c);
    double widest = 0;

    for (int64_t i = 0; i < t.count; i++)
        widest = fmax(widest, label_width(s, &t, i));
    return widest;
}

/* Where data are: what is left of the room beside ticks, of which the widest
 * label of the y axis is given, and labels. */
static void place_box(const struct sheet *s, struct chart *c, struct box room,
                      double widest)
{
    const double line = words_height(s, TICK_SIZE);
    const double label = words_height(s, 1) + SPACE * s->em;
    const double below =
        TICK_DEPTH * s->em + line + (c->axes->x.label ? label : 0);
    const double left =
        (TICK_LENGTH + SPACE) * s->em + (c->axes->y.label ? label : 0) + widest;

    c->box.y = room.y + line / 2;
    c->box.height = room.height - below - line / 2;
    c->box.x = room.x + left;
    c->box.width = room.width - left - 1.5 * s->em;
    const double right = round(c->box.x + c->box.width) + 0.5;
    const double bottom = round(c->box.y + c->box.height) + 0.5;
    c->box.x = round(c->box.x) + 0.5;
    c->box.y = round(c->box.y) + 0.5;
    c->box.width = right - c->box.x;
    c->box.height = bottom - c->box.y;
}

static bool is_fixed(const struct figure_axis *a)
{
    return a->low < a->high;
}

/* The range whose unit has more pixels is widened around its middle; where it
 * has been asked for, the box becomes smaller. */
static void make_square(struct chart *c)
{
    const double x = c->box.width / (c->x_high - c->x_low);
    const double y = c->box.height / (c->y_high - c->y_low);
    const double wide = c->box.width / y, high = c->box.height / x;
    const double middle_x = c->x_low / 2 + c->x_high / 2;
    const double middle_y = c->y_low / 2 + c->y_high / 2;

    if (!c->axes->square || !isfinite(wide) || !isfinite(high))
        return;
    if (x > y && is_fixed(&c->axes->x))
        c->box.width = floor((c->x_high - c->x_low) * y);
    else if (x > y)
        c->x_low = middle_x - wide / 2, c->x_high = middle_x + wide / 2;
    else if (is_fixed(&c->axes->y))
        c->box.height = floor((c->y_high - c->y_low) * x);
    else
        c->y_low = middle_y - high / 2, c->y_high = middle_y + high / 2;
}

static bool is_legible(const struct sheet *s, const struct chart *c)
{
    return c->box.width >= INNER_LEAST * s->em &&
           c->box.height >= INNER_LEAST * s->em;
}

/* The ticks of y depend on the box, which depends on their labels. */
static void begin(struct sheet *s, struct chart *c, struct box room)
{
    double widest = 0;

    for (int i = 0; i < PLACINGS && !s->cramped; i++) {
        chart_range(c);
        place_box(s, c, room, widest);
        if (is_legible(s, c))
            make_square(c);
        s->cramped = !is_legible(s, c);
        const double need = s->cramped ? 0 : widest_up(s, c);
        if (need <= widest)
            break;
        widest = need;
    }
    if (!s->cramped)
        chart_trace(s, c);
}

/* The legend of few names where it hides least; `hidden`: how much. */
static struct legend place_inside(const struct sheet *s, struct chart *c,
                                  double *hidden)
{
    const struct legend l = legend_of(
        s, c->axes, c->box.height - 2 * SPACE * s->em, c->box.width / 2);

    *hidden = (double)INFINITY;
    if (l.entries > 0 && l.entries <= NAMES_INSIDE)
        c->legend = legend_inside(s, c, &l, hidden);
    return l;
}

/* Has a chart of this size whose sides keep their proportion, so that it cannot
 * make room, a legend beside it? */
static bool is_beside(const struct sheet *s, const struct axes *a,
                      struct extent size)
{
    struct sheet trial = *s;
    struct chart c = {.axes = a};
    double hidden = 0;

    if (!a->square || !is_fixed(&a->x) || !is_fixed(&a->y))
        return false;
    trial.cramped = false;
    begin(&trial, &c, (struct box){0, 0, size.width, size.height});
    return !trial.cramped && place_inside(&trial, &c, &hidden).entries > 0 &&
           hidden > 0;
}

struct extent axes_wish(const struct sheet *s, const struct axes *a)
{
    struct extent wish = {(a->square ? SQUARE + 2 : WIDTH) * s->em,
                          (a->square ? SQUARE : HEIGHT) * s->em};
    const struct legend l = legend_of(s, a, 0.8 * wish.height, wish.width);

    if (l.entries > NAMES_INSIDE || is_beside(s, a, wish))
        wish.width += legend_width(&l) + 2 * SPACE * s->em;
    return wish;
}

/* A legend at the right of the chart; false: it would leave too little. */
static bool place_beside(struct sheet *s, struct chart *c, struct box room,
                         struct legend *l)
{
    const double gap = SPACE * s->em;
    const double most = room.width - BESIDE_LEAST * s->em - 2 * gap;

    *l = legend_of(s, c->axes, c->box.height, fmin(most, room.width / 2));
    if (l->entries == 0 || legend_width(l) > most)
        return false;
    room.width -= legend_width(l) + 2 * gap;
    begin(s, c, room);
    c->legend = (struct box){c->box.x + c->box.width + 2 * gap, c->box.y,
                             legend_width(l) + gap, legend_height(l) + gap};
    return !s->cramped;
}

/* Few names stand in the chart where they hide nothing; else beside it, where
 * there is room; else where they hide least, fewer of them. */
static struct legend place_legend(struct sheet *s, struct chart *c,
                                  struct box room)
{
    double hidden;
    struct legend l = place_inside(s, c, &hidden);

    if (l.entries == 0)
        return l;
    if (hidden == 0 || place_beside(s, c, room, &l) || s->cramped)
        return l;
    l = legend_of(s, c->axes, c->box.height / 2, c->box.width / 2);
    c->legend = legend_inside(s, c, &l, &hidden);
    return isinf(hidden) ? (struct legend){0} : l;
}

static void put_line(struct sheet *s, struct point from, struct point to,
                     struct rgb colour)
{
    const struct pen pen = {.width = 1, .line = colour};
    struct point *ends = arena_take(s->arena, 2, sizeof *ends);

    if (!ends)
        return;
    ends[0] = from, ends[1] = to;
    drawing_path(&s->drawing, &pen, ends, 2);
}

static double crisp(double v)
{
    return floor(v) + 0.5;
}

static void lay_ticks_along(struct sheet *s, const struct chart *c,
                            struct box room)
{
    const struct ticks t = ticks_along(s, c);
    const double bottom = c->box.y + c->box.height;
    const double length = TICK_LENGTH * s->em;
    struct words w = tick_words(s);
    char label[TICK_BYTES];

    w.text = label;
    for (int64_t i = 0; i < t.count; i++) {
        const double value = tick_value(&t, i);
        const double x = crisp(chart_point(c, value, c->y_low).x);
        const double width = label_width(s, &t, i) + 0.01;
        put_line(s, (struct point){x, c->box.y}, (struct point){x, bottom},
                 s->grid);
        put_line(s, (struct point){x, bottom},
                 (struct point){x, bottom + length * 0.7}, s->rule);
        tick_label(&t, i, label);
        if (x - width / 2 >= room.x && x + width / 2 <= room.x + room.width)
            words_put(s, &w,
                      (struct box){x - width / 2, bottom + TICK_DEPTH * s->em,
                                   width, words_height(s, TICK_SIZE)});
    }
}

static void lay_ticks_up(struct sheet *s, const struct chart *c,
                         struct box room)
{
    const struct ticks t = ticks_up(s, c);
    const double length = TICK_LENGTH * s->em;
    const double high = words_height(s, TICK_SIZE);
    struct words w = tick_words(s);
    char label[TICK_BYTES];

    w.text = label;
    w.align = ALIGN_END;
    for (int64_t i = 0; i < t.count; i++) {
        const double value = tick_value(&t, i);
        const double y = crisp(chart_point(c, c->x_low, value).y);
        const double width = label_width(s, &t, i) + 0.01;
        put_line(s, (struct point){c->box.x, y},
                 (struct point){c->box.x + c->box.width, y}, s->grid);
        put_line(s, (struct point){c->box.x - length * 0.7, y},
                 (struct point){c->box.x, y}, s->rule);
        tick_label(&t, i, label);
        if (c->box.x - length - width >= room.x)
            words_put(s, &w,
                      (struct box){c->box.x - length - width, y - high / 2,
                                   width, high});
    }
}

static void lay_labels(struct sheet *s, const struct chart *c, struct box room)
{
    const double ticks = TICK_DEPTH * s->em + words_height(s, TICK_SIZE);
    struct words w = {.size = 1, .align = ALIGN_CENTRE, .colour = s->ink};
    const double high = words_height(s, 1);

    w.text = c->axes->x.label;
    words_put(s, &w,
              (struct box){c->box.x,
                           c->box.y + c->box.height + ticks + SPACE * s->em,
                           c->box.width, high});
    w.text = c->axes->y.label;
    w.turned = true;
    words_put(s, &w, (struct box){room.x, c->box.y, high, c->box.height});
}

void axes_lay(struct sheet *s, const struct axes *a, struct box room)
{
    struct chart c = {.axes = a};

    begin(s, &c, room);
    if (s->cramped)
        return;
    const struct legend legend = place_legend(s, &c, room);
    if (s->cramped)
        return;
    lay_ticks_along(s, &c, room);
    lay_ticks_up(s, &c, room);
    put_line(s, (struct point){c.box.x, c.box.y},
             (struct point){c.box.x, c.box.y + c.box.height}, s->rule);
    put_line(s, (struct point){c.box.x, c.box.y + c.box.height},
             (struct point){c.box.x + c.box.width, c.box.y + c.box.height},
             s->rule);
    chart_series(s, &c);
    lay_labels(s, &c, room);
    if (c.legend.width > 0)
        legend_lay(s, a, &legend, c.legend);
    chart_marks(s, &c);
}
