/*
 * late.c - memory for x and dy of whole batches, cut from one block.
 */
#include "train/late.h"

#include "base/arena.h"
#include "base/num.h"

/* Rows at once: as many as the products take side by side, while what comes out
 * stays in the cache. */
enum { ROWS = 8, SCRATCH_MOST = 1 << 18 };

int64_t late_rows(const struct param *p)
{
    const int64_t row = p->count / p->shape.dim[0];

    return num_max(1, num_min(ROWS, SCRATCH_MOST / row));
}

static bool is_late(const struct graph_node *n)
{
    return n->layer.ops->late_gradient != NULL;
}

/* Rounded up to whole vectors, with what products read beyond the end. */
static int64_t room(int64_t batch, struct shape s)
{
    const int64_t count = batch * shape_count(s) + LATE_SLACK;

    return num_ceil_div(count, LATE_SLACK) * LATE_SLACK;
}

/* Places x and dy of every late node from `base`; NULL: only measures.  Returns
 * the reals taken. */
static int64_t place(struct late *l, real *base)
{
    int64_t used = 0;

    for (int64_t i = 0; i < l->g->count; i++) {
        const struct graph_node *n = &l->g->nodes[i];
        if (!is_late(n))
            continue;
        if (base)
            l->x[i] = base + used;
        used += room(l->batch_size, n->layer.in[0]);
        if (base)
            l->dy[i] = base + used;
        used += room(l->batch_size, n->layer.spec.out);
    }
    return used;
}

static int64_t scratch_of(const struct graph *g)
{
    int64_t most = 0;

    for (int64_t i = 0; i < g->count; i++)
        if (is_late(&g->nodes[i])) {
            const struct param *p = &g->params[g->nodes[i].first_param];
            most = num_max(most, late_rows(p) * (p->count / p->shape.dim[0]));
        }
    return num_ceil_div(most, LATE_SLACK) * LATE_SLACK;
}

size_t late_bytes(const struct graph *g, int64_t batch_size, int64_t threads)
{
    struct late l = {.g = g, .batch_size = batch_size};

    return (size_t)(place(&l, NULL) + threads * scratch_of(g)) * sizeof(real);
}

bool late_take(struct late *l, const struct graph *g, int64_t batch_size,
               int64_t slice_rows, int64_t threads)
{
    *l = (struct late){
        .g = g,
        .batch_size = batch_size,
        .slice_rows = slice_rows,
        .x = mem_take((size_t)g->count, sizeof *l->x),
        .dy = mem_take((size_t)g->count, sizeof *l->dy),
        .scratch = scratch_of(g),
    };
    l->memory = mem_take((size_t)place(l, NULL), sizeof *l->memory);
    l->gradients =
        mem_take((size_t)threads, (size_t)l->scratch * sizeof *l->gradients);
    if (!l->x || !l->dy || !l->memory || !l->gradients)
        return false;
    place(l, l->memory);
    return true;
}

void late_free(struct late *l)
{
    mem_free(l->x);
    mem_free(l->dy);
    mem_free(l->memory);
    mem_free(l->gradients);
    *l = (struct late){0};
}

struct run_late late_run(const struct late *l, int64_t first)
{
    return (struct run_late){l->x, l->dy, first};
}

real *late_gradient(const struct late *l, int64_t node, int64_t batch,
                    int64_t first, int64_t count, int64_t worker)
{
    const struct layer *layer = &l->g->nodes[node].layer;
    real *grad = l->gradients + worker * l->scratch;
    const struct late_pass pass = {
        .batch = batch,
        .slice_rows = l->slice_rows,
        .x = l->x[node],
        .dy = l->dy[node],
        .first = first,
        .count = count,
        .grad = grad,
    };

    layer->ops->late_gradient(layer, &pass);
    return grad;
}
