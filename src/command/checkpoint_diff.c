/*
 * checkpoint_diff.c - in what do two model files differ?
 */
#include <math.h>
#include <string.h>

#include "cli/say.h"
#include "codec/mistaken.h"
#include "store/safetensors.h"

/* The answer as it grows. */
struct diff {
    const struct call *call;
    struct stored of[2];
    struct table differences; /* tensor and largest difference */
    struct text notes;        /* what a number cannot say */
};

/* Not a number differs from every number. */
static double largest_difference(const struct stored_tensor *a,
                                 const struct stored_tensor *b)
{
    const int64_t count = shape_count(a->shape);
    double largest = 0;

    for (int64_t i = 0; i < count; i++) {
        const float x = a->data[i], y = b->data[i];
        const double off = fabs((double)x - (double)y);
        if (x == y || (isnan(x) && isnan(y)))
            continue;
        if (!(off <= largest))
            largest = isnan(off) ? (double)INFINITY : off;
    }
    return largest;
}

static void compare_tensor(struct diff *d, const struct stored_tensor *a,
                           const struct stored_tensor *b)
{
    if (!shape_equal(a->shape, b->shape)) {
        text_line(&d->notes, "%s: shapes differ, %s and %s", a->name,
                  shape_text(a->shape).text, shape_text(b->shape).text);
        return;
    }
    const double largest = largest_difference(a, b);
    if (largest == 0)
        return;
    table_put(&d->differences, "%s", a->name);
    table_put(&d->differences, "%.6g", largest);
}

static bool has_other(const struct stored *s, const struct stored_other *o)
{
    const struct stored_other *same = stored_other_of(s, o->name);

    return same && strcmp(same->dtype, o->dtype) == 0;
}

static void compare_tensors(struct diff *d, int side)
{
    const struct stored *own = &d->of[side];

    for (int64_t i = 0; i < own->tensor_count; i++)
        if (!stored_tensor_of(&d->of[!side], own->tensors[i].name))
            text_line(&d->notes, "%s: only in %s", own->tensors[i].name,
                      d->call->words[side]);
}

/* Tensors of types that are not read: are they in both? */
static void compare_others(struct diff *d, int side)
{
    const struct stored *own = &d->of[side];

    for (int64_t i = 0; i < own->other_count; i++) {
        const struct stored_other *o = &own->others[i];
        if (!has_other(&d->of[!side], o))
            text_line(&d->notes, "%s: only in %s", o->name,
                      d->call->words[side]);
        else if (side == 0)
            warn(d->call, "%s is %s and has not been compared", o->name,
                 o->dtype);
    }
}

static void compare_texts(struct diff *d, int side)
{
    const struct stored *own = &d->of[side];

    for (int64_t i = 0; i < own->text_count; i++) {
        const struct stored_text *t = &own->texts[i];
        const char *other = stored_text_of(&d->of[!side], t->key);
        if (store_adds(t->key))
            continue;
        if (!other)
            text_line(&d->notes, "metadata %s: only in %s", t->key,
                      d->call->words[side]);
        else if (side == 0 && strcmp(t->value, other) != 0)
            text_line(&d->notes, "metadata %s differs", t->key);
    }
}

static enum status compare(struct diff *d)
{
    static void (*const parts[])(struct diff *, int side) = {
        compare_tensors, compare_others, compare_texts};

    for (int64_t i = 0; i < d->of[0].tensor_count; i++) {
        const struct stored_tensor *a = &d->of[0].tensors[i];
        const struct stored_tensor *b = stored_tensor_of(&d->of[1], a->name);
        if (b)
            compare_tensor(d, a, b);
    }
    for (size_t part = 0; part < ARRAY_LEN(parts); part++)
        for (int side = 0; side < 2; side++)
            parts[part](d, side);
    const bool same = d->differences.count == 0 && d->notes.length == 0;
    if (d->differences.count > 0)
        print_table(d->call, &d->differences);
    out_text(d->call->out, &d->notes);
    return same ? OK : ERR_NO;
}

static enum status run(const struct call *call, struct err *e)
{
    struct diff d = {
        .call = call,
        .differences = TABLE(-1, "tensor", "largest difference"),
    };
    enum status s = OK;

    for (int i = 0; i < 2 && s == OK; i++) {
        s = mistaken_model(call->words[i], e);
        if (s == OK)
            s = store_read(call->words[i], &d.of[i], e);
    }
    if (s == OK)
        s = compare(&d);
    store_free(&d.of[0]);
    store_free(&d.of[1]);
    return s;
}

const struct command cmd_checkpoint_diff = {
    .name = "checkpoint diff",
    .operands = "A B",
    .doc = "Show the largest difference of each tensor; exit 1 if any.",
    .examples = "  cnnctl checkpoint diff a.safetensors b.safetensors\n",
    .run = run,
};
