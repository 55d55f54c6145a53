/*
 * evaluate_compare.c - another model on the same samples.
 */
#include "command/evaluate_compare.h"

#include "cli/say.h"
#include "look/sample_walk.h"
#include "metric/mcnemar.h"

static bool is_right(const struct metric_rows *of, int64_t row)
{
    return of->scores[row].right;
}

void comparison_add(struct comparison *c, const struct metric_rows *of)
{
    for (int64_t i = 0; i < of->rows; i++)
        c->right[c->samples++] = is_right(of, i);
}

/* The other model on the samples from `at` on. */
struct second {
    struct comparison *c;
    int64_t at;
};

static void count_rows(void *context, const struct metric_rows *of)
{
    struct second *s = context;
    struct comparison *c = s->c;

    for (int64_t i = 0; i < of->rows; i++) {
        const bool here = c->right[s->at++], there = is_right(of, i);
        c->both += here && there;
        c->this_alone += here && !there;
        c->other_alone += !here && there;
        c->neither += !here && !there;
    }
}

static enum status walk_other(struct comparison *c, const struct call *call,
                              const struct labelled_request *same,
                              struct labelled *l, struct err *e)
{
    struct second second = {c, 0};
    const struct sample_walk walk = {
        .exchange = call->exchange,
        .model = same->model,
        .part = &l->samples.part,
        .threads = call->global.threads,
        .progress = call->progress,
        .label = call->command->name,
        .name = c->other,
        .take = count_rows,
        .context = &second,
    };
    enum status s = labelled_open(l, call, same, e);

    if (s == OK && l->samples.part.count != c->samples)
        s = err_add(e, ERR_CONFIG, c->other,
                    "the samples have changed: %lld now, %lld before",
                    (long long)l->samples.part.count, (long long)c->samples);
    return s == OK ? sample_walk(&walk, e) : s;
}

enum status comparison_finish(struct comparison *c, const struct call *call,
                              const struct labelled_request *same,
                              struct err *e)
{
    struct labelled_request request = *same;
    struct labelled l = {0};
    struct model other;
    enum status s = model_read(&other, c->other, call->kernels, e);

    request.model = &other;
    if (s == OK && target_is_real(other.target.kind))
        s = usage_error(e, call, "--compare: %s is of regression", c->other);
    else if (s == OK && other.target.kind != same->model->target.kind)
        s = usage_error(e, call, "--compare: %s is of %s", c->other,
                        target_noun(other.target.kind));
    if (s == OK)
        s = walk_other(c, call, &request, &l, e);
    labelled_close(&l);
    model_free(&other);
    return s;
}

void comparison_print(const struct call *call, const struct comparison *c)
{
    const struct mcnemar m = mcnemar_of(c->this_alone, c->other_alone);
    struct table t = TABLE(2, "this model", "other right", "other wrong");
    struct text text = {0};

    text_puts(&text, "\n");
    text_line(&text, "compared with %s", c->other);
    text_puts(&text, "\n");
    out_text(call->out, &text);
    table_put(&t, "right");
    table_put(&t, "%lld", (long long)c->both);
    table_put(&t, "%lld", (long long)c->this_alone);
    table_put(&t, "wrong");
    table_put(&t, "%lld", (long long)c->other_alone);
    table_put(&t, "%lld", (long long)c->neither);
    print_table(call, &t);
    out_puts(call->out, "\nMcNemar's test, ");
    if (m.exact)
        out_puts(call->out, "exact binomial");
    else
        out_printf(call->out, "chi square with continuity correction %.5f",
                   m.statistic);
    out_printf(call->out, ": p %.5g\n", m.p);
}

void comparison_json(struct json_writer *w, const struct comparison *c)
{
    const struct mcnemar m = mcnemar_of(c->this_alone, c->other_alone);

    json_begin_map(w, "compare");
    json_put_text(w, "other", c->other);
    json_put_int(w, "both_right", c->both);
    json_put_int(w, "this_alone", c->this_alone);
    json_put_int(w, "other_alone", c->other_alone);
    json_put_int(w, "both_wrong", c->neither);
    json_put_text(w, "test", m.exact ? "exact" : "chi_square");
    json_put_real(w, "statistic", m.statistic);
    json_put_real(w, "p_value", m.p);
    json_end(w);
}
