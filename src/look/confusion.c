/*
 * confusion.c - a table of true classes by predicted ones.
 */
#include "look/confusion.h"

#include "source/convert.h"

void confusion_csv(struct text *out, const struct confusion_look *c)
{
    const int64_t classes = c->target->width;
    const char *const *names = c->target->names;

    text_puts(out, "true,predicted,count\n");
    for (int64_t i = 0; i < classes * classes; i++) {
        csv_put(out, names[i / classes]);
        text_puts(out, ",");
        csv_put(out, names[i % classes]);
        text_printf(out, ",%lld\n", (long long)c->counts[i]);
    }
}

void confusion_figure(struct figure *f, const struct confusion_look *c,
                      struct arena *arena)
{
    const int64_t classes = c->target->width;
    struct panel *panel = arena_take(arena, 1, sizeof *panel);
    double *values =
        arena_take(arena, (size_t)classes, (size_t)classes * sizeof *values);
    int64_t all = 0, right = 0;

    *f = (struct figure){.panels = panel, .count = 1};
    if (!panel || !values)
        return;
    for (int64_t i = 0; i < classes * classes; i++) {
        values[i] = (double)c->counts[i];
        all += c->counts[i];
        right += i % (classes + 1) == 0 ? c->counts[i] : 0;
    }
    panel->kind = PANEL_CELLS;
    panel->cells = (struct cells){
        .values = values,
        .rows = classes,
        .columns = classes,
        .row_names = c->target->names,
        .column_names = c->target->names,
        .row_label = "true class",
        .column_label = "predicted class",
    };
    f->title = arena_printf(arena, "Confusion matrix: %lld of %lld right",
                            (long long)right, (long long)all);
}
