/*
 * predict_run.c - a record out for every record in.
 */
#include "command/predict_run.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "app/sources.h"
#include "cli/output.h"
#include "cli/say.h"
#include "codec/npy.h"
#include "graph/cut.h"
#include "source/stream.h"
#include "tensor/finite.h"
#include "train/infer.h"

/* Samples read at a time when there are enough of them. */
enum { ROOM = 256 };

/* One run. */
struct predict {
    const struct predict_job *job;
    struct predict_format format;
    struct arena arena;
    struct graph cut;          /* of a layer */
    const struct graph *graph; /* that is computed */
    const real *weights;
    struct out *out;
    struct infer *infer;
    float *raw;             /* [ROOM, in..] */
    real *x, *y;            /* [ROOM, in..], [ROOM, out..] */
    real *logits;           /* [ROOM, out..]; NULL: they are not wanted */
    struct bad_record *bad; /* [ROOM] */
    int64_t ids[ROOM];
    const char *name;           /* of the input */
    int64_t first;              /* its sample that comes next */
    int64_t written;            /* records of all inputs */
    bool begun;                 /* there is a header */
    int64_t unread, unanswered; /* records that were kept */
    struct err fault;           /* of one of these */
};

static enum status take_network(struct predict *p, struct err *e)
{
    const struct model *m = p->job->model;
    const struct graph *g = &m->experiment.graph;

    p->graph = g;
    p->weights = m->state.best_params;
    if (p->format.what != PREDICT_LAYER)
        return OK;
    enum status s = graph_cut(&p->cut, g, p->job->node, &p->arena, e);
    real *weights = s == OK
                        ? arena_take(&p->arena, (size_t)p->cut.weight_size + 1,
                                     sizeof *weights)
                        : NULL;
    if (s == OK)
        s = arena_check(&p->arena, e, "preparing to predict");
    if (s == OK)
        graph_cut_weights(&p->cut, weights, g, p->weights);
    p->graph = &p->cut;
    p->weights = weights;
    return s;
}

static enum status take_memory(struct predict *p, struct err *e)
{
    const size_t in = (size_t)shape_count(p->graph->in) * ROOM;
    const size_t out = (size_t)p->format.width * ROOM;
    struct arena *arena = &p->arena;

    p->raw = arena_take(arena, in, sizeof *p->raw);
    p->x = arena_take(arena, in, sizeof *p->x);
    p->y = arena_take(arena, out, sizeof *p->y);
    if (p->format.what == PREDICT_LOGITS)
        p->logits = arena_take(arena, out, sizeof *p->logits);
    p->bad = arena_take(arena, ROOM, sizeof *p->bad);
    for (int64_t i = 0; i < ROOM; i++)
        p->ids[i] = i;
    return arena_check(arena, e, "preparing to predict");
}

/* Is it what the network makes of its input, to be printed as that was? */
static bool is_raw(const struct predict *p)
{
    return p->format.target->kind == TARGET_INPUTS &&
           p->format.what == PREDICT_ANSWER;
}

/* Normalized as training samples are, by the same code. */
static void compute(struct predict *p, int64_t count)
{
    const struct model *m = p->job->model;
    struct dataset set = {
        .count = count,
        .holes = m->missing.count > 0,
        .shape = p->graph->in,
        .pixel = PIXEL_F32,
        .pixels = p->raw,
    };

    dataset_fill(&set, &m->missing);
    const struct subset all = {&set, p->ids, count};
    const enum status s = batch_fill(&all, &m->norm, p->x, NULL, NULL);
    assert(s == OK); /* in memory */
    (void)s;
    infer_outputs(p->infer, count, p->x, p->y);
    for (int64_t i = 0; is_raw(p) && i < count; i++)
        batch_raw(&m->norm, p->graph->in, p->y + i * p->format.width);
    if (p->logits)
        infer_logits(p->infer, count, p->x, p->logits);
}

/* Are all numbers of a record numbers? */
static bool is_finite(const struct predict *p, int64_t record)
{
    const int64_t width = p->format.width, at = record * width;

    return all_finite(p->y + at, width) &&
           (!p->logits || all_finite(p->logits + at, width));
}

