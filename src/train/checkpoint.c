/*
 * checkpoint.c - the tensors of a training state by name, and back.
 */
#include "train/checkpoint.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tensor/finite.h"

static const char last_prefix[] = "train.last.";

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
    const real *best = state_predicting(s), *last = s->params;

    for (int64_t i = 0; i < g->tensor_count; i++) {
        const struct param *p = &g->params[i];
        take(c, p->name, p, best);
        if (memcmp(best + p->offset, last + p->offset,
                   (size_t)p->count * sizeof *last) != 0)
            take(c, arena_printf(c->arena, "%s%s", last_prefix, p->name), p,
                 last);
    }
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
        (size_t)g->tensor_count * (2 + (size_t)UPDATE_MAX_SLOTS) + 1;

    *c = (struct checkpoint){
        .arena = arena,
        .tensors = arena_take(arena, most, sizeof *c->tensors),
    };
    counters_take(arena, state, c->texts);
    if (!c->tensors)
        return;
    take_weights(c, g, state);
    if (update && state->update_count > 0)
        take_slots(c, g, update, state);
}

/* A state being filled from a file. */
struct restorer {
    const struct checkpoint_file *from;
    struct arena arena;
    const struct graph *g;
    const struct update_ops *update;
    struct train_state *state;
    int64_t used; /* tensors of the file that were known */
    struct err *e;
};

/* Copies tensor `name` to `block` (NULL: only checks it).  *found says whether
 * it is there. */
static enum status fetch(struct restorer *r, const char *name,
                         const struct param *p, real *block, bool *found)
{
    const struct stored_tensor *t = stored_tensor_of(r->from->content, name);

    *found = t != NULL;
    if (!t)
        return OK;
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
    return s;
}

/* A file holds all slots of the rule, or none when it has been stripped. */
static enum status restore_slots(struct restorer *r)
{
    const char *missing = NULL;
    bool some = false;

    for (int k = 0; r->update && r->update->slots[k]; k++)
        for (int64_t i = 0; i < r->g->param_count; i++) {
            const struct param *p = &r->g->params[i];
            const char *name = slot_name(&r->arena, r->update, k, p);
            bool found;
            const enum status s = fetch(r, name, p, r->state->slots[k], &found);
            if (s != OK)
                return s;
            some = some || found;
            if (!found && p->trainable)
                missing = name;
        }
    if (!some || !missing)
        return OK;
    return err_add(r->e, ERR_DATA, r->from->name, "tensor %s is missing",
                   missing);
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
        s = arena_check(&r.arena, e, "reading the model");
    if (s == OK)
        s = check_all_known(&r);
    if (s == OK)
        s = counters_restore(from->content, from->name, state, e);
    arena_free(&r.arena);
    return s;
}

bool checkpoint_resumable(const struct stored *from,
                          const struct update_ops *update)
{
    const char *updates = stored_text_of(from, "update_count");
    char prefix[64];

    if (!updates || !stored_text_of(from, counters_position))
        return false;
    if (strcmp(updates, "0") == 0)
        return false;
    if (!update || !update->slots[0])
        return true;
    snprintf(prefix, sizeof prefix, "train.%s.", update->kind.name);
    for (int64_t i = 0; i < from->tensor_count; i++)
        if (strncmp(from->tensors[i].name, prefix, strlen(prefix)) == 0)
            return true;
    return false;
}
