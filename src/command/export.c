/*
 * export.c - a trained network in another form.
 */
#include <string.h>

#include "base/interrupt.h"
#include "base/pool.h"
#include "cli/output.h"
#include "cli/say.h"
#include "command/export_bytes.h"

struct export_options {
    const char *output, *prefix, *calibrate;
    bool header, int8, force;
    bool no_normalization, logits, no_fold;
};

static const struct option export_options[] = {
    OPTION(export_options, output, "output", .letter = 'o', .argument = "FILE",
           .writes = WRITES_FILE,
           .doc = "The file to write; its ending says in which form.  .onnx: a "
                  "file for onnxruntime and other programs, whose input is "
                  "called input, and its output probabilities, scores or "
                  "values; .c: one file of C99 that needs libm alone and "
                  "allocates nothing.  Both compute what predict does from raw "
                  "values, none of which may be missing, in float32, and are "
                  "shown to, to a hundred-thousandth.  So is what is written "
                  "of a model in bfloat16: beside its own weights in float32; "
                  "how far the model's answers in bfloat16 are from that is "
                  "said."),
    OPTION(export_options, prefix, "prefix", .argument = "NAME",
           .doc = "What its functions begin with: NAME_predict; default: the "
                  "name of the file without its ending."),
    OPTION(export_options, header, "header",
           .doc = "Write a header of the same name, ending with .h, too."),
    OPTION(export_options, int8, "int8",
           .doc = "Compute with 8-bit integers: a quarter of the memory, a "
                  "little less exact.  Of conv2d, dense, nin, pools, "
                  "elemwisesum, concat and what needs no arithmetic, with "
                  "rectify or leaky_rectify.  Needs --calibrate."),
    OPTION(export_options, calibrate, "calibrate", .argument = "CONFIG",
           .doc = "Whose training part, 1,024 samples of it at most, says "
                  "between what bounds numbers lie, and whose validation part "
                  "what integers cost."),
    OPTION(export_options, no_normalization, "no-normalization",
           .doc = "Of .onnx: leave the normalization out, for samples that "
                  "are normalized already."),
    OPTION(export_options, logits, "logits",
           .doc = "Of .onnx: leave the last softmax or sigmoid out; the output "
                  "is called logits.  Of one output that stands for two "
                  "classes they are 0 and z."),
    OPTION(export_options, no_fold, "no-fold",
           .doc = "Of .onnx: keep batch normalization as layers of its own, "
                  "as a network needs them that is to be trained on."),
    OPTION(export_options, force, "force", .doc = "Replace existing files."),
    {0},
};

/* A file and the one beside it. */
struct outputs {
    const char *header_path; /* NULL: none is asked for */
    struct output_file file, header;
};

static enum status check_ending(const struct call *call,
                                const struct export_format **format,
                                struct err *e)
{
    const struct export_options *o = call->options;
    struct text list = {0};

    *format = export_format_of(o->output);
    if (*format)
        return OK;
    for (size_t i = 0; export_formats[i]; i++)
        text_printf(&list, "%s%s", i > 0 ? ", " : "",
                    export_formats[i]->ending);
    const enum status s =
        usage_error(e, call, "--output: '%s' does not end with one of %s",
                    o->output, text_string(&list));
    text_free(&list);
    return s;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Can functions be called like that in any language? */
static bool is_prefix(const char *word)
{
    if (!is_letter(word[0]))
        return false;
    while (is_letter(*word) || (*word >= '0' && *word <= '9'))
        word++;
    return !*word;
}

/* What was asked for, the form must know. */
static enum status check_effects(const struct call *call,
                                 const struct export_format *f, struct err *e)
{
    const struct export_options *o = call->options;
    const struct {
        const char *name;
        bool asked, known;
    } wishes[] = {
        {"prefix", o->prefix != NULL, f->has_prefix},
        {"header", o->header, f->has_header},
        {"int8", o->int8, f->has_bytes},
        {"no-normalization", o->no_normalization, f->has_normalization},
        {"logits", o->logits, f->has_logits},
        {"no-fold", o->no_fold, f->has_folding},
    };

    for (size_t i = 0; i < ARRAY_LEN(wishes); i++)
        if (wishes[i].asked && !wishes[i].known)
            return usage_error(e, call, "--%s: has no effect with %s",
                               wishes[i].name, f->ending);
    return OK;
}

static enum status check_options(const struct call *call,
                                 const struct export_format **format,
                                 struct err *e)
{
    const struct export_options *o = call->options;

