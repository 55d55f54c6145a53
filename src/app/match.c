/*
 * match.c - names that both sides know, in the order of either.
 */
#include "app/match.h"

enum status match_names(const struct matching *on, const char *what,
                        const struct target *from, const struct target *to,
                        struct match *m, struct err *e)
{
    int64_t *of = arena_take(on->arena, (size_t)to->width, sizeof *of);
    int64_t *back = arena_take(on->arena, (size_t)from->width, sizeof *back);

    if (!of || !back)
        return err_memory(e, "loading weights");
    *m = (struct match){.of = of,
                        .there = from->width,
                        .here = to->width,
                        .differ = from->width != to->width};
    for (int64_t i = 0; i < to->width; i++) {
        const int64_t at = target_find(from, to->names[i], i);
        of[i] = at + 1;
        m->taken += at >= 0;
        m->differ = m->differ || at < 0;
        m->moves = m->moves || at != i;
        if (at >= 0)
            back[at] = i + 1;
    }
    m->moves = m->moves || m->differ;
    if (!m->differ)
        return OK;
    target_list(on->report, arena_printf(on->arena, "%s loaded", what), to, of,
                true);
    target_list(on->report,
                arena_printf(on->arena, "%s that the file does not know", what),
                to, of, false);
    target_list(on->report,
                arena_printf(on->arena, "%s of the file left out", what), from,
                back, false);
    return arena_check(on->arena, e, "loading weights");
}

const struct match *match_of(const struct match *m, bool is_named,
                             const struct param *p, struct shape *stored,
                             int64_t axis)
{
    if (!m->moves || !is_named || stored->axes <= axis ||
        stored->dim[axis] != m->there || p->shape.dim[axis] != m->here)
        return NULL;
    stored->dim[axis] = m->here;
    return m;
}

void match_report(const struct match *m, const char *title, struct text *out)
{
    if (m)
        text_printf(out, "%s, %lld of %lld", title, (long long)m->taken,
                    (long long)m->here);
}

/* Where `at` lies in the file, from 1; 0: nowhere. */
static int64_t place_of(const struct match *m, int64_t at)
{
    return m ? m->of[at] : at + 1;
}

void match_take(const struct match *rows, const struct match *columns,
                const struct param *p, const float *stored, real *to)
{
    const int64_t count = p->shape.dim[0], size = p->count / count;
    const int64_t stored_size = columns ? columns->there : size;

    for (int64_t i = 0; i < count; i++) {
        const int64_t row = place_of(rows, i);
        for (int64_t k = 0; row > 0 && k < size; k++) {
            const int64_t column = place_of(columns, k);
            if (column > 0)
                to[i * size + k] = stored[(row - 1) * stored_size + column - 1];
        }
    }
}
