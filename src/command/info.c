/*
 * info.c - the layer table, and what the network costs.
 */
#include <string.h>

#include "app/preflight.h"
#include "app/samples.h"
#include "cli/say.h"
#include "cli/subject.h"
#include "codec/mistaken.h"
#include "command/layer_table.h"
#include "document/documents.h"
#include "document/findings.h"
#include "graph/precision.h"
#include "import/import.h"
#include "tensor/bfloat16.h"

struct info_options {
    const char *compat;
    bool strict, suggest;
};

static const char *const compats[] = {"exact", "nolearn", NULL};

static const struct option info_options[] = {
    OPTION(info_options, compat, "compat", .choices = compats,
           .doc = "Rules of the receptive field; default: the configuration's "
                  "info.compat."),
    OPTION(info_options, strict, "strict",
           .doc = "Fail with status 1 when a rule of the audit is broken."),
    OPTION(info_options, suggest, "suggest",
           .doc = "Print instead, as YAML, the deepest stack of 3x3 "
                  "convolutions for this input that breaks no rule."),
    {0},
};

static enum audit_mode choose_mode(const struct call *call,
                                   const struct experiment *x)
{
    const struct info_options *o = call->options;

    if (!o->compat)
        return audit_mode_of(x);
    return strcmp(o->compat, "nolearn") == 0 ? AUDIT_NOLEARN : AUDIT_EXACT;
}

/* What is shown of a sound network besides its table. */
struct facts {
    enum audit_mode mode;
    struct memory_plan plan;
    struct findings findings;
};

/* The data tells how many classes there are and what it takes in memory; that
 * of a model file need not be on this machine. */
static enum status collect(const struct call *call, const struct subject *about,
                           struct facts *out, struct err *e)
{
    const struct experiment *x = about->experiment;
    struct samples_survey survey = {.class_count =
                                        target_classes(&about->model.target)};

    enum status s = about->is_model ? OK : samples_survey(x, &survey, e);
    if (s != OK)
        return s;
    if (x->data.classes.count > 0)
        survey.class_count = x->data.classes.count;
    out->mode = choose_mode(call, x);
    s = memory_plan_of(x, call->global.threads, call->exchange->processes,
                       survey.bytes, &out->plan, e);
    return s == OK ? findings_of(x, out->mode, survey.class_count, call->arena,
                                 &out->findings, e)
                   : s;
}

static void print_precision(const struct call *call, const struct experiment *x)
{
    struct text text = {0};

    if (!x->graph.engine.kern->bfloat16)
        return;
    text_puts(&text, "precision: ");
    precision_print(&text, &x->graph, x->has_train);
    text_puts(&text, "\n");
    out_text(call->out, &text);
    text_free(&text);
}

static void print_footer(const struct call *call, const struct experiment *x,
                         const struct facts *facts)
{
    const struct graph *g = &x->graph;
    struct table t = TABLE(1, "memory", "MiB");
    const struct findings *f = &facts->findings;

    out_printf(call->out,
               "parameters: %lld trainable, %lld in total\n"
               "multiply-adds: %lld per sample, forward\n",
               (long long)graph_weights(g, true),
               (long long)graph_weights(g, false), (long long)graph_macs(g));
    if (facts->plan.lanes > 0)
        out_printf(call->out, "lanes: %zu in training, one per %s\n",
                   facts->plan.lanes,
                   facts->plan.lane_of_slice ? "slice" : "thread");
    print_precision(call, x);
    out_puts(call->out, "\n");
    for (int i = 0; i < MEMORY_REGIONS; i++) {
        table_put(&t, "%s", memory_words[i]);
        table_real(&t, (double)facts->plan.bytes[i] / (1 << 20));
    }
    print_table(call, &t);
    out_puts(call->out, f->count > 0 ? "\n" : "");
    for (int64_t i = 0; i < f->count; i++)
        out_printf(call->out, "%s %s: %s\n", f->at[i].rule, f->at[i].layer,
                   f->at[i].message);
}

static void put_findings(struct json_writer *w, const struct findings *f)
{
    json_begin_list(w, "findings");
    for (int64_t i = 0; i < f->count; i++) {
        json_begin_map(w, NULL);
        json_put_text(w, "rule", f->at[i].rule);
        json_put_text(w, "layer", f->at[i].layer);
        json_put_text(w, "message", f->at[i].message);
        json_end(w);
    }
    json_end(w);
}

