/*
 * suggest.c - a search over how many convolutions stand between the pools.
 *
 * In stage s the jump is j = 2^s.  A 3x3 convolution widens the field by 2j and
 * its filter spans 3j input pixels, so capacity >= 1/6 means field <= 18j; a
 * 2x2 pool widens the field by j.  way[s][f].most is the largest number of
 * convolutions with which stage s can be left with field f.
 */
#include "base/num.h"
#include "document/documents.h"

enum {
    MIN_SIDE = 3,
    MAX_SIDE = 4096,
    MAX_STAGES = 13,
    MAX_IN_STAGE = 9, /* (18j - j) / 2j, rounded up */
    FIRST_FILTERS = 32,
    MAX_FILTERS = 256,
    LAST_SIDE = 7, /* at most, before the dense layers */
    DENSE_UNITS = 64,
};

/* How a stage is left with a field. */
struct way {
    int16_t most;   /* convolutions so far, and one; 0: impossible */
    int16_t chosen; /* those of this stage */
};

struct search {
    int64_t side;    /* the smaller one */
    int64_t stages;  /* that a side can be halved into */
    struct way *way; /* [stages][side + 1] */
};

static struct way *way_to(const struct search *s, int64_t stage, int64_t field)
{
    return &s->way[stage * (s->side + 1) + field];
}

/* Widens from field `before` at the entry of a stage by 0..n convolutions. */
static void widen(struct search *s, int64_t stage, int64_t before, int above)
{
    const int64_t jump = (int64_t)1 << stage;

    for (int n = 0; n <= MAX_IN_STAGE; n++) {
        const int64_t field = before + 2 * jump * n;
        if (n > 0 && (field > 18 * jump || field > s->side))
            return;
        struct way *way = way_to(s, stage, field);
        /* At equal depth fewer in the early, large stages. */
        if (above + n > way->most)
            *way = (struct way){(int16_t)(above + n), (int16_t)n};
    }
}

static void fill(struct search *s)
{
    widen(s, 0, 1, 1);
    for (int64_t stage = 1; stage < s->stages; stage++)
        for (int64_t field = 1; field <= s->side; field++) {
            const int64_t pooled = field + ((int64_t)1 << (stage - 1));
            const int above = way_to(s, stage - 1, field)->most;
            if (above > 0 && pooled <= s->side)
                widen(s, stage, pooled, above);
        }
}

/* How many convolutions stand in each stage; returns the number of stages. */
static int64_t choose(struct search *s, int64_t counts[MAX_STAGES])
{
    int64_t last = 0, field = 1;

    for (int64_t stage = 0; stage < s->stages; stage++)
        for (int64_t f = 1; f <= s->side; f++)
            if (way_to(s, stage, f)->most >= way_to(s, last, field)->most) {
                last = stage;
                field = f;
            }
    for (int64_t stage = last; stage >= 0; stage--) {
        const int64_t jump = (int64_t)1 << stage;
        counts[stage] = way_to(s, stage, field)->chosen;
        field -= 2 * jump * counts[stage] + jump / 2;
    }
    return last + 1;
}

/* A pool that leaves no row unread, and the sides after it. */
static void print_pool(struct text *out, int64_t *height, int64_t *width)
{
    const bool even = *height % 2 == 0 && *width % 2 == 0;

    text_printf(out, "  - maxpool2d: {pool_size: 2%s}\n",
                even ? "" : ", ignore_border: false");
    *height = num_ceil_div(*height, 2);
    *width = num_ceil_div(*width, 2);
}

/* What has been printed: its output's shape and its weights. */
struct stack {
    int64_t channels, height, width, weights;
};

/* Is the first dense layer too large, for the eye or for rule A006? */
static bool needs_pool(const struct stack *s, int64_t classes)
{
    const int64_t dense =
        (s->channels * s->height * s->width + 1) * DENSE_UNITS;
    const int64_t rest = s->weights + (DENSE_UNITS + 1) * classes;
    const int64_t side = num_max(s->height, s->width);

    return side > LAST_SIDE || (side > 1 && dense > 9 * rest);
}

