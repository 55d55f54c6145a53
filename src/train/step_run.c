/*
 * step_run.c - slices in parallel, then their gradients applied in parallel.
 *
 * The threads meet once for every segment of the plan, mostly one, and once for
 * the update; those that outnumber the slices in every layer.
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "graph/run.h"
#include "train/objective.h"
#include "train/step_inside.h"

/* What the threads share while they work on a batch. */
struct job {
    struct step *s;
    struct train_state *state;
    const struct step_batch *batch;
    int64_t segment;
    int64_t slices; /* own ones with rows; less than own.count in a small
                       batch */
    double weight;  /* of all rows of the batch; without class weights as many
                       as they are */
};

/* A run of the job's segment over one slice of the batch, in lane `lane`. */
static struct run run_of(const struct job *j, int64_t slice, int64_t lane,
                         int64_t worker)
{
    const struct step *s = j->s;
    const struct plan *p = &s->plan;
    const int64_t first = slice * p->rows.slice;

    return (struct run){
        .graph = s->g,
        .plan = p,
        .memory = {s->lanes + (size_t)lane * p->lane_bytes, s->batch, first},
        .work = s->work + (size_t)worker * s->work_bytes,
        .crew = step_crew(j->slices, s->x->pool, s->work_bytes).layers,
        .params = j->state->params,
        .laid = s->laid,
        .rows = num_min(p->rows.slice, j->batch->count - first),
        .ids = j->batch->ids + first,
        .epoch = (uint64_t)j->batch->epoch,
        .segment = j->segment,
        .settled = s->settled,
        .watch = s->watches ? &s->watches[worker] : NULL,
    };
}

static void lay_part(void *context, int64_t part, int64_t worker)
{
    const struct job *j = context;
    const struct run r = run_of(j, j->s->own.first, 0, worker);

    run_lay(&r, part);
}

/* What all slices read of the weights as they are now. */
static void lay_out(struct job *j)
{
    pool_run(j->s->x->pool, run_lays(&j->s->plan), lay_part, j);
}

static struct feed_rows rows_of(const struct step_batch *b)
{
    return (struct feed_rows){
        .set = b->set,
        .part = b->part,
        .norm = b->norm,
        .ids = b->ids,
        .count = b->count,
        .epoch = (uint64_t)b->epoch,
    };
}

static void fill_input(const struct job *j, const struct run *r, int64_t worker)
{
    struct feed_rows rows = rows_of(j->batch);

    rows.ids = r->ids;
    rows.first = r->memory.first;
    rows.count = r->rows;
    rows.watch = r->watch;
    feed_fill(&j->s->feed, &rows, worker, run_input(r));
    if (j->s->config.of_inputs)
        objective_keep(run_input(r), r->rows * shape_count(j->s->g->in),
                       j->s->inputs +
                           r->memory.first * shape_count(j->s->g->in));
}

/* The loss of a slice, and where backward starts. */
static void run_loss(const struct job *j, const struct run *r, real *z)
{
    const struct step *s = j->s;
    const int64_t first = r->memory.first;
    real *dz = run_gradient(r, s->g->count - 1);

    const struct loss_rows of = {
        .rows = r->rows,
        .width = shape_count(s->g->out),
        .z = z,
        .labels = s->feed.labels + first,
        .targets = s->config.of_inputs
                       ? s->inputs + first * shape_count(s->g->in)
                       : dataset_learnt(j->batch->set),
        .ids = s->config.of_inputs ? NULL : r->ids,
        .mixes = s->feed.mixes ? s->feed.mixes + first : NULL,
    };
    (void)objective_losses(s->config.loss, s->g, &of, z, s->row_loss + first);
    if (dz)
        objective_gradient(s->config.loss, s->g, &of, 1.0 / j->weight, dz);
    if (j->batch->class_weights)
        objective_weigh(j->batch->class_weights, &of, s->row_loss + first, dz);
}

/* Work on one of the own slices: its calls in this segment. */
static void run_slice(void *context, int64_t slice, int64_t worker)
{
    const struct job *j = context;
    struct step *s = j->s;
    const struct plan *p = &s->plan;
    struct run r = run_of(j, s->own.first + slice,
                          p->cut_count > 0 ? slice : worker, worker);
    if (j->segment < p->cut_count)
        r.sums = s->slice_sums + slice * p->cuts[j->segment].count;
    if (j->segment == 0)
        fill_input(j, &r, worker);
    real *z = run_forward(&r);
    if (j->segment == p->loss_segment)
        run_loss(j, &r, z);
    if (j->segment < p->loss_segment || j->batch->only_loss)
        return;
    run_backward(&r, gradients_begin(&s->gradients, slice, j->segment));
    gradients_end(&s->gradients, slice, j->segment);
}

/* What all slices left at the end of a segment becomes what all will read. */
static void settle(const struct job *j)
{
    const struct step *s = j->s;
    const struct plan_cut *cut = &s->plan.cuts[j->segment];
    const struct run r = run_of(j, s->own.first, 0, 0);

    s->x->ops->sum(s->x, s->slice_sums, j->slices, cut->count,
                   s->settled + cut->first);
    /* A gradient is a sum over slices: one of them takes what is there once. */
    run_settle(&r, j->batch->count, s->settled, j->state->params,
               s->own.first == 0 ? s->gradients.at : NULL);
}

