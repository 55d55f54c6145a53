/*
 * gallery.c - samples and what is said of them.
 */
#include "look/gallery.h"

#include <math.h>

#include "data/pixels.h"
#include "look/frame.h"
#include "source/convert.h"

struct shape gallery_shape(struct shape own, struct shape in)
{
    const int64_t count = shape_count(own);
    const int64_t side = (int64_t)(sqrt((double)count) + 0.5);

    if (own.axes >= 2)
        return own;
    if (in.axes >= 2 && shape_count(in) == count)
        return in;
    return side * side == count ? SHAPE(side, side) : SHAPE(1, count);
}

enum status gallery_pixels(const struct dataset *d, int64_t id, float *x,
                           struct err *e)
{
    const unsigned char *bytes = (const unsigned char *)x;
    const enum status s = pixels_read(d, &id, 1, x, e);

    /* In place, from the last one on. */
    for (int64_t k = shape_count(d->shape);
         s == OK && d->pixel == PIXEL_U8 && k > 0; k--)
        x[k - 1] = bytes[k - 1];
    return s;
}

/* All axes but the last two are channels. */
static struct frame frame_of_any(struct shape s)
{
    const int64_t height = s.dim[s.axes - 2], width = s.dim[s.axes - 1];

    return (struct frame){shape_count(s) / (height * width), height, width};
}

struct tile gallery_tile(struct shape shape, const float *x,
                         const char *caption, struct arena *arena)
{
    struct tile tile = frame_photo(frame_of_any(shape), x, arena);

    tile.caption = caption;
    return tile;
}

enum status gallery_open(struct gallery *g, const struct subset *part,
                         const struct augment_config *augment, uint64_t epoch,
                         struct arena *arena, struct err *e)
{
    const struct dataset *d = part->set;

    *g = (struct gallery){.part = part, .epoch = epoch};
    if (!augment)
        return OK;
    g->x = arena_take(arena, (size_t)shape_count(d->shape), sizeof *g->x);
    enum status s =
        g->x ? pool_new(&g->pool, 1, e) : err_memory(e, "showing samples");
    if (s == OK)
        s = feed_open(&g->feed, augment,
                      &(struct feed_size){d->shape, 1,
                                          d->apart ? pixel_bytes(d->pixel) : 0,
                                          g->pool},
                      e);
    return s;
}

void gallery_close(struct gallery *g)
{
    feed_close(&g->feed);
    pool_free(g->pool);
}

enum status gallery_take(const struct gallery *g, int64_t at, float *x,
                         struct loss_mix *mix, struct err *e)
{
    const struct dataset *d = g->part->set;
    const int64_t *id = &g->part->ids[at];
    const struct feed_rows rows = {
        .set = d, .part = g->part, .ids = id, .count = 1, .epoch = g->epoch};

    *mix = (struct loss_mix){0};
    if (!g->x)
        return gallery_pixels(d, *id, x, e);
    const enum status s = feed_load(&g->feed, &rows, NULL, e);
    if (s != OK)
        return s;
    *mix = feed_raw(&g->feed, &rows, 0, 0, g->x);
    for (int64_t k = 0; k < shape_count(d->shape); k++)
        x[k] = (float)g->x[k];
    return OK;
}

/* Its labels, `before` each. */
static void put_labels(struct text *out, const struct dataset *d, int64_t id,
                       const char *before)
{
    char room[TARGET_NAME_BYTES];

    for (int64_t k = 0; k < d->target.width; k++)
        if (d->targets[id * d->target.width + k] > 0) {
            text_puts(out, before);
            text_puts(out, dataset_label_name(d, k, room));
            before = " ";
        }
}

static void put_numbers(struct text *out, const struct dataset *d, int64_t id,
                        const char *before)
{
    for (int64_t k = 0; k < d->target.width; k++, before = " ")
        text_printf(out, "%s%.9g", before,
                    (double)d->targets[id * d->target.width + k]);
}

void gallery_answer(struct text *out, const struct dataset *d, int64_t id,
                    struct loss_mix mix)
{
    struct text said = {0};

    if (d->labels)
        text_printf(&said, "class %s", d->target.names[d->labels[id]]);
    if (d->labels && mix.share > 0)
        text_printf(&said, ", %.5f of class %s", mix.share,
                    d->target.names[mix.label]);
    if (dataset_has_labels(d)) {
        text_puts(&said, "labels");
        put_labels(&said, d, id, " ");
    }
    if (d->target.kind == TARGET_REAL)
        put_numbers(&said, d, id, "target ");
    text_shown(out, text_string(&said));
    text_drop(out, &said);
}

const char gallery_csv_head[] = "sample,class,channel,y,x,value\n";

static void put_class(struct text *out, const struct dataset *d, int64_t id)
{
    struct text cell = {0};

    if (d->labels)
        text_puts(&cell, d->target.names[d->labels[id]]);
    if (dataset_has_labels(d))
        put_labels(&cell, d, id, "");
    if (d->target.kind == TARGET_REAL)
        put_numbers(&cell, d, id, "");
    csv_put(out, text_string(&cell));
    text_drop(out, &cell);
}

void gallery_csv(struct text *out, const struct gallery *g, int64_t at,
                 struct shape shape, const float *x)
{
    const struct frame f = frame_of_any(shape);
    struct text before = {0};

    text_printf(&before, "%lld,", (long long)at);
    put_class(&before, g->part->set, g->part->ids[at]);
    for (int64_t i = 0; i < shape_count(shape); i++) {
        text_printf(out, "%s,%lld,%lld,%lld,", text_string(&before),
                    (long long)(i / frame_pixels(f)),
                    (long long)(i / f.width % f.height),
                    (long long)(i % f.width));
        csv_put_float(out, x[i]);
        text_puts(out, "\n");
    }
    text_drop(out, &before);
}
