/*
 * chosen_words.c - what is said of the samples of a picture.
 */
#include <string.h>

#include "base/num.h"
#include "look/chosen.h"
#include "train/infer.h"

static enum status fail_name(const struct target *t, const char *name,
                             const char *place, const char *key, struct err *e)
{
    char room[TARGET_NAME_BYTES];
    struct nearest near = {.word = name};

    for (int64_t i = 0; i < t->width && t->names; i++) {
        const char *known = target_name(t, i, room);
        nearest_offer(&near, known, known);
    }
    return err_add(e, ERR_CONFIG, place, "%s: no class is called '%s'%s", key,
                   name, did_you_mean(near.found).text);
}

/* Labels of a table without names are called as they are printed. */
static int64_t find_class(const struct target *t, const char *name)
{
    char room[TARGET_NAME_BYTES];

    if (t->kind == TARGET_CLASS)
        return target_find(t, name, 0);
    for (int64_t i = 0; i < t->width; i++)
        if (strcmp(target_name(t, i, room), name) == 0)
            return i;
    return -1;
}

enum status chosen_name(struct chosen *c, const struct text_list *names,
                        const char *place, const char *key, struct err *e)
{
    const struct target *t = &c->model->target;

    if (names->count != c->count)
        return err_add(
            e, ERR_USAGE, place, "%s: %s, there %s %s in the picture", key,
            counted(names->count, "name").text, c->count == 1 ? "is" : "are",
            counted(c->count, "sample").text);
    for (int64_t i = 0; i < c->count; i++) {
        c->label[i] = find_class(t, names->at[i]);
        if (c->label[i] < 0)
            return fail_name(t, names->at[i], place, key, e);
    }
    return OK;
}

/* What predict says of it: a class, a label, or a number where it is one. */
static void put_answer(struct text *out, const struct chosen *c, int64_t i)
{
    const struct target *t = &c->model->target;
    const real *y = c->y + i * c->width;
    const int64_t best = c->predicted[i];
    char room[TARGET_NAME_BYTES];

    if (best < 0 && c->width == 1)
        text_printf(out, "%.6g", (double)y[0]);
    if (best < 0)
        return;
    text_shown(out, target_name(t, best, room));
    if (infer_has_probabilities(&c->model->experiment.graph))
        text_printf(out, " (%.3f)", (double)y[best]);
}

const char *chosen_caption(const struct chosen *c, int64_t i,
                           const char *between, struct arena *arena)
{
    struct text t = {0}, answer = {0};
    char room[TARGET_NAME_BYTES];

    text_printf(&t, "sample %lld", (long long)c->index[i]);
    if (c->label[i] >= 0) {
        text_printf(&t, "%s%s ", between, c->asked ? "of" : "label");
        text_shown(&t, target_name(&c->model->target, c->label[i], room));
    }
    put_answer(&answer, c, i);
    if (answer.length > 0)
        text_printf(&t, "%spredicted ", between);
    text_join(&t, &answer);
    return arena_text(arena, &t);
}

/* The most probable output but those that are taken. */
static int64_t next_probable(const real *y, int64_t width, const bool *taken)
{
    int64_t best = -1;

    for (int64_t i = 0; i < width; i++)
        if (!taken[i] && (best < 0 || y[i] > y[best]))
            best = i;
    return best;
}

const char *chosen_most_probable(const struct chosen *c, int64_t i,
                                 int64_t most, struct arena *arena)
{
    const real *y = c->y + i * c->width;
    bool *taken = arena_take(arena, (size_t)c->width, sizeof *taken);
    char room[TARGET_NAME_BYTES];
    struct text t = {0};

    text_printf(&t, "sample %lld", (long long)c->index[i]);
    for (int64_t k = 0; taken && k < num_min(most, c->width); k++) {
        const int64_t at = next_probable(y, c->width, taken);
        taken[at] = true;
        text_puts(&t, "\n");
        text_shown(&t, target_name(&c->model->target, at, room));
        text_printf(&t, " %.3f", (double)y[at]);
    }
    return arena_text(arena, &t);
}

const char *chosen_fault(const struct model *m)
{
    const struct graph *g = &m->experiment.graph;
    struct frame frame;

    if (target_is_real(m->target.kind))
        return "a model of numbers has no probabilities";
    if (!infer_has_probabilities(g))
        return "the outputs of the last layer are no probabilities";
    return frame_of(g->in, &frame)
               ? NULL
               : "the network's input is no image; expected [channels, rows, "
                 "columns]";
}
