/*
 * channels.c - channels as blocks of memory.
 */
#include "layer/channels.h"

#include "base/num.h"

static bool are_first(struct shape in, const struct axes *reduced)
{
    for (int64_t axis = 1; axis <= in.axes; axis++)
        if (reduced->has[axis] == (axis == 1))
            return false;
    return true;
}

/* The innermost loops of the map become those of a block. */
struct channels channels_of(struct shape in, const struct axes *reduced)
{
    struct channels c = {
        .map = axes_map(in, reduced), .rows = 1, .channels = 1};
    struct axes_map *m = &c.map;

    c.run = m->step ? 1 : m->count;
    if (m->step)
        c.channels = m->count;
    else if (m->loops > 0)
        c.channels = m->loop[--m->loops].extent;
    if (m->loops > 0)
        c.rows = m->loop[--m->loops].extent;
    m->rows = 1;
    for (int64_t k = 0; k < m->loops; k++)
        m->rows *= m->loop[k].extent;
    c.values = shape_count(in) / m->numbers;
    c.first = are_first(in, reduced);
    return c;
}

static const real *on(const real *p, int64_t by)
{
    return p ? p + by : NULL;
}

/* Every pointer that is there, moved on by some elements or channels. */
static struct channel_job moved(const struct channel_job *j, int64_t elements,
                                int64_t by)
{
    struct channel_job b = *j;

    b.x = on(j->x, elements);
    b.dy = on(j->dy, elements);
    b.to = j->to ? j->to + elements : NULL;
    for (int k = 0; k < 2; k++)
        b.sums[k] = j->sums[k] ? j->sums[k] + by : NULL;
    b.center = on(j->center, by);
    b.scale = on(j->scale, by);
    b.shift = on(j->shift, by);
    b.dy_scale = on(j->dy_scale, by);
    b.x_scale = on(j->x_scale, by);
    b.offset = on(j->offset, by);
    return b;
}

static void run_blocked(const struct layout *l, channel_fn *fn, int64_t batch,
                        const struct channel_job *j)
{
    const int64_t row = layout_reals(l), block = l->pixels * l->lanes;

    for (int64_t n = 0; n < batch; n++)
        for (int64_t c = 0; c < l->channels; c += l->lanes) {
            struct channel_job b = moved(j, n * row + c / l->lanes * block, c);
            b.rows = l->pixels;
            b.channels = num_min(l->lanes, l->channels - c);
            b.run = 1;
            b.blocked = true;
            fn(&b);
        }
}

/* Samples of one block are rows of one. */
static void run_plain(const struct channels *c, channel_fn *fn, int64_t batch,
                      const struct channel_job *j)
{
    const bool is_one = c->map.rows == 1;
    const int64_t blocks = is_one ? 1 : batch * c->map.rows;
    const int64_t elements = c->rows * c->channels * c->run;
    struct axes_walk w = {0};

    for (int64_t i = 0; i < blocks; i++) {
        struct channel_job b = moved(j, i * elements, w.at);
        b.rows = is_one ? batch * c->rows : c->rows;
        b.channels = c->channels;
        b.run = c->run;
        fn(&b);
        axes_next(&c->map, &w);
    }
}

void channels_run(const struct layer *l, const struct channels *c,
                  channel_fn *fn, int64_t batch, const struct channel_job *j)
{
    const struct layout x = layer_reads(l, 0);

    if (l->spec.x_blocked)
        run_blocked(&x, fn, batch, j);
    else
        run_plain(c, fn, batch, j);
}
