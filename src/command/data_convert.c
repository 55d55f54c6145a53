/*
 * data_convert.c - samples of a configuration or of IDX files to CSV, and
 * CSV to IDX files.
 */
#include <string.h>

#include "base/file.h"
#include "cli/output.h"
#include "cli/say.h"
#include "codec/stream.h"
#include "command/data_options.h"
#include "source/convert.h"

struct convert_options {
    struct data_options data;
    const char *output;
    bool force;
};

static const struct option convert_options[] = {
    OPTION(convert_options, data.csv, "csv", .argument = "FILE",
           .doc = "Read a CSV file; --images and --labels are written."),
    OPTION(convert_options, data.images, "images", .argument = "FILE",
           .writes = WRITES_FILE, .writes_with = "csv",
           .doc = "The IDX file of images, read or written."),
    OPTION(convert_options, data.labels, "labels", .argument = "FILE",
           .writes = WRITES_FILE, .writes_with = "csv",
           .doc = "The IDX file of labels, read or written."),
    OPTION(convert_options, data.split, "split", .choices = split_words,
           .doc = "Which samples of the configuration; default: its training "
                  "source as it is."),
    OPTION(convert_options, output, "output", .letter = 'o', .argument = "FILE",
           .writes = WRITES_STREAM,
           .doc = "The CSV file to write, gzip when it ends with .gz; - is "
                  "standard output."),
    OPTION(convert_options, force, "force",
           .doc = "Replace existing output files."),
    {0},
};

static bool is_stream(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* One of the outputs of a run. */
struct output {
    const char *path;
    struct output_file to; /* unless it is standard output */
    struct text text;
};

/* The outputs are begun first: that they cannot be made is found before the
 * work is done. */
static enum status begin(const struct call *call, struct output *out,
                         int64_t count, struct err *e)
{
    enum status s = OK;

    for (int64_t i = 0; i < count && s == OK; i++)
        if (!is_stream(out[i].path))
            s = output_begin(call, out[i].path, &out[i].to, e);
    return s;
}

static enum status write_file(struct output *out, struct err *e)
{
    const size_t n = strlen(out->path);
    const bool gzip = n > 3 && strcmp(out->path + n - 3, ".gz") == 0;
    struct text packed = {0};

    if (gzip)
        gzip_compress(&packed, text_string(&out->text), out->text.length);
    const struct text *t = gzip ? &packed : &out->text;
    const enum status s =
        out->text.failed || t->failed
            ? err_memory(e, "converting samples")
            : file_replace_write(&out->to.file, text_string(t), t->length, e);
    text_free(&packed);
    return s;
}

/* Writes all of them, then names them; gives everything back. */
static enum status finish(struct output *out, int64_t count,
                          const struct call *call, enum status s, struct err *e)
{
    for (int64_t i = 0; i < count && s == OK; i++)
        if (is_stream(out[i].path))
            out_text(call->out, &out[i].text);
        else
            s = write_file(&out[i], e);
    for (int64_t i = 0; i < count; i++) {
        if (s == OK && !is_stream(out[i].path))
            s = file_replace_commit(&out[i].to.file, e);
        output_end(&out[i].to);
        text_free(&out[i].text);
    }
    return s;
}

/* `from`: the samples to be read, unless CONFIG names them. */
static enum status convert(const struct call *call,
                           const struct data_options *from, struct output *out,
                           struct err *e)
{
    const struct labelled_request r = {.options = from,
                                       .config = call->words[0]};
    struct labelled l = {0};
    enum status s = labelled_open(&l, call, &r, e);
    const struct subset *part = &l.samples.part;

    if (s == OK && from->csv)
        s = convert_print_idx(&out[0].text, &out[1].text, part,
                              file_shown(from->csv), e);
    else if (s == OK)
        s = convert_print_csv(&out[0].text, part, e);
    labelled_close(&l);
    return s;
}

/* From CSV to IDX, from anything else to CSV. */
static enum status check_options(const struct call *call, struct err *e)
{
    const struct convert_options *o = call->options;
    const struct data_options *d = &o->data;

    if (!d->csv)
        return o->output
                   ? OK
                   : usage_error(e, call, "--output: is needed without --csv");
    if (call->word_count > 0)
        return usage_error(e, call, "--csv: not together with CONFIG");
    if (o->output || d->split)
        return usage_error(e, call, "--%s: not together with --csv",
                           o->output ? "output" : "split");
    if (!d->images || !d->labels)
        return usage_error(e, call, "--csv: needs --%s",
                           d->images ? "labels" : "images");
    return OK;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct convert_options *o = call->options;
    struct data_options from = o->data;
    struct output out[2] = {
        {.path = o->output, .to = {.lock = {.fd = -1}}},
        {.path = o->data.labels, .to = {.lock = {.fd = -1}}}};
    struct source source;
    enum status s = check_options(call, e);

    if (s != OK)
        return s;
    if (from.csv) {
        out[0].path = from.images;
        from.images = from.labels = NULL;
    }
    const int64_t count = from.csv ? 2 : 1;
    s = data_source(call, &from, call->words[0], NULL, &source, e);
    if (s == OK)
        s = data_needs_labels(call, &from, e);
    if (s == OK)
        s = begin(call, out, count, e);
    if (s == OK)
        s = convert(call, &from, out, e);
    return finish(out, count, call, s, e);
}

const struct command cmd_data_convert = {
    .name = "data convert",
    .operands = "[CONFIG]",
    .doc = "Convert labelled samples from a configuration or IDX to CSV, or "
           "from CSV to IDX.",
    .examples =
        "  cnnctl data convert mnist.yaml --split test -o test.csv.gz\n"
        "  cnnctl data convert --images i.idx.gz --labels l.idx.gz -o "
        "x.csv.gz\n"
        "  cnnctl data convert --csv x.csv --images i.idx --labels l.idx\n",
    OPTIONS(convert_options),
    .takes_set = true,
    .run = run,
};
