/*
 * checkpoint.c - the tensors of a training state by name, and back.
 */
#include "train/checkpoint.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tensor/finite.h"

static const char last_prefix[] = "train.last.";
static const char average_prefix[] = "train.average.";

bool checkpoint_is_weight(const struct graph *g, const char *name)
{
    for (int64_t i = 0; i < g->tensor_count; i++)
        if (strcmp(g->params[i].name, name) == 0)
            return true;
    return false;
}

static void take(struct checkpoint *c, const char *name, const struct param *p,
                 const real *block)
{
    c->tensors[c->tensor_count++] = (struct stored_tensor){
        .name = name, .shape = p->shape, .data = block + p->offset};
}

static void take_weights(struct checkpoint *c, const struct graph *g,
                         const struct train_state *s)
{
    const real *best = state_predicting(s, g), *last = s->params;

    for (int64_t i = 0; i < g->tensor_count; i++) {
        const struct param *p = &g->params[i];
        take(c, p->name, p, best);
        if (memcmp(best + p->offset, last + p->offset,
                   (size_t)p->count * sizeof *last) != 0)
            take(c, arena_printf(c->arena, "%s%s", last_prefix, p->name), p,
                 last);
    }
}

static void take_average(struct checkpoint *c, const struct graph *g,
                         const struct average *average)
{
    for (int64_t i = 0; average->decay > 0 && i < g->param_count; i++)
        if (g->params[i].trainable)
            take(c,
                 arena_printf(c->arena, "%s%s", average_prefix,
                              g->params[i].name),
                 &g->params[i], average->sums);
}

static const char *slot_name(struct arena *arena,
                             const struct update_ops *update, int slot,
                             const struct param *p)
{
    return arena_printf(arena, "train.%s.%s.%s", update->kind.name,
                        update->slots[slot], p->name);
}

static void take_slots(struct checkpoint *c, const struct graph *g,
                       const struct update_ops *update,
                       const struct train_state *s)
{
    for (int k = 0; update->slots[k]; k++)
        for (int64_t i = 0; i < g->param_count; i++)
            if (g->params[i].trainable)
                take(c, slot_name(c->arena, update, k, &g->params[i]),
                     &g->params[i], s->slots[k]);
}

void checkpoint_take(struct checkpoint *c, struct arena *arena,
                     const struct graph *g, const struct update_ops *update,
                     const struct train_state *state)
{
    const size_t most =
        (size_t)g->tensor_count * (3 + (size_t)UPDATE_MAX_SLOTS) + 1;

    *c = (struct checkpoint){
        .arena = arena,
        .tensors = arena_take(arena, most, sizeof *c->tensors),
    };
    counters_take(arena, state, c->texts);
    if (!c->tensors)
        return;
    take_weights(c, g, state);
    if (!update || state->update_count == 0)
        return;
    take_slots(c, g, update, state);
    take_average(c, g, &state->average);
}

/* A state being filled from a file. */
struct restorer {
    const struct checkpoint_file *from;
    struct arena arena;
    const struct graph *g;
    const struct update_ops *update;
    struct train_state *state;
    int64_t used;  /* tensors of the file that were known */
    bool averages; /* it holds the sums of an average */
    struct err *e;
};

/* Copies tensor `name` to `block` (NULL: only checks it).  *found says whether
 * it is there. */
static enum status fetch(struct restorer *r, const char *name,
                         const struct param *p, real *block, bool *found)
{
    const enum status s = arena_check(&r->arena, r->e, "reading the model");
    const struct stored_tensor *t =
        s == OK ? stored_tensor_of(r->from->content, name) : NULL;

    *found = t != NULL;
    if (!t)
        return s; /* short of memory, `name` is none */
    r->used++;
    if (!shape_equal(t->shape, p->shape))
        return err_add(r->e, ERR_DATA, r->from->name,
                       "tensor %s has shape %s, the architecture asks for %s",
                       name, shape_text(t->shape).text,
                       shape_text(p->shape).text);
    for (int64_t i = 0; block && i < p->count; i++)
        block[p->offset + i] = t->data[i];
    if (block && !all_finite(block + p->offset, p->count))
        return err_add(r->e, ERR_DATA, r->from->name,
                       "tensor %s holds a number that is not finite", name);
    return OK;
}

enum status checkpoint_fits(const struct checkpoint_file *from,
                            const struct graph *g, struct err *e)
{
    struct restorer r = {.from = from, .e = e};
    enum status s = OK;

    for (int64_t i = 0; s == OK && i < g->tensor_count; i++) {
        const struct param *p = &g->params[i];
        bool found;
        s = fetch(&r, p->name, p, NULL, &found);
        if (s == OK && !found)
            s = err_add(e, ERR_DATA, from->name, "tensor %s is missing",
                        p->name);
    }
    return s;
}

/* Variances and running squares have roots. */
static enum status check_sign(const struct restorer *r, const char *name,
                              const struct param *p, const real *block)
{
    const real *at = block + p->offset;
    int64_t below = 0;

    for (int64_t i = 0; i < p->count; i++)
        below += at[i] < 0;
    return below > 0 ? err_add(r->e, ERR_DATA, r->from->name,
                               "tensor %s holds a number below 0", name)
                     : OK;
}

static enum status restore_weights(struct restorer *r, int64_t i)
{
    const struct param *p = &r->g->params[i];
    real *best = r->state->best_params, *last = r->state->params;
    const char *last_name =
        arena_printf(&r->arena, "%s%s", last_prefix, p->name);
    bool found;

