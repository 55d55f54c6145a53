/*
 * chart_words.c - the legend and the marks of axes: words among curves.
 */
#include <math.h>
#include <stdio.h>

#include "base/num.h"
#include "figure/chart.h"

/* In em. */
#define TEXT_SIZE   0.92
#define SAMPLE      1.8
#define SPACE       0.45
#define NAME_MOST   16.0
#define LINE        1.3
#define RING        0.42
#define STEP_AWAY   1.0
#define FRAME_ALPHA 0.85

/* Of more marks the words are left out. */
enum {
    PLACES = 9,
    BESIDE = 12,
    STEPS_AWAY = 10,
    MARKS_MOST = 64,
    CORNERS = 24
};

static struct words name_words(const struct sheet *s)
{
    return (struct words){.size = TEXT_SIZE, .colour = s->ink};
}

static double widest_name(const struct sheet *s, const struct axes *a,
                          int64_t *count)
{
    struct words w = name_words(s);
    double widest = 0;

    *count = 0;
    for (int64_t i = 0; i < a->series_count; i++) {
        w.text = a->series[i].name;
        *count += w.text != NULL;
        widest = fmax(widest, words_width(s, &w));
    }
    return fmin(widest + 0.01, NAME_MOST * s->em);
}

struct legend legend_of(const struct sheet *s, const struct axes *a,
                        double height, double width)
{
    struct legend l = {.row = LINE * s->em};
    const double name = widest_name(s, a, &l.entries);
    const double most_rows = floor((height - 2 * SPACE * s->em) / l.row);

    l.column = (SAMPLE + 2 * SPACE) * s->em + name;
    if (l.entries == 0 || most_rows < 1)
        return (struct legend){0};
    const int64_t most = num_max((int64_t)(width / l.column), 1);
    l.rows = num_min(l.entries, (int64_t)fmin(most_rows, 1e6));
    l.columns = num_min(num_ceil_div(l.entries, l.rows), most);
    l.rows = num_min(l.rows, num_ceil_div(l.entries, l.columns));
    return l;
}

double legend_width(const struct legend *l)
{
    return (double)l->columns * l->column;
}

double legend_height(const struct legend *l)
{
    return (double)l->rows * l->row;
}

static bool any_mark(const struct chart *c, struct box box)
{
    for (int64_t i = 0; i < c->axes->mark_count; i++) {
        const struct figure_mark *m = &c->axes->marks[i];
        struct point p = chart_point(c, m->x, m->y), q = p;
        if (!isnan(p.x) && chart_clip(box, &p, &q))
            return true;
    }
    return false;
}

struct box legend_inside(const struct sheet *s, const struct chart *c,
                         const struct legend *l, double *hidden)
{
    /* Corners first, the upper right before all. */
    static const double places[PLACES][2] = {{1, 0},   {0, 0},   {1, 1},
                                             {0, 1},   {1, 0.5}, {0, 0.5},
                                             {0.5, 0}, {0.5, 1}, {0.5, 0.5}};
    const double edge = SPACE * s->em;
    const double width = legend_width(l) + edge;
    const double height = legend_height(l) + edge;
    const double free_x = c->box.width - width - 2 * edge;
    const double free_y = c->box.height - height - 2 * edge;
    struct box best = {0};

    *hidden = (double)INFINITY;
    for (int i = 0; i < PLACES && free_x >= 0 && free_y >= 0; i++) {
        const struct box at = {c->box.x + edge + free_x * places[i][0],
                               c->box.y + edge + free_y * places[i][1], width,
                               height};
        const double covered =
            chart_covered(c, at) + (any_mark(c, at) ? 1e9 : 0);
        if (covered < *hidden) {
            *hidden = covered;
            best = at;
        }
    }
    return best;
}

static void lay_entry(struct sheet *s, const struct series *series,
                      const char *name, const struct legend *l, struct box at)
{
    struct words w = name_words(s);
    const double sample = SAMPLE * s->em;

    at.width = l->column, at.height = l->row;
    if (series)
        chart_sample(
            s, series,
            (struct box){at.x + SPACE * s->em / 2, at.y, sample, at.height});
    w.text = name;
    at.x += sample + SPACE * s->em;
    at.width -= sample + 1.5 * SPACE * s->em;
    words_put(s, &w, at);
}

void legend_lay(struct sheet *s, const struct axes *a, const struct legend *l,
                struct box at)
{
    const int64_t room = l->rows * l->columns;
    const struct pen paper = {
        .fills = true, .fill = s->drawing.paper, .alpha = FRAME_ALPHA};
    int64_t entry = 0;
    char rest[64];

    if (room == 0)
        return;
    drawing_box(&s->drawing, &paper, at);
    at.x += SPACE * s->em / 2, at.y += SPACE * s->em / 2;
    for (int64_t i = 0; i < a->series_count && entry < room; i++) {
        if (!a->series[i].name)
            continue;
        const struct box place = {at.x + (double)(entry / l->rows) * l->column,
                                  at.y + (double)(entry % l->rows) * l->row, 0,
                                  0};
        entry++;
        if (entry == room && l->entries > room) {
            snprintf(rest, sizeof rest, "and %lld more",
                     (long long)(l->entries - room + 1));
            lay_entry(s, NULL, rest, l, place);
        } else {
            lay_entry(s, &a->series[i], a->series[i].name, l, place);
        }
    }
}

/* Boxes that no text may meet: text, and rings. */
struct taken {
    struct box boxes[2 * MARKS_MOST + 1];
    int64_t count;
};

static struct box ring_box(const struct sheet *s, struct point p)
{
    const double radius = RING * s->em;

