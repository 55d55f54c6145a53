/*
 * verify.c - the nodes of a graph one by one on a few samples, beside the model
 * that they became.
 *
 * Shares with the import how attributes are read and where windows and resized
 * cells lie (evaluate/node.h, windows.c), nothing of what computes the model: a
 * wrong layer, a weight that lies otherwise, a pad on the wrong side come out
 * here.
 */
#include "import/verify.h"

#include <math.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/rng.h"
#include "import/importer.h"
#include "train/infer.h"

static const double tolerance = 1e-5;
static const char doing[] = "verifying the network";

/* Numbers of all layers for a sample: 256 MB, of each of two samples here and
 * there. */
enum { MOST_OUTPUTS = 1 << 26 };

/* A value while the graph is evaluated; what nobody will read again goes. */
struct cell {
    struct arena arena;
    struct onnx_tensor tensor;
    int64_t readers;
};

struct evaluated {
    const struct onnx_model *from;
    const char *file;
    struct dict names; /* of cells */
    struct cell *cells;
    int64_t count;
    int64_t room, work;
    struct err *e;
};

static struct cell *cell_of(const struct evaluated *r, const char *name)
{
    const struct dict_entry *entry = dict_find(&r->names, name, strlen(name));

    return entry && entry->value >= 0 ? &r->cells[entry->value] : NULL;
}

static bool add_cell(struct evaluated *r, const char *name)
{
    struct dict_entry *entry =
        *name ? dict_add(&r->names, name, strlen(name)) : NULL;

    if (entry)
        entry->value = r->count;
    r->count++;
    return entry || !*name;
}

/* All values, and how often each is read. */
static enum status add_cells(struct evaluated *r, struct arena *arena)
{
    const struct onnx_model *from = r->from;
    int64_t count = 1 + from->constant_count;
    bool good = true;

    for (int64_t i = 0; i < from->node_count; i++)
        count += from->nodes[i].output_count;
    r->cells = arena_take(arena, (size_t)count, sizeof *r->cells);
    if (!r->cells)
        return err_memory(r->e, doing);
    good = add_cell(r, from->inputs[0].name);
    for (int64_t i = 0; good && i < from->constant_count; i++) {
        r->cells[r->count].tensor = from->constants[i];
        good = add_cell(r, from->constants[i].name);
    }
    for (int64_t i = 0; good && i < from->node_count; i++)
        for (int64_t k = 0; good && k < from->nodes[i].output_count; k++)
            good = add_cell(r, from->nodes[i].outputs[k]);
    for (int64_t i = 0; good && i < from->node_count; i++)
        for (int64_t k = 0; k < from->nodes[i].input_count; k++) {
            struct cell *c = cell_of(r, from->nodes[i].inputs[k]);
            if (c)
                c->readers++;
        }
    return good ? OK : err_memory(r->e, doing);
}

static void read_again(struct cell *c)
{
    if (--c->readers == 0)
        arena_free(&c->arena);
}

static enum status evaluate(struct evaluated *r, int64_t number,
                            struct cell *out)
{
    const struct onnx_node *n = &r->from->nodes[number];
    const struct operator* row = operator_find(n->op);
    struct arena scratch = {0};
    const struct onnx_tensor **in =
        arena_take(&scratch, (size_t)n->input_count, sizeof *in);
    struct evaluation v = {
        .place = {r->file, n, number},
        .opset = r->from->opset,
        .in = in,
        .arena = &out->arena,
        .room = &r->room,
        .work = &r->work,
        .e = r->e,
    };
    enum status s = in ? OK : err_memory(r->e, doing);

    for (int64_t k = 0; s == OK && k < n->input_count; k++) {
        const struct cell *c = cell_of(r, n->inputs[k]);
        in[k] = c ? &c->tensor : NULL;
    }
    if (s == OK && (!row || !row->evaluate))
        s = node_refuse(&v.place, r->e, "this operator is not read");
    if (s == OK)
        s = row->evaluate(&v);
    out->tensor = v.out;
    arena_free(&scratch);
    for (int64_t k = 0; k < n->input_count; k++) {
        struct cell *c = cell_of(r, n->inputs[k]);
        if (c)
            read_again(c);
    }
    return s;
}

