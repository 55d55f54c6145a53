/*
 * winograd_filters.c - from filters to U, and from dU to their gradient.
 */
#include "base/num.h"
#include "conv/winograd.h"
#include "tensor/product.h"

/* The second of two rows, or the last one, makes them pairs. */
static void add_row(const struct winograd *w, const struct winograd_bank *b,
                    struct winograd_tile *t, int64_t row, real *pairs)
{
    const int64_t lanes = w->task->kern->lanes;
    const bool last = row + 1 == b->rows;

    t->to = w->call->work + w->pairs + row % 2 * lanes / 2;
    t->step = lanes;
    w->tiles->filter(t);
    if (row % 2 == 1 || last)
        winograd_pair_filters(w, row % 2 == 0, pairs, b->step);
}

/* U of some rows and one vector of lanes. */
static void transform_patch(const struct winograd *w,
                            const struct winograd_bank *b, struct range rows,
                            int64_t l)
{
    const struct kernels *kern = w->task->kern;
    const int64_t cells = w->r * w->r, lanes = kern->lanes;
    const int64_t width = product_width(kern, b->lanes);
    const int64_t together = b->row_stride == cells ? PATCH_CHANNELS : 1;
    const struct panel_place at =
        product_place(kern, winograd_depth(kern, b->rows), width, l);
    const real *weight = b->from + l * b->lane_stride;
    real *patch = w->call->work + w->patch;
    struct planes p = {.count = num_min(lanes, b->lanes - l),
                       .stride = b->lane_stride,
                       .pitch = lanes};

    for (int64_t row = rows.begin; row < rows.end; row++) {
        struct winograd_tile t = {.from = patch, .step = b->step};
        if (row % together == 0) {
            p.pixels = num_min(together, rows.end - row) * cells;
            kern->to_blocked(&p, weight + row * b->row_stride, patch);
        }
        t.from += row % together * cells * lanes;
        if (kern->bfloat16) {
            add_row(w, b, &t, row, b->to + at.base + row / 2 * at.width);
            continue;
        }
        t.to = b->to + at.base + row * at.width;
        w->tiles->filter(&t);
    }
}

/* Rows that are gathered one by one lie far apart: some of them for all lanes
 * before the next, so that their lines of the cache are used up. */
void winograd_transform_filters(const struct winograd *w,
                                const struct winograd_bank *b,
                                struct range vectors)
{
    const int64_t lanes = w->task->kern->lanes;
    const bool adjacent = b->row_stride == w->r * w->r;
    const int64_t most = adjacent ? b->rows : PATCH_CHANNELS;

    for (int64_t row = 0; row < b->rows; row += most) {
        const struct range rows = {row, num_min(b->rows, row + most)};
        for (int64_t i = vectors.begin; i < vectors.end; i++)
            transform_patch(w, b, rows, i * lanes);
    }
}

/* weight_grad += G' dU G for channels c .. c + count and one vector of
 * filters. */
static void add_patch(const struct winograd *w, int64_t o, int64_t c,
                      int64_t count)
{
    const struct kernels *kern = w->task->kern;
    const int64_t cells = w->r * w->r, channels = w->x.planes;
    real *patch = w->call->work + w->patch;
    const struct planes p = {
        .count = num_min(kern->lanes, w->y.planes - o),
        .pixels = count * cells,
        .stride = channels * cells,
        .pitch = kern->lanes,
    };

    for (int64_t i = 0; i < count; i++) {
        const struct winograd_tile t = {
            .from = w->call->work + w->g +
                    (c + i - w->x.part.begin) * w->y.lanes + o,
            .to = patch + i * cells * kern->lanes,
            .step = w->g_step,
        };
        w->tiles->d_filter(&t);
    }
    kern->from_blocked(&p, patch, true,
                       w->call->weight_grad + (o * channels + c) * cells);
}

void winograd_add_gradient(const struct winograd *w)
{
    const int64_t end = num_min(w->x.part.end, w->x.planes);

    for (int64_t c = w->x.part.begin; c < end; c += PATCH_CHANNELS)
        for (int64_t o = 0; o < w->y.lanes; o += w->task->kern->lanes)
            add_patch(w, o, c, num_min(PATCH_CHANNELS, end - c));
}