/* A network without images has no audit: null. */
static void put_audit(struct json_writer *w, const struct audit_row *row)
{
    const struct {
        const char *key;
        const double *value;
    } figures[] = {
        {"filter", row ? row->filter : NULL},
        {"field", row ? row->field : NULL},
        {"capacity", row ? row->capacity : NULL},
        {"coverage", row ? row->coverage : NULL},
    };

    for (size_t i = 0; i < ARRAY_LEN(figures); i++)
        if (figures[i].value)
            json_put_reals(w, figures[i].key, figures[i].value, AUDIT_AXES);
        else
            json_put_null(w, figures[i].key);
}

static void put_layer(struct json_writer *w, const struct graph *g, int64_t at,
                      const struct audit_row *row)
{
    const struct graph_node *n = &g->nodes[at];

    json_begin_map(w, NULL);
    json_put_text(w, "name", n->layer.name);
    json_put_text(w, "type", n->layer.ops->kind.name);
    json_begin_list(w, "incoming");
    for (int64_t k = 0; k < n->layer.inputs; k++)
        json_put_text(w, NULL, g->nodes[n->inputs[k]].layer.name);
    json_end(w);
    json_put_shape(w, "shape", n->layer.spec.out);
    json_put_int(w, "parameters", graph_node_weights(g, n));
    json_put_int(w, "macs", n->layer.spec.macs);
    put_audit(w, row);
    json_end(w);
}

/* A layer that stays float32, at least in some passes. */
static void put_wide(struct json_writer *w, const struct graph *g, int64_t node,
                     bool training)
{
    json_begin_map(w, NULL);
    json_put_text(w, "layer", g->nodes[node].layer.name);
    json_begin_list(w, "passes");
    for (int pass = 0; pass < LAYER_PASSES; pass++)
        if (precision_wide(g, node, (enum layer_pass)pass, training))
            json_put_text(w, NULL, precision_passes[pass]);
    json_end(w);
    json_end(w);
}

/* What stays float32 of a network in bfloat16. */
static void put_precision(struct json_writer *w, const struct graph *g,
                          bool training)
{
    json_put_real(w, "bfloat16_share", precision_share(g, training));
    json_begin_list(w, "float32");
    for (int64_t i = 0; i < g->count; i++)
        if (precision_any_wide(g, i, training))
            put_wide(w, g, i, training);
    json_end(w);
}

/* `facts` NULL: the network is not whole, and has neither memory plan nor
 * findings. */
static enum status print_as_json(const struct call *call,
                                 const struct experiment *x,
                                 enum audit_mode mode,
                                 const struct facts *facts, struct err *e)
{
    const struct graph *g = &x->graph;
    const bool audited = audit_has_image(g);
    struct audit_row *rows =
        arena_take(call->arena, (size_t)g->count, sizeof *rows);
    struct json_writer w = {0};
    enum status s = OK;

    if (!rows)
        return err_memory(e, "auditing the network");
    if (audited)
        s = audit_graph(g, mode, rows, e);
    if (s != OK)
        return s;
    json_begin_map(&w, NULL);
    json_put_int(&w, "parameters", graph_weights(g, false));
    json_put_int(&w, "trainable", graph_weights(g, true));
    json_put_int(&w, "macs", graph_macs(g));
    if (g->engine.kern->bfloat16)
        json_put_text(&w, "bfloat16", bfloat16_manner(g->engine.kern));
    if (g->engine.kern->bfloat16 && facts)
        put_precision(&w, g, x->has_train);
    if (facts) {
        json_begin_map(&w, "memory");
        for (int i = 0; i < MEMORY_REGIONS; i++)
            json_put_int(&w, memory_words[i], (int64_t)facts->plan.bytes[i]);
        json_end(&w);
        if (facts->plan.lanes > 0)
            json_put_int(&w, "lanes", (int64_t)facts->plan.lanes);
        put_findings(&w, &facts->findings);
    }
    json_begin_list(&w, "layers");
    for (int64_t i = 0; i < g->count; i++)
        put_layer(&w, g, i, audited ? &rows[i] : NULL);
    json_end(&w);
    json_end(&w);
    return print_json(call, &w, e);
}