/* Outputs that are no numbers are no answer.  *count becomes the records that
 * can be printed: up to the first such one, unless they are kept. */
static enum status check_outputs(struct predict *p, int64_t *count,
                                 struct err *e)
{
    struct err *fault = p->job->keep_bad ? &p->fault : e;

    for (int64_t i = 0; i < *count; i++) {
        struct bad_record *bad = &p->bad[i];
        if (bad->bad) {
            p->unread++;
            continue;
        }
        if (is_finite(p, i))
            continue;
        err_clear(fault);
        const enum status s =
            err_add(fault, ERR_DATA, p->name,
                    "sample %lld: the network's output is not finite",
                    (long long)(p->first + i));
        if (!p->job->keep_bad) {
            *count = i;
            return s;
        }
        bad->bad = true;
        snprintf(bad->why, sizeof bad->why, "%.*s",
                 (int)strcspn(fault->text, "\n"), fault->text);
        p->unanswered++;
    }
    p->first += *count;
    return OK;
}

/* Behind the cells of a record are those of the next. */
static const char *next_cells(const char *cells, int64_t count)
{
    for (; count > 0; count--)
        cells += strlen(cells) + 1;
    return cells;
}

/* `cells`: the passed ones of all records. */
static enum status print_records(struct predict *p, int64_t count,
                                 const char *cells, struct err *e)
{
    const int64_t width = p->format.width;
    struct text t = {0};
    enum status s = OK;

    for (int64_t i = 0; i < count && s == OK; i++) {
        const struct prediction one = {
            .y = p->bad[i].bad ? NULL : p->y + i * width,
            .logits = p->logits ? p->logits + i * width : NULL,
            .cells = cells,
        };
        s = predict_record(&t, &p->format, &one, e);
        cells = next_cells(cells, p->format.passed.count);
    }
    p->written += count;
    out_text(p->out, &t);
    /* The reasons come after the records that stand before them. */
    const enum status flushed = out_flush(p->out);
    for (int64_t i = 0; i < count; i++)
        if (p->bad[i].bad)
            fprintf(stderr, "%s\n", p->bad[i].why);
    return s != OK ? s : flushed;
}

static enum status predict_stream(struct predict *p, struct sample_stream *in,
                                  struct err *e)
{
    int64_t count;
    enum status s;

    do {
        s = sample_stream_next(in, ROOM, p->raw, p->bad, &count, e);
        if (count == 0)
            break;
        /* Records before a fault are answered. */
        compute(p, count);
        const enum status checked = check_outputs(p, &count, e);
        const enum status printed =
            print_records(p, count, text_string(&in->passed), e);
        s = checked != OK ? checked : s != OK ? s : printed;
    } while (s == OK);
    return s;
}

/* The columns that the input passes, when it is the first; all others must
 * call theirs alike. */
static enum status begin_input(struct predict *p, const struct columns *c,
                               struct err *e)
{
    const int64_t count = c->passed ? p->job->columns.count : 0;
    struct passed *passed = &p->format.passed;
    const char **names;

    for (int64_t i = 0; p->begun && i < count; i++)
        if (strcmp(passed->names[i], c->passed[i]) != 0)
            return err_add(e, ERR_CONFIG, p->name,
                           "--pass: column '%s' is called '%s' in the input "
                           "before",
                           c->passed[i], passed->names[i]);
    if (p->begun)
        return OK;
    names = arena_take(&p->arena, (size_t)count, sizeof *names);
    for (int64_t i = 0; names && i < count; i++)
        names[i] = arena_strdup(&p->arena, c->passed[i]);
    *passed = (struct passed){names, count};
    enum status s = arena_check(&p->arena, e, "preparing to predict");
    if (s == OK && p->format.layout == PREDICT_JSONL)
        s = passed_check(p->job->call, passed, predict_members, e);
    if (s != OK)
        return s;
    struct text header = {0};
    predict_header(&header, &p->format);
    out_text(p->out, &header);
    p->begun = true;
    return OK;
}

