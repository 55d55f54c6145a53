/*
 * infer.c - slices of samples over the workers.
 */
#include "train/infer.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/blame.h"
#include "base/num.h"
#include "graph/fold.h"
#include "tensor/gemm.h"
#include "train/objective.h"

/* Samples a worker takes at once: enough for the layers to group the columns
 * of small images, few enough that a lane stays in the cache. */
enum { SLICE = 16 };

struct infer {
    const struct graph *g;
    float *targets;      /* inputs that are targets; NULL: nobody asks */
    bool pairs;          /* its one output stands for two classes */
    struct fold fold;    /* of g; its graph is run */
    real *folded;        /* [fold.graph.weight_size]; NULL: nothing to fold */
    const real *weights; /* of the graph that is run */
    real *laid;          /* [plan.laid] of those; NULL: nothing is laid out */
    struct pool *pool;
    struct arena arena;
    struct plan plan; /* of slices of at most rows.slice samples */
    int64_t lane_count;
    unsigned char *lanes; /* [lane_count][lane_bytes], [threads][work_bytes] */
    const struct run_watch *watches; /* [threads]; NULL: nobody watches */
};

struct job {
    struct infer *f;
    int64_t count;
    int64_t rows;  /* of every slice but the last */
    const real *x; /* infer_outputs */
    real *y;
    bool shared;               /* the threads share every slice's layers */
    bool bare;                 /* the output nonlinearity is left out */
    const struct subset *part; /* infer_scores */
    const struct scoring *with;
    struct score *scores;
    struct blame *blame; /* who could not be read; NULL: they are in memory */
};

/* Samples of a slice: as many slices as the threads can take in full rounds. */
static int64_t rows_of(int64_t count, int64_t threads)
{
    const int64_t rounds = num_ceil_div(count, SLICE * threads);

    return num_max(1, num_ceil_div(count, num_max(1, rounds * threads)));
}

/* The most that rows_of comes to for up to `most` samples. */
static struct plan_rows most_rows(int64_t most, int64_t threads)
{
    return (struct plan_rows){
        .slice = num_max(1, num_min(SLICE, num_ceil_div(most, threads))),
        .threads = threads};
}

static size_t laid_bytes(const struct plan *p)
{
    return (size_t)p->laid * sizeof(real);
}

static size_t folded_bytes(const struct fold *f)
{
    return f->count > 0 ? (size_t)f->graph.weight_size * sizeof(real) : 0;
}

/* Where at least two threads are there for each sample, they share the work of
 * its layers, one sample after the other; else a slice is one thread's. */
bool infer_shares(const struct infer *f, int64_t count)
{
    return count <= pool_size(f->pool) / 2;
}

/* Any thread may take any of several slices. */
static int64_t lanes_of(int64_t most, int64_t threads)
{
    return most <= num_max(1, threads / 2) ? 1 : threads;
}

/* All threads have scratch: they may work on one lane. */
static size_t lanes_bytes(const struct plan *p, int64_t most, int64_t threads)
{
    return (size_t)lanes_of(most, threads) * p->lane_bytes +
           (size_t)threads * p->work_bytes;
}

static enum status plan_folded(struct fold *fold, struct plan *plan,
                               struct arena *arena, const struct graph *g,
                               struct plan_rows rows, struct err *e)
{
    const enum status s = fold_build(fold, arena, g, e);

    return s == OK ? plan_build(plan, arena, &fold->graph, rows, e) : s;
}

enum status infer_new(struct infer **out, const struct graph *g,
                      struct pool *pool, int64_t most, struct err *e)
{
    const int64_t threads = pool_size(pool);
    struct infer *f = mem_take(1, sizeof *f);

    *out = f;
    if (!f)
        return err_memory(e, "preparing inference");
    *f = (struct infer){
        .g = g, .pool = pool, .lane_count = lanes_of(most, threads)};
    enum status s = plan_folded(&f->fold, &f->plan, &f->arena, g,
                                most_rows(most, threads), e);
    if (s == OK)
        f->lanes = mem_take(lanes_bytes(&f->plan, most, threads), 1);
    if (s == OK && f->fold.count > 0)
        f->folded = mem_take(folded_bytes(&f->fold), 1);
    if (s == OK && f->plan.laid > 0)
        f->laid = mem_take(laid_bytes(&f->plan), 1);
    if (s == OK && (!f->lanes || (f->fold.count > 0 && !f->folded) ||
                    (f->plan.laid > 0 && !f->laid)))
        s = err_memory(e, "allocating the memory plan of inference");
    if (s == OK && graph_needs_blas(g, false))
        s = gemm_load(threads, e);
    if (s != OK) {
        infer_free(f);
        *out = NULL;
    }
    return s;
}

