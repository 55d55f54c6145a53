/*
 * watch.c - draws, counts its lines, moves up by as many.
 */
#include "command/watch.h"

#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "base/system.h"
#include "cli/say.h"
#include "figure/screen.h"
#include "look/runs.h"

enum {
    MOST_LINES = 18,
    LEAST_COLUMNS = 21, /* of the terminal; a figure is one narrower */
    BESIDE = 2,         /* lines that stay: of the table, and of progress */
};

/* A window that is being drawn larger has many sizes on the way. */
static const double settled_seconds = 0.2;

bool watch_possible(const struct call *call)
{
    const struct terminal t = stdout_of(call);
    const bool possible = control_allowed(WHEN_AUTO, &t);

    if (!possible)
        warn(call, "--watch: standard output is no terminal that can redraw; "
                   "there is no curve");
    return possible;
}

void watch_erase(struct watch *w, struct text *out)
{
    const int64_t lines = w->lines;

    w->lines = 0;
    if (lines == 0 || terminal_columns(STDOUT_FILENO) < w->columns ||
        terminal_rows(STDOUT_FILENO) < lines + BESIDE)
        return;
    text_printf(out, "\033[%lldA\r\033[J", (long long)lines);
}

bool watch_resized(struct watch *w)
{
    const int64_t columns = terminal_columns(STDOUT_FILENO);
    const int64_t rows = terminal_rows(STDOUT_FILENO);
    const double now = clock_seconds();

    if (columns != w->seen_columns || rows != w->seen_rows) {
        w->seen_columns = columns;
        w->seen_rows = rows;
        w->since = now;
    }
    return (columns != w->columns || rows != w->rows) &&
           now - w->since >= settled_seconds;
}

static int64_t count_lines(const struct text *t)
{
    int64_t lines = 0;

    for (const char *at = text_string(t); (at = strchr(at, '\n')); at++)
        lines++;
    return lines;
}

void watch_draw(struct watch *w, const struct call *call,
                const struct train_state *s, struct text *out)
{
    struct screen screen;
    struct arena arena = {0};
    struct run_curves run;
    struct figure figure;
    struct text curve = {0};

    screen_of(call, &screen);
    const int64_t room = screen.rows - BESIDE;
    w->columns = w->seen_columns = terminal_columns(STDOUT_FILENO);
    w->rows = w->seen_rows = terminal_rows(STDOUT_FILENO);
    if (!w->on || screen.columns < LEAST_COLUMNS)
        return;
    screen.columns--; /* a full line may wrap */
    screen.rows = num_min(room, MOST_LINES);
    run_losses_of(&run, "", s, &arena);
    losses_figure(&figure, &run, 1, &arena);
    figure.title = NULL;
    if (!arena.failed)
        screen_print(&curve, &figure, &screen);
    out->failed = out->failed || arena.failed;
    if (count_lines(&curve) <= room) {
        w->lines = count_lines(&curve);
        text_join(out, &curve);
    }
    text_drop(out, &curve);
    arena_free(&arena);
}
