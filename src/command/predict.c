/*
 * predict.c - a record out for every record in, as they come.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/sources.h"
#include "cli/say.h"
#include "command/predict_format.h"
#include "command/subject.h"
#include "data/stream.h"
#include "tensor/finite.h"
#include "train/infer.h"

/* Samples read at a time when there are enough of them. */
enum { ROOM = 256 };

struct predict_options {
    const char *output, *format, *input_format, *on_error;
    bool proba, labelled, force;
    int64_t top_k;
};

static const char *const layouts[] = {"plain", "csv", "tsv", "jsonl", NULL};
static const char *const input_formats[] = {"auto", "csv", "idx", NULL};
static const char *const reactions[] = {"fail", "record", NULL};

static const struct option predict_options[] = {
    OPTION(predict_options, output, "output", .letter = 'o', .argument = "FILE",
           .writes = WRITES_STREAM,
           .doc = "Write to a file, which appears whole or not at all."),
    OPTION(predict_options, force, "force",
           .doc = "Replace an existing output file."),
    OPTION(predict_options, format, "format", .choices = layouts,
           .doc = "Layout of the output; default: plain, a line a sample: a "
                  "class name, or the numbers of regression with tabs "
                  "between."),
    OPTION(predict_options, proba, "proba",
           .doc = "The probability of every class; as csv unless --format says "
                  "otherwise.  Not of regression."),
    OPTION(predict_options, top_k, "top-k", .argument = "K", .min = 1,
           .max = 1e6,
           .doc = "The K most likely classes with their probabilities.  Not of "
                  "regression."),
    OPTION(predict_options, labelled, "labelled",
           .doc = "The rows have the label column or target columns of "
                  "training; they are skipped."),
    OPTION(predict_options, input_format, "input-format",
           .choices = input_formats,
           .doc = "Format of the input; default: told by its content, then by "
                  "its name."),
    OPTION(predict_options, on_error, "on-error", .choices = reactions,
           .doc = "What a bad record, or one whose output is not finite, does: "
                  "end the run, or become an empty one in the output with the "
                  "reason on standard error."),
    {0},
};

/* One run. */
struct predict {
    const struct call *call;
    const struct model *model;
    struct predict_format format;
    struct out *out;
    struct infer *infer;
    float *raw;             /* [ROOM, in..] */
    real *x, *y;            /* [ROOM, in..], [ROOM, out..] */
    struct bad_record *bad; /* [ROOM] */
    int64_t ids[ROOM];
    const char *name; /* of the input */
    int64_t first;    /* its sample that comes next */
    bool keep_bad;
    int64_t unread, unanswered; /* records that were kept */
    struct err fault;           /* of one of these */
};

static bool is_word(const char *word, const char *other)
{
    return word && strcmp(word, other) == 0;
}

static enum status choose_format(struct predict *p, struct err *e)
{
    const struct predict_options *o = p->call->options;
    struct predict_format *f = &p->format;
    const char *word = o->format ? o->format : o->proba ? "csv" : "plain";

    *f = (struct predict_format){
        .probabilities = o->proba,
        .top = o->top_k,
        .target = &p->model->target,
    };
    if (f->target->kind == TARGET_REAL && (o->proba || o->top_k > 0))
        return usage_error(e, p->call, "--%s: not of a regression model",
                           o->proba ? "proba" : "top-k");
    for (int i = 0; layouts[i]; i++)
        if (strcmp(layouts[i], word) == 0)
            f->layout = (enum predict_layout)i;
    if (f->top > f->target->width)
        return usage_error(e, p->call, "--top-k: %lld is not in [1, %lld]",
                           (long long)f->top, (long long)f->target->width);
    f->order =
        arena_take(p->call->arena, (size_t)f->target->width, sizeof *f->order);
    return f->order ? OK : err_memory(e, "preparing to predict");
}

static enum status take_memory(struct predict *p, struct err *e)
{
    const struct graph *g = &p->model->experiment.graph;
    const size_t in = (size_t)shape_count(g->in) * ROOM;
    const size_t out = (size_t)shape_count(g->out) * ROOM;
    struct arena *arena = p->call->arena;

    p->raw = arena_take(arena, in, sizeof *p->raw);
    p->x = arena_take(arena, in, sizeof *p->x);
    p->y = arena_take(arena, out, sizeof *p->y);
    p->bad = arena_take(arena, ROOM, sizeof *p->bad);
    for (int64_t i = 0; i < ROOM; i++)
        p->ids[i] = i;
    return arena_check(arena, e, "preparing to predict");
}

/* Normalized as training samples are, by the same code. */
static void compute(struct predict *p, int64_t count)
{
    const struct model *m = p->model;
    const struct dataset set = {
        .count = count,
        .shape = m->experiment.graph.in,
        .pixel = PIXEL_F32,
        .pixels = p->raw,
    };

    batch_fill(&set, &m->norm, p->ids, count, p->x, NULL);
    infer_outputs(p->infer, m->state.best_params, count, p->x, p->y);
}

/* Outputs that are no numbers are no answer.  *count becomes the records that
 * can be printed: up to the first such one, unless they are kept. */
static enum status check_outputs(struct predict *p, int64_t *count,
                                 struct err *e)
{
    const int64_t width = shape_count(p->model->experiment.graph.out);
    struct err *fault = p->keep_bad ? &p->fault : e;

