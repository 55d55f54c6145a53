/*
 * mistakes.c - errors by falling probability.
 */
#include "look/mistakes.h"

#include "base/num.h"
#include "look/frame.h"
#include "look/gallery.h"
#include "source/convert.h"

void mistakes_begin(struct mistakes *m, const struct target *target,
                    const struct dataset *set, int64_t room,
                    struct arena *arena)
{
    room = num_min(room, set->count);
    *m = (struct mistakes){
        .target = target,
        .set = set,
        .worst = {.room = room,
                  .at = arena_take(arena, (size_t)room, sizeof *m->worst.at)},
    };
}

void mistakes_add(struct mistakes *m, const struct metric_rows *of)
{
    for (int64_t i = 0; i < of->rows; i++) {
        const struct score *s = &of->scores[i];
        if (!s->right)
            worst_keep(&m->worst, of->ids[i], s->probability, s);
        m->wrong += !s->right;
    }
    m->samples += of->rows;
}

void mistakes_end(struct mistakes *m)
{
    worst_end(&m->worst);
}

void mistakes_csv(struct text *out, const struct mistakes *m)
{
    text_puts(out, "row,true,predicted,probability\n");
    for (int64_t i = 0; i < m->worst.count; i++) {
        const struct scored *s = &m->worst.at[i];
        text_printf(out, "%lld,", (long long)s->row);
        csv_put(out, m->target->names[s->score.label]);
        text_puts(out, ",");
        csv_put(out, m->target->names[s->score.predicted]);
        text_puts(out, ",");
        csv_put_float(out, (float)s->score.probability);
        text_puts(out, "\n");
    }
}

static const char *caption(const struct mistakes *m, const struct scored *s,
                           struct arena *arena)
{
    return arena_printf(arena, "%s -> %s %.2f\nsample %lld",
                        m->target->names[s->score.label],
                        m->target->names[s->score.predicted],
                        s->score.probability, (long long)s->row);
}

static const char *title(const struct mistakes *m, struct arena *arena)
{
    const long long shown = (long long)m->worst.count,
                    wrong = (long long)m->wrong;
    const struct counted samples = counted(m->samples, "sample");

    return shown < wrong
               ? arena_printf(arena, "The %lld worst of %lld mistakes in %s",
                              shown, wrong, samples.text)
           : wrong > 1 ? arena_printf(arena, "All %lld mistakes in %s", wrong,
                                      samples.text)
                       : arena_printf(arena, "%s in %s",
                                      wrong ? "The one mistake" : "No mistake",
                                      samples.text);
}

enum status mistakes_figure(struct figure *f, const struct mistakes *m,
                            struct arena *arena, struct err *e)
{
    const int64_t count = m->worst.count;
    struct panel *panel = arena_take(arena, 1, sizeof *panel);
    struct tile *tiles = arena_take(arena, (size_t)count, sizeof *tiles);
    float *x = arena_take(arena, (size_t)shape_count(m->set->shape), sizeof *x);
    enum status s = OK;

    *f = (struct figure){.panels = panel, .count = 1};
    if (!panel || !tiles || !x)
        return OK;
    for (int64_t i = 0; s == OK && i < count; i++) {
        const struct scored *scored = &m->worst.at[i];
        s = gallery_pixels(m->set, scored->row, x, e);
        if (s == OK)
            tiles[i] = gallery_tile(m->set->shape, x, caption(m, scored, arena),
                                    arena);
        tiles[i].wrong = true;
    }
    panel->kind = PANEL_TILES;
    panel->tiles = (struct tiles){.tiles = tiles, .count = count};
    f->title = title(m, arena);
    return s;
}
