/*
 * report.c - all about a model in one page.
 */
#include "report/report.h"

#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "cli/output.h"
#include "cli/say.h"
#include "figure/paint.h"

struct report_options {
    struct data_options data;
    const char *output;
    bool force;
};

static const struct option report_options[] = {
    DATA_OPTIONS(report_options),
    OPTION(report_options, output, "output", .letter = 'o', .argument = "FILE",
           .writes = WRITES_FILE, .doc = "The page, FILE.html."),
    OPTION(report_options, force, "force",
           .doc = "Replace a file that exists."),
    {0},
};

/* Does the command line name samples? */
static bool names_samples(const struct call *call)
{
    const struct report_options *o = call->options;
    const struct data_options *d = &o->data;

    return call->word_count > 1 || d->csv || d->targets || d->images ||
           d->labels || d->folder || d->source || d->split ||
           call->global.set.count > 0;
}

/* Samples that nobody named are looked for, and may be missing. */
static enum status open_answers(struct report *r, struct answers *a,
                                struct err *e)
{
    const struct report_options *o = r->call->options;
    enum status s = names_samples(r->call)
                        ? answers_open(a, r->call, &o->data, r->model, e)
                        : answers_open_own(a, r->call, r->model, &r->why, e);

    if (s == OK && r->why)
        note(r->call,
             "%s: no samples to look at, what it answers is left out: "
             "%s",
             r->call->words[0], r->why);
    if (s != OK || r->why)
        return s;
    r->answers = a;
    return answers_collect(a, r->call, e);
}

static enum status audit(struct report *r, struct err *e)
{
    const struct experiment *x = &r->model->experiment;
    const enum audit_mode mode = audit_mode_of(x);
    struct audit_row *rows =
        arena_take(r->arena, (size_t)x->graph.count, sizeof *rows);
    enum status s = arena_check(r->arena, e, "auditing the network");

    if (s == OK && audit_applies(&x->graph)) {
        s = audit_graph(&x->graph, mode, rows, e);
        r->rows = rows;
    }
    return s == OK ? findings_of(x, mode, target_classes(&r->model->target),
                                 r->arena, &r->findings, e)
                   : s;
}

static enum status put_page(const struct report *r, struct err *e)
{
    static enum status (*const parts[])(const struct report *, struct err *) = {
        report_answers, report_examples, report_training, report_weights};
    enum status s = OK;

    html_begin(r->out, r->name);
    report_summary(r);
    for (size_t i = 0; s == OK && i < ARRAY_LEN(parts); i++)
        s = parts[i](r, e);
    report_layers(r);
    report_configuration(r);
    html_end(r->out);
    if (s == OK && r->out->failed)
        s = err_memory(e, "writing the page");
    return s;
}

static enum status make_page(struct report *r, struct err *e)
{
    struct answers answers = {0};
    enum status s = audit(r, e);

    if (s == OK)
        s = pool_new(&r->pool, r->call->global.threads, e);
    if (s == OK)
        s = open_answers(r, &answers, e);
    if (s == OK)
        s = put_page(r, e);
    answers_close(&answers);
    pool_free(r->pool);
    return s;
}

static enum status write_page(const struct call *call, struct output_file *file,
                              struct err *e)
{
    struct model m;
    struct text page = {0};
    struct report r = {
        .call = call,
        .model = &m,
        .name = file_base(call->words[0]),
        .arena = call->arena,
        .out = &page,
    };
    enum status s = model_read(&m, call->words[0], call->kernels, e);

    if (s == OK)
        s = make_page(&r, e);
    if (s == OK)
        s = file_replace_write(&file->file, text_string(&page), page.length, e);
    if (s == OK)
        s = file_replace_commit(&file->file, e);
    text_free(&page);
    model_free(&m);
    return s;
}

static bool is_page(const char *path)
{
    static const char *const endings[] = {".html", ".htm"};
    const char *name = file_base(path);
    const size_t length = strlen(name);

    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        const size_t end = strlen(endings[i]);
        if (length > end && strcasecmp(name + length - end, endings[i]) == 0)
            return true;
    }
    return false;
}

/* That the page cannot be made or drawn is found before the work is done. */
static enum status run(const struct call *call, struct err *e)
{
    const struct report_options *o = call->options;
    struct output_file file = {.lock = {.fd = -1}};

    if (!o->output)
        return usage_error(e, call, "expected --output FILE.html");
    if (!is_page(o->output))
        return usage_error(e, call,
                           "--output: %s: expected a name that ends in .html "
                           "or .htm",
                           o->output);
    enum status s = paint_load(e);
    if (s == OK)
        s = output_begin(call, o->output, &file, e);
    if (s == OK)
        s = write_page(call, &file, e);
    output_end(&file);
    return s;
}

const struct command cmd_report = {
    .name = "report",
    .operands = "MODEL [CONFIG]",
    .doc = "Write an HTML page of all about a model.",
    .examples =
        "  cnnctl report m.safetensors -o report.html\n"
        "  cnnctl report m.safetensors mnist.yaml -o report.html\n"
        "  cnnctl report m.safetensors --folder pictures -o report.html\n",
    OPTIONS(report_options),
    .takes_set = true,
    .run = run,
};
