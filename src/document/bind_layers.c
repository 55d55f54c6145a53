/*
 * bind_layers.c - the list of layers as a graph.
 */
#include <stdio.h>

#include "conv/conv.h"
#include "document/bind.h"
#include "notation/notation.h"
#include "tensor/bfloat16.h"

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

enum { MAX_PATTERNS = 256 }; /* as the row of train.freeze says */

/* The patterns of train.freeze, which has not been bound when the layers are
 * built. */
struct patterns {
    const struct node *at[MAX_PATTERNS];
    int64_t count;
};

static struct patterns patterns_of(const struct experiment *x)
{
    const struct node *train = node_find(x->tree.root, "train");
    const struct node *freeze = node_find(train, "freeze");
    struct patterns p = {.count = 0};

    if (freeze && freeze->kind == NODE_SCALAR)
        p.at[p.count++] = freeze;
    for (const struct node *n = freeze ? freeze->first : NULL;
         n && p.count < MAX_PATTERNS; n = n->next)
        if (n->kind == NODE_SCALAR && freeze->kind == NODE_LIST)
            p.at[p.count++] = n;
    return p;
}

static void freeze_layers(struct experiment *x)
{
    const struct patterns p = patterns_of(x);

    for (int64_t k = 0; k < p.count; k++)
        for (int64_t i = 0; i < x->layers.count; i++) {
            struct graph_entry *entry = &x->layers.entries[i];
            if (entry->name && text_matches(entry->name, p.at[k]->text))
                entry->frozen = true;
        }
}

static enum status build(struct experiment *x, struct node *list, bool sound,
                         struct report *report)
{
    struct err *e = report->e;
    const struct graph_reporter reporter = {report_fault, report};
    struct graph_request request = {
        .seed = (uint64_t)x->top.seed,
        .kern = engine_rounds(&x->engine) ? kernels_bfloat16(x->kern) : x->kern,
        .convolution = conv_find(x->engine.algorithm),
        .folds = x->engine.fold,
    };
    const struct layer_engine engine = graph_engine(&request);
    const enum status made =
        notation_make(&x->layers, &x->tree, list, &engine, e);

    if (made == ERR_MEMORY)
        return made;
    freeze_layers(x);
    request.entries = x->layers.entries;
    request.count = x->layers.count;
    request.faulty = x->layers.count - x->layers.sound;
    const enum status built =
        graph_build(&x->graph, &x->arena, &request, &reporter, e);
    x->misfit = sound && (made == OK ? built == ERR_CONFIG : x->layers.misfit);
    return bind_worse(made, built);
}

/* Has the layer what training could change? */
static bool has_weights(const struct layer_spec *spec)
{
    return spec->param_count > 0 || spec->buffer_count > 0;
}

static bool has_regularizable(const struct layer_spec *spec)
{
    bool some = false;

    for (int64_t i = 0; i < spec->param_count; i++)
        some = some || spec->params[i].regularizable;
    return some;
}

/* A key of layer `at` that has no effect, unless it stands at its default. */
static enum status refuse(struct report *r, int64_t at, const char *key,
                          const char *why)
{
    const struct experiment *x = r->x;
    const struct node *given =
        node_find(parameters_of(x->layers.nodes[at]), key);

    if (!given || was_said(r, given->key_mark, at))
        return ERR_CONFIG;
    return tree_error(&x->tree, given, AT_KEY, NULL, r->e, "has no effect%s",
                      why);
}

/* Keys of training where nothing is trained. */
static enum status check_training(struct report *r, int64_t at)
{
    const struct experiment *x = r->x;
    const struct graph_entry *entry = &x->layers.entries[at];
    const struct layer_spec *spec = &x->graph.nodes[at].layer.spec;
    const char *type = entry->ops->kind.name;
    char why[80];
    enum status s = OK;