    if (!o->output)
        return usage_error(e, call, "--output: is needed");
    enum status s = check_ending(call, format, e);
    if (s == OK)
        s = check_effects(call, *format, e);
    if (s != OK)
        return s;
    if (o->int8 != (o->calibrate != NULL))
        return usage_error(e, call,
                           o->int8 ? "--int8: needs --calibrate CONFIG"
                                   : "--calibrate: needs --int8");
    if (o->prefix && !is_prefix(o->prefix))
        return usage_error(e, call,
                           "--prefix: '%s' is no name in C: letters, digits "
                           "and _, no digit first",
                           o->prefix);
    return OK;
}

/* The header stands beside the file, its ending apart, and is checked as the
 * file was. */
static enum status name_header(const struct call *call,
                               const struct export_format *format,
                               struct outputs *out, struct err *e)
{
    const struct export_options *o = call->options;
    const struct option *row = export_options;

    if (!o->header)
        return OK;
    while (strcmp(row->name, "header") != 0)
        row++;
    out->header_path = arena_printf(
        call->arena, "%.*s.h",
        (int)(strlen(o->output) - strlen(format->ending)), o->output);
    const enum status s =
        arena_check(call->arena, e, "reading the command line");
    return s == OK ? output_check(call, row, out->header_path, e) : s;
}

static enum status begin_outputs(const struct call *call,
                                 const struct export_format *format,
                                 struct outputs *out, struct err *e)
{
    const struct export_options *o = call->options;
    enum status s = name_header(call, format, out, e);

    if (s == OK)
        s = output_begin(call, o->output, &out->file, e);
    if (s == OK && out->header_path)
        s = output_begin(call, out->header_path, &out->header, e);
    return s;
}

/* Both are complete before one of them appears. */
static enum status write_outputs(struct outputs *out, const struct exported *x,
                                 struct err *e)
{
    enum status s =
        file_replace_write(&out->file.file, x->file.at, x->file.length, e);

    if (s == OK && out->header_path)
        s = file_replace_write(&out->header.file, x->header.at,
                               x->header.length, e);
    if (s == OK)
        s = interrupt_unwritten(e);
    return s == OK
               ? file_replace_commit_both(&out->header.file, &out->file.file, e)
               : s;
}

static void report(const struct call *call, const struct network *n,
                   const struct exported *x)
{
    const struct export_options *o = call->options;
    const bool is_plain = n->model != &n->plain;

    note(call, "%s: %s", o->output, x->words);
    if (x->checked)
        note(call, "%s: %s it computes the verification samples as %s",
             o->output, x->checked,
             o->int8    ? "integers do here"
             : is_plain ? "the model does"
                        : "the model's weights do in float32");
    else
        insist(call,
               "%s: not verified, no compiler (cc, gcc, clang) that works was "
               "found; to verify it: %s",
               o->output, x->advice);
    if (!is_plain)
        note(call,
             "%s: the model itself computes in bfloat16: its answers to the "
             "verification samples differ by up to %.3g",
             o->output, n->rounding);
}

static enum status make(const struct call *call,
                        const struct export_format *format, struct outputs *out,
                        struct err *e)
{
    const struct export_options *o = call->options;
    struct export_wish wish = {
        .path = o->output,
        .prefix = o->prefix,
        .no_normalization = o->no_normalization,
        .logits = o->logits,
    };
    struct export_bytes bytes = {0};
    struct exported made = {0};
    struct pool *pool = NULL;
    struct network net = {0};
    struct model model;

    enum status s = model_read(&model, call->words[0], call->kernels, e);
    if (s == OK)
        s = pool_new(&pool, call->global.threads, e);
    if (s == OK)
        s = network_open(&net, &model, call->words[0], !o->no_fold, pool, e);
    wish.pool = pool;
    if (s == OK && o->int8)
        s = export_bytes_open(&bytes, call, o->calibrate, &net, pool, e);
    if (o->int8) {
        wish.bytes = &bytes.network;
        wish.answers = bytes.answers;
    }
    if (s == OK)
        s = format->make(&net, &wish, &made, e);
    if (s == OK)
        s = write_outputs(out, &made, e);
    if (s == OK)
        report(call, &net, &made);
    exported_free(&made);
    export_bytes_close(&bytes);
    network_close(&net);
    pool_free(pool);
    model_free(&model);
    return s;
}

static enum status run(const struct call *call, struct err *e)
{
    struct outputs out = {.file = {.lock = {.fd = -1}},
                          .header = {.lock = {.fd = -1}}};
    const struct export_format *format = NULL;
    enum status s = check_options(call, &format, e);

    interrupt_watch();
    if (s == OK)
        s = begin_outputs(call, format, &out, e);
    if (s == OK)
        s = make(call, format, &out, e);
    output_end(&out.header);
    output_end(&out.file);
    return s;
}

const struct command cmd_export = {
    .name = "export",
    .operands = "MODEL",
    .doc = "Write a trained network in another form: ONNX, C.",
    .examples = "  cnnctl export m.safetensors -o digits.onnx\n"
                "  cnnctl export m.safetensors -o digits.c\n"
                "  cnnctl export m.safetensors -o digits.c --header --prefix "
                "net\n"
                "  cnnctl export m.safetensors -o small.c --int8 --calibrate "
                "mnist.yaml\n",
    OPTIONS(export_options),
    .run = run,
};
