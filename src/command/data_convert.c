/*
 * data_convert.c - samples of a configuration or of IDX files to CSV, and
 * CSV to IDX files.
 */
#include <string.h>

#include "cli/say.h"
#include "command/labelled.h"
#include "data/convert.h"

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

static enum status to_idx(const struct call *call, struct err *e)
{
    const struct convert_options *o = call->options;
    const struct data_options *d = &o->data;
    const struct csv_source from = csv_named(d->csv);
    const struct idx_source to = {{d->images, d->images},
                                  {d->labels, d->labels}};
    const struct shape unknown = {0};

    if (call->word_count > 0)
        return usage_error(e, call, "--csv: not together with CONFIG");
    if (o->output || d->split)
        return usage_error(e, call, "--%s: not together with --csv",
                           o->output ? "output" : "split");
    if (!d->images || !d->labels)
        return usage_error(e, call, "--csv: needs --%s",
                           d->images ? "labels" : "images");
    return convert_csv_to_idx(&from, unknown, &to, e);
}

static enum status part_to_csv(const struct call *call, struct err *e)
{
    const struct convert_options *o = call->options;
    struct labelled l;

    enum status s = labelled_open(&l, call, &o->data, e);
    if (s == OK && !l.part.set->labels)
        s = err_add(e, ERR_CONFIG, call->words[0],
                    "the samples have targets, no labels; they are not "
                    "converted");
    if (s == OK && is_stream(o->output)) {
        struct text rows = {0};
        convert_print_csv(&rows, &l.part);
        out_text(call->out, &rows);
    } else if (s == OK) {
        s = convert_part_to_csv(&l.part, o->output, e);
    }
    labelled_close(&l);
    return s;
}

static enum status to_csv(const struct call *call, struct err *e)
{
    const struct convert_options *o = call->options;
    struct source files;

    if (!o->output)
        return usage_error(e, call, "--output: is needed without --csv");
    enum status s = labelled_source(
        call, &o->data, call->word_count > 0 ? call->words[0] : NULL, NULL,
        &files, e);
    if (s == OK)
        s = files.kind && !is_stream(o->output)
                ? convert_idx_to_csv(files.config, o->output, e)
                : part_to_csv(call, e);
    return s;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct convert_options *o = call->options;

    return o->data.csv ? to_idx(call, e) : to_csv(call, e);
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
    .options = convert_options,
    .options_size = sizeof(struct convert_options),
    .takes_set = true,
    .max_words = 1,
    .run = run,
};