/* The sum over the rows of the batch of `terms`, of which the own ones are
 * there. */
static double sum_rows(const struct job *j, const double *terms)
{
    const struct step *s = j->s;
    const int64_t slice = s->plan.rows.slice, first = s->own.first * slice;
    const int64_t rows = num_min(j->slices * slice, j->batch->count - first);
    double sum;

    s->x->ops->sum(s->x, terms + first, num_max(rows, 0), 1, &sum);
    return sum;
}

/* What the rows weigh, known before their losses are: the weights stand where
 * those will. */
static double batch_weight(const struct job *j)
{
    const struct step_batch *b = j->batch;
    const int32_t *labels = b->set->labels;

    for (int64_t i = 0; b->class_weights && i < b->count; i++)
        j->s->row_loss[i] = b->class_weights[labels[b->ids[i]]];
    return b->class_weights ? sum_rows(j, j->s->row_loss) : (double)b->count;
}

enum status step_load(struct step *s, const struct step_batch *batch,
                      int64_t left, struct err *e)
{
    const struct feed_rows now = rows_of(batch);
    struct feed_rows next = now;

    next.ids += batch->count;
    next.count = num_min(s->config.batch_size, left);
    return feed_load(&s->feed, &now, left > 0 ? &next : NULL, e);
}

double step_waited(const struct step *s)
{
    return s->feed.stage ? stage_waited(s->feed.stage) : 0;
}

struct step_result step_run(struct step *s, struct train_state *state,
                            const struct step_batch *batch)
{
    const int64_t used =
        step_slice_count(&s->plan, batch->count) - s->own.first;
    struct job j = {
        .s = s,
        .state = state,
        .batch = batch,
        .slices = num_max(0, num_min(used, s->own.count)),
    };
    const struct crew crew = step_crew(j.slices, s->x->pool, 0).slices;
    struct step_result result = {0};

    j.weight = batch_weight(&j);
    lay_out(&j);
    for (j.segment = 0; j.segment <= s->plan.cut_count; j.segment++) {
        gradients_segment(&s->gradients, j.segment);
        crew_run(&crew, j.slices, run_slice, &j);
        if (j.segment == s->plan.loss_segment) {
            result.data_loss = sum_rows(&j, s->row_loss) / j.weight;
            if (!isfinite(result.data_loss) || batch->only_loss) {
                result.penalty = step_penalty(s, state->params, &result.finite);
                result.finite = result.finite && isfinite(result.data_loss);
                return result;
            }
        }
        if (j.segment < s->plan.cut_count)
            settle(&j);
    }
    const struct apply_batch apply = {
        .run = run_of(&j, s->own.first, 0, 0),
        .rows = batch->count,
        .gradients = s->gradients.at,
        .slices = gradients_count(&s->gradients, j.slices),
        .work = s->work,
        .work_bytes = s->work_bytes,
        .learning_rate = batch->learning_rate,
        .momentum = batch->momentum,
    };
    const struct apply_result applied = apply_run(&s->apply, state, &apply);
    result.penalty = applied.penalty;
    result.gradient_norm = applied.gradient_norm;
    result.finite = applied.finite;
    return result;
}

const struct param *step_bad_gradient(const struct step *s)
{
    return apply_bad_gradient(&s->apply);
}

void step_watch(struct step *s, const struct run_watch *watches)
{
    s->watches = s->apply.watches = watches;
}

const struct exchange *step_exchange(const struct step *s)
{
    return s->x;
}

struct step_slice step_slice_of(struct step *s, const struct train_state *state,
                                const struct step_batch *batch, int64_t slice)
{
    /* Only read: nothing of the state moves. */
    struct train_state view = *state;
    const struct job j = {.s = s, .state = &view, .batch = batch};
    const int64_t own = slice - s->own.first;
    const bool is_own = own >= 0 && own < s->own.count;

    if (slice >= step_slice_count(&s->plan, batch->count))
        return (struct step_slice){0};
    return (struct step_slice){
        .run = run_of(&j, slice, 0, 0),
        .is_own = is_own,
        .bad = is_own ? s->gradients.bad[own] : -1,
    };
}

void step_replay(struct step *s, const struct train_state *state,
                 const struct step_batch *batch, int64_t slice,
                 const struct run_watch *watch)
{
    struct train_state view = *state;
    struct job j = {.s = s, .state = &view, .batch = batch};

    lay_out(&j);
    for (; j.segment <= s->plan.loss_segment; j.segment++) {
        struct run r = run_of(&j, slice, 0, 0);
        r.watch = watch;
        if (j.segment == 0)
            fill_input(&j, &r, 0);
        run_forward(&r);
    }
}

double step_penalty(struct step *s, const real *weights, bool *finite)
{
    return apply_penalty(&s->apply, weights, finite);
}

const real *step_gradient(const struct step *s)
{
    return s->apply.gradient;
}

double step_gradient_square(const struct step *s, const struct param *p)
{
    return apply_gradient_square(&s->apply, p);
}
