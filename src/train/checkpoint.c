/*
 * checkpoint.c - tensors by name, counters and history as text.
 */
#include "train/checkpoint.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "codec/json.h"
#include "train/history.h"

static const char last_prefix[] = "train.last.";

/* Parameters and buffers of the network as one list of tensors. */
static int64_t tensor_total(const struct graph *g)
{
    return g->param_count + g->buffer_count;
}

static const struct param *tensor_at(const struct graph *g, int64_t i)
{
    return i < g->param_count ? &g->params[i] : &g->buffers[i - g->param_count];
}

static bool is_buffer(const struct graph *g, int64_t i)
{
    return i >= g->param_count;
}

struct taker {
    struct checkpoint *c;
    struct arena *arena;
};

static void take(struct taker *t, const char *name, const struct param *p,
                 const real *block)
{
    t->c->tensors[t->c->tensor_count++] = (struct stored_tensor){
        .name = name, .shape = p->shape, .data = block + p->offset};
}

static void take_weights(struct taker *t, const struct graph *g,
                         const struct train_state *s)
{
    for (int64_t i = 0; i < tensor_total(g); i++) {
        const struct param *p = tensor_at(g, i);
        const real *best = is_buffer(g, i) ? state_predicting_buffers(s)
                                           : state_predicting_params(s);
        const real *last = is_buffer(g, i) ? s->buffers : s->params;
        take(t, p->name, p, best);
        if (memcmp(best + p->offset, last + p->offset,
                   (size_t)p->count * sizeof *last) != 0)
            take(t, arena_printf(t->arena, "%s%s", last_prefix, p->name), p,
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

static void take_slots(struct taker *t, const struct graph *g,
                       const struct update_ops *update,
                       const struct train_state *s)
{
    for (int k = 0; update->slots[k]; k++)
        for (int64_t i = 0; i < g->param_count; i++)
            if (g->params[i].trainable)
                take(t, slot_name(t->arena, update, k, &g->params[i]),
                     &g->params[i], s->slots[k]);
}

static const char *history_text(struct arena *arena,
                                const struct train_state *s)
{
    struct json_writer w = {0};

    json_begin_list(&w, NULL);
    for (int64_t i = 0; i < s->epoch; i++)
        history_put_row(&w, &s->history[i], false);
    json_end(&w);
    return json_finish_on(&w, JSON_SORTED, arena);
}

static const char *position_text(struct arena *arena,
                                 const struct epoch_position *at)
{
    struct json_writer w = {0};

    json_begin_map(&w, NULL);
    json_put_int(&w, "batches", at->batches);
    json_put_real(&w, "loss", at->loss.sum);
    json_put_real(&w, "data_loss", at->data_loss.sum);
    json_put_real(&w, "weight", at->loss.weight);
    json_end(&w);
    return json_finish_on(&w, JSON_SORTED, arena);
}

static const char *count_text(struct arena *arena, int64_t count)
{
    return arena_printf(arena, "%lld", (long long)count);
}

void checkpoint_take(struct checkpoint *c, struct arena *arena,
                     const struct graph *g, const struct update_ops *update,
                     const struct train_state *state)
{
    const size_t most =
        (size_t)tensor_total(g) * (2 + (size_t)UPDATE_MAX_SLOTS) + 1;
    struct taker t = {c, arena};

    *c = (struct checkpoint){
        .texts = {{"epoch", count_text(arena, state->epoch)},
                  {"best_epoch", count_text(arena, state->best_epoch)},
                  {"update_count", count_text(arena, state->update_count)},
                  {"history", history_text(arena, state)},
                  {"position", position_text(arena, &state->position)}},
        .tensors = arena_take(arena, most, sizeof *c->tensors),
    };
    if (!c->tensors)
        return;
    take_weights(&t, g, state);
    if (update && state->update_count > 0)
        take_slots(&t, g, update, state);
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

static enum status malformed(struct restorer *r, const char *what)
{
    return err_add(r->e, ERR_DATA, r->from->name, "%s", what);
}

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
    if (!shape_equal(t->shape, p->shape)) {
        struct text got = {0}, want = {0};
        shape_print(&got, t->shape);
        shape_print(&want, p->shape);
        const enum status s =
            err_add(r->e, ERR_DATA, r->from->name,
                    "tensor %s has shape %s, the architecture asks for %s",
                    name, text_string(&got), text_string(&want));
        text_free(&got);
        text_free(&want);
        return s;
    }
    for (int64_t i = 0; block && i < p->count; i++)
        block[p->offset + i] = t->data[i];
    return OK;
}

enum status checkpoint_fits(const struct checkpoint_file *from,
                            const struct graph *g, struct err *e)
{
    struct restorer r = {.from = from, .e = e};
    enum status s = OK;

    for (int64_t i = 0; s == OK && i < tensor_total(g); i++) {
        const struct param *p = tensor_at(g, i);
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
    const struct param *p = tensor_at(r->g, i);
    const bool buffer = is_buffer(r->g, i);
    struct train_state *state = r->state;
    real *best = buffer ? state->best_buffers : state->best_params;
    real *last = buffer ? state->buffers : state->params;
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

static enum status restore_slots(struct restorer *r, const struct param *p)
{
    for (int k = 0; r->update && r->update->slots[k]; k++) {
        const char *name = slot_name(&r->arena, r->update, k, p);
        bool found;
        const enum status s = fetch(r, name, p, r->state->slots[k], &found);
        if (s != OK)
            return s;
    }
    return OK;
}

static enum status count_of(struct restorer *r, const char *key, int64_t *out)
{
    const char *text = stored_text_of(r->from->content, key);

    *out = 0;
    if (text && num_parse_int(text, out) && *out >= 0)
        return OK;
    return err_add(r->e, ERR_DATA, r->from->name, "metadata %s is no count",
                   key);
}

/* Parses the JSON text under `key`; malformed or absent is ERR_DATA. */
static enum status document_of(struct restorer *r, const char *key,
                               struct json **out)
{
    const char *text = stored_text_of(r->from->content, key);

    *out = NULL;
    if (text)
        return json_parse(text, strlen(text), r->from->name, out, r->e);
    return err_add(r->e, ERR_DATA, r->from->name, "metadata %s is missing",
                   key);
}

static enum status restore_history(struct restorer *r, int64_t epochs)
{
    struct json *rows;
    enum status s = document_of(r, "history", &rows);

    if (s != OK)
        return s;
    if (json_count(rows) != epochs)
        s = malformed(r, "the history has not one row per epoch");
    for (int64_t i = 0; s == OK && i < epochs; i++) {
        struct history_row row;
        if (!history_read_row(json_entry(rows, i), &row) || row.epoch != i + 1)
            s = malformed(r, "a row of the history is malformed");
        else
            s = state_append(r->state, &row, r->e);
    }
    json_free(rows);
    return s;
}

static enum status restore_position(struct restorer *r)
{
    struct epoch_position *at = &r->state->position;
    struct json *map;
    const enum status s = document_of(r, "position", &map);

    if (s != OK)
        return s;
    const bool sound =
        json_int_of(json_member(map, "batches"), &at->batches) &&
        at->batches >= 0 &&
        json_real_of(json_member(map, "loss"), &at->loss.sum) &&
        json_real_of(json_member(map, "data_loss"), &at->data_loss.sum) &&
        json_real_of(json_member(map, "weight"), &at->loss.weight);
    at->data_loss.weight = at->loss.weight;
    json_free(map);
    return sound ? OK : malformed(r, "metadata position is malformed");
}

static enum status restore_counters(struct restorer *r)
{
    struct train_state *state = r->state;
    int64_t epochs;
    enum status s = count_of(r, "epoch", &epochs);

    if (s == OK)
        s = count_of(r, "best_epoch", &state->best_epoch);
    if (s == OK)
        s = count_of(r, "update_count", &state->update_count);
    if (s == OK && state->best_epoch > epochs)
        s = malformed(r, "best_epoch is beyond epoch");
    if (s == OK)
        s = restore_history(r, epochs);
    if (s == OK)
        s = restore_position(r);
    if (s != OK || state->best_epoch == 0)
        return s;
    const double best = state->history[state->best_epoch - 1].valid_loss;
    state->best_valid_loss = isnan(best) ? (double)INFINITY : best;
    return OK;
}

static enum status check_all_known(struct restorer *r)
{
    for (const char *const *name = r->from->others; *name; name++)
        r->used += stored_tensor_of(r->from->content, *name) != NULL;
    if (r->used == r->from->content->tensor_count)
        return OK;
    return malformed(r, "holds tensors that its architecture does not have");
}

enum status checkpoint_restore(const struct checkpoint_file *from,
                               const struct graph *g,
                               const struct update_ops *update,
                               struct train_state *state, struct err *e)
{
    struct restorer r = {
        .from = from, .g = g, .update = update, .state = state, .e = e};
    enum status s = checkpoint_fits(from, g, e);

    for (int64_t i = 0; s == OK && i < tensor_total(g); i++)
        s = restore_weights(&r, i);
    for (int64_t i = 0; s == OK && i < g->param_count; i++)
        s = restore_slots(&r, &g->params[i]);
    if (s == OK)
        s = arena_check(&r.arena, e, "reading the model");
    if (s == OK)
        s = check_all_known(&r);
    if (s == OK)
        s = restore_counters(&r);
    arena_free(&r.arena);
    return s;
}

bool checkpoint_resumable(const struct stored *from,
                          const struct update_ops *update)
{
    const char *updates = stored_text_of(from, "update_count");
    char prefix[64];

    if (!updates || !stored_text_of(from, "position"))
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
