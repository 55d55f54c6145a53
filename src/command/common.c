/*
 * common.c - reading CONFIG or MODEL, pools, printing.
 */
#include "command/common.h"

#include <string.h>

#include "command/layer_table.h"
#include "tensor/gemm.h"

enum status print_json(const struct call *call, struct json_writer *w,
                       struct err *e)
{
    struct text t = {0};
    const enum status s = json_finish(w, JSON_INDENTED, &t, e);

    if (s != OK) {
        text_free(&t);
        return s;
    }
    text_puts(&t, "\n");
    out_text(call->out, &t);
    return OK;
}

void json_put_shape(struct json_writer *w, const char *key, struct shape s)
{
    json_begin_list(w, key);
    for (int64_t i = 0; i < s.axes; i++)
        json_put_int(w, NULL, s.dim[i]);
    json_end(w);
}

enum status subject_read(struct subject *s, const struct call *call,
                         const char *path, unsigned needs, struct err *e)
{
    *s = (struct subject){0};
    s->is_model = strcmp(path, "-") != 0 && store_looks_like(path);
    s->experiment = s->is_model ? &s->model.experiment : &s->own;
    if (!s->is_model)
        return experiment_read(&s->own, path, &call->global.set, needs,
                               call->kernels, e);
    if (call->global.set.count > 0)
        return usage_error(e, call, "--set: has no effect on a model file");
    return model_read(&s->model, path, call->kernels, e);
}

void subject_free(struct subject *s)
{
    if (s->is_model)
        model_free(&s->model);
    else
        experiment_free(&s->own);
}

enum status pool_open(const struct call *call, struct pool **pool,
                      struct err *e)
{
    gemm_setup();
    return pool_new(pool, call->global.threads, e);
}

enum audit_mode audit_mode_of(const struct experiment *x)
{
    const bool nolearn =
        x->info.compat && strcmp(x->info.compat, "nolearn") == 0;

    return nolearn ? AUDIT_NOLEARN : AUDIT_EXACT;
}

enum status print_layers(const struct call *call, const struct experiment *x,
                         enum audit_mode mode, struct err *e)
{
    const struct layer_table_style style = {
        .level = call->global.verbose,
        .mode = mode,
        .colour = colour_stdout(call),
    };
    struct text t = {0};
    const enum status s = layer_table_print(&t, &x->graph, &style, e);

    if (s == OK)
        out_text(call->out, &t);
    else
        text_free(&t);
    return s;
}
