/*
 * inputs.c - the samples of a command line, and rows of maps of them.
 */
#include "plot/inputs.h"

#include <string.h>

#include "cli/say.h"
#include "cli/words.h"
#include "source/convert.h"

static enum status check_words(const struct call *call, struct err *e)
{
    for (int64_t i = 1, pipes = 0; i < call->word_count; i++) {
        pipes += strcmp(call->words[i], "-") == 0;
        if (pipes > 1)
            return usage_error(e, call, "standard input is named twice");
    }
    return OK;
}

/* Those of --index, or the first ones as far as they are there. */
static enum status read_ones(const struct call *call,
                             const struct plot_samples_request *q,
                             struct chosen_ones *out, struct err *e)
{
    const struct words index = {"index", "number"};
    enum status s = words_read_counts(call, &index, q->options->index, &out->at,
                                      &out->count, e);

    if (s == OK && out->count > q->most)
        return usage_error(e, call, "--index: %lld samples, at most %lld fit",
                           (long long)out->count, (long long)q->most);
    if (s != OK || out->count > 0)
        return s;
    int64_t *first = arena_take(call->arena, (size_t)q->usual, sizeof *first);
    if (!first)
        return err_memory(e, "reading the command line");
    for (int64_t i = 0; i < q->usual; i++)
        first[i] = i;
    *out = (struct chosen_ones){first, q->usual, true};
    return OK;
}

static enum status read_samples(struct plot_samples *s, const struct call *call,
                                const struct plot_samples_request *q,
                                struct err *e)
{
    const struct sample_options *o = q->options;
    const struct intake_request request = {
        .place = call->place,
        .model = &s->model,
        .kind = source_of_format(o->input_format),
        .array = o->array,
        .images = o->input_format && strcmp(o->input_format, "image") == 0,
        .labelled = o->labelled,
        .pool = s->pool,
    };
    struct chosen_ones ones = {0};
    struct chosen_said said = {0};
    enum status status = read_ones(call, q, &ones, e);

    if (status == OK)
        status =
            chosen_read(&s->chosen, &request, call->words + 1, &ones, &said, e);
    if (said.note)
        note(call, "%s", said.note);
    if (said.odd)
        warn(call, "%s", said.odd);
    return status;
}

enum status plot_samples_open(struct plot_samples *s, const struct call *call,
                              const struct plot_samples_request *q,
                              struct err *e)
{
    enum status status = check_words(call, e);

    if (status == OK)
        status = model_read(&s->model, call->words[0], call->kernels, e);
    if (status == OK && q->fault && q->fault(&s->model))
        status =
            usage_error(e, call, "%s: %s", call->words[0], q->fault(&s->model));
    if (status == OK)
        status = pool_new(&s->pool, call->global.threads, e);
    return status == OK ? read_samples(s, call, q, e) : status;
}

void plot_samples_close(struct plot_samples *s)
{
    chosen_free(&s->chosen);
    pool_free(s->pool);
    model_free(&s->model);
}

float *plot_maps_room(const struct plot_samples *s, const struct call *call)
{
    struct frame f = {0};

    (void)frame_of(s->model.experiment.graph.in, &f);
    return arena_take(call->arena, (size_t)(s->chosen.count * frame_pixels(f)),
                      sizeof(float));
}

static void put_maps(struct text *out, const struct chosen *c,
                     const float *maps)
{
    struct frame f = {0};

    (void)frame_of(c->model->experiment.graph.in, &f);
    text_puts(out, "image,y,x,value\n");
    for (int64_t i = 0; i < c->count; i++)
        for (int64_t k = 0; k < frame_pixels(f); k++) {
            text_printf(out, "%lld,%lld,%lld,", (long long)c->index[i],
                        (long long)(k / f.width), (long long)(k % f.width));
            csv_put_float(out, *maps++);
            text_puts(out, "\n");
        }
}

enum status plot_maps_finish(struct plot *p, const struct chosen *c,
                             const float *maps, const struct figure *figure,
                             struct err *e)
{
    if (plot_wants_numbers(p))
        put_maps(&p->rows, c, maps);
    const enum status s = arena_check(p->call->arena, e, "drawing the picture");
    return s == OK ? plot_finish(p, figure, e) : s;
}
