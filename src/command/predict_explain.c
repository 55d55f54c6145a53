/*
 * predict_explain.c - predictions for people.
 */
#include "command/predict_explain.h"

#include "cli/say.h"
#include "figure/screen.h"
#include "look/occlusion.h"

enum { EXPLAIN_ROOM = 8 }; /* records that are read at a time */

/* A run under way. */
struct explaining {
    const struct predict_job *job;
    struct pool *pool;
    struct screen screen;
    float *raw;    /* [EXPLAIN_ROOM, in..] */
    int64_t shown; /* records of all inputs */
    bool told;     /* that they are of another scale */
};

static enum status print_figure(struct explaining *x, const struct figure *f,
                                struct err *e)
{
    struct out *out = x->job->call->out;
    struct text t = {0};

    if (x->shown++ > 0)
        text_puts(&t, "\n");
    screen_print(&t, f, &x->screen);
    out_text(out, &t);
    (void)e;
    return out_flush(out);
}

static enum status show(struct explaining *x, const struct chosen *c,
                        struct err *e)
{
    static const struct occlusion_config usual = {.square = OCCLUSION_SQUARE};
    struct arena arena = {0};
    struct frame f = {0};

    (void)frame_of(c->model->experiment.graph.in, &f);
    const int64_t pixels = frame_pixels(f);
    float *maps = arena_take(&arena, (size_t)(c->count * pixels), sizeof *maps);
    enum status s = arena_check(&arena, e, "explaining predictions");
    if (s == OK)
        s = occlusion_compute(c, &usual, x->pool, x->job->call->progress, maps,
                              e);
    for (int64_t i = 0; s == OK && i < c->count; i++) {
        const struct figure figure =
            occlusion_explained(c, i, maps + i * pixels, &arena);
        s = arena_check(&arena, e, "explaining predictions");
        if (s == OK)
            s = print_figure(x, &figure, e);
    }
    arena_free(&arena);
    return s;
}

/* The records of an input. */
static enum status explain_records(struct explaining *x, struct intake *in,
                                   struct err *e)
{
    struct bad_record bad[EXPLAIN_ROOM];
    struct chosen_records now = {.raw = x->raw};
    enum status s;

    do {
        struct chosen chosen = {0};
        s = intake_next(in, EXPLAIN_ROOM, x->raw, bad, &now.count, e);
        if (now.count == 0)
            break;
        if (in->odd && !x->told)
            warn(x->job->call, "%s", in->odd);
        x->told = x->told || in->odd;
        /* Records before a fault are explained. */
        enum status shown =
            chosen_given(&chosen, x->job->model, &now, in->name, x->pool, e);
        if (shown == OK)
            shown = show(x, &chosen, e);
        chosen_free(&chosen);
        now.first += now.count;
        s = s != OK ? s : shown;
    } while (s == OK);
    return s;
}

static enum status explain_next(struct explaining *x, const char *const *words,
                                int64_t *used, struct err *e)
{
    const struct predict_job *job = x->job;
    const struct intake_request q = {
        .place = job->call->place,
        .model = job->model,
        .kind = job->input,
        .array = job->array,
        .images = job->images,
        .labelled = job->labelled,
        .pool = x->pool,
    };
    struct intake in;
    enum status s = intake_open(&in, &q, words, used, e);

    if (s == OK && in.note)
        note(job->call, "%s: %s", file_shown(words[0]), in.note);
    if (s == OK)
        s = explain_records(x, &in, e);
    intake_close(&in);
    return s;
}

enum status predict_explain(const struct predict_job *job, struct err *e)
{
    const struct call *call = job->call;
    const size_t size = (size_t)shape_count(job->model->experiment.graph.in);
    struct explaining x = {
        .job = job,
        .raw = arena_take(call->arena, EXPLAIN_ROOM * size, sizeof *x.raw),
    };
    enum status s = x.raw ? pool_new(&x.pool, call->global.threads, e)
                          : err_memory(e, "explaining predictions");

    screen_of(call, &x.screen);
    const char *const *words = predict_words(call);
    for (int64_t used; *words && s == OK; words += used)
        s = explain_next(&x, words, &used, e);
    pool_free(x.pool);
    return s;
}