static enum status ignore_fault(void *context, int64_t entry, const char *key,
                                const char *why)
{
    (void)context, (void)entry, (void)key, (void)why;
    return ERR_CONFIG;
}

/* Outputs of the network; where its layers do not fit, of the last one if it
 * stood alone.  0: not known. */
static int64_t output_count(const struct experiment *x, struct arena *arena,
                            struct err *scratch)
{
    if (!x->misfit)
        return shape_count(x->graph.out);
    struct graph_entry ends[] = {x->layers.entries[0],
                                 x->layers.entries[x->layers.count - 1]};
    const struct graph_request request = {.entries = ends, .count = 2};
    const struct graph_reporter nobody = {ignore_fault, NULL};
    struct graph g = {0};

    ends[1].incoming.count = 0;
    return graph_build(&g, arena, &request, &nobody, scratch) == OK
               ? shape_count(g.out)
               : 0;
}

static void print_layers(struct text *out, const struct experiment *x,
                         int64_t classes, const int64_t *counts, int64_t stages)
{
    const struct shape in = x->graph.in;
    struct stack s = {in.dim[0], in.dim[1], in.dim[2], 0};
    int64_t filters = FIRST_FILTERS;

    text_printf(out, "layers:\n  - input: {shape: [%lld, %lld, %lld]}\n",
                (long long)s.channels, (long long)s.height, (long long)s.width);
    for (int64_t stage = 0; stage < stages; stage++) {
        if (stage > 0)
            print_pool(out, &s.height, &s.width);
        for (int64_t i = 0; i < counts[stage]; i++) {
            text_printf(out,
                        "  - conv2d: {num_filters: %lld, filter_size: 3, "
                        "pad: 1}\n",
                        (long long)filters);
            s.weights += (9 * s.channels + 1) * filters;
            s.channels = filters;
        }
        filters = num_min(2 * filters, MAX_FILTERS);
    }
    while (needs_pool(&s, classes))
        print_pool(out, &s.height, &s.width);
    text_printf(out,
                "  - dense: {num_units: %d}\n  - dropout\n  - dense: "
                "{num_units: %lld, nonlinearity: %s}\n",
                DENSE_UNITS, (long long)classes,
                target_is_real(x->target.kind) ? "linear" : "softmax");
}

enum status suggest_layers(const struct experiment *x, struct text *out,
                           struct err *e)
{
    const struct shape in = x->graph.in;

    if (in.axes != 3 || num_min(in.dim[1], in.dim[2]) < MIN_SIDE ||
        num_max(in.dim[1], in.dim[2]) > MAX_SIDE)
        return tree_error(&x->tree, x->layers.nodes[0], AT_VALUE, NULL, e,
                          "suggestions are for images of %d to %d pixels a "
                          "side",
                          MIN_SIDE, MAX_SIDE);
    struct arena arena = {0};
    struct err scratch = {0};
    const int64_t outputs = output_count(x, &arena, &scratch);
    arena_free(&arena);
    if (outputs == 0)
        return tree_error(&x->tree, x->layers.nodes[x->layers.count - 1],
                          AT_VALUE, NULL, e,
                          "how many outputs it has does not show; a dense "
                          "layer says so");
    struct search s = {.side = num_min(in.dim[1], in.dim[2]), .stages = 1};
    while (s.stages < MAX_STAGES && s.side >> s.stages >= 1)
        s.stages++;
    s.way = mem_take((size_t)(s.stages * (s.side + 1)), sizeof *s.way);
    if (s.way) {
        int64_t counts[MAX_STAGES] = {0};
        fill(&s);
        print_layers(out, x, outputs, counts, choose(&s, counts));
    }
    const bool complete = s.way && !out->failed;
    mem_free(s.way);
    return complete ? OK : err_memory(e, "looking for an architecture");
}
