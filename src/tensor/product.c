/*
 * product.c - a product as register blocks, in an order that suits the caches.
 *
 * The depth is cut into runs of PRODUCT_DEPTH, between which the sums rest in c
 * (a float stored and loaded is the same float, so the chain goes on), the
 * columns into panels of up to three vectors, the rows into blocks of one
 * height or one row less.  One panel of b, PRODUCT_DEPTH x 48 floats, stays in
 * the second-level cache while all rows pass by it.
 */
#include "tensor/product.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/num.h"

int64_t product_width(const struct kernels *kern, int64_t n)
{
    return num_ceil_div(n, kern->lanes) * kern->lanes;
}

/* Of so many vectors, how many form a panel.  A last panel of one vector would
 * leave the multiply-adds waiting for numbers: panels of 2 end with one of 3,
 * those of 3 with two of 2. */
static int64_t panel_of(const struct kernels *kern, int64_t vectors)
{
    if (vectors <= KERNEL_MAX_VECTORS)
        return vectors;
    return vectors == 4 ? 2 : kern->panel;
}

int64_t product_panel(const struct kernels *kern, int64_t columns)
{
    const int64_t vectors = num_ceil_div(columns, kern->lanes);

    return num_min(columns, panel_of(kern, vectors) * kern->lanes);
}

struct panel_place product_place(const struct kernels *kern, int64_t k,
                                 int64_t n, int64_t column)
{
    int64_t start = 0, width = product_panel(kern, n);

    while (column >= start + width) {
        start += width;
        width = product_panel(kern, n - start);
    }
    return (struct panel_place){
        .base = start * k + (column - start),
        .width = product_width(kern, width),
    };
}

/* The start of a panel, or n, that is nearest to part/parts of the columns. */
static int64_t share_start(const struct kernels *kern, int64_t n, int64_t parts,
                           int64_t part)
{
    int64_t start = 0, width = 0;

    for (; start < n; start += width) {
        width = product_panel(kern, n - start);
        if ((2 * start + width) * parts > 2 * n * part)
            break;
    }
    return start;
}

struct range product_share(const struct kernels *kern, int64_t n, int64_t parts,
                           int64_t part)
{
    return (struct range){
        share_start(kern, n, parts, part),
        part + 1 == parts ? n : share_start(kern, n, parts, part + 1)};
}

/* How rows are cut into blocks: the higher ones first, then those with a row
 * less; and the pace at which their steps ask for what follows. */
struct cut {
    int64_t rows, higher, lower, pace;
};

static struct cut cut_of(int64_t m, int64_t most)
{
    const int64_t blocks = num_ceil_div(m, most);
    const int64_t rows = num_ceil_div(m, blocks), lower = blocks * rows - m;

    return (struct cut){.rows = rows, .higher = blocks - lower, .lower = lower};
}

/* What a product does once, however often it runs: divisions. */
struct plan {
    const struct kernels *kern;
    register_block_fn *const *const *blocks;
    int64_t vectors; /* of a row of c */
    struct cut cuts[KERNEL_MAX_VECTORS];
    const struct product_steps *next; /* NULL: nothing follows */
    double shares[KERNEL_FETCHES];    /* reals of b, a and c a multiply-add */
};

/* What follows is spread over all steps. */
static void plan_fetches(struct plan *plan, const struct product *p)
{
    enum { LINE = 64 / sizeof(real) };
    const int64_t lanes = plan->kern->lanes, width = plan->vectors * lanes;
    const int64_t reals[KERNEL_FETCHES] = {
        p->k * (p->b_row ? p->b_row : width),
        p->a_step == 1 ? p->m * p->a_row : p->k * p->a_step,
        p->m * p->c_row,
    };
    double all = 0;

    for (int i = 0; i < KERNEL_FETCHES; i++)
        all += plan->shares[i] = (double)reals[i] / (double)(p->k * width);
    for (int64_t i = 0; i < KERNEL_MAX_VECTORS; i++) {
        struct cut *const cut = &plan->cuts[i];
        const double macs = (double)((i + 1) * lanes), most = LINE;
        const double blocks = (double)(cut->higher + cut->lower);
        if (cut->rows > 0)
            cut->pace = (int64_t)ceil(fmin(most, all * macs / blocks));
    }
}

static struct plan plan_of(const struct kernels *kern, const struct product *p,
                           const struct product_steps *next)
{
    struct plan plan = {
        .next = kern->fetches && p->k > 0 ? next : NULL,
        .kern = kern,
        .blocks = p->pairs ? kern->pairs.blocks : kern->blocks,
        .vectors = num_ceil_div(p->n, kern->lanes),
    };

    for (int64_t left = plan.vectors; left > 0;) {
        const int64_t vectors = panel_of(kern, left);
        struct cut *const cut = &plan.cuts[vectors - 1];
        if (cut->rows == 0)
            *cut = cut_of(p->m, kern->max_rows[vectors - 1]);
        left -= vectors;
    }
    if (plan.next)
        plan_fetches(&plan, p);
    return plan;
}

/* Rows of b so far apart use few sets of the first-level cache, from which they
 * fall out before the next block wants them.  That many blocks pay for a copy
 * of the panel, if it is no deeper. */
enum { FAR_BYTES = 256, PACK_BLOCKS = 8, PACK_DEPTH = 128 };

static bool pays_to_pack(const struct register_blocks *r, int64_t width,
                         struct cut cut)
{
    const int64_t bytes = r->b_row * (int64_t)sizeof(real);

    return r->b_row > width && bytes % FAR_BYTES == 0 &&
           r->depth <= PACK_DEPTH && cut.higher + cut.lower >= PACK_BLOCKS;
}

/* A panel asks for its part of what the next product reads and writes, which
 * comes from a farther cache while the panel is multiplied. */
