/*
 * data_convert.c - samples of any source to a form that the name of the output
 * tells, or to a pair of IDX files.
 */
#include <string.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "cli/data_options.h"
#include "cli/output.h"
#include "cli/say.h"
#include "codec/stream.h"
#include "command/convert_folder.h"
#include "source/convert.h"
#include "source/convert_npy.h"

struct convert_options {
    struct data_options data;
    const char *output;
    bool force;
};

/* Beside another source IDX files are written. */
#define OTHER_SOURCES "csv folder source CONFIG"

static const struct option convert_options[] = {
    SOURCE_OPTIONS(convert_options),
    OPTION(convert_options, data.images, "images", .argument = "FILE",
           .writes = WRITES_FILE, .writes_with = OTHER_SOURCES,
           .doc = "The IDX file of images: read, or written when another "
                  "source is named."),
    OPTION(convert_options, data.labels, "labels", .argument = "FILE",
           .writes = WRITES_FILE, .writes_with = OTHER_SOURCES,
           .doc = "The IDX file of labels, likewise; beside --output X.npy the "
                  "NumPy array of labels or targets to write: labels that are "
                  "integers, class names are for CSV and folders."),
    OPTION(convert_options, data.split, "split", .choices = split_words,
           .doc = "Which samples of the configuration; default: its training "
                  "source as it is."),
    OPTION(convert_options, output, "output", .letter = 'o', .argument = "FILE",
           .writes = WRITES_STREAM, .folders = true,
           .doc = "The file to write: a NumPy array of the samples when it "
                  "ends with .npy, CSV when it ends with .csv or has no "
                  "ending; gzip when .gz follows; - is standard output.  A "
                  "name that ends with a slash is a new folder of images, "
                  "CLASS/000001.png."),
    OPTION(convert_options, force, "force",
           .doc = "Replace existing output files."),
    {0},
};

