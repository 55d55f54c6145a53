/* Which outputs of a graph are blocked. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "graph/graph.h"

enum { MOST = 8 };

/*
 * A network, a node a letter: `i` the input and `d` a layer like dense, neither
 * reads or writes blocked tensors; `c` like a convolution, which takes either
 * layout; `s` like a sum, which writes as it reads; `v` a `c` whose output has
 * one axis, `r` one whose nonlinearity looks at whole rows.  Each reads the one
 * before, `s` the one numbered in `beside` too; -1: none.
 */
struct network {
    const char *nodes;
    int64_t beside;
    const char *blocked; /* 'b' for the nodes whose output is blocked */
};

extern const struct activation_ops softmax_activation;

static struct layer layer_like(char letter)
{
    struct layer l = {.inputs = letter == 'i' ? 0 : 1};

    l.spec.out = letter == 'v' ? SHAPE(20) : SHAPE(20, 4, 4);
    l.spec.reads_blocked = letter != 'i' && letter != 'd';
    l.spec.writes = letter == 's'          ? WRITES_AS_READ
                    : l.spec.reads_blocked ? WRITES_EITHER
                                           : WRITES_PLAIN;
    if (letter == 'r')
        l.spec.nonlinearity.kind = &softmax_activation.kind;
    return l;
}

static void check(const struct network *net)
{
    int64_t inputs[MOST][2];
    struct graph_node nodes[MOST];
    struct graph g = {.count = (int64_t)strlen(net->nodes), .nodes = nodes};
    struct arena arena = {0};

    memset(nodes, 0, sizeof nodes);

    for (int64_t i = 0; i < g.count; i++) {
        nodes[i].layer = layer_like(net->nodes[i]);
        nodes[i].inputs = inputs[i];
        inputs[i][0] = i - 1;
        inputs[i][1] = net->beside;
        if (net->nodes[i] == 's' && net->beside >= 0)
            nodes[i].layer.inputs = 2;
    }
    graph_choose_layouts(&g, &arena);
    cr_assert(!arena.failed);
    for (int64_t i = 0; i < g.count; i++) {
        const struct layer_spec *spec = &nodes[i].layer.spec;
        const bool want = net->blocked[i] == 'b';
        cr_expect_eq(spec->y_blocked, want, "%s: output %d", net->nodes,
                     (int)i);
        if (i > 0)
            cr_expect_eq(spec->x_blocked, net->blocked[i - 1] == 'b',
                         "%s: input of %d", net->nodes, (int)i);
    }
    arena_free(&arena);
}

Test(layouts, what_is_written_and_read_blocked_is)
{
    static const struct network networks[] = {
        {"icccd", -1, ".bb.."}, /* the last `c` is read by dense */
        {"icc", -1, ".b."},     /* the network's output is plain */
        {"icdcc", -1, "...b."}, {"iccvd", -1, ".bb.."},
        {"icrcc", -1, ".b.b."}, /* softmax over channels wants rows */
    };

    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
        check(&networks[i]);
}

/* What writes as it reads hands either side's wish to the other. */
Test(layouts, layers_that_write_as_they_read)
{
    static const struct network networks[] = {
        {"icscc", -1, ".bbb."}, {"icsd", -1, "...."},
        {"isccd", -1, "..b.."}, {"icsscc", -1, ".bbbb."},
        {"icssd", -1, "....."},
    };

    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
        check(&networks[i]);
}

/* All that a sum adds up has one layout. */
Test(layouts, inputs_of_a_sum_agree)
{
    static const struct network networks[] = {
        {"iccscc", 1, ".bbbb."}, /* a shortcut around a convolution */
        {"iccscc", 0, ".b..b."}, /* around two, from the plain input */
        {"icdscc", 1, "....b."}, /* beside what dense has written */
        {"icccsd", 1, "..b..."}, /* the way between may stay blocked */
    };

    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
        check(&networks[i]);
}
