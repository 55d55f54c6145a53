/*
 * lint.c - one function per rule, asked of every layer in turn.
 */
#include "graph/lint.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

static bool coverage(const struct lint_subject *s, int64_t at,
                     char message[LINT_MESSAGE_BYTES])
{
    const struct audit_row *row = s->rows ? &s->rows[at] : NULL;

    return row && row->high_coverage &&
           say(message, "coverage %.2f %% is above 100 %%",
               fmax(row->coverage[0], row->coverage[1]));
}

static bool capacity(const struct lint_subject *s, int64_t at,
                     char message[LINT_MESSAGE_BYTES])
{
    const struct audit_row *row = s->rows ? &s->rows[at] : NULL;

    return row && row->low_capacity &&
           say(message, "capacity %.2f %% is below %.2f %%",
               fmin(row->capacity[0], row->capacity[1]), audit_lowest_capacity);
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
    const struct layer_window w = layer_window_of(l);
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

    return at == s->graph->count - 1 && s->class_count > 0 &&
           units != s->class_count &&
           say(message, "%lld output units, the data has %lld classes",
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

/* A network of dense layers alone has nowhere else to put its weights. */
static bool heavy_dense(const struct lint_subject *s, int64_t at,
                        char message[LINT_MESSAGE_BYTES])
{
    const struct graph *g = s->graph;
    double share = 0;

    for (int64_t i = 0; i < g->param_count; i++)
        share += g->params[i].node == at ? (double)g->params[i].count : 0;
    share /= (double)graph_weights(g, false);
    return layer_window_of(&g->nodes[at].layer).kind == WINDOW_WHOLE &&
           audit_applies(g) && share > dense_share &&
           say(message, "holds %.1f %% of all parameters", 100 * share);
}

static bool missing_activation(const struct lint_subject *s, int64_t at,
                               char message[LINT_MESSAGE_BYTES])
{
    const struct loss_ops *loss = s->loss.kind ? loss_of(s->loss) : NULL;
    const struct activation_ops *last =
        activation_of(s->graph->output_nonlinearity);

    return at == s->graph->count - 1 && loss && loss->activation &&
           strcmp(last->kind.name, loss->activation) != 0 &&
           say(message, "nonlinearity %s, %s needs %s", last->kind.name,
               loss->kind.name, loss->activation);
}

static bool lopsided(const struct lint_subject *s, int64_t at,
                     char message[LINT_MESSAGE_BYTES])
{
    const struct layer_window w = layer_window_of(&s->graph->nodes[at].layer);

    return w.lopsided &&
           say(message,
               "an even filter (%lldx%lld) with pad same shifts the image by "
               "half a pixel",
               (long long)w.size.y, (long long)w.size.x);
}

/* id, function, what is wrong, what to do. */
#define RULES(X)                                                               \
    X("A001", coverage,                                                        \
      "The receptive field of the layer is larger than the image: its outer "  \
      "part sees padding alone.",                                              \
      "Take away convolutions or pooling in front of it, or smaller filters.") \
    X("A002", capacity,                                                        \
      "The layer's filters see less than a sixth of its receptive field "      \
      "anew: it can hardly learn more than the layers in front of it.",        \
      "Pool later, or take larger filters.")                                   \
    X("A003", remainder_dropped,                                               \
      "The stride leaves the last rows or columns of the input unread.",       \
      "Choose a pad, a stride or a size that divides the input, or "           \
      "ignore_border: false.")                                                 \
    X("A004", wrong_units,                                                     \
      "The number of output units is not that of the classes.",                \
      "Set num_units of the last layer to the number of classes.")             \
    X("A005", lost_bias, "The layer behind it cancels the layer's bias.",      \
      "Leave it out with b: null.")                                            \
    X("A006", heavy_dense,                                                     \
      "One dense layer holds over 90 % of all parameters.",                    \
      "Pool more in front of it, or give it fewer units.")                     \
    X("A007", missing_activation,                                              \
      "The last layer lacks the nonlinearity that the loss takes over.",       \
      "Set it: softmax for categorical_crossentropy.")                         \
    X("A008", lopsided,                                                        \
      "An even filter with pad same shifts the image by half a pixel.",        \
      "Take an odd filter_size, or numbers for pad.")

#define RULE_ID(id, fn, wrong, remedy) id,
const char *const lint_rules[] = {RULES(RULE_ID) NULL};

#define RULE_FN(id, fn, wrong, remedy) fn,
static rule_fn *const rules[] = {RULES(RULE_FN)};

#define RULE_TEXT(id, fn, wrong, remedy) {wrong, remedy},
static const char *const texts[][2] = {RULES(RULE_TEXT)};

bool lint_explain(struct text *out, const char *rule)
{
    for (size_t r = 0; lint_rules[r]; r++) {
        if (strcmp(lint_rules[r], rule) != 0)
            continue;
        text_printf(out, "%s\n  ", rule);
        text_wrap(out, "", 2, texts[r][0]);
        text_puts(out, "  remedy   ");
        text_wrap(out, "", 11, texts[r][1]);
        text_printf(out, "  silence  lint: [%s] in the layer\n", rule);
        return true;
    }
    return false;
}

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