static void fetch_next(const struct plan *plan, const struct product *p,
                       int64_t from, int64_t column, int64_t vectors,
                       struct register_blocks *r)
{
    const int64_t lanes = plan->kern->lanes, width = plan->vectors * lanes;
    const double done = (double)(from * width + column * r->depth);
    const double size = (double)(vectors * lanes * r->depth);
    const real *const next[KERNEL_FETCHES] = {
        p->b + plan->next->b, p->a + plan->next->a, p->c + plan->next->c};

    for (int i = 0; i < KERNEL_FETCHES; i++)
        r->fetch[i] =
            (struct fetch){next[i] + (int64_t)(plan->shares[i] * done),
                           (int64_t)(plan->shares[i] * size)};
    r->fetch_at = 0;
    r->pace = plan->cuts[vectors - 1].pace;
}

/* All rows of one panel of `vectors` vectors and one run of the depth. */
static void run_rows(const struct plan *plan, int64_t vectors,
                     struct register_blocks *r)
{
    const struct cut cut = plan->cuts[vectors - 1];
    register_block_fn *const *run = plan->blocks[vectors - 1];

    r->packs = pays_to_pack(r, vectors * plan->kern->lanes, cut);
    r->count = cut.higher;
    run[cut.rows - 1](r);
    if (cut.lower == 0)
        return;
    r->count = cut.lower;
    run[cut.rows - 2](r);
}

/* One run of the depth, all panels; `from` is its first step. */
static void run_depth(const struct plan *plan, const struct product *p,
                      int64_t from, struct register_blocks *r)
{
    const bool last = from + r->depth == p->k;
    int64_t j = 0;

    for (int64_t left = plan->vectors; left > 0;) {
        const int64_t vectors = panel_of(plan->kern, left);
        const int64_t width = vectors * plan->kern->lanes;
        r->tail = num_min(p->n - j, width) - width + plan->kern->lanes;
        r->a = p->a_steps ? p->a : p->a + from * p->a_step;
        r->a_rows = p->a_rows;
        r->b_row = p->b_row ? p->b_row : width;
        r->b = p->b_row ? p->b + from * p->b_row + j
                        : p->b + j * p->k + from * width;
        r->c = p->c + j;
        r->c_rows = p->c_rows;
        r->bias = last && p->bias ? p->bias + j : NULL;
        r->row_bias = last ? p->row_bias : NULL;
        if (plan->next)
            fetch_next(plan, p, from, j, vectors, r);
        run_rows(plan, vectors, r);
        j += width;
        left -= vectors;
    }
}

static void run_one(const struct plan *plan, const struct product *p,
                    struct register_blocks *r)
{
    for (int64_t from = 0; from < p->k || from == 0; from += PRODUCT_DEPTH) {
        r->depth = num_min(PRODUCT_DEPTH, p->k - from);
        r->a_steps = p->a_steps ? p->a_steps + from : NULL;
        r->add = p->add || from > 0;
        r->rectify = p->rectify && from + r->depth == p->k;
        run_depth(plan, p, from, r);
    }
}

/* `next`: from one product to the next; NULL: there is only one. */
static void run_all(const struct kernels *kern, const struct product *p,
                    int64_t count, const struct product_steps *next)
{
    const struct pair_kernels *pairs = &kern->pairs;
    real pack[PACK_DEPTH * KERNEL_MAX_VECTORS * KERNEL_MAX_LANES];
    struct register_blocks r = {
        .a_row = p->a_row,
        .a_step = p->a_step,
        .c_row = p->c_row,
        .pack = pack,
    };
    struct product one = *p;

    if (p->m == 0)
        return;
    const struct plan plan = plan_of(kern, p, next);
    const unsigned mode = p->pairs && pairs->enter ? pairs->enter() : 0;
    for (int64_t i = 0; i < count; i++) {
        if (i > 0) {
            one.a += next->a;
            one.b += next->b;
            one.c += next->c;
        }
        run_one(&plan, &one, &r);
    }
    if (p->pairs && pairs->leave)
        pairs->leave(mode);
}

void product_run_many(const struct kernels *kern, const struct product *p,
                      int64_t count, struct product_steps next)
{
    run_all(kern, p, count, &next);
}

void product_run(const struct kernels *kern, const struct product *p)
{
    run_all(kern, p, 1, NULL);
}

int64_t product_work(const struct kernels *kern)
{
    return PRODUCT_DEPTH * kern->lanes;
}

/* The last columns of b, less than a vector, padded with zeros; a run of the
 * depth at a time, between which the sums rest in c. */
static void run_tail(const struct kernels *kern, const struct product *whole,
                     int64_t first, real *panel)
{
    struct product p = *whole;

    p.n = whole->n - first;
    p.b = panel;
    p.b_row = kern->lanes;
    p.c = whole->c + first;
    for (int64_t from = 0; from < whole->k; from += PRODUCT_DEPTH) {
        p.k = num_min(PRODUCT_DEPTH, whole->k - from);
        p.a = whole->a + from * whole->a_step;
        p.add = whole->add || from > 0;
        memset(panel, 0, (size_t)(p.k * kern->lanes) * sizeof *panel);
        for (int64_t l = 0; l < p.k; l++)
            memcpy(panel + l * kern->lanes,
                   whole->b + (from + l) * whole->b_row + first,
                   (size_t)p.n * sizeof *panel);
        product_run(kern, &p);
    }
}

void product_run_exact(const struct kernels *kern, const struct product *p,
                       real *work)
{
    struct product part = *p;

    part.n = p->n / kern->lanes * kern->lanes;
    if (part.n > 0)
        product_run(kern, &part);
    if (part.n < p->n)
        run_tail(kern, p, part.n, work);
}
