/*
 * data_check.c - what silently ruins a run, before it does.
 */
#include "app/suspicions.h"
#include "base/num.h"
#include "cli/data_options.h"
#include "cli/say.h"
#include "data/prepare.h"

struct check_options {
    struct data_options data;
};

static const struct option check_options[] = {
    DATA_FILES(check_options),
    {0},
};

/* What there is to be said. */
struct check {
    struct experiment x; /* of CONFIG */
    struct samples samples;
    struct suspicions found;
    int64_t classes;       /* 0: no weights balance */
    const double *weights; /* [classes] by which they would count alike */
};

/* The samples that are trained on: of files there are no others. */
static const struct subset *trained(const struct check *c)
{
    return c->samples.part.set ? &c->samples.part : &c->samples.train_part;
}

static enum status weigh(struct check *c, struct arena *arena, struct err *e)
{
    const struct subset *p = trained(c);
    const int64_t classes = p->set->labels ? p->set->target.width : 0;
    int64_t *counts = arena_take(arena, (size_t)classes, sizeof *counts);
    double *weights = arena_take(arena, (size_t)classes, sizeof *weights);

    if (!counts || !weights)
        return err_memory(e, "checking the data");
    part_count_classes(p, counts);
    samples_balance(counts, classes, weights);
    c->classes = classes;
    c->weights = weights;
    /* No weight makes up for a class that is not there. */
    for (int64_t k = 0; k < classes; k++)
        if (counts[k] == 0)
            c->classes = 0;
    return OK;
}

static enum status collect(struct check *c, const struct call *call,
                           struct err *e)
{
    const struct check_options *o = call->options;
    const char *config = call->words[0];
    struct source source;
    enum status s = data_source(call, &o->data, config, NULL, &source, e);

    if (s == OK)
        s = data_needs_labels(call, &o->data, e);
    if (s == OK && config)
        s = experiment_read(&c->x, config, &call->global.set, EXPERIMENT_DATA,
                            call->kernels, e);
    else if (s == OK)
        s = data_settings(call, &o->data, &c->x, e);
    if (s == OK)
        s = samples_trace(&c->samples, c->x.has_data ? &c->x : NULL, &source,
                          e);
    say_lines(call, NULL, &c->samples.notes);
    if (s == OK)
        s = suspicions_of(&c->samples, call->arena, &c->found, e);
    return s == OK ? weigh(c, call->arena, e) : s;
}

/* A few of the samples, for people. */
static void put_few(struct text *out, const struct suspicion *f)
{
    enum { SHOWN = 10 };

    for (int64_t i = 0; i < num_min(f->count, SHOWN); i++)
        text_printf(out, "%s%lld", i > 0 ? " " : ": ",
                    (long long)f->samples[i]);
    if (f->count > SHOWN)
        text_printf(out, " and %lld more", (long long)(f->count - SHOWN));
}

/* As the configuration takes them. */
static void put_weights(struct text *out, const struct check *c)
{
    const struct field *f = field_find(train_fields, "class_weights");
    const struct train_section train = {
        .class_weights = {.count = c->classes,
                          .keys = trained(c)->set->target.names,
                          .at = c->weights}};

    if (c->classes == 0)
        return;
    text_puts(out, "class_weights: ");
    field_print_value(out, f, &train);
    text_puts(out, "\n");
}

static void print(const struct call *call, const struct check *c)
{
    struct text t = {0};

    for (int64_t i = 0; i < c->found.count; i++) {
        const struct suspicion *f = &c->found.at[i];
        text_printf(&t, "%s: %s: %s", f->part, f->kind, f->message);
        put_few(&t, f);
        text_puts(&t, "\n");
    }
    put_weights(&t, c);
    out_text(call->out, &t);
}

static enum status print_findings_json(const struct call *call,
                                       const struct check *c, struct err *e)
{
    struct json_writer w = {0};

    json_begin_map(&w, NULL);
    json_begin_list(&w, "findings");
    for (int64_t i = 0; i < c->found.count; i++) {
        const struct suspicion *f = &c->found.at[i];
        json_begin_map(&w, NULL);
        json_put_text(&w, "kind", f->kind);
        json_put_text(&w, "part", f->part);
        json_put_ints(&w, "samples", f->samples, f->count);
        json_put_text(&w, "message", f->message);
        json_end(&w);
    }
    json_end(&w);
    if (c->classes > 0) {
        json_begin_map(&w, "class_weights");
        for (int64_t k = 0; k < c->classes; k++)
            json_put_real(&w, trained(c)->set->target.names[k], c->weights[k]);
        json_end(&w);
    }
    json_end(&w);
    return print_json(call, &w, e);
}

static enum status run(const struct call *call, struct err *e)
{
    struct check c = {0};
    enum status s = collect(&c, call, e);

    if (s == OK && call->global.json)
        s = print_findings_json(call, &c, e);
    else if (s == OK)
        print(call, &c);
    if (s == OK && c.found.count > 0)
        s = ERR_NO;
    samples_free(&c.samples);
    experiment_free(&c.x);
    return s;
}

const struct command cmd_data_check = {
    .name = "data check",
    .operands = "[CONFIG]",
    .doc = "Look for what silently ruins a run: samples that stand in the data "
           "twice or in two parts of it, rare classes, constant images, parts "
           "of other ranges, labels of a list that the images' paths "
           "contradict; exit 1 if any.  Prints the class_weights that "
           "would balance the training part.",
    .examples = "  cnnctl data check mnist.yaml\n"
                "  cnnctl data check --json --csv train.csv.gz\n",
    OPTIONS(check_options),
    .takes_set = true,
    .takes_json = true,
    .run = run,
};
