/*
 * spec.c - the calls with which infer declares what a layer needs.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "layer/layer.h"

void spec_param(struct layer_spec *s, const char *name, struct shape shape,
                struct variant init, bool regularizable)
{
    assert(s->param_count < LAYER_MAX_PARAMS);
    s->params[s->param_count++] = (struct param_spec){
        .name = name,
        .shape = shape,
        .init = init,
        .regularizable = regularizable,
    };
}

void spec_buffer(struct layer_spec *s, const char *name, struct shape shape,
                 double value, bool is_magnitude)
{
    assert(s->buffer_count < LAYER_MAX_PARAMS);
    s->buffers[s->buffer_count++] =
        (struct param_spec){.name = name,
                            .shape = shape,
                            .value = value,
                            .is_magnitude = is_magnitude};
}

void spec_cache(struct layer_spec *s, int64_t bytes_per_sample)
{
    s->cache_per_sample = bytes_per_sample;
}

void spec_work(struct layer_spec *s, int64_t training_bytes,
               int64_t inference_bytes)
{
    s->work_bytes = training_bytes;
    s->infer_work_bytes = inference_bytes;
}

void spec_in_place(struct layer_spec *s, int64_t k)
{
    s->in_place |= UINT64_C(1) << k;
}

void spec_view(struct layer_spec *s, bool in_training)
{
    s->view = in_training ? VIEW_ALWAYS : VIEW_INFERENCE;
}

void spec_blocked(struct layer_spec *s, enum layout_written writes)
{
    s->reads_blocked = true;
    s->writes = writes;
}

struct layout layer_reads(const struct layer *l, int64_t k)
{
    return layout_for(l->spec.engine.kern, l->in[k], l->spec.x_blocked);
}

struct layout layer_writes(const struct layer *l)
{
    return layout_for(l->spec.engine.kern, l->spec.out, l->spec.y_blocked);
}

void pass_on(const real *from, real *to, int64_t count)
{
    if (from != to)
        memcpy(to, from, (size_t)count * sizeof *to);
}

void *spec_prepared(struct layer_spec *s, size_t size)
{
    assert(size <= sizeof s->prepared);
    return s->prepared;
}

void spec_sums(struct layer_spec *s, int64_t forward, int64_t backward)
{
    s->sums[FORWARD] = forward;
    s->sums[BACKWARD] = backward;
}

enum status layer_refuse(struct layer_spec *s, const char *key, const char *fmt,
                         ...)
{
    va_list args;

    s->why_key = key;
    va_start(args, fmt);
    vsnprintf(s->why, sizeof s->why, fmt, args);
    va_end(args);
    return ERR_CONFIG;
}