    snprintf(why, sizeof why, ", %s has no parameters", type);
    if (entry->learning_rate_scale != 1 && spec->param_count == 0)
        s = refuse(r, at, "learning_rate_scale", why);
    else if (entry->learning_rate_scale != 1 && !graph_trains(entry))
        s = refuse(r, at, "learning_rate_scale",
                   entry->trainable ? " beside train.freeze"
                                    : " beside trainable: false");
    else if (!entry->trainable && !has_weights(spec))
        s = refuse(r, at, "trainable", why);
    snprintf(why, sizeof why, ", %s has no regularizable weights", type);
    if (entry->l1 > 0 && !has_regularizable(spec))
        s = bind_worse(refuse(r, at, "l1", why), s);
    if (entry->l2 > 0 && !has_regularizable(spec))
        s = bind_worse(refuse(r, at, "l2", why), s);
    return s;
}

/* A pattern of train.freeze must match a layer with parameters. */
static enum status check_pattern(const struct experiment *x,
                                 const struct node *pattern, struct err *e)
{
    struct nearest near = {.word = pattern->text};
    bool known = false;

    for (int64_t i = 0; i < x->graph.count; i++) {
        const bool meant =
            text_matches(x->layers.entries[i].name, pattern->text);
        if (meant && has_weights(&x->graph.nodes[i].layer.spec))
            return OK;
        known = known || meant;
    }
    for (int64_t i = 0; i < x->graph.count && !known; i++)
        nearest_offer(&near, x->layers.entries[i].name,
                      x->layers.entries[i].name);
    return tree_error(&x->tree, pattern, AT_VALUE, NULL, e,
                      known ? "has no effect, '%s' has no parameters%s"
                            : "no layer is called '%s'%s",
                      pattern->text,
                      known ? "" : did_you_mean(near.found).text);
}

/* What freezes first: a pattern, or a layer's `trainable`; NULL: nothing. */
static const struct node *first_frozen(const struct experiment *x,
                                       const struct patterns *p)
{
    const struct node *found = p->count > 0 ? p->at[0] : NULL;

    for (int64_t i = 0; i < x->layers.count && !found; i++)
        if (!x->layers.entries[i].trainable)
            found = node_find(parameters_of(x->layers.nodes[i]), "trainable");
    return found;
}

static bool learns(const struct graph_entry *entry)
{
    return graph_trains(entry) && entry->learning_rate_scale > 0;
}

/* Steps of no length train nothing either; the first scale that makes them so.
 */
static enum status check_scales(const struct experiment *x, struct err *e)
{
    const struct node *first = NULL;

    for (int64_t i = 0; i < x->graph.count; i++) {
        const struct graph_entry *entry = &x->layers.entries[i];
        if (!has_weights(&x->graph.nodes[i].layer.spec))
            continue;
        if (learns(entry))
            return OK;
        if (!first && graph_trains(entry))
            first = node_find(parameters_of(x->layers.nodes[i]),
                              "learning_rate_scale");
    }
    return first ? tree_error(&x->tree, first, AT_VALUE, NULL, e,
                              "every layer with parameters is frozen or has "
                              "steps of length 0, nothing is left to train")
                 : OK;
}

/* Nor may all of them be frozen. */
static enum status check_freeze(const struct experiment *x, struct err *e)
{
    const struct patterns p = patterns_of(x);
    const struct node *first = first_frozen(x, &p);
    enum status s = OK;

    if (x->graph.count != x->layers.count)
        return OK;
    for (int64_t k = 0; k < p.count; k++)
        s = bind_worse(check_pattern(x, p.at[k], e), s);
    if (s == OK && first && !x->tree.paths_as_written &&
        node_find(x->tree.root, "train") && graph_weights(&x->graph, true) == 0)
        s = tree_error(&x->tree, first, AT_VALUE, NULL, e,
                       "every layer with parameters is frozen, nothing is "
                       "left to train");
    else if (s == OK && !x->tree.paths_as_written &&
             node_find(x->tree.root, "train"))
        s = check_scales(x, e);
    return s;
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
    return s == ERR_MEMORY ? s : bind_worse(check_freeze(x, e), s);
}
