/*
 * lint.c - one function per rule, asked of every layer in turn.
 */
#include "graph/lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const double lowest_capacity = 100.0 / 6.0;
static const double dense_share = 0.9;

/* A rule says of node `at` whether it is broken, and how. */
typedef bool rule_fn(const struct lint_subject *s, int64_t at,
                     char message[LINT_MESSAGE_BYTES]);

static bool say(char message[LINT_MESSAGE_BYTES], const char *fmt, ...)
    PRINTF_LIKE(2, 3);

static bool say(char message[LINT_MESSAGE_BYTES], const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vsnprintf(message, LINT_MESSAGE_BYTES, fmt, args);
    va_end(args);
    return true;
}

static struct layer_window window_of(const struct layer *l)
{
    return l->ops->window ? l->ops->window(l->config)
                          : (struct layer_window){.kind = WINDOW_NONE};
}

static bool coverage(const struct lint_subject *s, int64_t at,
                     char message[LINT_MESSAGE_BYTES])
{
    const struct audit_row *row = s->rows ? &s->rows[at] : NULL;

    if (!row || !row->high_coverage)
        return false;
    return say(message, "coverage %.2f %% is above 100 %%",
               row->coverage[0] > row->coverage[1] ? row->coverage[0]
                                                   : row->coverage[1]);
}

static bool capacity(const struct lint_subject *s, int64_t at,
                     char message[LINT_MESSAGE_BYTES])
{
    const struct audit_row *row = s->rows ? &s->rows[at] : NULL;

    if (!row || !row->low_capacity)
        return false;
    return say(message, "capacity %.2f %% is below %.2f %%",
               row->capacity[0] < row->capacity[1] ? row->capacity[0]
                                                   : row->capacity[1],
               lowest_capacity);
}

/* Cells at the end of an axis that no window reaches. */
static int64_t unread(int64_t in, int64_t out, int64_t size, int64_t dilation,
                      int64_t stride, int64_t pad)
{
    const int64_t reached =
        (out - 1) * stride - pad + dilation * (size - 1) + 1;

    return reached < in ? in - reached : 0;
}

static bool remainder_dropped(const struct lint_subject *s, int64_t at,
                              char message[LINT_MESSAGE_BYTES])
{
    const struct layer *l = &s->graph->nodes[at].layer;
    const struct layer_window w = window_of(l);
    const struct shape out = l->spec.out;

    if ((w.kind != WINDOW_CONV && w.kind != WINDOW_POOL) || out.axes != 3)
        return false;
    const int64_t rows = unread(l->in[0].dim[1], out.dim[1], w.size.y,
                                w.dilation.y, w.stride.y, w.pad.y);
    const int64_t columns = unread(l->in[0].dim[2], out.dim[2], w.size.x,
                                   w.dilation.x, w.stride.x, w.pad.x);
    if (rows == 0 && columns == 0)
        return false;
    return say(message,
               "the stride leaves %lld row%s and %lld column%s at the end of "
               "its input unread",
               (long long)rows, rows == 1 ? "" : "s", (long long)columns,
               columns == 1 ? "" : "s");
}

static bool wrong_units(const struct lint_subject *s, int64_t at,
                        char message[LINT_MESSAGE_BYTES])
{
    const int64_t units = shape_count(s->graph->out);

    if (at != s->graph->count - 1 || s->class_count == 0 ||
        units == s->class_count)
        return false;
    return say(message, "%lld output units, the data has %lld classes",
               (long long)units, (long long)s->class_count);
}

static bool has_bias(const struct layer *l)
{
    for (int64_t i = 0; i < l->spec.param_count; i++)
        if (strcmp(l->spec.params[i].name, "bias") == 0)
            return true;
    return false;
}

