/*
 * gradient_table.c - fit --check: what gradient_run found, parameter by
 * parameter.
 */
#include "command/gradient_table.h"

#include "app/gradient.h"
#include "cli/say.h"

/* "[2, 0, 1]" of element `at`. */
static void put_place(struct text *out, struct shape shape, int64_t at)
{
    int64_t left = shape_count(shape);

    text_puts(out, "[");
    for (int64_t i = 0; i < shape.axes; i++) {
        left /= shape.dim[i];
        text_printf(out, "%s%lld", i > 0 ? ", " : "",
                    (long long)(at / left % shape.dim[i]));
    }
    text_puts(out, "]");
}

static void show_done(void *context, int64_t done, int64_t total)
{
    const struct call *call = context;

    progress_show(call->progress, "checking gradients", "elements", done,
                  total);
}

static void print_rows(const struct call *call, const struct gradient_check *c)
{
    struct table t = TABLE(-1, "parameter", "checked", "worst", "gradient",
                           "difference", "error");

    for (int64_t i = 0; i < c->count; i++) {
        const struct gradient_row *row = &c->rows[i];
        table_put(&t, "%s", row->param->name);
        table_put(&t, "%lld", (long long)row->checked);
        put_place(&t.cells, row->param->shape, row->at);
        table_end(&t);
        table_put(&t, "%.6g", row->gradient);
        table_put(&t, "%.6g", row->difference);
        table_put(&t, "%.1e", row->error);
    }
    print_table(call, &t);
}

enum status gradient_check_possible(const struct experiment *x, struct err *e)
{
    const struct node *engine = node_find(x->tree.root, "engine");

    return engine_rounds(&x->engine)
               ? tree_error(&x->tree, node_find(engine, "precision"), AT_VALUE,
                            NULL, e,
                            "--check compares gradients to a thousandth, which "
                            "bfloat16 rounds away; check them in float32")
               : OK;
}

enum status gradient_table(const struct call *call, const struct training *t,
                           struct err *e)
{
    /* The progress bar of a call is not const. */
    struct call told = *call;
    const struct gradient_progress progress = {show_done, &told};
    struct gradient_check c;
    struct text place = {0};

    if (graph_weights(&t->x->graph, true) == 0)
        return err_add(e, ERR_CONFIG, t->x->tree.name,
                       "no layer has weights that are trained: there is no "
                       "gradient to compare");
    enum status s = gradient_run(&c, t->x, &t->samples, t->state.params,
                                 t->pool, &progress, call->arena, e);

    progress_erase(call->progress);
    if (s != OK)
        return s;
    print_rows(call, &c);
    if (c.rows[c.worst].error <= gradient_tolerance) {
        note(call, "the gradients of %s are those of their loss",
             counted(c.samples, "sample").text);
        return OK;
    }
    const struct gradient_row *worst = &c.rows[c.worst];
    put_place(&place, worst->param->shape, worst->at);
    s = err_add(e, ERR_NO, NULL,
                "the gradient of %s%s is %.6g, the difference of the loss "
                "%.6g: an error of %.1e, above %.0e",
                worst->param->name, text_string(&place), worst->gradient,
                worst->difference, worst->error, gradient_tolerance);
    text_free(&place);
    return s;
}
