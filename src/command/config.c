/*
 * config.c - check a configuration; print it with every default; what an
 * editor needs to check it.
 */
#include <math.h>

#include "app/rates.h"
#include "cli/say.h"
#include "cli/subject.h"
#include "document/cautions.h"
#include "document/documents.h"

struct init_options {
    const char *from;
};

static const struct option init_options[] = {
    OPTION(init_options, from, "from", .argument = "DATA",
           .doc = "The samples to train on, a table (CSV) or the images of an "
                  "IDX pair; default: the built-in digits."),
    {0},
};

static enum status run_init(const struct call *call, struct err *e)
{
    const struct init_options *o = call->options;
    struct text t = {0};
    const enum status s = first_document(&t, o->from, e);

    out_text(call->out, &t);
    return s;
}

static enum status check_one(const struct call *call, const char *path,
                             struct err *e)
{
    struct text cautions = {0};
    struct experiment x;
    enum status s = experiment_read(&x, path, &call->global.set,
                                    EXPERIMENT_AS_TRAINED, call->kernels, e);

    if (s == OK)
        s = cautions_of(&cautions, &x, 0, e);
    say_lines(call, "warning", &cautions);
    text_free(&cautions);
    if (s == OK && call->global.verbose > 0)
        note(call, "%s: valid, %lld layers, %lld parameters", path,
             (long long)x.graph.count,
             (long long)graph_weights(&x.graph, false));
    experiment_free(&x);
    return s;
}

/* Every file is checked; the first fault decides the status. */
static enum status run_check(const struct call *call, struct err *e)
{
    enum status s = OK;

    for (int64_t i = 0; i < call->word_count; i++) {
        const enum status one = check_one(call, call->words[i], e);
        s = s != OK ? s : one;
    }
    return s;
}

struct show_options {
    bool origins, expand, schedule;
};

static const struct option show_options[] = {
    OPTION(show_options, origins, "origins",
           .doc = "One key a line, followed by where it comes from: a line of "
                  "the file, a --set option, or the default."),
    OPTION(show_options, expand, "expand",
           .doc = "Write out every layer that repeat, residual and normalize "
                  "make."),
    OPTION(show_options, schedule, "schedule",
           .doc = "Print learning rate and momentum of every epoch's first "
                  "update instead, as CSV; plateau as long as it does not "
                  "act."),
    {0},
};

static void put_schedule(struct text *t, const struct schedule *s)
{
    text_puts(t, "epoch,learning_rate,momentum\n");
    for (int64_t i = 0; i < s->epochs; i++) {
        const int64_t update = i * s->epoch_updates;
        const double momentum = schedule_momentum(s, update);
        text_printf(t, "%lld,", (long long)i + 1);
        real_add(t, schedule_rate(s, update, s->rate));
        text_puts(t, ",");
        if (!isnan(momentum))
            real_add(t, momentum);
        text_puts(t, "\n");
    }
}

static enum status show_schedule(const struct call *call,
                                 const struct subject *subject, struct text *t,
                                 struct err *e)
{
    struct schedule schedule;
    const enum status s =
        rates_of(subject->experiment, subject_model(subject), &schedule, e);

    if (s != OK)
        return s;
    put_schedule(t, &schedule);
    if (schedule_plateau(&schedule))
        note(call, "plateau acts on what the epochs are worth: until it does, "
                   "the learning rate is as shown");
    return OK;
}

static enum status run_show(const struct call *call, struct err *e)
{
    const struct show_options *o = call->options;
    struct subject subject;
    struct text t = {0};
    enum status s;

    if (o->schedule && (o->origins || o->expand))
        return usage_error(e, call,
                           "--schedule: is another table, it excludes "
                           "--origins and --expand");
    if (o->origins && o->expand)
        return usage_error(e, call,
                           "--origins and --expand exclude each "
                           "other: what is made was written nowhere");
    s = subject_read(&subject, call, call->words[0], EXPERIMENT_FOLDERS, e);
    if (s == OK && o->schedule)
        s = show_schedule(call, &subject, &t, e);
    else if (s == OK && o->origins)
        s = origins_print(&t, subject.experiment, e);
    else if (s == OK)
        experiment_print(&t, subject.experiment,
                         o->expand ? LAYERS_WRITTEN_OUT : LAYERS_AS_WRITTEN);
    out_text(call->out, &t);
    subject_free(&subject);
    return s;
}

static enum status run_schema(const struct call *call, struct err *e)
{
    struct text t = {0};

    (void)e;
    document_schema(&t);
    out_text(call->out, &t);
    return OK;
}

const struct command cmd_config_init = {
    .name = "config init",
    .operands = "",
    .doc = "Print a first configuration, with comments, that trains.",
    .examples = "  cnnctl config init > digits.yaml\n"
                "  cnnctl config init --from train.csv.gz > first.yaml\n",
    OPTIONS(init_options),
    .run = run_init,
};

const struct command cmd_config_check = {
    .name = "config check",
    .operands = "CONFIG...",
    .doc = "Check configurations; every error of a file is listed.",
    .examples = "  cnnctl config check configs/*.yaml\n",
    .takes_set = true,
    .run = run_check,
};

const struct command cmd_config_show = {
    .name = "config show",
    .operands = "CONFIG|MODEL",
    .doc = "Print the configuration with every default filled in.",
    .examples = "  cnnctl config show mnist.yaml\n"
                "  cnnctl config show --origins mnist.yaml -s train.l2=0.01\n"
                "  cnnctl config show --expand mnist.yaml\n"
                "  cnnctl config show --schedule mnist.yaml > rate.csv\n"
                "  cnnctl config show mnist.safetensors > again.yaml\n",
    OPTIONS(show_options),
    .takes_set = true,
    .run = run_show,
};

const struct command cmd_config_schema = {
    .name = "config schema",
    .operands = "",
    .doc = "Print the JSON Schema of a configuration, for editors.",
    .examples = "  cnnctl config schema > cnnctl.schema.json\n",
    .run = run_schema,
};