void infer_free(struct infer *f)
{
    if (!f)
        return;
    mem_free(f->lanes);
    mem_free(f->folded);
    mem_free(f->laid);
    arena_free(&f->arena);
    mem_free(f);
}

enum status infer_bytes(const struct graph *g, int64_t threads, int64_t most,
                        struct infer_bytes *out, struct err *e)
{
    struct arena arena = {0};
    struct fold fold;
    struct plan plan;
    const enum status s =
        plan_folded(&fold, &plan, &arena, g, most_rows(most, threads), e);

    *out = (struct infer_bytes){0};
    if (s == OK)
        *out = (struct infer_bytes){lanes_bytes(&plan, most, threads),
                                    folded_bytes(&fold) + laid_bytes(&plan)};
    arena_free(&arena);
    return s;
}

/* Scratch of a worker behind the lanes. */
static void *work_of(const struct infer *f, int64_t worker)
{
    return f->lanes + (size_t)f->lane_count * f->plan.lane_bytes +
           (size_t)worker * f->plan.work_bytes;
}

static void lay_part(void *context, int64_t part, int64_t worker)
{
    const struct infer *f = context;
    const struct run run = {
        .graph = &f->fold.graph,
        .plan = &f->plan,
        .params = f->weights,
        .laid = f->laid,
        .work = work_of(f, worker),
    };

    run_lay(&run, part);
}

void infer_weights(struct infer *f, const real *weights)
{
    f->weights = f->folded ? f->folded : weights;
    if (f->folded)
        fold_weights(&f->fold, weights, f->folded);
    pool_run(f->pool, run_lays(&f->plan), lay_part, f);
}

void infer_pair(struct infer *f)
{
    f->pairs = true;
}

void infer_take_targets(struct infer *f, float *targets)
{
    f->targets = targets;
}

void infer_watch(struct infer *f, const struct run_watch *watches)
{
    f->watches = watches;
}

static struct run run_of(const struct job *job, int64_t slice, int64_t worker)
{
    const struct infer *f = job->f;
    const struct plan *p = &f->plan;

    return (struct run){
        .graph = &f->fold.graph,
        .plan = p,
        .memory = {.lane = f->lanes + (size_t)worker * p->lane_bytes},
        .work = work_of(f, worker),
        .laid = f->laid,
        .crew = {job->shared ? f->pool : NULL, p->work_bytes},
        .params = f->weights,
        .rows = num_min(job->rows, job->count - slice * job->rows),
        .watch = f->watches ? &f->watches[worker] : NULL,
    };
}

/* What a class's label makes of the outputs. */
static void score_class(struct score *s, const real *y, int64_t width,
                        bool probable)
{
    s->predicted = infer_argmax(y, width);
    s->right = s->predicted == s->label;
    s->probability = probable ? (double)y[s->predicted] : (double)NAN;
    for (int64_t i = 0; i < width; i++)
        s->rank +=
            y[i] > y[s->label] || (!(y[i] < y[s->label]) && i < s->label);
}

/* Is the answer to every label right? */
static bool all_right(const real *y, const float *targets, int64_t width,
                      double cut)
{
    for (int64_t i = 0; i < width; i++)
        if (((double)y[i] > cut) != (targets[i] > 0))
            return false;
    return true;
}

/* The outputs of sample `row`; two where one stands for them. */
static const real *outputs_of(const struct infer *f, const real *z, int64_t row,
                              bool probable, real pair[2])
{
    if (!f->pairs)
        return z + row * shape_count(f->g->out);
    pair[0] = probable ? 1 - z[row] : 0;
    pair[1] = z[row];
    return pair;
}

static int64_t width_of(const struct infer *f)
{
    return f->pairs ? 2 : shape_count(f->g->out);
}