static enum status predict_file(struct predict *p, const char *path,
                                struct err *e)
{
    const struct predict_job *job = p->job;
    const struct experiment *x = &job->model->experiment;
    struct sample_stream stream = {0};
    struct arena arena = {0}; /* there may be many files */
    struct source source;
    struct input in;
    struct sample_stream_config c = {
        .kind = job->input,
        .in = &in,
        .names = &job->model->names,
        .passed = job->columns.count > 0 ? &job->columns : NULL,
        .labelled = job->labelled,
        .holes = job->model->missing.count > 0,
        .shape = x->graph.in,
        .keep_bad = job->keep_bad,
    };
    enum status s = input_open(&in, path, e);

    p->name = s == OK ? input_name(&in) : NULL;
    p->first = 0;
    if (s == OK && !c.kind)
        s = source_told(&in, path, &c.kind, e);
    if (s == OK)
        s = source_of_files(&arena, c.kind, &x->train_source,
                            (const struct named_file[]){
                                {c.kind->kind.name, path}, {NULL, NULL}},
                            &source, e);
    if (s == OK) {
        c.config = source.config;
        s = sample_stream_open(&stream, &c, e);
    }
    if (s == OK && stream.reader.note)
        note(job->call, "%s: %s", file_shown(path), stream.reader.note);
    if (s == OK)
        s = begin_input(p, &stream.reader.columns, e);
    if (s == OK)
        s = predict_stream(p, &stream, e);
    sample_stream_close(&stream);
    input_close(&in);
    arena_free(&arena);
    return s;
}

static enum status predict_all(struct predict *p, struct err *e)
{
    const struct call *call = p->job->call;
    enum status s = OK;

    if (call->word_count == 1)
        s = predict_file(p, "-", e);
    for (int64_t i = 1; i < call->word_count && s == OK; i++)
        s = predict_file(p, call->words[i], e);
    if (p->unread > 0)
        warn(call, "%lld record%s could not be read", (long long)p->unread,
             p->unread == 1 ? "" : "s");
    if (p->unanswered > 0)
        warn(call, "%lld record%s had no finite output",
             (long long)p->unanswered, p->unanswered == 1 ? "" : "s");
    const enum status flushed = out_flush(p->out);
    return s != OK ? s : flushed;
}

/* The header of an array of the records that have been written. */
static void npy_header_of(const struct predict *p, char out[NPY_HEADER_BYTES])
{
    const bool own = shape_count(p->graph->out) == p->format.width;
    const struct shape shape = own ? p->graph->out : SHAPE(p->format.width);

    npy_header(out, p->written, shape.dim, shape.axes);
}

/* To a file that appears when all of it is there. */
static enum status predict_to_file(struct predict *p, struct err *e)
{
    const bool npy = p->format.layout == PREDICT_NPY;
    char header[NPY_HEADER_BYTES];
    struct output_file file = {.lock = {.fd = -1}};
    struct out *out = arena_take(&p->arena, 1, sizeof *out);

    if (!out)
        return err_memory(e, "preparing to predict");
    enum status s = output_begin(p->job->call, p->job->output, &file, e);
    if (s == OK) {
        out_begin(out, file.file.fd, p->job->output, e);
        p->out = out;
        npy_header_of(p, header);
        if (npy)
            out_add(out, header, sizeof header);
        s = predict_all(p, e);
        npy_header_of(p, header);
    }
    if (s == OK && npy)
        s = file_replace_begin_with(&file.file, header, sizeof header, e);
    if (s == OK)
        s = file_replace_commit(&file.file, e);
    output_end(&file);
    return s;
}

enum status predict_run(const struct predict_job *job, struct err *e)
{
    struct predict p = {
        .job = job, .format = job->format, .out = job->call->out};
    struct pool *pool = NULL;

    enum status s = take_network(&p, e);
    if (s == OK)
        s = take_memory(&p, e);
    if (s == OK)
        s = pool_new(&pool, job->call->global.threads, e);
    if (s == OK)
        s = infer_new(&p.infer, p.graph, pool, INFER_ANY, e);
    if (s == OK)
        infer_weights(p.infer, p.weights);
    if (s == OK && job->model->experiment.binary &&
        p.format.what != PREDICT_LAYER)
        infer_pair(p.infer);
    if (s == OK && job->output)
        s = predict_to_file(&p, e);
    else if (s == OK)
        s = predict_all(&p, e);
    infer_free(p.infer);
    pool_free(pool);
    arena_free(&p.arena);
    return s;
}
