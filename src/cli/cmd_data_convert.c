/*
 * cmd_data_convert.c - IDX to CSV and back.
 */
#include "base/file.h"
#include "cli/labelled.h"
#include "data/convert.h"

struct convert_options {
    const char *csv, *images, *labels, *output;
    bool force;
};

static const struct option convert_options[] = {
    OPTION(convert_options, csv, "csv", .argument = "FILE",
           .doc = "Read a CSV file; --images and --labels are written."),
    OPTION(convert_options, images, "images", .argument = "FILE",
           .doc = "The IDX file of images, read or written."),
    OPTION(convert_options, labels, "labels", .argument = "FILE",
           .doc = "The IDX file of labels, read or written."),
    OPTION(convert_options, output, "output", .letter = 'o', .argument = "FILE",
           .doc = "The CSV file to write; gzip when it ends with .gz."),
    OPTION(convert_options, force, "force",
           .doc = "Replace existing output files."),
    {0},
};

static enum status check_output(const struct call *call, const char *path,
                                struct err *e)
{
    const struct convert_options *o = call->options;

    if (o->force || !file_exists(path))
        return OK;
    return err_add(e, ERR_CANTCREATE, path, "exists; --force replaces it");
}

static enum status to_idx(const struct call *call, const struct idx_source *to,
                          struct err *e)
{
    const struct convert_options *o = call->options;
    const struct csv_source from = csv_named(o->csv);
    const struct shape unknown = {0};

    if (o->output)
        return usage_error(e, call, "--output: not together with --csv");
    enum status s = check_output(call, o->images, e);
    if (s == OK)
        s = check_output(call, o->labels, e);
    return s == OK ? convert_csv_to_idx(&from, unknown, to, e) : s;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct convert_options *o = call->options;
    const struct idx_source idx = {{o->images, o->images},
                                   {o->labels, o->labels}};

    if (!o->images || !o->labels)
        return usage_error(e, call, "--%s: is needed",
                           o->images ? "labels" : "images");
    if (o->csv)
        return to_idx(call, &idx, e);
    if (!o->output)
        return usage_error(e, call, "--output: is needed without --csv");
    const enum status s = check_output(call, o->output, e);
    return s == OK ? convert_idx_to_csv(&idx, o->output, e) : s;
}

const struct command cmd_data_convert = {
    .name = "data convert",
    .operands = "",
    .doc = "Convert labelled samples from IDX to CSV, or back.",
    .examples =
        "  cnnctl data convert --images i.idx.gz --labels l.idx.gz -o "
        "x.csv.gz\n"
        "  cnnctl data convert --csv x.csv --images i.idx --labels l.idx\n",
    .options = convert_options,
    .options_size = sizeof(struct convert_options),
    .run = run,
};