/* Which nodes the output needs: from it upwards. */
static enum status mark_needed(const struct evaluated *r, bool *needed)
{
    const struct onnx_model *from = r->from;
    struct arena scratch = {0};
    bool *wanted = arena_take(&scratch, (size_t)r->count, sizeof *wanted);

    if (!wanted)
        return err_memory(r->e, doing);
    const struct cell *last = cell_of(r, from->outputs[0].name);
    if (last)
        wanted[last - r->cells] = true;
    for (int64_t i = from->node_count - 1; i >= 0; i--) {
        const struct onnx_node *n = &from->nodes[i];
        for (int64_t k = 0; k < n->output_count; k++) {
            const struct cell *c = cell_of(r, n->outputs[k]);
            needed[i] = needed[i] || (c && wanted[c - r->cells]);
        }
        for (int64_t k = 0; needed[i] && k < n->input_count; k++) {
            const struct cell *c = cell_of(r, n->inputs[k]);
            if (c)
                wanted[c - r->cells] = true;
        }
    }
    arena_free(&scratch);
    return OK;
}

/* What the graph gives; NULL when it would take too long. */
static enum status evaluate_graph(struct evaluated *r, struct arena *arena,
                                  const struct onnx_tensor *input,
                                  const struct onnx_tensor **output)
{
    const struct onnx_model *from = r->from;
    bool *needed = arena_take(arena, (size_t)from->node_count, sizeof *needed);
    enum status s = add_cells(r, arena);

    *output = NULL;
    if (s == OK && !needed)
        s = err_memory(r->e, doing);
    if (s == OK)
        s = mark_needed(r, needed);
    if (s != OK)
        return s;
    struct cell *last = cell_of(r, from->outputs[0].name);
    if (!last)
        return err_add(r->e, ERR_INTERNAL, r->file, "has no output");
    r->cells[0].tensor = *input;
    last->readers++;
    for (int64_t i = 0; s == OK && r->work >= 0 && i < from->node_count; i++) {
        if (needed[i])
            s = evaluate(r, i, cell_of(r, from->nodes[i].outputs[0]));
        if (s == OK)
            s = interrupt_unwritten(r->e);
    }
    if (s == OK && r->work >= 0)
        *output = &last->tensor;
    return s;
}

/* Samples as the file takes them: cell by cell of its axes, the one here. */
static void order_axes(const struct imported *how, struct shape in,
                       int64_t samples, const real *x, float *out)
{
    const struct shape there = how->moves ? how->moved : in;
    const int64_t size = shape_count(in);

    for (int64_t n = 0; n < samples; n++) {
        int64_t at[SHAPE_MAX_AXES] = {0};
        for (int64_t i = 0; i < size; i++) {
            int64_t from = 0;
            for (int64_t a = 0; a < in.axes; a++)
                from = from * in.dim[a] +
                       at[how->moves ? how->move[1 + a] - 1 : a];
            out[n * size + i] = (float)x[n * size + from];
            next_cell(there.axes, there.dim, at);
        }
    }
}

/* Normally distributed samples, raw and as the network takes them. */
static void draw(const struct model *m, int64_t samples, real *raw, real *x)
{
    const struct graph *g = &m->experiment.graph;
    const struct rng_key key = rng_key(g->seed, "verify");
    const int64_t size = shape_count(g->in);

    for (int64_t i = 0; i < samples * size; i++)
        raw[i] = (real)rng_normal(key, (uint64_t)i);
    for (int64_t i = 0; i < samples; i++)
        batch_raw(&m->norm, g->in, raw + i * size);
    memcpy(x, raw, (size_t)(samples * size) * sizeof *x);
    batch_normalize(&m->norm, size, samples, x);
}

static enum status answer(const struct model *m, struct pool *pool,
                          int64_t samples, const real *x, real *y,
                          struct err *e)
{
    const struct graph *g = &m->experiment.graph;
    struct infer *infer;
    const enum status s = infer_new(&infer, g, pool, samples, e);

    if (s == OK) {
        infer_weights(infer, m->state.best_params);
        if (m->experiment.binary)
            infer_pair(infer);
        infer_outputs(infer, samples, x, y);
    }
    infer_free(infer);
    return s;
}

/* What the graph's number i is of the model's: all of them, or of a network
 * that stands for two classes the second. */