static bool lost_bias(const struct lint_subject *s, int64_t at,
                      char message[LINT_MESSAGE_BYTES])
{
    const struct graph *g = s->graph;
    const struct graph_node *n = &g->nodes[at];

    if (!has_bias(&n->layer) || n->layer.spec.nonlinearity.kind ||
        n->layer.ops->cancels_bias || n->consumers != 1)
        return false;
    for (int64_t i = at + 1; i < g->count; i++)
        if (g->nodes[i].layer.ops->cancels_bias && g->nodes[i].inputs[0] == at)
            return say(message, "its bias is cancelled by %s; b: null saves it",
                       g->nodes[i].layer.name);
    return false;
}

static int64_t weights_of(const struct graph *g, const struct graph_node *n)
{
    int64_t count = 0;

    for (int64_t i = 0; i < n->layer.spec.param_count; i++)
        count += g->params[n->first_param + i].count;
    return count;
}

/* A network of dense layers alone has nowhere else to put its weights. */
static bool heavy_dense(const struct lint_subject *s, int64_t at,
                        char message[LINT_MESSAGE_BYTES])
{
    const struct graph *g = s->graph;
    const double share =
        (double)weights_of(g, &g->nodes[at]) / (double)graph_weights(g, false);

    if (window_of(&g->nodes[at].layer).kind != WINDOW_WHOLE ||
        !audit_applies(g) || share <= dense_share)
        return false;
    return say(message, "holds %.1f %% of all parameters", 100 * share);
}

static bool missing_activation(const struct lint_subject *s, int64_t at,
                               char message[LINT_MESSAGE_BYTES])
{
    const struct loss_ops *loss = s->loss.kind ? loss_of(s->loss) : NULL;
    const struct activation_ops *last =
        activation_of(s->graph->output_nonlinearity);

    if (at != s->graph->count - 1 || !loss || !loss->activation ||
        strcmp(last->kind.name, loss->activation) == 0)
        return false;
    return say(message, "nonlinearity %s, %s needs %s", last->kind.name,
               loss->kind.name, loss->activation);
}

static bool lopsided(const struct lint_subject *s, int64_t at,
                     char message[LINT_MESSAGE_BYTES])
{
    const struct layer_window w = window_of(&s->graph->nodes[at].layer);

    if (!w.lopsided)
        return false;
    return say(message,
               "an even filter (%lldx%lld) with pad same shifts the image by "
               "half a pixel",
               (long long)w.size.y, (long long)w.size.x);
}

#define RULES(X)                                                               \
    X("A001", coverage)                                                        \
    X("A002", capacity)                                                        \
    X("A003", remainder_dropped)                                               \
    X("A004", wrong_units)                                                     \
    X("A005", lost_bias)                                                       \
    X("A006", heavy_dense)                                                     \
    X("A007", missing_activation)                                              \
    X("A008", lopsided)

#define RULE_ID(id, fn) id,
const char *const lint_rules[] = {RULES(RULE_ID) NULL};

#define RULE_FN(id, fn) fn,
static rule_fn *const rules[] = {RULES(RULE_FN)};

static bool silenced(const struct graph_node *n, const char *rule)
{
    for (int64_t i = 0; i < n->lint.count; i++)
        if (strcmp(n->lint.at[i], rule) == 0)
            return true;
    return false;
}

enum status lint_graph(const struct lint_subject *subject, struct arena *arena,
                       struct finding **out, int64_t *count, struct err *e)
{
    const struct graph *g = subject->graph;

    *count = 0;
    *out = arena_take(arena, (size_t)g->count * ARRAY_LEN(rules), sizeof **out);
    if (!*out)
        return err_memory(e, "auditing the network");
    for (int64_t at = 1; at < g->count; at++)
        for (size_t r = 0; r < ARRAY_LEN(rules); r++) {
            struct finding *f = &(*out)[*count];
            if (silenced(&g->nodes[at], lint_rules[r]) ||
                !rules[r](subject, at, f->message))
                continue;
            f->rule = lint_rules[r];
            f->layer = g->nodes[at].layer.name;
            (*count)++;
        }
    return OK;
}
