/*
 * evaluate_targets.c - what an evaluation found of numbers, one by one.
 */
#include "cli/say.h"
#include "command/evaluate_print.h"

static struct residuals of_target(const struct evaluation *v, int64_t k)
{
    return residuals_of(measuring_find(&v->measured, &r2_metric.kind), k);
}

void evaluation_targets(const struct call *call, const struct evaluation *v)
{
    struct table t = TABLE(5, "target", "r2", "rmse", "mae");
    char room[TARGET_NAME_BYTES];

    for (int64_t k = 0; k < v->target->width; k++) {
        const struct residuals r = of_target(v, k);
        table_put(&t, "%s", target_name(v->target, k, room));
        table_real(&t, r.r2);
        table_put(&t, "%.6g", r.rmse); /* of any unit */
        table_put(&t, "%.6g", r.mae);
    }
    out_puts(call->out, "\n");
    print_table(call, &t);
}

void evaluation_targets_json(struct json_writer *w, const struct evaluation *v)
{
    char room[TARGET_NAME_BYTES];

    json_begin_list(w, "targets");
    for (int64_t k = 0; k < v->target->width; k++) {
        const struct residuals r = of_target(v, k);
        json_begin_map(w, NULL);
        json_put_text(w, "name", target_name(v->target, k, room));
        json_put_real(w, "r2", r.r2);
        json_put_real(w, "rmse", r.rmse);
        json_put_real(w, "mae", r.mae);
        json_end(w);
    }
    json_end(w);
}
