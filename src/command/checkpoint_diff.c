/*
 * checkpoint_diff.c - in what do two model files differ?
 */
#include <math.h>
#include <string.h>

#include "cli/say.h"
#include "store/safetensors.h"

/* The answer as it grows. */
struct diff {
    const struct call *call;
    const struct stored *a, *b;
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
        text_shown(&d->notes, a->name);
        text_puts(&d->notes, ": shapes differ, ");
        shape_print(&d->notes, a->shape);
        text_puts(&d->notes, " and ");
        shape_print(&d->notes, b->shape);
        text_puts(&d->notes, "\n");
        return;
    }
    const double largest = largest_difference(a, b);
    if (largest == 0)
        return;
    table_put(&d->differences, "%s", a->name);
    table_put(&d->differences, "%.6g", largest);
}

static void note_missing(struct diff *d, const struct stored *from,
                         const struct stored *other, const char *name)
{
    for (int64_t i = 0; i < from->tensor_count; i++)
        if (!stored_tensor_of(other, from->tensors[i].name))
            text_line(&d->notes, "%s: only in %s", from->tensors[i].name, name);
}

static bool has_other(const struct stored *s, const struct stored_other *o)
{
    for (int64_t i = 0; i < s->other_count; i++)
        if (strcmp(s->others[i].name, o->name) == 0 &&
            strcmp(s->others[i].dtype, o->dtype) == 0)
            return true;
    return false;
}

/* Tensors of types that are not read: are they in both? */
static void compare_others(struct diff *d)
{
    const char *const *words = d->call->words;

    for (int64_t i = 0; i < d->a->other_count; i++) {
        const struct stored_other *o = &d->a->others[i];
        if (has_other(d->b, o))
            warn(d->call, "%s is %s and has not been compared", o->name,
                 o->dtype);
        else
            text_line(&d->notes, "%s: only in %s", o->name, words[0]);
    }
    for (int64_t i = 0; i < d->b->other_count; i++)
        if (!has_other(d->a, &d->b->others[i]))
            text_line(&d->notes, "%s: only in %s", d->b->others[i].name,
                      words[1]);
}

/* Checksums follow from the rest. */
static bool is_derived(const char *key)
{
    return strcmp(key, "crc32") == 0 || strcmp(key, "header_crc32") == 0;
}

static void compare_texts(struct diff *d)
{
    const char *const *words = d->call->words;

    for (int64_t i = 0; i < d->a->text_count; i++) {
        const struct stored_text *t = &d->a->texts[i];
        const char *other = stored_text_of(d->b, t->key);
        if (is_derived(t->key))
            continue;
        if (!other)
            text_line(&d->notes, "metadata %s: only in %s", t->key, words[0]);
        else if (strcmp(t->value, other) != 0)
            text_line(&d->notes, "metadata %s differs", t->key);
    }
    for (int64_t i = 0; i < d->b->text_count; i++)
        if (!stored_text_of(d->a, d->b->texts[i].key) &&
            !is_derived(d->b->texts[i].key))
            text_line(&d->notes, "metadata %s: only in %s", d->b->texts[i].key,
                      words[1]);
}

static enum status compare(struct diff *d)
{
    const struct call *call = d->call;

    for (int64_t i = 0; i < d->a->tensor_count; i++) {
        const struct stored_tensor *a = &d->a->tensors[i];
        const struct stored_tensor *b = stored_tensor_of(d->b, a->name);
        if (b)
            compare_tensor(d, a, b);
    }
    note_missing(d, d->a, d->b, call->words[0]);
    note_missing(d, d->b, d->a, call->words[1]);
    compare_others(d);
    compare_texts(d);
    const bool same = d->differences.count == 0 && d->notes.length == 0;
    if (d->differences.count > 0)
        print_table(call, &d->differences);
    out_text(call->out, &d->notes);
    return same ? OK : ERR_NO;
}

static enum status run(const struct call *call, struct err *e)
{
    static const char *const titles[] = {"tensor", "largest difference"};
    struct stored a = {0}, b = {0};
    enum status s = store_read(call->words[0], &a, e);

    if (s == OK)
        s = store_read(call->words[1], &b, e);
    if (s == OK) {
        struct diff d = {
            .call = call,
            .a = &a,
            .b = &b,
            .differences = {.columns = 2, .titles = titles, .decimals = -1},
        };
        s = compare(&d);
    }
    store_free(&a);
    store_free(&b);
    return s;
}

const struct command cmd_checkpoint_diff = {
    .name = "checkpoint diff",
    .operands = "A B",
    .doc = "Show the largest difference of each tensor; exit 1 if any.",
    .examples = "  cnnctl checkpoint diff a.safetensors b.safetensors\n",
    .min_words = 2,
    .max_words = 2,
    .run = run,
};
