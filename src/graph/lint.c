/*
 * lint.c - the list of rules, applied.
 */
#include "graph/lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "graph/lint_rule.h"

bool lint_say(char message[LINT_MESSAGE_BYTES], const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vsnprintf(message, LINT_MESSAGE_BYTES, fmt, args);
    va_end(args);
    return true;
}

/* id, function, what is wrong, what to do. */
#define RULES(X)                                                               \
    X("A001", lint_coverage,                                                   \
      "The receptive field of the layer is larger than the image: its outer "  \
      "part sees padding alone.",                                              \
      "Take away convolutions or pooling in front of it, or smaller filters.") \
    X("A002", lint_capacity,                                                   \
      "The layer's filters see less than a sixth of its receptive field "      \
      "anew: it can hardly learn more than the layers in front of it.",        \
      "Pool later, or take larger filters.")                                   \
    X("A003", lint_remainder_dropped,                                          \
      "The stride leaves the last rows or columns of the input unread.",       \
      "Choose a pad, a stride or a size that divides the input, or "           \
      "ignore_border: false.")                                                 \
    X("A004", lint_wrong_units,                                                \
      "The number of output units is not that of the classes.",                \
      "Set num_units of the last layer to the number of classes.")             \
    X("A005", lint_lost_bias, "The layer behind it cancels the layer's bias.", \
      "Leave it out with b: null.")                                            \
    X("A006", lint_heavy_dense,                                                \
      "One dense layer holds over 90 % of all parameters.",                    \
      "Pool more in front of it, or give it fewer units.")                     \
    X("A007", lint_missing_activation,                                         \
      "The last layer lacks the nonlinearity that the loss takes over.",       \
      "Set it: softmax for categorical_crossentropy.")                         \
    X("A008", lint_lopsided,                                                   \
      "An even filter with pad same shifts the image by half a pixel.",        \
      "Take an odd filter_size, or numbers for pad.")                          \
    X("A009", lint_one_value,                                                  \
      "A normalization over a single value leaves nothing of it.",             \
      "Normalize where there are more values: in front of the last pooling, "  \
      "over other axes, with a larger batch_size.")                            \
    X("A010", lint_noisy_variance,                                             \
      "Dropout in front of a batch normalization: what is kept grows while "   \
      "training, so the running variance is not that of inference.",           \
      "Put dropout behind the last batch normalization.")                      \
    X("A011", lint_uneven_merge,                                               \
      "The inputs of a merge see parts of the image of which one is more "     \
      "than twice as large as another.",                                       \
      "Widen the narrow branch, or silence it where that is meant.")           \
    X("A012", lint_indistinct,                                                 \
      "Nothing distinguishes the layer's output from that of fewer layers: "   \
      "two linear ones in a row, or an activation of an activation.",          \
      "Take one of them away, or put a nonlinearity between.")                 \
    X("A013", lint_skipped_cells,                                              \
      "The stride is larger than the window: cells between are never read.",   \
      "Take a larger filter_size or pool_size; projection: pool in a "         \
      "residual.")

#define RULE_ID(id, fn, wrong, remedy) id,
const char *const lint_rules[] = {RULES(RULE_ID) NULL};

#define RULE_FN(id, fn, wrong, remedy) fn,
static lint_fn *const rules[] = {RULES(RULE_FN)};

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

/* The first layer behind each node, at any distance, that takes statistics of
 * the batch; 0: none. */
static int64_t *find_batch_layers(const struct graph *g, struct arena *arena)
{
    int64_t *behind = arena_take(arena, (size_t)g->count, sizeof *behind);

    for (int64_t i = g->count - 1; behind && i > 0; i--) {
        const struct graph_node *n = &g->nodes[i];
        const int64_t here = n->layer.ops->gather ? i : behind[i];
        for (int64_t k = 0; here > 0 && k < n->layer.inputs; k++) {
            int64_t *above = &behind[n->inputs[k]];
            *above = *above > 0 ? num_min(*above, here) : here;
        }
    }
    return behind;
}

enum status lint_graph(const struct lint_subject *subject, struct arena *arena,
                       struct finding **out, int64_t *count, struct err *e)
{
    const struct graph *g = subject->graph;
    struct lint_subject s = *subject;

    *count = 0;
    s.batch_layer = find_batch_layers(g, arena);
    *out = arena_take(arena, (size_t)g->count * ARRAY_LEN(rules), sizeof **out);
    if (!*out || !s.batch_layer)
        return err_memory(e, "auditing the network");
    for (int64_t at = 1; at < g->count; at++)
        for (size_t r = 0; r < ARRAY_LEN(rules); r++) {
            struct finding *f = &(*out)[*count];
            if (silenced(&g->nodes[at], lint_rules[r]) ||
                !rules[r](&s, at, f->message))
                continue;
            f->rule = lint_rules[r];
            f->layer = g->nodes[at].layer.name;
            (*count)++;
        }
    return OK;
}
