/*
 * checkpoint_show.c - what a model file holds.
 */
#include <math.h>

#include "app/model.h"
#include "base/num.h"
#include "cli/say.h"
#include "train/history.h"

enum { SHOWN_VALUES = 20 };

struct show_options {
    bool config, history;
};

static const struct option show_options[] = {
    OPTION(show_options, config, "config",
           .doc = "Print the configuration it was trained with."),
    OPTION(show_options, history, "history",
           .doc = "Print a line of CSV per epoch."),
    {0},
};

static enum status show_json(const struct call *call, const struct model *m,
                             struct err *e)
{
    struct json_writer w = {0};
    char room[TARGET_NAME_BYTES];

    json_begin_map(&w, NULL);
    json_put_int(&w, "epoch", m->state.epoch);
    json_put_int(&w, "best_epoch", m->state.best_epoch);
    json_put_int(&w, "update_count", m->state.update_count);
    if (m->state.watched.stopped)
        json_put_text(&w, "stopped", "early_stopping");
    json_put_texts(&w, "classes", m->target.names, target_classes(&m->target));
    if (m->target.kind == TARGET_LABELS) {
        json_begin_list(&w, "labels");
        for (int64_t i = 0; i < m->target.width; i++)
            json_put_text(&w, NULL, target_name(&m->target, i, room));
        json_end(&w);
    }
    normalization_put(&w, "normalization", &m->norm);
    if (m->scale.count > 0)
        normalization_put(&w, "targets", &m->scale);
    if (m->missing.count > 0)
        json_put_reals(&w, "missing", m->missing.at, m->missing.count);
    if (m->of_images)
        model_images_put(&w, "image", &m->images);
    if (m->reach.high > 0)
        json_put_reals(&w, "reach",
                       (const double[]){m->reach.low, m->reach.high}, 2);
    json_begin_list(&w, "history");
    for (int64_t i = 0; i < m->state.history_count; i++)
        history_put_row(&w, m->state.columns, &m->state.history[i], false);
    json_end(&w);
    json_begin_list(&w, "tensors");
    for (int64_t i = 0; i < m->stored.tensor_count; i++) {
        json_begin_map(&w, NULL);
        json_put_text(&w, "name", m->stored.tensors[i].name);
        json_put_shape(&w, "shape", m->stored.tensors[i].shape);
        json_end(&w);
    }
    json_end(&w);
    json_end(&w);
    return print_json(call, &w, e);
}

/* NaN is an empty cell. */
static void show_history(const struct call *call, const struct model *m)
{
    const struct metric_columns *columns = m->state.columns;
    struct history_row row = {0};
    struct history_cell cell;
    bool shown[HISTORY_MAX_CELLS];

    history_shown(columns, m->state.history, m->state.history_count, shown);
    out_puts(call->out, "epoch");
    for (int64_t k = 0; history_cell(columns, &row, k, &cell); k++)
        if (shown[k])
            out_printf(call->out, ",%s", cell.key);
    out_puts(call->out, "\n");
    for (int64_t i = 0; i < m->state.history_count; i++) {
        row = m->state.history[i];
        out_printf(call->out, "%lld", (long long)row.epoch);
        for (int64_t k = 0; history_cell(columns, &row, k, &cell); k++) {
            if (!shown[k])
                continue;
            out_puts(call->out, ",");
            if (!isnan(*cell.at))
                out_printf(call->out, "%.17g", *cell.at);
        }
        out_puts(call->out, "\n");
    }
}

/* A line for each of `count` values: "(x - mean) / std" where there is a std,
 * and the column's name if it has one.  Of many the first ones. */
static void put_values(struct text *t, const char *title, int64_t count,
                       const double *value, const double *std,
                       const struct text_list *names)
{
    const bool named = count > 1 && count == names->count;

    for (int64_t i = 0; i < num_min(count, SHOWN_VALUES); i++) {
        text_printf(t, "%-13s  ", i == 0 ? title : "");
        if (std)
            text_printf(t, "(x - %.9g) / %.9g", value[i], std[i]);
        else
            text_printf(t, "%.9g", value[i]);
        text_puts(t, named ? "  " : "");
        text_shown(t, named ? names->at[i] : "");
        text_puts(t, "\n");
    }
    if (count > SHOWN_VALUES)
        text_printf(t, "%15sand %lld more, all are in --json\n", "",
                    (long long)(count - SHOWN_VALUES));
}

