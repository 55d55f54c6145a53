/*
 * precision.c - what of a network is computed in bfloat16.
 */
#include "graph/precision.h"

#include "tensor/bfloat16.h"

const char *const precision_passes[LAYER_PASSES] = {
    [LAYER_FORWARD] = "forward",
    [LAYER_DATA] = "data",
    [LAYER_WEIGHTS] = "weights",
};

bool precision_rounds(const struct graph *g, int64_t node, enum layer_pass pass)
{
    const struct layer *l = &g->nodes[node].layer;
    const struct conv_ops *ops =
        l->ops->algorithm ? conv_find(l->ops->algorithm(l, pass)) : NULL;

    return g->engine.kern->bfloat16 && ops && conv_rounds(ops);
}

static double macs_of(const struct graph *g, int64_t node, enum layer_pass pass,
                      bool training)
{
    return (double)graph_passes(g, node, pass, training) *
           layer_macs(&g->nodes[node].layer, pass);
}

bool precision_wide(const struct graph *g, int64_t node, enum layer_pass pass,
                    bool training)
{
    return macs_of(g, node, pass, training) > 0 &&
           !precision_rounds(g, node, pass);
}

double precision_share(const struct graph *g, bool training)
{
    double all = 0, narrow = 0;

    for (int64_t i = 0; i < g->count; i++)
        for (int k = 0; k < LAYER_PASSES; k++) {
            const enum layer_pass pass = (enum layer_pass)k;
            const double macs = macs_of(g, i, pass, training);
            all += macs;
            narrow += precision_rounds(g, i, pass) ? macs : 0;
        }
    return narrow > 0 ? narrow / all : 0;
}

bool precision_any_wide(const struct graph *g, int64_t node, bool training)
{
    bool any = false;

    for (int pass = 0; pass < LAYER_PASSES; pass++)
        any = any || precision_wide(g, node, (enum layer_pass)pass, training);
    return any;
}

/* Are some of its passes float32, and others not? */
static bool is_mixed(const struct graph *g, int64_t node, bool training)
{
    bool narrow = false;

    for (int k = 0; k < LAYER_PASSES; k++) {
        const enum layer_pass pass = (enum layer_pass)k;
        narrow = narrow || (macs_of(g, node, pass, training) > 0 &&
                            precision_rounds(g, node, pass));
    }
    return narrow && precision_any_wide(g, node, training);
}

/* " (data, weights)": those of a node's passes that are float32. */
static void print_passes(struct text *out, const struct graph *g, int64_t node,
                         bool training)
{
    const char *before = " (";

    for (int k = 0; k < LAYER_PASSES; k++)
        if (precision_wide(g, node, (enum layer_pass)k, training)) {
            text_printf(out, "%s%s", before, precision_passes[k]);
            before = ", ";
        }
    text_puts(out, ")");
}

enum { MOST_NAMED = 12 };

void precision_print(struct text *out, const struct graph *g, bool training)
{
    int64_t count = 0;

    text_printf(out, "bfloat16, %s, in %.1f %% of the multiply-adds of %s",
                bfloat16_manner(g->engine.kern),
                100 * precision_share(g, training),
                training ? "training" : "inference");
    for (int64_t i = 0; i < g->count; i++) {
        if (!precision_any_wide(g, i, training) || count++ >= MOST_NAMED)
            continue;
        text_printf(out, "%s%s", count == 1 ? "; float32: " : ", ",
                    g->nodes[i].layer.name);
        if (is_mixed(g, i, training))
            print_passes(out, g, i, training);
    }
    if (count > MOST_NAMED)
        text_printf(out, " and %lld more", (long long)(count - MOST_NAMED));
}
