/*
 * heat.c - images beside maps of what matters in them.
 */
#include "look/heat.h"

enum { ROW_TILES = 3 };

/* Its tiles, and what lies upon the last of them. */
static void fill_row(const struct chosen *c, const struct heat *heat,
                     struct tile row[ROW_TILES + 1], struct arena *arena)
{
    const struct shape in = c->model->experiment.graph.in;
    struct frame frame = {0};

    (void)frame_of(in, &frame);
    row[0] = frame_photo(frame, c->raw + heat->sample * shape_count(in), arena);
    row[2] = row[0];
    row[0].caption = heat->said;
    row[1] = (struct tile){
        .values = heat->values,
        .channels = 1,
        .height = frame.height,
        .width = frame.width,
        .low = heat->low,
        .high = heat->high,
        .map = MAP_HEAT,
        .ends = {heat->ends[0], heat->ends[1]},
        .caption = heat->caption,
    };
    row[ROW_TILES] = row[1];
    row[2].alpha = 0.6; /* nolearn's */
}

struct figure heat_figure(const struct chosen *c, const struct heat *heats,
                          int64_t count, const char *title, struct arena *arena)
{
    static const char *const heads[] = {"image", "critical parts",
                                        "super-imposed"};
    struct panel *panel = arena_take(arena, 1, sizeof *panel);
    struct tile *tiles =
        arena_take(arena, (size_t)count * ROW_TILES, sizeof *tiles);
    struct tile *over = arena_take(arena, (size_t)count, sizeof *over);

    if (!panel || !tiles || !over)
        return (struct figure){0};
    for (int64_t i = 0; i < count; i++) {
        struct tile row[ROW_TILES + 1];
        fill_row(c, &heats[i], row, arena);
        over[i] = row[ROW_TILES];
        row[2].over = &over[i];
        for (int64_t k = 0; k < ROW_TILES; k++)
            tiles[i * ROW_TILES + k] = row[k];
    }
    *panel = (struct panel){
        .kind = PANEL_TILES,
        .tiles = {tiles, count * ROW_TILES, ROW_TILES, heads, 0},
    };
    return (struct figure){.title = title, .panels = panel, .count = 1};
}
