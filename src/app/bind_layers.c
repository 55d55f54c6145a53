/*
 * bind_layers.c - the list of layers as a graph.
 */
#include "app/bind.h"
#include "conv/conv.h"
#include "notation/notation.h"

enum { MAX_SAID = 32 };

static const struct node *parameters_of(const struct node *entry)
{
    const struct node *only = entry->first;

    return only && only->kind == NODE_MAP ? only : NULL;
}

/* Where faults of the graph are reported. */
struct report {
    const struct experiment *x;
    struct err *e;
    struct {
        struct mark place;
        int64_t at;
    } said[MAX_SAID];
    int64_t count;
};

/* Rounds of a notation make the same fault at the same place: it is said of the
 * first. */
static bool was_said(struct report *r, struct mark place, int64_t at)
{
    for (int64_t i = 0; i < r->count; i++) {
        const struct mark *other = &r->said[i].place;
        if (r->said[i].at != at && place.line == other->line &&
            place.column == other->column && place.set == other->set &&
            place.file == other->file)
            return true;
    }
    if (r->count < MAX_SAID) {
        r->said[r->count].place = place;
        r->said[r->count++].at = at;
    }
    return false;
}

static enum status report_fault(void *context, int64_t at, const char *key,
                                const char *why)
{
    struct report *r = context;
    const struct node *entry = r->x->layers.nodes[at];
    const struct node *value =
        key ? node_find(parameters_of(entry), key) : NULL;
    const struct node *place = value ? value : entry;

    return was_said(r, place->mark, at)
               ? ERR_CONFIG
               : tree_error(&r->x->tree, place, AT_VALUE, NULL, r->e, "%s",
                            why);
}

static enum status build(struct experiment *x, struct node *list, bool sound,
                         struct report *report)
{
    struct err *e = report->e;
    const struct graph_reporter reporter = {report_fault, report};
    struct graph_request request = {
        .seed = (uint64_t)x->top.seed,
        .kern = x->kern,
        .convolution = conv_find(x->engine.algorithm),
        .folds = x->engine.fold,
    };
    const struct layer_engine engine = graph_engine(&request);
    const enum status made =
        notation_make(&x->layers, &x->tree, list, &engine, e);

    if (made == ERR_MEMORY)
        return made;
    request.entries = x->layers.entries;
    request.count = x->layers.count;
    request.faulty = x->layers.count - x->layers.sound;
    const enum status built =
        graph_build(&x->graph, &x->arena, &request, &reporter, e);
    x->misfit = sound && (made == OK ? built == ERR_CONFIG : x->layers.misfit);
    return bind_worse(made, built);
}

/* Keys of training where nothing is trained. */
static enum status check_training(struct report *r, int64_t at)
{
    const struct experiment *x = r->x;
    const struct graph_entry *entry = &x->layers.entries[at];
    const bool frozen = !entry->trainable,
               scaled = entry->learning_rate_scale != 1;
    /* What is not trained may be updated, unless it is frozen. */
    const struct layer_spec *spec = &x->graph.nodes[at].layer.spec;
    const bool empty =
        spec->param_count == 0 && (scaled || spec->buffer_count == 0);
    const char *key = scaled ? "learning_rate_scale" : "trainable";

    if (!(empty && (frozen || scaled)) && !(frozen && scaled))
        return OK;
    const struct node *given =
        node_find(parameters_of(x->layers.nodes[at]), key);
    if (was_said(r, given->key_mark, at))
        return ERR_CONFIG;
    return tree_error(
        &x->tree, given, AT_KEY, NULL, r->e, "has no effect%s%s%s",
        empty ? ", " : " beside trainable: false",
        empty ? entry->ops->kind.name : "", empty ? " has no parameters" : "");
}

enum status bind_layers(struct experiment *x, struct err *e)
{
    struct node *list = node_find(x->tree.root, "layers");
    struct report report = {.x = x, .e = e};
    int64_t count = 0;
    enum status s = OK;

    if (!list)
        return tree_error(&x->tree, x->tree.root, AT_KEY, "layers", e,
                          "missing, expected a list of layers");
    if (list->kind != NODE_LIST || !list->first)
        return tree_error(&x->tree, list, AT_VALUE, NULL, e,
                          "expected a list of layers, one '- ' each");
    for (const struct node *n = list->first; n; n = n->next)
        count++;
    if (count > GRAPH_MAX_LAYERS)
        return tree_error(&x->tree, list, AT_KEY, NULL, e,
                          "%lld layers; at most %d are allowed",
                          (long long)count, GRAPH_MAX_LAYERS);
    s = written_read(&x->tree, list, &x->layers.written, e);
    if (s != ERR_MEMORY)
        s = bind_worse(s, build(x, list, s == OK, &report));
    for (int64_t i = 0; s != ERR_MEMORY && i < x->graph.count; i++)
        s = bind_worse(check_training(&report, i), s);
    return s;
}