static void put_metric(struct text *t, const struct metric_column *c,
                       double value)
{
    const size_t before = t->length;

    metric_column_title(t, c);
    text_pad(t, ' ', 13 - (int64_t)(t->length - before));
    if (isnan(value)) /* without the sign that printf shows */
        text_puts(t, "  nan\n");
    else
        text_printf(t, "  %.5f\n", value);
}

static void put_images(struct text *t, const struct image_rule *r)
{
    text_puts(t, "images         ");
    if (r->height > 0)
        text_printf(t, "resize [%lld, %lld], fit %s, ", (long long)r->height,
                    (long long)r->width, image_fit_words[r->fit]);
    text_printf(t, "channels %lld, background [%.9g, %.9g, %.9g]\n",
                (long long)r->channels, r->background[0], r->background[1],
                r->background[2]);
}

static void put_facts(struct text *t, const struct model *m)
{
    const struct train_state *s = &m->state;

    text_printf(t,
                "epoch          %lld\nbest epoch     %lld\n"
                "updates        %lld\n",
                (long long)s->epoch, (long long)s->best_epoch,
                (long long)s->update_count);
    const struct history_row *best = state_best(s);
    if (best) {
        text_printf(t, "valid loss     %.5f\n", best->valid_loss);
        for (int64_t i = 0; i < s->columns->count; i++)
            if (metric_column_exists(s->columns, i))
                put_metric(t, &s->columns->at[i], best->metrics[i]);
    }
    if (s->watched.reduces)
        text_printf(t, "plateau's rate %.9g\n", s->watched.rate);
    if (s->watched.stopped) {
        text_puts(t, "stopped        by early_stopping");
        if (s->watched.stops) /* else the file has been stripped */
            text_printf(t, ", which waits since epoch %lld",
                        (long long)s->watched.stopping.since);
        text_puts(t, "\n");
    }
    const bool numbers = target_is_real(m->target.kind);
    text_puts(t, numbers ? "classes        none, regression"
                 : m->target.kind == TARGET_CLASS ? "classes       "
                                                  : "labels        ");
    for (int64_t i = 0; !numbers && i < m->target.width; i++) {
        char room[TARGET_NAME_BYTES];
        text_puts(t, " ");
        text_shown(t, target_name(&m->target, i, room));
    }
    text_puts(t, "\n");
    put_values(t, "normalization", m->norm.count, m->norm.mean, m->norm.std,
               &m->names.inputs);
    put_values(t, "targets", m->scale.count, m->scale.mean, m->scale.std,
               &m->names.targets);
    put_values(t, "missing", m->missing.count, m->missing.at, NULL,
               &m->names.inputs);
    if (m->of_images)
        put_images(t, &m->images);
    if (m->reach.high > 0)
        text_line(t, "largest |x|    %.9g to %.9g", m->reach.low,
                  m->reach.high);
    text_line(t, "computed by    %s", m->cpu_kernels);
    text_puts(t, "\n");
}

static void show_text(const struct call *call, const struct model *m)
{
    struct table t = TABLE(2, "tensor", "shape");
    struct text text = {0};

    put_facts(&text, m);
    out_text(call->out, &text);
    for (int64_t i = 0; i < m->stored.tensor_count; i++) {
        table_put(&t, "%s", m->stored.tensors[i].name);
        table_put(&t, "%s", shape_text(m->stored.tensors[i].shape).text);
    }
    print_table(call, &t);
}

static enum status show(const struct call *call, const struct model *m,
                        struct err *e)
{
    const struct show_options *o = call->options;
    const char *config = stored_text_of(&m->stored, "config");

    if (o->config)
        out_puts(call->out, config ? config : "");
    else if (o->history)
        show_history(call, m);
    else if (call->global.json)
        return show_json(call, m, e);
    else
        show_text(call, m);
    return OK;
}

static enum status run_show(const struct call *call, struct err *e)
{
    const struct show_options *o = call->options;
    struct model m;

    if (o->config + o->history + call->global.json > 1)
        return usage_error(e, call,
                           "--config, --history and --json exclude each other");
    enum status s = model_read(&m, call->words[0], call->kernels, e);
    if (s == OK)
        s = show(call, &m, e);
    model_free(&m);
    return s;
}

const struct command cmd_checkpoint_show = {
    .name = "checkpoint show",
    .operands = "MODEL",
    .doc = "Show epochs, metrics, classes, normalization and tensors.",
    .examples = "  cnnctl checkpoint show m.safetensors\n"
                "  cnnctl checkpoint show m.safetensors --history > h.csv\n",
    OPTIONS(show_options),
    .takes_json = true,
    .run = run_show,
};
