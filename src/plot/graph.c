/*
 * graph.c - plot graph: which layer reads which.
 *
 * Graphviz lays it out, so the outputs are not those of the other kinds.
 */
#include <unistd.h>

#include "cli/output.h"
#include "cli/say.h"
#include "cli/subject.h"
#include "look/graph_dot.h"
#include "term/colour.h"

struct graph_options {
    const char *output, *title;
    bool dark, force;
};

static const struct option graph_options[] = {
    OPTION(graph_options, output, "output", .letter = 'o', .argument = "FILE",
           .writes = WRITES_FILE,
           .doc = "Write the picture to FILE.png, .svg or .pdf, which Graphviz "
                  "lays out, or what it reads to FILE.dot; default: the "
                  "terminal."),
    OPTION(graph_options, title, "title", .argument = "TEXT",
           .doc = "A title above it."),
    OPTION(graph_options, dark, "dark", .doc = "Light on dark."),
    OPTION(graph_options, force, "force", .doc = "Replace files that exist."),
    {0},
};

/* What is wrong with the command line is said before anything is read. */
static enum status check_options(const struct call *call,
                                 enum graph_format *format, struct err *e)
{
    const struct graph_options *o = call->options;

    if (!o->output && (o->title || o->dark || o->force))
        return usage_error(e, call, "--%s: needs --output",
                           o->title  ? "title"
                           : o->dark ? "dark"
                                     : "force");
    return !o->output || graph_format_of(o->output, format)
               ? OK
               : usage_error(e, call,
                             "--output: expected a name that ends with .png, "
                             ".svg, .pdf or .dot, not %s",
                             o->output);
}

static enum status write_picture(const struct call *call, const struct graph *g,
                                 enum graph_format format, struct err *e)
{
    const struct graph_options *o = call->options;
    const struct graph_style style = {o->title, o->dark};
    struct output_file file = {.lock = {.fd = -1}};
    struct text t = {0};
    enum status s = output_begin(call, o->output, &file, e);

    if (s == OK)
        s = graph_picture(&t, g, &style, format, e);
    if (s == OK)
        s = file_replace_write(&file.file, text_string(&t), t.length, e);
    if (s == OK)
        s = file_replace_commit(&file.file, e);
    output_end(&file);
    text_free(&t);
    return s;
}

static enum status print_lines(const struct call *call, const struct graph *g,
                               struct err *e)
{
    struct text t = {0};
    const enum status s =
        graph_lines(&t, g, terminal_columns(STDOUT_FILENO), e);

    if (s == OK)
        out_text(call->out, &t);
    text_free(&t);
    return s;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct graph_options *o = call->options;
    enum graph_format format = GRAPH_DOT;
    struct subject subject;
    enum status s = check_options(call, &format, e);

    if (s != OK)
        return s;
    s = subject_read(&subject, call, call->words[0], 0, e);
    const struct graph *g = &subject.experiment->graph;
    if (s == OK)
        s = o->output ? write_picture(call, g, format, e)
                      : print_lines(call, g, e);
    subject_free(&subject);
    return s;
}

const struct command cmd_plot_graph = {
    .name = "plot graph",
    .operands = "CONFIG|MODEL",
    .doc = "The layers and which reads which.",
    .examples = "  cnnctl plot graph mnist.yaml\n"
                "  cnnctl plot graph mnist.yaml -o net.svg\n"
                "  cnnctl plot graph m.safetensors -o net.dot\n",
    OPTIONS(graph_options),
    .takes_set = true,
    .run = run,
};