static enum status compare(const struct model *m, const struct imported *how,
                           const struct onnx_tensor *there, int64_t samples,
                           const real *y, const char *name, struct err *e)
{
    const int64_t here = experiment_width(&m->experiment);
    const int64_t width = samples > 0 ? there->count / samples : 0;
    const int64_t skip = here - width;
    double largest = 0;

    if (there->type != ONNX_FLOAT || width * samples != there->count ||
        (skip != 0 && (skip != 1 || !m->experiment.binary)))
        return err_add(e, ERR_DATA, name,
                       "its output is of %lld numbers, the network's of %lld",
                       (long long)width, (long long)here);
    for (int64_t i = 0; i < there->count; i++) {
        const double value = (double)there->reals[i];
        const double b = how->is_log ? exp(value) : value;
        const double a = (double)y[i / width * here + skip + i % width];
        const double off = fabs(a - b) / fmax(1, fabs(b));
        if (!(off <= largest))
            largest = isnan(off) ? (double)INFINITY : off;
    }
    return largest <= tolerance
               ? OK
               : err_add(e, ERR_DATA, name,
                         "the network does not compute what the graph does: "
                         "an output differs by %.3g",
                         largest);
}

/* Memory of a comparison. */
struct samples {
    struct arena arena;
    int64_t count;
    real *raw, *x, *y;
    float *there;
};

static enum status take_samples(struct samples *t, const struct model *m,
                                const struct imported *how, struct err *e)
{
    const struct graph *g = &m->experiment.graph;
    const size_t size = (size_t)shape_count(g->in);
    const size_t width = (size_t)experiment_width(&m->experiment);

    t->count = how->batch > 0 ? how->batch : 2;
    t->raw = arena_take(&t->arena, (size_t)t->count * size, sizeof *t->raw);
    t->x = arena_take(&t->arena, (size_t)t->count * size, sizeof *t->x);
    t->y = arena_take(&t->arena, (size_t)t->count * width, sizeof *t->y);
    t->there = arena_take(&t->arena, (size_t)t->count * size, sizeof *t->there);
    const enum status s = arena_check(&t->arena, e, doing);
    if (s == OK) {
        draw(m, t->count, t->raw, t->x);
        order_axes(how, g->in, t->count, t->raw, t->there);
    }
    return s;
}

static void free_cells(struct evaluated *r)
{
    for (int64_t i = 0; r->cells && i < r->count; i++)
        arena_free(&r->cells[i].arena);
    dict_free(&r->names);
}

/* Are there more products, or outputs, for a sample than are for evaluating? */
static bool is_large(const struct graph *g)
{
    int64_t numbers = 0;

    for (int64_t i = 0; i < g->count; i++)
        numbers += shape_count(g->nodes[i].layer.spec.out);
    return graph_macs(g) > IMPORT_MOST_WORK / 2 || numbers > MOST_OUTPUTS;
}

enum status verify_import(const struct model *m, const struct onnx_model *from,
                          const struct imported *how, const char *name,
                          struct pool *pool, bool *checked, struct err *e)
{
    struct evaluated r = {.from = from,
                          .file = name,
                          .room = INT64_MAX,
                          .work = IMPORT_MOST_WORK,
                          .e = e};
    const struct onnx_tensor *there = NULL;
    int64_t dims[1 + SHAPE_MAX_AXES];
    struct samples t = {0};

    *checked = false;
    if (is_large(&m->experiment.graph))
        return OK;
    enum status s = take_samples(&t, m, how, e);
    dims[0] = t.count;
    for (int64_t a = 0; a < from->inputs[0].rank - 1; a++)
        dims[1 + a] = from->inputs[0].dims[1 + a];
    const struct onnx_tensor input = {
        .name = "",
        .type = ONNX_FLOAT,
        .type_name = "float32",
        .rank = from->inputs[0].rank,
        .dims = dims,
        .count = t.count * shape_count(m->experiment.graph.in),
        .reals = t.there};
    if (s == OK)
        s = evaluate_graph(&r, &t.arena, &input, &there);
    if (s == OK && there)
        s = answer(m, pool, t.count, t.x, t.y, e);
    if (s == OK && there)
        s = compare(m, how, there, t.count, t.y, name, e);
    *checked = there != NULL;
    free_cells(&r);
    arena_free(&t.arena);
    return s;
}