    enum status s = fetch(r, p->name, p, best, &found);
    if (s == OK)
        s = fetch(r, last_name, p, last, &found);
    if (s == OK && !found)
        memcpy(last + p->offset, best + p->offset,
               (size_t)p->count * sizeof *last);
    if (s == OK && p->is_magnitude)
        s = check_sign(r, p->name, p, best);
    if (s == OK && p->is_magnitude)
        s = check_sign(r, last_name, p, last);
    return s;
}

/* What a file holds of all trained parameters, or of none when it has been
 * stripped. */
struct family {
    bool some;
    const char *missing; /* NULL: none is */
};

static enum status restore_one(struct restorer *r, const char *name,
                               const struct param *p, real *block,
                               struct family *family)
{
    bool found;
    const enum status s = fetch(r, name, p, block, &found);

    family->some = family->some || found;
    if (!found && p->trainable)
        family->missing = name;
    return s;
}

/* May the file hold nothing of what training goes on from?  Before the first
 * update, and when it has been stripped. */
static bool may_be_bare(const struct stored *from)
{
    const char *updates = stored_text_of(from, "update_count");

    return !stored_text_of(from, counters_position) ||
           (updates && strcmp(updates, "0") == 0);
}

static enum status check_whole(const struct restorer *r,
                               const struct family *family)
{
    if (!family->missing || (!family->some && may_be_bare(r->from->content)))
        return OK;
    return err_add(r->e, ERR_DATA, r->from->name, "tensor %s is missing",
                   family->missing);
}

static enum status restore_slot(struct restorer *r, int k,
                                const struct param *p, struct family *family)
{
    const char *name = slot_name(&r->arena, r->update, k, p);
    const enum status s = restore_one(r, name, p, r->state->slots[k], family);

    return s == OK && (r->update->magnitudes >> k & 1)
               ? check_sign(r, name, p, r->state->slots[k])
               : s;
}

static enum status restore_slots(struct restorer *r)
{
    struct family family = {0};
    enum status s = OK;

    for (int k = 0; r->update && r->update->slots[k]; k++)
        for (int64_t i = 0; s == OK && i < r->g->param_count; i++)
            s = restore_slot(r, k, &r->g->params[i], &family);
    return s == OK ? check_whole(r, &family) : s;
}

static enum status restore_average(struct restorer *r)
{
    const struct average *average = &r->state->average;
    struct family family = {0};
    enum status s = OK;

    for (int64_t i = 0; average->decay > 0 && s == OK && i < r->g->param_count;
         i++) {
        const struct param *p = &r->g->params[i];
        s = restore_one(
            r, arena_printf(&r->arena, "%s%s", average_prefix, p->name), p,
            average->sums, &family);
    }
    r->averages = family.some;
    return s == OK ? check_whole(r, &family) : s;
}

/* Are the weights to predict with the average of now, where they should be?
 * Elsewhere d^t may have been rounded otherwise. */
static enum status check_average(const struct restorer *r)
{
    const struct train_state *s = r->state;
    const bool are_now = s->best_epoch == 0 || (s->best_epoch == s->epoch &&
                                                s->position.batches == 0);

    if (!r->averages || !are_now)
        return OK;
    const real *now = state_current(s, r->g), *kept = s->best_params;
    for (int64_t i = 0; i < r->g->param_count; i++) {
        const struct param *p = &r->g->params[i];
        for (int64_t k = p->offset; k < p->offset + p->count; k++)
            if (!(fabs((double)now[k] - (double)kept[k]) <=
                  1e-6 * fabs((double)kept[k])))
                return err_add(r->e, ERR_DATA, r->from->name,
                               "tensor %s is not the average whose sums are "
                               "%s%s",
                               p->name, average_prefix, p->name);
    }
    return OK;
}

static enum status check_all_known(struct restorer *r)
{
    for (const char *const *name = r->from->others; *name; name++)
        r->used += stored_tensor_of(r->from->content, *name) != NULL;
    if (r->used == r->from->content->tensor_count)
        return OK;
    return err_add(r->e, ERR_DATA, r->from->name,
                   "holds tensors that its architecture does not have");
}

enum status checkpoint_restore(const struct checkpoint_file *from,
                               const struct graph *g,
                               const struct update_ops *update,
                               struct train_state *state, struct err *e)
{
    struct restorer r = {
        .from = from, .g = g, .update = update, .state = state, .e = e};
    enum status s = checkpoint_fits(from, g, e);

    for (int64_t i = 0; s == OK && i < g->tensor_count; i++)
        s = restore_weights(&r, i);
    if (s == OK)
        s = restore_slots(&r);
    if (s == OK)
        s = restore_average(&r);
    if (s == OK)
        s = arena_check(&r.arena, e, "reading the model");
    if (s == OK)
        s = check_all_known(&r);
    if (s == OK)
        s = counters_restore(from->content, from->name, state, e);
    if (s == OK)
        s = check_average(&r);
    arena_free(&r.arena);
    return s;
}

static bool has_tensor(const struct stored *from, const char *prefix)
{
    for (int64_t i = 0; i < from->tensor_count; i++)
        if (strncmp(from->tensors[i].name, prefix, strlen(prefix)) == 0)
            return true;
    return false;
}

bool checkpoint_resumable(const struct stored *from,
                          const struct update_ops *update, double decay)
{
    const char *updates = stored_text_of(from, "update_count");
    char prefix[64];

    if (!updates || !stored_text_of(from, counters_position) ||
        strcmp(updates, "0") == 0)
        return false;
    if (decay > 0 && !has_tensor(from, average_prefix))
        return false;
    if (!update || !update->slots[0])
        return true;
    snprintf(prefix, sizeof prefix, "train.%s.", update->kind.name);
    return has_tensor(from, prefix);
}