    for (int64_t i = 0; i < *count; i++) {
        struct bad_record *bad = &p->bad[i];
        if (bad->bad) {
            p->unread++;
            continue;
        }
        if (first_nonfinite(p->y + i * width, width) == width)
            continue;
        err_clear(fault);
        const enum status s =
            err_add(fault, ERR_DATA, p->name,
                    "sample %lld: the network's output is not finite",
                    (long long)(p->first + i));
        if (!p->keep_bad) {
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

static enum status print_records(struct predict *p, int64_t count,
                                 struct err *e)
{
    const int64_t width = shape_count(p->model->experiment.graph.out);
    struct text t = {0};
    enum status s = OK;

    for (int64_t i = 0; i < count && s == OK; i++) {
        const real *y = p->y + i * width;
        s = predict_record(&t, &p->format, p->bad[i].bad ? NULL : y, e);
    }
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
        const enum status printed = print_records(p, count, e);
        s = checked != OK ? checked : s != OK ? s : printed;
    } while (s == OK);
    return s;
}

static enum status predict_file(struct predict *p, const char *path,
                                struct err *e)
{
    const struct predict_options *o = p->call->options;
    const struct experiment *x = &p->model->experiment;
    struct sample_stream stream = {0};
    struct source source;
    struct input in;
    struct sample_stream_config c = {
        .in = &in,
        .names = &p->model->names,
        .labelled = o->labelled,
        .shape = x->graph.in,
        .keep_bad = p->keep_bad,
    };
    enum status s = input_open(&in, path, e);

    p->name = s == OK ? input_name(&in) : NULL;
    p->first = 0;
    c.kind = is_word(o->input_format, "csv")   ? source_find("csv")
             : is_word(o->input_format, "idx") ? source_find("images")
                                               : NULL;
    if (s == OK && !c.kind)
        s = source_told(&in, path, &c.kind, e);
    if (s == OK)
        s = source_of_files(p->call->arena, c.kind, &x->train_source,
                            (const struct named_file[]){
                                {c.kind->kind.name, path}, {NULL, NULL}},
                            &source, e);
    if (s == OK) {
        c.config = source.config;
        s = sample_stream_open(&stream, &c, e);
    }
    if (s == OK && stream.reader.note)
        note(p->call, "%s: %s", file_shown(path), stream.reader.note);
    if (s == OK)
        s = predict_stream(p, &stream, e);
    sample_stream_close(&stream);
    input_close(&in);
    return s;
}

static enum status predict_all(struct predict *p, struct err *e)
{
    const struct call *call = p->call;
    struct text header = {0};
    enum status s = OK;

    predict_header(&header, &p->format);
    out_text(p->out, &header);
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

/* To a file that appears when all of it is there. */
static enum status predict_to_file(struct predict *p, const char *path,
                                   struct err *e)
{
    struct file_replace file;
    struct out *out = arena_take(p->call->arena, 1, sizeof *out);

    if (!out)
        return err_memory(e, "preparing to predict");
    enum status s = file_replace_begin(&file, path, e);
    if (s != OK)
        return s;
    out_begin(out, file.fd, path, e);
    p->out = out;
    s = predict_all(p, e);
    if (s == OK)
        return file_replace_commit(&file, e);
    file_replace_abort(&file);
    return s;
}

static enum status predict(struct predict *p, struct err *e)
{
    const struct predict_options *o = p->call->options;
    const struct graph *g = &p->model->experiment.graph;
    struct pool *pool = NULL;

    enum status s = choose_format(p, e);
    if (s == OK)
        s = take_memory(p, e);
    if (s == OK)
        s = pool_new(&pool, p->call->global.threads, e);
    if (s == OK)
        s = infer_new(&p->infer, g, pool, INFER_ANY, e);
    if (s == OK && o->output && strcmp(o->output, "-") != 0)
        s = predict_to_file(p, o->output, e);
    else if (s == OK)
        s = predict_all(p, e);
    infer_free(p->infer);
    pool_free(pool);
    return s;
}

/* What is wrong with the command line is said before anything is read. */
static enum status check_options(const struct call *call, struct err *e)
{
    const struct predict_options *o = call->options;

    if (o->proba && o->top_k > 0)
        return usage_error(e, call, "--proba: not together with --top-k");
    if (o->proba && is_word(o->format, layouts[PREDICT_PLAIN]))
        return usage_error(e, call, "--proba: not as --format plain");
    for (int64_t i = 1, pipes = 0; i < call->word_count; i++) {
        pipes += is_word(call->words[i], "-");
        if (pipes > 1)
            return usage_error(e, call, "standard input is named twice");
    }
    if (call->word_count == 1 && isatty(STDIN_FILENO) == 1)
        return usage_error(e, call,
                           "expected INPUT, or samples on standard input");
    return OK;
}

static enum status run(const struct call *call, struct err *e)
{
    struct predict p = {.call = call, .out = call->out};
    struct model model;
    enum status s = check_options(call, e);

    if (s != OK)
        return s;
    s = model_read(&model, call->words[0], call->kernels, e);
    p.model = &model;
    p.keep_bad = is_word(
        ((const struct predict_options *)call->options)->on_error, "record");
    if (s == OK)
        s = predict(&p, e);
    model_free(&model);
    return s;
}

const struct command cmd_predict = {
    .name = "predict",
    .operands = "MODEL [INPUT...|-]",
    .doc = "Print the class, or the numbers of regression, of every sample "
           "of the input.",
    .examples =
        "  cnnctl predict m.safetensors x.csv\n"
        "  zcat x.csv.gz | cnnctl predict m.safetensors - | sort | uniq -c\n"
        "  cnnctl predict m.safetensors --proba t10k-images-idx3-ubyte.gz\n"
        "  tail -f x.csv | cnnctl predict m.safetensors --on-error=record\n",
    .options = predict_options,
    .options_size = sizeof(struct predict_options),
    .run = run,
};
