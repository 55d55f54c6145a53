/*
 * first.c - a document for data that nothing is known of but what it holds.
 */
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "document/documents.h"
#include "document/experiment.h"
#include "source/source.h"

enum { LEAST_EDGE = 12, FEW_SAMPLES = 500, PEEK_BYTES = 4096 };

/* `train-images-idx3-ubyte` has its labels in `train-labels-idx1-ubyte`. */
static void put_pair(struct text *out, const char *path)
{
    struct text labels = {0};

    text_puts(out, "{images: ");
    field_print_text(out, path);
    while (*path) {
        const bool word = strncmp(path, "images", 6) == 0;
        const bool number = strncmp(path, "idx3", 4) == 0;
        text_add(&labels,
                 word     ? "labels"
                 : number ? "idx1"
                          : path,
                 word     ? 6
                 : number ? 4
                          : 1);
        path += word ? 6 : number ? 4 : 1;
    }
    text_puts(out, ", labels: ");
    field_print_text(out, text_string(&labels));
    text_puts(out, "}");
    text_free(&labels);
}

/* The usual names of a label's column, looked for in the first line; `in` holds
 * the beginning of the file, or {0}. */
static void put_table(struct text *out, const char *path,
                      const struct input *in)
{
    static const char *const names[] = {"label",   "class", "target", "labels",
                                        "species", "digit", "y"};
    char line[PEEK_BYTES + 1];
    const size_t have = in->end - in->begin;
    const size_t length = have < PEEK_BYTES ? have : PEEK_BYTES;

    if (length > 0)
        memcpy(line, in->at + in->begin, length);
    text_puts(out, "{csv: ");
    field_print_text(out, path);
    line[length] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    for (char *cell = line, *rest; cell; cell = rest) {
        rest = strchr(cell, ',');
        if (rest)
            *rest++ = '\0';
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            if (strcasecmp(cell, names[i]) == 0) {
                text_printf(out, ", label_column: %s}", cell);
                return;
            }
    }
    text_puts(out, "}");
}

/* A file whose answers stand in another that its name does not tell. */
static enum status refuse_alone(const char *path, const struct source_ops *kind,
                                struct err *e)
{
    const bool idx = strcmp(kind->kind.name, "images") == 0;

    return err_add(e, ERR_DATA, path,
                   "is %s, whose labels stand apart; expected a table, a batch "
                   "of CIFAR or IDX called images; in a configuration "
                   "data.train is {%s: .., labels: ..}",
                   idx ? "IDX data" : "an array of NumPy",
                   idx ? "images" : kind->kind.name);
}

/* By what the file holds, of which `in` has the beginning. */
static enum status put_kind(struct text *out, const char *path,
                            struct input *in, struct err *e)
{
    const struct source_ops *kind;
    const enum status s = source_told(in, path, &kind, e);

    if (s != OK)
        return s;
    if (image_knows(in->at + in->begin, in->end - in->begin))
        return err_add(e, ERR_DATA, path,
                       "is an image; in a configuration data.train is "
                       "{folder: ..}, which holds a folder of images a class");
    if (strcmp(kind->kind.name, "csv") == 0) {
        const enum status ahead = input_ahead(in, PEEK_BYTES, e);
        put_table(out, path, in);
        return ahead;
    }
    if (strcmp(kind->kind.name, "cifar") == 0) {
        text_puts(out, "{cifar: [");
        field_print_text(out, path);
        text_puts(out, "]}");
        return OK;
    }
    if (strcmp(kind->kind.name, "images") != 0 ||
        !strstr(file_base(path), "images"))
        return refuse_alone(path, kind, e);
    put_pair(out, path);
    return OK;
}

static enum status put_source(struct text *out, const char *path, struct err *e)
{
    struct input in = {0};

    if (!path) {
        text_puts(out, "{digits: {count: 4000}}");
        return OK;
    }
    /* What can be read only once is read for its samples. */
    if (file_reads_once(path)) {
        put_table(out, path, &in);
        return OK;
    }
    enum status s = input_open(&in, path, e);
    if (s == OK)
        s = put_kind(out, path, &in, e);
    input_close(&in);
    return s;
}

/* An edge long enough for convolutions of an image, or of a flat row that may
 * be one; 0: there is none. */
static int64_t image_edge(struct shape s)
{
    int64_t edge = 0;

    if (s.axes == 3)
        return s.dim[1] < s.dim[2] ? s.dim[1] : s.dim[2];
    while (edge * edge < shape_count(s))
        edge++;
    return edge * edge == shape_count(s) ? edge : 0;
}

static void put_layers(struct text *out, struct shape s, int64_t classes)
{
    const long long edge = (long long)image_edge(s);

    text_puts(out, "\n# From the input to one output a class.\nlayers:\n");
    if (s.axes == 3)
        text_printf(out, "  - input:     {shape: [%lld, %lld, %lld]}\n",
                    (long long)s.dim[0], (long long)s.dim[1],
                    (long long)s.dim[2]);
    else if (edge >= LEAST_EDGE)
        text_printf(out, "  - input:     {shape: [1, %lld, %lld]}\n", edge,
                    edge);
    else
        text_printf(out, "  - input:     {shape: [%lld]}\n",
                    (long long)shape_count(s));
    long long filters = 16, left = edge >= LEAST_EDGE ? edge : 0;
    for (; left > 5; left = (left + 1) / 2, filters += 16)
        text_printf(out,
                    "  - conv2d:    {num_filters: %lld, filter_size: 3, pad: "
                    "same}\n  - maxpool2d: {pool_size: 2%s}\n",
                    filters, left % 2 ? ", ignore_border: false" : "");
    text_printf(out,
                "  - dense:     {num_units: 64}\n"
                "  - dropout                    # all defaults\n"
                "  - dense:     {num_units: %lld, nonlinearity: softmax}\n",
                (long long)classes);
}

static void put_document(struct text *out, const char *source,
                         const struct dataset *d)
{
    const int64_t classes = target_classes(&d->target);

    text_printf(out,
                "# A first configuration: %s, %s.\n"
                "# cnnctl fit FILE trains it, cnnctl info FILE looks at the "
                "network,\n"
                "# cnnctl help KEY explains a key, such as train.update.\n\n"
                "seed: 42          # of every random choice\n\n"
                "data:\n"
                "  train: %s\n"
                "  # test: {..}    # for cnnctl evaluate, in the same form\n"
                "  split: {eval_size: 0.2}    # held out for validation\n",
                counted(d->count, "sample").text,
                counted(classes, "class").text, source);
    put_layers(out, d->shape, classes);
    text_printf(out,
                "\ntrain:\n"
                "  update: adam\n"
                "  learning_rate: 0.001\n"
                "  batch_size: %d\n"
                "  max_epochs: 20\n",
                d->count < FEW_SAMPLES ? 8 : 64);
}

enum status first_document(struct text *out, const char *path, struct err *e)
{
    const char *name = path ? path : "digits";
    struct experiment x = {0};
    struct dataset d = {0};
    struct text source = {0}, probe = {0};

    enum status s = put_source(&source, path, e);
    text_printf(&probe, "data: {train: %s}\nlayers: [input: {shape: [1]}]\n",
                text_string(&source));
    if (s == OK)
        s = experiment_parse_stored(&x, name, text_string(&probe), probe.length,
                                    NULL, e);
    if (s == OK)
        s = source_load(x.train_source.kind, x.train_source.config,
                        &(struct source_request){.blind = true}, &d, e);
    if (s == OK)
        put_document(out, text_string(&source), &d);
    dataset_free(&d);
    experiment_free(&x);
    text_free(&source);
    text_free(&probe);
    return s;
}