/* The scores of samples from `first` on; z becomes their outputs. */
static void score_rows(const struct job *job, int64_t first, int64_t rows,
                       const int32_t *labels, real *z)
{
    const struct graph *g = job->f->g;
    const struct dataset *set = job->part->set;
    const float *targets =
        job->f->targets ? job->f->targets + first * shape_count(g->in) : NULL;
    const struct loss_rows of = {
        .rows = rows,
        .width = shape_count(g->out),
        .z = z,
        .labels = labels,
        .targets = targets ? targets : dataset_learnt(set),
        .ids = targets ? NULL : job->part->ids + first,
    };
    const bool probable = infer_has_probabilities(g);
    double losses[SLICE];
    real pair[2];

    /* The maximum is looked for among the values that predict prints: two
     * different logits may round to one probability. */
    if (!objective_losses(job->with->loss, g, &of, z, losses))
        objective_output(g, rows, z);
    for (int64_t i = 0; i < rows; i++) {
        struct score *score = &job->scores[first + i];
        const real *y = outputs_of(job->f, z, i, probable, pair);
        *score = (struct score){.loss = losses[i], .label = labels[i]};
        if (set->labels)
            score_class(score, y, width_of(job->f), probable);
        else if (set->target.kind == TARGET_LABELS)
            score->right =
                all_right(y, loss_targets(&of, i), of.width, infer_cut(g));
    }
}

/* False: a sample could not be read. */
static bool fill_input(const struct job *job, int64_t slice, int64_t worker,
                       const struct run *run, int32_t *labels)
{
    const struct subset *part = job->part;
    const int64_t in = shape_count(job->f->g->in), rows = run->rows;
    const int64_t first = slice * job->rows;

    if (job->x) {
        memcpy(run_input(run), job->x + first * in,
               (size_t)(rows * in) * sizeof(real));
        return true;
    }
    const struct subset of = {part->set, part->ids + first, rows};
    struct err *e = job->blame ? blame_at(job->blame, worker, slice) : NULL;
    return (!job->blame || e) &&
           batch_fill(&of, job->with->norm, run_input(run),
                      part->set->labels ? labels : NULL, e) == OK;
}

static void run_slice(void *context, int64_t slice, int64_t worker)
{
    const struct job *job = context;
    const struct graph *g = job->f->g;
    const struct run run = run_of(job, slice, worker);
    const int64_t first = slice * job->rows, rows = run.rows;
    const int64_t in = shape_count(g->in), out = width_of(job->f);
    int32_t labels[SLICE] = {0};

    if (!fill_input(job, slice, worker, &run, labels))
        return;
    if (job->scores && job->f->targets)
        objective_keep(run_input(&run), rows * in,
                       job->f->targets + first * in);
    real *z = run_forward(&run);
    if (job->scores)
        score_rows(job, first, rows, labels, z);
    else if (!job->bare)
        objective_output(g, rows, z);
    const bool probable = !job->bare && infer_has_probabilities(g);
    for (int64_t i = 0; job->y && job->f->pairs && i < rows; i++)
        outputs_of(job->f, z, i, probable, job->y + (first + i) * out);
    if (job->y && !job->f->pairs)
        memcpy(job->y + first * out, z, (size_t)(rows * out) * sizeof(real));
}

static void run_job(struct job job)
{
    struct pool *pool = job.f->pool;

    job.rows = rows_of(job.count, pool_size(pool));
    job.shared = infer_shares(job.f, job.count);
    const struct crew slices = {job.shared ? NULL : pool, 0};
    crew_run(&slices, num_ceil_div(job.count, job.rows), run_slice, &job);
}

void infer_outputs(struct infer *f, int64_t count, const real *x, real *y)
{
    run_job((struct job){.f = f, .count = count, .x = x, .y = y});
}

void infer_logits(struct infer *f, int64_t count, const real *x, real *z)
{
    run_job((struct job){.f = f, .count = count, .x = x, .y = z, .bare = true});
}

enum status infer_scores(struct infer *f, const struct subset *part,
                         const struct scoring *with, struct score *scores,
                         real *y, struct err *e)
{
    struct job job = {.f = f,
                      .count = part->count,
                      .y = y,
                      .part = part,
                      .with = with,
                      .scores = scores};
    struct blame blame;

    if (part->count == 0 || !part->set->apart) {
        run_job(job);
        return OK;
    }
    enum status s = blame_open(&blame, pool_size(f->pool), e);
    job.blame = &blame;
    if (s == OK) {
        run_job(job);
        s = blame_settle(&blame, e);
    }
    blame_close(&blame);
    return s;
}