static enum status print_facts(const struct call *call,
                               const struct subject *about, struct err *e)
{
    const struct info_options *o = call->options;
    const struct experiment *x = about->experiment;
    struct facts facts;

    enum status s = collect(call, about, &facts, e);
    if (s == OK && call->global.json)
        s = print_as_json(call, x, facts.mode, &facts, e);
    else if (s == OK)
        s = print_layers(call, x, facts.mode, e);
    if (s == OK && !call->global.json)
        print_footer(call, x, &facts);
    if (s != OK || !o->strict)
        return s;
    const struct findings *f = &facts.findings;
    for (int64_t i = 0; i < f->count; i++)
        s = err_add(e, ERR_NO, call->words[0], "%s %s: %s", f->at[i].rule,
                    f->at[i].layer, f->at[i].message);
    return s;
}

/* After a shape error the table is shown down to the last good layer. */
static enum status print_sound_layers(const struct call *call,
                                      const struct experiment *x,
                                      enum status read, struct err *e)
{
    const struct info_options *o = call->options;

    const enum audit_mode mode = choose_mode(call, x);

    if (!x->misfit || x->graph.count == 0 || o->suggest)
        return read;
    const enum status s = call->global.json
                              ? print_as_json(call, x, mode, NULL, e)
                              : print_layers(call, x, mode, e);
    return s != OK ? s : read;
}

static enum status print_suggestion(const struct call *call,
                                    const struct experiment *x, struct err *e)
{
    struct text text = {0};
    const enum status s = suggest_layers(x, &text, e);

    if (s == OK)
        out_text(call->out, &text);
    text_free(&text);
    return s;
}

/* The layers that do not fit are what the suggestion takes the place of. */
static enum status suggest_instead(const struct call *call,
                                   const struct experiment *x, struct err *e)
{
    struct err *own = arena_take(call->arena, 1, sizeof *own);

    if (!own)
        return err_memory(e, "looking for an architecture");
    const enum status s = print_suggestion(call, x, own);
    if (s == OK)
        *e = (struct err){.source_lines = e->source_lines};
    return s == OK ? OK : e->status;
}

/* A CONFIG, a MODEL, or a network that another program has written. */
static enum status read_subject(const struct call *call, struct subject *about,
                                struct err *e)
{
    const char *path = call->words[0];

    if (!onnx_looks_like(path))
        return subject_read(about, call, path, EXPERIMENT_FOLDERS, e);
    *about = (struct subject){.is_model = true};
    about->experiment = &about->model.experiment;
    if (call->global.set.count > 0)
        return usage_error(e, call, "--set: has no effect on an ONNX graph");
    return import_file(&about->model, path, call->kernels, e);
}

static enum status run(const struct call *call, struct err *e)
{
    const struct info_options *o = call->options;
    struct subject subject;
    enum status s;

    if (o->suggest && (o->strict || o->compat || call->global.json))
        return usage_error(e, call,
                           "--suggest: prints YAML alone; leave out --strict, "
                           "--compat and --json");
    s = read_subject(call, &subject, e);
    const bool only_misfits =
        s == ERR_CONFIG && subject.experiment->misfit && e->count == 1;
    if (o->suggest && only_misfits)
        s = suggest_instead(call, subject.experiment, e);
    else if (s != OK)
        s = print_sound_layers(call, subject.experiment, s, e);
    else if (o->suggest)
        s = print_suggestion(call, subject.experiment, e);
    else
        s = print_facts(call, &subject, e);
    subject_free(&subject);
    return s;
}

const struct command cmd_info = {
    .name = "info",
    .operands = "CONFIG|MODEL|ONNX",
    .doc = "Show layers, capacity, coverage, cost and memory.",
    .examples = "  cnnctl info mnist.yaml\n"
                "  cnnctl info -v mnist.yaml      capacity and coverage\n"
                "  cnnctl info -vv mnist.yaml     real filter and field too\n"
                "  cnnctl info --json mnist.yaml | jq .parameters\n"
                "  cnnctl info --strict mnist.yaml && cnnctl fit mnist.yaml\n"
                "  cnnctl info resnet.onnx\n"
                "  cnnctl info --suggest mnist.yaml > deeper.yaml\n",
    OPTIONS(info_options),
    .takes_set = true,
    .takes_json = true,
    .run = run,
};
