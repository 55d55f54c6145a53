/*
 * progress.c - draws and erases the line.
 */
#include "term/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/system.h"
#include "term/colour.h"

enum { BAR_CELLS = 24 };

static const double redraw_seconds = 0.1;

static void eta_text(char text[24], const struct progress_state *s)
{
    const double left = (double)(s->total - s->done);
    const double seconds = s->rate > 0 ? left / s->rate : -1;

    if (seconds < 0 || seconds > 359999) {
        snprintf(text, 24, "-:--");
        return;
    }
    const int64_t whole = (int64_t)(seconds + 0.5);
    const long long h = whole / 3600, m = whole / 60 % 60, sec = whole % 60;
    if (h > 0)
        snprintf(text, 24, "%lld:%02lld:%02lld", h, m, sec);
    else
        snprintf(text, 24, "%lld:%02lld", m, sec);
}

void progress_line(char line[PROGRESS_LINE_BYTES], int64_t columns,
                   const struct progress_state *s)
{
    const double share = s->total > 0 ? (double)s->done / (double)s->total : 0;
    const int filled = (int)(share * BAR_CELLS);
    char bar[BAR_CELLS + 1], eta[24], rate[40] = "";

    memset(bar, ' ', BAR_CELLS);
    memset(bar, '#', (size_t)filled);
    bar[BAR_CELLS] = '\0';
    eta_text(eta, s);
    if (s->rate > 0)
        snprintf(rate, sizeof rate, "  %.0f %.16s/s", s->rate, s->unit);
    snprintf(line, PROGRESS_LINE_BYTES, "%.40s [%s] %3d %%%s  ETA %s", s->label,
             bar, (int)(100 * share), rate, eta);
    if (columns > 0 && columns < PROGRESS_LINE_BYTES)
        line[columns] = '\0';
}

bool progress_due(const struct progress *p, double now)
{
    return !p->drawn || now - p->last >= redraw_seconds;
}

void progress_show(struct progress *p, const char *label, const char *unit,
                   int64_t done, int64_t total)
{
    char line[PROGRESS_LINE_BYTES];

    if (!p->enabled)
        return;
    const double now = clock_seconds();
    if (p->begun == 0 || done < p->done) {
        p->begun = now;
        p->begun_done = done;
    }
    p->done = done;
    if (!progress_due(p, now))
        return;
    const double elapsed = now - p->begun;
    const struct progress_state state = {
        .label = label,
        .unit = unit,
        .done = done,
        .total = total,
        .rate = elapsed > 0 ? (double)(done - p->begun_done) / elapsed : 0,
    };
    /* One column stays free: a full line would wrap. */
    const int64_t columns = terminal_columns(STDERR_FILENO);
    progress_line(line, columns > 1 ? columns - 1 : 79, &state);
    fprintf(stderr, "\r%s\033[K", line);
    p->drawn = true;
    p->last = now;
}

void progress_erase(struct progress *p)
{
    if (p->drawn)
        fputs("\r\033[K", stderr);
    p->drawn = false;
}