static bool is_stream(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* One of the files of a run. */
struct output {
    const char *path;
    struct output_file to; /* unless it is standard output */
    struct text text;
};

/* One run. */
struct conversion {
    const struct call *call;
    struct data_options from; /* the source, but for CONFIG */
    const char *name;         /* of the samples, for messages */
    const struct form *form;
    struct output out[2];
    int64_t count; /* of them */
    struct folder_new folder;
};

/* A form that samples are written in, told by the end of a name. */
struct form {
    const char *ending;
    bool folder; /* a new folder, not a file */
    bool apart;  /* answers stand in a file of their own, that of --labels */
    enum status (*print)(struct conversion *c, const struct subset *part,
                         struct err *e);
};

static enum status print_csv(struct conversion *c, const struct subset *part,
                             struct err *e)
{
    return convert_print_csv(&c->out[0].text, part, e);
}

static enum status print_idx(struct conversion *c, const struct subset *part,
                             struct err *e)
{
    return convert_print_idx(&c->out[0].text, &c->out[1].text, part, c->name,
                             e);
}

static enum status print_npy(struct conversion *c, const struct subset *part,
                             struct err *e)
{
    if (c->count == 1 && (part->set->labels || part->set->targets))
        return usage_error(e, c->call,
                           "--output: an array of samples holds no %s; "
                           "--labels names a file for them",
                           part->set->labels ? "labels" : "targets");
    if (c->count == 2 && !part->set->labels && !part->set->targets)
        return usage_error(e, c->call, "--labels: the samples have none");
    return convert_print_npy(&c->out[0].text, &c->out[1].text, part, c->name,
                             e);
}

static enum status print_folder(struct conversion *c, const struct subset *part,
                                struct err *e)
{
    return convert_folder(&c->folder, part, c->name, e);
}

static const struct form forms[] = {
    {"/", true, false, print_folder},     {".npy", false, true, print_npy},
    {".npy.gz", false, true, print_npy},  {".csv", false, false, print_csv},
    {".csv.gz", false, false, print_csv},
};
static const struct form idx_form = {"", false, false, print_idx};
/* Of a name without an ending, as standard output has none. */
static const struct form plain_form = {"", false, false, print_csv};

static bool ends_with(const char *path, const char *ending)
{
    const size_t length = strlen(path), n = strlen(ending);

    return length >= n && strcmp(path + length - n, ending) == 0;
}

static enum status form_of(const struct call *call, const char *path,
                           const struct form **form, struct err *e)
{
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        if (ends_with(path, forms[i].ending)) {
            *form = &forms[i];
            return OK;
        }
    *form = &plain_form;
    return strchr(file_base(path), '.')
               ? usage_error(e, call,
                             "--output: %s has no ending that is known; "
                             "expected .csv, .csv.gz, .npy, .npy.gz, or a "
                             "slash for a new folder of images",
                             path)
               : OK;
}

/* The outputs are begun first: that they cannot be made is found before the
 * work is done. */
static enum status begin(struct conversion *c, struct err *e)
{
    enum status s = OK;

    if (c->form->folder) {
        interrupt_watch();
        return folder_begin(&c->folder, c->out[0].path, e);
    }
    for (int64_t i = 0; i < c->count && s == OK; i++)
        if (!is_stream(c->out[i].path))
            s = output_begin(c->call, c->out[i].path, &c->out[i].to, e);
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

/* Writes all files, then names them; gives everything back. */
static enum status finish(struct conversion *c, enum status s, struct err *e)
{
    if (s == OK && c->form && c->form->folder)
        s = folder_commit(&c->folder, e);
    folder_abort(&c->folder);
    for (int64_t i = 0; i < c->count && s == OK && !c->form->folder; i++)
        if (is_stream(c->out[i].path))
            out_text(c->call->out, &c->out[i].text);
        else
            s = write_file(&c->out[i], e);
    for (int64_t i = 0; i < c->count; i++) {
        struct output *out = &c->out[i];
        if (s == OK && !c->form->folder && !is_stream(out->path))
            s = file_replace_commit(&out->to.file, e);
        output_end(&out->to);
        text_free(&out->text);
    }
    return s;
}

static enum status convert(struct conversion *c, struct err *e)
{
    const struct labelled_request r = {.options = &c->from,
                                       .config = c->call->words[0]};
    struct labelled l = {0};
    enum status s = labelled_open(&l, c->call, &r, e);

    if (s == OK)
        s = c->form->print(c, &l.samples.part, e);
    labelled_close(&l);
    return s;
}

/* Where samples come from and go to; files beside another source are what is
 * written. */
static enum status choose(struct conversion *c, struct err *e)
{
    const struct call *call = c->call;
    const struct convert_options *o = call->options;
    const struct data_options *d = &o->data;
    const char *other = data_other_source(d, call->words[0]);
    const char *key = d->images ? "images" : d->labels ? "labels" : NULL;

    if (!other && !o->output)
        return usage_error(e, call, "--output: is needed");
    if (other && !o->output && !key)
        return usage_error(e, call,
                           "--output: is needed, or --images and "
                           "--labels");
    c->form = &idx_form;
    const enum status s =
        o->output ? form_of(call, o->output, &c->form, e) : OK;
    if (s != OK)
        return s;
    const bool both = other && c->form->apart && !d->images && d->labels;
    if (both && !ends_with(d->labels, ".npy") &&
        !ends_with(d->labels, ".npy.gz"))
        return usage_error(e, call,
                           "--labels: %s has another ending than .npy and "
                           ".npy.gz, and an array is what it would hold",
                           d->labels);
    if (other && o->output && key && !both)
        return usage_error(e, call,
                           "--output: not together with --%s beside "
                           "%s",
                           key, other);
    if (other && key && !both && !(d->images && d->labels))
        return usage_error(e, call, "--%s: needs --%s", key,
                           d->images ? "labels" : "images");
    c->from = *d;
    c->out[0].path = o->output ? o->output : d->images;
    c->out[1].path = d->labels;
    c->count = o->output && !both ? 1 : 2;
    if (other)
        c->from.images = c->from.labels = NULL;
    c->name = data_name(&c->from, call->words[0]);
    return OK;
}

static enum status run(const struct call *call, struct err *e)
{
    struct conversion c = {
        .call = call,
        .out = {{.to = {.lock = {.fd = -1}}}, {.to = {.lock = {.fd = -1}}}}};
    struct source source;
    enum status s = choose(&c, e);

    if (s == OK)
        s = data_source(call, &c.from, call->words[0], NULL, &source, e);
    if (s == OK)
        s = data_needs_labels(call, &c.from, e);
    if (s == OK)
        s = begin(&c, e);
    if (s == OK)
        s = convert(&c, e);
    return finish(&c, s, e);
}

const struct command cmd_data_convert = {
    .name = "data convert",
    .operands = "[CONFIG]",
    .doc = "Convert labelled samples of any source to CSV, to a folder of "
           "images, to IDX, or to arrays of NumPy.",
    .examples =
        "  cnnctl data convert mnist.yaml --split test -o test.csv.gz\n"
        "  cnnctl data convert --images i.idx.gz --labels l.idx.gz -o "
        "x.csv.gz\n"
        "  cnnctl data convert --csv x.csv --images i.idx --labels l.idx\n"
        "  cnnctl data convert mnist.yaml -o digits/\n"
        "  cnnctl data convert mnist.yaml -o x.npy --labels y.npy\n",
    OPTIONS(convert_options),
    .takes_set = true,
    .run = run,
};
