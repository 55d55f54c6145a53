/*
 * subject.c - reading CONFIG or MODEL.
 */
#include "cli/subject.h"

#include <string.h>

#include "cli/say.h"

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
