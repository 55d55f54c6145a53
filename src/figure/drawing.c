/*
 * drawing.c - pieces are added to the end of a list.
 */
#include "figure/drawing.h"

#include <math.h>

static struct item *add(struct drawing *d, enum item_kind kind, struct box box)
{
    struct item *item = arena_take(d->arena, 1, sizeof *item);

    if (!item)
        return NULL;
    item->kind = kind;
    item->box = box;
    if (d->last)
        d->last->next = item;
    else
        d->first = item;
    d->last = item;
    return item;
}

static struct box around(const struct point *points, int64_t count)
{
    double left = (double)INFINITY, right = (double)-INFINITY,
           top = (double)INFINITY;
    double bottom = (double)-INFINITY;

    for (int64_t i = 0; i < count; i++) {
        if (isnan(points[i].x))
            continue;
        left = fmin(left, points[i].x), right = fmax(right, points[i].x);
        top = fmin(top, points[i].y), bottom = fmax(bottom, points[i].y);
    }
    return (struct box){left, top, right - left, bottom - top};
}

void drawing_path(struct drawing *d, const struct pen *pen,
                  const struct point *points, int64_t count)
{
    const struct box box = points ? around(points, count) : (struct box){0};
    struct item *item = box.width >= 0 ? add(d, ITEM_PATH, box) : NULL;

    if (item)
        item->path = (struct path){*pen, points, count};
}

void drawing_box(struct drawing *d, const struct pen *pen, struct box box)
{
    struct point *corners = arena_take(d->arena, 4, sizeof *corners);
    struct pen closed = *pen;

    if (!corners)
        return;
    closed.closes = true;
    for (int i = 0; i < 4; i++)
        corners[i] = (struct point){
            box.x + (i == 1 || i == 2 ? box.width : 0),
            box.y + (i >= 2 ? box.height : 0),
        };
    drawing_path(d, &closed, corners, 4);
}

void drawing_writing(struct drawing *d, const struct writing *w)
{
    const double above = TYPE_ASCENT * w->size;
    const double high = (TYPE_ASCENT + TYPE_DESCENT) * w->size;
    struct item *item = add(
        d, ITEM_WRITING,
        w->turned ? (struct box){w->x - above, w->y - w->width, high, w->width}
                  : (struct box){w->x, w->y - above, w->width, high});

    if (item)
        item->writing = *w;
}

void drawing_picture(struct drawing *d, const struct picture *p, struct box box)
{
    struct item *item = p->cells ? add(d, ITEM_PICTURE, box) : NULL;

    if (item)
        item->picture = *p;
}

bool box_meets(struct box a, struct box b)
{
    const double slack = 1e-6;

    return a.x + a.width > b.x + slack && b.x + b.width > a.x + slack &&
           a.y + a.height > b.y + slack && b.y + b.height > a.y + slack;
}