    return (struct box){p.x - radius, p.y - radius, 2 * radius, 2 * radius};
}

static bool is_free(const struct chart *c, const struct taken *taken,
                    struct box box)
{
    const struct box *in = &c->box;

    if (box.x < in->x || box.y < in->y ||
        box.x + box.width > in->x + in->width ||
        box.y + box.height > in->y + in->height)
        return false;
    for (int64_t i = 0; i < taken->count; i++)
        if (box_meets(taken->boxes[i], box))
            return false;
    return true;
}

/* A box of text above, below or, without a step up or down, beside a point,
 * `off` pixels away. */
static struct box side_of(struct point p, const double side[2], double off,
                          struct extent text)
{
    const double x = side[1] == 0 ? side[0] * off : 0;

    return (struct box){p.x + x + (side[0] - 1) / 2 * text.width,
                        p.y + side[1] * off + (side[1] - 1) / 2 * text.height,
                        text.width, text.height};
}

/* Where it hides no line, the nearest such place, rather above than below; or
 * where it hides least.  Width 0: nowhere. */
static struct box beside(const struct sheet *s, const struct chart *c,
                         const struct taken *taken, struct point p,
                         struct extent text)
{
    static const double sides[BESIDE][2] = {
        {0, -1}, {0.5, -1}, {-0.5, -1}, {1, -1},   {-1, -1}, {1, 0},
        {-1, 0}, {0, 1},    {0.5, 1},   {-0.5, 1}, {1, 1},   {-1, 1}};
    struct box best = {0};
    double least = (double)INFINITY;

    for (int i = 0; i < BESIDE * STEPS_AWAY; i++) {
        const double away = (1.4 * RING + i / BESIDE * STEP_AWAY) * s->em;
        const struct box at = side_of(p, sides[i % BESIDE], away, text);
        if (!is_free(c, taken, at))
            continue;
        const double cost = 10 * chart_covered(c, at) + away;
        if (cost < least) {
            least = cost;
            best = at;
        }
    }
    return best;
}

/* From a ring to words that do not stand at it. */
static void lay_pointer(struct sheet *s, struct point p, struct box text)
{
    const struct point to = {fmin(fmax(p.x, text.x), text.x + text.width),
                             fmin(fmax(p.y, text.y), text.y + text.height)};
    const double way = hypot(to.x - p.x, to.y - p.y);
    const struct pen pen = {.width = 0.08 * s->em, .line = s->rule};
    struct point *ends = arena_take(s->arena, 2, sizeof *ends);

    if (!ends || way < 2.5 * RING * s->em)
        return;
    const double start = RING * s->em / way;
    ends[0] =
        (struct point){p.x + start * (to.x - p.x), p.y + start * (to.y - p.y)};
    ends[1] = to;
    drawing_path(&s->drawing, &pen, ends, 2);
}

static bool place_of(const struct chart *c, const struct figure_mark *m,
                     struct point *p)
{
    struct point q;

    *p = q = chart_point(c, m->x, m->y);
    return !isnan(p->x) && chart_clip(c->box, p, &q);
}

/* The room of a mark's words; width 0: there is none, or no words. */
static struct box mark_box(const struct sheet *s, const struct chart *c,
                           const struct figure_mark *m,
                           const struct taken *taken)
{
    struct words w = name_words(s);
    struct point p;

    if (!m->text || !place_of(c, m, &p))
        return (struct box){0};
    w.text = m->text;
    const struct extent text = {
        fmin(words_width(s, &w) + 0.01, c->box.width * 0.6),
        words_height(s, TEXT_SIZE)};
    return beside(s, c, taken, p, text);
}

static void lay_mark(struct sheet *s, const struct figure_mark *m,
                     struct box at)
{
    const struct pen paper = {
        .fills = true, .fill = s->drawing.paper, .alpha = FRAME_ALPHA};
    struct words w = name_words(s);

    w.text = m->text;
    drawing_box(&s->drawing, &paper, at);
    words_put(s, &w, at);
}

static void lay_ring(struct sheet *s, struct point p)
{
    const struct pen ring = {
        .closes = true, .width = 0.13 * s->em, .line = s->ink};
    struct point *at = arena_take(s->arena, CORNERS, sizeof *at);

    for (int i = 0; at && i < CORNERS; i++) {
        const double angle = 4 * acos(0) * i / CORNERS;
        at[i] = (struct point){p.x + RING * s->em * cos(angle),
                               p.y + RING * s->em * sin(angle)};
    }
    drawing_path(&s->drawing, &ring, at, at ? CORNERS : 0);
}

void chart_marks(struct sheet *s, const struct chart *c)
{
    const struct figure_mark *marks = c->axes->marks;
    const int64_t count = num_min(c->axes->mark_count, MARKS_MOST);
    struct box boxes[MARKS_MOST];
    struct taken taken = {0};
    struct point p;

    if (c->legend.width > 0)
        taken.boxes[taken.count++] = c->legend;
    for (int64_t i = 0; i < count; i++)
        if (place_of(c, &marks[i], &p))
            taken.boxes[taken.count++] = ring_box(s, p);
    for (int64_t i = 0; i < count; i++) {
        boxes[i] = mark_box(s, c, &marks[i], &taken);
        taken.boxes[taken.count++] = boxes[i];
        if (boxes[i].width > 0 && place_of(c, &marks[i], &p))
            lay_pointer(s, p, boxes[i]);
    }
    for (int64_t i = 0; i < count; i++)
        if (boxes[i].width > 0)
            lay_mark(s, &marks[i], boxes[i]);
    for (int64_t i = 0; i < c->axes->mark_count; i++)
        if (place_of(c, &marks[i], &p))
            lay_ring(s, p);
}
